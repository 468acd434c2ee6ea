// Package rtctest helps tests to be the owner and the page of a browser leg. It
// knows what tests wait for; it must not know how the stack does its work.
package rtctest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"sufler/routing"
	"sufler/rtc/browser"
)

// Patience is how long a test waits for what must come. It bounds a broken test,
// it measures nothing.
const Patience = 30 * time.Second

// Eventually polls a condition and fails the test when it never holds.
func Eventually(tb testing.TB, what string, holds func() bool) {
	tb.Helper()
	ticker := time.NewTicker(2 * time.Millisecond)
	defer ticker.Stop()
	for limit := time.Now().Add(Patience); !holds(); <-ticker.C {
		if time.Now().After(limit) {
			tb.Fatalf("never happened: %s", what)
		}
	}
}

// Open makes an endpoint that is closed at the end of the test.
func Open(tb testing.TB, opt browser.Options) *browser.Endpoint {
	tb.Helper()
	e, err := browser.New(opt)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := e.Close(); err != nil {
			tb.Errorf("close a browser: %v", err)
		}
	})
	return e
}

// Offer makes a page that has offered and taken the answer, and does not wait for
// the connection.
func Offer(tb testing.TB, to routing.Browsers, owner routing.BrowserOwner, leg routing.LegID, opt browser.Options) *browser.Endpoint {
	tb.Helper()
	e := Open(tb, opt)
	offer, err := e.Offer(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	answer, err := to.Offer(tb.Context(), owner, leg, offer)
	if err != nil {
		tb.Fatal(err)
	}
	if err := e.Accept(answer); err != nil {
		tb.Fatal(err)
	}
	return e
}

// Connect makes a page that is connected with a leg.
func Connect(tb testing.TB, to routing.Browsers, owner routing.BrowserOwner, leg routing.LegID, opt browser.Options) *browser.Endpoint {
	tb.Helper()
	e := Offer(tb, to, owner, leg, opt)
	select {
	case <-e.Connected():
	case <-time.After(Patience):
		tb.Fatal("the page was never connected")
	}
	return e
}

// Events are what the owner of a leg was told. Sink is given to the leg.
type Events struct {
	mu   sync.Mutex
	all  []routing.LegEvent
	read int
}

// Sink takes one event.
func (e *Events) Sink(s routing.Signal) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.all = append(e.all, s.Event)
}

// All returns everything so far.
func (e *Events) All() []routing.LegEvent {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]routing.LegEvent(nil), e.all...)
}

func (e *Events) take() (routing.LegEvent, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.read == len(e.all) {
		return nil, false
	}
	e.read++
	return e.all[e.read-1], true
}

// Next waits for the next event, which must be of type E.
func Next[E routing.LegEvent](tb testing.TB, events *Events) E {
	tb.Helper()
	var event routing.LegEvent
	var want E
	Eventually(tb, fmt.Sprintf("the event %T", want), func() (ok bool) {
		event, ok = events.take()
		return ok
	})
	got, ok := event.(E)
	if !ok {
		tb.Fatalf("got %#v, want %T", event, want)
	}
	return got
}
