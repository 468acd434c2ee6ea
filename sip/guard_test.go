package sip

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"sufler/mixer"
	"sufler/routing"
	"sufler/sip/siptest"
)

// bomb is a receiver that panics.
type bomb struct{}

func (*bomb) Receive(routing.Inbound) (func(routing.Signal), error) { panic("boom") }

// A panic in a handler ends that call and nothing else.
func TestPanicEndsOneCallOnly(t *testing.T) {
	h := newHouse(t, open, func(o *Options) { o.Receiver = &bomb{} })
	p := siptest.New(t)
	p.Send(h.addr(), incomingInvite(p, h.addr(), "boom", ""))
	siptest.Eventually(t, "the panic is counted", func() bool { return h.figure("sufler_sip_panics_total") == 1 })
	h.empty()
	_, r := h.call(p) // the house still stands
	p.Reply(p.Expect("INVITE"), "486 Busy Here", "p")
	await[routing.Ended](t, r)
}

func TestPanicInAHandlerIsAnswered(t *testing.T) {
	h := newHouse(t, func(o *Options) {
		o.Accounts = func(routing.Extension) (routing.Phone, bool) { panic("boom") }
	})
	s := newSoftphone(t, h, "101")
	challenge := s.register("", s.contact(""))
	if res := s.register(s.prove(challenge, "MD5", "REGISTER", "sip:x", 1), s.contact("")); res.Kind != "500" {
		t.Errorf("got %s, want 500", res.Start)
	}
}

// One socket takes what many phones send at the same time.
func TestReceiveBufferIsLarge(t *testing.T) {
	h := newHouse(t, open)
	raw, err := h.gate.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	var got int
	if err := raw.Control(func(fd uintptr) { got, err = syscall.GetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF) }); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("/proc/sys/net/core/rmem_max")
	if err != nil {
		t.Fatal(err)
	}
	limit, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	if want := 2 * min(readBuffer, limit); got != want { // the kernel doubles it for its own use
		t.Errorf("got %d bytes, want %d", got, want)
	}
}

func TestEveryRequestOfABurstIsAnswered(t *testing.T) {
	h, p := newHouse(t, open), siptest.New(t)
	for i := range 300 {
		p.Send(h.addr(), options(p, h.addr(), fmt.Sprintf("burst%d", i)))
	}
	p.Wait("200", 300)
}

func options(p *siptest.Peer, to netip.AddrPort, id string) string {
	return fmt.Sprintf("OPTIONS sip:%s SIP/2.0\nVia: SIP/2.0/UDP %s;branch=z9hG4bK%s;rport\nMax-Forwards: 70\nFrom: <sip:a@x>;tag=a\nTo: <sip:b@x>\nCall-ID: %s\nCSeq: 1 OPTIONS\nContent-Length: 0\n\n", to, p.Addr(), id, id)
}

