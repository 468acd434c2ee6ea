package store

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"sufler/routing"
	"sufler/routing/store/storetest"
)

// childFolder makes this test binary, started by itself, a program that writes
// callbacks into the folder until it is killed.
const childFolder = "SUFLER_TEST_STORE_CHILD"

func TestMain(m *testing.M) {
	if folder := os.Getenv(childFolder); folder != "" {
		writeUntilKilled(folder)
	}
	code := m.Run()
	if err := errors.Join(server.Close(), goleak.Find()); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func openIn(t *testing.T, folder string) *Store {
	t.Helper()
	s, err := Open(context.Background(), Options{Folder: folder, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSQLiteKeepsThePromises(t *testing.T) {
	storetest.Run(t, func(t *testing.T) func() storetest.Store {
		t.Helper()
		folder := t.TempDir()
		return func() storetest.Store { return openIn(t, folder) }
	})
}

func TestTheDataFolderIsClosedToOthers(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "deep", "data")
	empty := t.TempDir()
	foreign := t.TempDir()
	mustDo(t, os.Chmod(empty, 0o755))
	mustDo(t, os.Chmod(foreign, 0o755))
	mustDo(t, os.WriteFile(filepath.Join(foreign, "letter.txt"), nil, 0o600))

	for _, folder := range []string{missing, empty, empty} {
		mustDo(t, openIn(t, folder).Close())
		if info, err := os.Stat(folder); err != nil || info.Mode().Perm() != 0o700 {
			t.Errorf("%s: got %v, %v, want 0700", folder, info.Mode(), err)
		}
	}
	_, err := Open(t.Context(), Options{Folder: foreign})
	if err == nil || !strings.Contains(err.Error(), "chmod 700") {
		t.Errorf("a folder with other files that others may read: got %v", err)
	}
	if info, err := os.Stat(foreign); err != nil || info.Mode().Perm() != 0o755 {
		t.Errorf("a foreign folder was changed: %v, %v", info.Mode(), err)
	}
}

func TestASecondOpenMigratesNothing(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "with space, ? and % and #")
	mustDo(t, openIn(t, folder).Close())
	var log strings.Builder
	s, err := Open(t.Context(), Options{Folder: folder, Log: slog.New(slog.NewTextHandler(&log, nil))})
	mustDo(t, err)
	defer func() { mustDo(t, s.Close()) }()
	mustDo(t, s.Ping(t.Context()))
	if log.Len() > 0 {
		t.Errorf("got %s", log.String())
	}
	if _, err := os.Stat(filepath.Join(folder, fileName)); err != nil {
		t.Error(err)
	}
}

func TestTheWriterSyncsEveryCommit(t *testing.T) {
	s := openIn(t, t.TempDir())
	defer func() { mustDo(t, s.Close()) }()
	for pragma, want := range map[string]string{"synchronous": "2", "journal_mode": "wal", "foreign_keys": "1"} {
		var got string
		mustDo(t, s.write.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got))
		if got != want {
			t.Errorf("%s: got %s, want %s", pragma, got, want)
		}
	}
	if _, err := s.read.ExecContext(t.Context(), `DELETE FROM callbacks`); err == nil {
		t.Error("a reading connection wrote")
	}
}

// F1 of the reliability promises: what was acknowledged is there after kill -9.
func TestAcknowledgedCallbacksSurviveAKill(t *testing.T) {
	folder := t.TempDir()
	acknowledged := make(map[string]bool)
	for kills := 1; kills <= 5; kills++ {
		for _, id := range killAfter(t, folder, kills*40) {
			acknowledged[id] = true
		}
		s := openIn(t, folder)
		for id := range acknowledged {
			if _, err := s.Callback(t.Context(), routing.CallbackID(id)); err != nil {
				t.Errorf("kill %d: callback %s: %v", kills, id, err)
			}
		}
		n, err := s.CountCallbacks(t.Context(), "", "", time.Time{})
		mustDo(t, err)
		if n < len(acknowledged) || n > len(acknowledged)+kills*writers {
			t.Errorf("kill %d: got %d rows, %d were acknowledged", kills, n, len(acknowledged))
		}
		mustDo(t, s.Close())
	}
}

// killAfter starts a writing child, kills it after so many acknowledgements and
// returns the ids of all that it wrote out.
func killAfter(t *testing.T, folder string, acks int) (ids []string) {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0])
	child.Env = append(os.Environ(), childFolder+"="+folder)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	mustDo(t, err)
	mustDo(t, child.Start())
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if id, whole := strings.CutSuffix(lines.Text(), "."); whole {
			ids = append(ids, id)
		}
		if len(ids) == acks {
			mustDo(t, child.Process.Kill())
		}
	}
	if err := child.Wait(); err == nil || len(ids) < acks {
		t.Fatalf("the child ended by itself after %d callbacks: %v", len(ids), err)
	}
	return ids
}

// writers is how many callbacks of the child may be stored but not yet written out.
const writers = 4

func writeUntilKilled(folder string) {
	s, err := Open(context.Background(), Options{Folder: folder, Log: slog.New(slog.DiscardHandler)})
	failed := make(chan error, writers+1)
	if err != nil {
		failed <- err
	}
	for range writers {
		go func() {
			for err == nil {
				c := routing.Callback{ID: routing.NewID[routing.CallbackID](), State: routing.CallbackQueued, Created: time.Now()}
				if _, _, err := s.AddCallback(context.Background(), c, string(c.ID)); err != nil {
					failed <- err
					return
				}
				if _, err := fmt.Fprintf(os.Stdout, "%s.\n", c.ID); err != nil {
					failed <- err
					return
				}
			}
		}()
	}
	_, _ = fmt.Fprintln(os.Stderr, <-failed)
	os.Exit(3)
}

func TestACancelledWriteLeavesNothing(t *testing.T) {
	s := openIn(t, t.TempDir())
	defer func() { mustDo(t, s.Close()) }()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := s.AppendEntries(ctx, []routing.Entry{{ID: "1", Session: "s"}})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want canceled", err)
	}
	if entries, err := s.EntriesSince(t.Context(), "s", 0); err != nil || len(entries) != 0 {
		t.Errorf("got %v, %v", entries, err)
	}
}

func mustDo(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
