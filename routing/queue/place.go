package queue

import (
	"time"

	"sufler/routing"
)

// State is what is done about a place.
type State uint8

// The states; zero is invalid on purpose.
const (
	PreQueued State = iota + 1 // beyond the size of the queue: no operator knows of it
	Waiting                    // nobody is asked at this moment
	Offered                    // one operator is asked, or several
	Accepted                   // an operator has it; it stays until the driver takes it out
)

func (s State) String() string {
	names := [...]string{PreQueued: "pre_queued", Waiting: "waiting", Offered: "offered", Accepted: "accepted"}
	if s == 0 || int(s) >= len(names) {
		return "invalid_state"
	}
	return names[s]
}

// Join is what a driver brings into the line.
type Join struct {
	Place    routing.PlaceID // empty: a new one
	Kind     routing.Channel
	Name     string // of who waits; may be empty
	Number   string // E.164; may be empty
	Queue    routing.QueueName
	Language string
	Session  routing.SessionID
	Visitor  routing.VisitorID  // empty: not known
	Callback routing.CallbackID // of kind Callback
	// Since is when it was asked for; places are ordered by it.
	Since time.Time
	// First puts the place before all others: the visitor was cut off.
	First bool
	// Last, who may be empty, is asked after all others at first: they were lost in
	// the talk, or redirect the visitor.
	Last routing.OperatorID
	// Sticky, who may be empty, is asked before all others at first if they are there
	// and can take it: they know the visitor.
	Sticky routing.OperatorID
	// For is the only operator who may take it, Groups are who may instead of the
	// queue's groups; both may be empty. A place for somebody is for the groups again
	// when that person is not there any more, or does not answer: but an invitation,
	// which waits for whoever has invited.
	For    routing.OperatorID
	Groups []routing.GroupName
	// Forwarded says that a colleague sends the visitor: other rules may hold for who
	// is away.
	Forwarded bool
	// Admitted says that nobody is turned away any more: MayJoin was asked before, or
	// the visitor was in the line already.
	Admitted bool
	// Tell is told what becomes of the place, in order, from the line's own
	// goroutine. It must not block.
	Tell func(Notice)
}

// Place is a place at one moment, as a value.
type Place struct {
	ID       routing.PlaceID
	Kind     routing.Channel
	Name     string
	Number   string
	Queue    routing.QueueName
	Language string
	Session  routing.SessionID
	Visitor  routing.VisitorID
	Callback routing.CallbackID
	Since    time.Time
	For      routing.OperatorID  // only they may take it
	ForName  string              // their name
	Groups   []routing.GroupName // who serves it now

	// Position is 1 for who is next in this queue, the pre-queue at its end; 0 when
	// Accepted.
	Position int
	State    State
	// Operator is who is asked, or has it; empty when several are asked.
	Operator routing.OperatorID
	Why      Why
	Wait     Wait
}

// Offer is a question to one operator.
type Offer struct {
	Place    Place
	Operator routing.OperatorID
	// Phone says that the operator's phone is rung instead of showing the offer in
	// the desk; picking up is accepting.
	Phone bool
	Ends  time.Time
}
