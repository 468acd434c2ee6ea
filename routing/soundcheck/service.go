package soundcheck

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"sufler/internal/clock"
	"sufler/internal/loop"
	"sufler/internal/watch"
	"sufler/mixer"
	"sufler/mixer/mirror"
	"sufler/routing"
)

// Plane is what a check needs of the sound plane. None of it blocks.
type Plane interface {
	NewPortID() mixer.PortID
	Attach(mixer.Attachment) error
	Detach(mixer.PortID)
	Apply(mixer.Plan)
	EndCall(mixer.CallID)
}

// Options are what a Service works with.
type Options struct {
	Dialler routing.Dialler // for Destination.Browser
	Plane   Plane
	Clock   clock.Clock // nil: the machine's
	Log     *slog.Logger

	Delay  time.Duration // after which the own voice comes back; 0 means 1 s
	Length time.Duration // of a check, from when the sound is there; 0 means 10 s
	Ring   time.Duration // how long the page may take to offer its sound; 0 means 15 s
}

func (o Options) withDefaults() Options {
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	o.Delay = cmp.Or(o.Delay, time.Second)
	o.Length = cmp.Or(o.Length, 10*time.Second)
	o.Ring = cmp.Or(o.Ring, 15*time.Second)
	return o
}

// Measured is what the sound plane hears of who checks, five times a second.
type Measured struct {
	Owner          routing.OperatorID
	Leg            routing.LegID
	DBFS, PeakDBFS float64 // dB below full scale, of the last fifth of a second
	Packets        uint64  // received in all
}

// Service is every sound check of this process. Its methods may be called from any
// goroutine but those of watchers.
type Service struct {
	opts Options
	open atomic.Int32 // checks, so that Handle leaves the loop alone when there are none

	own *loop.Loop

	// The fields below belong to the loop.
	checks   map[routing.LegID]*check // whose legs have not ended
	watchers watch.List[Measured]
	closing  bool
	settled  chan struct{} // closed when closing and the last leg has ended
}

// New makes a service with no checks. Its owner ends it with Close.
func New(o Options) *Service {
	return &Service{
		opts: o.withDefaults(), own: loop.New(),
		checks: make(map[routing.LegID]*check), settled: make(chan struct{}),
	}
}

// Begin dials an operator's page, which answers by itself, and returns the leg. One
// that the operator has begun before ends. It refuses as the dialler does, and with
// "server_closing".
func (s *Service) Begin(ctx context.Context, by routing.OperatorID) (routing.LegID, error) {
	c := &check{s: s, owner: by, id: routing.NewID[routing.LegID]()}
	err := s.own.Do(ctx, func() error {
		if s.closing {
			return routing.Refuse(routing.Unavailable, "server_closing")
		}
		for _, before := range s.checks {
			if before.owner == by {
				before.hangUp(routing.TakenOver)
			}
		}
		return c.dial()
	})
	if errors.Is(err, loop.ErrClosed) {
		err = routing.Refuse(routing.Unavailable, "server_closing")
	}
	return c.id, err
}

// Watch gives what is heard to watcher until stop is called. watcher must not block.
func (s *Service) Watch(watcher func(Measured)) (stop func()) {
	var id int
	_ = s.own.Do(context.Background(), func() error { // after Close there is nothing to watch
		id = s.watchers.Add(watcher)
		return nil
	})
	return func() { s.own.Send(func() { s.watchers.Remove(id) }) }
}

// Handle takes an event of the sound plane; those of calls are left alone. It does
// not block.
func (s *Service) Handle(event mixer.Event) {
	if m, ok := event.(mixer.Metered); ok && s.open.Load() > 0 {
		s.own.Send(func() { s.metered(m) })
	}
}

func (s *Service) metered(m mixer.Metered) {
	c := s.checks[routing.LegID(m.Call)]
	if c == nil {
		return
	}
	for _, l := range m.Levels {
		if l.Port != c.person {
			continue
		}
		s.watchers.Tell(Measured{Owner: c.owner, Leg: c.id, DBFS: l.DBFS, PeakDBFS: l.PeakDBFS, Packets: l.Packets})
	}
}

