package session

import (
	"time"

	"sufler/routing"
)

// The facts of a session. None that everybody may read has an operator's id or
// internal name in its data; who has done it is the entry's By, which no visitor sees.

// The authors of chat.said and the readers of chat.seen.
const (
	ByVisitor  = "visitor"
	ByOperator = "operator"
	BySystem   = "system"
)

type (
	// Opened is "session.opened", for everybody.
	Opened struct {
		Channel  string            `json:"kind"`
		Widget   routing.WidgetID  `json:"widget"`
		Queue    routing.QueueName `json:"queue"`
		Language string            `json:"language"`
	}
	// Accepted is "session.accepted", for everybody. Name is the operator's public one.
	Accepted struct {
		Name string `json:"name"`
	}
	// Said is "chat.said", for everybody. Name is public, empty for the visitor.
	Said struct {
		ID   string `json:"id"` // the author's own
		From string `json:"from"`
		Name string `json:"name"`
		Text string `json:"text"`
	}
	// Seen is "chat.seen", for everybody: one side has read up to an entry, by its Seq.
	Seen struct {
		Reader string `json:"by"`
		UpTo   uint64 `json:"upto"`
	}
	// Redirected is "session.redirected", for everybody: To is a group or a public name.
	Redirected struct {
		To string `json:"to"`
	}
	// RedirectNoted is "redirect.noted", for staff: what the first operator said of it.
	RedirectNoted struct {
		From   routing.OperatorID `json:"from"`
		To     string             `json:"to"` // an operator's id or a group
		Result string             `json:"result"`
		Note   string             `json:"note"`
	}
	// Returned is "session.returned", for everybody: the operator is lost, the visitor
	// is first now.
	Returned struct{}
	// Ended is "session.ended", for everybody. Who is "visitor", "operator" or
	// "system".
	Ended struct {
		Who    string `json:"by"`
		Reason string `json:"reason"` // routing.SessionOutcome
	}
	// Closed is "session.closed", for staff: the operator's OK. By itself says that
	// nobody gave it in time.
	Closed struct {
		Result   string `json:"result"`
		Note     string `json:"note"`
		Mailed   bool   `json:"mailed"`
		ByItself bool   `json:"by_itself"`
	}
	// NoteWritten is "note.written", for staff.
	NoteWritten struct {
		ID   routing.FactID `json:"id"`
		Text string         `json:"text"`
	}
	// TagAdded is "tag.added", for staff.
	TagAdded struct {
		Tag string `json:"tag"`
	}
	// TagRemoved is "tag.removed", for staff.
	TagRemoved struct {
		Tag string `json:"tag"`
	}
	// VisitorChanged is "visitor.changed", for staff: what they are called and where
	// they are reached now. It is the audit of who changed it.
	VisitorChanged struct {
		Name  string `json:"name"`
		Phone string `json:"phone"`
		Email string `json:"email"`
	}
	// PageSeen is "page.seen", for staff: the visitor came to a page, maybe before the
	// session began.
	PageSeen struct {
		URL   string    `json:"url"`
		Title string    `json:"title"`
		At    time.Time `json:"at"`
	}
	// ParameterSet is "parameter.set", for staff.
	ParameterSet struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
	// VisitorBanned is "visitor.banned", for staff.
	VisitorBanned struct {
		Reason string `json:"reason"`
	}
)

// Kind is the fact's word in journal, WebSocket and webhook.
func (Opened) Kind() string { return "session.opened" }

// Kind is the fact's word.
func (Accepted) Kind() string { return "session.accepted" }

// Kind is the fact's word.
func (Said) Kind() string { return "chat.said" }

// Kind is the fact's word.
func (Seen) Kind() string { return "chat.seen" }

// Kind is the fact's word.
func (Redirected) Kind() string { return "session.redirected" }

// Kind is the fact's word.
func (RedirectNoted) Kind() string { return "redirect.noted" }

// Kind is the fact's word.
func (Returned) Kind() string { return "session.returned" }

// Kind is the fact's word.
func (Ended) Kind() string { return "session.ended" }

// Kind is the fact's word.
func (Closed) Kind() string { return "session.closed" }

// Kind is the fact's word.
func (NoteWritten) Kind() string { return "note.written" }

// Kind is the fact's word.
func (TagAdded) Kind() string { return "tag.added" }

// Kind is the fact's word.
func (TagRemoved) Kind() string { return "tag.removed" }

// Kind is the fact's word.
func (VisitorChanged) Kind() string { return "visitor.changed" }

// Kind is the fact's word.
func (PageSeen) Kind() string { return "page.seen" }

// Kind is the fact's word.
func (ParameterSet) Kind() string { return "parameter.set" }

// Kind is the fact's word.
func (VisitorBanned) Kind() string { return "visitor.banned" }
