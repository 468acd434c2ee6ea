package queue

import (
	"time"

	"sufler/routing"
)

// State is what is done about a place.
type State uint8

// The states; zero is invalid on purpose.
const (
	Waiting  State = iota + 1 // nobody is asked at this moment
	Offered                   // one operator is asked
	Accepted                  // an operator has it; it stays until the driver takes it out
)

func (s State) String() string {
	names := [...]string{Waiting: "waiting", Offered: "offered", Accepted: "accepted"}
	if s == 0 || int(s) >= len(names) {
		return "invalid_state"
	}
	return names[s]
}

// Queue is a waiting line's rules. It is a value of the configuration.
type Queue struct {
	Name routing.QueueName
	// Groups serve the queue; people of the first group are asked first.
	Groups []routing.GroupName
	// Offer is how long one operator is asked; 0 means 20 s.
	Offer time.Duration
	// Rounds is how often all free operators are asked; 0 means 3.
	Rounds int
	// Pause is how long a place waits after a round before the same people are
	// asked again; 0 means 5 s.
	Pause time.Duration
}

func (q Queue) withDefaults() Queue {
	if q.Offer <= 0 {
		q.Offer = 20 * time.Second
	}
	if q.Rounds <= 0 {
		q.Rounds = 3
	}
	if q.Pause <= 0 {
		q.Pause = 5 * time.Second
	}
	return q
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
	// the talk.
	Last routing.OperatorID
	// Tell is told what becomes of the place, in order, from the line's own
	// goroutine. It must not block.
	Tell func(Notice)
}

// Place is a place at one moment, as a value that can be compared.
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

	// Position is 1 for who is next; 0 when Accepted.
	Position int
	State    State
	// Operator is who is asked, or has it.
	Operator routing.OperatorID
	Why      Why
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
