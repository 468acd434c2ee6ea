// Package store keeps what must be remembered in SQL. It implements the stores
// that package routing declares and knows no rule of theirs.
//
// Every statement is portable: one text for SQLite and PostgreSQL, with $n
// placeholders, times as milliseconds given by the caller, claims as one
// conditional UPDATE ... RETURNING. What differs between the databases is how
// they are opened, and stands in a file of its own for each.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"

	"sufler/routing"
)

// Options say where the store is.
type Options struct {
	// Folder is the data folder, made with mode 0700 when missing. The database is
	// sufler.db in it, unless URL says another.
	Folder string
	// URL is the address of a PostgreSQL database, in either form that libpq knows;
	// empty: SQLite. It is in no error and no line of the log.
	URL string
	Log *slog.Logger
}

// Store is the program's database. Its methods may be called from any goroutine;
// what a writing method has stored is on disk when it returns.
type Store struct {
	write    *sql.DB // SQLite: one connection, so that writers queue in the program
	read     *sql.DB
	postgres bool
}

var (
	_ routing.CallbackStore   = (*Store)(nil)
	_ routing.JournalStore    = (*Store)(nil)
	_ routing.PeopleStore     = (*Store)(nil)
	_ routing.RecordStore     = (*Store)(nil)
	_ routing.VisitorStore    = (*Store)(nil)
	_ routing.InvitationStore = (*Store)(nil)
	_ routing.SessionStore    = (*Store)(nil)
	_ routing.MailStore       = (*Store)(nil)
	_ routing.MissedStore     = (*Store)(nil)
	_ routing.OfflineStore    = (*Store)(nil)
	_ routing.SettingsStore   = (*Store)(nil)
)

// Open opens the database, makes a file of SQLite when missing and brings its
// tables up to date.
func Open(ctx context.Context, o Options) (*Store, error) {
	if err := MakeFolder(o.Folder); err != nil {
		return nil, err
	}
	s, err := open(ctx, o)
	if err != nil {
		return nil, err
	}
	if err := s.migrate(ctx, o.Log); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func open(ctx context.Context, o Options) (*Store, error) {
	if o.URL == "" {
		return openSQLite(o.Folder)
	}
	return openPostgres(ctx, o.URL)
}

// Close ends all connections. What was stored stays.
func (s *Store) Close() error {
	return errors.Join(s.read.Close(), s.write.Close())
}

// Ping tells whether the database answers, for /readyz.
func (s *Store) Ping(ctx context.Context) error {
	var one int
	if err := s.read.QueryRowContext(ctx, `SELECT 1`).Scan(&one); err != nil {
		return named(err)
	}
	return nil
}

// attempts is how often a transaction is tried that met another one.
const attempts = 3

// change runs do in a transaction of the writer; do may run more than once.
func (s *Store) change(ctx context.Context, do func(*sql.Tx) error) (err error) {
	for range attempts {
		if err = s.once(ctx, do); !isCrossed(err) {
			break
		}
	}
	return named(err)
}

func (s *Store) once(ctx context.Context, do func(*sql.Tx) error) error {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := do(tx); err != nil {
		_ = tx.Rollback() // the error of do is the one that counts
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// rows is what *sql.DB and *sql.Tx share for reading.
type rows interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// writer is what *sql.DB and *sql.Tx share for writing.
type writer interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// scanner is what *sql.Row and *sql.Rows share.
type scanner interface{ Scan(dest ...any) error }

// all reads every row of a query with scan.
func all[T any](ctx context.Context, db rows, scan func(scanner) (T, error), query string, args ...any) (list []T, err error) {
	found, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, named(err)
	}
	defer func() { err = errors.Join(err, named(found.Close())) }()
	for found.Next() {
		one, err := scan(found)
		if err != nil {
			return nil, named(err)
		}
		list = append(list, one)
	}
	return list, named(found.Err())
}
