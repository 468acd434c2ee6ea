package rtc_test

import (
	"context"
	"net/netip"
	"slices"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"sufler/internal/clock"
	"sufler/mixer"
	"sufler/routing"
	"sufler/rtc"
	"sufler/rtc/browser"
	"sufler/rtc/rtctest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// testClock stands still until a test moves it; what is due then happens.
type testClock struct {
	mu     sync.Mutex
	now    time.Time
	timers []*testTimer
}

type testTimer struct {
	clock *testClock
	at    time.Time
	f     func()
}

func newTestClock() *testClock {
	return &testClock{now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
}

func (c *testClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *testClock) AfterFunc(d time.Duration, f func()) clock.Timer {
	c.mu.Lock()
	defer c.mu.Unlock()
	t := &testTimer{clock: c, at: c.now.Add(d), f: f}
	c.timers = append(c.timers, t)
	return t
}

func (t *testTimer) Stop() bool {
	t.clock.mu.Lock()
	defer t.clock.mu.Unlock()
	i := slices.Index(t.clock.timers, t)
	if i >= 0 {
		t.clock.timers = slices.Delete(t.clock.timers, i, i+1)
	}
	return i >= 0
}

// advance lets time pass in small steps, so that timers that set themselves again
// are heard each time.
func (c *testClock) advance(d time.Duration) {
	const step = 50 * time.Millisecond
	for ; d > 0; d -= step {
		for _, f := range c.due(min(d, step)) {
			f()
		}
	}
}

func (c *testClock) due(d time.Duration) (due []func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	c.timers = slices.DeleteFunc(c.timers, func(t *testTimer) bool {
		if t.at.After(c.now) {
			return false
		}
		due = append(due, t.f)
		return true
	})
	return due
}

// skip lets time pass at once.
func (c *testClock) skip(d time.Duration) {
	for _, f := range c.due(d) {
		f()
	}
}

// running counts the timers that are set.
func (c *testClock) running() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.timers)
}

// hand is a sound plane with no thread: the test itself reads and writes the wires.
type hand struct {
	mu       sync.Mutex
	last     mixer.PortID
	attached map[mixer.PortID]mixer.Attachment
	refuses  error
}

func (h *hand) NewPortID() mixer.PortID {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.last++
	return h.last
}

func (h *hand) Attach(a mixer.Attachment) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.refuses != nil {
		return h.refuses
	}
	h.attached[a.Port] = a
	return nil
}

func (h *hand) Detach(p mixer.PortID) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.attached[p].Wire.Close()
	delete(h.attached, p)
}

func (h *hand) port(p mixer.PortID) mixer.Attachment {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.attached[p]
}

func (h *hand) ports() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.attached)
}

// world is a stack on a plane by hand, with a clock that stands still.
type world struct {
	t     testing.TB
	clock *testClock
	plane *hand
	stack *rtc.Stack
	shown shown
}

// shown collects what those who watch were told.
type shown struct {
	mu  sync.Mutex
	all []routing.BrowserLeg
}

func (s *shown) tell(l routing.BrowserLeg) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, l)
}

func (s *shown) states() (states []routing.BrowserState) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.all {
		states = append(states, l.State)
	}
	return states
}

var loopback = netip.MustParseAddrPort("127.0.0.1:0")

func newWorld(tb testing.TB, change ...func(*rtc.Options)) *world {
	tb.Helper()
	w := &world{t: tb, clock: newTestClock(), plane: &hand{attached: map[mixer.PortID]mixer.Attachment{}}}
	opt := rtc.Options{Plane: w.plane, Listen: loopback, Clock: w.clock}
	for _, f := range change {
		f(&opt)
	}
	w.stack = newStack(tb, opt)
	tb.Cleanup(w.stack.Watch(w.shown.tell))
	return w
}

func newStack(tb testing.TB, opt rtc.Options) *rtc.Stack {
	tb.Helper()
	s, err := rtc.New(opt)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), rtctest.Patience)
		defer cancel()
		if err := s.Close(ctx); err != nil {
			tb.Errorf("close: %v", err)
		}
	})
	return s
}

const anna = routing.OperatorID("anna")

// rung is a leg that rings at Anna's desk.
type rung struct {
	routing.Leg
	*rtctest.Events
}

func (w *world) dial(change ...func(*routing.DialRequest)) rung {
	w.t.Helper()
	req := routing.DialRequest{To: routing.Destination{Browser: anna}, Class: mixer.Staff, RingTimeout: 20 * time.Second}
	for _, f := range change {
		f(&req)
	}
	events := new(rtctest.Events)
	leg, err := w.stack.Dial(req, events.Sink)
	if err != nil {
		w.t.Fatal(err)
	}
	rtctest.Next[routing.Ringing](w.t, events)
	return rung{leg, events}
}

// arrive is a visitor's leg.
func (w *world) arrive() rung {
	w.t.Helper()
	events := new(rtctest.Events)
	leg, err := w.stack.Arrive(talk, func(routing.Leg) func(routing.Signal) { return events.Sink })
	if err != nil {
		w.t.Fatal(err)
	}
	return rung{leg, events}
}

const talk = routing.BrowserOwner("talk")

func (w *world) connect(r rung, opt browser.Options) *browser.Endpoint {
	w.t.Helper()
	return rtctest.Connect(w.t, w.stack, w.ownerOf(r), r.ID(), opt)
}

func (w *world) ownerOf(r rung) routing.BrowserOwner {
	for _, owner := range []routing.BrowserOwner{routing.BrowserOwner(anna), talk} {
		for _, l := range w.stack.Legs(owner) {
			if l.Leg == r.ID() {
				return owner
			}
		}
	}
	w.t.Fatalf("leg %s is nobody's", r.ID())
	return ""
}
