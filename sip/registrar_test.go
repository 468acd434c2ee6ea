package sip

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/icholy/digest"

	"sufler/routing"
	"sufler/sip/siptest"
)

// softphone registers by hand.
type softphone struct {
	*siptest.Peer
	t        *testing.T
	to       netip.AddrPort
	user     string
	password string
	seq      int
	branch   int
}

func newSoftphone(t *testing.T, h *house, user string) *softphone {
	t.Helper()
	return &softphone{Peer: siptest.New(t), t: t, to: h.addr(), user: user, password: "secret-" + user}
}

// register sends one REGISTER without or with an answer to a challenge.
func (s *softphone) register(authorization, contact string, extra ...string) *siptest.Message {
	s.t.Helper()
	s.seq++
	return s.registerAs(s.seq, authorization, contact, extra...)
}

func (s *softphone) registerAs(seq int, authorization, contact string, extra ...string) *siptest.Message {
	s.t.Helper()
	s.branch++
	branch := fmt.Sprintf("z9hG4bKr%s%d", s.user, s.branch)
	text := fmt.Sprintf("REGISTER sip:%s SIP/2.0\nVia: SIP/2.0/UDP %s;branch=%s;rport\nMax-Forwards: 70\nFrom: <sip:%s@x>;tag=%s\nTo: <sip:%s@x>\nCall-ID: reg-%s\nCSeq: %d REGISTER\nUser-Agent: siptest\n",
		s.to, s.Addr(), branch, s.user, s.user, s.user, s.Addr(), seq)
	for _, line := range append([]string{authorization, contact}, extra...) {
		if line != "" {
			text += line + "\n"
		}
	}
	s.Send(s.to, text+"Content-Length: 0\n\n")
	return s.answerTo(branch)
}

func (s *softphone) answerTo(branch string) *siptest.Message {
	s.t.Helper()
	return s.ExpectAny(func(m *siptest.Message) bool { return m.Param("Via", "branch") == branch && m.Kind != "100" })
}

func (s *softphone) contact(params string) string {
	return fmt.Sprintf("Contact: <sip:%s@%s>%s", s.user, s.Addr(), params)
}

// prove answers a challenge of a 401 with one of its algorithms.
func (s *softphone) prove(res *siptest.Message, algorithm, method, uri string, nc int) string {
	s.t.Helper()
	for _, value := range res.Headers("WWW-Authenticate") {
		chal, err := digest.ParseChallenge(value)
		if err != nil {
			s.t.Fatal(err)
		}
		if chal.Algorithm != algorithm {
			continue
		}
		cred, err := digest.Digest(chal, digest.Options{Method: method, URI: uri, Username: s.user, Password: s.password, Count: nc})
		if err != nil {
			s.t.Fatal(err)
		}
		return "Authorization: " + cred.String()
	}
	s.t.Fatalf("no challenge for %s in %q", algorithm, res.Headers("WWW-Authenticate"))
	return ""
}

// login registers with a fresh challenge and wants a status.
func (s *softphone) login(status, contact string, extra ...string) *siptest.Message {
	s.t.Helper()
	challenge := s.register("", contact, extra...)
	if challenge.Kind != "401" {
		s.t.Fatalf("got %s without a password, want 401", challenge.Kind)
	}
	res := s.register(s.prove(challenge, "MD5", "REGISTER", "sip:x", 1), contact, extra...)
	if res.Kind != status {
		s.t.Fatalf("got %s, want %s", res.Start, status)
	}
	return res
}

