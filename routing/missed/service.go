package missed

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"sufler/internal/clock"
	"sufler/internal/loop"
	"sufler/internal/watch"
	"sufler/routing"
)

const (
	// pause is how long a database that failed is left alone.
	pause = 2 * time.Second
	// storeLimit is how long one write may take.
	storeLimit = 10 * time.Second
)

// Options are what a Service works with.
type Options struct {
	Store   routing.MissedStore
	Clock   clock.Clock // nil: the machine's
	Log     *slog.Logger
	Metrics *Metrics // nil: counted and shown nowhere
}

// Service is the list. Its methods may be called from any goroutine; those that
// wait for the database not from watchers.
type Service struct {
	opts Options
	own  *loop.Loop
	work sync.WaitGroup

	// The fields below belong to the loop.
	writes   []write // what is to be written; the first is being written
	watchers watch.List[routing.Missed]
	closing  bool
	settled  chan struct{} // closed when closing and everything is written
}

// write is something to write down; it returns the entries that it has changed.
type write func(context.Context, routing.MissedStore) ([]routing.Missed, error)

// New makes a service. Its owner ends it with Close.
func New(o Options) *Service {
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Metrics == nil {
		o.Metrics = NewMetrics(prometheus.NewRegistry())
	}
	return &Service{opts: o, own: loop.New(), settled: make(chan struct{})}
}

// Close writes what waits and returns when it is on disk or cannot be written, or
// when ctx ends.
func (s *Service) Close(ctx context.Context) {
	s.own.Send(func() {
		s.closing = true
		s.settle()
	})
	select {
	case <-s.settled:
	case <-ctx.Done():
		s.opts.Log.Error("the list of the missed was closed with writes left", slog.Any("err", ctx.Err()))
	}
	s.own.Close()
	<-s.own.Done()
	s.work.Wait()
}

// Add puts somebody on the list and goes on. An id that is known changes nothing.
func (s *Service) Add(m routing.Missed) {
	if m.At.IsZero() {
		m.At = s.now()
	}
	s.enqueue(func(ctx context.Context, store routing.MissedStore) ([]routing.Missed, error) {
		added, err := store.AddMissed(ctx, m)
		if err != nil || !added {
			return nil, err
		}
		s.opts.Metrics.added.WithLabelValues(m.Reason.String()).Inc()
		return []routing.Missed{m}, nil
	})
}

// Added tells the watchers of an entry that somebody else has put on disk, together
// with something of their own.
func (s *Service) Added(m routing.Missed) {
	s.own.Send(func() {
		s.opts.Metrics.added.WithLabelValues(m.Reason.String()).Inc()
		s.watchers.Tell(m)
	})
}

// Reached ends whatever is open of a person: somebody of ours was in touch with them
// at that time.
func (s *Service) Reached(who routing.Contact, at time.Time) {
	if who == (routing.Contact{}) {
		return
	}
	s.enqueue(func(ctx context.Context, store routing.MissedStore) ([]routing.Missed, error) {
		return store.SettleMissed(ctx, who, at)
	})
}

// Done ends an entry for an operator, and returns it; one that has ended stays as it
// was. It refuses with "missed_unknown" and "store_unavailable".
func (s *Service) Done(ctx context.Context, id routing.MissedID, by routing.OperatorID) (routing.Missed, error) {
	m, ended, err := s.opts.Store.EndMissed(ctx, id, by, s.now())
	if err != nil {
		return m, refused(err)
	}
	if ended {
		s.own.Send(func() { s.watchers.Tell(m) })
	}
	return m, nil
}

// Get returns one entry. It refuses as Done does.
func (s *Service) Get(ctx context.Context, id routing.MissedID) (routing.Missed, error) {
	m, err := s.opts.Store.MissedByID(ctx, id)
	return m, refused(err)
}

// List returns at most limit entries, the newest first, and how many of all that
// are wanted are still open. It refuses as Done does.
func (s *Service) List(ctx context.Context, wanted routing.MissedFilter, limit int) (list []routing.Missed, open int, err error) {
	if list, err = s.opts.Store.Missed(ctx, wanted, limit); err != nil {
		return nil, 0, refused(err)
	}
	wanted.Open, wanted.Since = true, time.Time{}
	open, err = s.opts.Store.CountMissed(ctx, wanted)
	return list, open, refused(err)
}

// Watch gives every entry that is new or has ended to watcher, once it is on disk,
// until stop is called. watcher must not block.
func (s *Service) Watch(watcher func(routing.Missed)) (stop func()) {
	added := make(chan int, 1)
	if !s.own.Send(func() { added <- s.watchers.Add(watcher) }) {
		return func() {} // after Close there is nothing to watch
	}
	key := <-added
	return func() { s.own.Send(func() { s.watchers.Remove(key) }) }
}

func (s *Service) enqueue(w write) {
	s.own.Send(func() {
		s.writes = append(s.writes, w)
		if len(s.writes) == 1 {
			s.next()
		}
	})
}

// next writes the first of what waits.
func (s *Service) next() {
	w := s.writes[0]
	s.work.Go(func() {
		ctx, cancel := context.WithTimeout(context.Background(), storeLimit)
		defer cancel()
		changed, err := w(ctx, s.opts.Store)
		s.own.Send(func() { s.written(changed, err) })
	})
}

func (s *Service) written(changed []routing.Missed, err error) {
	if err != nil && !s.closing && isAway(err) {
		s.opts.Log.Warn("the list of the missed waits for the database", slog.Any("err", err))
		s.opts.Clock.AfterFunc(pause, func() { s.own.Send(s.next) })
		return
	}
	if err != nil {
		s.opts.Log.Error("an entry of the missed was not kept", slog.Any("err", err))
	}
	for _, m := range changed {
		s.watchers.Tell(m)
	}
	s.writes = s.writes[1:]
	if len(s.writes) > 0 {
		s.next()
		return
	}
	s.settle()
}

// isAway reports whether the same write may succeed later.
func isAway(err error) bool {
	return routing.KindOf(err) == routing.Unavailable || errors.Is(err, context.DeadlineExceeded)
}

// settle tells Close when the last write is done.
func (s *Service) settle() {
	if !s.closing || len(s.writes) > 0 {
		return
	}
	select {
	case <-s.settled:
	default:
		close(s.settled)
	}
}

// now is the time as the store keeps it.
func (s *Service) now() time.Time { return s.opts.Clock.Now().UTC().Truncate(time.Millisecond) }

// refused leaves refusals as they are; what else the database says is that it does
// not answer.
func refused(err error) error {
	if _, is := errors.AsType[*routing.Error](err); is || err == nil {
		return err
	}
	return &routing.Error{Kind: routing.Unavailable, Code: "store_unavailable", Err: err}
}
