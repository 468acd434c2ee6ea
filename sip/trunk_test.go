package sip

import (
	"strings"
	"testing"
	"time"

	"sufler/mixer"
	"sufler/routing"
	"sufler/sip/siptest"
)

// trunkTo makes the peer the provider "north".
func trunkTo(p *siptest.Peer, change ...func(*TrunkOptions)) func(*Options) {
	return func(o *Options) {
		t := TrunkOptions{Name: "north", Host: "127.0.0.1", Port: int(p.Addr().Port()), From: "+420222000000", Ping: -1}
		for _, f := range change {
			f(&t)
		}
		o.Trunks = append(o.Trunks, t)
	}
}

func dialNumber(t *testing.T, h *house, number string) (routing.Leg, *tape) {
	t.Helper()
	r := &tape{}
	leg, err := h.Dial(routing.DialRequest{To: routing.Destination{Number: number, Trunk: "north"}, Class: mixer.Outside, FromName: "Sufler"}, r.sink)
	if err != nil {
		t.Fatal(err)
	}
	return leg, r
}

func TestTrunkCallSaysWhoCallsWhom(t *testing.T) {
	p := siptest.New(t)
	h := newHouse(t, trunkTo(p))
	leg, r := dialNumber(t, h, "+420777000001")
	invite := p.Expect("INVITE")
	for _, c := range []struct{ what, got, want string }{
		{"Request-URI", invite.URI(), "sip:+420777000001@" + p.Addr().String()},
		{"To", invite.Header("To"), "<sip:+420777000001@" + p.Addr().String() + ">"},
		{"From", strings.SplitN(invite.Header("From"), ";", 2)[0], `"Sufler" <sip:+420222000000@127.0.0.1>`},
		{"P-Asserted-Identity", invite.Header("P-Asserted-Identity"), "<sip:+420222000000@127.0.0.1>"},
		{"Max-Forwards", invite.Header("Max-Forwards"), "70"},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %q, want %q", c.what, c.got, c.want)
		}
	}
	p.Reply(invite, "486 Busy Here", "n")
	p.Expect("ACK")
	if end := await[routing.Ended](t, r); end.Cause != routing.BusyHere || end.Fault != routing.FaultNone {
		t.Errorf("got %v %v", end.Cause, end.Fault)
	}
	leg.Do(routing.Hangup{}) // it is over; nothing comes of it
}

func TestTrunkTroubleIsTheCarriers(t *testing.T) {
	p := siptest.New(t)
	h := newHouse(t, trunkTo(p))
	for status, cause := range map[string]routing.Cause{
		"503 Service Unavailable": routing.Overloaded, "500 Oops": routing.Failed, "403 Forbidden": routing.NotAllowed,
	} {
		_, r := dialNumber(t, h, "+420777000001")
		p.Reply(p.Expect("INVITE"), status, "n")
		if end := await[routing.Ended](t, r); end.Cause != cause || end.Fault != routing.FaultCarrier || end.Text != status {
			t.Errorf("%s: got %v %v %q", status, end.Cause, end.Fault, end.Text)
		}
	}
}

func TestSilentTrunkIsUnreachableAndLeavesNothing(t *testing.T) {
	p := siptest.New(t)
	h := newHouse(t, impatient, trunkTo(p))
	_, r := dialNumber(t, h, "+420777000001")
	end := await[routing.Ended](t, r)
	if end.Cause != routing.Unreachable || end.Fault != routing.FaultCarrier || end.Text != "no answer from "+p.Addr().String() {
		t.Errorf("got %v %v %q", end.Cause, end.Fault, end.Text)
	}
	h.empty()
}

func TestClosedTCPTrunkIsUnreachable(t *testing.T) {
	p := siptest.New(t) // listens on UDP only: TCP is refused
	h := newHouse(t, trunkTo(p, func(o *TrunkOptions) { o.Transport = "tcp" }))
	_, r := dialNumber(t, h, "+420777000001")
	if end := await[routing.Ended](t, r); end.Cause != routing.Unreachable || end.Fault != routing.FaultCarrier {
		t.Errorf("got %v %v", end.Cause, end.Fault)
	}
}