func TestPhoneRegistersWithEitherAlgorithm(t *testing.T) {
	h := newHouse(t, accounts)
	for _, algorithm := range []string{"SHA-256", "MD5"} {
		s := newSoftphone(t, h, "101")
		challenge := s.register("", s.contact(""))
		got := challenge.Headers("WWW-Authenticate")
		if len(got) != 2 || !strings.Contains(got[0], "SHA-256") || !strings.Contains(got[1], "MD5") {
			t.Fatalf("got %q, want SHA-256 first, then MD5", got)
		}
		res := s.register(s.prove(challenge, algorithm, "REGISTER", "sip:x", 1), s.contact(";expires=60"))
		if res.Kind != "200" || !strings.Contains(strings.Join(res.Headers("Contact"), " "), fmt.Sprintf("<sip:101@%s>;expires=60", s.Addr())) {
			t.Errorf("%s: got %s with %q", algorithm, res.Start, res.Headers("Contact"))
		}
	}
	phones := h.Phones()
	if len(phones) != 1 || phones[0].Extension != "101" || !phones[0].Registered || phones[0].Contacts != 2 || phones[0].UserAgent != "siptest" {
		t.Errorf("got %+v", phones)
	}
	if got := h.figure("sufler_sip_registrations"); got != 2 {
		t.Errorf("got %v registrations, want 2", got)
	}
}

func TestWrongPasswordAndUnknownPhoneGetTheSameAnswer(t *testing.T) {
	var log lockedBuffer
	h := newHouse(t, accounts, func(o *Options) { o.Log = slog.New(slog.NewTextHandler(&log, nil)) })
	shapes := make(map[string][]string)
	for _, user := range []string{"101", "199"} {
		s := newSoftphone(t, h, user)
		s.password = "guess"
		first := s.register("", s.contact(""))
		second := s.register(s.prove(first, "SHA-256", "REGISTER", "sip:x", 1), s.contact(""))
		shapes[user] = append([]string{first.Start, second.Start}, append(first.Names(), second.Names()...)...)
		if strings.Contains(second.Header("WWW-Authenticate"), "stale") {
			t.Errorf("%s: a wrong password is not a stale nonce", user)
		}
	}
	if !slices.Equal(shapes["101"], shapes["199"]) {
		t.Errorf("got %q for a wrong password and %q for an unknown phone", shapes["101"], shapes["199"])
	}
	if len(h.Phones()) != 0 || h.figure("sufler_sip_registrations") != 0 {
		t.Errorf("got %+v", h.Phones())
	}
	if text := log.String(); !strings.Contains(text, "wrong password or unknown phone") || !strings.Contains(text, "phone=101") {
		t.Errorf("got log %q", text)
	}
}

func TestNonceIsGoodForOneUseAndAWhile(t *testing.T) {
	now := &fakeClock{now: time.Unix(1_800_000_000, 0)}
	h := newHouse(t, accounts, func(o *Options) { o.Clock = now })
	s := newSoftphone(t, h, "101")
	challenge := s.register("", s.contact(""))
	if res := s.register(s.prove(challenge, "MD5", "REGISTER", "sip:x", 1), s.contact("")); res.Kind != "200" {
		t.Fatalf("got %s", res.Start)
	}
	if res := s.register(s.prove(challenge, "MD5", "REGISTER", "sip:x", 1), s.contact("")); res.Kind != "401" || !strings.Contains(res.Header("WWW-Authenticate"), "stale=true") {
		t.Errorf("replayed: got %s %q", res.Start, res.Header("WWW-Authenticate"))
	}
	if res := s.register(s.prove(challenge, "MD5", "REGISTER", "sip:x", 2), s.contact("")); res.Kind != "200" {
		t.Errorf("counted on: got %s", res.Start)
	}
	now.advance(nonceLife)
	stale := s.register(s.prove(challenge, "MD5", "REGISTER", "sip:x", 3), s.contact(""))
	if stale.Kind != "401" || !strings.Contains(stale.Header("WWW-Authenticate"), "stale=true") {
		t.Errorf("old: got %s %q", stale.Start, stale.Header("WWW-Authenticate"))
	}
	forged := strings.Replace(s.prove(stale, "MD5", "REGISTER", "sip:x", 1), "nonce=\"", "nonce=\"AAAA", 1)
	if res := s.register(forged, s.contact("")); res.Kind != "401" {
		t.Errorf("forged: got %s", res.Start)
	}
}

