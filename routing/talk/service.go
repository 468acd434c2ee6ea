package talk

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"sufler/internal/loop"
	"sufler/internal/tally"
	"sufler/internal/token"
	"sufler/internal/watch"
	"sufler/routing"
	"sufler/routing/hunt"
	"sufler/routing/queue"
)

// originsKept is of how many origins the talks of an hour are counted.
const originsKept = 10_000

// Service is every talk by the browser of this process. Its methods may be called
// from any goroutine but those of watchers.
type Service struct {
	opts Options
	log  *slog.Logger
	own  *loop.Loop

	// The fields below belong to the loop.
	talks    map[routing.TalkID]*drive
	begun    *tally.Tally[string] // by origin
	watchers watch.List[View]
	draining bool // nothing new is taken
}

// New makes a service with no talks. Its owner ends it with Close.
func New(o Options) *Service {
	o = o.withDefaults()
	return &Service{
		opts: o, log: o.Log, own: loop.New(),
		talks: make(map[routing.TalkID]*drive), begun: tally.New[string](time.Hour, originsKept),
	}
}

// Drain takes nothing new and ends the talks that wait for an operator. Those that
// have one go on.
func (s *Service) Drain(ctx context.Context) error {
	return s.do(ctx, func() error {
		s.draining = true
		for _, d := range s.talks {
			d.putOff()
		}
		return nil
	})
}

// Close takes nothing new, ends what is open and forgets it. Calls are the
// exchange's: close that first.
func (s *Service) Close() {
	s.own.Send(func() {
		s.draining = true
		for _, d := range s.talks {
			d.finish(Break, ReasonFailed)
			d.forget.Stop()
		}
		clear(s.talks)
	})
	s.own.Close()
	<-s.own.Done()
}

// Get returns a talk to who has its token; else it refuses with "talk_unknown",
// whether it exists or not.
func (s *Service) Get(ctx context.Context, id routing.TalkID, secret string) (View, error) {
	var v View
	err := s.do(ctx, func() error {
		d, err := s.find(id, secret)
		if err == nil {
			v = d.view()
		}
		return err
	})
	return v, err
}

// End ends a talk for who has its token: leaves the line, or hangs up. Ending what
// has ended changes nothing.
func (s *Service) End(ctx context.Context, id routing.TalkID, secret string) (View, error) {
	var v View
	err := s.do(ctx, func() error {
		d, err := s.find(id, secret)
		if err == nil {
			d.cancel()
			v = d.view()
		}
		return err
	})
	return v, err
}

func (s *Service) find(id routing.TalkID, secret string) (*drive, error) {
	hash := ""
	d := s.talks[id]
	if d != nil {
		hash = d.tokenHash
	}
	if !token.Fits(hash, secret) {
		return nil, routing.Refuse(routing.NotFound, "talk_unknown")
	}
	return d, nil
}

// Accept gives the place of a talk to an operator and returns the call in which
// they now ring. It refuses as queue.Line.Accept does.
func (s *Service) Accept(ctx context.Context, place routing.PlaceID, by routing.OperatorID) (routing.CallID, error) {
	return hunt.Accept(ctx, s.opts.Line, place, by, s.do, func(place routing.PlaceID) *hunt.Hunt {
		for _, d := range s.talks {
			if d.hunt.Place() == place {
				return d.hunt
			}
		}
		return nil
	})
}

// Redirect lets the operator of a talk go and finds the one it is sent to; the visitor
// stays in the call and hears music. It refuses with "session_not_yours" when by does not talk
// in it any more.
func (s *Service) Redirect(ctx context.Context, session routing.SessionID, to queue.Target, by routing.OperatorID) error {
	return s.do(ctx, func() error {
		for _, d := range s.talks {
			if d.session == session && (d.state == Talking || d.state == Away) && d.hunt.Agent().ID == by {
				d.send(to)
				return nil
			}
		}
		return routing.Refuse(routing.Conflict, "session_not_yours")
	})
}

// Watch gives every change of what a visitor sees to watcher, in order for each
// talk, until stop is called. watcher must not block.
func (s *Service) Watch(watcher func(View)) (stop func()) {
	var id int
	_ = s.do(context.Background(), func() error { // after Close there is nothing to watch
		id = s.watchers.Add(watcher)
		return nil
	})
	return func() { s.own.Send(func() { s.watchers.Remove(id) }) }
}

func (s *Service) tell(v View) {
	s.watchers.Tell(v)
}

// now is the time as pages are told it.
func (s *Service) now() time.Time { return s.opts.Clock.Now().UTC().Truncate(time.Millisecond) }

// do runs a task on the loop.
func (s *Service) do(ctx context.Context, task func() error) error {
	err := s.own.Do(ctx, task)
	if errors.Is(err, loop.ErrClosed) {
		return routing.Refuse(routing.Unavailable, "server_closing")
	}
	return err
}
