package sip

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"sufler/mixer"
	"sufler/routing"
	"sufler/sip/siptest"
)

// incomingInvite writes an INVITE that makes a call; extra is put before the body.
func incomingInvite(p *siptest.Peer, to netip.AddrPort, callID, extra string) string {
	return fmt.Sprintf(`INVITE sip:200@%s SIP/2.0
Via: SIP/2.0/UDP %s;branch=z9hG4bKinvite%s;rport
Max-Forwards: 70
From: "Eva" <sip:eva@%s>;tag=eva
To: <sip:200@%s>
Call-ID: %s
CSeq: 1 INVITE
Contact: <sip:eva@%s>
%sContent-Type: application/sdp
Content-Length: ?

%s`, to, p.Addr(), callID, p.Addr(), to, callID, p.Addr(), extra, peerSDP)
}

// reply is a request of the caller within the dialog that answer made.
func inDialog(p *siptest.Peer, method string, answer *siptest.Message, seq int, rest ...string) string {
	head := fmt.Sprintf("%s %s SIP/2.0\nVia: SIP/2.0/UDP %s;branch=z9hG4bK%s%d%s;rport\nMax-Forwards: 70\nFrom: %s\nTo: %s\nCall-ID: %s\nCSeq: %d %s\n",
		method, answer.Contact(), p.Addr(), method, seq, answer.Header("Call-ID"), answer.Header("From"), answer.Header("To"), answer.Header("Call-ID"), seq, method)
	return withRest(head, p, method, rest)
}

// incomingCall brings an incoming call up to the 200 and, when told, its ACK.
func incomingCall(t *testing.T, h *house, p *siptest.Peer, callID string, ack bool) (*visit, *siptest.Message) {
	t.Helper()
	n := h.desk.count()
	p.Send(h.addr(), incomingInvite(p, h.addr(), callID, ""))
	v := h.desk.call(t, n)
	v.in.Leg.Do(routing.Answer{Class: mixer.Outside})
	ok := p.ExpectThat("200", func(m *siptest.Message) bool { return m.Header("Call-ID") == callID })
	if ack {
		p.Send(h.addr(), inDialog(p, "ACK", ok, 1))
		settled(t, v)
	}
	return v, ok
}

// settled waits until the leg knows that its 2xx was acknowledged.
func settled(t *testing.T, v *visit) {
	t.Helper()
	leg := v.in.Leg.(*Leg)
	siptest.Eventually(t, "the ACK is seen", func() bool {
		result := make(chan bool, 1)
		return leg.post(func() { result <- leg.unacked == nil }) && <-result
	})
}

// A 200 that nobody acknowledges is repeated with doubling waits and
// ends in BYE.
func TestUnacknowledgedAnswerIsRepeatedAndHungUp(t *testing.T) {
	now := &fakeClock{now: time.Unix(1_800_000_000, 0)}
	h, p := newHouse(t, open, func(o *Options) { o.Clock = now }), siptest.New(t)
	v, _ := incomingCall(t, h, p, "noack", false)
	waits := []time.Duration{20 * time.Millisecond, 40 * time.Millisecond}
	for range 15 {
		waits = append(waits, testTimers.T2)
	}
	for i, wait := range waits { // 1260 ms in all; 64*T1 are 1280
		siptest.Eventually(t, fmt.Sprintf("wait %d is %v", i, wait), func() bool { return now.due(wait) })
		now.advance(wait)
		p.Wait("200", i+2)
	}
	siptest.Eventually(t, "the last wait is set", func() bool { return now.due(testTimers.T2) })
	now.advance(testTimers.T2)
	bye := p.Expect("BYE")
	if !strings.Contains(bye.Header("Reason"), "No ACK") {
		t.Errorf("got Reason %q", bye.Header("Reason"))
	}
	p.Reply(bye, "200 OK", "")
	end := await[routing.Ended](t, &v.tape)
	if end.Cause != routing.Unreachable || end.Fault != routing.FaultTheirs {
		t.Errorf("got %v %v", end.Cause, end.Fault)
	}
	if got, want := p.Count("200"), len(waits)+1; got != want {
		t.Errorf("got %d times 200, want %d", got, want)
	}
}

