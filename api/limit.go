package api

import (
	"net/netip"
	"sync"
	"time"

	"sufler/internal/clock"
	"sufler/internal/household"
)

const (
	// So many requests of strangers an address may make; an office shares one.
	talksPerAddress     = 30
	callbacksPerAddress = 30
	addressWithin       = time.Hour // counted from the first
	// addressesKept bounds the memory that strangers can make us use.
	addressesKept = 10_000
)

// addressLimit counts what comes from an address, so that one that invents a new
// browser for every request is held as well.
type addressLimit struct {
	clock clock.Clock
	most  int // in addressWithin

	mu      sync.Mutex
	counted map[netip.Prefix]*count
}

type count struct {
	n    int
	ends time.Time // when it is forgotten
}

func newAddressLimit(c clock.Clock, most int) *addressLimit {
	return &addressLimit{clock: c, most: most, counted: map[netip.Prefix]*count{}}
}

// take counts one and returns false when there were too many. Loopback is not
// limited: it is this machine itself, or a proxy that the configuration does not
// name, behind which everybody would share one count.
func (l *addressLimit) take(address string) bool {
	from, err := netip.ParseAddr(address)
	if err != nil {
		return false
	}
	if from = from.Unmap(); from.IsLoopback() {
		return true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	c := l.ofLocked(household.Of(from))
	c.n++
	return c.n <= l.most
}

func (l *addressLimit) ofLocked(from netip.Prefix) *count {
	now := l.clock.Now()
	if c := l.counted[from]; c != nil && now.Before(c.ends) {
		return c
	}
	if len(l.counted) >= addressesKept {
		l.forgetLocked(now)
	}
	c := &count{ends: now.Add(addressWithin)}
	l.counted[from] = c
	return c
}

// forgetLocked makes room: what has ended goes and, if that is not enough, any
// down to half.
func (l *addressLimit) forgetLocked(now time.Time) {
	for from, c := range l.counted {
		if !now.Before(c.ends) {
			delete(l.counted, from)
		}
	}
	for from := range l.counted {
		if len(l.counted) <= addressesKept/2 {
			return
		}
		delete(l.counted, from)
	}
}
