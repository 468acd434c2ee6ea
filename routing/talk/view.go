package talk

import (
	"time"

	"sufler/routing"
)

// View is a talk at one moment as its visitor may see it: nothing of a supervisor
// is in it, and of the operator only the public name. It is a value that can be
// compared.
type View struct {
	ID      routing.TalkID
	Session routing.SessionID
	State   State
	Reason  string // only when Ended
	// Place is the place in the queue, 1 is next; only while Waiting, and 0 while it
	// is not known.
	Place int
	// Wait is how long they will wait, as they are told it; only while Waiting, 0 while
	// it is not known.
	Wait time.Duration
	// CutOff says that the operator was lost in the talk: they are first now.
	CutOff   bool
	Name     string // may be empty
	Queue    routing.QueueName
	Leg      routing.LegID // the page's
	Operator string        // public name, while Talking or Away
	// The moments are in UTC, in whole milliseconds.
	CreatedAt time.Time
	TalkedAt  time.Time // when the first talk began; zero: nobody has talked
	EndedAt   time.Time // zero: it is open
}
