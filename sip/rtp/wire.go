package rtp

import (
	"net/netip"
	"sync/atomic"
	"time"

	pionrtp "github.com/pion/rtp"
	"golang.org/x/sys/unix"

	"sufler/internal/clock"
	"sufler/mixer"
)

// far is where the leg is and how it wants its packets. It is a value that the
// signalling replaces as a whole and the sound plane picks up at its next packet.
type far struct {
	rtp, rtcp netip.AddrPort
	peer      netip.Addr // where the signalling comes from
	// Each side chooses the payload types that it receives (RFC 3264 section 5.1);
	// the sound plane knows only those that we send.
	recvType, sendType     uint8
	recvDigits, sendDigits uint8
	rate                   int64 // RTP clock in Hz
	mute                   bool  // the far end holds us: nothing is sent
}

// maxForeign bounds the packets that one Recv looks at and drops, so that a
// flood cannot hold the thread.
const maxForeign = 256

// wire is a mixer.Wire over a pair of UDP sockets. Everything but next belongs to
// the thread of its shard.
type wire struct {
	next  atomic.Pointer[far] // set by the signalling
	clock clock.Clock
	line  *pair
	cname string
	count *Metrics

	far    *far
	lock   lock
	to     unix.Sockaddr // the locked address; nil: nowhere
	toRTCP unix.Sockaddr

	stats   mixer.Stats
	pending uint64 // packets of a candidate; foreign ones if it comes to nothing
	skipped uint16 // sequence numbers not used while the far end held us
	resumed bool

	out      sending
	in       receiving
	reported uint32 // packets sent until our last report
	reportAt time.Time

	header pionrtp.Header
	inbuf  [2048]byte
	outbuf [12 + mixer.MaxPayload]byte
	report [256]byte
}

func newWire(line *pair, f *far, cname string, ssrc uint32, c clock.Clock, m *Metrics) *wire {
	now := c.Now()
	w := &wire{clock: c, line: line.hold(), cname: cname, count: m, reportAt: nextReport(now)}
	w.in.begun, w.out.ssrc = now, ssrc
	w.next.Store(f)
	w.adopt()
	return w
}

// adopt takes over what the signalling has agreed on since.
func (w *wire) adopt() {
	f := w.next.Load()
	if f == w.far {
		return
	}
	before := w.far
	w.far, w.in.rate = f, f.rate
	switch {
	case f.rtp.Addr().IsUnspecified():
		// The hold of old phones gives no address; the one we know stays.
	case before == nil || before.rtp != f.rtp:
		w.lock = lock{remote: f.rtp, peer: f.peer}
		w.aim(f.rtp, f.rtcp)
	}
}

func (w *wire) aim(rtp, rtcp netip.AddrPort) {
	w.to, w.toRTCP = sockaddr(rtp), sockaddr(rtcp)
}

// Recv takes the next packet that belongs to the leg.
func (w *wire) Recv(p *mixer.Packet) bool {
	w.adopt()
	for range maxForeign {
		n, from, ok := w.line.rtp.recv(w.inbuf[:])
		if !ok {
			return false
		}
		if w.take(p, w.inbuf[:n], from) {
			return true
		}
	}
	return false
}

func (w *wire) take(p *mixer.Packet, b []byte, from netip.AddrPort) bool {
	if len(b) >= 2 && b[1] >= 192 && b[1] <= 223 { // RTCP on the same port (RFC 5761 section 4)
		w.hear(b, from)
		return false
	}
	payload, ok := w.parse(b)
	if !ok {
		w.stats.Malformed++
		return false
	}
	now := w.clock.Now()
	switch w.lock.judge(from, w.header.SSRC, w.header.SequenceNumber, now) {
	case foreign:
		w.stats.Foreign++
		return false
	case pending:
		w.pending++
		return false
	case moved:
		w.pending = 0
		w.aim(from, netip.AddrPortFrom(from.Addr(), from.Port()+1))
	case accepted:
		w.stats.Foreign, w.pending = w.stats.Foreign+w.pending, 0
	}
	w.stats.Received++
	w.in.packet(w.header.SSRC, w.header.SequenceNumber, w.header.Timestamp, now)
	p.PayloadType = w.agreedType(w.header.PayloadType)
	p.Marker = w.header.Marker
	p.Sequence = w.header.SequenceNumber
	p.Timestamp = w.header.Timestamp
	p.SSRC = w.header.SSRC
	p.Len = copy(p.Buf[:], payload)
	return true
}

