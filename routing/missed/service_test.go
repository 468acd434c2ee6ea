package missed

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"go.uber.org/goleak"

	"sufler/routing"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var errAway = routing.Refuse(routing.Unavailable, "store_unavailable")

// rig is a service, its database and what its watcher was told.
type rig struct {
	t *testing.T
	*Service
	store *memory

	mu   sync.Mutex
	told []string
}

func withService(t *testing.T, test func(*rig), change ...func(*Options)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := &rig{t: t, store: &memory{}}
		o := Options{Store: r.store}
		for _, f := range change {
			f(&o)
		}
		r.Service = New(o)
		r.Watch(func(m routing.Missed) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.told = append(r.told, said(m))
		})
		test(r)
		r.Close(context.Background())
	})
}

func said(m routing.Missed) string {
	switch {
	case m.DoneAt.IsZero():
		return string(m.ID)
	case m.DoneBy == "":
		return string(m.ID) + " settled"
	}
	return string(m.ID) + " by " + string(m.DoneBy)
}

func (r *rig) wantTold(want ...string) {
	r.t.Helper()
	synctest.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	if !slices.Equal(r.told, want) {
		r.t.Errorf("watchers were told %q, want %q", r.told, want)
	}
}

func (r *rig) pass(d time.Duration) {
	<-time.NewTimer(d).C
	synctest.Wait()
}

// somebody is a person who came in vain.
func somebody(id, phone string) routing.Missed {
	return routing.Missed{ID: routing.MissedID(id), Reason: routing.MissedNoAnswer, Queue: "orders", Phone: phone}
}

func TestTheListIsToldOnceItIsOnDisk(t *testing.T) {
	withService(t, func(r *rig) {
		r.store.breakWith(errAway)
		r.Add(somebody("1", "+420777000001"))
		r.Add(somebody("2", "+420777000002"))
		r.Add(somebody("1", "+420777000001"))
		r.wantTold()
		r.store.breakWith(nil)
		r.pass(pause)
		r.wantTold("1", "2")
		list, open, err := r.List(r.t.Context(), routing.MissedFilter{Everywhere: true}, 10)
		if err != nil || len(list) != 2 || open != 2 || list[0].At.IsZero() {
			t.Errorf("got %+v, %d open, %v", list, open, err)
		}
	})
}

func TestAnOperatorEndsAnEntryAndTheFirstOneStays(t *testing.T) {
	withService(t, func(r *rig) {
		r.Add(somebody("1", ""))
		synctest.Wait()
		for _, by := range []routing.OperatorID{"anna", "boris"} {
			m, err := r.Done(r.t.Context(), "1", by)
			if err != nil || m.DoneBy != "anna" || !m.DoneAt.Equal(r.now()) {
				t.Errorf("got %+v, %v", m, err)
			}
		}
		r.wantTold("1", "1 by anna")
		if _, err := r.Done(r.t.Context(), "2", "anna"); !errors.Is(err, routing.Refuse(0, "missed_unknown")) {
			t.Errorf("got %v", err)
		}
		if m, err := r.Get(r.t.Context(), "1"); err != nil || m.DoneBy != "anna" {
			t.Errorf("got %+v, %v", m, err)
		}
		if _, open, err := r.List(r.t.Context(), routing.MissedFilter{Everywhere: true}, 10); err != nil || open != 0 {
			t.Errorf("got %d open, %v", open, err)
		}
	})
}

// PRODUCT B10: a later contact that succeeds closes an entry by itself.
func TestALaterContactSettlesWhatIsOpen(t *testing.T) {
	withService(t, func(r *rig) {
		r.Add(somebody("1", "+420777000001"))
		r.Add(somebody("2", "+420777000002"))
		r.pass(time.Second)
		r.Reached(routing.Contact{}, r.now())
		r.Reached(routing.Contact{Phone: "+420777000001"}, r.now().Add(-time.Hour))
		r.wantTold("1", "2")
		r.Reached(routing.Contact{Phone: "+420777000001"}, r.now())
		r.wantTold("1", "2", "1 settled")
	})
}

// Who is reached a moment after they were missed is off the list, whatever the
// database does meanwhile: things are written in the order in which they happened.
func TestWhatHappenedFirstIsWrittenFirst(t *testing.T) {
	withService(t, func(r *rig) {
		r.store.breakWith(errAway)
		r.Add(somebody("1", "+420777000001"))
		r.Reached(routing.Contact{Phone: "+420777000001"}, r.now())
		r.pass(time.Minute)
		r.store.breakWith(nil)
		r.pass(pause)
		r.wantTold("1", "1 settled")
	})
}

