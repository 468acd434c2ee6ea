package rtc

import (
	"sync"
	"sync/atomic"

	pionrtcp "github.com/pion/rtcp"
	pionrtp "github.com/pion/rtp"

	"sufler/mixer"
)

// wire is a mixer.Wire in front of a browser. Recv, Send, Flush, Report and Close
// belong to the thread of a shard; hear and speak to pion's side. The two meet in
// the rings and in counters, so neither ever waits for the other.
type wire struct {
	in, out ring
	bell    *bell
	count   *Metrics
	sound   uint8 // payload type of the sound
	digits  uint8 // of telephone-event; 0: none

	unflushed bool // the shard's: something was sent since the last Flush
	closed    atomic.Bool
	closing   sync.Mutex // held over the last ring of the bell, so that it is still there

	hearing sync.Mutex // a page that sends two streams has two readers

	received, strange, malformed, overflow atomic.Uint64
	sent, failed                           atomic.Uint64
	remoteLost                             atomic.Int64
	remoteJitter                           atomic.Uint32
}

func newWire(sound, digits uint8, m *Metrics) (*wire, error) {
	b, err := newBell()
	if err != nil {
		return nil, err
	}
	return &wire{bell: b, sound: sound, digits: digits, count: m}, nil
}

// Recv takes the next packet that has arrived.
func (w *wire) Recv(p *mixer.Packet) bool {
	s := w.in.next()
	if s == nil {
		return false
	}
	s.give(p)
	w.in.drop()
	return true
}

// Send leaves one packet for the writer; false when the writer is so far behind
// that it would be heard too late.
func (w *wire) Send(p *mixer.Packet) bool {
	s := w.out.free()
	if s == nil || !s.fill(p) {
		w.failed.Add(1)
		return false
	}
	w.out.put()
	w.unflushed = true
	return true
}

// Flush wakes the writer when there is anything to write.
func (w *wire) Flush() {
	if w.unflushed {
		w.unflushed = false
		w.bell.ring()
	}
}

// Ready is -1: a shard that looks in every tick needs no descriptor, and a page's
// packets need not pay for one.
func (w *wire) Ready() int { return -1 }

// Report adds the figures since the wire was opened.
func (w *wire) Report(s *mixer.Stats) {
	s.Received += w.received.Load()
	s.Sent += w.sent.Load()
	s.Foreign += w.strange.Load()
	s.Malformed += w.malformed.Load()
	s.Overflow += w.overflow.Load()
	s.SendErrors += w.failed.Load()
	s.RemoteLost += w.remoteLost.Load()
	s.RemoteJitter = max(s.RemoteJitter, w.remoteJitter.Load())
}

// Close lets the writer end; it gives the descriptor back.
func (w *wire) Close() {
	w.closing.Lock()
	defer w.closing.Unlock()
	if w.closed.CompareAndSwap(false, true) {
		w.bell.ring()
	}
}

// hear takes one decrypted packet of the page (RFC 3550 section 5.1). header is
// the caller's and is reused.
func (w *wire) hear(header *pionrtp.Header, packet []byte) {
	payload, ok := payloadOf(header, packet)
	if !ok {
		w.malformed.Add(1)
		return
	}
	if t := header.PayloadType; t != w.sound && (t != w.digits || w.digits == 0) {
		w.strange.Add(1)
		return
	}
	w.hearing.Lock()
	defer w.hearing.Unlock()
	w.received.Add(1)
	s := w.in.free()
	if s == nil {
		w.overflow.Add(1)
		return
	}
	s.payloadType, s.marker, s.sequence, s.timestamp, s.ssrc = header.PayloadType, header.Marker, header.SequenceNumber, header.Timestamp, header.SSRC
	s.len = copy(s.buf[:], payload)
	w.in.put()
}

// payloadOf reads the header and returns the payload without padding.
func payloadOf(header *pionrtp.Header, packet []byte) ([]byte, bool) {
	n, err := header.Unmarshal(packet)
	if err != nil || n > len(packet) {
		return nil, false
	}
	payload := packet[n:]
	if header.Padding {
		if len(payload) == 0 {
			return nil, false
		}
		padding := int(payload[len(payload)-1])
		if padding == 0 || padding > len(payload) {
			return nil, false
		}
		payload = payload[:len(payload)-padding]
	}
	return payload, len(payload) <= maxSound
}

// speak gives packets to the page until the wire is closed. Sequence numbers and
// timestamps are the sound plane's, which uses each once.
func (w *wire) speak(send func(*pionrtp.Header, []byte) error) {
	defer w.ended()
	header := new(pionrtp.Header)
	for w.bell.wait() {
		for s := w.out.next(); s != nil; s = w.out.next() {
			*header = pionrtp.Header{
				Version: 2, Marker: s.marker, PayloadType: s.payloadType, SequenceNumber: s.sequence, Timestamp: s.timestamp,
			}
			if err := send(header, s.buf[:s.len]); err != nil {
				w.failed.Add(1)
			} else {
				w.sent.Add(1)
			}
			w.out.drop()
		}
		if w.closed.Load() {
			return
		}
	}
}

func (w *wire) ended() {
	w.closing.Lock() // awake for another reason, it may have seen that the wire is closed before the bell has rung
	w.bell.close()
	w.closing.Unlock()
	w.count.packets(w)
}

// told takes what the page reports of the stream that we send.
func (w *wire) told(report pionrtcp.ReceptionReport) {
	// The count of lost packets is signed, in 24 bits (RFC 3550 section 6.4.1).
	w.remoteLost.Store(int64(int32(report.TotalLost<<8) >> 8))
	w.remoteJitter.Store(report.Jitter)
}
