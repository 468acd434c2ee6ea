package live

import "sync"

// outbox is what a page has not been sent yet, at most limit bytes. Put never
// waits; take does.
type outbox struct {
	limit int

	mu     sync.Mutex
	queue  [][]byte
	bytes  int
	closed bool

	wake chan struct{} // holds one mark: there is something new
}

func newOutbox(limit int) *outbox {
	return &outbox{limit: limit, wake: make(chan struct{}, 1)}
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
	o.mark()
	return true
}

// full tells whether more than half of the room is taken: time to leave out what
// the next event of its kind replaces anyway.
func (o *outbox) full() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.bytes > o.limit/2
}

// take returns the next message; last is true when there is none and none will come.
func (o *outbox) take() (message []byte, last bool) {
	for {
		o.mu.Lock()
		if len(o.queue) > 0 {
			message = o.queue[0]
			o.queue[0] = nil
			o.queue = o.queue[1:]
			o.bytes -= len(message)
			o.mu.Unlock()
			return message, false
		}
		closed := o.closed
		o.mu.Unlock()
		if closed {
			return nil, true
		}
		<-o.wake
	}
}

// close lets the messages put so far be taken, or drops them.
func (o *outbox) close(drop bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.closed = true
	if drop {
		o.queue, o.bytes = nil, 0
	}
	o.mark()
}

func (o *outbox) mark() {
	select {
	case o.wake <- struct{}{}:
	default:
	}
}
