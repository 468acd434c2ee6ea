// Package mirror is a wire that leads back to where it came from: whoever is the
// other end of a plan with it hears himself, later. The sound check is made of it.
//
// It knows packets and frames, no clock, no socket and no calls.
package mirror

import (
	"time"

	"sufler/mixer"
)

// Wire gives back each packet that it was sent, as it was, after a number of
// frames. It holds no more than one packet for each of them, and one that finds
// no room is not sent. All its memory is taken by New.
type Wire struct {
	delay   uint64 // frames
	now     uint64 // frames that have passed
	packets []kept // a ring
	first   int    // the oldest
	n       int
	stats   mixer.Stats
}

var _ mixer.Wire = (*Wire)(nil)

// kept is a packet on its way back.
type kept struct {
	due    uint64 // the frame in which it arrives
	packet mixer.Packet
}

// New makes a wire whose echo comes after delay, in whole frames and at least one.
func New(delay time.Duration) *Wire {
	frames := max(1, int(delay/mixer.FrameTime))
	return &Wire{delay: uint64(frames), packets: make([]kept, frames)}
}

// Recv implements mixer.Wire: it takes what was sent a delay ago.
func (w *Wire) Recv(p *mixer.Packet) bool {
	if w.n == 0 || w.packets[w.first].due > w.now {
		return false
	}
	*p = w.packets[w.first].packet
	w.first = (w.first + 1) % len(w.packets)
	w.n--
	w.stats.Received++
	return true
}

// Send implements mixer.Wire.
func (w *Wire) Send(p *mixer.Packet) bool {
	if w.n == len(w.packets) {
		w.stats.SendErrors++
		return false
	}
	to := &w.packets[(w.first+w.n)%len(w.packets)]
	to.due, to.packet = w.now+w.delay, *p
	w.n++
	w.stats.Sent++
	return true
}

// Flush implements mixer.Wire: it ends a frame.
func (w *Wire) Flush() { w.now++ }

// Ready implements mixer.Wire: there is nothing to wait at.
func (w *Wire) Ready() int { return -1 }

// Report implements mixer.Wire.
func (w *Wire) Report(to *mixer.Stats) {
	to.Received += w.stats.Received
	to.Sent += w.stats.Sent
	to.SendErrors += w.stats.SendErrors
}

// Close implements mixer.Wire; what is on its way is forgotten.
func (w *Wire) Close() { w.n = 0 }
