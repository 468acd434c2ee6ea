package phone_test

import (
	"context"
	"fmt"
	"net/netip"
	"sync"
	"testing"
	"time"

	"sufler/mixer"
	"sufler/routing"
	"sufler/sip"
	"sufler/sip/phone"
	"sufler/sip/rtp"
	"sufler/sip/siptest"
)

// exchange is the smallest switchboard: a registrar, and a receiver that rings
// the phone that was dialled and lets the two hear each other through the real
// sound plane.
type exchange struct {
	stack *sip.Stack
	plane *mixer.Plane
	maker *rtp.Maker

	mu     sync.Mutex
	phones map[routing.Extension]bool
	calls  int
	events []mixer.Event
}

// pairing is one call between two legs.
type pairing struct {
	x    *exchange
	call mixer.CallID

	mu           sync.Mutex
	a, b         routing.Leg
	portA, portB mixer.PortID
}

func newExchange(t *testing.T, extensions ...routing.Extension) *exchange {
	t.Helper()
	x := &exchange{phones: make(map[routing.Extension]bool)}
	x.plane = mixer.NewPlane(mixer.Options{Events: func(e mixer.Event) {
		x.mu.Lock()
		defer x.mu.Unlock()
		x.events = append(x.events, e)
	}})
	var err error
	if x.maker, err = rtp.New(rtp.Options{Plane: x.plane}); err != nil {
		t.Fatal(err)
	}
	accounts := make(map[routing.Extension]routing.Phone)
	for _, e := range extensions {
		p := routing.Phone{Extension: e}
		p.HA1MD5, p.HA1SHA256 = sip.HA1(string(e), "sufler", "demo-"+string(e))
		accounts[e] = p
	}
	x.stack, err = sip.New(sip.Options{
		UDP: "127.0.0.1:0", TCP: "127.0.0.1:0", Realm: "sufler", Media: x.maker, Receiver: x,
		Accounts: func(e routing.Extension) (routing.Phone, bool) { p, ok := accounts[e]; return p, ok },
		Phones: func(s sip.PhoneState) {
			x.mu.Lock()
			defer x.mu.Unlock()
			x.phones[s.Extension] = s.Registered
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := x.stack.Close(ctx); err != nil {
			t.Errorf("close: %v", err)
		}
		x.plane.Close()
		if n := x.maker.InUse(); n != 0 {
			t.Errorf("RTP ports bound after the end: %d", n)
		}
	})
	return x
}

func (x *exchange) registered(t *testing.T, extensions ...routing.Extension) {
	t.Helper()
	for _, e := range extensions {
		siptest.Eventually(t, string(e)+" registers", func() bool {
			x.mu.Lock()
			defer x.mu.Unlock()
			return x.phones[e]
		})
	}
}

// Receive rings the phone that was dialled.
func (x *exchange) Receive(in routing.Inbound) (func(routing.Signal), error) {
	x.mu.Lock()
	x.calls++
	p := &pairing{x: x, call: mixer.CallID(fmt.Sprintf("call-%d", x.calls)), a: in.Leg}
	x.mu.Unlock()
	p.mu.Lock()
	defer p.mu.Unlock()
	b, err := x.stack.Dial(routing.DialRequest{
		To: routing.Destination{Phone: routing.Extension(in.To)}, Class: mixer.Outside, FromNumber: in.FromNumber, RingTimeout: patience,
	}, p.fromB)
	if err != nil {
		return nil, err
	}
	p.b = b
	p.a.Do(routing.Ring{})
	return p.fromA, nil
}

func (p *pairing) fromA(s routing.Signal) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := s.Event.(type) {
	case routing.Answered:
		p.portA = e.Port
		p.connect()
	case routing.PortChanged:
		p.portA = e.Port
		p.connect()
	case routing.Ended:
		p.b.Do(routing.Hangup{Cause: e.Cause})
		p.x.plane.EndCall(p.call)
	}
}

func (p *pairing) fromB(s routing.Signal) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := s.Event.(type) {
	case routing.Answered:
		p.portB = e.Port
		p.a.Do(routing.Answer{Class: mixer.Staff})
	case routing.Ended:
		p.a.Do(routing.Hangup{Cause: e.Cause})
	}
}

func (p *pairing) connect() {
	each := []mixer.Row{{Listener: p.portA, Sources: []mixer.PortID{p.portB}}, {Listener: p.portB, Sources: []mixer.PortID{p.portA}}}
	p.x.plane.Apply(mixer.Plan{Call: p.call, Epoch: 1, Rows: each, Digits: each})
}

// desk registers a phone of ours at the exchange.
func (x *exchange) desk(t *testing.T, extension string, b phone.Behaviour) *phone.Phone {
	t.Helper()
	p := newPhone(t, phone.Options{})
	p.Serve(extension, b)
	if err := p.Register(phone.Account{Server: x.addr().String(), User: extension, Password: "demo-" + extension}); err != nil {
		t.Fatal(err)
	}
	return p
}

func (x *exchange) addr() netip.AddrPort { return x.stack.UDPAddr() }

// dial calls through the exchange.
func (x *exchange) dial(t *testing.T, from *phone.Phone, user, to string, d phone.Dial) *phone.Call {
	t.Helper()
	d.To, d.Server, d.User, d.Password = to, x.addr().String(), user, "demo-"+user
	c, err := from.Call(d)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func within(t *testing.T, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}
