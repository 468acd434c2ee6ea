package api

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"sufler/mixer"
	"sufler/routing"
	"sufler/routing/soundcheck"
)

// browsers are scripted legs of pages: the test says what becomes of them, and a
// visitor's page that offers is connected.
type browsers struct {
	mu       sync.Mutex
	legs     map[routing.LegID]routing.BrowserLeg
	arrived  map[routing.LegID]*arrival
	port     mixer.PortID
	watchers map[int]func(routing.BrowserLeg)
	watched  int
	ended    []routing.LegID
	hold     chan struct{} // an offer "slow" waits until it is closed
}

func newBrowsers() *browsers {
	return &browsers{
		legs: map[routing.LegID]routing.BrowserLeg{}, arrived: map[routing.LegID]*arrival{}, port: 1000, watchers: map[int]func(routing.BrowserLeg){}, hold: make(chan struct{}),
	}
}

// change brings a leg into a state and tells of it.
func (b *browsers) change(l routing.BrowserLeg) {
	b.mu.Lock()
	b.legs[l.Leg] = l
	watchers := slices.Collect(maps.Values(b.watchers))
	b.mu.Unlock()
	for _, told := range watchers {
		told(l)
	}
}

// arrival is the leg of a visitor's page.
type arrival struct {
	b    *browsers
	id   routing.LegID
	port mixer.PortID
	sink func(routing.Signal)
}

func (b *browsers) Arrive(owner routing.BrowserOwner, take func(routing.Leg) func(routing.Signal)) (routing.Leg, error) {
	b.mu.Lock()
	b.port++
	a := &arrival{b: b, id: routing.NewID[routing.LegID](), port: b.port}
	b.arrived[a.id] = a
	b.mu.Unlock()
	a.sink = take(a)
	b.change(routing.BrowserLeg{Leg: a.id, Owner: owner, State: routing.BrowserRings, Since: time.Now()})
	return a, nil
}

func (a *arrival) ID() routing.LegID { return a.id }

func (a *arrival) Do(c routing.Command) {
	switch c := c.(type) {
	case routing.Answer:
		a.becomes(routing.BrowserOnLine, routing.Answered{Port: a.port, By: routing.ByBrowser})
	case routing.Hangup:
		a.becomes(routing.BrowserEnded, routing.Ended{Cause: c.Cause})
	}
}

func (a *arrival) becomes(state routing.BrowserState, e routing.LegEvent) {
	a.b.mu.Lock()
	l := a.b.legs[a.id]
	a.b.mu.Unlock()
	if l.State == routing.BrowserEnded {
		return
	}
	l.State = state
	if ended, ok := e.(routing.Ended); ok {
		l.Cause = ended.Cause
	}
	a.b.change(l)
	a.sink(routing.Signal{Leg: a.id, Event: e})
}

func (b *browsers) find(owner routing.BrowserOwner, leg routing.LegID) error {
	l, ok := b.legs[leg]
	switch {
	case !ok || l.Owner != owner:
		return routing.Refuse(routing.NotFound, "leg_unknown")
	case l.State == routing.BrowserEnded:
		return routing.Refuse(routing.Gone, "leg_ended")
	}
	return nil
}

func (b *browsers) Offer(ctx context.Context, owner routing.BrowserOwner, leg routing.LegID, offer string) (string, error) {
	if offer == "slow" {
		select {
		case <-b.hold:
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
	b.mu.Lock()
	a, err := b.arrived[leg], b.find(owner, leg)
	b.mu.Unlock()
	if err != nil {
		return "", err
	}
	if a != nil {
		a.becomes(routing.BrowserConnecting, routing.EarlyMedia{Port: a.port})
	}
	return "answer to " + offer, nil
}

func (b *browsers) Hangup(owner routing.BrowserOwner, leg routing.LegID) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if l, ok := b.legs[leg]; !ok || l.Owner != owner {
		return routing.Refuse(routing.NotFound, "leg_unknown")
	}
	b.ended = append(b.ended, leg)
	return nil
}

func (b *browsers) Legs(owner routing.BrowserOwner) []routing.BrowserLeg {
	b.mu.Lock()
	defer b.mu.Unlock()
	var legs []routing.BrowserLeg
	for _, id := range slices.Sorted(maps.Keys(b.legs)) {
		if l := b.legs[id]; l.Owner == owner && l.State != routing.BrowserEnded {
			legs = append(legs, l)
		}
	}
	return legs
}

func (b *browsers) Watch(told func(routing.BrowserLeg)) func() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.watched++
	n := b.watched
	b.watchers[n] = told
	return func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.watchers, n)
	}
}

// checks lets legs ring for who checks their sound.
type checks struct {
	b *browsers

	mu   sync.Mutex
	told func(soundcheck.Measured)
}

func (c *checks) Begin(_ context.Context, by routing.OperatorID) (routing.LegID, error) {
	id := routing.NewID[routing.LegID]()
	c.b.change(routing.BrowserLeg{Leg: id, Owner: routing.BrowserOwner(by), State: routing.BrowserRings, Expected: true})
	return id, nil
}

func (c *checks) Watch(told func(soundcheck.Measured)) func() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.told = told
	return func() {}
}

func (c *checks) measure(m soundcheck.Measured) {
	c.mu.Lock()
	told := c.told
	c.mu.Unlock()
	told(m)
}
