package people

import (
	"net/netip"
	"sync"
	"time"

	"sufler/internal/clock"
	"sufler/internal/household"
)

const (
	attemptsOfLogin   = 5  // wrong passwords of one login from one address ...
	attemptsOfAddress = 30 // ... and of all logins from it: an office shares an address
	attemptsWithin    = 5 * time.Minute
	attemptsPause     = 15 * time.Minute
	// attemptsKept bounds the memory that strangers can make us use.
	attemptsKept = 10_000
)

// attempts limits how often a password may be tried.
type attempts struct {
	clock clock.Clock

	mu    sync.Mutex
	tried map[attemptKey]*tries
}

// attemptKey is an address and a login, or the whole address. Which of the two is
// a field of its own: strangers choose the login, and may leave it empty.
type attemptKey struct {
	address, login string
	whole          bool
}

type tries struct {
	count int
	ends  time.Time // when the count is forgotten
}

func newAttempts(c clock.Clock) *attempts {
	return &attempts{clock: c, tried: make(map[attemptKey]*tries)}
}

// take counts an attempt before the password is checked, so that a hundred at
// once are not checked all. It returns false when there were too many.
func (a *attempts) take(address, login string) bool {
	address = counted(address)
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.clock.Now()
	whole := a.ofLocked(attemptKey{address: address, whole: true}, now)
	if whole.count >= attemptsOfAddress {
		return false // and nothing is kept of the login, or a flood of them would push this out
	}
	one := a.ofLocked(attemptKey{address: address, login: login}, now)
	if one.count >= attemptsOfLogin {
		return false
	}
	one.add(now, attemptsOfLogin)
	whole.add(now, attemptsOfAddress)
	return true
}

// passed forgets the attempts of a login whose password was right.
func (a *attempts) passed(address, login string) {
	address = counted(address)
	a.mu.Lock()
	defer a.mu.Unlock()
	if whole := a.tried[attemptKey{address: address, whole: true}]; whole != nil {
		whole.count--
	}
	delete(a.tried, attemptKey{address: address, login: login})
}

// counted is an address as its attempts are counted.
func counted(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	return household.Of(a).String()
}

// add counts one; the last one that is allowed begins the pause.
func (t *tries) add(now time.Time, limit int) {
	t.count++
	if t.count == limit {
		t.ends = now.Add(attemptsPause)
	}
}

func (a *attempts) ofLocked(key attemptKey, now time.Time) *tries {
	t := a.tried[key]
	if t != nil && now.Before(t.ends) {
		return t
	}
	if t == nil && len(a.tried) >= attemptsKept {
		a.forgetLocked(now)
	}
	t = &tries{ends: now.Add(attemptsWithin)}
	a.tried[key] = t
	return t
}

// forgetLocked makes room: what has ended goes and, if that is not enough, any
// down to half, so that a flood does not make every attempt walk the whole map.
func (a *attempts) forgetLocked(now time.Time) {
	for key, t := range a.tried {
		if !now.Before(t.ends) {
			delete(a.tried, key)
		}
	}
	for key := range a.tried {
		if len(a.tried) <= attemptsKept/2 {
			return
		}
		delete(a.tried, key)
	}
}
