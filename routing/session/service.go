package session

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"sufler/internal/loop"
	"sufler/internal/tally"
	"sufler/internal/watch"
	"sufler/routing"
	"sufler/routing/call"
	"sufler/routing/queue"
)

// visitorsKept is of how many visitors the requests of an hour are counted.
const visitorsKept = 50_000

// Service is every session of this process that is open, and those that were closed
// not long ago. Its methods may be called from any goroutine but those of watchers.
type Service struct {
	opts Options
	log  *slog.Logger
	own  *loop.Loop

	work    sync.WaitGroup // goroutines that read and write
	working context.Context
	stop    context.CancelFunc
	stops   []func() // of watching others

	// The fields below belong to the loop.
	visits   map[routing.SessionID]*visit
	chats    map[routing.VisitorID]*visit        // the newest of each visitor, of those that are written in
	places   map[routing.PlaceID]*visit          // where somebody waits
	opening  map[routing.VisitorID]chan struct{} // a request is being stored; closed when it is
	asked    *tally.Tally[routing.VisitorID]
	here     map[routing.VisitorID]bool // visitors with a connection
	watchers watch.List[Event]
	draining bool // nothing new is taken
	closing  bool
	settled  chan struct{} // closed when closing and every write is done
}

// New makes a service that has nothing open. Start is next; its owner ends it with
// Close.
func New(o Options) *Service {
	o = o.withDefaults()
	s := &Service{
		opts: o, log: o.Log, own: loop.New(),
		visits: make(map[routing.SessionID]*visit), chats: make(map[routing.VisitorID]*visit), places: make(map[routing.PlaceID]*visit),
		opening: make(map[routing.VisitorID]chan struct{}), asked: tally.New[routing.VisitorID](time.Hour, visitorsKept),
		here: make(map[routing.VisitorID]bool), settled: make(chan struct{}),
	}
	s.working, s.stop = context.WithCancel(context.Background())
	return s
}

// follow begins to listen to what sessions depend on.
func (s *Service) follow() {
	stopJournal := s.opts.Journal.Watch(func(entries []routing.Entry) {
		s.own.Send(func() { s.recorded(entries) })
	})
	now, stopLine := s.opts.Line.Watch(func(e queue.Event) { s.own.Send(func() { s.lineChanged(e) }) })
	stopCalls := s.opts.Calls.Watch(func(c call.Snapshot) { s.own.Send(func() { s.callChanged(c) }) })
	stopPeople := s.opts.People.Watch(func() { s.own.Send(s.peopleChanged) })
	s.stops = []func(){stopJournal, stopLine, stopCalls, stopPeople}
	s.own.Send(func() {
		for _, p := range now.Places {
			s.placeChanged(p)
		}
	})
}

// Drain takes nothing new. What is open goes on, and is continued by the next
// process where it can be.
func (s *Service) Drain(ctx context.Context) error {
	return s.do(ctx, func() error {
		s.draining = true
		return nil
	})
}

// Close takes the places of what is written in out of the line and waits until
// everything is on disk or ctx ends. What is open is continued by the next process.
func (s *Service) Close(ctx context.Context) {
	for _, stop := range s.stops {
		stop()
	}
	s.own.Send(func() {
		s.draining, s.closing = true, true
		for _, v := range s.visits {
			v.rest()
		}
		s.settle()
	})
	select {
	case <-s.settled:
	case <-ctx.Done():
		s.log.Error("sessions closed with writes left", slog.Any("err", ctx.Err()))
	}
	s.stop()
	s.own.Close()
	<-s.own.Done()
	s.work.Wait()
}

// Get returns a session that is open or was closed not long ago. It refuses with
// "session_unknown".
func (s *Service) Get(ctx context.Context, id routing.SessionID) (View, error) {
	return s.view(ctx, func() (*visit, error) { return s.find(id) })
}

// Open returns all that are open, the oldest request first.
func (s *Service) Open(ctx context.Context) ([]View, error) {
	var views []View
	err := s.do(ctx, func() error {
		for _, v := range s.visits {
			if v.row.State != closed {
				views = append(views, v.view())
			}
		}
		return nil
	})
	sortViews(views)
	return views, err
}

// OfVisitor returns the newest session that a visitor writes in, open or closed not
// long ago; false when there is none.
func (s *Service) OfVisitor(ctx context.Context, id routing.VisitorID) (v View, found bool, err error) {
	err = s.do(ctx, func() error {
		if one := s.chats[id]; one != nil {
			v, found = one.view(), true
		}
		return nil
	})
	return v, found, err
}

// view returns what a task has found or changed.
func (s *Service) view(ctx context.Context, task func() (*visit, error)) (View, error) {
	var view View
	err := s.do(ctx, func() error {
		v, err := task()
		if err == nil {
			view = v.view()
		}
		return err
	})
	return view, err
}

func (s *Service) find(id routing.SessionID) (*visit, error) {
	if v := s.visits[id]; v != nil {
		return v, nil
	}
	return nil, unknown()
}

// mine finds a session that an operator has at this moment. It refuses with
// "session_unknown" and "session_not_yours".
func (s *Service) mine(id routing.SessionID, by routing.OperatorID) (*visit, error) {
	v, err := s.find(id)
	if err != nil {
		return nil, err
	}
	if v.row.Operator != by || v.row.State != active && v.row.State != wrapUp {
		return nil, routing.Refuse(routing.Conflict, "session_not_yours")
	}
	return v, nil
}

// Watch gives every change to watcher, in order for each session, until stop is
// called. watcher must not block.
func (s *Service) Watch(watcher func(Event)) (stop func()) {
	var id int
	_ = s.do(context.Background(), func() error { // after Close there is nothing to watch
		id = s.watchers.Add(watcher)
		return nil
	})
	return func() { s.own.Send(func() { s.watchers.Remove(id) }) }
}

// now is the time as the store keeps it.
func (s *Service) now() time.Time { return s.opts.Clock.Now().UTC().Truncate(time.Millisecond) }

// do runs a task on the loop.
func (s *Service) do(ctx context.Context, task func() error) error {
	err := s.own.Do(ctx, task)
	if errors.Is(err, loop.ErrClosed) {
		return routing.Refuse(routing.Unavailable, "server_closing")
	}
	return err
}

func unknown() error { return routing.Refuse(routing.NotFound, "session_unknown") }

func unavailable(err error) error {
	return &routing.Error{Kind: routing.Unavailable, Code: "store_unavailable", Err: err}
}