func TestAcknowledgedAnswerIsNotRepeated(t *testing.T) {
	h, p := newHouse(t, open), siptest.New(t)
	v, ok := incomingCall(t, h, p, "acked", true)
	before := p.Count("200")
	p.Send(h.addr(), inDialog(p, "ACK", ok, 1)) // twice: nothing happens
	p.Send(h.addr(), inDialog(p, "BYE", ok, 2))
	await[routing.Ended](t, &v.tape)
	p.Wait("200", before+1)
	if got, want := v.names(), "answered ended:hung_up"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	p.Send(h.addr(), inDialog(p, "BYE", ok, 2)) // repeated: our 200 was lost
	p.Wait("200", before+2)
	p.Send(h.addr(), inDialog(p, "BYE", ok, 3)) // another: there is no call any more
	p.Expect("481")
}

// ACK and BYE that come together are taken in any order.
func TestByeRightBehindTheAnswerEndsTheCallWhateverTheOrder(t *testing.T) {
	h, p := newHouse(t, open), siptest.New(t)
	for i, order := range [][2]string{{"ACK", "BYE"}, {"BYE", "ACK"}} {
		id := fmt.Sprintf("order%d", i)
		v, ok := incomingCall(t, h, p, id, false)
		for _, method := range order {
			seq := map[string]int{"ACK": 1, "BYE": 2}[method]
			p.Send(h.addr(), inDialog(p, method, ok, seq))
		}
		p.ExpectThat("200", func(m *siptest.Message) bool { return m.Header("CSeq") == "2 BYE" && m.Header("Call-ID") == id })
		if end := await[routing.Ended](t, &v.tape); end.Cause != routing.HungUp {
			t.Errorf("%v: got %v", order, end.Cause)
		}
	}
	if n := p.Count("BYE"); n != 0 {
		t.Errorf("got %d BYE, want 0", n)
	}
}

func TestHangUpWaitsForTheACKBeforeItsBye(t *testing.T) {
	h, p := newHouse(t, open), siptest.New(t)
	v, ok := incomingCall(t, h, p, "early-bye", false)
	v.in.Leg.Do(routing.Hangup{})
	await[routing.Ended](t, &v.tape)
	if n := p.Count("BYE"); n != 0 {
		t.Errorf("got %d BYE before the ACK, want 0", n)
	}
	p.Send(h.addr(), inDialog(p, "ACK", ok, 1))
	p.Reply(p.Expect("BYE"), "200 OK", "")
}

func TestCancelEndsAnIncomingCall(t *testing.T) {
	h, p := newHouse(t, open), siptest.New(t)
	p.Send(h.addr(), incomingInvite(p, h.addr(), "c1", ""))
	v := h.desk.call(t, 0)
	v.in.Leg.Do(routing.Ring{})
	ringing := p.Expect("180")
	p.Send(h.addr(), strings.Replace(incomingInvite(p, h.addr(), "c1", ""), "1 INVITE", "1 CANCEL", 1)) // not a CANCEL: its method differs
	p.Expect("400")
	cancel := fmt.Sprintf("CANCEL sip:200@%s SIP/2.0\nVia: SIP/2.0/UDP %s;branch=z9hG4bKinvitec1;rport\nMax-Forwards: 70\nFrom: \"Eva\" <sip:eva@%s>;tag=eva\nTo: <sip:200@%s>\nCall-ID: c1\nCSeq: 1 CANCEL\nReason: SIP;cause=200;text=\"Call completed elsewhere\"\nContent-Length: 0\n\n", h.addr(), p.Addr(), p.Addr(), h.addr())
	p.Send(h.addr(), cancel)
	p.ExpectThat("200", func(m *siptest.Message) bool { return m.Header("CSeq") == "1 CANCEL" })
	refused := p.Expect("487")
	if refused.Param("To", "tag") != ringing.Param("To", "tag") {
		t.Errorf("got 487 in another dialog: %q, 180 had %q", refused.Header("To"), ringing.Header("To"))
	}
	end := await[routing.Ended](t, &v.tape)
	if end.Cause != routing.Cancelled || !strings.Contains(end.Text, "completed elsewhere") {
		t.Errorf("got %v %q", end.Cause, end.Text)
	}
	v.in.Leg.Do(routing.Answer{}) // too late
	if n := p.Count("183") + p.Count("200"); n != 1 {
		t.Errorf("got %d answers after the 487, want only the CANCEL's", n-1)
	}
}