// What has no business here leaves no trace in the library's pool and
// makes no transaction.
func TestStrangersLeaveNothingBehind(t *testing.T) {
	h := newHouse(t, accounts)
	p := siptest.New(t)
	p.Send(h.addr(), options(p, h.addr(), "first"))
	p.Expect("200")
	before := h.transport.Pool("udp").Size()
	for i := range 50 {
		stranger := siptest.New(t)
		stranger.SendRaw(h.addr(), []byte("\x00\x01\x02 this is not SIP at all, only noise"))
		stranger.Send(h.addr(), incomingInvite(stranger, h.addr(), fmt.Sprintf("s%d", i), ""))
		stranger.Send(h.addr(), options(stranger, h.addr(), fmt.Sprintf("o%d", i)))
		stranger.Send(h.addr(), fmt.Sprintf("BYE sip:x@%s SIP/2.0\nVia: SIP/2.0/UDP %s;branch=z9hG4bKb%d\nMax-Forwards: 70\nFrom: <sip:a@x>;tag=a\nTo: <sip:b@x>;tag=nobody\nCall-ID: b%d\nCSeq: 1 BYE\nContent-Length: 0\n\n", h.addr(), stranger.Addr(), i, i))
		stranger.Send(h.addr(), fmt.Sprintf("SIP/2.0 200 OK\nVia: SIP/2.0/UDP %s;branch=z9hG4bKforged\nFrom: <sip:a@x>;tag=a\nTo: <sip:b@x>;tag=b\nCall-ID: f%d\nCSeq: 1 INVITE\nContent-Length: 0\n\n", h.addr(), i))
		stranger.Expect("401")
		stranger.Expect("200")
		stranger.Expect("481")
	}
	if got := h.transport.Pool("udp").Size(); got != before {
		t.Errorf("got %d entries in the pool, want %d", got, before)
	}
	if got := h.figure("sufler_sip_legs"); got != 0 {
		t.Errorf("got %v legs, want 0", got)
	}
	for reason, want := range map[string]float64{dropNotSIP: 50, dropStray: 50} {
		siptest.Eventually(t, fmt.Sprintf("%v were dropped for %s", want, reason), func() bool {
			return h.figure("sufler_sip_dropped_total", "reason", reason) == want
		})
	}
}

func TestSourcesAreForgottenWhenTheyFallSilent(t *testing.T) {
	now := &fakeClock{now: time.Unix(1_800_000_000, 0)}
	h := newHouse(t, open, func(o *Options) { o.Clock = now })
	before := h.transport.Pool("udp").Size()
	for i := range 5 {
		p := siptest.New(t)
		h.desk.refuse(routing.Refuse(routing.Busy, "in_call"))
		p.Send(h.addr(), incomingInvite(p, h.addr(), fmt.Sprintf("old%d", i), ""))
		p.Expect("486")
	}
	if got := h.transport.Pool("udp").Size(); got != before+5 {
		t.Fatalf("got %d entries, want %d", got, before+5)
	}
	now.advance(sourceLife + time.Second)
	p := siptest.New(t)
	p.Send(h.addr(), incomingInvite(p, h.addr(), "new", ""))
	p.Expect("486")
	if got := h.transport.Pool("udp").Size(); got != before+1 {
		t.Errorf("got %d entries, want %d", got, before+1)
	}
}

func TestFloodOfOneAddressIsCut(t *testing.T) {
	l := newLimiter(10, 20)
	a, b, now := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2"), time.Unix(0, 0)
	passed := 0
	for range 100 {
		if l.allow(a, now) {
			passed++
		}
	}
	if passed != 20 || !l.allow(b, now) {
		t.Errorf("got %d through at once, want 20; and others are free", passed)
	}
	passed = 0
	for range 100 {
		if l.allow(a, now.Add(time.Second)) {
			passed++
		}
	}
	if passed != 10 {
		t.Errorf("got %d after a second, want 10", passed)
	}
	for i := range 3 * maxBuckets {
		l.allow(netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}), now)
	}
	if len(l.buckets) > maxBuckets {
		t.Errorf("got %d buckets, want at most %d", len(l.buckets), maxBuckets)
	}
}

// What cannot be parsed is answered, if it says
// enough, and never takes the listener down.
func TestUnparsableMessagesAreAnsweredOrDropped(t *testing.T) {
	h, p := newHouse(t, open), siptest.New(t)
	broken := strings.Replace(options(p, h.addr(), "broken"), "CSeq: 1 OPTIONS", "CSeq: 4294967297 OPTIONS", 1)
	p.Send(h.addr(), broken)
	p.Expect("400")
	p.Send(h.addr(), strings.Replace(broken, "Call-ID: broken\n", "", 1)) // cannot be answered
	seed := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		data := []byte(siptest.Wire(incomingInvite(p, h.addr(), "mut", "")))
		for range 8 {
			data[seed.IntN(len(data))] = byte(seed.Uint32())
		}
		p.SendRaw(h.addr(), data)
	}
	p.Send(h.addr(), options(p, h.addr(), "alive"))
	p.ExpectThat("200", func(m *siptest.Message) bool { return m.Header("Call-ID") == "alive" })
	h.desk.mu.Lock()
	defer h.desk.mu.Unlock()
	for _, v := range h.desk.calls {
		v.in.Leg.Do(routing.Hangup{})
	}
}

