package journal

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"

	"sufler/internal/clock"
	"sufler/routing"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// said is a fact.
type said struct {
	N int `json:"n"`
}

func (said) Kind() string { return "chat.said" }

// unspeakable is a fact that has no JSON.
type unspeakable struct{ Never chan int }

func (unspeakable) Kind() string { return "never.said" }

var errDown = errors.New("the database is down")

// memory is a journal's store that can fail, hang and be slow.
type memory struct {
	mu      sync.Mutex
	entries []routing.Entry
	groups  []int // sizes of what was stored at once
	calls   int
	fails   error
	hangs   chan struct{} // not nil: AppendEntries waits for it to be closed, or for its context
}

func (m *memory) AppendEntries(ctx context.Context, entries []routing.Entry) ([]routing.Entry, error) {
	m.mu.Lock()
	hangs := m.hangs
	m.calls++
	m.mu.Unlock()
	if hangs != nil {
		select {
		case <-hangs:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fails != nil {
		return nil, m.fails
	}
	m.groups = append(m.groups, len(entries))
	stored := make([]routing.Entry, len(entries))
	for i, e := range entries {
		stored[i] = m.oneLocked(e)
	}
	return stored, nil
}

func (m *memory) oneLocked(e routing.Entry) routing.Entry {
	e.Seq = 1
	for _, old := range m.entries {
		if old.ID == e.ID {
			return old
		}
		if old.Session == e.Session {
			e.Seq++
		}
	}
	m.entries = append(m.entries, e)
	return e
}

func (m *memory) EntriesSince(context.Context, routing.SessionID, uint64) ([]routing.Entry, error) {
	return nil, errors.New("not asked by a journal")
}

func (m *memory) EntriesOfCall(context.Context, routing.CallID) ([]routing.Entry, error) {
	return nil, errors.New("not asked by a journal")
}

func (m *memory) set(fails error, hangs chan struct{}) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fails, m.hangs = fails, hangs
}

// numbers are the n of what was stored, in order.
func (m *memory) numbers() (all []int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return numbersOf(m.entries)
}

func numbersOf(entries []routing.Entry) (all []int) {
	for _, e := range entries {
		var n int
		if _, err := fmt.Sscanf(string(e.Data), `{"n":%d}`, &n); err != nil {
			panic(err)
		}
		all = append(all, n)
	}
	return all
}

func upTo(n int) (all []int) {
	for i := range n {
		all = append(all, i)
	}
	return all
}

// rig is a journal on a memory, in a bubble where time is the test's.
type rig struct {
	*testing.T
	*Journal
	db   *memory
	path string
	log  *strings.Builder
	told []routing.Entry

	counts *prometheus.Registry
}

// bubble runs a test with a journal of small limits. The journal is closed at the end.
func bubble(t *testing.T, test func(r *rig)) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "journal.spool")
	synctest.Test(t, func(t *testing.T) {
		r := &rig{T: t, db: &memory{}, path: path, log: &strings.Builder{}}
		r.open()
		test(r)
		r.close()
	})
}

func (r *rig) open() {
	r.Helper()
	r.counts = prometheus.NewRegistry()
	j, err := Open(Options{
		Store: r.db, Spool: r.path, Clock: clock.System{}, Log: slog.New(slog.NewTextHandler(r.log, nil)), Metrics: NewMetrics(r.counts), Group: 10, Queue: 20,
	})
	if err != nil {
		r.Fatal(err)
	}
	r.Journal = j
	j.Watch(func(entries []routing.Entry) { r.told = append(r.told, entries...) })
}

// close waits at most a virtual second for the database.
func (r *rig) close() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	r.Close(ctx)
}

func (r *rig) add(from, to int) {
	for n := from; n < to; n++ {
		r.Add("s", "", "system", routing.Everybody, said{n})
	}
}

func (r *rig) commit(n int) error {
	return r.Commit(r.Context(), "s", "", "system", routing.SupervisorsOnly, said{n})
}

// pass lets time pass and everybody settle.
func (r *rig) pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

func (r *rig) wantStored(want []int) {
	r.Helper()
	if got := r.db.numbers(); !slices.Equal(got, want) {
		r.Errorf("stored: got %v, want %v", got, want)
	}
}

// wantTold checks that watchers were told of each entry once, in order.
func (r *rig) wantTold(want []int) {
	r.Helper()
	if got := numbersOf(r.told); !slices.Equal(got, want) {
		r.Errorf("told: got %v, want %v", got, want)
	}
	for i, e := range r.told {
		if e.Seq != uint64(i+1) {
			r.Errorf("told: got seq %d at place %d", e.Seq, i+1)
		}
	}
}

func (r *rig) wantSpool(lines int) {
	r.Helper()
	content, err := os.ReadFile(r.path)
	if err != nil {
		r.Fatal(err)
	}
	if got := strings.Count(string(content), "\n"); got != lines {
		r.Errorf("got %d lines in the spool, want %d", got, lines)
	}
}

// lost is the value of sufler_journal_lost_total.
func (r *rig) lost() float64 {
	r.Helper()
	families, err := r.counts.Gather()
	if err != nil {
		r.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() == "sufler_journal_lost_total" {
			return f.GetMetric()[0].GetCounter().GetValue()
		}
	}
	r.Fatal("no counter of what was lost")
	return 0
}
