package session

import (
	"fmt"

	"sufler/routing"
)

// Trigger is what moves a session from one state to another.
type Trigger uint8

// The triggers; zero is invalid on purpose.
const (
	Promote    Trigger = iota + 1 // it came into an operators' queue
	Accept                        // an operator took it
	Redirect                      // it was handed to somebody else
	Return                        // its operator is lost: it goes before all others
	End                           // it is over
	Confirm                       // the operator's OK
	Abandon                       // the visitor left before an operator came
	Refuse                        // no queue takes it
	Ban                           // the visitor may not come here
	Lose                          // the visitor vanished from a conversation
	NobodyFree                    // every operator was asked often enough
	Break                         // we cannot go on with it
)

func (t Trigger) String() string {
	names := [...]string{
		Promote: "promote", Accept: "accept", Redirect: "redirect", Return: "return", End: "end", Confirm: "confirm", Abandon: "abandon",
		Refuse: "refuse", Ban: "ban", Lose: "lose", NobodyFree: "nobody free", Break: "break",
	}
	if t == 0 || int(t) >= len(names) {
		return "invalid trigger"
	}
	return names[t]
}

const (
	requested = routing.SessionRequested
	queued    = routing.SessionQueued
	active    = routing.SessionActive
	wrapUp    = routing.SessionWrapUp
	closed    = routing.SessionClosed
)

// next is the whole life of a session; docs/session.md is drawn from it.
var next = map[routing.SessionState]map[Trigger]routing.SessionState{
	requested: {Promote: queued, Redirect: requested, Abandon: closed, Refuse: closed, Ban: closed, NobodyFree: closed, Break: closed},
	queued:    {Accept: active, Redirect: queued, Abandon: closed, Refuse: closed, Ban: closed, NobodyFree: closed, Break: closed},
	active:    {Redirect: queued, Return: queued, End: wrapUp, Lose: wrapUp, Ban: wrapUp, Break: wrapUp},
	wrapUp:    {Confirm: closed},
	closed:    {},
}

// outcomes are what a trigger makes of a session that it ends.
var outcomes = map[Trigger]routing.SessionOutcome{
	End: routing.SessionTalked, Abandon: routing.SessionAbandoned, Refuse: routing.SessionRefused, Ban: routing.SessionBanned,
	Lose: routing.SessionLost, NobodyFree: routing.SessionNobodyFree, Break: routing.SessionFailed,
}

// TransitionError says that a trigger has no place in a session's state.
type TransitionError struct {
	Session routing.SessionID
	State   routing.SessionState
	Trigger Trigger
}

func (e *TransitionError) Error() string {
	return fmt.Sprintf("session %s: %s while %s", e.Session, e.Trigger, e.State)
}
