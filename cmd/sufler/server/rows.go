package server

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"sufler/internal/clock"
	"sufler/routing"
	"sufler/routing/call"
	"sufler/routing/records"
)

const (
	// rowLimit is how long the database may take for the row of one call.
	rowLimit = 10 * time.Second
	// rowPause is how long a database that failed is left alone.
	rowPause = time.Second
)

// rowStore is where the rows of calls are kept.
type rowStore interface {
	PutCall(ctx context.Context, row routing.CallRow) error
}

// rows writes the row of each call as the call goes on. While the database is away
// the newest row of each call waits in memory; no call waits for it.
type rows struct {
	store rowStore
	clock clock.Clock
	log   *slog.Logger
	wake  chan struct{} // something to write, or the end
	done  chan struct{}

	mu      sync.Mutex
	states  map[routing.CallID]call.State      // of calls whose row is not final
	waiting map[routing.CallID]routing.CallRow // what is to be written
	order   []routing.CallID                   // of waiting, the oldest first
	closed  bool
}

func newRows(store rowStore, c clock.Clock, log *slog.Logger) *rows {
	r := &rows{
		store: store, clock: c, log: log, wake: make(chan struct{}, 1), done: make(chan struct{}),
		states: make(map[routing.CallID]call.State), waiting: make(map[routing.CallID]routing.CallRow),
	}
	go r.run()
	return r
}

// watch takes a call's row when its state has changed; it does not block.
func (r *rows) watch(s call.Snapshot) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.states[s.Call] == s.State {
		return
	}
	r.states[s.Call] = s.State
	if s.State == call.StateEnded {
		delete(r.states, s.Call)
	}
	if _, ok := r.waiting[s.Call]; !ok {
		r.order = append(r.order, s.Call)
	}
	r.waiting[s.Call] = records.RowOf(s)
	r.kick()
}

// close writes what waits, once more when the database is away, and returns when
// nothing is being written.
func (r *rows) close() {
	r.mu.Lock()
	r.closed = true
	r.mu.Unlock()
	r.kick()
	<-r.done
}

func (r *rows) kick() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

func (r *rows) run() {
	defer close(r.done)
	failing := false
	for {
		row, left, closed := r.next()
		if !left {
			if closed {
				return
			}
			<-r.wake
			continue
		}
		err := r.put(row)
		switch {
		case err == nil:
			r.written(row)
			if failing {
				r.log.Info("rows of calls are written again")
			}
			failing = false
			continue
		case closed:
			r.log.Error("the row of a call was not kept", slog.String("call", string(row.ID)), slog.Any("err", err))
			r.written(row)
			continue
		case !failing:
			r.log.Error("rows of calls wait for the database", slog.Any("err", err))
		}
		failing = true
		r.rest()
	}
}

func (r *rows) next() (row routing.CallRow, left, closed bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.order) == 0 {
		return row, false, r.closed
	}
	return r.waiting[r.order[0]], true, r.closed
}

func (r *rows) put(row routing.CallRow) error {
	ctx, cancel := context.WithTimeout(context.Background(), rowLimit)
	defer cancel()
	return r.store.PutCall(ctx, row)
}

// written forgets a row, unless the call has gone on meanwhile.
func (r *rows) written(row routing.CallRow) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.order = r.order[1:]
	if r.waiting[row.ID] != row {
		r.order = append(r.order, row.ID)
		return
	}
	delete(r.waiting, row.ID)
}

// rest leaves the database alone for a while, or until the end.
func (r *rows) rest() {
	over := make(chan struct{})
	timer := r.clock.AfterFunc(rowPause, func() { close(over) })
	defer timer.Stop()
	for {
		select {
		case <-over:
			return
		case <-r.wake:
			if r.isClosed() {
				return
			}
		}
	}
}

func (r *rows) isClosed() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.closed
}
