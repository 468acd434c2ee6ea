package call

import "sufler/routing"

// The facts of a call, as its journal keeps them: Kind, audience and JSON.
// Frames are 20 ms each, counted from the first plan of the call. What happens
// to a supervisor is for supervisors only, his leg's facts too; no fact for
// anybody else has his name, his id or his party.

type (
	// Started is "call.started", for everybody: the call was opened.
	Started struct {
		CallKind string          `json:"kind"` // "callback", "phone", "internal", "web"
		Queue    string          `json:"queue"`
		Client   routing.PartyID `json:"client"`
		Name     string          `json:"name"`   // the client's
		Number   string          `json:"number"` // the client's
	}
	// LegBegan is "leg.began", for staff (supervisors' legs: supervisors only): somebody
	// is called, or calls.
	LegBegan struct {
		Leg      routing.LegID      `json:"leg"`
		Party    routing.PartyID    `json:"party"`
		Role     string             `json:"role"` // "client", "agent", "supervisor"
		Name     string             `json:"name"`
		Operator routing.OperatorID `json:"operator,omitempty"`
		Phone    routing.Extension  `json:"phone,omitempty"`
		Number   string             `json:"number,omitempty"`
		Incoming bool               `json:"incoming,omitempty"` // the person called us
	}
	// LegRang is "leg.rang", for whom LegBegan is.
	LegRang struct {
		Leg   routing.LegID   `json:"leg"`
		Party routing.PartyID `json:"party"`
	}
	// LegAnswered is "leg.answered", for whom LegBegan is.
	LegAnswered struct {
		Leg   routing.LegID   `json:"leg"`
		Party routing.PartyID `json:"party"`
	}
	// LegLost is "leg.lost", for whom LegBegan is: nothing comes from the person any
	// more; LegReturned or LegEnded follows.
	LegLost struct {
		Leg   routing.LegID   `json:"leg"`
		Party routing.PartyID `json:"party"`
	}
	// LegReturned is "leg.returned", for whom LegBegan is: the person is there again.
	LegReturned struct {
		Leg   routing.LegID   `json:"leg"`
		Party routing.PartyID `json:"party"`
	}
	// LegEnded is "leg.ended", for whom LegBegan is. When no leg came to be, it
	// follows LegBegan at once and text has the refusal's code.
	LegEnded struct {
		Leg   routing.LegID   `json:"leg"`
		Party routing.PartyID `json:"party"`
		Cause string          `json:"cause"` // routing.Cause
		Fault string          `json:"fault"` // routing.Fault
		Text  string          `json:"text,omitempty"`
	}
	// Talked is "call.talked", for everybody: client and agent are both on the line;
	// again when another agent goes on with the client.
	// Agent is the operator's public name.
	Talked struct {
		Agent string `json:"agent"`
	}
	// Interrupted is "call.interrupted", for everybody: the agent was lost or taken out
	// of the talk and the client waits for another; Talked or HasEnded follows.
	Interrupted struct{}
	// RecordingStarted is "recording.started", for everybody: sound is captured from
	// this frame on. Whose is in the plans (PlanApplied).
	RecordingStarted struct {
		Frame uint64 `json:"frame"`
	}
	// PlanApplied is "plan.applied", for supervisors only: who hears whom from this
	// frame on, and whose sound is captured. Files are composed from these.
	PlanApplied struct {
		Epoch  uint64            `json:"epoch"`
		Frame  uint64            `json:"frame"`
		Hears  []Heard           `json:"hears"`
		Tracks []routing.PartyID `json:"tracks"`
	}
	// SupervisionGranted is "supervision.granted", for supervisors only: the audit row
	// that is on disk before a plan lets the supervisor hear or be heard in a mode.
	SupervisionGranted struct {
		Supervision
	}
	// SupervisionStarted is "supervision.started", for supervisors only: the first mode
	// holds from this frame on.
	SupervisionStarted struct {
		Supervision
		Frame uint64 `json:"frame"`
	}
	// SupervisionChanged is "supervision.changed", for supervisors only: another mode
	// holds from this frame on.
	SupervisionChanged struct {
		Supervision
		From  string `json:"from"` // the mode before
		Frame uint64 `json:"frame"`
	}
	// SupervisionEnded is "supervision.ended", for supervisors only. Frame is 0 when no
	// mode ever held: the phone was busy or not answered; then no
	// SupervisionStarted came before.
	SupervisionEnded struct {
		Supervision
		Cause string `json:"cause"`
		Frame uint64 `json:"frame"`
	}
	// GuardTripped is "guard.tripped", for supervisors only: the guard stopped a frame.
	// Listener or Source is empty when its party had left.
	GuardTripped struct {
		Listener routing.PartyID `json:"listener"`
		Source   routing.PartyID `json:"source"`
		Frame    uint64          `json:"frame"`
	}
	// GuardCounted is "guard.counted", for supervisors only: what the guard had seen when
	// the last leg was gone.
	GuardCounted struct {
		Outside uint64 `json:"outside"`
		Granted uint64 `json:"granted"`
		Stopped uint64 `json:"stopped"`
	}
	// HasEnded is "call.ended", for everybody.
	HasEnded struct {
		Cause    string `json:"cause"`     // routing.Cause
		By       string `json:"by"`        // "client", "agent" or "system"
		TalkedMS int64  `json:"talked_ms"` // 0: nobody talked
	}

	// Supervision is the part that the facts of one supervision share.
	Supervision struct {
		Party      routing.PartyID    `json:"party"`
		Supervisor routing.OperatorID `json:"supervisor"`
		Name       string             `json:"name"`
		Mode       string             `json:"mode"` // "listen", "whisper", "barge"
	}
	// Heard is a Pair in JSON. Music and tones are no parties and are left out.
	Heard struct {
		Listener routing.PartyID `json:"listener"`
		Speaker  routing.PartyID `json:"speaker"`
	}
)

