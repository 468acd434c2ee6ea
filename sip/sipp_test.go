package sip

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"sufler/internal/peers"
	"sufler/mixer"
	"sufler/routing"
	"sufler/sip/siptest"
)

// sipp runs one of our scenarios to its end and wants every call to have gone as
// written.
func sipp(t *testing.T, file string, opt peers.SIPpOptions) *peers.SIPp {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "sipp", file))
	if err != nil {
		t.Fatal(err)
	}
	opt.Scenario = string(text)
	p, err := peers.StartSIPp(t.TempDir(), opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Stop)
	return p
}

func result(t *testing.T, p *peers.SIPp, calls int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*siptest.Patience)
	defer cancel()
	got, err := p.Result(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if got.Successful != calls || got.Failed != 0 || got.Unexpected != 0 {
		t.Errorf("got %+v, want %d successful; %s", got, calls, p.Trouble())
	}
}

// answering takes every call at once.
type answering struct{ desk }

func (a *answering) Receive(in routing.Inbound) (func(routing.Signal), error) {
	sink, err := a.desk.Receive(in)
	in.Leg.Do(routing.Ring{})
	in.Leg.Do(routing.Answer{Class: mixer.Outside})
	return sink, err
}

func TestSIPpCallsAndHangsUp(t *testing.T) {
	for _, transport := range []string{"u1", "t1"} {
		t.Run(transport, func(t *testing.T) {
			h := newHouse(t, open, func(o *Options) { o.Receiver = &answering{} })
			remote := h.UDPAddr()
			if transport == "t1" {
				remote = h.TCPAddr()
			}
			p := sipp(t, "call.xml", peers.SIPpOptions{Remote: remote.String(), Transport: transport, Calls: 20, Rate: 50, Service: "200"})
			result(t, p, 20)
			h.empty()
		})
	}
}

func TestSIPpCancels(t *testing.T) {
	h := newHouse(t, open)
	p := sipp(t, "cancel.xml", peers.SIPpOptions{Remote: h.UDPAddr().String(), Calls: 10, Rate: 50, Service: "200"})
	for i := range 10 {
		h.desk.call(t, i).in.Leg.Do(routing.Ring{})
	}
	result(t, p, 10)
	for i := range 10 {
		if end := await[routing.Ended](t, &h.desk.call(t, i).tape); end.Cause != routing.Cancelled {
			t.Errorf("call %d: got %v", i, end.Cause)
		}
	}
	h.empty()
}

func TestSIPpAnswers(t *testing.T) {
	h := newHouse(t, open)
	p := sipp(t, "answer.xml", peers.SIPpOptions{Calls: 10})
	for range 10 {
		r := &tape{}
		leg, err := h.Call(CallSpec{Target: Target{URI: "sip:uas@" + p.SIPAddr}, Class: mixer.Outside, FromUser: "100"}, r.sink)
		if err != nil {
			t.Fatal(err)
		}
		await[routing.Answered](t, r)
		leg.Do(routing.Hangup{})
		await[routing.Ended](t, r)
		if got, want := r.names(), "ringing answered ended:hung_up"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	result(t, p, 10)
}

func TestSIPpRegisters(t *testing.T) {
	h := newHouse(t, accounts)
	p := sipp(t, "register.xml", peers.SIPpOptions{Remote: h.UDPAddr().String(), Calls: 1, Service: "101", User: "101", Password: "secret-101"})
	result(t, p, 1)
	if phones := h.Phones(); len(phones) != 1 || !phones[0].Registered {
		t.Errorf("got %+v", phones)
	}
}

// baresip 1.0.0 gives up when a challenge of several names SHA-256.
func TestBaresipRegistersAndAnswers(t *testing.T) {
	h := newHouse(t, accounts)
	ctx, cancel := context.WithTimeout(t.Context(), 2*siptest.Patience)
	defer cancel()
	b, err := peers.StartBaresip(ctx, t.TempDir(), peers.BaresipOptions{
		User: "101", Password: "secret-101", Server: h.UDPAddr().String(), Register: true, AutoAnswer: true, Codecs: []string{"pcma/8000/1"},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Quit)
	siptest.Eventually(t, "baresip registers", func() bool { return len(h.Phones()) == 1 && h.Phones()[0].Registered })
	r := &tape{}
	leg, err := h.Dial(routing.DialRequest{To: routing.Destination{Phone: "101"}, Class: mixer.Staff, FromName: "Test"}, r.sink)
	if err != nil {
		t.Fatal(err)
	}
	await[routing.Answered](t, r)
	leg.Do(routing.Hangup{})
	if _, err := b.Await(ctx, "CALL_CLOSED"); err != nil {
		t.Error(err)
	}
	if got := await[routing.Ended](t, r); got.Cause != routing.HungUp {
		t.Errorf("got %v", got.Cause)
	}
}
