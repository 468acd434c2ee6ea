// Package phone is a telephone without a case: it registers, calls, answers,
// speaks, listens, records, presses keys and tells what it hears. The command
// "sufler phone", the demo's telephone network, the self-test and many tests are
// made of it.
//
// It knows SIP by the stack of package sip, and makes its sound itself, so that
// what it hears is not measured by the sound plane that it may be used to test.
// It knows nothing of calls with more than two ends.
package phone

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"strings"
	"sync"
	"time"

	"sufler/internal/clock"
	"sufler/internal/sdp"
	"sufler/mixer"
	"sufler/routing"
	"sufler/sip"
)

// Options are what a Phone needs; the zero value is a phone on 127.0.0.1.
type Options struct {
	// UDP and TCP are where SIP is listened for; both empty: UDP on a free port of
	// 127.0.0.1.
	UDP, TCP string
	// Name is sent as User-Agent.
	Name string
	// Codecs are offered and taken in this order; PCMU, PCMA when nil.
	Codecs []mixer.Codec
	Timers sip.Timers
	Clock  clock.Clock
	Log    *slog.Logger
	// Trace is told of every SIP message that comes and goes over UDP, Wire of every
	// datagram that comes to the sound of a call, RTP and RTCP, before anything is
	// made of it. Both are called from several goroutines, must not block and must
	// copy what they keep.
	Trace func(sip.Traced)
	Wire  func(datagram []byte)
}

// Behaviour is what a number of the phone does when it is called. The zero value
// rings, picks up at once and says nothing.
type Behaviour struct {
	// Refuse turns every call down: BusyHere, Declined; 0: it does not.
	Refuse routing.Cause
	// Silent gives no sign at all, not even ringing.
	Silent bool
	// Never rings and is not answered, unless by Call.Answer.
	Never bool
	// AnswerAfter is how long it rings.
	AnswerAfter time.Duration
	// HangupAfter is how long it talks; 0: until the other end has enough.
	HangupAfter time.Duration
	// Sound makes what is said, anew for each call; nil is silence.
	Sound func() mixer.Sound
	// Echo says what is heard.
	Echo bool
	// Called is told of each call as it comes in, before it rings. It must not block.
	Called func(*Call)
}

// Phone is one telephone, or many numbers with one address. It may be used by
// several goroutines.
type Phone struct {
	stack *sip.Stack
	lines *lines
	clock clock.Clock

	mu            sync.Mutex
	numbers       map[string]Behaviour
	users         map[string]bool // that were registered
	calls         map[*Call]struct{}
	registrations []*sip.Registration
	closed        bool
}

// New starts a phone. Its owner ends it with Close.
func New(opt Options) (*Phone, error) {
	if opt.UDP == "" && opt.TCP == "" {
		opt.UDP = "127.0.0.1:0"
	}
	if opt.Clock == nil {
		opt.Clock = clock.System{}
	}
	codecs, err := offered(opt.Codecs)
	if err != nil {
		return nil, err
	}
	p := &Phone{
		clock: opt.Clock, numbers: make(map[string]Behaviour), users: make(map[string]bool), calls: make(map[*Call]struct{}),
		lines: &lines{codecs: codecs, wire: opt.Wire, open: make(map[mixer.PortID]*line)},
	}
	p.stack, err = sip.New(sip.Options{
		UDP: opt.UDP, TCP: opt.TCP, UserAgent: cmp.Or(opt.Name, "Sufler phone"), Timers: opt.Timers,
		Clock: opt.Clock, Log: opt.Log, Media: p.lines, Receiver: p, Open: true, Trace: opt.Trace,
	})
	if err != nil {
		return nil, fmt.Errorf("phone: %w", err)
	}
	return p, nil
}

func offered(codecs []mixer.Codec) ([]sdp.Codec, error) {
	if codecs == nil {
		codecs = []mixer.Codec{mixer.PCMU, mixer.PCMA}
	}
	var list []sdp.Codec
	for _, c := range codecs {
		switch c {
		case mixer.PCMU:
			list = append(list, sdp.PCMU)
		case mixer.PCMA:
			list = append(list, sdp.PCMA)
		default:
			return nil, fmt.Errorf("phone: codec %s is not spoken", c)
		}
	}
	return append(list, sdp.Digits), nil
}

// Addr is where the phone takes SIP over UDP, or over TCP when it has no UDP.
func (p *Phone) Addr() netip.AddrPort {
	if a := p.stack.UDPAddr(); a.IsValid() {
		return a
	}
	return p.stack.TCPAddr()
}

// Serve sets what a number does when it is called; the number "" stands for all
// that have no behaviour of their own. Other numbers are refused with 404.
func (p *Phone) Serve(number string, b Behaviour) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.numbers[number] = b
}

// Account is where and as whom a phone registers.
type Account struct {
	Server    string // "127.0.0.1:5060"
	Transport string // "udp" (the default) or "tcp"
	User      string
	Password  string
	Expires   time.Duration // 5 min when zero
	// Q is how gladly this phone rings among others of the same user, 0.001 to 1;
	// 0: not said.
	Q float64
	// Changed is told how the registration stands, in order; it must not block.
	Changed func(sip.RegistrationState)
}