func TestTrunkPasswordIsGiven(t *testing.T) {
	p := siptest.New(t)
	h := newHouse(t, trunkTo(p, func(o *TrunkOptions) { o.User, o.Password = "acct", "pw" }))
	leg, r := dialNumber(t, h, "+420777000001")
	first := p.Expect("INVITE")
	p.Reply(first, "407 Proxy Authentication Required", "n", `Proxy-Authenticate: Digest realm="north", nonce="n1", algorithm=MD5, qop="auth"`)
	second := p.Expect("INVITE")
	if !strings.Contains(second.Header("Proxy-Authorization"), `username="acct"`) {
		t.Errorf("got %q", second.Header("Proxy-Authorization"))
	}
	p.Reply(second, "200 OK", "n", peerSDP)
	p.Expect("ACK")
	await[routing.Answered](t, r)
	leg.Do(routing.Hangup{})
	bye := p.Expect("BYE")
	p.Reply(bye, "407 Proxy Authentication Required", "", `Proxy-Authenticate: Digest realm="north", nonce="n2", algorithm=MD5, qop="auth"`)
	p.Reply(p.ExpectThat("BYE", func(m *siptest.Message) bool { return m.Header("Proxy-Authorization") != "" }), "200 OK", "")
	await[routing.Ended](t, r)
}

func TestUnknownTrunkAndNumberAreRefusedAtOnce(t *testing.T) {
	p := siptest.New(t)
	h := newHouse(t, trunkTo(p))
	for _, c := range []struct {
		to   routing.Destination
		code string
	}{
		{routing.Destination{Number: "+420777000001", Trunk: "south"}, "trunk_unknown"},
		{routing.Destination{Number: "+420777;x=1"}, "number_invalid"},
		{routing.Destination{Number: "+420@evil.example"}, "number_invalid"},
		{routing.Destination{Number: "1\r\nX: y"}, "number_invalid"},
		{routing.Destination{}, "number_invalid"},
		{routing.Destination{Phone: "101"}, "phone_unregistered"},
	} {
		_, err := h.Dial(routing.DialRequest{To: c.to}, func(routing.Signal) {})
		if err == nil || !strings.HasPrefix(err.Error(), c.code) {
			t.Errorf("%+v: got %v, want %s", c.to, err, c.code)
		}
	}
	if n := p.Count("INVITE"); n != 0 {
		t.Errorf("got %d INVITE, want 0", n)
	}
}

func TestCallFromATrunkIsKnownByItsAddress(t *testing.T) {
	p := siptest.New(t)
	h := newHouse(t, accounts, trunkTo(p))
	p.Send(h.addr(), incomingInvite(p, h.addr(), "trunk", ""))
	v := h.desk.call(t, 0)
	if v.in.Trunk != "north" || v.in.Phone != "" || v.in.FromNumber != "eva" || v.in.To != "200" {
		t.Errorf("got %+v", v.in)
	}
	other := siptest.New(t) // a phone on the same machine
	other.Send(h.addr(), incomingInvite(other, h.addr(), "phone", ""))
	other.Expect("401")
}

func TestExtensionIsNotShownToACarrier(t *testing.T) {
	p := siptest.New(t)
	h := newHouse(t, trunkTo(p))
	for from, want := range map[string]string{"101": "+420222000000", "": "+420222000000", "+420222000007": "+420222000007"} {
		r := &tape{}
		if _, err := h.Dial(routing.DialRequest{To: routing.Destination{Number: "+420777000001"}, FromNumber: from}, r.sink); err != nil {
			t.Fatal(err)
		}
		invite := p.Expect("INVITE")
		if got := invite.Header("P-Asserted-Identity"); got != "<sip:"+want+"@127.0.0.1>" {
			t.Errorf("%q: got %q, want %s", from, got, want)
		}
		p.Reply(invite, "486 Busy Here", "n")
		await[routing.Ended](t, r)
	}
}

func TestTrunkStateIsSaidInWords(t *testing.T) {
	p := siptest.New(t)
	h := newHouse(t, impatient, trunkTo(p, func(o *TrunkOptions) { o.Ping = 10 * time.Millisecond }))
	state := func() TrunkState { return h.Trunks()[0] }
	p.Reply(p.Expect("OPTIONS"), "200 OK", "n")
	siptest.Eventually(t, "the trunk is up", func() bool { return state().State == "up" && state().Text == "answers 200 OK" })
	since := state().Since
	p.Reply(p.Expect("OPTIONS"), "404 Not Found", "n") // any answer is a sign of life
	siptest.Eventually(t, "another answer is noted", func() bool { return state().Text == "answers 404 Not Found" })
	if !state().Since.Equal(since) {
		t.Error("the trunk was up all the time")
	}
	p.Reply(p.Expect("OPTIONS"), "503 Service Unavailable", "n")
	siptest.Eventually(t, "the trunk is down", func() bool { return state().State == "down" })
	p.Close()
	siptest.Eventually(t, "silence is noted", func() bool { return state().Text == "no answer from "+p.Addr().String() })
}