// Kind is the fact's word in journal, WebSocket and webhook.
func (Started) Kind() string { return "call.started" }

// Kind is the fact's word.
func (LegBegan) Kind() string { return "leg.began" }

// Kind is the fact's word.
func (LegRang) Kind() string { return "leg.rang" }

// Kind is the fact's word.
func (LegAnswered) Kind() string { return "leg.answered" }

// Kind is the fact's word.
func (LegLost) Kind() string { return "leg.lost" }

// Kind is the fact's word.
func (LegReturned) Kind() string { return "leg.returned" }

// Kind is the fact's word.
func (LegEnded) Kind() string { return "leg.ended" }

// Kind is the fact's word.
func (Talked) Kind() string { return "call.talked" }

// Kind is the fact's word.
func (Interrupted) Kind() string { return "call.interrupted" }

// Kind is the fact's word.
func (RecordingStarted) Kind() string { return "recording.started" }

// Kind is the fact's word.
func (PlanApplied) Kind() string { return "plan.applied" }

// Kind is the fact's word.
func (SupervisionGranted) Kind() string { return "supervision.granted" }

// Kind is the fact's word.
func (SupervisionStarted) Kind() string { return "supervision.started" }

// Kind is the fact's word.
func (SupervisionChanged) Kind() string { return "supervision.changed" }

// Kind is the fact's word.
func (SupervisionEnded) Kind() string { return "supervision.ended" }

// Kind is the fact's word.
func (GuardTripped) Kind() string { return "guard.tripped" }

// Kind is the fact's word.
func (GuardCounted) Kind() string { return "guard.counted" }

// Kind is the fact's word.
func (HasEnded) Kind() string { return "call.ended" }

// audienceOf is who may read what happens to a party's wire.
func audienceOf(role routing.Role) routing.Audience {
	if role == routing.Client || role == routing.Agent {
		return routing.StaffOnly
	}
	return routing.SupervisorsOnly
}