func TestRegistrationLifetimes(t *testing.T) {
	now := &fakeClock{now: time.Unix(1_800_000_000, 0)}
	var news newsList
	h := newHouse(t, accounts, func(o *Options) {
		o.Clock, o.MinExpires, o.MaxExpires, o.Phones = now, time.Minute, 10*time.Minute, news.add
	})
	s := newSoftphone(t, h, "102")
	if res := s.login("423", s.contact(";expires=5")); res.Header("Min-Expires") != "60" {
		t.Errorf("got Min-Expires %q, want 60", res.Header("Min-Expires"))
	}
	if res := s.login("200", s.contact(""), "Expires: 7200"); !strings.Contains(res.Header("Contact"), "expires=600") {
		t.Errorf("got %q, want the maximum of 600", res.Header("Contact"))
	}
	s.login("200", s.contact(""), "Expires: 0")
	s.login("200", s.contact(";expires=60"))
	now.advance(time.Minute)
	siptest.Eventually(t, "four changes are told", func() bool { return len(news.words()) == 4 })
	if got, want := strings.Join(news.words(), " "), "102+ 102- 102+ 102-"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := h.figure("sufler_sip_registrations"); got != 0 {
		t.Errorf("got %v registrations, want 0", got)
	}
}

func TestWildcardTakesEverythingAway(t *testing.T) {
	h := newHouse(t, accounts)
	a, b := newSoftphone(t, h, "103"), newSoftphone(t, h, "103")
	a.login("200", a.contact(""))
	if got := len(b.login("200", b.contact("")).Headers("Contact")); got != 2 {
		t.Fatalf("got %d contacts, want 2", got)
	}
	a.login("400", "Contact: *", "Expires: 60")
	res := a.login("200", "Contact: *", "Expires: 0")
	if got := len(res.Headers("Contact")); got != 0 || h.Phones()[0].Registered {
		t.Errorf("got %d contacts and %+v", got, h.Phones())
	}
}

func TestPhoneCannotRegisterForAnother(t *testing.T) {
	h := newHouse(t, accounts)
	s := newSoftphone(t, h, "101")
	challenge := s.register("", s.contact(""))
	proof := s.prove(challenge, "MD5", "REGISTER", "sip:x", 1)
	s.user = "102"
	if res := s.register(proof, s.contact("")); res.Kind != "403" {
		t.Errorf("got %s, want 403", res.Start)
	}
}

func TestOlderRegisterThatComesLateIsRefused(t *testing.T) {
	h := newHouse(t, accounts)
	s := newSoftphone(t, h, "101")
	s.login("200", s.contact(""))
	challenge := s.register("", s.contact(""))
	if res := s.registerAs(1, s.prove(challenge, "MD5", "REGISTER", "sip:x", 1), s.contact(";expires=0")); res.Kind != "500" {
		t.Errorf("got %s, want 500", res.Start)
	}
}

func TestPhoneWithoutRegistrationIsRefusedAtOnce(t *testing.T) {
	h := newHouse(t, accounts)
	_, err := h.Dial(routing.DialRequest{To: routing.Destination{Phone: "101"}}, func(routing.Signal) {})
	if routing.KindOf(err) != routing.Unavailable || !strings.Contains(fmt.Sprint(err), "phone_unregistered") {
		t.Errorf("got %v", err)
	}
}

