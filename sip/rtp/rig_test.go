package rtp_test

import (
	"fmt"
	"net"
	"net/netip"
	"sync"
	"testing"
	"time"

	pionrtp "github.com/pion/rtp"
	"go.uber.org/goleak"

	"sufler/internal/clock"
	"sufler/mixer"
	"sufler/sip"
	"sufler/sip/rtp"
	"sufler/sip/siptest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// testClock stands still until a test moves it.
type testClock struct {
	clock.System
	mu  sync.Mutex
	now time.Time
}

func (c *testClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *testClock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// hand is a sound plane with no thread: the test itself reads and writes the wires.
type hand struct {
	last     mixer.PortID
	attached map[mixer.PortID]mixer.Attachment
	log      []string
}

func (h *hand) NewPortID() mixer.PortID { h.last++; return h.last }

func (h *hand) Attach(a mixer.Attachment) error {
	h.attached[a.Port] = a
	h.log = append(h.log, fmt.Sprintf("attach %d %s", a.Port, a.Codec))
	return nil
}

func (h *hand) Detach(p mixer.PortID) {
	h.attached[p].Wire.Close()
	delete(h.attached, p)
	h.log = append(h.log, fmt.Sprintf("detach %d", p))
}

// rig is one leg of ours with its signalling peer at 127.0.0.1.
type rig struct {
	t     testing.TB
	clock *testClock
	plane *hand
	maker *rtp.Maker
	media sip.Media
}

func newRig(tb testing.TB) *rig {
	tb.Helper()
	r := &rig{
		t: tb, clock: &testClock{now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)},
		plane: &hand{attached: map[mixer.PortID]mixer.Attachment{}},
	}
	maker, err := rtp.New(rtp.Options{Plane: r.plane, Clock: r.clock, Low: 30000, High: 39999})
	if err != nil {
		tb.Fatal(err)
	}
	r.maker = maker
	r.media = r.make()
	return r
}

func (r *rig) make() sip.Media {
	r.t.Helper()
	m, err := r.maker.Make(sip.MediaSpec{
		Class: mixer.Outside, Local: netip.MustParseAddr("127.0.0.1"), Peer: netip.MustParseAddr("127.0.0.1"),
	})
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(m.Close)
	return m
}

// offered answers an offer of PCMU at an address.
func (r *rig) offered(at netip.AddrPort, attributes string) []byte {
	r.t.Helper()
	body, err := r.media.Answer(offer(at, "0 101", attributes))
	if err != nil {
		r.t.Fatal(err)
	}
	return body
}

func offer(at netip.AddrPort, formats, attributes string) []byte {
	return fmt.Appendf(nil, "v=0\r\no=- 1 1 IN IP4 %[1]s\r\ns=-\r\nc=IN IP4 %[1]s\r\nt=0 0\r\nm=audio %[2]d RTP/AVP %[3]s\r\n"+
		"a=rtpmap:101 telephone-event/8000\r\n%[4]s", at.Addr(), at.Port(), formats, attributes)
}

func (r *rig) wire() mixer.Wire { return r.plane.attached[r.media.Port()].Wire }

// at is where the far end has to send, from our description.
func (r *rig) at(body []byte) netip.AddrPort {
	r.t.Helper()
	return described(r.t, body)
}

// next waits until the wire gives a packet.
func (r *rig) next() *mixer.Packet {
	r.t.Helper()
	p := new(mixer.Packet)
	siptest.Eventually(r.t, "a packet on the wire", func() bool { return r.wire().Recv(p) })
	return p
}

// until reads the wire, which must give nothing, until its figures are as wanted.
func (r *rig) until(what string, ok func(mixer.Stats) bool) {
	r.t.Helper()
	p := new(mixer.Packet)
	siptest.Eventually(r.t, what, func() bool {
		if r.wire().Recv(p) {
			r.t.Fatalf("heard a packet of %d bytes, sequence %d; want none", p.Len, p.Sequence)
		}
		return ok(r.stats())
	})
}

func (r *rig) stats() (s mixer.Stats) {
	r.wire().Report(&s)
	return s
}

func (r *rig) send(sequence uint16) {
	r.t.Helper()
	p := &mixer.Packet{Sequence: sequence, Timestamp: uint32(sequence) * 160, SSRC: 77, Len: 160}
	if !r.wire().Send(p) {
		r.t.Fatalf("packet %d was not sent", sequence)
	}
}

// peer is a far end's socket.
type peer struct {
	t        testing.TB
	conn     *net.UDPConn
	ssrc     uint32
	sequence uint16
}

func newPeer(tb testing.TB, ip string) *peer {
	tb.Helper()
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.ParseIP(ip)})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = conn.Close() })
	return &peer{t: tb, conn: conn, ssrc: 1, sequence: 100}
}

func (p *peer) addr() netip.AddrPort { return p.conn.LocalAddr().(*net.UDPAddr).AddrPort() }

// speak sends packets in sequence.
func (p *peer) speak(to netip.AddrPort, packets int) {
	p.t.Helper()
	for range packets {
		p.sequence++
		packet := pionrtp.Packet{
			Header:  pionrtp.Header{Version: 2, SequenceNumber: p.sequence, Timestamp: uint32(p.sequence) * 160, SSRC: p.ssrc},
			Payload: make([]byte, 160),
		}
		b, err := packet.Marshal()
		if err != nil {
			p.t.Fatal(err)
		}
		p.raw(to, b)
	}
}

func (p *peer) raw(to netip.AddrPort, b []byte) {
	p.t.Helper()
	if _, err := p.conn.WriteToUDPAddrPort(b, to); err != nil {
		p.t.Fatal(err)
	}
}

// read returns the next datagram.
func (p *peer) read() []byte {
	p.t.Helper()
	b := make([]byte, 2048)
	_ = p.conn.SetReadDeadline(time.Now().Add(patience))
	n, err := p.conn.Read(b)
	if err != nil {
		p.t.Fatalf("nothing came: %v", err)
	}
	return b[:n]
}

func (p *peer) packet() pionrtp.Packet {
	p.t.Helper()
	var packet pionrtp.Packet
	if err := packet.Unmarshal(p.read()); err != nil {
		p.t.Fatal(err)
	}
	return packet
}

// empty fails when anything has arrived. Loopback delivers before the sender's
// call returns, so what has been sent by then is there.
func (p *peer) empty() {
	p.t.Helper()
	_ = p.conn.SetReadDeadline(time.Now().Add(time.Millisecond))
	if n, err := p.conn.Read(make([]byte, 2048)); err == nil {
		p.t.Fatalf("got %d bytes, want nothing ever", n)
	}
}

// patience is how long a test waits for something that will happen.
const patience = 30 * time.Second
