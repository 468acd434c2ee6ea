package store

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sufler/internal/clock"
	"sufler/internal/peers"
	"sufler/routing"
	"sufler/routing/journal"
	"sufler/routing/store/storetest"
)

// server is the PostgreSQL of this package's tests; TestMain ends it.
var server peers.SharedPostgres

// database makes an empty database of PostgreSQL.
func database(t *testing.T) (address string) {
	t.Helper()
	address, err := server.NewDatabase(t.Context())
	mustDo(t, err)
	return address
}

func openAt(t *testing.T, address string) *Store {
	t.Helper()
	s, err := Open(context.Background(), Options{Folder: t.TempDir(), URL: address, Log: slog.New(slog.DiscardHandler)})
	mustDo(t, err)
	return s
}

func TestPostgresKeepsThePromises(t *testing.T) {
	storetest.Run(t, func(t *testing.T) func() storetest.Store {
		t.Helper()
		address := database(t)
		return func() storetest.Store { return openAt(t, address) }
	})
}

func TestPostgresHoldsConnectionsWithTheirRights(t *testing.T) {
	s := openAt(t, database(t))
	defer func() { mustDo(t, s.Close()) }()
	for setting, want := range map[string]string{"timezone": "UTC", "application_name": "sufler", "synchronous_commit": "on"} {
		var got string
		mustDo(t, s.write.QueryRowContext(t.Context(), `SELECT current_setting($1)`, setting).Scan(&got))
		if got != want {
			t.Errorf("%s: got %s, want %s", setting, got, want)
		}
	}
	if _, err := s.read.ExecContext(t.Context(), `DELETE FROM callbacks`); err == nil {
		t.Error("a reading connection wrote")
	}
}

// Two processes that start at once on an empty database make its tables once.
func TestPostgresIsMigratedByOneAtATime(t *testing.T) {
	address, folder := database(t), t.TempDir()
	failed := make(chan error)
	for range 4 {
		go func() {
			s, err := Open(context.Background(), Options{Folder: folder, URL: address, Log: slog.New(slog.DiscardHandler)})
			if err == nil {
				err = s.Close()
			}
			failed <- err
		}()
	}
	for range 4 {
		if err := <-failed; err != nil {
			t.Error(err)
		}
	}
}

func TestAPostgresThatIsNotThereIsNamedWithoutItsPassword(t *testing.T) {
	const password = "s3cret-of-the-database"
	closed, err := net.Listen("tcp4", "127.0.0.1:0")
	mustDo(t, err)
	nobody := closed.Addr().String()
	mustDo(t, closed.Close())
	good := database(t)
	for name, c := range map[string]struct{ address, want string }{
		"nobody listens":       {fmt.Sprintf("postgres://sufler:%s@%s/sufler", password, nobody), "PostgreSQL at 127.0.0.1:"},
		"a wrong password":     {strings.Replace(good, "only%20for%20tests", password, 1), "PostgreSQL at 127.0.0.1:"},
		"no address":           {"postgres://sufler:" + password + "@127.0.0.1:port/sufler", "write postgres://USER:PASSWORD@HOST:5432/DATABASE"},
		"words in place of it": {"host=127.0.0.1 password=" + password + " sslmode=perhaps", "write postgres://USER:PASSWORD@HOST:5432/DATABASE"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Open(t.Context(), Options{Folder: t.TempDir(), URL: c.address, Log: slog.New(slog.DiscardHandler)})
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), password) {
				t.Errorf("got %v, want %q and no password", err, c.want)
			}
		})
	}
}

// F4: while PostgreSQL is away writes are refused and the journal keeps on disk
// what happens; when it is back everything is there, with the same connections.
func TestAWriteWhilePostgresIsAwayIsRefusedAndTheJournalSpools(t *testing.T) {
	own, err := peers.StartPostgres(t.Context())
	mustDo(t, err)
	defer func() { mustDo(t, own.Close()) }()
	address, err := own.NewDatabase(t.Context())
	mustDo(t, err)
	s := openAt(t, address)
	defer func() { mustDo(t, s.Close()) }()
	log, err := journal.Open(journal.Options{
		Store: s, Spool: filepath.Join(t.TempDir(), "journal"), Clock: clock.System{}, Log: slog.New(slog.DiscardHandler), Retry: 10 * time.Millisecond,
	})
	mustDo(t, err)
	defer log.Close(t.Context())
	say := func(n int) error {
		return log.Commit(t.Context(), "s", "", "system", routing.Everybody, said{n})
	}
	for range postgresWriters { // connections that the stop will cut
		mustDo(t, say(1))
	}

	own.Stop()
	c := routing.Callback{ID: "c", Number: "+420777000001", State: routing.CallbackQueued, Created: time.Now()}
	_, _, err = s.AddCallback(t.Context(), c, "key")
	if routing.KindOf(err) != routing.Unavailable || !strings.Contains(err.Error(), "store_unavailable") {
		t.Errorf("a write: got %v, want store_unavailable", err)
	}
	if _, err := s.Callback(t.Context(), "c"); routing.KindOf(err) != routing.Unavailable {
		t.Errorf("a question: got %v, want store_unavailable", err)
	}
	if err := s.Ping(t.Context()); routing.KindOf(err) != routing.Unavailable {
		t.Errorf("ping: got %v, want store_unavailable", err)
	}
	mustDo(t, say(2)) // on disk, in the spool

	mustDo(t, own.Start(t.Context()))
	if _, created, err := s.AddCallback(t.Context(), c, "key"); err != nil || !created {
		t.Errorf("a write after the return: created %v, %v", created, err)
	}
	mustDo(t, say(3))
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	mustDo(t, peers.Until(ctx, "the spool is handed over", func() bool {
		entries, err := s.EntriesSince(ctx, "s", 0)
		mustDo(t, err)
		return len(entries) == postgresWriters+2
	}))
}

// said is a fact.
type said struct {
	N int `json:"n"`
}

func (said) Kind() string { return "chat.said" }

// Two transactions that wait for each other: PostgreSQL ends one, which is tried
// again, so that both are stored.
func TestATransactionThatMetAnotherIsTriedAgain(t *testing.T) {
	s := openAt(t, database(t))
	defer func() { mustDo(t, s.Close()) }()
	for _, name := range []routing.GroupName{"a", "b"} {
		mustDo(t, s.AddGroup(t.Context(), name))
	}
	var tries atomic.Int64
	var locked, done sync.WaitGroup
	locked.Add(2)
	passed := make(chan struct{}, 2) // one for each that is through
	for _, order := range [][]string{{"a", "b"}, {"b", "a"}} {
		done.Go(func() {
			meet := sync.OnceFunc(func() { locked.Done(); locked.Wait() })
			again := false
			err := s.change(context.Background(), func(tx *sql.Tx) error {
				tries.Add(1)
				if again {
					<-passed // else this one may take the other's row before it once more
				}
				again = true
				return touch(tx, order, meet)
			})
			if err != nil {
				t.Error(err)
			}
			passed <- struct{}{}
		})
	}
	done.Wait()
	if n := tries.Load(); n != 3 {
		t.Errorf("got %d tries, want 3: one of the two twice", n)
	}
}

// touch locks the rows of groups, one after another, and calls then after each.
func touch(tx *sql.Tx, groups []string, then func()) error {
	for _, name := range groups {
		if _, err := tx.Exec(`UPDATE staff_groups SET name = name WHERE name = $1`, name); err != nil {
			return err
		}
		then()
	}
	return nil
}
