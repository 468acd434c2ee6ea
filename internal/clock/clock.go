// Package clock is time as a value that is passed in, so that tests decide what
// the hour is.
package clock

import "time"

// Clock tells the time and wakes its callers. Lengths are measured with its
// monotonic part.
type Clock interface {
	Now() time.Time
	// AfterFunc calls f in its own goroutine after d; Stop on the result prevents it.
	AfterFunc(d time.Duration, f func()) Timer
}

// Timer is a call that has not happened yet.
type Timer interface {
	// Stop prevents the call; false when it has happened or was stopped before.
	Stop() bool
}

// System is the machine's clock.
type System struct{}

// Now returns the machine's time.
func (System) Now() time.Time { return time.Now() }

// AfterFunc is time.AfterFunc.
func (System) AfterFunc(d time.Duration, f func()) Timer { return time.AfterFunc(d, f) }
