package day

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"sufler/internal/clock"
	"sufler/internal/loop"
	"sufler/routing"
	"sufler/routing/people"
	"sufler/routing/queue"
)

const (
	// pause is how long a database that failed is left alone.
	pause = 2 * time.Second
	// storeLimit is how long one write may take.
	storeLimit = 10 * time.Second
	// mostSessions is more than anybody takes in two days.
	mostSessions = 5_000
	// Longest is how long a day is at most: of whatever time zone, and begun at whatever hour.
	Longest = 48 * time.Hour
)

// Store keeps spans, and is where sessions are read.
type Store interface {
	routing.DayStore
	Sessions(ctx context.Context, wanted routing.SessionFilter, limit int) ([]routing.Session, error)
}

// Options are what a Service works with.
type Options struct {
	Store Store
	Clock clock.Clock // nil: the machine's
	Log   *slog.Logger
}

// Service writes down what no session tells of, and reads the figures. Its methods may
// be called from any goroutine; Of not from watchers.
type Service struct {
	opts Options
	own  *loop.Loop
	work sync.WaitGroup

	// The fields below belong to the loop.
	paused  map[routing.OperatorID]routing.Span // who is on pause
	writes  []routing.Span                      // what is to be written; the first is being written
	closing bool
	settled chan struct{} // closed when closing and everything is written
}

// New makes a service. Start is next; its owner ends it with Close.
func New(o Options) *Service {
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Service{opts: o, own: loop.New(), paused: make(map[routing.OperatorID]routing.Span), settled: make(chan struct{})}
}

// Start ends what a process before has left: nobody is on pause in a new one.
func (s *Service) Start(ctx context.Context) error { return s.opts.Store.EndSpans(ctx, s.now()) }

// Close ends the pauses of this process, and returns when everything is on disk or
// cannot be written, or when ctx ends.
func (s *Service) Close(ctx context.Context) {
	s.own.Send(func() {
		s.closing = true
		for id := range s.paused {
			s.endPause(id, s.now())
		}
		s.settle()
	})
	select {
	case <-s.settled:
	case <-ctx.Done():
		s.opts.Log.Error("people's days were closed with writes left", slog.Any("err", ctx.Err()))
	}
	s.own.Close()
	<-s.own.Done()
	s.work.Wait()
}

// MemberChanged takes how somebody is doing now. Those of one operator come in order.
func (s *Service) MemberChanged(m people.Member) {
	at := s.now()
	s.own.Send(func() {
		switch _, was := s.paused[m.ID]; {
		case s.closing || was == (m.Status == people.Pause):
		case was:
			s.endPause(m.ID, at)
		default:
			one := routing.Span{ID: routing.NewID[routing.SpanID](), Operator: m.ID, Kind: routing.PauseSpan, Began: at}
			s.paused[m.ID] = one
			s.put(one)
		}
	})
}

// LineChanged takes what the line tells: an offer that nobody answered is one that was missed.
func (s *Service) LineChanged(e queue.Event) {
	ended, is := e.(queue.OfferEnded)
	if !is || ended.Reason != queue.OfferMissed {
		return
	}
	at := s.now()
	s.own.Send(func() {
		s.put(routing.Span{ID: routing.NewID[routing.SpanID](), Operator: ended.Operator, Kind: routing.MissedSpan, Began: at, Ended: at})
	})
}

// Of are the figures of an operator from a beginning until now; of a beginning that is
// longer ago than the Longest day, from then.
func (s *Service) Of(ctx context.Context, id routing.OperatorID, since time.Time) (Figures, error) {
	now := s.now()
	if first := now.Add(-Longest); since.Before(first) {
		since = first
	}
	sessions, err := s.opts.Store.Sessions(ctx, routing.SessionFilter{Operator: id, OpenSince: since}, mostSessions)
	if err != nil {
		return Figures{}, unavailable(err)
	}
	spans, err := s.opts.Store.Spans(ctx, id, since)
	if err != nil {
		return Figures{}, unavailable(err)
	}
	return FiguresOf(id, sessions, spans, since, now), nil
}

func (s *Service) endPause(id routing.OperatorID, at time.Time) {
	one := s.paused[id]
	delete(s.paused, id)
	one.Ended = at
	s.put(one)
}

func (s *Service) put(one routing.Span) {
	s.writes = append(s.writes, one)
	if len(s.writes) == 1 {
		s.next()
	}
}

// next writes the first of what waits.
func (s *Service) next() {
	one := s.writes[0]
	s.work.Go(func() {
		ctx, cancel := context.WithTimeout(context.Background(), storeLimit)
		defer cancel()
		err := s.opts.Store.PutSpan(ctx, one)
		s.own.Send(func() { s.written(err) })
	})
}

func (s *Service) written(err error) {
	if err != nil && !s.closing {
		s.opts.Log.Warn("people's days wait for the database", slog.Any("err", err))
		s.opts.Clock.AfterFunc(pause, func() { s.own.Send(s.next) })
		return
	}
	if err != nil {
		s.opts.Log.Error("a part of somebody's day was not kept", slog.Any("err", err))
	}
	s.writes = s.writes[1:]
	if len(s.writes) > 0 {
		s.next()
		return
	}
	s.settle()
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

func unavailable(err error) error {
	return &routing.Error{Kind: routing.Unavailable, Code: "store_unavailable", Err: err}
}
