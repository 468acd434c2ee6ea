package queue

import (
	"time"

	"sufler/routing"
	"sufler/routing/capacity"
)

// Candidate is an operator at one moment, as the line needs to know them.
type Candidate struct {
	Operator routing.Operator
	// Person is what they are there for and have open, reservations included.
	capacity.Person
	// Desk says that at least one desk is open: offers go there. Without one the
	// phone is rung.
	Desk bool
	// Devices are what can be rung now; without any nobody can be asked to talk.
	Devices routing.Devices
	// IdleSince is when the operator last took or finished something or came online;
	// the longest idle is asked first.
	IdleSince time.Time
	// StatusSince is when the status began that the person has by choice or reach.
	StatusSince time.Time
	// WrapUpSince is when the oldest wrap-up began that waits for OK; zero: none does.
	WrapUpSince time.Time
}

// Reservation is what an operator is held for: a place that is offered to them, or
// theirs. The open session and the call that come of it have its Session and are
// counted once with it.
type Reservation struct {
	Place   routing.PlaceID
	Session routing.SessionID // may be empty
	Want    capacity.Want
}

// People tells who could serve a place. Its methods are called from the line's
// own goroutine and must not block; routing/people implements it.
type People interface {
	// Candidates returns every active operator who is in at least one of the
	// groups, also those who are offline or busy (they explain why a place waits).
	Candidates(groups []routing.GroupName) []Candidate
	// Candidate returns one operator; false when there is no such active person.
	Candidate(routing.OperatorID) (Candidate, bool)
	// Watch calls changed after anything of a Candidate has changed, until stop is
	// called. changed does not block and may be called from within Reserve and
	// Release.
	Watch(changed func()) (stop func())
	// Reserve holds an operator for a place if capacity.CanTake says so at this
	// moment; else it returns what CanTake says. Nothing changes, and it is empty,
	// when the operator is held for this very place.
	Reserve(routing.OperatorID, Reservation) capacity.Code
	// Release gives a reservation back; nothing happens when there is none. A place
	// is released only after what it led to is counted itself, a call or an open
	// session, or is lost.
	Release(routing.OperatorID, routing.PlaceID)
	// Missed says that an operator did not answer what their desk has asked, and
	// Answered that they did.
	Missed(routing.OperatorID)
	Answered(routing.OperatorID)
}
