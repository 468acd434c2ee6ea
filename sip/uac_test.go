package sip

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"sufler/routing"
	"sufler/sip/siptest"
)

const peerSDP = "v=0\no=- 2 2 IN IP4 127.0.0.1\ns=-\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 30000 RTP/AVP 8\n"

// answered brings a call to a peer up and returns the INVITE and its ACK.
func answered(t *testing.T, p *siptest.Peer, r *tape) (invite, ack *siptest.Message) {
	t.Helper()
	invite = p.Expect("INVITE")
	p.Reply(invite, "180 Ringing", "peer")
	await[routing.Ringing](t, r)
	p.Reply(invite, "200 OK", "peer", peerSDP)
	ack = p.Expect("ACK")
	await[routing.Answered](t, r)
	return invite, ack
}

func TestOutgoingCallIsAcknowledgedAndHungUp(t *testing.T) {
	h, p := newHouse(t, open), siptest.New(t)
	leg, r := h.call(p)
	invite, ack := answered(t, p, r)
	if got, want := ack.Header("CSeq"), "1 ACK"; got != want {
		t.Errorf("got CSeq %q, want %q", got, want)
	}
	if got, want := ack.URI(), "sip:peer@"+p.Addr().String(); got != want {
		t.Errorf("got ACK to %q, want %q", got, want)
	}
	if ack.Param("Via", "branch") == invite.Param("Via", "branch") {
		t.Error("the ACK of a 2xx is a transaction of its own")
	}
	leg.Do(routing.Hangup{})
	bye := p.Expect("BYE")
	p.Reply(bye, "200 OK", "")
	if end := await[routing.Ended](t, r); end.Cause != routing.HungUp {
		t.Errorf("got %v", end)
	}
	if got, want := r.names(), "ringing answered ended:hung_up"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// The library gives up after ten answers.
func TestTwelveRingingsDoNotEndACall(t *testing.T) {
	h, p := newHouse(t, open), siptest.New(t)
	leg, r := h.call(p)
	invite := p.Expect("INVITE")
	for range 12 {
		p.Reply(invite, "180 Ringing", "peer")
	}
	await[routing.Ringing](t, r)
	p.Reply(invite, "200 OK", "peer", peerSDP)
	p.Expect("ACK")
	await[routing.Answered](t, r)
	leg.Do(routing.Hangup{})
	p.Reply(p.Expect("BYE"), "200 OK", "")
	await[routing.Ended](t, r)
	if got, want := r.names(), "ringing answered ended:hung_up"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// A 200 that crosses our CANCEL must not leave the phone in a call.
func TestAnswerThatCrossesCancelIsHungUp(t *testing.T) {
	h, p := newHouse(t, open), siptest.New(t)
	leg, r := h.call(p)
	invite := p.Expect("INVITE")
	p.Reply(invite, "180 Ringing", "peer")
	await[routing.Ringing](t, r)
	leg.Do(routing.Hangup{})
	cancel := p.Expect("CANCEL")
	p.Reply(invite, "200 OK", "peer", peerSDP)
	p.Reply(cancel, "200 OK", "peer")
	ack, bye := p.Expect("ACK"), p.Expect("BYE")
	p.Reply(bye, "200 OK", "")
	if ack.Param("To", "tag") != "peer" || bye.Param("To", "tag") != "peer" {
		t.Errorf("got ACK to %q and BYE to %q", ack.Header("To"), bye.Header("To"))
	}
	if end := await[routing.Ended](t, r); end.Cause != routing.Cancelled {
		t.Errorf("got %v", end)
	}
	if got, want := r.names(), "ringing ended:cancelled"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestCancelWaitsForAProvisionalAnswer(t *testing.T) {
	h, p := newHouse(t, open), siptest.New(t)
	leg, r := h.call(p)
	invite := p.Expect("INVITE")
	leg.Do(routing.Hangup{})
	p.Wait("INVITE", 2) // it is still being repeated, and not cancelled
	if n := p.Count("CANCEL"); n != 0 {
		t.Fatalf("got %d CANCEL before any answer, want 0", n)
	}
	p.Reply(invite, "100 Trying", "")
	cancel := p.Expect("CANCEL")
	if cancel.Param("Via", "branch") != invite.Param("Via", "branch") || cancel.Header("CSeq") != "1 CANCEL" {
		t.Errorf("got %q, %q", cancel.Header("Via"), cancel.Header("CSeq"))
	}
	p.Reply(cancel, "200 OK", "peer")
	p.Reply(invite, "180 Ringing", "peer") // after the CANCEL: changes nothing
	p.Reply(invite, "487 Request Terminated", "peer")
	p.Expect("ACK")
	await[routing.Ended](t, r)
	if got, want := r.names(), "ended:cancelled"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if n := p.Count("CANCEL"); n != 1 {
		t.Errorf("got %d CANCEL, want 1", n)
	}
}

// Of two phones behind a fork one is talked to, the other hung up.
func TestSecondAnswerOfAForkIsAcknowledgedAndHungUp(t *testing.T) {
	h, p := newHouse(t, open), siptest.New(t)
	leg, r := h.call(p)
	invite := p.Expect("INVITE")
	p.Reply(invite, "180 Ringing", "one")
	p.Reply(invite, "180 Ringing", "two")
	p.Reply(invite, "200 OK", "two", peerSDP)
	if ack := p.Expect("ACK"); ack.Param("To", "tag") != "two" {
		t.Errorf("got ACK to %q", ack.Header("To"))
	}
	p.Reply(invite, "200 OK", "one", peerSDP)
	ack, bye := p.Expect("ACK"), p.Expect("BYE")
	if ack.Param("To", "tag") != "one" || bye.Param("To", "tag") != "one" {
		t.Errorf("got ACK to %q and BYE to %q", ack.Header("To"), bye.Header("To"))
	}
	p.Reply(bye, "200 OK", "")
	p.Reply(invite, "200 OK", "two", peerSDP) // our ACK was lost
	if ack := p.Expect("ACK"); ack.Param("To", "tag") != "two" {
		t.Errorf("got ACK to %q for the repeated 200", ack.Header("To"))
	}
	leg.Do(routing.Hangup{})
	if bye := p.Expect("BYE"); bye.Param("To", "tag") != "two" {
		t.Errorf("got BYE to %q", bye.Header("To"))
	}
	await[routing.Ended](t, r)
	if n := p.Count("ACK"); n != 3 {
		t.Errorf("got %d ACK, want 3", n)
	}
}

// Large SDP goes out over UDP in both directions.
func TestLargeMessagesGoOut(t *testing.T) {
	h, p := newHouse(t, open), siptest.New(t)
	name := strings.Repeat("ж", 80)
	_, r := h.call(p, func(s *CallSpec) { s.FromName = name })
	invite := p.Expect("INVITE")
	long := "X-Long: " + strings.Repeat("x", 1800)
	p.Reply(invite, "200 OK", "peer", long, peerSDP)
	p.Expect("ACK")
	await[routing.Answered](t, r)
	in := strings.Replace(incomingInvite(p, h.addr(), "big", ""), "Max-Forwards: 70\n", "Max-Forwards: 70\nRecord-Route: <sip:"+strings.Repeat("a", 1500)+"@127.0.0.1:5099;lr>\n", 1)
	p.Send(h.addr(), in)
	h.desk.call(t, 0).in.Leg.Do(routing.Answer{})
	if ok := p.ExpectThat("200", func(m *siptest.Message) bool { return m.Header("Call-ID") == "big" }); ok.Body == "" {
		t.Error("got no body")
	}
}

func TestRefusalsBecomeCauses(t *testing.T) {
	cases := []struct {
		status string
		cause  routing.Cause
	}{
		{"486 Busy Here", routing.BusyHere},
		{"600 Busy Everywhere", routing.BusyHere},
		{"603 Decline", routing.Declined},
		{"403 Forbidden", routing.Declined}, // from a person's phone
		{"404 Not Found", routing.NoSuch},
		{"480 Temporarily Unavailable", routing.NoAnswer},
		{"488 Not Acceptable Here", routing.NotMedia},
		{"503 Service Unavailable", routing.Overloaded},
		{"500 Server Internal Error", routing.Failed},
		{"302 Moved Temporarily", routing.Failed},
		{"401 Unauthorized", routing.NotAllowed},
	}
	h := newHouse(t, open)
	for _, c := range cases {
		p := siptest.New(t) // its own: a repeated INVITE of the last call would be taken for the next one
		_, r := h.call(p)
		p.Reply(p.Expect("INVITE"), c.status, "peer")
		p.Expect("ACK")
		end := await[routing.Ended](t, r)
		if end.Cause != c.cause || end.Text != c.status {
			t.Errorf("%s: got %v %q, want %v", c.status, end.Cause, end.Text, c.cause)
		}
	}
}

func TestRingTimeoutCancels(t *testing.T) {
	h, p := newHouse(t, open), siptest.New(t)
	_, r := h.call(p, func(s *CallSpec) { s.RingTimeout = 50 * time.Millisecond })
	invite := p.Expect("INVITE")
	p.Reply(invite, "180 Ringing", "peer")
	cancel := p.Expect("CANCEL")
	p.Reply(cancel, "200 OK", "peer")
	p.Reply(invite, "487 Request Terminated", "peer")
	await[routing.Ended](t, r)
	if got, want := r.names(), "ringing ended:no_answer"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestSilentPeerIsUnreachable(t *testing.T) {
	h, p := newHouse(t, open, impatient), siptest.New(t)
	_, r := h.call(p)
	end := await[routing.Ended](t, r)
	if end.Cause != routing.Unreachable || end.Text != "no answer from "+p.Addr().String() {
		t.Errorf("got %v %q", end.Cause, end.Text)
	}
}

// A phone that wakes up after we have given it up must not ring on, and not end
// in a call with nobody.
func TestLateAnswersOfAGivenUpCallAreCleanedUp(t *testing.T) {
	h, p := newHouse(t, open, impatient), siptest.New(t)
	_, r := h.call(p)
	invite := p.Expect("INVITE")
	await[routing.Ended](t, r)
	p.Reply(invite, "180 Ringing", "peer")
	p.Reply(p.Expect("CANCEL"), "200 OK", "peer")
	p.Reply(invite, "200 OK", "peer", peerSDP)
	p.Expect("ACK")
	p.Reply(p.Expect("BYE"), "200 OK", "")
	p.Reply(invite, "200 OK", "peer", peerSDP) // the ACK was lost: once more, but no second BYE
	p.Expect("ACK")
	if n := p.Count("BYE"); n != 1 {
		t.Errorf("got %d BYE, want 1", n)
	}
}

func TestPhoneThatVanishesWhileRingingIsLetGo(t *testing.T) {
	h, p := newHouse(t, open, impatient), siptest.New(t)
	leg, r := h.call(p)
	p.Reply(p.Expect("INVITE"), "180 Ringing", "peer")
	await[routing.Ringing](t, r)
	p.Close()
	leg.Do(routing.Hangup{})
	if end := await[routing.Ended](t, r); end.Cause != routing.Cancelled {
		t.Errorf("got %v", end)
	}
	h.empty()
}

func TestPhoneThatVanishesInTheCallIsLetGo(t *testing.T) {
	h, p := newHouse(t, open, impatient), siptest.New(t)
	leg, r := h.call(p)
	answered(t, p, r)
	p.Close()
	leg.Do(routing.Hangup{})
	if end := await[routing.Ended](t, r); end.Cause != routing.HungUp {
		t.Errorf("got %v", end)
	}
	h.empty()
}

func TestEarlyMediaComesBeforeTheAnswer(t *testing.T) {
	h, p := newHouse(t, open), siptest.New(t)
	leg, r := h.call(p)
	invite := p.Expect("INVITE")
	p.Reply(invite, "183 Session Progress", "peer", peerSDP)
	early := await[routing.EarlyMedia](t, r)
	p.Reply(invite, "200 OK", "peer", peerSDP)
	p.Expect("ACK")
	if got := await[routing.Answered](t, r); got.Port != early.Port || got.Port == 0 {
		t.Errorf("got port %d early and %d then", early.Port, got.Port)
	}
	leg.Do(routing.Hangup{})
	p.Reply(p.Expect("BYE"), "200 OK", "")
	await[routing.Ended](t, r)
	if got, want := r.names(), "earlymedia answered ended:hung_up"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestAnswerWithoutUsableSoundIsHungUp(t *testing.T) {
	h, p := newHouse(t, open), siptest.New(t)
	_, r := h.call(p)
	p.Reply(p.Expect("INVITE"), "200 OK", "peer")
	p.Expect("ACK")
	p.Reply(p.Expect("BYE"), "200 OK", "")
	if end := await[routing.Ended](t, r); end.Cause != routing.NotMedia {
		t.Errorf("got %v", end)
	}
}

func TestChallengeIsAnsweredOnce(t *testing.T) {
	for _, kind := range []struct{ status, header, answer string }{
		{"401 Unauthorized", "WWW-Authenticate", "Authorization"},
		{"407 Proxy Authentication Required", "Proxy-Authenticate", "Proxy-Authorization"},
	} {
		t.Run(kind.status, func(t *testing.T) {
			h, p := newHouse(t, open), siptest.New(t)
			_, r := h.call(p, func(s *CallSpec) { s.Credentials = Credentials{User: "100", Password: "x"} })
			first := p.Expect("INVITE")
			challenge := kind.header + `: Digest realm="north", nonce="n1", algorithm=MD5, qop="auth"`
			p.Reply(first, kind.status, "a", challenge)
			p.Expect("ACK")
			second := p.Expect("INVITE")
			if second.Header("CSeq") != "2 INVITE" || second.Header("Call-ID") != first.Header("Call-ID") ||
				second.Param("Via", "branch") == first.Param("Via", "branch") || !strings.Contains(second.Header(kind.answer), `nonce="n1"`) {
				t.Errorf("got %q %q %q", second.Header("CSeq"), second.Header("Via"), second.Header(kind.answer))
			}
			p.Reply(second, kind.status, "a", challenge) // the password is wrong: no endless circle
			end := await[routing.Ended](t, r)
			if end.Cause != routing.NotAllowed || end.Text != kind.status {
				t.Errorf("got %v %q", end.Cause, end.Text)
			}
			if n := p.Count("INVITE"); n != 2 {
				t.Errorf("got %d INVITE, want 2", n)
			}
		})
	}
}

// A callee may answer and hang up so fast that we see his BYE first.
func TestByeBeforeTheAnswerEndsTheCall(t *testing.T) {
	h, p := newHouse(t, open), siptest.New(t)
	_, r := h.call(p)
	invite := p.Expect("INVITE")
	p.Reply(invite, "180 Ringing", "peer")
	await[routing.Ringing](t, r)
	p.Send(h.addr(), request(p, "BYE", invite, "peer", 7))
	p.ExpectThat("200", func(m *siptest.Message) bool { return m.Header("CSeq") == "7 BYE" })
	p.Reply(invite, "200 OK", "peer", peerSDP)
	p.Expect("ACK")
	if end := await[routing.Ended](t, r); end.Cause != routing.HungUp {
		t.Errorf("got %v", end)
	}
	if n := p.Count("BYE"); n != 0 {
		t.Errorf("got %d BYE, want 0", n)
	}
}

// request writes a request of the called side within the dialog of an INVITE that
// we sent.
func request(p *siptest.Peer, method string, invite *siptest.Message, tag string, seq int, rest ...string) string {
	uri := invite.Contact()
	head := fmt.Sprintf("%s %s SIP/2.0\nVia: SIP/2.0/UDP %s;branch=z9hG4bK%s%d;rport\nMax-Forwards: 70\nFrom: %s;tag=%s\nTo: %s\nCall-ID: %s\nCSeq: %d %s\n",
		method, uri, p.Addr(), method, seq, invite.Header("To"), tag, invite.Header("From"), invite.Header("Call-ID"), seq, method)
	return withRest(head, p, method, rest)
}

func withRest(head string, p *siptest.Peer, method string, rest []string) string {
	body := ""
	for _, part := range rest {
		if strings.HasPrefix(part, "v=0") {
			body = part
			continue
		}
		head += part + "\n"
	}
	if (method == "INVITE" || method == "UPDATE") && !strings.Contains(head, "\nContact:") {
		head += fmt.Sprintf("Contact: <sip:peer@%s>\n", p.Addr())
	}
	if body != "" {
		head += "Content-Type: application/sdp\n"
	}
	return head + "Content-Length: ?\n\n" + body
}
