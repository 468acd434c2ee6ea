package rtc

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"slices"
	"sync"
	"time"

	"sufler/internal/clock"
	"sufler/internal/loop"
	"sufler/mixer"
	"sufler/routing"
)

// DefaultLimit is how many legs there may be at once when Options does not say.
const DefaultLimit = 1000

// remembered is how many ended legs are told from those that never were.
const remembered = 1000

// Plane is the part of the sound plane that a leg needs; *mixer.Plane is one. It
// closes the wire of a port that is detached, on the thread that read it.
type Plane interface {
	NewPortID() mixer.PortID
	Attach(mixer.Attachment) error
	Detach(mixer.PortID)
}

// Options are what a Stack needs; only Plane and Listen must be set.
type Options struct {
	Plane Plane
	// Listen is the address and port of all pages' sound, UDP and TCP. An unspecified
	// address is every one of the machine's; port 0 takes a free one.
	Listen netip.AddrPort
	// External is the one address that answers announce, where a NAT leads from it to
	// Listen with the same port number; not valid: those listened at. With it an
	// unspecified Listen is the address from which this machine sends to External.
	External netip.Addr
	Limit    int // legs at once; 0: DefaultLimit
	Clock    clock.Clock
	Log      *slog.Logger
	Metrics  *Metrics
}

// Stack is the sound of all pages. It may be used by several goroutines.
type Stack struct {
	plane    Plane
	limit    int
	clock    clock.Clock
	log      *slog.Logger
	metrics  *Metrics
	listener *listener
	engine   *engine
	watcher  *watcher
	all      sync.WaitGroup // goroutines that outlive the call that began them

	mu       sync.Mutex
	closed   bool
	offering sync.WaitGroup
	legs     map[routing.LegID]*Leg
	born     uint64
	graves   []grave
	told     map[int]func(routing.BrowserLeg)
	watches  int
}

// grave is a leg that has ended.
type grave struct {
	leg   routing.LegID
	owner routing.BrowserOwner
}

var (
	_ routing.Browsers = (*Stack)(nil)
	_ routing.Dialler  = (*Stack)(nil)
)

// New opens the port. Close gives it back.
func New(opt Options) (*Stack, error) {
	if opt.Clock == nil {
		opt.Clock = clock.System{}
	}
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	if opt.Metrics == nil {
		opt.Metrics = NewMetrics(nil)
	}
	l, err := listen(opt.Listen, opt.External, opt.Log)
	if err != nil {
		return nil, err
	}
	e, err := newEngine(l, opt.External, opt.Clock, opt.Log)
	if err != nil {
		return nil, errors.Join(err, l.close())
	}
	return &Stack{
		plane: opt.Plane, limit: cmp.Or(opt.Limit, DefaultLimit), clock: opt.Clock, log: opt.Log, metrics: opt.Metrics,
		listener: l, engine: e, watcher: newWatcher(opt.Clock),
		legs: make(map[routing.LegID]*Leg), told: make(map[int]func(routing.BrowserLeg)),
	}, nil
}

// Addr is where pages send their sound, UDP and TCP, with the number that port 0
// was given.
func (s *Stack) Addr() netip.AddrPort { return s.listener.at }

// Dial rings the page of an operator's desk. Other destinations are refused.
func (s *Stack) Dial(req routing.DialRequest, sink func(routing.Signal)) (routing.Leg, error) {
	if req.To.Browser == "" {
		return nil, routing.Refuse(routing.Invalid, "number_invalid", "number", "")
	}
	l := s.newLeg(cmp.Or(req.Leg, routing.NewID[routing.LegID]()), routing.BrowserOwner(req.To.Browser), req.Class)
	l.sink = sink
	l.view.Call, l.view.FromName, l.view.FromNumber = req.Call, req.FromName, req.FromNumber
	l.view.Expected, l.view.Quiet = req.Expected, req.Class == mixer.Hidden
	if err := s.start(l, cmp.Or(req.RingTimeout, ringLimit), func() {}); err != nil {
		return nil, err
	}
	return l, nil
}

// Arrive makes the leg of a visitor who calls us from a page.
func (s *Stack) Arrive(owner routing.BrowserOwner, take func(routing.Leg) (sink func(routing.Signal))) (routing.Leg, error) {
	l := s.newLeg(routing.NewID[routing.LegID](), owner, mixer.Outside)
	l.arrived = true
	if err := s.start(l, offerLimit, func() { l.sink = take(l) }); err != nil {
		return nil, err
	}
	return l, nil
}

// start counts a leg in and lets it begin. Who finds it from now on comes after its
// first task, which waits for ready to be done.
func (s *Stack) start(l *Leg, patience time.Duration, ready func()) error {
	entered := make(chan bool, 1)
	l.post(func() {
		if <-entered {
			l.begin(patience)
		}
	})
	err := s.enter(l)
	if err == nil {
		ready()
	}
	entered <- err == nil
	return err
}

func (s *Stack) newLeg(id routing.LegID, owner routing.BrowserOwner, class mixer.Class) *Leg {
	return &Leg{
		id: id, owner: owner, class: class, stack: s, own: loop.New(), state: routing.BrowserRings,
		log:  s.log.With(slog.String("leg", string(id))),
		view: routing.BrowserLeg{Leg: id, Owner: owner, State: routing.BrowserRings, Since: s.clock.Now()},
	}
}

