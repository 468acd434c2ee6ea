package invitation

import (
	"math"
	"net/netip"
	"strconv"
	"time"

	"sufler/internal/household"
	"sufler/internal/tally"
	"sufler/routing"
)

const (
	wrongOfAddress = 20   // from one address within the hour
	wrongOfCode    = 5    // with the same eight digits
	wrongOfAll     = 1000 // codes from everywhere: of 100,000,000 there are
	wrongWithin    = time.Hour
	addressesKept  = 10_000
	codesKept      = 10_000

	freeTries  = 2 // wrong ones before the first pause: people mistype
	firstPause = 2 * time.Second
	mostPause  = time.Minute
)

// guard counts wrong codes and links. It has no lock: it belongs to who holds the turn.
type guard struct {
	addresses *tally.Tally[netip.Prefix]
	pauses    *tally.Tally[netip.Prefix] // N is 1 during one
	codes     *tally.Tally[string]
	all       *tally.Tally[struct{}]
}

func newGuard() *guard {
	return &guard{
		addresses: tally.New[netip.Prefix](wrongWithin, addressesKept), pauses: tally.New[netip.Prefix](mostPause, addressesKept),
		codes: tally.New[string](wrongWithin, codesKept), all: tally.New[struct{}](wrongWithin, 1),
	}
}

// addressOf is for whom an address stands. Loopback counts as any other: a code is
// guessed on a machine of one's own as well as elsewhere.
func addressOf(address string) netip.Prefix {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return netip.Prefix{} // all that have none are one
	}
	return household.Of(a)
}

// mayTry refuses a try that comes too soon or is one too many. The link of an
// invitation works even while codes do not: it cannot be guessed.
func (g *guard) mayTry(from netip.Prefix, code string, now time.Time) error {
	if g.addresses.Of(from, now).N >= wrongOfAddress {
		return routing.Refuse(routing.Limited, "invitation_too_often")
	}
	if pause := g.pauses.Of(from, now); pause.N > 0 {
		seconds := int(math.Ceil(pause.Ends.Sub(now).Seconds()))
		return routing.Refuse(routing.Limited, "invitation_slow", "seconds", strconv.Itoa(seconds))
	}
	if code == "" {
		return nil
	}
	if g.all.Of(struct{}{}, now).N >= wrongOfAll {
		return routing.Refuse(routing.Limited, "invitation_blocked")
	}
	if g.codes.Of(code, now).N >= wrongOfCode {
		return routing.Refuse(routing.Limited, "invitation_too_often")
	}
	return nil
}

// wrong counts a try that led nowhere; blocked tells that it was the last one that
// everybody together had.
func (g *guard) wrong(from netip.Prefix, code string, now time.Time) (blocked bool) {
	address := g.addresses.Of(from, now)
	address.N++
	if length := pauseAfter(address.N); length > 0 {
		pause := g.pauses.Of(from, now)
		pause.N, pause.Ends = 1, now.Add(length)
	}
	if code == "" {
		return false
	}
	g.codes.Of(code, now).N++
	all := g.all.Of(struct{}{}, now)
	all.N++
	return all.N == wrongOfAll
}

// pauseAfter is how long the next try must wait: twice as long after each wrong one.
func pauseAfter(wrong int) time.Duration {
	if wrong <= freeTries {
		return 0
	}
	return min(firstPause<<min(wrong-freeTries-1, 10), mostPause)
}
