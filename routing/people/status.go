package people

import (
	"time"

	"sufler/routing"
)

// Status is how an operator is doing, as the team page shows it. Online, Busy and
// Pause are chosen by the person; the others come about.
type Status uint8

// The statuses; zero is invalid on purpose.
const (
	Offline Status = iota + 1 // cannot be reached, whatever was chosen
	Online
	Busy
	Pause
	Ringing // the person's phone rings for a call
	Talking // in a call, as agent or as supervisor
)

func (s Status) String() string {
	names := [...]string{Offline: "offline", Online: "online", Busy: "busy", Pause: "pause", Ringing: "ringing", Talking: "talking"}
	if s == 0 || int(s) >= len(names) {
		return "invalid_status"
	}
	return names[s]
}

// ParseStatus returns the status that a person may choose by its word, or false.
func ParseStatus(word string) (Status, bool) {
	for _, s := range []Status{Online, Busy, Pause} {
		if s.String() == word {
			return s, true
		}
	}
	return 0, false
}

// Member is an operator as the team page shows them: a value to keep.
type Member struct {
	ID              routing.OperatorID
	Name            string
	Rank            routing.Rank
	Robot           bool
	Phone           routing.Extension
	PhoneRegistered bool
	AnswerOn        routing.AnswerOn
	Sound           bool // a page of their desk holds the sound
	Status          Status
	Since           time.Time         // when Status began
	Queue           routing.QueueName // of the call; empty without one
	Call            MemberCall        // its ID is empty without a call
	SupervisedBy    Prompter          // its ID is empty when nobody does
}

// MemberCall is the call that a member is in.
type MemberCall struct {
	ID     routing.CallID
	With   string // the client's name
	Number string // the client's number
	Since  time.Time
}

// Prompter is who listens to, whispers to or barges into a member's call.
type Prompter struct {
	ID    routing.OperatorID
	Name  string
	Mode  routing.Mode
	Since time.Time
}
