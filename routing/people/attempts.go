package people

import (
	"net/netip"
	"sync"
	"time"

	"sufler/internal/clock"
	"sufler/internal/household"
	"sufler/internal/tally"
)

const (
	attemptsOfLogin   = 5  // wrong passwords of one login from one address ...
	attemptsOfAddress = 30 // ... and of all logins from it: an office shares an address
	attemptsWithin    = 5 * time.Minute
	attemptsPause     = 15 * time.Minute
	attemptsKept      = 10_000 // logins and addresses
)

// attempts limits how often a password may be tried.
type attempts struct {
	clock clock.Clock

	mu    sync.Mutex
	tried *tally.Tally[attemptKey]
}

// attemptKey is an address and a login, or the whole address. Which of the two is
// a field of its own: strangers choose the login, and may leave it empty.
type attemptKey struct {
	address, login string
	whole          bool
}

func newAttempts(c clock.Clock) *attempts {
	return &attempts{clock: c, tried: tally.New[attemptKey](attemptsWithin, attemptsKept)}
}

// take counts an attempt before the password is checked, so that a hundred at
// once are not checked all. It returns false when there were too many.
func (a *attempts) take(address, login string) bool {
	address = counted(address)
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.clock.Now()
	whole := a.tried.Of(attemptKey{address: address, whole: true}, now)
	if whole.N >= attemptsOfAddress {
		return false // and nothing is kept of the login, or a flood of them would push this out
	}
	one := a.tried.Of(attemptKey{address: address, login: login}, now)
	if one.N >= attemptsOfLogin {
		return false
	}
	add(one, now, attemptsOfLogin)
	add(whole, now, attemptsOfAddress)
	return true
}

// passed forgets the attempts of a login whose password was right.
func (a *attempts) passed(address, login string) {
	address = counted(address)
	a.mu.Lock()
	defer a.mu.Unlock()
	if whole := a.tried.Of(attemptKey{address: address, whole: true}, a.clock.Now()); whole.N > 0 {
		whole.N--
	}
	a.tried.Forget(attemptKey{address: address, login: login})
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
func add(c *tally.Count, now time.Time, limit int) {
	c.N++
	if c.N == limit {
		c.Ends = now.Add(attemptsPause)
	}
}