func TestCancelWithoutACallIsRefused(t *testing.T) {
	h, p := newHouse(t, open), siptest.New(t)
	p.Send(h.addr(), fmt.Sprintf("CANCEL sip:200@%s SIP/2.0\nVia: SIP/2.0/UDP %s;branch=z9hG4bKnone;rport\nMax-Forwards: 70\nFrom: <sip:eva@x>;tag=eva\nTo: <sip:200@x>\nCall-ID: none\nCSeq: 1 CANCEL\nContent-Length: 0\n\n", h.addr(), p.Addr()))
	p.Expect("481")
}

func TestRejectionsBecomeStatuses(t *testing.T) {
	h, p := newHouse(t, open), siptest.New(t)
	for cause, status := range map[routing.Cause]string{
		routing.BusyHere: "486", routing.Declined: "603", routing.NoSuch: "404", routing.Overloaded: "503", routing.NotAllowed: "403",
	} {
		n := h.desk.count()
		p.Send(h.addr(), incomingInvite(p, h.addr(), "rej"+status, ""))
		v := h.desk.call(t, n)
		v.in.Leg.Do(routing.Reject{Cause: cause})
		res := p.Expect(status)
		p.Send(h.addr(), fmt.Sprintf("ACK sip:200@%s SIP/2.0\nVia: SIP/2.0/UDP %s;branch=z9hG4bKinviterej%s;rport\nMax-Forwards: 70\nFrom: %s\nTo: %s\nCall-ID: rej%s\nCSeq: 1 ACK\nContent-Length: 0\n\n",
			h.addr(), p.Addr(), status, res.Header("From"), res.Header("To"), status))
		if end := await[routing.Ended](t, &v.tape); end.Cause != cause {
			t.Errorf("%s: got %v, want %v", status, end.Cause, cause)
		}
	}
}

func TestReceiverRefusesWithItsKind(t *testing.T) {
	for kind, status := range kinds {
		h, p := newHouse(t, open), siptest.New(t)
		h.desk.refuse(routing.Refuse(kind, "number_invalid"))
		p.Send(h.addr(), incomingInvite(p, h.addr(), "k", ""))
		p.Expect(fmt.Sprint(status))
	}
}

func TestACallThatCannotBeHeardRingsNobody(t *testing.T) {
	h, p := newHouse(t, open), siptest.New(t)
	p.Send(h.addr(), strings.Replace(incomingInvite(p, h.addr(), "k", ""), "30000 RTP/AVP 8", "20000 RTP/AVP 99", 1))
	p.Expect("488")
	if n := h.desk.count(); n != 0 {
		t.Errorf("got %d calls at the receiver, want 0", n)
	}
}

