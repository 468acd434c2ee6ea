package callback

import "sufler/routing"

// The facts of a callback. None that everybody may read has an operator in it.

type (
	// Requested is "callback.requested", for everybody: somebody asked to be phoned.
	Requested struct {
		Callback routing.CallbackID `json:"callback"`
		Number   string             `json:"number"`
		Name     string             `json:"name"`
		Queue    routing.QueueName  `json:"queue"`
		Language string             `json:"language"`
	}
	// Queued is "callback.queued", for staff: it waits in the line, at first or again.
	Queued struct {
		Callback routing.CallbackID `json:"callback"`
		// CutOff: the visitor was being called when the operator was lost.
		CutOff bool `json:"cut_off"`
		// PossibleSecondRing: the program ended while the visitor was being called, so
		// that their phone may have rung and may ring once more.
		PossibleSecondRing bool `json:"possible_second_ring"`
	}
	// OfferedTo is "callback.offered", for staff.
	OfferedTo struct {
		Callback routing.CallbackID `json:"callback"`
		Operator routing.OperatorID `json:"operator"`
		Phone    bool               `json:"phone"` // the phone rings instead of the desk
	}
	// AgentFound is "callback.agent_found", for everybody: an operator's phone rings for it.
	AgentFound struct {
		Callback routing.CallbackID `json:"callback"`
	}
	// AcceptedBy is "callback.accepted", for staff.
	AcceptedBy struct {
		Callback routing.CallbackID `json:"callback"`
		Operator routing.OperatorID `json:"operator"`
	}
	// AgentLost is "callback.agent_lost", for staff: the operator did not come to the talk.
	AgentLost struct {
		Callback routing.CallbackID `json:"callback"`
		Operator routing.OperatorID `json:"operator"`
		Cause    string             `json:"cause"`
	}
	// Dialled is "callback.dialled", for staff: the intent to call the visitor is on disk.
	Dialled struct {
		Callback routing.CallbackID `json:"callback"`
		Attempt  int                `json:"attempt"`
	}
	// Rang is "callback.ringing", for everybody: the visitor's phone rings.
	Rang struct {
		Callback routing.CallbackID `json:"callback"`
	}
	// Talked is "callback.talking", for everybody.
	Talked struct {
		Callback routing.CallbackID `json:"callback"`
	}
	// Ended is "callback.ended", for everybody.
	Ended struct {
		Callback routing.CallbackID `json:"callback"`
		Reason   string             `json:"reason"`
	}
)

// Kind is the fact's word in journal, WebSocket and webhook.
func (Requested) Kind() string { return "callback.requested" }

// Kind is the fact's word.
func (Queued) Kind() string { return "callback.queued" }

// Kind is the fact's word.
func (OfferedTo) Kind() string { return "callback.offered" }

// Kind is the fact's word.
func (AgentFound) Kind() string { return "callback.agent_found" }

// Kind is the fact's word.
func (AcceptedBy) Kind() string { return "callback.accepted" }

// Kind is the fact's word.
func (AgentLost) Kind() string { return "callback.agent_lost" }

// Kind is the fact's word.
func (Dialled) Kind() string { return "callback.dialled" }

// Kind is the fact's word.
func (Rang) Kind() string { return "callback.ringing" }

// Kind is the fact's word.
func (Talked) Kind() string { return "callback.talking" }

// Kind is the fact's word.
func (Ended) Kind() string { return "callback.ended" }
