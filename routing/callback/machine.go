package callback

import (
	"fmt"

	"sufler/routing"
)

// Trigger is what moves a callback from one state to another.
type Trigger uint8

// The triggers; zero is invalid on purpose.
const (
	Dial        Trigger = iota + 1 // an operator is on the line: the visitor is to be called
	Bridge                         // both talk
	HangUp                         // the talk has ended
	LoseAgent                      // the operator was lost
	LoseVisitor                    // the visitor was not reached
	NobodyFree                     // every free operator was asked often enough
	GiveUp                         // the visitor was called too often already
	Cancel                         // the visitor does not want it any more
	Interrupt                      // the program ends, or has started again
)

func (t Trigger) String() string {
	names := [...]string{
		Dial: "dial", Bridge: "bridge", HangUp: "hang up", LoseAgent: "lose agent", LoseVisitor: "lose visitor",
		NobodyFree: "nobody free", GiveUp: "give up", Cancel: "cancel", Interrupt: "interrupt",
	}
	if t == 0 || int(t) >= len(names) {
		return "invalid trigger"
	}
	return names[t]
}

// next is the whole life of a callback; docs/callback.md is drawn from it.
var next = map[routing.CallbackState]map[Trigger]routing.CallbackState{
	routing.CallbackQueued: {
		Dial: routing.CallbackDialling, NobodyFree: routing.CallbackFailed, GiveUp: routing.CallbackFailed,
		Cancel: routing.CallbackCancelled, Interrupt: routing.CallbackQueued,
	},
	routing.CallbackDialling: {
		Bridge: routing.CallbackBridged, LoseAgent: routing.CallbackQueued, LoseVisitor: routing.CallbackFailed,
		Cancel: routing.CallbackCancelled, Interrupt: routing.CallbackQueued,
	},
	// The visitor is on the line: who loses the operator there hears music until the
	// next one comes, and is never called a second time.
	routing.CallbackBridged: {
		LoseAgent: routing.CallbackBridged, Bridge: routing.CallbackBridged, NobodyFree: routing.CallbackDone,
		HangUp: routing.CallbackDone, Cancel: routing.CallbackDone, Interrupt: routing.CallbackInterrupted,
	},
	routing.CallbackDone:        {},
	routing.CallbackFailed:      {},
	routing.CallbackInterrupted: {},
	routing.CallbackCancelled:   {},
}

// isFinal reports whether nothing moves the state any more.
func isFinal(s routing.CallbackState) bool { return len(next[s]) == 0 }

// TransitionError says that a trigger has no place in a callback's state.
type TransitionError struct {
	Callback routing.CallbackID
	State    routing.CallbackState
	Trigger  Trigger
}

func (e *TransitionError) Error() string {
	return fmt.Sprintf("callback %s: %s while %s", e.Callback, e.Trigger, e.State)
}

// The reasons why a callback ended, as the visitor's page has them.
const (
	ReasonTalked      = "talked"
	ReasonCancelled   = "cancelled"
	ReasonBusy        = "busy"
	ReasonNoAnswer    = "no_answer"
	ReasonDeclined    = "declined"
	ReasonNoSuch      = "no_such"
	ReasonUnreachable = "unreachable"
	ReasonNobodyFree  = "nobody_free"
	ReasonInterrupted = "interrupted"
	ReasonFailed      = "failed"
)

var reasons = []string{
	ReasonTalked, ReasonCancelled, ReasonBusy, ReasonNoAnswer, ReasonDeclined, ReasonNoSuch, ReasonUnreachable,
	ReasonNobodyFree, ReasonInterrupted, ReasonFailed,
}

// reasonOf is why a visitor was not reached.
func reasonOf(cause routing.Cause) string {
	switch cause {
	case routing.BusyHere:
		return ReasonBusy
	case routing.NoAnswer:
		return ReasonNoAnswer
	case routing.Declined:
		return ReasonDeclined
	case routing.NoSuch:
		return ReasonNoSuch
	case routing.Unreachable, routing.Overloaded:
		return ReasonUnreachable
	default:
		return ReasonFailed
	}
}