// Nothing that a person types can become a header, a parameter or
// another address.
func TestTypedNamesCannotInjectHeaders(t *testing.T) {
	names := map[string]string{
		"Jan Novák, Orders":                            "Jan Novák, Orders",
		"a\r\nContact: <sip:evil@x>\r\nX: y":           "a Contact: sip:evil x X: y",
		"\"quoted\" <sip:evil@x>;tag=1":                "quoted sip:evil x tag=1",
		"back\\slash\x00nul\x7f":                       "back slash nul",
		"рука\u202e1234\u200b":                         "рука1234",
		strings.Repeat("ю", 200):                       strings.Repeat("ю", 80),
		"line\u2028separator\u0085next":                "line separator next",
		string([]byte{'b', 'a', 'd', 0xff, 0xfe, '!'}): "bad !",
	}
	h, p := newHouse(t, open), siptest.New(t)
	for typed, want := range names {
		_, r := h.call(p, func(s *CallSpec) { s.FromName = typed })
		invite := p.Expect("INVITE")
		if got, _, _ := strings.Cut(invite.Header("From"), ";tag="); got != `"`+want+`" <sip:100@127.0.0.1>` {
			t.Errorf("%q: got %q, want %q", typed, got, want)
		}
		if len(invite.Headers("Contact")) != 1 || len(invite.Headers("X")) != 0 {
			t.Errorf("%q: got headers %q", typed, invite.Names())
		}
		p.Reply(invite, "486 Busy Here", "p")
		await[routing.Ended](t, r)
	}
	for _, user := range []string{"a@b", "a;b", "a b", "a\r\nb", "a\x00", `a"b`, "<a>", "", strings.Repeat("1", 65), "+", "%41"} {
		if got, err := userName(user); err == nil {
			t.Errorf("%q: got %q, want a refusal", user, got)
		}
	}
}

// The last look before a message leaves: a control byte that got past everything
// else stops it.
func TestControlBytesNeverLeave(t *testing.T) {
	h := newHouse(t, open)
	_, err := h.Call(CallSpec{Target: Target{URI: "sip:x@127.0.0.1\r\nEvil: 1"}}, func(routing.Signal) {})
	if routing.KindOf(err) != routing.Invalid {
		t.Errorf("got %v", err)
	}
	d := &dialog{callID: "x\r\nEvil: 1", flow: flow{"UDP", h.addr().String()}}
	if err := h.finish(d.next("BYE")); err == nil || !strings.Contains(err.Error(), "control bytes in Call-ID") {
		t.Errorf("got %v", err)
	}
}

// What sipgo says is for debugging and short.
func TestLibraryLogIsShortAndQuiet(t *testing.T) {
	var buf lockedBuffer
	slog.New(quiet{slog.NewTextHandler(&buf, nil)}).Error("failed to parse", slog.String("data", strings.Repeat("x", 5000)))
	if buf.String() != "" {
		t.Errorf("got %q at the usual level, want nothing", buf.String())
	}
	slog.New(quiet{slog.NewTextHandler(&buf, &slog.HandlerOptions{Level: slog.LevelDebug})}).Error("failed to parse", slog.String("data", strings.Repeat("x", 5000)))
	if n := len(buf.String()); n == 0 || n > 400 {
		t.Errorf("got %d bytes, want a short line", n)
	}
}

