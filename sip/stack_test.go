package sip

import (
	"context"
	"errors"
	"fmt"
	"net"
	"testing"

	"sufler/mixer"
	"sufler/routing"
	"sufler/sip/siptest"
)

func TestTwoStacksCallAndHangUp(t *testing.T) {
	for _, transport := range []string{"udp", "tcp"} {
		t.Run(transport, func(t *testing.T) {
			a, b := newHouse(t, open), newHouse(t, open)
			addr := b.UDPAddr()
			if transport == "tcp" {
				addr = b.TCPAddr()
			}
			r := &tape{}
			leg, err := a.Call(CallSpec{
				Target: Target{URI: "sip:200@" + addr.String(), Transport: transport},
				Class:  mixer.Outside, FromName: "Jan Novák", FromUser: "+420777000001",
			}, r.sink)
			if err != nil {
				t.Fatal(err)
			}
			in := b.desk.call(t, 0)
			if in.in.FromName != "Jan Novák" || in.in.FromNumber != "+420777000001" || in.in.To != "200" {
				t.Errorf("got %+v", in.in)
			}
			in.in.Leg.Do(routing.Ring{})
			await[routing.Ringing](t, r)
			in.in.Leg.Do(routing.Answer{Class: mixer.Staff})
			await[routing.Answered](t, r)
			await[routing.Answered](t, &in.tape)
			leg.Do(routing.Hangup{})
			await[routing.Ended](t, r)
			await[routing.Ended](t, &in.tape)
			if got, want := r.names(), "ringing answered ended:hung_up"; got != want {
				t.Errorf("caller: got %s, want %s", got, want)
			}
			if got, want := in.names(), "answered ended:hung_up"; got != want {
				t.Errorf("called: got %s, want %s", got, want)
			}
		})
	}
}

// RFC 3261 sections 11.2 and 21.5.4.
func TestADrainSendsNewCallsElsewhereAndLetsCallsEnd(t *testing.T) {
	h, p := newHouse(t, open), siptest.New(t)
	p.Send(h.addr(), incomingInvite(p, h.addr(), "before", ""))
	in := h.desk.call(t, 0)
	in.in.Leg.Do(routing.Answer{Class: mixer.Staff})
	answer := p.Expect("200")
	p.Send(h.addr(), inDialog(p, "ACK", answer, 1))
	h.Drain()
	p.Send(h.addr(), incomingInvite(p, h.addr(), "after", ""))
	if res := p.Expect("503"); res.Header("Call-ID") != "after" || res.Header("Retry-After") == "" {
		t.Errorf("a new call: got %s with Retry-After %q", res.Header("Call-ID"), res.Header("Retry-After"))
	}
	p.Send(h.addr(), options(p, h.addr(), "options"))
	if res := p.Expect("503"); res.Header("Call-ID") != "options" || res.Header("Retry-After") == "" {
		t.Errorf("OPTIONS: got %s with Retry-After %q", res.Header("Call-ID"), res.Header("Retry-After"))
	}
	if got := in.names(); got != "answered" {
		t.Errorf("the call from before: got %s, want it to go on", got)
	}
	in.in.Leg.Do(routing.Hangup{})
	p.Reply(p.Expect("BYE"), "200 OK", "")
	await[routing.Ended](t, &in.tape)
	if h.desk.count() != 1 {
		t.Errorf("got %d calls, want 1", h.desk.count())
	}
}

// sipgo takes a request up in a goroutine of its own, which on a busy machine
// runs only after Close; it must find no reason to open another socket.
func TestCloseLeavesNoSocketForLateRequests(t *testing.T) {
	h, p := newHouse(t, open), siptest.New(t)
	for i := range 50 {
		p.Send(h.addr(), incomingInvite(p, h.addr(), fmt.Sprintf("late%d", i), ""))
	}
	h.desk.call(t, 0)
	ctx, cancel := context.WithTimeout(t.Context(), siptest.Patience)
	defer cancel()
	if err := h.Close(ctx); err != nil {
		t.Fatal(err)
	}
	for _, addr := range []string{p.Addr().String(), h.addr().String()} {
		conn, err := h.transport.GetConnection("udp", addr)
		if err != nil {
			t.Fatalf("%s: %v: sipgo would open a socket", addr, err)
		}
		if err := conn.WriteMsg(nil); !errors.Is(err, net.ErrClosed) {
			t.Errorf("%s: got %v, want a closed connection", addr, err)
		}
	}
	peer := h.TCPAddr()
	d := h.dialer(nil)
	if conn, err := d.DialContext(ctx, "tcp", peer.String()); !errors.Is(err, errClosing) {
		t.Errorf("a connection after the end: got %v, %v", conn, err)
	}
}
