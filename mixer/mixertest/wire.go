// Package mixertest has a wire in memory, for tests that step the sound plane
// without sockets.
package mixertest

import (
	"sync"

	"sufler/mixer"
)

// Wire is a line without a socket: tests put packets in and read what was sent.
type Wire struct {
	mu     sync.Mutex
	in     []mixer.Packet
	sent   []mixer.Packet
	closed bool
}

// Put lets a packet arrive.
func (w *Wire) Put(p mixer.Packet) {
	w.mu.Lock()
	w.in = append(w.in, p)
	w.mu.Unlock()
}

// Sent returns what has been sent so far.
func (w *Wire) Sent() []mixer.Packet {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]mixer.Packet(nil), w.sent...)
}

// Closed reports whether the plane has closed the wire.
func (w *Wire) Closed() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.closed
}

// Recv implements mixer.Wire.
func (w *Wire) Recv(p *mixer.Packet) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.in) == 0 {
		return false
	}
	*p = w.in[0]
	w.in = w.in[1:]
	return true
}

// Send implements mixer.Wire.
func (w *Wire) Send(p *mixer.Packet) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sent = append(w.sent, *p)
	return true
}

// Flush implements mixer.Wire.
func (w *Wire) Flush() {}

// Ready implements mixer.Wire: there is no descriptor.
func (w *Wire) Ready() int { return -1 }

// Report implements mixer.Wire.
func (w *Wire) Report(*mixer.Stats) {}

// Close implements mixer.Wire.
func (w *Wire) Close() {
	w.mu.Lock()
	w.closed = true
	w.mu.Unlock()
}
