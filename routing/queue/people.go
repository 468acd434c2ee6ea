package queue

import (
	"time"

	"sufler/routing"
)

// Candidate is an operator at one moment, as the line needs to know them.
type Candidate struct {
	Operator routing.Operator
	// Online says that the operator wants to be offered work: the status chosen is
	// "online", and a desk is open or, unless DeskOnly, the phone is registered.
	Online bool
	// Desk says that at least one desk is open: offers go there. Without one the
	// phone is rung.
	Desk bool
	// Devices are what can be rung now; without any nobody can be asked: the talk
	// itself needs one.
	Devices routing.Devices
	// Free says that the operator is in no call and holds no reservation.
	Free bool
	// IdleSince is when the operator became free; the longest idle is asked first.
	IdleSince time.Time
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
	// Reserve takes a free operator for a place and makes them not Free. True also
	// when the operator holds the reservation of this very place.
	Reserve(routing.OperatorID, routing.PlaceID) bool
	// Release gives a reservation back; nothing happens when there is none. The
	// operator is Free again unless in a call. A place is released only after its
	// operator is in the call that it led to, or is lost to it.
	Release(routing.OperatorID, routing.PlaceID)
}