func TestWhatTheDatabaseWillNeverTakeHoldsNobodyUp(t *testing.T) {
	withService(t, func(r *rig) {
		r.store.breakOnce(errors.New("a constraint"))
		r.Add(somebody("1", ""))
		r.Add(somebody("2", ""))
		r.wantTold("2")
	})
}

func TestTheEndWaitsForWhatIsToBeWritten(t *testing.T) {
	withService(t, func(r *rig) {
		for i := range 10 {
			r.Add(somebody(fmt.Sprint(i), ""))
		}
		r.Close(context.Background())
		if n := len(r.store.all()); n != 10 {
			t.Errorf("%d of 10 are on disk", n)
		}
		r.Add(somebody("late", ""))
		r.Watch(func(routing.Missed) { t.Error("told after the end") })()
	})
}

func TestADatabaseThatStaysAwayDoesNotKeepTheProgram(t *testing.T) {
	withService(t, func(r *rig) {
		r.store.breakWith(errAway)
		r.Add(somebody("1", ""))
		synctest.Wait()
		r.Close(context.Background()) // the last try is its last
	})
}

func TestTheMissedAreCounted(t *testing.T) {
	registry := prometheus.NewRegistry()
	withService(t, func(r *rig) {
		r.Add(somebody("1", ""))
		r.Added(routing.Missed{ID: "2", Reason: routing.MissedOffline})
		r.wantTold("2", "1")
		err := testutil.GatherAndCompare(registry, strings.NewReader(`
# HELP sufler_missed_total People who came in vain, by reason.
# TYPE sufler_missed_total counter
sufler_missed_total{reason="abandoned"} 0
sufler_missed_total{reason="interrupted"} 0
sufler_missed_total{reason="no_answer"} 1
sufler_missed_total{reason="not_reached"} 0
sufler_missed_total{reason="offline"} 1
`))
		if err != nil {
			t.Error(err)
		}
	}, func(o *Options) { o.Metrics = NewMetrics(registry) })
}

// memory is a database that keeps routing.MissedStore's promises as storetest has
// them, as far as they are asked for here.
type memory struct {
	mu     sync.Mutex
	rows   []routing.Missed
	broken error
	once   error
}

func (s *memory) breakWith(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.broken = err
}

func (s *memory) breakOnce(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.once = err
}

func (s *memory) all() []routing.Missed {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.rows)
}

func (s *memory) AddMissed(_ context.Context, m routing.Missed) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := cmp.Or(s.broken, s.once); err != nil {
		s.once = nil
		return false, err
	}
	if slices.ContainsFunc(s.rows, func(r routing.Missed) bool { return r.ID == m.ID }) {
		return false, nil
	}
	s.rows = append(s.rows, m)
	return true, nil
}

func (s *memory) MissedByID(_ context.Context, id routing.MissedID) (routing.Missed, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.rows {
		if r.ID == id {
			return r, nil
		}
	}
	return routing.Missed{}, routing.Refuse(routing.NotFound, "missed_unknown")
}

func (s *memory) Missed(context.Context, routing.MissedFilter, int) ([]routing.Missed, error) {
	return s.all(), nil
}

func (s *memory) CountMissed(context.Context, routing.MissedFilter) (n int, err error) {
	for _, r := range s.all() {
		if r.DoneAt.IsZero() {
			n++
		}
	}
	return n, nil
}

func (s *memory) EndMissed(ctx context.Context, id routing.MissedID, by routing.OperatorID, at time.Time) (routing.Missed, bool, error) {
	if _, err := s.MissedByID(ctx, id); err != nil {
		return routing.Missed{}, false, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.rows, func(r routing.Missed) bool { return r.ID == id })
	ended := s.rows[i].DoneAt.IsZero()
	if ended {
		s.rows[i].DoneAt, s.rows[i].DoneBy = at, by
	}
	return s.rows[i], ended, nil
}

func (s *memory) SettleMissed(_ context.Context, who routing.Contact, at time.Time) (settled []routing.Missed, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, r := range s.rows {
		if r.DoneAt.IsZero() && r.Phone == who.Phone && !r.At.After(at) {
			s.rows[i].DoneAt = at
			settled = append(settled, s.rows[i])
		}
	}
	return settled, s.broken
}
