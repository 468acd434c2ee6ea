package sip

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"

	"sufler/internal/clock"
	"sufler/mixer"
	"sufler/routing"
	"sufler/sip/siptest"
)

// testTimers repeat often and wait long: a busy machine must not look like a
// silent peer.
var testTimers = Timers{
	T1: 20 * time.Millisecond, T2: 80 * time.Millisecond, T4: 50 * time.Millisecond,
	Silence: siptest.Patience, Linger: siptest.Patience, MaxRing: 2 * siptest.Patience,
}

// impatient is for tests in which a peer is really silent.
func impatient(o *Options) {
	o.Timers.Silence, o.Timers.Linger = 100*time.Millisecond, 100*time.Millisecond
}

func TestMain(m *testing.M) {
	// sipgo's own timers are the same for all tests: B and F are 64*T1.
	setGlobals(Timers{T1: 100 * time.Millisecond, T2: 400 * time.Millisecond, T4: 50 * time.Millisecond})
	goleak.VerifyTestMain(m)
}

// tape records the events of one leg.
type tape struct {
	mu     sync.Mutex
	events []routing.LegEvent
}

func (r *tape) sink(s routing.Signal) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events = append(r.events, s.Event)
}

func (r *tape) all() []routing.LegEvent {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]routing.LegEvent(nil), r.events...)
}

// names lists the events as words: "ringing answered ended:busy".
func (r *tape) names() string {
	var words []string
	for _, e := range r.all() {
		switch e := e.(type) {
		case routing.Ended:
			words = append(words, "ended:"+e.Cause.String())
		default:
			words = append(words, strings.ToLower(strings.TrimPrefix(fmt.Sprintf("%T", e), "routing.")))
		}
	}
	return strings.Join(words, " ")
}

// await waits for an event of a type and returns the first one.
func await[E routing.LegEvent](t *testing.T, r *tape) E {
	t.Helper()
	var found E
	siptest.Eventually(t, fmt.Sprintf("%T (got %s)", found, r.names()), func() bool {
		for _, e := range r.all() {
			if match, ok := e.(E); ok {
				found = match
				return true
			}
		}
		return false
	})
	return found
}

const testSDP = "v=0\no=- 1 1 IN IP4 127.0.0.1\ns=-\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 20000 RTP/AVP 8\na=sendrecv\n"

// fixedMedia answers with SDP that never changes but for the direction, and
// counts what it is asked.
type fixedMedia struct {
	maker *fixedMaker
	port  mixer.PortID
	spec  MediaSpec

	mu     sync.Mutex
	up     bool
	closed int
	heard  []string
}

func (m *fixedMedia) Offer() ([]byte, error) {
	return []byte(strings.ReplaceAll(testSDP, "\n", "\r\n")), nil
}

func (m *fixedMedia) Answer(offer []byte) ([]byte, error) {
	if err := m.maker.Check(m.spec, offer); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.up = true
	m.heard = append(m.heard, string(offer))
	answer := testSDP
	switch {
	case strings.Contains(string(offer), "a=sendonly"):
		answer = strings.Replace(answer, "a=sendrecv", "a=recvonly", 1)
	case strings.Contains(string(offer), "a=inactive"):
		answer = strings.Replace(answer, "a=sendrecv", "a=inactive", 1)
	}
	return []byte(strings.ReplaceAll(answer, "\n", "\r\n")), nil
}

func (m *fixedMedia) Accept(answer []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !strings.Contains(string(answer), "m=audio") {
		return routing.Refuse(routing.Invalid, "codec_unknown")
	}
	m.up = true
	m.heard = append(m.heard, string(answer))
	return nil
}

func (m *fixedMedia) Port() mixer.PortID {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.up {
		return 0
	}
	return m.port
}

func (m *fixedMedia) Close() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed++
}

// fixedMaker makes fixedMedia and remembers them all.
type fixedMaker struct {
	mu   sync.Mutex
	made []*fixedMedia
}

func (f *fixedMaker) Make(spec MediaSpec) (Media, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	m := &fixedMedia{maker: f, port: mixer.PortID(len(f.made) + 1), spec: spec}
	f.made = append(f.made, m)
	return m, nil
}

func (f *fixedMaker) Check(_ MediaSpec, offer []byte) error {
	if strings.Contains(string(offer), "m=audio 20000 RTP/AVP 99") {
		return routing.Refuse(routing.Invalid, "codec_unknown")
	}
	return nil
}

// open counts the media that were not closed, or were closed twice.
func (f *fixedMaker) open() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := 0
	for _, m := range f.made {
		m.mu.Lock()
		if m.closed != 1 {
			n++
		}
		m.mu.Unlock()
	}
	return n
}

// desk is a receiver that keeps what comes in.
type desk struct {
	mu    sync.Mutex
	calls []*visit
	no    error // every call is refused with it
}

func (d *desk) refuse(err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.no = err
}

type visit struct {
	tape
	in routing.Inbound
}

func (d *desk) Receive(in routing.Inbound) (func(routing.Signal), error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.no != nil {
		return nil, d.no
	}
	v := &visit{in: in}
	d.calls = append(d.calls, v)
	return v.sink, nil
}

func (d *desk) count() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.calls)
}