func TestReinviteIsAnsweredWithTheCurrentHold(t *testing.T) {
	h, p := newHouse(t, open), siptest.New(t)
	v, ok := incomingCall(t, h, p, "hold", true)
	for i, step := range []struct{ theirs, ours string }{
		{"a=sendonly\n", "a=recvonly"}, {"a=inactive\n", "a=inactive"}, {"a=sendrecv\n", "a=sendrecv"},
	} {
		seq := 2 + i
		p.Send(h.addr(), inDialog(p, "INVITE", ok, seq, peerSDP+step.theirs))
		res := p.ExpectThat("200", func(m *siptest.Message) bool { return m.Header("CSeq") == fmt.Sprintf("%d INVITE", seq) })
		if !strings.Contains(res.Body, step.ours) {
			t.Errorf("to %q: got %q, want %q", step.theirs, res.Body, step.ours)
		}
		p.Send(h.addr(), inDialog(p, "ACK", ok, seq))
		settled(t, v)
	}
	p.Send(h.addr(), inDialog(p, "INVITE", ok, 5, strings.Replace(peerSDP, "30000 RTP/AVP 8", "20000 RTP/AVP 99", 1)))
	refused := p.Expect("488") // and the call goes on
	p.Send(h.addr(), strings.Replace(inDialog(p, "ACK", refused, 5), "z9hG4bKACK5", "z9hG4bKINVITE5", 1))
	p.Send(h.addr(), inDialog(p, "OPTIONS", ok, 6))
	p.ExpectThat("200", func(m *siptest.Message) bool { return m.Header("CSeq") == "6 OPTIONS" })
	p.Send(h.addr(), inDialog(p, "INVITE", ok, 1, peerSDP)) // older than one already answered
	p.Expect("500")
	v.in.Leg.Do(routing.Hangup{})
	p.Reply(p.Expect("BYE"), "200 OK", "")
	await[routing.Ended](t, &v.tape)
	if got, want := v.names(), "answered ended:hung_up"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestReinviteWithoutSDPGetsAnOffer(t *testing.T) {
	h, p := newHouse(t, open), siptest.New(t)
	v, ok := incomingCall(t, h, p, "late", true)
	p.Send(h.addr(), inDialog(p, "INVITE", ok, 2))
	res := p.ExpectThat("200", func(m *siptest.Message) bool { return m.Header("CSeq") == "2 INVITE" })
	if !strings.Contains(res.Body, "m=audio") {
		t.Errorf("got no offer: %q", res.Body)
	}
	p.Send(h.addr(), inDialog(p, "UPDATE", ok, 3, peerSDP)) // an offer while ours is open
	p.Expect("500")
	p.Send(h.addr(), inDialog(p, "INVITE", ok, 4, peerSDP))
	p.Expect("491")
	p.Send(h.addr(), inDialog(p, "ACK", ok, 2, peerSDP))
	settled(t, v)
	v.in.Leg.Do(routing.Hangup{})
	p.Reply(p.Expect("BYE"), "200 OK", "")
}

func TestInviteWithoutSDPIsAnsweredByTheACK(t *testing.T) {
	h, p := newHouse(t, open), siptest.New(t)
	invite, _, _ := strings.Cut(incomingInvite(p, h.addr(), "noffer", ""), "Content-Type")
	p.Send(h.addr(), invite+"Content-Length: 0\n\n")
	v := h.desk.call(t, 0)
	v.in.Leg.Do(routing.Answer{Class: mixer.Outside})
	ok := p.Expect("200")
	if got := v.names(); got != "" {
		t.Errorf("got %s before the ACK, want nothing", got)
	}
	p.Send(h.addr(), inDialog(p, "ACK", ok, 1, peerSDP))
	if got := await[routing.Answered](t, &v.tape); got.Port == 0 {
		t.Error("got no port")
	}
}

func TestReinviteIntoAnUnansweredCallIsGlare(t *testing.T) {
	h, p := newHouse(t, open), siptest.New(t)
	leg, r := h.call(p)
	invite := p.Expect("INVITE")
	p.Reply(invite, "180 Ringing", "peer")
	await[routing.Ringing](t, r)
	p.Send(h.addr(), request(p, "INVITE", invite, "peer", 5, peerSDP))
	p.Expect("491")
	leg.Do(routing.Hangup{})
	p.Reply(p.Expect("CANCEL"), "200 OK", "peer")
	p.Reply(invite, "487 Request Terminated", "peer")
	await[routing.Ended](t, r)
}

// Requests go to the target that the peer named last.
func TestTargetRefreshMovesTheCall(t *testing.T) {
	h, p, moved := newHouse(t, open), siptest.New(t), siptest.New(t)
	v, ok := incomingCall(t, h, p, "move", true)
	contact := fmt.Sprintf("Contact: <sip:elsewhere@%s>", moved.Addr())
	moved.Send(h.addr(), inDialog(moved, "INVITE", ok, 2, contact, peerSDP))
	moved.Expect("200")
	moved.Send(h.addr(), inDialog(moved, "ACK", ok, 2))
	settled(t, v)
	third := siptest.New(t)
	third.Send(h.addr(), inDialog(third, "UPDATE", ok, 3, fmt.Sprintf("Contact: <sip:third@%s>", third.Addr())))
	third.Expect("200")
	v.in.Leg.Do(routing.Hangup{})
	bye := third.Expect("BYE")
	third.Reply(bye, "200 OK", "")
	if got, want := bye.URI(), "sip:third@"+third.Addr().String(); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if p.Count("BYE")+moved.Count("BYE") != 0 {
		t.Error("a BYE went to an old target")
	}
}

// A phone behind a NAT is reached where its packets come from.
func TestRequestsGoBackTheWayTheCallCame(t *testing.T) {
	h, p := newHouse(t, open), siptest.New(t)
	invite := strings.Replace(incomingInvite(p, h.addr(), "nat", ""), "Contact: <sip:eva@"+p.Addr().String(), "Contact: <sip:eva@192.168.77.7:5060", 1)
	p.Send(h.addr(), invite)
	v := h.desk.call(t, 0)
	v.in.Leg.Do(routing.Answer{Class: mixer.Outside})
	ok := p.Expect("200")
	p.Send(h.addr(), inDialog(p, "ACK", ok, 1))
	settled(t, v)
	v.in.Leg.Do(routing.Hangup{})
	bye := p.Expect("BYE")
	p.Reply(bye, "200 OK", "")
	if got, want := bye.URI(), "sip:eva@192.168.77.7:5060"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestRouteSetIsFollowed(t *testing.T) {
	cases := []struct {
		name, record, uri string
		routes            []string
	}{
		{"loose", "<sip:192.0.2.1;lr>, <sip:192.0.2.2;lr>", "sip:eva@PEER", []string{"<sip:192.0.2.1;lr>", "<sip:192.0.2.2;lr>"}},
		{"strict", "<sip:192.0.2.1>", "sip:192.0.2.1", []string{"<sip:eva@PEER>"}},
	}
	h, p := newHouse(t, open), siptest.New(t)
	for _, c := range cases {
		n := h.desk.count()
		p.Send(h.addr(), incomingInvite(p, h.addr(), c.name, "Record-Route: "+c.record+"\n"))
		v := h.desk.call(t, n)
		v.in.Leg.Do(routing.Answer{Class: mixer.Outside})
		ok := p.ExpectThat("200", func(m *siptest.Message) bool { return m.Header("Call-ID") == c.name })
		p.Send(h.addr(), inDialog(p, "ACK", ok, 1))
		settled(t, v)
		v.in.Leg.Do(routing.Hangup{})
		bye := p.Expect("BYE")
		p.Reply(bye, "200 OK", "")
		if got, want := bye.URI(), strings.Replace(c.uri, "PEER", p.Addr().String(), 1); got != want {
			t.Errorf("%s: got %q, want %q", c.name, got, want)
		}
		want := strings.Replace(strings.Join(c.routes, "|"), "PEER", p.Addr().String(), 1)
		if got := strings.Join(bye.Headers("Route"), "|"); got != want {
			t.Errorf("%s: got Route %q, want %q", c.name, got, want)
		}
	}
}

func TestUnknownRequestsInACallGetAnAnswer(t *testing.T) {
	h, p := newHouse(t, open), siptest.New(t)
	v, ok := incomingCall(t, h, p, "misc", true)
	for i, c := range []struct{ method, status string }{{"REFER", "405"}, {"MESSAGE", "405"}, {"DANCE", "501"}, {"INFO", "200"}, {"PRACK", "405"}} {
		p.Send(h.addr(), inDialog(p, c.method, ok, 10+i))
		p.ExpectThat(c.status, func(m *siptest.Message) bool { return strings.HasSuffix(m.Header("CSeq"), c.method) })
	}
	wrong := strings.Replace(inDialog(p, "BYE", ok, 20), "tag=eva", "tag=mallory", 1)
	p.Send(h.addr(), wrong)
	p.Expect("481")
	if got, want := v.names(), "answered"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestSameInviteByAnotherPathIsRefused(t *testing.T) {
	h, p := newHouse(t, open), siptest.New(t)
	invite := incomingInvite(p, h.addr(), "merged", "")
	p.Send(h.addr(), invite)
	h.desk.call(t, 0)
	p.Send(h.addr(), strings.Replace(invite, "z9hG4bKinvite", "z9hG4bKother", 1))
	p.Expect("482")
	if n := h.desk.count(); n != 1 {
		t.Errorf("got %d calls, want 1", n)
	}
}

func TestByeOfACallerWhoStillHearsRinging(t *testing.T) {
	h, p := newHouse(t, open), siptest.New(t)
	p.Send(h.addr(), incomingInvite(p, h.addr(), "eb", ""))
	v := h.desk.call(t, 0)
	v.in.Leg.Do(routing.Ring{})
	p.Send(h.addr(), inDialog(p, "BYE", p.Expect("180"), 2))
	p.Expect("200")
	p.Expect("487")
	if end := await[routing.Ended](t, &v.tape); end.Cause != routing.Cancelled {
		t.Errorf("got %v", end.Cause)
	}
}
