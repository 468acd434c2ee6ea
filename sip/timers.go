package sip

import (
	"log/slog"
	"sync"
	"time"

	sipmsg "github.com/emiago/sipgo/sip"
)

// Timers are the lengths behind retransmission and giving up, RFC 3261 table 4
// and our own.
type Timers struct {
	// T1 is the round-trip estimate, T2 the longest wait between two
	// retransmissions, T4 the life of a message in the network.
	T1, T2, T4 time.Duration
	// Silence is how long an INVITE waits for the first sign of life before the
	// peer is called unreachable. Timer B would be 32 s; a person waits less.
	Silence time.Duration
	// Linger is how long a CANCEL or a BYE is repeated for a peer that says
	// nothing; after it only a note remains that hangs up a late answer.
	Linger time.Duration
	// MaxRing ends incoming calls that nobody decides about (timer C).
	MaxRing time.Duration
}

func (t Timers) withDefaults() Timers {
	set := func(d *time.Duration, value time.Duration) {
		if *d == 0 {
			*d = value
		}
	}
	set(&t.T1, 500*time.Millisecond)
	set(&t.T2, 4*time.Second)
	set(&t.T4, 5*time.Second)
	set(&t.Silence, min(4*time.Second, 64*t.T1))
	set(&t.Linger, min(4*time.Second, 64*t.T1))
	set(&t.MaxRing, 3*time.Minute)
	return t
}

// ackWait is how long a 2xx waits for its ACK (RFC 3261 section 13.3.1.4).
func (t Timers) ackWait() time.Duration { return 64 * t.T1 }

var globals sync.Once

// setGlobals sets what sipgo keeps in package variables: its timers, a limit above
// which it would refuse to send UDP messages at all, and a log of its own. The first Stack of
// the process decides.
func setGlobals(t Timers) {
	globals.Do(func() {
		sipmsg.SetTimers(t.T1, t.T2, t.T4)
		sipmsg.UDPMTUSize = 65535
		sipmsg.SetDefaultLogger(slog.New(slog.DiscardHandler))
	})
}
