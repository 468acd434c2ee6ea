package callback

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"sufler/internal/loop"
	"sufler/internal/token"
	"sufler/internal/watch"
	"sufler/routing"
	"sufler/routing/call"
	"sufler/routing/hunt"
	"sufler/routing/queue"
)

// Service is every callback of this process. Its methods may be called from any
// goroutine but those of watchers.
type Service struct {
	opts   Options
	holder string
	caller string // as it is shown
	log    *slog.Logger
	turn   chan struct{} // one request at a time counts the limits and is stored

	own     *loop.Loop
	work    sync.WaitGroup // goroutines that write
	writing context.Context
	stop    context.CancelFunc

	// The fields below belong to the loop.
	drives   map[routing.CallbackID]*drive
	watchers watch.List[View]
	draining bool // nothing new begins
	closing  bool
	settled  chan struct{} // closed when closing and every write is done
}

// New makes a service that has nothing open. Start is next; its owner ends it
// with Close.
func New(o Options) *Service {
	o = o.withDefaults()
	s := &Service{
		opts: o, holder: holder(o.Node), caller: o.Numbers.ShowInternational(o.Caller), log: o.Log, turn: make(chan struct{}, 1), own: loop.New(),
		drives:  make(map[routing.CallbackID]*drive),
		settled: make(chan struct{}),
	}
	s.writing, s.stop = context.WithCancel(context.Background())
	return s
}

// Start takes over what an earlier process left open: what waited goes back into
// the line with its time; who was being called is called again, flagged; who
// talked is not. Call it once, before the first Request.
func (s *Service) Start(ctx context.Context) error {
	open, err := s.opts.Store.ClaimCallbacks(ctx, s.holder)
	if err != nil {
		return err
	}
	return s.do(ctx, func() error {
		for _, c := range open {
			served := slices.ContainsFunc(s.of(c.Number), func(d *drive) bool { return !d.isOver() })
			s.adopt(c).resume(served)
		}
		return nil
	})
}

// Drain takes nothing new and takes the places out of the line: what waits is
// continued by the next process. Who is being called, or an operator's phone that
// rings, goes on.
func (s *Service) Drain(ctx context.Context) error {
	return s.do(ctx, func() error {
		s.draining = true
		for _, d := range s.drives {
			if d.hunt.Agent().ID == "" {
				d.putOff()
			}
		}
		return nil
	})
}

// Close takes nothing new, takes the places out of the line and waits until
// everything is on disk or ctx ends. Calls are the exchange's: close that first.
// What is open is continued by the next process.
func (s *Service) Close(ctx context.Context) {
	s.own.Send(func() {
		s.draining, s.closing = true, true
		for _, d := range s.drives {
			d.rest()
		}
		s.settle()
	})
	select {
	case <-s.settled:
	case <-ctx.Done():
		s.log.Error("callbacks closed with writes left", slog.Any("err", ctx.Err()))
	}
	s.stop()
	s.own.Close()
	<-s.own.Done()
	s.work.Wait()
}

// Get returns a callback to who has its token; else it refuses with
// "callback_unknown", whether it exists or not.
func (s *Service) Get(ctx context.Context, id routing.CallbackID, secret string) (View, error) {
	var v View
	var hash string
	err := s.do(ctx, func() error {
		if d, ok := s.drives[id]; ok {
			v, hash = d.view(), d.row.TokenHash
		}
		return nil
	})
	if err == nil && hash == "" {
		v, hash, err = s.stored(ctx, id)
	}
	if err != nil {
		return View{}, err
	}
	if !token.Fits(hash, secret) {
		return View{}, unknown()
	}
	return v, nil
}

// stored reads a callback that is not open in this process.
func (s *Service) stored(ctx context.Context, id routing.CallbackID) (View, string, error) {
	c, err := s.opts.Store.Callback(ctx, id)
	if routing.KindOf(err) == routing.NotFound {
		return View{}, "", unknown()
	}
	if err != nil {
		return View{}, "", unavailable(err)
	}
	return s.view(c, nothing, 0, 0), c.TokenHash, nil
}

