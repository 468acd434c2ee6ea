package call

import (
	"fmt"

	"sufler/routing"
)

// State is where a call stands.
type State uint8

// The states; zero is invalid on purpose.
const (
	StateWaiting       State = iota + 1 // no operator's phone rings: before the first one, or between two
	StateRingingAgent                   // an operator's phone rings
	StateRingingClient                  // the agent is on the line and waits for the client
	StateTalking                        // both are on the line
	StateEnded
)

func (s State) String() string {
	names := [...]string{
		StateWaiting: "waiting", StateRingingAgent: "ringing_agent", StateRingingClient: "ringing_client", StateTalking: "talking", StateEnded: "ended",
	}
	if s == 0 || int(s) >= len(names) {
		return "invalid_state"
	}
	return names[s]
}

// Trigger is what moves a call from one state to another.
type Trigger uint8

// The triggers; zero is invalid on purpose.
const (
	AgentCalled    Trigger = iota + 1 // an operator's phone was made to ring, or the operator's phone called us
	AgentAnswered                     // the operator is on the line
	AgentGone                         // the operator did not answer, or hung up
	ClientAnswered                    // the client is on the line
	ClientGone                        // the client whom we called did not answer, or hung up
	CallerGone                        // the client who called us hung up
	AgentDropped                      // the operator was taken out of the call, or did not come back to it; the client stays
	Finished                          // the driver, a shutdown or a failure ended the call
)

func (t Trigger) String() string {
	names := [...]string{
		AgentCalled: "agent called", AgentAnswered: "agent answered", AgentGone: "agent gone", ClientAnswered: "client answered",
		ClientGone: "client gone", CallerGone: "caller gone", Finished: "finished", AgentDropped: "agent dropped",
	}
	if t == 0 || int(t) >= len(names) {
		return "invalid trigger"
	}
	return names[t]
}

// next is the whole life of a call; docs/call.md is drawn from it.
var next = map[State]map[Trigger]State{
	StateWaiting:       {AgentCalled: StateRingingAgent, ClientGone: StateEnded, CallerGone: StateEnded, Finished: StateEnded},
	StateRingingAgent:  {AgentAnswered: StateRingingClient, AgentGone: StateWaiting, AgentDropped: StateWaiting, ClientGone: StateEnded, CallerGone: StateEnded, Finished: StateEnded},
	StateRingingClient: {ClientAnswered: StateTalking, AgentGone: StateWaiting, AgentDropped: StateWaiting, ClientGone: StateRingingClient, CallerGone: StateEnded, Finished: StateEnded},
	StateTalking:       {AgentGone: StateEnded, AgentDropped: StateWaiting, ClientGone: StateEnded, CallerGone: StateEnded, Finished: StateEnded},
	StateEnded:         {},
}

// TransitionError says that a trigger has no place in a call's state.
type TransitionError struct {
	Call    routing.CallID
	State   State
	Trigger Trigger
}

func (e *TransitionError) Error() string {
	return fmt.Sprintf("call %s: %s while %s", e.Call, e.Trigger, e.State)
}

// PartyState is where a party's wire stands.
type PartyState uint8

// The states of a party; zero is invalid on purpose.
const (
	Away     PartyState = iota + 1 // has no wire yet: the client before we dial
	Dialling                       // the phone was asked to ring
	Ringing                        // the phone rings, or the caller hears it ring
	Early                          // sound comes before the answer
	OnLine                         // answered; of a supervisor: and the mode holds
	Lost                           // nothing comes by the wire any more, but it has not ended
	Gone                           // the wire has ended
)

func (s PartyState) String() string {
	names := [...]string{Away: "away", Dialling: "dialling", Ringing: "ringing", Early: "early_media", OnLine: "on_line", Lost: "lost", Gone: "gone"}
	if s == 0 || int(s) >= len(names) {
		return "invalid_state"
	}
	return names[s]
}

// Reached says whether a person of ours has answered: they are on the line, or
// were and may come back.
func (s PartyState) Reached() bool { return s == OnLine || s == Lost }

// nextParty is the life of a party's wire. Ringing after early media is the 180
// that follows a 183 (RFC 3960 section 3.2).
var nextParty = map[PartyState][]PartyState{
	Away:     {Dialling, Ringing},
	Dialling: {Ringing, Early, OnLine, Gone},
	Ringing:  {Early, OnLine, Gone},
	Early:    {Ringing, OnLine, Lost, Gone},
	OnLine:   {Lost, Gone},
	Lost:     {Early, OnLine, Gone},
	Gone:     {Dialling},
}