// One phone, three devices: the two of the highest q ring together, the first to
// answer has the call, the other is told that it was answered elsewhere.
func TestDevicesOfAPhoneRingTogether(t *testing.T) {
	h := newHouse(t, accounts)
	desk, mobile, backup := newSoftphone(t, h, "101"), newSoftphone(t, h, "101"), newSoftphone(t, h, "101")
	desk.login("200", desk.contact(";q=0.9"))
	mobile.login("200", mobile.contact(";q=0.9"))
	backup.login("200", backup.contact(";q=0.1"))
	r := &tape{}
	leg, err := h.Dial(routing.DialRequest{To: routing.Destination{Phone: "101"}, FromName: "Call back: Jan Novák, Orders", FromNumber: "+420777000001", AutoAnswer: true}, r.sink)
	if err != nil {
		t.Fatal(err)
	}
	atDesk, atMobile := desk.Expect("INVITE"), mobile.Expect("INVITE")
	if got := atDesk.Header("From"); !strings.HasPrefix(got, `"Call back: Jan Novák, Orders" <sip:+420777000001@`) {
		t.Errorf("got From %q", got)
	}
	if !strings.Contains(atDesk.Header("Call-Info"), "answer-after=0") || !strings.Contains(atDesk.Header("Alert-Info"), "alert-autoanswer") {
		t.Errorf("got %q %q", atDesk.Header("Call-Info"), atDesk.Header("Alert-Info"))
	}
	desk.Reply(atDesk, "180 Ringing", "d")
	mobile.Reply(atMobile, "180 Ringing", "m")
	await[routing.Ringing](t, r)
	mobile.Reply(atMobile, "200 OK", "m", peerSDP)
	mobile.Expect("ACK")
	cancel := desk.Expect("CANCEL")
	if got := cancel.Header("Reason"); !strings.Contains(got, "Call completed elsewhere") {
		t.Errorf("got Reason %q", got)
	}
	desk.Reply(cancel, "200 OK", "d")
	desk.Reply(atDesk, "200 OK", "d", peerSDP) // it was picked up in the same moment
	desk.Expect("ACK")
	desk.Reply(desk.Expect("BYE"), "200 OK", "")
	await[routing.Answered](t, r)
	leg.Do(routing.Hangup{})
	mobile.Reply(mobile.Expect("BYE"), "200 OK", "")
	await[routing.Ended](t, r)
	if got, want := r.names(), "ringing answered ended:hung_up"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if n := backup.Count("INVITE"); n != 0 {
		t.Errorf("got %d INVITE at the backup, want 0", n)
	}
}

func TestPhoneIsBusyWhenAllItsDevicesRefuse(t *testing.T) {
	h := newHouse(t, accounts)
	a, b := newSoftphone(t, h, "101"), newSoftphone(t, h, "101")
	a.login("200", a.contact(""))
	b.login("200", b.contact(""))
	r := &tape{}
	if _, err := h.Dial(routing.DialRequest{To: routing.Destination{Phone: "101"}}, r.sink); err != nil {
		t.Fatal(err)
	}
	a.Reply(a.Expect("INVITE"), "486 Busy Here", "a")
	b.Reply(b.Expect("INVITE"), "480 Temporarily Unavailable", "b")
	if end := await[routing.Ended](t, r); end.Cause != routing.BusyHere || end.Text != "486 Busy Here" {
		t.Errorf("got %v %q", end.Cause, end.Text)
	}
}

// A phone behind a NAT writes an address that leads nowhere; it is called back
// where its REGISTER came from.
func TestRegisteredPhoneIsReachedWhereItWasSeen(t *testing.T) {
	h := newHouse(t, accounts)
	s := newSoftphone(t, h, "101")
	s.login("200", "Contact: <sip:101@192.168.77.7:5060>")
	r := &tape{}
	leg, err := h.Dial(routing.DialRequest{To: routing.Destination{Phone: "101"}}, r.sink)
	if err != nil {
		t.Fatal(err)
	}
	invite := s.Expect("INVITE")
	if got, want := invite.URI(), "sip:101@192.168.77.7:5060"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	s.Reply(invite, "200 OK", "s", "Contact: <sip:101@192.168.77.7:5060>", peerSDP)
	s.Expect("ACK")
	await[routing.Answered](t, r)
	leg.Do(routing.Hangup{})
	s.Reply(s.Expect("BYE"), "200 OK", "")
	await[routing.Ended](t, r)
}

