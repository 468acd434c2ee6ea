package sip

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	sipmsg "github.com/emiago/sipgo/sip"

	"sufler/sip/siptest"
)

// goodInvite is what the cases below spoil.
const goodInvite = `INVITE sip:200@127.0.0.1 SIP/2.0
Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bKgood;rport
Max-Forwards: 70
From: "Eva" <sip:eva@127.0.0.1>;tag=eva
To: <sip:200@127.0.0.1>
Call-ID: good
CSeq: 1 INVITE
Contact: <sip:eva@127.0.0.1:5070>
Content-Type: application/sdp
Content-Length: ?

v=0
`

func TestValidateRefusesWhatItMust(t *testing.T) {
	cases := []struct {
		name, old, with string
		status          int // 0: good
	}{
		{"good", "", "", 0},
		{"another version", "SIP/2.0\n", "SIP/7.0\n", 505},
		{"no From", "From: \"Eva\" <sip:eva@127.0.0.1>;tag=eva\n", "", 400},
		{"no To", "To: <sip:200@127.0.0.1>\n", "", 400},
		{"no Call-ID", "Call-ID: good\n", "", 400},
		{"no CSeq", "CSeq: 1 INVITE\n", "", 400},
		{"no Max-Forwards", "Max-Forwards: 70\n", "", 400},
		{"Max-Forwards of 0 is ours to answer", "Max-Forwards: 70", "Max-Forwards: 0", 0},
		{"Max-Forwards too large", "Max-Forwards: 70", "Max-Forwards: 300", 400},
		{"no From tag", ";tag=eva", "", 400},
		{"From tag that is no token", ";tag=eva", ";tag=e\"a", 400},
		{"blanks around a tag's name", ";tag=eva", " ; tag = eva", 0},
		{"two From", "To: ", "From: <sip:x@y>;tag=2\nTo: ", 400},
		{"two Call-ID, one compact", "CSeq", "i: again\nCSeq", 400},
		{"two CSeq", "CSeq", "CSeq: 2 INVITE\nCSeq", 400},
		{"two Max-Forwards", "CSeq", "Max-Forwards: 5\nCSeq", 400},
		{"two Content-Length", "Content-Length: ?", "Content-Length: 5\nContent-Length: ?", 400},
		{"CSeq of another method", "1 INVITE", "1 OPTIONS", 400},
		{"unknown method", "INVITE", "DANCE", 0},
		{"method in small letters", "CSeq: 1 INVITE", "CSeq: 1 invite", 400},
		{"odd method in mixed letters", "INVITE", "Dance", 501},
		{"branch without substance", "z9hG4bKgood", "z9hG4bK", 400},
		{"branch of RFC 2543", "z9hG4bKgood", "1", 400},
		{"no branch", ";branch=z9hG4bKgood", "", 400},
		{"unknown scheme", "INVITE sip:200@127.0.0.1", "INVITE nobodyKnowsThisScheme:x", 416},
		{"scheme that needs TLS", "INVITE sip:", "INVITE sips:", 416},
		{"headers in the Request-URI", "sip:200@127.0.0.1 SIP", "sip:200@127.0.0.1?Route=%3Csip:x%3E SIP", 400},
		{"long Request-URI", "sip:200@", "sip:" + strings.Repeat("2", 600) + "@", 414},
		{"unknown extension", "CSeq", "Require: nothingSupportsThis\nCSeq", 420},
		{"unknown extension for proxies", "CSeq", "Proxy-Require: nothingSupportsThis\nCSeq", 420},
		{"another body", "application/sdp", "application/unknown", 415},
		{"SDP with a parameter", "application/sdp", "application/SDP ; charset=utf-8", 0},
		{"body without a type", "Content-Type: application/sdp\n", "", 415},
		{"packed body", "CSeq", "Content-Encoding: gzip\nCSeq", 415},
		{"answer in a language we do not speak", "CSeq", "Accept: text/nobodyKnowsThis\nCSeq", 406},
		{"any answer", "CSeq", "Accept: */*\nCSeq", 0},
		{"no Contact", "Contact: <sip:eva@127.0.0.1:5070>\n", "", 400},
		{"two Contacts", "CSeq", "Contact: <sip:x@y>\nCSeq", 400},
		{"Contact *", "<sip:eva@127.0.0.1:5070>", "*", 400},
		{"Contact with headers inside", "<sip:eva@127.0.0.1:5070>", "<sip:eva@127.0.0.1?Route=%3Csip:x%3E>", 400},
		{"Contact of another kind", "<sip:eva@127.0.0.1:5070>", "<mailto:eva@127.0.0.1>", 400},
		{"control byte in a header", "CSeq", "Subject: a\x07b\nCSeq", 400},
		{"NUL in the name", "\"Eva\"", "\"E\x00va\"", 400},
		{"DEL in the Call-ID", "Call-ID: good", "Call-ID: go\x7fod", 400},
		{"blank in the Call-ID", "Call-ID: good", "Call-ID: go od", 400},
		{"header of 5000 bytes", "CSeq", "Subject: " + strings.Repeat("x", 5000) + "\nCSeq", 513},
		{"200 headers", "CSeq", strings.Repeat("X: y\n", 200) + "CSeq", 513},
		{"80 hops", "Via: ", strings.Repeat("Via: SIP/2.0/UDP h;branch=z9hG4bKx\n", 80) + "Via: ", 400},
		{"body of 20000 bytes", "v=0\n", strings.Repeat("v=0\n", 5000), 513},
	}
	s := &Stack{}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			text := goodInvite
			if c.old != "" {
				if !strings.Contains(text, c.old) {
					t.Fatalf("%q is not in the message", c.old)
				}
				text = strings.ReplaceAll(text, c.old, c.with)
			}
			req := parseRequest(t, []byte(siptest.Wire(text)))
			s.prepare(req)
			got := 0
			if p := validate(req); p != nil {
				got = p.status
			}
			if got != c.status {
				t.Errorf("got %d, want %d", got, c.status)
			}
		})
	}
}

