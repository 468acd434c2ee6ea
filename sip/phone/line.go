package phone

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	pionrtp "github.com/pion/rtp"

	"sufler/internal/sdp"
	"sufler/mixer"
	"sufler/mixer/codec"
	"sufler/mixer/tone"
	"sufler/routing"
	"sufler/sip"
)

const (
	frameTime = mixer.FrameTime
	frameSize = 160 // samples of 20 ms at 8 kHz
	// behind is how many frames a line that was held up sends at once; older ones
	// are left out, and their time passes.
	behind = 5
)

// lines opens the sound of a phone's calls. It is the phone's sip.MediaMaker.
type lines struct {
	codecs []sdp.Codec
	wire   func([]byte) // nil: nobody looks

	mu   sync.Mutex
	last mixer.PortID
	open map[mixer.PortID]*line
}

// Make opens a socket on a free port.
func (ls *lines) Make(spec sip.MediaSpec) (sip.Media, error) {
	conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(spec.Local, 0)))
	if err != nil {
		return nil, &routing.Error{Kind: routing.Unavailable, Code: "rtp_ports_full", Err: err}
	}
	port := uint16(conn.LocalAddr().(*net.UDPAddr).Port)
	l := &line{
		lines: ls, conn: conn, ended: make(chan struct{}),
		negotiation: sdp.NewNegotiation(sdp.Local{
			// Reports may come to the same port, so that they reach no stranger (RFC 3605, RFC 5761).
			Addr: spec.Local.Unmap(), Port: port, RTCPPort: port, Codecs: ls.codecs,
			PTime: int(frameTime.Milliseconds()), ID: strconv.FormatUint(uint64(random())<<16|uint64(port), 10),
		}),
		ssrc: random(), sequence: uint16(random()), timestamp: random(), marker: true,
	}
	l.stream.deliver = l.heard
	ls.mu.Lock()
	defer ls.mu.Unlock()
	ls.last++
	l.id = ls.last
	ls.open[l.id] = l
	return l, nil
}

// Check refuses an offer that no line could answer.
func (ls *lines) Check(spec sip.MediaSpec, offer []byte) error {
	if _, _, err := sdp.NewNegotiation(sdp.Local{Addr: spec.Local.Unmap(), Codecs: ls.codecs}).Answer(offer); err != nil {
		return &routing.Error{Kind: routing.Invalid, Code: "sound_not_common", Err: err}
	}
	return nil
}

// find returns the line that the signalling calls by a port id.
func (ls *lines) find(id mixer.PortID) *line {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	return ls.open[id]
}

func random() uint32 {
	var b [4]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24
	return binary.BigEndian.Uint32(b[:])
}

// ears are what a line does with its sound. They are called on the line's own
// goroutine and must not block.
type ears interface {
	// say fills the next frame to send.
	say(frame []int16)
	// hear takes samples in order; lost says that this many packets before them
	// are missing and are silence here.
	hear(samples []int16, lost int)
	// key is a telephone key that the far end pressed.
	key(byte)
}

// line is the sound of one call: one UDP socket and one goroutine, which sends a
// packet every 20 ms and reads in between. It owes nothing to the sound plane, so
// that what is measured here is not measured by what is under test.
type line struct {
	lines       *lines
	id          mixer.PortID
	conn        *net.UDPConn
	negotiation *sdp.Negotiation // used by the leg's goroutine only
	agreed      atomic.Pointer[sdp.Agreed]

	begin sync.Once
	began atomic.Bool
	ended chan struct{} // closed by the goroutine

	mu     sync.Mutex
	keys   dialling
	counts Counts

	// The fields below belong to the goroutine.
	ears      ears
	stream    stream
	expected  uint32 // timestamp of the next sample
	speaker   uint32 // SSRC that expected belongs to
	speaking  bool   // expected is known
	pressed   pressed
	ssrc      uint32
	sequence  uint16
	timestamp uint32
	marker    bool
}

// Counts are the packets of one call.
type Counts struct {
	Received, Sent uint64
	Lost           uint64 // missing for good
	Late           uint64 // after their time, or twice
	Foreign        uint64 // from elsewhere than the far end's SDP said, dropped
}

func (l *line) Offer() ([]byte, error) { return l.negotiation.Offer(), nil }

func (l *line) Answer(offer []byte) ([]byte, error) {
	body, agreed, err := l.negotiation.Answer(offer)
	if err != nil {
		return nil, &routing.Error{Kind: routing.Invalid, Code: "sound_not_common", Err: err}
	}
	l.agreed.Store(&agreed)
	return body, nil
}

func (l *line) Accept(answer []byte) error {
	agreed, err := l.negotiation.Accept(answer)
	if err != nil {
		return &routing.Error{Kind: routing.Invalid, Code: "sound_not_common", Err: err}
	}
	l.agreed.Store(&agreed)
	return nil
}

// Port names the line; a phone has no sound plane.
func (l *line) Port() mixer.PortID {
	if l.agreed.Load() == nil {
		return 0
	}
	return l.id
}

// start begins to send and to listen, once.
func (l *line) start(e ears) {
	l.begin.Do(func() {
		l.ears = e
		l.began.Store(true)
		go l.run()
	})
}

// Close ends the line and waits for its goroutine.
func (l *line) Close() {
	l.lines.mu.Lock()
	delete(l.lines.open, l.id)
	l.lines.mu.Unlock()
	l.begin.Do(func() {}) // it begins no more
	_ = l.conn.Close()
	if l.began.Load() {
		<-l.ended
	}
}

