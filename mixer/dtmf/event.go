// Package dtmf reads and writes telephone keys as RTP events (RFC 4733). It
// knows payloads and timestamps, no ports and no clock.
package dtmf

import (
	"encoding/binary"
	"strings"
)

// keys are the events 0 to 15 in their order (RFC 4733 section 3.2).
const keys = "0123456789*#ABCD"

// PayloadLen is the length of one event's payload (RFC 4733 section 2.3).
const PayloadLen = 4

const (
	endBit      = 0x80
	volume      = 10  // 10 dB below full scale
	repeats     = 3   // the end is sent three times (RFC 4733 section 2.5.1.4)
	frameLength = 160 // timestamp units of 20 ms at 8 kHz
)

// Receiver tells each key once, however often its packets come.
type Receiver struct {
	seen      bool
	timestamp uint32
}

// Take reads the payload of an event packet. It returns the key with the first
// packet of an event that arrives; later ones have the same timestamp.
func (r *Receiver) Take(timestamp uint32, payload []byte) (key byte, ok bool) {
	if len(payload) < PayloadLen || int(payload[0]) >= len(keys) {
		return 0, false
	}
	// A packet of an event that is over may come late (RFC 4733 section 2.5.1.4).
	if r.seen && int32(timestamp-r.timestamp) <= 0 {
		return 0, false
	}
	r.seen, r.timestamp = true, timestamp
	return keys[payload[0]], true
}

// Reset forgets the last key: another sender has come.
func (r *Receiver) Reset() { *r = Receiver{} }

// Sender makes the packets of keys, one packet for each frame of 20 ms: a key
// lasts 100 ms and is followed by 60 ms of ends and 40 ms of pause.
type Sender struct {
	queue  [32]byte
	queued int
	step   int // packets of the current key so far
}

const (
	soundSteps = 5
	pauseSteps = 2
	allSteps   = soundSteps + repeats + pauseSteps
)

// Key queues one key and reports whether it exists and there was room.
func (s *Sender) Key(key byte) bool {
	if s.queued == len(s.queue) || !Valid(key) {
		return false
	}
	s.queue[s.queued] = key
	s.queued++
	return true
}

// Valid reports whether a key exists.
func Valid(key byte) bool { return strings.IndexByte(keys, key) >= 0 }

// Packet is one packet to send, or a pause.
type Packet struct {
	Payload [PayloadLen]byte
	Marker  bool   // first packet of the event (RFC 4733 section 2.5.1.1)
	Elapsed uint32 // timestamp units since the event began
	Pause   bool   // nothing is sent in this frame
}

// Next returns what to send in this frame, or false when there is no key. All
// packets of one key carry the timestamp of its first frame, which the caller
// keeps from the packet with the marker: Elapsed is right only while no frame was
// skipped.
func (s *Sender) Next() (p Packet, ok bool) {
	if s.queued == 0 {
		return Packet{}, false
	}
	p.Elapsed = uint32(s.step) * frameLength
	p.Marker = s.step == 0
	p.Pause = s.step >= soundSteps+repeats
	duration := min(uint32(s.step+1), soundSteps) * frameLength
	p.Payload[0] = byte(strings.IndexByte(keys, s.queue[0]))
	p.Payload[1] = volume
	if s.step >= soundSteps {
		p.Payload[1] |= endBit
	}
	binary.BigEndian.PutUint16(p.Payload[2:], uint16(duration))
	if s.step++; s.step == allSteps {
		s.step = 0
		copy(s.queue[:], s.queue[1:s.queued])
		s.queued--
	}
	return p, true
}