// enter counts a leg in, or refuses it.
func (s *Stack) enter(l *Leg) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var err error
	switch {
	case s.closed:
		err = routing.Refuse(routing.Unavailable, "server_closing")
	case s.legs[l.id] != nil:
		err = fmt.Errorf("rtc: leg %s: exists already", l.id)
	case len(s.legs) >= s.limit:
		err = routing.Refuse(routing.Busy, "browsers_full")
	}
	if err != nil {
		l.own.Close()
		return err
	}
	s.born++
	l.order = s.born
	s.legs[l.id] = l
	s.metrics.legs.Inc()
	return nil
}

// leave counts a leg out and remembers it for a while.
func (s *Stack) leave(l *Leg) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.legs, l.id)
	s.metrics.legs.Dec()
	if len(s.graves) == remembered {
		s.graves = slices.Delete(s.graves, 0, remembered/2)
	}
	s.graves = append(s.graves, grave{l.id, l.owner})
}

// find returns an owner's leg.
func (s *Stack) find(owner routing.BrowserOwner, id routing.LegID) (*Leg, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if l := s.legs[id]; l != nil && l.owner == owner {
		return l, nil
	}
	if slices.Contains(s.graves, grave{id, owner}) {
		return nil, routing.Refuse(routing.Gone, "leg_ended")
	}
	return nil, routing.Refuse(routing.NotFound, "leg_unknown")
}

// Offer gives a leg its sound and returns our answer. It reads one stream of
// sound and nothing else: an offer with more is refused.
func (s *Stack) Offer(ctx context.Context, owner routing.BrowserOwner, leg routing.LegID, text string) (string, error) {
	answer, err := s.offer(ctx, owner, leg, text)
	s.metrics.offered(err)
	return answer, err
}

func (s *Stack) offer(ctx context.Context, owner routing.BrowserOwner, leg routing.LegID, text string) (string, error) {
	l, err := s.find(owner, leg)
	if err != nil {
		return "", err
	}
	o, err := readOffer(text)
	if err != nil {
		return "", err
	}
	if !s.begin() {
		return "", routing.Refuse(routing.Gone, "leg_ended")
	}
	defer s.offering.Done()
	p, answer, err := s.newPeer(ctx, o, func(p *peer) { l.post(func() { l.look(p) }) })
	if err != nil {
		return "", err
	}
	adopted := make(chan error, 1)
	if !l.post(func() { adopted <- l.adopt(p) }) {
		l.discard(p)
		return "", routing.Refuse(routing.Gone, "leg_ended")
	}
	if err := <-adopted; err != nil {
		return "", err
	}
	return answer, nil
}

// begin counts an offer that Close has to wait for; false when it is too late.
func (s *Stack) begin() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.offering.Add(1)
	return true
}

// Hangup ends a leg, or declines one that rings.
func (s *Stack) Hangup(owner routing.BrowserOwner, leg routing.LegID) error {
	l, err := s.find(owner, leg)
	if err != nil {
		if routing.KindOf(err) == routing.Gone {
			return nil // what was asked for has happened
		}
		return err
	}
	l.post(func() { l.end(l.left(), routing.FaultNone, "") })
	return nil
}

// Legs returns the owner's legs that have not ended, oldest first.
func (s *Stack) Legs(owner routing.BrowserOwner) []routing.BrowserLeg {
	var legs []routing.BrowserLeg
	for _, l := range s.living() {
		if l.owner == owner {
			legs = append(legs, l.shown())
		}
	}
	return legs
}

// living returns all legs, oldest first.
func (s *Stack) living() []*Leg {
	s.mu.Lock()
	defer s.mu.Unlock()
	legs := make([]*Leg, 0, len(s.legs))
	for _, l := range s.legs {
		legs = append(legs, l)
	}
	slices.SortFunc(legs, func(a, b *Leg) int { return cmp.Compare(a.order, b.order) })
	return legs
}

// Watch calls told with each leg after it has changed.
func (s *Stack) Watch(told func(routing.BrowserLeg)) (stop func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.watches++
	key := s.watches
	s.told[key] = told
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.told, key)
	}
}

// show tells those who watch. It is called by the leg's own goroutine, so that the
// changes of one leg come in order.
func (s *Stack) show(leg routing.BrowserLeg) {
	s.mu.Lock()
	told := make([]func(routing.BrowserLeg), 0, len(s.told))
	for _, f := range s.told {
		told = append(told, f)
	}
	s.mu.Unlock()
	for _, f := range told {
		f(leg)
	}
}

// Close ends all legs and waits until nothing of them runs any more, or until ctx
// is done. The sound plane must still run: it has the wires.
func (s *Stack) Close(ctx context.Context) error {
	s.mu.Lock()
	already := s.closed
	s.closed = true
	s.mu.Unlock()
	if already {
		return nil
	}
	done := make(chan error, 1)
	go func() { done <- s.end() }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return fmt.Errorf("rtc: close: %w", ctx.Err())
	}
}

func (s *Stack) end() error {
	s.offering.Wait()
	for _, l := range s.living() {
		l.post(func() { l.end(routing.ShuttingDown, routing.FaultNone, "") })
		<-l.own.Done()
	}
	s.all.Wait()
	return s.listener.close()
}
