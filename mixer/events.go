package mixer

import "sync"

// eventQueue carries events from the shards to one goroutine that tells them, so
// that a slow receiver never stops the sound.
type eventQueue struct {
	mu     sync.Mutex
	events []Event
	closed bool
	wake   chan struct{}
	done   chan struct{}
}

func newEventQueue(tell func(Event)) *eventQueue {
	q := &eventQueue{wake: make(chan struct{}, 1), done: make(chan struct{})}
	go q.run(tell)
	return q
}

// put adds the events of one tick.
func (q *eventQueue) put(events []Event) {
	if len(events) == 0 {
		return
	}
	q.mu.Lock()
	q.events = append(q.events, events...)
	q.mu.Unlock()
	q.signal()
}

func (q *eventQueue) signal() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

func (q *eventQueue) run(tell func(Event)) {
	defer close(q.done)
	for {
		q.mu.Lock()
		events, closed := q.events, q.closed
		q.events = nil
		q.mu.Unlock()
		for _, e := range events {
			tell(e)
		}
		if len(events) > 0 {
			continue
		}
		if closed {
			return
		}
		<-q.wake
	}
}

func (q *eventQueue) close() {
	q.mu.Lock()
	q.closed = true
	q.mu.Unlock()
	q.signal()
	<-q.done
}
