package routing

import (
	"context"
	"time"
)

// MissedReason is why somebody was missed.
type MissedReason uint8

// The reasons; zero is invalid on purpose. The numbers are kept in the database.
const (
	MissedAbandoned   MissedReason = iota + 1 // left before anybody came
	MissedNoAnswer                            // nobody was free
	MissedOffline                             // left a message while nobody was there
	MissedNotReached                          // was to be phoned and did not answer, or could not be reached
	MissedInterrupted                         // the talk or the way to it broke, on our side or on the way
)

func (r MissedReason) String() string {
	names := [...]string{
		MissedAbandoned: "abandoned", MissedNoAnswer: "no_answer", MissedOffline: "offline", MissedNotReached: "not_reached",
		MissedInterrupted: "interrupted",
	}
	if r == 0 || int(r) >= len(names) {
		return "invalid_reason"
	}
	return names[r]
}

// Missed is somebody who came to us in vain, until an operator has seen to it.
type Missed struct {
	ID       MissedID
	Reason   MissedReason
	Channel  Channel // how they came; zero: by the offline form
	Queue    QueueName
	Session  SessionID // may be empty, as may everything of the person
	Visitor  VisitorID
	Name     string
	Phone    string // E.164 where it is a number
	Email    string
	Text     string // what they wrote
	Page     string // where
	Language string
	At       time.Time

	DoneAt time.Time  // zero: still to do
	DoneBy OperatorID // empty: a later contact has settled it
}

// Contact is by what somebody is known again; at least one member is not empty.
type Contact struct {
	Visitor VisitorID
	Phone   string
	Email   string
}

// MissedFilter says who of the missed is wanted; a zero field asks for nothing,
// except that Everywhere must be said.
type MissedFilter struct {
	Everywhere bool        // or else
	Queues     []QueueName // those of these queues
	Open       bool        // only who is still to be seen to
	Since      time.Time   // missed then or later
	// Before names the one after whom the list goes on, an older one being next.
	Before MissedID
}

// MissedStore keeps who was missed.
type MissedStore interface {
	// AddMissed does nothing when the id is known; added is false then.
	AddMissed(ctx context.Context, m Missed) (added bool, err error)
	// MissedByID refuses with NotFound, "missed_unknown".
	MissedByID(ctx context.Context, id MissedID) (Missed, error)
	// Missed returns those that are wanted, the newest first. It refuses with
	// "missed_unknown" when the one to go on after is not known.
	Missed(ctx context.Context, wanted MissedFilter, limit int) ([]Missed, error)
	// CountMissed counts those that are wanted.
	CountMissed(ctx context.Context, wanted MissedFilter) (int, error)
	// EndMissed says who has seen to it and when, and returns it; what was done before
	// stays as it was. It refuses with NotFound, "missed_unknown".
	EndMissed(ctx context.Context, id MissedID, by OperatorID, at time.Time) (m Missed, ended bool, err error)
	// SettleMissed ends whatever is open of a person, missed until at, and returns it.
	SettleMissed(ctx context.Context, who Contact, at time.Time) ([]Missed, error)
}
