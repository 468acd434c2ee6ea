package api

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"

	"sufler/routing"
)

// browsers are scripted legs of pages: the test says what becomes of them.
type browsers struct {
	mu       sync.Mutex
	legs     map[routing.LegID]routing.BrowserLeg
	watchers map[int]func(routing.BrowserLeg)
	watched  int
	offers   []string // owner, leg and offer of each
	ended    []routing.LegID
	hold     chan struct{} // an offer "slow" waits until it is closed
}

func newBrowsers() *browsers {
	return &browsers{
		legs: map[routing.LegID]routing.BrowserLeg{}, watchers: map[int]func(routing.BrowserLeg){}, hold: make(chan struct{}),
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

func (b *browsers) Arrive(routing.BrowserOwner, func(routing.Leg) func(routing.Signal)) (routing.Leg, error) {
	panic("no page arrives by the api")
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
	defer b.mu.Unlock()
	if err := b.find(owner, leg); err != nil {
		return "", err
	}
	if offer == "" {
		return "", routing.Refuse(routing.Invalid, "offer_invalid")
	}
	b.offers = append(b.offers, strings.Join([]string{string(owner), string(leg), offer}, " "))
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
