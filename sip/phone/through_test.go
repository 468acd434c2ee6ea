package phone_test

import (
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	pionrtp "github.com/pion/rtp"

	"sufler/internal/peers"
	"sufler/mixer"
	"sufler/mixer/codec"
	"sufler/mixer/tone"
	"sufler/routing"
	"sufler/sip"
	"sufler/sip/phone"
	"sufler/sip/siptest"
)

func TestRegistrationIsToldInWords(t *testing.T) {
	x := newExchange(t, "101")
	for _, c := range []struct {
		password   string
		registered bool
		status     int
	}{{"demo-101", true, 200}, {"guess", false, 403}} {
		states := make(chan sip.RegistrationState, 10)
		p := newPhone(t, phone.Options{})
		err := p.Register(phone.Account{Server: x.addr().String(), User: "101", Password: c.password, Changed: func(s sip.RegistrationState) { states <- s }})
		if err != nil {
			t.Fatal(err)
		}
		if s := <-states; s.Registered != c.registered || s.Status != c.status && c.registered {
			t.Errorf("password %q: got %+v", c.password, s)
		}
	}
}

func TestARegisteredUserBehavesAsEveryOtherNumberOfThePhone(t *testing.T) {
	x := newExchange(t, "101", "102", "103")
	caller := x.desk(t, "101", phone.Behaviour{})
	for user, refuse := range map[string]routing.Cause{"102": 0, "103": routing.Declined} {
		p := newPhone(t, phone.Options{})
		if refuse != 0 {
			p.Serve("", phone.Behaviour{Refuse: refuse})
		}
		states := make(chan sip.RegistrationState, 10)
		err := p.Register(phone.Account{
			Server: x.addr().String(), User: user, Password: "demo-" + user, Changed: func(s sip.RegistrationState) { states <- s },
		})
		if err != nil || !(<-states).Registered {
			t.Fatalf("%s was not registered: %v", user, err)
		}
		call := x.dial(t, caller, "101", user, phone.Dial{HangupAfter: time.Millisecond})
		await(t, "the end", call.Ended())
		if got := call.State().Cause == routing.Declined; got != (refuse != 0) {
			t.Errorf("%s: ended with %s", user, call.State().Cause)
		}
	}
}

// TestPhonesTalkThroughThePlane is the whole way of sound: phone, socket, wire,
// sound plane and back, with an intruder who sends to every port of the server.
func TestPhonesTalkThroughThePlane(t *testing.T) {
	x := newExchange(t, "101", "102")
	ears := make(chan *tone.Ear, 1)
	calls := make(chan *phone.Call, 1)
	a := x.desk(t, "101", phone.Behaviour{})
	x.desk(t, "102", phone.Behaviour{
		Sound: func() mixer.Sound { return tone.NewSine(tone.AgentHz, -20) },
		Called: func(c *phone.Call) {
			ears <- c.Ear(tone.ClientHz, tone.AgentHz, tone.SupervisorHz)
			calls <- c
		},
	})
	x.registered(t, "101", "102")
	call := x.dial(t, a, "101", "102", phone.Dial{Sound: tone.NewSine(tone.ClientHz, -20)})
	await(t, "answer", call.Answered())
	atA := call.Ear(tone.ClientHz, tone.AgentHz, tone.SupervisorHz)
	atB, other := <-ears, <-calls

	intruder := newIntruder(t)
	siptest.Eventually(t, "four seconds heard", func() bool {
		intruder.shout()
		return len(atA.Windows()) >= 4 && len(atB.Windows()) >= 4
	})
	heardA, heardB := atA.Windows(), atB.Windows()
	if !tone.Present(heardA[1:], 1) || !tone.Absent(heardA, 0) || !tone.Absent(heardA, 2) {
		t.Errorf("101 hears %v, want 102 alone", heardA)
	}
	if !tone.Present(heardB[1:], 0) || !tone.Absent(heardB, 1) || !tone.Absent(heardB, 2) {
		t.Errorf("102 hears %v, want 101 alone", heardB)
	}
	call.SendDigits("42#")
	siptest.Eventually(t, "keys pass", func() bool { return other.State().Digits == "42#" })
	call.Hangup()
	await(t, "the other end", other.Ended())
	if n := intruder.answers(); n != 0 {
		t.Errorf("the intruder was sent %d packets", n)
	}
	siptest.Eventually(t, "the ports are free", func() bool { return x.maker.InUse() == 0 })
}