// parse reads the header (RFC 3550 section 5.1) and returns the payload without padding.
func (w *wire) parse(b []byte) ([]byte, bool) {
	n, err := w.header.Unmarshal(b)
	if err != nil || w.header.Version != 2 || n > len(b) {
		return nil, false
	}
	payload := b[n:]
	if w.header.Padding {
		if len(payload) == 0 {
			return nil, false
		}
		padding := int(payload[len(payload)-1])
		if padding == 0 || padding > len(payload) {
			return nil, false
		}
		payload = payload[:len(payload)-padding]
	}
	return payload, len(payload) <= mixer.MaxPayload
}

// agreedType turns the type that we announced into the one that the port knows.
func (w *wire) agreedType(t uint8) uint8 {
	switch {
	case t == w.far.recvType:
		return w.far.sendType
	case t == w.far.recvDigits && t != 0:
		return w.far.sendDigits
	default:
		return t
	}
}

// Send puts one packet on its way to the locked address.
func (w *wire) Send(p *mixer.Packet) bool {
	w.adopt()
	if w.far.mute {
		// A number that is not sent is not missed: the stream goes on without a hole.
		w.skipped++
		w.resumed = true
		return true
	}
	w.header = pionrtp.Header{
		Version: 2, Marker: p.Marker || w.resumed, PayloadType: p.PayloadType,
		SequenceNumber: p.Sequence - w.skipped, Timestamp: p.Timestamp, SSRC: p.SSRC,
		CSRC: w.header.CSRC[:0], Extensions: w.header.Extensions[:0],
	}
	n, err := w.header.MarshalTo(w.outbuf[:])
	if err != nil {
		w.stats.SendErrors++
		return false
	}
	n += copy(w.outbuf[n:], p.Payload())
	if !w.line.rtp.send(w.outbuf[:n], w.to) {
		w.stats.SendErrors++
		return false
	}
	w.resumed = false
	w.stats.Sent++
	w.out.ssrc, w.out.timestamp, w.out.at = p.SSRC, p.Timestamp, w.clock.Now()
	w.out.packets++
	w.out.octets += uint32(p.Len)
	return true
}

// Flush reads the far end's reports and sends ours when it is time.
func (w *wire) Flush() {
	w.adopt()
	for range 4 {
		n, from, ok := w.line.rtcp.recv(w.inbuf[:])
		if !ok {
			break
		}
		w.hear(w.inbuf[:n], from)
	}
	if now := w.clock.Now(); !now.Before(w.reportAt) {
		w.reportAt = nextReport(now)
		w.tell(now)
	}
}

// hear reads a report. Only the address that the sound is locked to is believed.
func (w *wire) hear(b []byte, from netip.AddrPort) {
	if !w.lock.locked {
		return // too early to tell whose it is
	}
	if from.Addr() != w.lock.remote.Addr() {
		w.stats.Foreign++
		return
	}
	if h, ok := w.in.read(b, w.out.ssrc, w.clock.Now()); ok {
		w.stats.RemoteLost, w.stats.RemoteJitter = h.lost, h.jitter
	}
}

// tell sends a report, once there is anything to tell.
func (w *wire) tell(now time.Time) {
	if w.far.mute || w.out.packets == 0 && w.in.received == 0 {
		return
	}
	sent := w.out.packets != w.reported
	w.reported = w.out.packets
	w.line.rtcp.send(compose(w.report[:], &w.out, &w.in, w.cname, sent, now), w.toRTCP)
}

// Ready returns the descriptor of the RTP socket.
func (w *wire) Ready() int { return w.line.rtp.fd }

// Report adds the figures since the wire was opened.
func (w *wire) Report(s *mixer.Stats) {
	s.Received += w.stats.Received
	s.Sent += w.stats.Sent
	s.Foreign += w.stats.Foreign
	s.Malformed += w.stats.Malformed
	s.SendErrors += w.stats.SendErrors
	s.RemoteLost += w.stats.RemoteLost
	s.RemoteJitter = max(s.RemoteJitter, w.stats.RemoteJitter)
}

// Close gives up the sockets.
func (w *wire) Close() {
	w.count.ended(&w.stats)
	w.line.drop()
}
