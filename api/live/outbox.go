package live

import (
	"slices"
	"sync"
)

// outbox is what a page has not been brought yet, at most limit bytes. Nothing in it
// waits: it wakes the carrier when there is something new for one that rests.
type outbox struct {
	limit int
	wake  func() // called with mu held

	mu     sync.Mutex
	queue  [][]byte
	bytes  int
	taken  uint64 // how many have left the queue
	awake  bool   // the carrier looks again by itself
	closed bool
}

// put returns false when the page is too slow. A message longer than the limit
// passes when nothing lies before it: a snapshot may be long.
func (o *outbox) put(message []byte) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		return true
	}
	if len(o.queue) > 0 && o.bytes+len(message) > o.limit {
		return false
	}
	o.queue = append(o.queue, message)
	o.bytes += len(message)
	o.wakeLocked()
	return true
}

// full tells whether more than half of the room is taken: time to leave out what
// the next event of its kind replaces anyway.
func (o *outbox) full() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.bytes > o.limit/2
}

// take returns the next message. Without one the carrier is to rest until it is woken
// again, or, when closed is true, for good.
func (o *outbox) take() (message []byte, closed bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.queue) == 0 {
		o.awake = false
		return nil, o.closed
	}
	message = o.queue[0]
	o.dropLocked(1)
	return message, false
}

// since drops the messages up to a number, counted from 1, and returns those that
// follow, which stay, and the number of the last one; ok is false when there is none of
// that number yet. After no message the carrier is woken again.
func (o *outbox) since(after uint64) (messages [][]byte, last uint64, closed, ok bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	last = o.taken + uint64(len(o.queue))
	if after > last {
		return nil, last, o.closed, false
	}
	if after > o.taken {
		o.dropLocked(int(after - o.taken))
	}
	o.awake = len(o.queue) > 0
	return slices.Clone(o.queue), last, o.closed, true
}

// close lets the messages put so far be taken, or drops them.
func (o *outbox) close(drop bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.closed = true
	if drop {
		o.dropLocked(len(o.queue))
	}
	o.wakeLocked()
}

func (o *outbox) dropLocked(n int) {
	o.taken += uint64(n)
	for i, message := range o.queue[:n] {
		o.bytes -= len(message)
		o.queue[i] = nil
	}
	if o.queue = o.queue[n:]; len(o.queue) == 0 {
		o.queue = nil // a page that is not behind keeps no room for what it was told
	}
}

func (o *outbox) wakeLocked() {
	if !o.awake {
		o.awake = true
		o.wake()
	}
}
