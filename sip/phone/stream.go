package phone

import (
	pionrtp "github.com/pion/rtp"
)

const (
	// depth is how many packets may wait for one that is missing; then it is lost.
	depth = 4
	// reach is how far ahead a sequence number may be and still belong to the
	// same run of packets.
	reach = 3000
	// patience is how many ticks of 20 ms a packet waits for a missing one when
	// nothing more comes.
	patience = 5
)

// stream puts the packets of one source in order and counts what is missing. It
// gives them on as they arrive and keeps no pace of its own, so that a machine
// that is late for a moment is not taken for a network that loses packets.
type stream struct {
	// deliver gets packets in order; lost is how many are missing before this one.
	deliver func(p *pionrtp.Packet, lost int)

	begun   bool
	ssrc    uint32
	next    uint16
	waiting []pionrtp.Packet // ahead of next, in order
	ticks   int              // since something began to wait

	lost, late int
}

// push takes a packet whose payload the stream may keep.
func (s *stream) push(p pionrtp.Packet) {
	ahead := int16(p.SequenceNumber - s.next)
	switch {
	case !s.begun || p.SSRC != s.ssrc || ahead > reach || ahead < -reach:
		s.flush()
		s.begun, s.ssrc, s.next = true, p.SSRC, p.SequenceNumber
		s.give(&p)
	case ahead < 0:
		s.late++ // or a duplicate
	case ahead == 0:
		s.give(&p)
		s.drain()
	default:
		s.keep(p)
		for len(s.waiting) >= depth {
			s.skip()
		}
	}
}

// tick lets 20 ms pass.
func (s *stream) tick() {
	if len(s.waiting) == 0 {
		s.ticks = 0
		return
	}
	if s.ticks++; s.ticks > patience {
		s.skip()
	}
}

// flush gives on all that waits.
func (s *stream) flush() {
	for len(s.waiting) > 0 {
		s.skip()
	}
}

// keep puts a packet among those that wait.
func (s *stream) keep(p pionrtp.Packet) {
	at := len(s.waiting)
	for at > 0 && int16(p.SequenceNumber-s.waiting[at-1].SequenceNumber) <= 0 {
		if p.SequenceNumber == s.waiting[at-1].SequenceNumber {
			s.late++
			return
		}
		at--
	}
	s.waiting = append(s.waiting, pionrtp.Packet{})
	copy(s.waiting[at+1:], s.waiting[at:])
	s.waiting[at] = p
}

// skip gives up what is missing before the first packet that waits.
func (s *stream) skip() {
	missing := int(s.waiting[0].SequenceNumber - s.next)
	s.lost += missing
	s.next += uint16(missing)
	s.take(missing)
	s.drain()
}

// drain gives on what waits and is in sequence now.
func (s *stream) drain() {
	for len(s.waiting) > 0 && s.waiting[0].SequenceNumber == s.next {
		s.take(0)
	}
	s.ticks = 0
}

func (s *stream) take(lost int) {
	p := s.waiting[0]
	s.waiting = append(s.waiting[:0], s.waiting[1:]...)
	s.next++
	s.deliver(&p, lost)
}

func (s *stream) give(p *pionrtp.Packet) {
	s.next++
	s.deliver(p, 0)
}