func parseRequest(t *testing.T, data []byte) *sipmsg.Request {
	t.Helper()
	msg, err := sipmsg.ParseMessage(data)
	if err != nil {
		t.Fatalf("does not parse: %v", err)
	}
	req, ok := msg.(*sipmsg.Request)
	if !ok {
		t.Fatalf("got %T", msg)
	}
	return req
}

// RFC 4475: each file of testdata/torture is one message
// of that kind, its first line says what the stack must answer over UDP, "none"
// for silence.
func TestTortureMessagesGetTheirAnswer(t *testing.T) {
	files, err := filepath.Glob("testdata/torture/*.txt")
	if err != nil || len(files) < 15 {
		t.Fatalf("got %d files, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			h, p := newHouse(t, open), siptest.New(t)
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			want, message, _ := strings.Cut(string(text), "\n")
			want, _, _ = strings.Cut(strings.TrimPrefix(want, "# "), " ")
			p.Send(h.addr(), strings.ReplaceAll(message, "PEER", p.Addr().String()))
			if want != "none" && want != "call" {
				p.Expect(want)
			}
			if want == "call" {
				h.desk.call(t, 0).in.Leg.Do(hangUp)
			}
			p.Send(h.addr(), options(p, h.addr(), "alive")) // and the stack still lives
			p.ExpectThat("200", func(m *siptest.Message) bool { return m.Header("Call-ID") == "alive" })
			if n := h.figure("sufler_sip_panics_total"); n != 0 {
				t.Errorf("got %v panics", n)
			}
			if want == "none" && len(p.Seen()) != 1 {
				t.Errorf("got %q, want silence", p.Seen())
			}
		})
	}
}

// FuzzValidate feeds messages to everything that reads them before a password is
// known. What passes must have all that the rest of the package takes for granted.
func FuzzValidate(f *testing.F) {
	f.Add([]byte(siptest.Wire(goodInvite)))
	files, _ := filepath.Glob("testdata/torture/*.txt")
	for _, file := range files {
		if text, err := os.ReadFile(file); err == nil {
			_, message, _ := strings.Cut(string(text), "\n")
			f.Add([]byte(siptest.Wire(message)))
		}
	}
	s := &Stack{}
	f.Fuzz(func(t *testing.T, data []byte) {
		if answer := salvage(data); answer != nil {
			if _, err := sipmsg.ParseMessage(answer); err == nil && !printable(strings.ReplaceAll(strings.ReplaceAll(string(answer), "\r\n", " "), "\n", " ")) {
				t.Errorf("salvaged control bytes: %q", answer)
			}
		}
		msg, err := sipmsg.ParseMessage(data)
		if err != nil {
			return
		}
		req, ok := msg.(*sipmsg.Request)
		if !ok {
			_ = validateResponse(msg.(*sipmsg.Response))
			return
		}
		s.prepare(req)
		if p := validate(req); p != nil {
			if p.status < 400 || p.status > 599 || p.reason == "" && phrases[p.status] == "" {
				t.Errorf("got status %d %q", p.status, p.reason)
			}
			return
		}
		if req.Via() == nil || req.From() == nil || req.To() == nil || req.CallID() == nil || req.CSeq() == nil || req.MaxForwards() == nil {
			t.Fatal("passed without a mandatory header")
		}
		if req.IsInvite() && req.Contact() == nil {
			t.Fatal("INVITE passed without Contact")
		}
		for _, h := range req.Headers() {
			if !printable(h.Value()) {
				t.Errorf("passed with control bytes in %s: %q", h.Name(), h.Value())
			}
		}
		if !token(req.From().Params.GetOr("tag", "")) {
			t.Errorf("passed with From %q", req.From().Value())
		}
		_ = s.initial(req)
		_ = displayName(unquote(req.From().DisplayName))
	})
}
