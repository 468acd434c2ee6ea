package main

import (
	"strings"
	"testing"

	"sufler/internal/peers"
	"sufler/sip/phone"
)

// The parts that the scenarios are made of. SIPp registers, calls 102, answers
// the challenges, and then does what the story says.
const (
	sippHead = `<?xml version="1.0"?>
<scenario name="story">`
	sippRegister = `
<send retrans="500"><![CDATA[
REGISTER sip:[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch];rport
From: <sip:101@[remote_ip]>;tag=r[call_number]
To: <sip:101@[remote_ip]>
Call-ID: r///[call_id]
CSeq: 1 REGISTER
Contact: <sip:101@[local_ip]:[local_port]>
Max-Forwards: 70
Expires: 120
Content-Length: 0

]]></send>
<recv response="401" auth="true"/>
<send retrans="500"><![CDATA[
REGISTER sip:[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch];rport
From: <sip:101@[remote_ip]>;tag=r[call_number]
To: <sip:101@[remote_ip]>
Call-ID: r///[call_id]
CSeq: 2 REGISTER
Contact: <sip:101@[local_ip]:[local_port]>
Max-Forwards: 70
Expires: 120
[authentication username=101 password=` + secret + `]
Content-Length: 0

]]></send>
<recv response="200"/>`
	sippInvite = `
<send retrans="500"><![CDATA[
INVITE sip:102@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch];rport
From: <sip:101@[remote_ip]>;tag=c[call_number]
To: <sip:102@[remote_ip]>
Call-ID: [call_id]
CSeq: 1 INVITE
Contact: <sip:101@[local_ip]:[local_port]>
Max-Forwards: 70
Content-Type: application/sdp
Content-Length: [len]

v=0
o=- 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 0
a=rtpmap:0 PCMU/8000
]]></send>
<recv response="401" auth="true"/>
<send><![CDATA[
ACK sip:102@[remote_ip]:[remote_port] SIP/2.0
[last_Via:]
[last_From:]
[last_To:]
Call-ID: [call_id]
CSeq: 1 ACK
Max-Forwards: 70
Content-Length: 0

]]></send>
<send retrans="500"><![CDATA[
INVITE sip:102@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=z9hG4bK-2-[call_number]-[pid];rport
From: <sip:101@[remote_ip]>;tag=c[call_number]
To: <sip:102@[remote_ip]>
Call-ID: [call_id]
CSeq: 2 INVITE
Contact: <sip:101@[local_ip]:[local_port]>
Max-Forwards: 70
[authentication username=101 password=` + secret + `]
Content-Type: application/sdp
Content-Length: [len]

v=0
o=- 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 0
a=rtpmap:0 PCMU/8000
]]></send>
<recv response="100" optional="true"/>`
	sippRinging  = `<recv response="180"/>`
	sippMayRing  = `<recv response="180" optional="true"/>`
	sippAnswered = `<recv response="200" rrs="true"/>`
	sippAck      = `
<send><![CDATA[
ACK [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch];rport
From: <sip:101@[remote_ip]>;tag=c[call_number]
[last_To:]
Call-ID: [call_id]
CSeq: 2 ACK
Max-Forwards: 70
Content-Length: 0

]]></send>`
	sippBye = `
<send retrans="500"><![CDATA[
BYE [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch];rport
From: <sip:101@[remote_ip]>;tag=c[call_number]
[last_To:]
Call-ID: [call_id]
CSeq: 3 BYE
Max-Forwards: 70
Content-Length: 0

]]></send>
<recv response="200"><action><ereg regexp="BYE" search_in="hdr" header="CSeq:" check_it="true" assign_to="1"/></action></recv>
<Reference variables="1"/>`
	sippCancel = `
<send retrans="500"><![CDATA[
CANCEL sip:102@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=z9hG4bK-2-[call_number]-[pid];rport
From: <sip:101@[remote_ip]>;tag=c[call_number]
To: <sip:102@[remote_ip]>
Call-ID: [call_id]
CSeq: 2 CANCEL
Max-Forwards: 70
Content-Length: 0

]]></send>
<recv response="200"/>
<recv response="487"/>
<send><![CDATA[
ACK sip:102@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=z9hG4bK-2-[call_number]-[pid];rport
From: <sip:101@[remote_ip]>;tag=c[call_number]
[last_To:]
Call-ID: [call_id]
CSeq: 2 ACK
Max-Forwards: 70
Content-Length: 0

]]></send>`
	sippEnd = `
</scenario>`
)

// I002.
func TestOutsideSIPpCallsInEveryOrderAndLeavesNothing(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		called phone.Behaviour
		parts  []string
		calls  int
	}{
		{"a call", phone.Behaviour{}, []string{sippRegister, sippInvite, sippMayRing, sippAnswered, sippAck, `<pause milliseconds="300"/>`, sippBye}, 1},
		{"CANCEL before the answer", byHand, []string{sippInvite, sippRinging, sippCancel}, 3},
		{"BYE before the ACK", phone.Behaviour{}, []string{sippInvite, sippMayRing, sippAnswered, sippBye}, 3},
		{"200 calls in a row", phone.Behaviour{}, []string{sippInvite, sippMayRing, sippAnswered, sippAck, sippBye}, 200},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, plan{})
			called := newHandset(t).on("102", c.called).at(t, h, "102")
			base := h.figures(t)
			s, err := peers.StartSIPp(t.TempDir(), peers.SIPpOptions{
				Scenario: sippHead + strings.Join(c.parts, "") + sippEnd, Remote: h.sip, Service: "102", Calls: c.calls, Rate: 100,
				Args: []string{"-l", "1"}, // one after another
			})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(s.Stop)
			ctx := t.Context()
			got, err := s.Result(ctx)
			if err != nil {
				t.Fatal(err)
			}
			if got.Successful != c.calls || got.Failed != 0 {
				trouble := s.Trouble()
				t.Errorf("got %+v, want %d good calls\n%s", got, c.calls, trouble[:min(len(trouble), 3000)])
			}
			// A CANCEL may come before the phone is called at all.
			if n := called.count(); n > c.calls || n < c.calls && !c.called.Never {
				t.Errorf("the phone was called %d times, want %d", n, c.calls)
			}
			h.settles(t, base)
		})
	}
}
