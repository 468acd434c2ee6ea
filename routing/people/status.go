package people

import (
	"time"

	"sufler/routing"
	"sufler/routing/callername"
)

// Status is how an operator is doing, as the team page shows it. Online, Busy and
// Pause are chosen by the person; the others come about, and Busy does, too, when
// somebody online has no room for more.
type Status uint8

// The statuses; zero is invalid on purpose.
const (
	Offline Status = iota + 1 // cannot be reached, whatever was chosen
	Online
	Busy
	Pause
	Ringing // the person's phone rings for a call
	Talking // in a call, as agent or as supervisor
	WrapUp  // chose Online, and only an OK is missing to take more
)

func (s Status) String() string {
	names := [...]string{Offline: "offline", Online: "online", Busy: "busy", Pause: "pause", Ringing: "ringing", Talking: "talking", WrapUp: "wrap_up"}
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
	Apart           Status    // the same for those who are told nothing of supervision
	Since           time.Time // when Status began
	Chosen          Status    // Online, Busy or Pause
	Reason          string    // of a Pause; may be empty
	Unanswered      bool      // the Pause is not their choice: they did not answer offers
	Chats           int       // open, with those that wait for OK
	ChatLimit       int
	WrapUps         int               // of all that is open, how much waits for OK
	WrapUpSince     time.Time         // of the oldest; zero: none
	Queue           routing.QueueName // of the call; empty without one
	Call            MemberCall        // its ID is empty without a call
	SupervisedBy    Prompter          // its ID is empty when nobody does
}

// tidyReason makes one line of what was typed.
func tidyReason(typed string) (string, error) {
	reason, err := callername.Tidy(typed)
	if err != nil {
		return "", routing.Refuse(routing.Invalid, "request_invalid", "at", "reason")
	}
	return reason, nil
}

// choose is the person's own word: whatever was missed before is forgotten.
func (one *person) choose(s Status, reason string) {
	one.chosen, one.reason, one.missed, one.silenced = s, "", 0, false
	if s == Pause {
		one.reason = reason
	}
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