// Over TCP the BYE uses the caller's own connection.
func TestCallOverTCPStaysOnItsConnection(t *testing.T) {
	h := newHouse(t, open)
	conn, err := net.Dial("tcp", h.TCPAddr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	p := siptest.New(t) // lends its words only
	say := func(text string) {
		t.Helper()
		if _, err := conn.Write([]byte(siptest.Wire(strings.ReplaceAll(text, "/UDP", "/TCP")))); err != nil {
			t.Fatal(err)
		}
	}
	buf := make([]byte, 0, 65536)
	hear := func(kind string) *siptest.Message {
		t.Helper()
		if err := conn.SetReadDeadline(time.Now().Add(siptest.Patience)); err != nil {
			t.Fatal(err)
		}
		for {
			if m, rest, ok := cut(buf); ok {
				buf = rest
				if m.Kind == kind {
					return m
				}
				continue
			}
			n, err := conn.Read(buf[len(buf):cap(buf)])
			if err != nil {
				t.Fatalf("waiting for %s: %v", kind, err)
			}
			buf = buf[:len(buf)+n]
		}
	}
	say(incomingInvite(p, h.addr(), "tcp", ""))
	v := h.desk.call(t, 0)
	v.in.Leg.Do(routing.Answer{Class: mixer.Outside})
	ok := hear("200")
	if !strings.Contains(ok.Contact(), "transport=tcp") {
		t.Errorf("got Contact %q", ok.Contact())
	}
	say(inDialog(p, "ACK", ok, 1))
	settled(t, v)
	v.in.Leg.Do(routing.Hangup{})
	bye := hear("BYE")
	say(p.Response(bye, "200 OK", ""))
	await[routing.Ended](t, &v.tape)

	say(strings.Replace(incomingInvite(p, h.addr(), "tcp2", ""), "tag=eva", "tag=eva2", 1))
	lost := h.desk.call(t, 1)
	_ = conn.Close()
	if end := await[routing.Ended](t, &lost.tape); end.Cause != routing.Unreachable || end.Text != "connection closed" {
		t.Errorf("got %v %q", end.Cause, end.Text)
	}
}

// cut takes the first whole message off a stream.
func cut(buf []byte) (*siptest.Message, []byte, bool) {
	head, rest, ok := strings.Cut(string(buf), "\r\n\r\n")
	if !ok {
		return nil, buf, false
	}
	m := siptest.Parse(head+"\r\n\r\n", netip.AddrPort{})
	n, _ := strconv.Atoi(m.Header("Content-Length"))
	if len(rest) < n {
		return nil, buf, false
	}
	m = siptest.Parse(head+"\r\n\r\n"+rest[:n], netip.AddrPort{})
	return m, append(make([]byte, 0, 65536), rest[n:]...), true
}

func TestCloseHangsUpWhatIsUp(t *testing.T) {
	h, p := newHouse(t, open, func(o *Options) { o.Timers.Linger = 100 * time.Millisecond }), siptest.New(t)
	_, up := h.call(p)
	answered(t, p, up)
	_, ringing := h.call(p)
	invite := p.Expect("INVITE")
	p.Reply(invite, "180 Ringing", "r")
	await[routing.Ringing](t, ringing)
	waiting, _ := incomingCall(t, h, p, "up", true)
	ctx, cancel := context.WithTimeout(t.Context(), siptest.Patience)
	defer cancel()
	if err := h.Close(ctx); err != nil {
		t.Fatal(err)
	}
	for _, r := range []*tape{up, ringing, &waiting.tape} {
		if end := await[routing.Ended](t, r); end.Cause != routing.ShuttingDown {
			t.Errorf("got %v", end.Cause)
		}
	}
	p.Wait("BYE", 2)
	p.Wait("CANCEL", 1)
	if _, err := h.Call(CallSpec{Target: Target{URI: "sip:x@127.0.0.1"}}, func(routing.Signal) {}); routing.KindOf(err) != routing.Unavailable {
		t.Errorf("got %v after Close", err)
	}
}

func TestPortInUseIsSaid(t *testing.T) {
	h := newHouse(t, open)
	_, err := New(Options{UDP: h.addr().String(), Media: &fixedMaker{}})
	if err == nil || !strings.Contains(err.Error(), "listen udp "+h.addr().String()) {
		t.Errorf("got %v", err)
	}
}
