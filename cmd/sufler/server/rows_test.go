package server

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sufler/internal/clock"
	"sufler/routing"
	"sufler/routing/call"
)

// shelf is a store of rows that can be away.
type shelf struct {
	mu    sync.Mutex
	away  bool
	tries int
	rows  map[routing.CallID]routing.CallRow
}

func (s *shelf) PutCall(_ context.Context, row routing.CallRow) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tries++
	if s.away {
		return errors.New("the database is away")
	}
	s.rows[row.ID] = row
	return nil
}

func (s *shelf) set(away bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.away = away
}

func snapshot(id routing.CallID, state call.State) call.Snapshot {
	s := call.Snapshot{Call: id, State: state, Kind: routing.PhoneCall, StartedAt: time.Now()}
	if state == call.StateEnded {
		s.EndedAt, s.Cause = time.Now(), routing.HungUp
	}
	return s
}

// F4: the rows of calls outlive an outage of the database, each as it was last.
func TestRowsWaitForADatabaseThatIsAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		kept := &shelf{rows: make(map[routing.CallID]routing.CallRow), away: true}
		r := newRows(kept, clock.System{}, slog.New(slog.DiscardHandler))
		for _, id := range []routing.CallID{"a", "b"} {
			r.watch(snapshot(id, call.StateTalking))
			r.watch(snapshot(id, call.StateTalking)) // no change, no row
		}
		<-time.After(time.Minute) // of the bubble
		r.watch(snapshot("a", call.StateEnded))
		synctest.Wait()
		if len(kept.rows) != 0 || kept.tries > 70 {
			t.Errorf("got %d rows after %d tries, want none after one a second", len(kept.rows), kept.tries)
		}
		kept.set(false)
		<-time.After(2 * rowPause) // of the bubble
		synctest.Wait()
		if a, b := kept.rows["a"], kept.rows["b"]; len(kept.rows) != 2 || a.Ended.IsZero() || !b.Ended.IsZero() {
			t.Errorf("got %+v", kept.rows)
		}
		r.watch(snapshot("b", call.StateEnded))
		r.close()
		if kept.rows["b"].Ended.IsZero() {
			t.Error("the last row was not written at the end")
		}
	})
}

func TestRowsEndWithADatabaseThatIsAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		kept := &shelf{away: true}
		r := newRows(kept, clock.System{}, slog.New(slog.DiscardHandler))
		r.watch(snapshot("a", call.StateEnded))
		synctest.Wait()
		before := kept.tries
		r.close()
		if kept.tries != before+1 {
			t.Errorf("got %d tries at the end, want one", kept.tries-before)
		}
	})
}
