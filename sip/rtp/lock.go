package rtp

import (
	"net/netip"
	"time"
)

const (
	// learning is how long after the first packet another address than that of
	// the SDP may still be learnt.
	learning = 5 * time.Second
	// proof is how many packets in sequence a new address must send first.
	proof = 4
)

// lock decides which packets belong to the leg (source locking; the symmetric
// RTP of RFC 4961 is what makes it work behind a NAT). Sound is taken from the
// address that the SDP gave; the first packet from there locks it. If sound comes
// from elsewhere, only the address that the signalling comes from is believed,
// only in the first seconds, and only after several packets in sequence. Whatever
// is not the locked address and port is foreign: never heard and never answered.
type lock struct {
	remote netip.AddrPort // where the leg is, as far as we know
	peer   netip.Addr     // where the signalling comes from
	locked bool
	until  time.Time // end of learning; zero before the first packet

	candidate netip.AddrPort
	ssrc      uint32
	sequence  uint16 // of the candidate's last packet
	run       int    // the candidate's packets in sequence
}

// verdict is what a packet's address made of it.
type verdict uint8

const (
	foreign verdict = iota + 1
	pending         // of a candidate that has not proved itself yet
	accepted
	moved // accepted, and the leg's address is now another one
)

// judge decides on one packet.
func (l *lock) judge(from netip.AddrPort, ssrc uint32, sequence uint16, now time.Time) verdict {
	if from == l.remote {
		l.locked = true
		return accepted
	}
	if l.locked || from.Addr() != l.peer {
		return foreign
	}
	if l.until.IsZero() {
		l.until = now.Add(learning)
	}
	if now.After(l.until) {
		return foreign
	}
	if l.prove(from, ssrc, sequence) < proof {
		return pending
	}
	l.remote, l.locked = from, true
	return moved
}

// prove counts packets of one candidate; a gap or another source begins anew.
func (l *lock) prove(from netip.AddrPort, ssrc uint32, sequence uint16) int {
	if from == l.candidate && ssrc == l.ssrc && sequence == l.sequence+1 {
		l.run++
	} else {
		l.run = 1
	}
	l.candidate, l.ssrc, l.sequence = from, ssrc, sequence
	return l.run
}
