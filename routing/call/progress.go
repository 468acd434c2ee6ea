package call

import "sufler/routing"

// Progress is what a call tells its driver, in order, from the call's own loop:
// the driver must not block, but may call the methods of Call that return no error.
type Progress interface{ progress() }

type (
	// AgentRinging says that the operator's phone rings.
	AgentRinging struct{ Operator routing.OperatorID }
	// AgentOnLine says that the operator has answered: now call the client.
	AgentOnLine struct{ Operator routing.OperatorID }
	// AgentLost says that the operator was not reached, hung up before the talk or
	// was dropped.
	// A client who was being called is not called any more; one who called us
	// goes on ringing. The driver calls another operator or ends the call.
	AgentLost struct {
		Operator routing.OperatorID
		Cause    routing.Cause
		Err      error // the refusal when no leg came to be, such as phone_unregistered
	}
	// AgentAway says that nothing comes from the operator any more: AgentBack
	// follows, or AgentLost when Options.Grace is over, or the end of the call.
	AgentAway struct{ Operator routing.OperatorID }
	// AgentBack says that the operator is there again.
	AgentBack struct{ Operator routing.OperatorID }
	// ClientRinging says, once, that the client's phone rings or that sound comes
	// from there before the answer.
	ClientRinging struct{}
	// ClientOnLine says that the client has answered.
	ClientOnLine struct{}
	// ClientLost says that the client was not reached. After a dialled client's
	// loss the agent is still on the line and the driver ends the call or dials
	// again; a caller's loss ends the call.
	ClientLost struct {
		Cause routing.Cause
		Err   error // the refusal when no leg came to be
	}
	// Talking says that both are on the line.
	Talking struct{}
	// Ended is the last of all. Talked says whether the two ever talked.
	Ended struct {
		Cause  routing.Cause
		By     string // "client", "agent" or "system"
		Talked bool
	}
)

func (AgentRinging) progress()  {}
func (AgentOnLine) progress()   {}
func (AgentLost) progress()     {}
func (AgentAway) progress()     {}
func (AgentBack) progress()     {}
func (ClientRinging) progress() {}
func (ClientOnLine) progress()  {}
func (ClientLost) progress()    {}
func (Talking) progress()       {}
func (Ended) progress()         {}