// Register keeps the phone registered until Close. A user for whom Serve sets no
// behaviour, not even that of "", has the zero one.
func (p *Phone) Register(a Account) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return errClosed
	}
	r, err := p.stack.Register(sip.RegisterSpec{
		Registrar: sip.Target{URI: "sip:" + a.Server, Transport: a.Transport}, User: a.User,
		Credentials: sip.Credentials{User: a.User, Password: a.Password}, Expires: a.Expires, Q: a.Q, Changed: a.Changed,
	})
	if err != nil {
		return fmt.Errorf("phone: register %s: %w", a.User, err)
	}
	p.registrations = append(p.registrations, r)
	p.users[a.User] = true
	return nil
}

var errClosed = fmt.Errorf("phone: %w", net.ErrClosed)

// Dial says whom to call and how to behave then.
type Dial struct {
	// To is a number, which Server knows, or a whole address, "sip:102@127.0.0.1:5060".
	To string
	// Server and Transport are as in Account; needed for a number.
	Server, Transport string
	// User is who we are, Name what the other phone shows besides; Password
	// answers when the server asks for it.
	User, Name, Password string
	Sound                mixer.Sound
	Echo                 bool
	RingTimeout          time.Duration // 0: until the far end gives up
	HangupAfter          time.Duration // after the answer; 0: never
	// Made is told of the call before anything happens to it, so that an ear can
	// be there for the first sample. It must not block.
	Made func(*Call)
}

// Call calls. An error means that there was no call at all; whatever happens to a
// call is told by the Call.
func (p *Phone) Call(d Dial) (*Call, error) {
	uri := d.To
	if !strings.HasPrefix(uri, "sip:") {
		uri = "sip:" + d.To + "@" + d.Server
	}
	c := p.newCall(d.To, d.Sound, d.Echo, d.HangupAfter)
	if err := p.remember(c); err != nil {
		return nil, err
	}
	if d.Made != nil {
		d.Made(c)
	}
	leg, err := p.stack.Call(sip.CallSpec{
		Target: sip.Target{URI: uri, Transport: d.Transport}, Class: mixer.Outside, FromName: d.Name, FromUser: d.User,
		Credentials: sip.Credentials{User: d.User, Password: d.Password}, RingTimeout: d.RingTimeout,
	}, c.signal)
	if err != nil {
		p.forget(c)
		return nil, fmt.Errorf("phone: call %s: %w", d.To, err)
	}
	c.mu.Lock()
	c.leg = leg
	c.mu.Unlock()
	return c, nil
}

// Receive takes a call that comes in.
func (p *Phone) Receive(in routing.Inbound) (func(routing.Signal), error) {
	b, ok := p.behaviour(in.To)
	if !ok {
		return nil, routing.Refuse(routing.NotFound, "number_invalid")
	}
	var sound mixer.Sound
	if b.Sound != nil {
		sound = b.Sound()
	}
	c := p.newCall(in.To, sound, b.Echo, b.HangupAfter)
	c.incoming, c.fromName, c.from, c.leg = true, in.FromName, in.FromNumber, in.Leg
	if err := p.remember(c); err != nil {
		return nil, routing.Refuse(routing.Unavailable, "server_closing")
	}
	if b.Called != nil {
		b.Called(c)
	}
	c.behave(b)
	return c.signal, nil
}

func (c *Call) behave(b Behaviour) {
	if b.Refuse != 0 {
		c.Refuse(b.Refuse)
		return
	}
	if !b.Silent {
		c.do(routing.Ring{})
		c.ringing()
	}
	switch {
	case b.Silent || b.Never:
	case b.AnswerAfter > 0:
		c.after(b.AnswerAfter, c.Answer)
	default:
		c.Answer()
	}
}

func (p *Phone) behaviour(number string) (Behaviour, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if b, ok := p.numbers[number]; ok {
		return b, true
	}
	if b, ok := p.numbers[""]; ok {
		return b, true
	}
	return Behaviour{}, p.users[number]
}

func (p *Phone) remember(c *Call) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return errClosed
	}
	p.calls[c] = struct{}{}
	return nil
}

func (p *Phone) forget(c *Call) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.calls, c)
}

// Calls returns the calls that have not ended.
func (p *Phone) Calls() []*Call {
	p.mu.Lock()
	defer p.mu.Unlock()
	calls := make([]*Call, 0, len(p.calls))
	for c := range p.calls {
		calls = append(calls, c)
	}
	return calls
}

// Close hangs up, takes the registrations back and ends the phone. When ctx is
// done first, the far ends are left to find out for themselves.
func (p *Phone) Close(ctx context.Context) error {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return nil
	}
	p.closed = true
	registrations := p.registrations
	p.mu.Unlock()
	var running sync.WaitGroup
	for _, r := range registrations {
		running.Go(func() { _ = r.Close(ctx) }) // a registrar that is gone has nothing to forget
	}
	running.Wait()
	return p.stack.Close(ctx)
}