// SendDigits plays telephone keys to the far end, if it takes them.
func (l *line) SendDigits(digits string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.keys.press(digits)
}

func (l *line) total() Counts {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.counts
}

func (l *line) run() {
	defer close(l.ended)
	defer l.stream.flush()
	buf := make([]byte, 2048)
	for due := time.Now(); ; due = due.Add(frameTime) {
		if late := time.Since(due); late > behind*frameTime {
			skipped := late / frameTime
			due = due.Add(skipped * frameTime)
			l.timestamp += uint32(skipped) * frameSize
			l.marker = true
		}
		l.speak()
		l.stream.tick()
		if !l.listen(buf, due.Add(frameTime)) {
			return
		}
		l.tally()
	}
}

// listen reads packets until a time; false when the line is closed.
func (l *line) listen(buf []byte, until time.Time) bool {
	if err := l.conn.SetReadDeadline(until); err != nil {
		return false
	}
	for {
		n, from, err := l.conn.ReadFromUDPAddrPort(buf)
		switch {
		case errors.Is(err, os.ErrDeadlineExceeded):
			return true
		case errors.Is(err, net.ErrClosed):
			return false
		case err != nil:
			continue // what became of an earlier packet of ours
		}
		l.take(buf[:n], from)
	}
}

func (l *line) take(b []byte, from netip.AddrPort) {
	if l.lines.wire != nil {
		l.lines.wire(b)
	}
	if len(b) >= 2 && b[1] >= 192 && b[1] <= 223 {
		return // a report (RFC 5761 section 4)
	}
	var p pionrtp.Packet
	if p.Unmarshal(append([]byte(nil), b...)) != nil || p.Version != 2 {
		return
	}
	if a := l.agreed.Load(); netip.AddrPortFrom(from.Addr().Unmap(), from.Port()) != a.Remote {
		l.count(func(c *Counts) { c.Foreign++ })
		return
	}
	l.count(func(c *Counts) { c.Received++ })
	l.stream.push(p)
}

func (l *line) count(change func(*Counts)) {
	l.mu.Lock()
	change(&l.counts)
	l.mu.Unlock()
}

func (l *line) tally() {
	l.count(func(c *Counts) { c.Lost, c.Late = uint64(l.stream.lost), uint64(l.stream.late) })
}

// heard puts a packet's sound on the timeline: between two packets lies as much
// time as their timestamps say.
func (l *line) heard(p *pionrtp.Packet, lost int) {
	law, ok := l.law(p.PayloadType)
	if !ok {
		if key, isNew := l.digit(p); isNew {
			l.ears.key(key)
		}
		if lost > 0 {
			l.ears.hear(nil, lost)
		}
		return
	}
	const longest = 10 * tone.Rate
	if gap := int32(p.Timestamp - l.expected); l.speaking && p.SSRC == l.speaker && gap > 0 && gap <= longest {
		l.ears.hear(make([]int16, gap), lost)
		lost = 0
	}
	samples := make([]int16, len(p.Payload))
	law.Decode(samples, p.Payload)
	l.expected, l.speaker, l.speaking = p.Timestamp+uint32(len(samples)), p.SSRC, true
	l.ears.hear(samples, lost)
}

func (l *line) digit(p *pionrtp.Packet) (byte, bool) {
	if a := l.agreed.Load(); a.RecvDigits == 0 || p.PayloadType != a.RecvDigits {
		return 0, false
	}
	return l.pressed.read(p)
}

// law finds the decoder. The far end may send any codec that was offered, not
// only the one preferred (RFC 3264 section 7).
func (l *line) law(payloadType uint8) (*codec.Law, bool) {
	if a := l.agreed.Load(); payloadType == a.RecvType {
		return lawOf(a.Codec), true
	}
	switch payloadType {
	case sdp.PCMU.PayloadType:
		return codec.MuLaw, true
	case sdp.PCMA.PayloadType:
		return codec.ALaw, true
	}
	return nil, false
}

func lawOf(c sdp.Codec) *codec.Law {
	if c.Is(sdp.PCMA) {
		return codec.ALaw
	}
	return codec.MuLaw
}

// speak sends one frame: a key if one is being pressed, what the call says otherwise.
func (l *line) speak() {
	a := l.agreed.Load()
	var frame [frameSize]int16
	l.ears.say(frame[:])
	l.mu.Lock()
	event, start, first, isKey := l.keys.next(l.timestamp)
	l.mu.Unlock()
	p := pionrtp.Packet{Header: pionrtp.Header{Version: 2, SSRC: l.ssrc, SequenceNumber: l.sequence, Timestamp: l.timestamp}}
	if isKey && a.Digits != 0 {
		p.PayloadType, p.Timestamp, p.Marker, p.Payload = a.Digits, start, first, event[:]
	} else {
		p.PayloadType, p.Marker, p.Payload = a.Codec.PayloadType, l.marker, make([]byte, frameSize)
		lawOf(a.Codec).Encode(p.Payload, frame[:])
		l.marker = false
	}
	l.timestamp += frameSize
	if !a.Direction.Sends() {
		return // the far end holds us
	}
	if err := l.send(&p, a.Remote); err == nil {
		l.sequence++
		l.count(func(c *Counts) { c.Sent++ })
	}
}

func (l *line) send(p *pionrtp.Packet, to netip.AddrPort) error {
	b, err := p.Marshal()
	if err != nil {
		return fmt.Errorf("phone: packet: %w", err)
	}
	_, err = l.conn.WriteToUDPAddrPort(b, to)
	return err
}
