package api

import (
	"testing"
	"time"

	"sufler/internal/clock"
)

// handClock is a clock that the test sets.
type handClock struct {
	clock.System
	now time.Time
}

func (c *handClock) Now() time.Time { return c.now }

func TestAnAddressIsHeldToItsShareOfAnHour(t *testing.T) {
	c := &handClock{now: time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)}
	l := newAddressLimit(c, talksPerAddress)
	takes := func(address string, want bool) {
		t.Helper()
		if got := l.take(address); got != want {
			t.Errorf("%s at %s: got %v, want %v", address, c.now.Format("15:04"), got, want)
		}
	}
	for range talksPerAddress {
		takes("203.0.113.7", true)
		takes("2001:db8::1", true)
	}
	takes("203.0.113.7", false)
	takes("::ffff:203.0.113.7", false) // the same, as IPv6 writes it
	takes("203.0.113.8", true)
	takes("2001:db8::ffff:1", false) // the same network
	takes("2001:db8:0:1::1", true)
	takes("garbage", false)
	c.now = c.now.Add(addressWithin - time.Second)
	takes("203.0.113.7", false)
	c.now = c.now.Add(time.Second)
	takes("203.0.113.7", true)
}

func TestThisMachineItselfIsNotHeld(t *testing.T) {
	l := newAddressLimit(clock.System{}, talksPerAddress)
	for range 2 * talksPerAddress {
		for _, address := range []string{"127.0.0.1", "::1", "::ffff:127.0.0.1"} {
			if !l.take(address) {
				t.Fatalf("%s was held", address)
			}
		}
	}
}
