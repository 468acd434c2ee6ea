package routing

import (
	"time"

	"sufler/mixer"
)

// Leg is one wire to one person: a SIP dialog or a browser peer. It belongs to
// one owner at a time, who receives its events.
type Leg interface {
	ID() LegID
	// Do tells the leg what to do and returns at once; what comes of it arrives
	// as events. A command that makes no sense in the leg's state is dropped.
	Do(Command)
}

// Command is what a leg can be told.
type Command interface{ command() }

type (
	// Ring sends 180 Ringing to a caller.
	Ring struct{}
	// Answer accepts an incoming leg. Class is what the guard will hold its port
	// to for life.
	Answer struct{ Class mixer.Class }
	// Reject refuses an incoming leg that was not answered.
	Reject struct{ Cause Cause }
	// Hangup ends the leg in whatever state it is: CANCEL, refusal or BYE.
	Hangup struct{ Cause Cause }
	// SendDigits plays digits to the person at the leg.
	SendDigits struct{ Digits string }
)

func (Ring) command()       {}
func (Answer) command()     {}
func (Reject) command()     {}
func (Hangup) command()     {}
func (SendDigits) command() {}

// Signal is an event of a leg as it reaches the owner's loop.
type Signal struct {
	Leg   LegID
	Event LegEvent
}

// LegEvent is what a leg tells its owner. A leg's last event is always exactly
// one Ended.
type LegEvent interface{ legEvent() }

type (
	// Ringing says that the far phone rings.
	Ringing struct{}
	// EarlyMedia says that sound comes before the answer (SIP 183 with SDP).
	EarlyMedia struct{ Port mixer.PortID }
	// Answered says that the person is on the line, by which kind of device. Legs to
	// phones may leave By out.
	Answered struct {
		Port mixer.PortID
		By   Device
	}
	// PortChanged says that the leg's sound moved to another port; 0: it has none
	// for now.
	PortChanged struct{ Port mixer.PortID }
	// MediaLost says that nothing comes from the person any more though the leg is
	// not over: a page was reloaded, has crashed or lost its network. MediaBack or
	// Ended follows; how long to wait is for the owner to say.
	MediaLost struct{}
	// MediaBack says that the person is there again, at this port.
	MediaBack struct{ Port mixer.PortID }
	// Ended says that the leg is over and holds nothing any more.
	Ended struct {
		Cause Cause
		Fault Fault
		Text  string // the far end's own words, "486 Busy Here"; for the log and the trunk's page
	}
)

func (Ringing) legEvent()     {}
func (EarlyMedia) legEvent()  {}
func (Answered) legEvent()    {}
func (PortChanged) legEvent() {}
func (MediaLost) legEvent()   {}
func (MediaBack) legEvent()   {}
func (Ended) legEvent()       {}

// Device is the kind of thing that a person speaks by.
type Device uint8

// The devices; zero is not known yet.
const (
	ByPhone Device = iota + 1
	ByBrowser
)

func (d Device) String() string {
	names := [...]string{ByPhone: "phone", ByBrowser: "browser"}
	if int(d) >= len(names) {
		return "invalid_device"
	}
	return names[d]
}

// Cause says why a leg or a call ended, in the words of this program. The SIP
// status behind it is mapped in sip/status.go.
type Cause uint8

// The causes; zero is invalid on purpose.
const (
	HungUp      Cause = iota + 1 // somebody hung up after the answer
	Cancelled                    // we or the caller gave up before the answer
	BusyHere                     // 486, 600
	Declined                     // 603, 403 from a person's phone
	NoAnswer                     // rang until the limit, 480, 408 after ringing
	NoSuch                       // 404, 484, 604, an unknown number
	NotAllowed                   // refused by a rule of ours or the far end's 401/403/407
	Unreachable                  // nothing answered, 408 without ringing, transport error
	Overloaded                   // 503
	NotMedia                     // 488, 415, 606: no common codec
	LostMedia                    // answered, then no sound for the limit
	Elsewhere                    // another of the person's devices answered
	TakenOver                    // the leg was no longer needed: call ended, plan changed
	Failed                       // 5xx and everything else
	ShuttingDown
)

func (c Cause) String() string {
	names := [...]string{
		HungUp: "hung_up", Cancelled: "cancelled", BusyHere: "busy", Declined: "declined", NoAnswer: "no_answer",
		NoSuch: "no_such", NotAllowed: "not_allowed", Unreachable: "unreachable", Overloaded: "overloaded",
		NotMedia: "not_media", LostMedia: "lost_media", Elsewhere: "elsewhere", TakenOver: "taken_over",
		Failed: "failed", ShuttingDown: "shutting_down",
	}
	if c == 0 || int(c) >= len(names) {
		return "invalid_cause"
	}
	return names[c]
}

// Fault says whose fault an ending was; it drives the metric and the log level.
type Fault uint8

// The faults; zero means an ordinary ending, nobody's fault.
const (
	FaultNone Fault = iota
	FaultOurs
	FaultTheirs
	FaultCarrier
	FaultUnknown
)

func (f Fault) String() string {
	return [...]string{"none", "ours", "theirs", "carrier", "unknown"}[min(f, FaultUnknown)]
}

// Destination is what can be dialled. Exactly one of the fields is set.
type Destination struct {
	// Person is an operator, wherever they answer: routing/dialler turns it into
	// their browser, their phone or both.
	Person OperatorID
	// Browser is the page of an operator's desk that holds the sound.
	Browser OperatorID
	Phone   Extension // a registered phone of ours
	Number  string    // E.164 with plus, through Trunk
	Trunk   TrunkName // only with Number; empty: the first trunk that takes it
}

// DialRequest asks for an outgoing leg.
type DialRequest struct {
	Leg         LegID
	To          Destination
	Class       mixer.Class
	FromName    string // what the ringing phone shows: "Call back: Jan Novák, Orders"
	FromNumber  string // caller's number: an extension or E.164
	RingTimeout time.Duration
	// AutoAnswer asks the phone to pick up by itself (Call-Info answer-after=0,
	// Alert-Info info=alert-autoanswer); phones may refuse to obey.
	AutoAnswer bool
	// Call is the call that the leg is for; a desk shows the leg with it. May be empty.
	Call CallID
	// Expected says that the person has asked for this leg in this moment, by
	// Accept or Listen: a browser that rings alone answers by itself.
	Expected bool
}

// Dialler makes outgoing legs. The events of the new leg are given to sink, one
// at a time and in order; sink must not block. An error means that no leg came
// to be and no event will come.
type Dialler interface {
	Dial(req DialRequest, sink func(Signal)) (Leg, error)
}

// Inbound is a call that somebody makes to us.
type Inbound struct {
	Leg        Leg
	FromName   string
	FromNumber string    // as the far end gave it, an extension for a registered phone
	Phone      Extension // set when a registered phone of ours calls
	Trunk      TrunkName // set when it comes by a trunk
	By         Device    // may be left out when it is a phone
	To         string    // the number dialled
}

// Receiver takes incoming calls. It returns the sink for the leg's events, or an
// error, upon which the leg is refused with its kind.
type Receiver interface {
	Receive(Inbound) (sink func(Signal), err error)
}
