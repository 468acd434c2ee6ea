package routing

import (
	"context"
	"time"
)

// CallKind says how a call came about.
type CallKind uint8

// The kinds; zero is invalid on purpose.
const (
	CallbackCall CallKind = iota + 1 // we phoned a visitor who asked for it
	PhoneCall                        // somebody called a number of ours
	InternalCall                     // one of our phones called another or a trunk
	WebCall                          // a visitor talks to us from a page
)

func (k CallKind) String() string {
	names := [...]string{CallbackCall: "callback", PhoneCall: "phone", InternalCall: "internal", WebCall: "web"}
	if k == 0 || int(k) >= len(names) {
		return "invalid_kind"
	}
	return names[k]
}

// CallRow is what lists and searches know of a call; everything else of its
// record is read from its journal.
type CallRow struct {
	ID         CallID
	Session    SessionID
	Kind       CallKind
	Queue      QueueName
	ClientName string
	Number     string // the client's, E.164 or extension
	Operator   OperatorID
	Started    time.Time // the first leg began
	Talked     time.Time // zero: nobody talked
	Ended      time.Time // zero: it runs
	Cause      string
}

// CallFilter says which calls are wanted; a zero field asks for nothing.
type CallFilter struct {
	// Before names the call after which the list goes on, an older one being next.
	Before   CallID
	From, To time.Time // of the start: not before From, before To
	Kind     CallKind
	Queue    QueueName
	Digits   string     // in the client's number, as fold.Digits gives them
	Words    []CallWord // each must fit
	Within   *CallScope // nil: whosever they are
}

// CallWord is a word that is in a name of the call, the client's or the operator's.
type CallWord struct {
	Text      string       // of the client's name, as fold.Text gives it
	Operators []OperatorID // whose names hold the word
}

// CallScope is whose calls: those of any of these operators and those of any of
// these queues.
type CallScope struct {
	Operators []OperatorID
	Queues    []QueueName
}

// Comment is what a supervisor wrote about a call.
type Comment struct {
	ID      CommentID
	Call    CallID
	By      OperatorID
	Text    string
	Changed time.Time
}

// RecordStore keeps call rows and comments.
type RecordStore interface {
	// PutCall adds the row, or replaces it when the call is known.
	PutCall(ctx context.Context, row CallRow) error
	// Call refuses with code "call_unknown".
	Call(ctx context.Context, id CallID) (CallRow, error)
	// Calls returns those that are wanted, the newest first. It refuses with
	// "call_unknown" when the one to go on after is not known.
	Calls(ctx context.Context, wanted CallFilter, limit int) ([]CallRow, error)
	// PutComment adds the comment, or replaces the one with its id.
	PutComment(ctx context.Context, c Comment) error
	// Comments returns a call's comments, oldest first.
	Comments(ctx context.Context, call CallID) ([]Comment, error)
}