// intruder sends a loud supervisor's tone to every port of the server from an
// address that belongs to no call.
type intruder struct {
	conn     *net.UDPConn
	sound    mixer.Sound
	sequence uint16
	ports    []uint16
	t        *testing.T
}

func newIntruder(t *testing.T) *intruder {
	t.Helper()
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return &intruder{conn: conn, sound: tone.NewSine(tone.SupervisorHz, -3), ports: boundPorts(t), t: t}
}

// boundPorts reads which even ports of the RTP range are bound on this machine.
func boundPorts(t *testing.T) (ports []uint16) {
	t.Helper()
	text, err := os.ReadFile("/proc/net/udp")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		fields := strings.Fields(line)
		if len(fields) < 2 {
			continue
		}
		_, port, _ := strings.Cut(fields[1], ":")
		if n := hex(port); n >= 20000 && n <= 29999 && n%2 == 0 {
			ports = append(ports, n)
		}
	}
	if len(ports) < 2 {
		t.Fatalf("RTP ports: got %v, want those of two legs", ports)
	}
	return ports
}

func hex(s string) (n uint16) {
	for _, r := range s {
		n = n<<4 | uint16(strings.IndexRune("0123456789ABCDEF", r))
	}
	return n
}

func (i *intruder) shout() {
	var frame [160]int16
	i.sound.Next(frame[:])
	payload := make([]byte, 160)
	codec.MuLaw.Encode(payload, frame[:])
	i.sequence++
	p := pionrtp.Packet{Header: pionrtp.Header{Version: 2, SequenceNumber: i.sequence, Timestamp: uint32(i.sequence) * 160, SSRC: 666}, Payload: payload}
	b, err := p.Marshal()
	if err != nil {
		i.t.Fatal(err)
	}
	for _, port := range i.ports {
		_, _ = i.conn.WriteToUDPAddrPort(b, netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), port))
	}
}

// answers counts what has come to the intruder so far.
func (i *intruder) answers() (n int) {
	buf := make([]byte, 2048)
	_ = i.conn.SetReadDeadline(time.Now().Add(time.Millisecond))
	for {
		if _, err := i.conn.Read(buf); err != nil {
			return n
		}
		n++
	}
}

func startBaresip(t *testing.T, opt peers.BaresipOptions) *peers.Baresip {
	t.Helper()
	b, err := peers.StartBaresip(within(t, patience), t.TempDir(), opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Quit)
	return b
}

// writeTone writes a minute of a tone for baresip to say.
func writeTone(t *testing.T, hertz float64) string {
	t.Helper()
	samples := make([]int16, 60*tone.Rate)
	tone.NewSine(hertz, -20).Next(samples)
	path := filepath.Join(t.TempDir(), "tone.wav")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	if err := tone.WriteWAV(f, 1, samples); err != nil {
		t.Fatal(err)
	}
	return path
}

// recorded measures what a baresip has heard.
func recorded(t *testing.T, b *peers.Baresip) []tone.Window {
	t.Helper()
	files, err := b.Heard()
	if err != nil || len(files) != 1 {
		t.Fatalf("recordings: got %v, %v, want one", files, err)
	}
	f, err := os.Open(files[0])
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	samples, err := tone.ReadWAV(f)
	if err != nil {
		t.Fatal(err)
	}
	e := tone.NewEar(tone.ClientHz, tone.AgentHz)
	e.Hear(samples)
	return e.Windows()
}

// size is how many seconds a baresip has recorded so far.
func size(b *peers.Baresip) float64 {
	files, err := b.Heard()
	if err != nil || len(files) == 0 {
		return 0
	}
	info, err := os.Stat(files[0])
	if err != nil {
		return 0
	}
	return float64(info.Size()) / (2 * tone.Rate)
}

// hears checks that of two tones one is there and the other is not. A real
// telephone on a busy machine begins late and drops a piece now and then, so one
// good second is enough to be heard; the other tone must be in none.
func hears(t *testing.T, who string, windows []tone.Window, present, absent int) {
	t.Helper()
	good := 0
	for _, w := range windows {
		if w.Levels[present] > tone.PresentAbove {
			good++
		}
	}
	if good == 0 || !tone.Absent(windows, absent) {
		t.Errorf("%s hears %v, want tone %d and not tone %d", who, windows, present, absent)
	}
}