func (d *desk) call(t *testing.T, i int) *visit {
	t.Helper()
	siptest.Eventually(t, fmt.Sprintf("call %d comes in", i), func() bool { return d.count() > i })
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.calls[i]
}

// house is a stack under test with everything around it.
type house struct {
	*Stack
	t     *testing.T
	media *fixedMaker
	desk  *desk
	reg   *prometheus.Registry
}

const testRealm = "sufler"

// testAccounts knows phones 101 to 104 with the password "secret-101" and so on.
func testAccounts(ext routing.Extension) (routing.Phone, bool) {
	if ext < "101" || ext > "104" || len(ext) != 3 {
		return routing.Phone{}, false
	}
	md, sha := HA1(string(ext), testRealm, "secret-"+string(ext))
	return routing.Phone{Extension: ext, HA1MD5: md, HA1SHA256: sha}, true
}

func newHouse(t *testing.T, change ...func(*Options)) *house {
	t.Helper()
	h := &house{t: t, media: &fixedMaker{}, desk: &desk{}, reg: prometheus.NewRegistry()}
	opt := Options{
		UDP: "127.0.0.1:0", TCP: "127.0.0.1:0", Realm: testRealm, Timers: testTimers,
		Media: h.media, Receiver: h.desk, Metrics: NewMetrics(h.reg), Log: testLog(t),
	}
	for _, f := range change {
		f(&opt)
	}
	stack, err := New(opt)
	if err != nil {
		t.Fatal(err)
	}
	h.Stack = stack
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), siptest.Patience)
		defer cancel()
		if err := stack.Close(ctx); err != nil {
			t.Errorf("close: %v", err)
		}
		h.empty()
	})
	return h
}

func open(o *Options)     { o.Open = true }
func accounts(o *Options) { o.Accounts = testAccounts; o.MinExpires = time.Second }

func testLog(t *testing.T) *slog.Logger {
	t.Helper()
	if os.Getenv("SIP_TEST_LOG") == "" {
		return nil
	}
	return slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// empty asserts that nothing is left: no leg, no waiting request, no open sound.
func (h *house) empty() {
	h.t.Helper()
	siptest.Eventually(h.t, "legs are gone", func() bool { return h.figure("sufler_sip_legs") == 0 })
	siptest.Eventually(h.t, "transactions are gone", func() bool { return h.figure("sufler_sip_transactions") == 0 })
	if n := h.media.open(); n != 0 {
		h.t.Errorf("got %d media not closed once, want 0", n)
	}
}

func (h *house) addr() netip.AddrPort { return h.UDPAddr() }

// call dials a peer as an endpoint does.
func (h *house) call(p *siptest.Peer, change ...func(*CallSpec)) (routing.Leg, *tape) {
	h.t.Helper()
	spec := CallSpec{Target: Target{URI: "sip:peer@" + p.Addr().String()}, Class: mixer.Outside, FromUser: "100"}
	for _, f := range change {
		f(&spec)
	}
	r := &tape{}
	leg, err := h.Call(spec, r.sink)
	if err != nil {
		h.t.Fatal(err)
	}
	return leg, r
}

// figure reads a metric, summed over its labels; a pair of label and value
// narrows it.
func (h *house) figure(name string, label ...string) float64 {
	h.t.Helper()
	families, err := h.reg.Gather()
	if err != nil {
		h.t.Fatal(err)
	}
	sum := 0.0
	for _, family := range families {
		if family.GetName() != name {
			continue
		}
		for _, m := range family.GetMetric() {
			fits := len(label) == 0
			for _, pair := range m.GetLabel() {
				fits = fits || pair.GetName() == label[0] && pair.GetValue() == label[1]
			}
			if fits {
				sum += m.GetGauge().GetValue() + m.GetCounter().GetValue()
			}
		}
	}
	return sum
}

// fakeClock is a clock that a test moves. Its timers run in the goroutine that
// moves it.
type fakeClock struct {
	mu     sync.Mutex
	now    time.Time
	timers []*fakeTimer
}

type fakeTimer struct {
	clock *fakeClock
	at    time.Time
	f     func()
	done  bool
}

func (c *fakeClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *fakeClock) AfterFunc(d time.Duration, f func()) clock.Timer {
	c.mu.Lock()
	defer c.mu.Unlock()
	timer := &fakeTimer{clock: c, at: c.now.Add(d), f: f}
	c.timers = append(c.timers, timer)
	return timer
}

func (t *fakeTimer) Stop() bool {
	t.clock.mu.Lock()
	defer t.clock.mu.Unlock()
	was := !t.done
	t.done = true
	return was
}

// due says that a timer is set for exactly that far ahead.
func (c *fakeClock) due(d time.Duration) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.ContainsFunc(c.timers, func(timer *fakeTimer) bool { return !timer.done && timer.at.Equal(c.now.Add(d)) })
}

func (c *fakeClock) advance(d time.Duration) {
	c.mu.Lock()
	c.now = c.now.Add(d)
	var due []*fakeTimer
	for _, timer := range c.timers {
		if !timer.done && !timer.at.After(c.now) {
			timer.done = true
			due = append(due, timer)
		}
	}
	c.mu.Unlock()
	for _, timer := range due {
		timer.f()
	}
}

// hangUp is the plainest command.
var hangUp = routing.Hangup{}
