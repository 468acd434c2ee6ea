package api

import (
	"net/netip"
	"sync"
	"time"

	"sufler/internal/clock"
	"sufler/internal/household"
	"sufler/internal/tally"
)

const (
	// So many requests of strangers an address may make; an office shares one.
	talksPerAddress     = 30
	callbacksPerAddress = 30
	sessionsPerAddress  = 60
	messagesPerAddress  = 30
	addressWithin       = time.Hour // counted from the first
	addressesKept       = 10_000
)

// addressLimit counts what comes from an address, so that one that invents a new
// browser for every request is held as well.
type addressLimit struct {
	clock clock.Clock
	most  int // in addressWithin

	mu      sync.Mutex
	counted *tally.Tally[netip.Prefix]
}

func newAddressLimit(c clock.Clock, most int) *addressLimit {
	return &addressLimit{clock: c, most: most, counted: tally.New[netip.Prefix](addressWithin, addressesKept)}
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
	c := l.counted.Of(household.Of(from), l.clock.Now())
	c.N++
	return c.N <= l.most
}
