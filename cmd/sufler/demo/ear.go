package demo

import (
	"sync"

	"sufler/sip/phone"
)

// ear is what arrives at one built-in phone, whatever call it is in. Listeners
// stay while calls come and go.
type ear struct {
	mu        sync.Mutex
	call      *phone.Call
	stop      func() // ends the listening at call
	listeners map[int]func([]int16)
	next      int
}

func newEar() *ear { return &ear{listeners: make(map[int]func([]int16))} }

// in says that the phone is in a call now.
func (e *ear) in(c *phone.Call) {
	stop := c.Listen(e.tell)
	e.mu.Lock()
	before := e.stop
	e.call, e.stop = c, stop
	e.mu.Unlock()
	if before != nil {
		before()
	}
}

// current returns the call the phone was last in; nil before the first one.
func (e *ear) current() *phone.Call {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.call
}

func (e *ear) tell(frame []int16) {
	e.mu.Lock()
	listeners := make([]func([]int16), 0, len(e.listeners))
	for _, l := range e.listeners {
		listeners = append(listeners, l)
	}
	e.mu.Unlock()
	for _, l := range listeners {
		l(frame)
	}
}

// listen gives every frame of 20 ms to hear until stop is called.
func (e *ear) listen(hear func([]int16)) (stop func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	id := e.next
	e.next++
	e.listeners[id] = hear
	return func() {
		e.mu.Lock()
		delete(e.listeners, id)
		e.mu.Unlock()
	}
}
