package store

import (
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

const (
	fileName = "sufler.db"
	// readers is the number of connections that read beside the writer; WAL lets
	// them see the last commit without waiting for it.
	readers = 4
)

// ErrFolder is in an error of Open that is about the data folder, not about the
// database.
var ErrFolder = errors.New("data folder")

// MakeFolder makes the data folder for its owner alone. A folder that exists is
// closed to others only when it is empty or ours: never somebody's home.
func MakeFolder(folder string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("%w: %w", ErrFolder, err)
	}
	info, err := os.Stat(folder)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrFolder, err)
	}
	if info.Mode().Perm()&0o077 == 0 {
		return nil
	}
	content, err := os.ReadDir(folder)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrFolder, err)
	}
	_, err = os.Stat(filepath.Join(folder, fileName))
	if len(content) > 0 && errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w %s: others may read it (mode %04o) and it holds other files; give a folder of its own, or run: chmod 700 %s",
			ErrFolder, folder, info.Mode().Perm(), folder)
	}
	if err := os.Chmod(folder, 0o700); err != nil {
		return fmt.Errorf("%w: %w", ErrFolder, err)
	}
	return nil
}

func openSQLite(folder string) (*Store, error) {
	path, err := filepath.Abs(filepath.Join(folder, fileName))
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	write, err := sql.Open("sqlite", sqliteName(path, ""))
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	write.SetMaxOpenConns(1)
	read, err := sql.Open("sqlite", sqliteName(path, "query_only(1)"))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("store: %w", err), write.Close())
	}
	read.SetMaxOpenConns(readers)
	read.SetMaxIdleConns(readers)
	return &Store{write: write, read: read}, nil
}

// sqliteName is the driver's name of the database. synchronous=FULL syncs the WAL
// at every commit: NORMAL may lose the last ones when the power fails.
func sqliteName(path, more string) string {
	q := url.Values{"_txlock": {"immediate"}, "_pragma": {
		"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)",
	}}
	if more != "" {
		q.Add("_pragma", more)
	}
	return (&url.URL{Scheme: "file", OmitHost: true, Path: path, RawQuery: q.Encode()}).String()
}
