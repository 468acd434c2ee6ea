package talk

import (
	"fmt"

	"sufler/routing"
	"sufler/routing/call"
)

// State is where a talk stands, in the words of api/protocol.md.
type State uint8

// The states; zero is invalid on purpose.
const (
	Waiting State = iota + 1 // nobody has it; the visitor hears music
	Found                    // an operator rings for it, or is coming on the line
	Talking                  // both are on the line
	Away                     // nothing comes from the operator any more; the visitor hears music again
	Ended
)

func (s State) String() string {
	names := [...]string{Waiting: "waiting", Found: "agent_found", Talking: "talking", Away: "away", Ended: "ended"}
	if s == 0 || int(s) >= len(names) {
		return "invalid_state"
	}
	return names[s]
}

// Trigger is what moves a talk from one state to another.
type Trigger uint8

// The triggers; zero is invalid on purpose.
const (
	Find       Trigger = iota + 1 // an operator's phone or browser rings for it
	Meet                          // both are on the line
	Part                          // the operator's line broke
	Return                        // the operator is there again
	Lose                          // the operator is lost: the next one is asked
	NobodyFree                    // every free operator was asked often enough
	Cancel                        // the visitor does not want it any more
	Break                         // the call has ended
)

func (t Trigger) String() string {
	names := [...]string{
		Find: "find", Meet: "meet", Part: "part", Return: "return", Lose: "lose", NobodyFree: "nobody free", Cancel: "cancel", Break: "break",
	}
	if t == 0 || int(t) >= len(names) {
		return "invalid trigger"
	}
	return names[t]
}

// next is the whole life of a talk; docs/talk.md is drawn from it.
var next = map[State]map[Trigger]State{
	Waiting: {Find: Found, NobodyFree: Ended, Cancel: Ended, Break: Ended},
	Found:   {Meet: Talking, Lose: Waiting, Cancel: Ended, Break: Ended},
	Talking: {Part: Away, Lose: Waiting, Cancel: Ended, Break: Ended},
	Away:    {Return: Talking, Lose: Waiting, Cancel: Ended, Break: Ended},
	Ended:   {},
}

// TransitionError says that a trigger has no place in a talk's state.
type TransitionError struct {
	Talk    routing.TalkID
	State   State
	Trigger Trigger
}

func (e *TransitionError) Error() string {
	return fmt.Sprintf("talk %s: %s while %s", e.Talk, e.Trigger, e.State)
}

// The reasons why a talk ended, as the visitor's page has them.
const (
	ReasonTalked     = "talked"
	ReasonCancelled  = "cancelled"
	ReasonNobodyFree = "nobody_free"
	ReasonLost       = "lost"     // the page had sound and brought none any more
	ReasonNoSound    = "no_sound" // the page's sound never came to be
	ReasonFailed     = "failed"
)

var reasons = []string{ReasonTalked, ReasonCancelled, ReasonNobodyFree, ReasonLost, ReasonNoSound, ReasonFailed}

// reasonOf is why a talk is over whose call has ended.
func reasonOf(e call.Ended) string {
	switch {
	case e.By == routing.Client.String() && e.Cause == routing.LostMedia:
		return ReasonLost
	case e.Cause == routing.ShuttingDown, e.Cause == routing.Failed:
		return ReasonFailed
	case e.Talked:
		return ReasonTalked
	}
	switch e.Cause {
	case routing.HungUp, routing.Cancelled, routing.Declined:
		return ReasonCancelled
	case routing.NoAnswer, routing.Unreachable, routing.NotMedia, routing.LostMedia:
		return ReasonNoSound
	default:
		return ReasonFailed
	}
}