func TestBaresipAndOurPhoneCallEachOther(t *testing.T) {
	t.Run("baresip calls", func(t *testing.T) {
		t.Parallel()
		ours := newPhone(t, phone.Options{})
		calls := make(chan *phone.Call, 1)
		ours.Serve("102", phone.Behaviour{
			Sound:  func() mixer.Sound { return tone.NewSine(tone.AgentHz, -20) },
			Called: func(c *phone.Call) { calls <- c },
		})
		b := startBaresip(t, peers.BaresipOptions{User: "alice", WAV: writeTone(t, tone.ClientHz)})
		ctx := within(t, patience)
		if _, err := b.Do(ctx, "dial", "sip:102@"+ours.Addr().String()); err != nil {
			t.Fatal(err)
		}
		c := <-calls
		ear := c.Ear(tone.ClientHz, tone.AgentHz)
		await(t, "answer", c.Answered())
		if _, err := b.Await(ctx, "CALL_ESTABLISHED"); err != nil {
			t.Fatal(err)
		}
		if _, err := b.Do(ctx, "sndcode", "7"); err != nil {
			t.Fatal(err)
		}
		siptest.Eventually(t, "the key", func() bool { return c.State().Digits == "7" })
		hears(t, "our phone", windows(t, ear, 3), 0, 1)
		siptest.Eventually(t, "three seconds recorded", func() bool { return size(b) > 3 })
		c.Hangup()
		if _, err := b.Await(ctx, "CALL_CLOSED"); err != nil {
			t.Fatal(err)
		}
		b.Quit()
		hears(t, "baresip", recorded(t, b), 1, 0)
	})
	t.Run("our phone calls", func(t *testing.T) {
		t.Parallel()
		ours := newPhone(t, phone.Options{})
		b := startBaresip(t, peers.BaresipOptions{User: "bob", WAV: writeTone(t, tone.ClientHz), AutoAnswer: true})
		c, err := ours.Call(phone.Dial{To: b.URI(), User: "101", Name: "Anna", Sound: tone.NewSine(tone.AgentHz, -20)})
		if err != nil {
			t.Fatal(err)
		}
		ear := c.Ear(tone.ClientHz, tone.AgentHz)
		await(t, "answer", c.Answered())
		hears(t, "our phone", windows(t, ear, 3), 0, 1)
		siptest.Eventually(t, "three seconds recorded", func() bool { return size(b) > 3 })
		if _, err := b.Do(within(t, patience), "hangup", ""); err != nil {
			t.Fatal(err)
		}
		await(t, "the end", c.Ended())
		if got := c.State().Cause; got != routing.HungUp {
			t.Errorf("cause: got %s, want hung_up", got)
		}
		b.Quit()
		hears(t, "baresip", recorded(t, b), 1, 0)
	})
}

// TestTwoBaresipsTalkThroughTheServer registers two telephones that are not ours
// and lets one call the other.
func TestTwoBaresipsTalkThroughTheServer(t *testing.T) {
	x := newExchange(t, "101", "102")
	join := func(user string, hertz float64, auto bool) *peers.Baresip {
		return startBaresip(t, peers.BaresipOptions{
			User: user, Password: "demo-" + user, Server: x.addr().String(), Register: true, WAV: writeTone(t, hertz), AutoAnswer: auto,
		})
	}
	a, b := join("101", tone.ClientHz, false), join("102", tone.AgentHz, true)
	x.registered(t, "101", "102")
	ctx := within(t, patience)
	if _, err := a.Do(ctx, "dial", "sip:102@"+x.addr().String()); err != nil {
		t.Fatal(err)
	}
	for _, p := range []*peers.Baresip{a, b} {
		if _, err := p.Await(ctx, "CALL_ESTABLISHED"); err != nil {
			t.Fatal(err)
		}
	}
	siptest.Eventually(t, "four seconds recorded", func() bool { return size(a) > 4 && size(b) > 4 })
	if _, err := a.Do(ctx, "hangup", ""); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Await(ctx, "CALL_CLOSED"); err != nil {
		t.Fatal(err)
	}
	siptest.Eventually(t, "the ports are free", func() bool { return x.maker.InUse() == 0 })
	a.Quit()
	b.Quit()
	hears(t, "101", recorded(t, a), 1, 0)
	hears(t, "102", recorded(t, b), 0, 1)
}
