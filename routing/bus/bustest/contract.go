// Package bustest is what every bus must keep. A bus joins with one call of Run.
package bustest

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"sufler/routing/bus"
)

// Run walks the contract; fresh makes a bus for one test.
func Run(t *testing.T, fresh func(t *testing.T) bus.Bus) {
	t.Helper()
	for name, run := range map[string]func(on){
		"EverySubscriberOfTheTopicHears":    on.everySubscriberHears,
		"MessagesOfOnePublisherAreInOrder":  on.messagesAreInOrder,
		"ASlowSubscriberIsCutOffAndTold":    on.aSlowSubscriberIsCutOff,
		"WhoSubscribesLaterHearsNothingOld": on.laterHearsNothingOld,
		"AClosedSubscriptionHearsNoMore":    on.aClosedSubscription,
		"AClosedBusTellsAndRefuses":         on.aClosedBus,
		"ManyAtOnce":                        on.manyAtOnce,
	} {
		t.Run(name, func(t *testing.T) {
			b := fresh(t)
			defer b.Close()
			run(on{t, b})
		})
	}
}

// on is one test and its bus.
type on struct {
	*testing.T
	bus bus.Bus
}

func (t on) subscribe(topic string, depth int) bus.Subscription {
	t.Helper()
	s, err := t.bus.Subscribe(topic, depth)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (t on) publish(topic, text string) {
	t.Helper()
	if err := t.bus.Publish(topic, []byte(text)); err != nil {
		t.Fatal(err)
	}
}

// wantNext reads one message; the test's own time limit ends a wait for nothing.
func (t on) wantNext(s bus.Subscription, want string) {
	t.Helper()
	if got, open := <-s.Messages(); !open || string(got) != want {
		t.Fatalf("got %q, open %v, want %q", got, open, want)
	}
}

func (t on) wantEnded(s bus.Subscription, why error) {
	t.Helper()
	if got, open := <-s.Messages(); open {
		t.Fatalf("got %q, want the end", got)
	}
	if !errors.Is(s.Err(), why) {
		t.Errorf("got %v, want %v", s.Err(), why)
	}
}

func (t on) everySubscriberHears() {
	one, two, other := t.subscribe("calls", 2), t.subscribe("calls", 2), t.subscribe("people", 2)
	t.publish("calls", "a")
	t.publish("nobody", "x")
	t.publish("people", "b")
	t.wantNext(one, "a")
	t.wantNext(two, "a")
	t.wantNext(other, "b")
	if one.Err() != nil {
		t.Errorf("a living subscription says %v", one.Err())
	}
}

func (t on) messagesAreInOrder() {
	const messages = 1000
	s := t.subscribe("calls", messages)
	for i := range messages {
		t.publish("calls", fmt.Sprint(i))
	}
	for i := range messages {
		t.wantNext(s, fmt.Sprint(i))
	}
}

func (t on) aSlowSubscriberIsCutOff() {
	const depth = 3
	slow, quick := t.subscribe("calls", depth), t.subscribe("calls", depth)
	for i := range depth + 1 {
		t.publish("calls", fmt.Sprint(i))
		t.wantNext(quick, fmt.Sprint(i))
	}
	for i := range depth { // what came in time can be read
		t.wantNext(slow, fmt.Sprint(i))
	}
	t.wantEnded(slow, bus.ErrSlow)
	slow.Close()
	if !errors.Is(slow.Err(), bus.ErrSlow) {
		t.Errorf("closing it made the reason %v", slow.Err())
	}
	t.publish("calls", "on")
	t.wantNext(quick, "on")
}

func (t on) laterHearsNothingOld() {
	first := t.subscribe("calls", 2)
	t.publish("calls", "old")
	t.wantNext(first, "old")
	later := t.subscribe("calls", 0) // at least one may wait
	t.publish("calls", "new")
	t.wantNext(later, "new")
}

func (t on) aClosedSubscription() {
	s, other := t.subscribe("calls", 2), t.subscribe("calls", 2)
	s.Close()
	s.Close()
	t.publish("calls", "a")
	t.wantEnded(s, bus.ErrClosed)
	t.wantNext(other, "a")
}

func (t on) aClosedBus() {
	s := t.subscribe("calls", 2)
	t.bus.Close()
	t.bus.Close()
	t.wantEnded(s, bus.ErrClosed)
	if err := t.bus.Publish("calls", nil); !errors.Is(err, bus.ErrClosed) {
		t.Errorf("publish: got %v", err)
	}
	if _, err := t.bus.Subscribe("calls", 1); !errors.Is(err, bus.ErrClosed) {
		t.Errorf("subscribe: got %v", err)
	}
	s.Close()
}

// manyAtOnce is for the race detector; what is counted is that nothing is lost
// without being told.
func (t on) manyAtOnce() {
	const writers, messages = 4, 200
	var all, reading sync.WaitGroup
	for range 4 {
		s := t.subscribe("calls", 16)
		reading.Go(func() {
			heard := 0
			for range s.Messages() {
				if heard++; heard == writers*messages {
					s.Close()
				}
			}
			if heard < writers*messages && !errors.Is(s.Err(), bus.ErrSlow) {
				t.Errorf("heard %d of %d messages and was told %v", heard, writers*messages, s.Err())
			}
		})
	}
	for range writers {
		all.Go(func() {
			for i := range messages {
				if err := t.bus.Publish("calls", []byte{byte(i)}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	reading.Wait()
}