func TestPhoneMustProveItselfToCall(t *testing.T) {
	h := newHouse(t, accounts)
	s := newSoftphone(t, h, "101")
	invite := incomingInvite(s.Peer, h.addr(), "pc", "User-Agent: siptest\n")
	s.Send(h.addr(), invite)
	challenge := s.Expect("401")
	if got := h.figure("sufler_sip_legs"); got != 0 || h.desk.count() != 0 {
		t.Fatalf("got %v legs and %d calls before a password, want none", got, h.desk.count())
	}
	proof := s.prove(challenge, "SHA-256", "INVITE", "sip:200@x", 1)
	s.Send(h.addr(), strings.NewReplacer("CSeq: 1", "CSeq: 2", "z9hG4bKinvite", "z9hG4bKsecond", "Max-Forwards: 70\n", "Max-Forwards: 70\n"+proof+"\n").Replace(invite))
	v := h.desk.call(t, 0)
	if v.in.Phone != "101" || v.in.FromNumber != "101" || v.in.Trunk != "" {
		t.Errorf("got %+v", v.in)
	}
}

func TestOurOwnRegistrationKeepsAndEnds(t *testing.T) {
	h, endpoint := newHouse(t, accounts), newHouse(t, open)
	for _, transport := range []string{"udp", "tcp"} {
		addr := h.UDPAddr()
		if transport == "tcp" {
			addr = h.TCPAddr()
		}
		states := make(chan RegistrationState, 10)
		r, err := endpoint.Register(RegisterSpec{
			Registrar: Target{URI: "sip:" + addr.String(), Transport: transport}, User: "104",
			Credentials: Credentials{User: "104", Password: "secret-104"}, Expires: time.Minute,
			Changed: func(s RegistrationState) { states <- s },
		})
		if err != nil {
			t.Fatal(err)
		}
		if s := <-states; !s.Registered || s.Status != 200 {
			t.Fatalf("%s: got %+v", transport, s)
		}
		tp, calls := &tape{}, endpoint.desk.count()
		if _, err := h.Dial(routing.DialRequest{To: routing.Destination{Phone: "104"}}, tp.sink); err != nil {
			t.Fatal(err)
		}
		v := endpoint.desk.call(t, calls)
		v.in.Leg.Do(routing.Answer{})
		await[routing.Answered](t, tp)
		v.in.Leg.Do(routing.Hangup{})
		await[routing.Ended](t, tp)
		if err := r.Close(t.Context()); err != nil {
			t.Errorf("%s: %v", transport, err)
		}
		if h.Phones()[0].Registered {
			t.Errorf("%s: still registered", transport)
		}
	}
}

func TestWrongPasswordOfOurOwnIsSaid(t *testing.T) {
	h, endpoint := newHouse(t, accounts), newHouse(t, open)
	states := make(chan RegistrationState, 10)
	r, err := endpoint.Register(RegisterSpec{
		Registrar: Target{URI: "sip:" + h.addr().String()}, User: "104", Credentials: Credentials{User: "104", Password: "no"},
		Changed: func(s RegistrationState) { states <- s },
	})
	if err != nil {
		t.Fatal(err)
	}
	if s := <-states; s.Registered || s.Status != 401 {
		t.Errorf("got %+v", s)
	}
	if err := r.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestNonceCountsAreTakenOnceInAnyOrder(t *testing.T) {
	c := &counts{}
	for _, step := range []struct {
		nc   int
		want bool
	}{{1, true}, {1, false}, {3, true}, {2, true}, {2, false}, {100, true}, {3, false}, {99, true}, {99, false}, {36, false}, {37, true}} {
		if got := c.take(step.nc); got != step.want {
			t.Errorf("take(%d): got %v, want %v", step.nc, got, step.want)
		}
	}
}

// lockedBuffer is a log that may be read while it is written.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// newsList keeps what the registrar tells.
type newsList struct {
	mu   sync.Mutex
	list []string
}

func (n *newsList) add(s PhoneState) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.list = append(n.list, string(s.Extension)+map[bool]string{true: "+", false: "-"}[s.Registered])
}

func (n *newsList) words() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.list)
}