// Cancel ends a callback for who has its token, and returns it once the end is
// on disk. Cancelling what has ended changes nothing; while both talk it hangs up.
func (s *Service) Cancel(ctx context.Context, id routing.CallbackID, secret string) (View, error) {
	if _, err := s.Get(ctx, id, secret); err != nil {
		return View{}, err
	}
	stored := make(chan struct{})
	err := s.do(ctx, func() error {
		d, ok := s.drives[id]
		if !ok {
			close(stored)
			return nil
		}
		d.cancel()
		d.onDisk(func() { close(stored) })
		return nil
	})
	if err != nil {
		return View{}, err
	}
	select {
	case <-stored:
	case <-s.own.Done():
		return View{}, routing.Refuse(routing.Unavailable, "server_closing")
	case <-ctx.Done():
		return View{}, unavailable(ctx.Err())
	}
	return s.Get(ctx, id, secret)
}

// Accept gives the place of a callback to an operator and returns the call in
// which their phone now rings. It refuses as queue.Line.Accept does.
func (s *Service) Accept(ctx context.Context, place routing.PlaceID, by routing.OperatorID) (routing.CallID, error) {
	return hunt.Accept(ctx, s.opts.Line, place, by, s.do, func(place routing.PlaceID) *hunt.Hunt {
		for _, d := range s.drives {
			if d.hunt.Place() == place {
				return d.hunt
			}
		}
		return nil
	})
}

// Redirect lets the operator of a callback go and finds the one it is sent to; the
// visitor stays on the phone and hears music. It refuses with "session_not_yours" when by does
// not talk in it any more.
func (s *Service) Redirect(ctx context.Context, session routing.SessionID, to queue.Target, by routing.OperatorID) error {
	return s.do(ctx, func() error {
		for _, d := range s.drives {
			if d.row.Session == session && d.row.State == routing.CallbackBridged && d.hunt.Place() == "" && d.hunt.Agent().ID == by {
				d.send(to)
				return nil
			}
		}
		return routing.Refuse(routing.Conflict, "session_not_yours")
	})
}

// Watch gives every change of what a visitor sees to watcher, in order for each
// callback, until stop is called. watcher must not block.
func (s *Service) Watch(watcher func(View)) (stop func()) {
	var id int
	_ = s.do(context.Background(), func() error { // after Close there is nothing to watch
		id = s.watchers.Add(watcher)
		return nil
	})
	return func() { s.own.Send(func() { s.watchers.Remove(id) }) }
}

// Line is the waiting line that the callbacks stand in.
func (s *Service) Line() *queue.Line { return s.opts.Line }

// adopt makes a callback one of this process's own.
func (s *Service) adopt(c routing.Callback) *drive {
	d := &drive{s: s, row: c, log: s.log.With(slog.String("callback", string(c.ID)), slog.String("session", string(c.Session)))}
	d.hunt = hunt.New(hunt.Options{
		Driver: d, Send: func(task func()) { s.own.Send(task) }, Line: s.opts.Line, Calls: s.opts.Calls, Clock: s.opts.Clock, Log: d.log,
		Join: queue.Join{
			Kind: routing.CallbackChannel, Name: c.Name, Number: c.Number, Queue: c.Queue, Language: c.Language,
			Session: c.Session, Visitor: c.Visitor, Callback: c.ID, Since: c.Created, Admitted: true,
		},
		Spec: call.Spec{
			Session: c.Session, Kind: routing.CallbackCall, Queue: c.Queue, ClientName: c.Name, ClientNumber: c.Number, Record: s.opts.Record,
		},
		Say: s.opts.Say, Sentence: "ring.callback", Number: s.opts.Caller,
	})
	s.drives[c.ID] = d
	s.opts.Metrics.open.Inc()
	return d
}

// forget lets a callback go that has ended and is on disk, or is not ours. Only
// then its number may be asked for again: else a crash could leave two open.
func (s *Service) forget(d *drive) {
	if s.drives[d.row.ID] == d {
		delete(s.drives, d.row.ID)
		s.opts.Metrics.open.Dec()
	}
}

// of returns what is not forgotten of a number: one at most, unless a crash left more.
func (s *Service) of(number string) []*drive {
	var all []*drive
	for _, d := range s.drives {
		if d.row.Number == number {
			all = append(all, d)
		}
	}
	return all
}

// settle tells Close when the last write is done.
func (s *Service) settle() {
	if !s.closing {
		return
	}
	for _, d := range s.drives {
		if d.version > d.durable {
			return
		}
	}
	select {
	case <-s.settled:
	default:
		close(s.settled)
	}
}

func (s *Service) tell(v View) {
	s.watchers.Tell(v)
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

func unknown() error { return routing.Refuse(routing.NotFound, "callback_unknown") }

func unavailable(err error) error {
	return &routing.Error{Kind: routing.Unavailable, Code: "store_unavailable", Err: err}
}