// Close ends all checks and waits until their legs have ended or ctx is done.
func (s *Service) Close(ctx context.Context) {
	s.own.Send(func() {
		s.closing = true
		for _, c := range s.checks {
			c.hangUp(routing.ShuttingDown)
		}
		s.settle()
	})
	select {
	case <-s.settled:
	case <-ctx.Done():
		s.opts.Log.Error("sound checks closed with legs left", slog.Any("err", ctx.Err()))
	}
	s.own.Close()
	<-s.own.Done()
}

func (s *Service) settle() {
	if s.closing && len(s.checks) == 0 {
		select {
		case <-s.settled:
		default:
			close(s.settled)
		}
	}
}

// check is one leg and its mirror. All of it belongs to the service's loop. The
// leg's id is the name of its bus in the sound plane.
type check struct {
	s      *Service
	owner  routing.OperatorID
	id     routing.LegID
	leg    routing.Leg
	person mixer.PortID
	mirror mixer.PortID // 0: not attached
	epoch  uint64
	limit  clock.Timer // nil: no sound yet
}

func (c *check) dial() error {
	leg, err := c.s.opts.Dialler.Dial(routing.DialRequest{
		Leg: c.id, To: routing.Destination{Browser: c.owner}, Class: mixer.Staff, RingTimeout: c.s.opts.Ring, Expected: true,
	}, func(sig routing.Signal) { c.s.own.Send(func() { c.heard(sig.Event) }) })
	if err != nil {
		return err
	}
	c.leg = leg
	c.s.checks[c.id] = c
	c.s.open.Add(1)
	return nil
}

func (c *check) hangUp(cause routing.Cause) { c.leg.Do(routing.Hangup{Cause: cause}) }

func (c *check) heard(e routing.LegEvent) {
	switch e := e.(type) {
	case routing.Answered:
		c.reflect(e.Port)
	case routing.PortChanged:
		c.reflect(e.Port)
	case routing.MediaBack:
		c.reflect(e.Port)
	case routing.Ended:
		c.end()
	}
}

// reflect lets the person hear the mirror, and the mirror the person.
func (c *check) reflect(port mixer.PortID) {
	c.person = port
	if c.mirror == 0 {
		if err := c.attach(); err != nil {
			c.s.opts.Log.Error("sound check has no mirror", slog.String("leg", string(c.id)), slog.Any("err", err))
			c.hangUp(routing.Failed)
			return
		}
		c.limit = c.s.opts.Clock.AfterFunc(c.s.opts.Length, func() { c.s.own.Send(func() { c.hangUp(routing.HungUp) }) })
	}
	if port == 0 { // no sound for now; a new port will follow
		return
	}
	c.epoch++
	c.s.opts.Plane.Apply(mixer.Plan{Call: mixer.CallID(c.id), Epoch: c.epoch, Rows: []mixer.Row{
		{Listener: port, Sources: []mixer.PortID{c.mirror}},
		{Listener: c.mirror, Sources: []mixer.PortID{port}},
	}})
}

func (c *check) attach() error {
	id := c.s.opts.Plane.NewPortID()
	err := c.s.opts.Plane.Attach(mixer.Attachment{
		Port: id, Class: mixer.Staff, Codec: mixer.PCMU, PacketFrames: 1, Unwatched: true, Wire: mirror.New(c.s.opts.Delay),
	})
	if err == nil {
		c.mirror = id
	}
	return err
}

// end leaves nothing behind a leg that has ended.
func (c *check) end() {
	if c.limit != nil {
		c.limit.Stop()
	}
	if c.mirror != 0 {
		c.s.opts.Plane.Detach(c.mirror)
		c.s.opts.Plane.EndCall(mixer.CallID(c.id))
	}
	delete(c.s.checks, c.id)
	c.s.open.Add(-1)
	c.s.settle()
}
