package queue

import (
	"time"

	"sufler/routing"
	"sufler/routing/hours"
)

// Queue is a waiting line's rules.
type Queue struct {
	Name routing.QueueName
	// Groups serve the queue; people of the first group are asked first.
	Groups []routing.GroupName
	// Strategy says whom of those who can take a place is asked first; empty means
	// LongestIdle.
	Strategy Strategy
	// Priority puts the queue's places before others that came up to as many minutes
	// earlier. It starves nobody: whoever waits longer still comes first.
	Priority int
	// Offer is how long one operator is asked; 0 means 20 s.
	Offer time.Duration
	// Rounds is how often all free operators are asked; 0 means 3.
	Rounds int
	// Pause is how long a place waits after a round before the same people are
	// asked again; 0 means 5 s.
	Pause time.Duration
	// Size is how many places operators see at a time; 0 means 20. PreSize is how many
	// more may wait, unseen; 0: none.
	Size, PreSize int
	// MaxWait is after which time in this queue a place overflows; 0: never.
	MaxWait  time.Duration
	Overflow Overflow
	// Hours are when it takes places; nil: always. Who waits when it closes goes on
	// waiting.
	Hours *hours.Hours
}

// Strategy is the order in which operators of one group are asked.
type Strategy string

// The strategies.
const (
	LongestIdle Strategy = "longest_idle" // who has nothing open, then who took or finished something longest ago
	RoundRobin  Strategy = "round_robin"  // who follows the one asked last in this queue
	LeastBusy   Strategy = "least_busy"   // who has the least open
	RingAll     Strategy = "ring_all"     // everybody at once; the first to accept has it
)

// Overflow is where a place goes that waits too long, finds its queue full, or has
// nobody logged in who serves it.
type Overflow struct {
	To     OverflowTo
	Queue  routing.QueueName // ToQueue
	Number string            // ToNumber; E.164
}

// OverflowTo is where places overflow to; empty is nowhere.
type OverflowTo string

// Where places overflow to.
const (
	ToQueue  OverflowTo = "queue"  // into another queue, with the time they have waited
	ToNumber OverflowTo = "number" // out to a phone; for those who talk
	ToForm   OverflowTo = "form"   // the visitor is given a form instead
)

func (q Queue) withDefaults() Queue {
	if q.Strategy == "" {
		q.Strategy = LongestIdle
	}
	if q.Offer <= 0 {
		q.Offer = 20 * time.Second
	}
	if q.Rounds <= 0 {
		q.Rounds = 3
	}
	if q.Pause <= 0 {
		q.Pause = 5 * time.Second
	}
	if q.Size <= 0 {
		q.Size = 20
	}
	return q
}

// checkOpen refuses a queue that is closed with Unavailable, "queue_closed" (opens,
// if it ever does).
func (q Queue) checkOpen(now time.Time) error {
	if q.Hours == nil || q.Hours.Open(now) {
		return nil
	}
	if opens, ever := q.Hours.Next(now); ever {
		return routing.Refuse(routing.Unavailable, "queue_closed", "queue", string(q.Name), "opens", opens.UTC().Format(time.RFC3339))
	}
	return routing.Refuse(routing.Unavailable, "queue_closed", "queue", string(q.Name))
}
