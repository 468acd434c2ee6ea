package rtc

import (
	"sync/atomic"

	"sufler/mixer"
)

const (
	// slots is how many packets a ring holds: 640 ms of packets of 20 ms. More would
	// only be heard late.
	slots = 32
	// maxSound is the longest payload that a ring takes, in bytes: 60 ms of G.711,
	// the longest packet that a browser makes.
	maxSound = 480
)

// slot is one packet on its way.
type slot struct {
	payloadType uint8
	marker      bool
	sequence    uint16
	timestamp   uint32
	ssrc        uint32
	len         int
	buf         [maxSound]byte
}

// ring carries packets from one goroutine to one other without a lock.
type ring struct {
	filled, taken atomic.Uint32 // packets ever put in and taken out
	slots         [slots]slot
}

// free returns the slot to fill next, or nil when the ring is full. What was
// filled is there for the reader after put.
func (r *ring) free() *slot {
	at := r.filled.Load()
	if at-r.taken.Load() == slots {
		return nil
	}
	return &r.slots[at%slots]
}

func (r *ring) put() { r.filled.Add(1) }

// next returns the oldest packet, or nil. It is the reader's until drop.
func (r *ring) next() *slot {
	at := r.taken.Load()
	if at == r.filled.Load() {
		return nil
	}
	return &r.slots[at%slots]
}

func (r *ring) drop() { r.taken.Add(1) }

// fill copies a packet of the sound plane; false when it is too long.
func (s *slot) fill(p *mixer.Packet) bool {
	if p.Len > maxSound {
		return false
	}
	s.payloadType, s.marker, s.sequence, s.timestamp, s.ssrc = p.PayloadType, p.Marker, p.Sequence, p.Timestamp, p.SSRC
	s.len = copy(s.buf[:], p.Payload())
	return true
}

// give copies the packet out to the sound plane.
func (s *slot) give(p *mixer.Packet) {
	p.PayloadType, p.Marker, p.Sequence, p.Timestamp, p.SSRC = s.payloadType, s.marker, s.sequence, s.timestamp, s.ssrc
	p.Len = copy(p.Buf[:], s.buf[:s.len])
}
