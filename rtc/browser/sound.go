package browser

import (
	"math/rand/v2"
	"time"

	"github.com/pion/interceptor"
	pionrtp "github.com/pion/rtp"
	"github.com/pion/webrtc/v4"

	"sufler/mixer/codec"
)

const frameSamples = 160

// speak sends a packet every 20 ms from the connection on.
func (e *Endpoint) speak() {
	select {
	case <-e.connected:
	case <-e.closing:
		return
	}
	// RFC 3550 section 5.1: the numbers begin at random.
	header := &pionrtp.Header{Version: 2, SequenceNumber: uint16(rand.Uint32()), Timestamp: rand.Uint32()}
	ticker := time.NewTicker(frameTime)
	defer ticker.Stop()
	var began uint32 // timestamp of the key that is pressed
	payload := make([]byte, frameSamples)
	for marker := true; ; header.Timestamp += frameSamples {
		select {
		case <-ticker.C:
		case <-e.closing:
			return
		}
		next, key, ok := e.frame(payload)
		if !ok {
			marker = true
			continue
		}
		packet := *header
		packet.PayloadType, packet.Marker = next.payloadType, marker
		if marker = key; key {
			if next.begins {
				began = header.Timestamp
			}
			packet.Timestamp, packet.Marker = began, next.begins
		}
		if err := e.out.Send(&packet, payload[:next.size]); err == nil {
			header.SequenceNumber++
			e.sent()
		}
	}
}

// framed is what one frame has become.
type framed struct {
	payloadType uint8
	size        int
	begins      bool // a key begins
}

// frame fills the payload of one packet; false when nothing is sent in this frame.
func (e *Endpoint) frame(payload []byte) (f framed, key, ok bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	t, bound := e.out.Type()
	if e.mute || !bound {
		return f, false, false
	}
	if k, pressed := e.keys.Next(); pressed {
		return framed{digitsType, copy(payload, k.Payload[:]), k.Marker}, true, !k.Pause
	}
	var samples [frameSamples]int16
	if e.sound != nil && !e.sound.Next(samples[:]) {
		e.sound = nil
	}
	return framed{payloadType: t, size: lawOf(t).Encode(payload, samples[:])}, false, true
}

func lawOf(payloadType uint8) *codec.Law {
	if payloadType == 8 {
		return codec.ALaw
	}
	return codec.MuLaw
}

func (e *Endpoint) sent() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.counts.Sent++
}

// hearing follows the numbers of what comes in.
type hearing struct {
	begun    bool
	ssrc     uint32
	sequence uint16
}

// gap is how many packets are missing before this one.
func (h *hearing) gap(ssrc uint32, sequence uint16) int {
	missing := int(int16(sequence - h.sequence - 1))
	if !h.begun || ssrc != h.ssrc {
		missing = 0
	}
	if missing >= 0 {
		h.begun, h.ssrc, h.sequence = true, ssrc, sequence
	}
	return max(0, missing)
}

// report reads RTCP until the connection ends: pion wants it read, told or not.
// What is about both directions comes to the sender's reader and the receiver's.
func report(read func([]byte) (int, interceptor.Attributes, error), told func([]byte)) {
	b := make([]byte, 2048)
	for {
		n, _, err := read(b)
		if err != nil {
			return
		}
		if told != nil {
			told(b[:n])
		}
	}
}

// listen reads what the server sends until the connection ends.
func (e *Endpoint) listen(t *webrtc.TrackRemote) {
	b := make([]byte, 2048)
	var samples [frameSamples * 3]int16
	var header pionrtp.Header
	for {
		n, _, err := t.Read(b)
		if err != nil {
			return
		}
		at, err := header.Unmarshal(b[:n])
		if err != nil {
			continue
		}
		sound := samples[:lawOf(header.PayloadType).Decode(samples[:], b[at:n])]
		e.heard(&header, sound)
		if e.told != nil && header.PayloadType != digitsType {
			e.told(sound)
		}
	}
}

func (e *Endpoint) heard(header *pionrtp.Header, samples []int16) {
	e.mu.Lock()
	defer e.mu.Unlock()
	lost := e.hearing.gap(header.SSRC, header.SequenceNumber)
	e.counts.Lost += uint64(lost)
	e.counts.Received++
	for _, ear := range e.ears {
		if lost > 0 {
			ear.Lose()
		}
		if header.PayloadType != digitsType {
			ear.Hear(samples)
		}
	}
}
