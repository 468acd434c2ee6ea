package routing

import (
	"context"
	"time"
)

// SessionState is where a session stands; the moves are a table in routing/session.
// What the visitor sees is a pure function of it.
type SessionState uint8

// The states; zero is invalid on purpose. The numbers are kept in the database.
const (
	SessionRequested SessionState = iota + 1 // asked for, not in an operators' queue yet
	SessionQueued                            // has its place in the line
	SessionActive                            // an operator has it
	SessionWrapUp                            // it is over, its operator has not confirmed that
	SessionClosed
)

func (s SessionState) String() string {
	names := [...]string{
		SessionRequested: "requested", SessionQueued: "queued", SessionActive: "active", SessionWrapUp: "wrap_up", SessionClosed: "closed",
	}
	if s == 0 || int(s) >= len(names) {
		return "invalid_state"
	}
	return names[s]
}

// SessionOutcome is what became of a session. The numbers are kept in the database.
type SessionOutcome uint8

// The outcomes; zero: it goes on.
const (
	SessionTalked     SessionOutcome = iota + 1
	SessionAbandoned                 // the visitor left before an operator came
	SessionRefused                   // never stood in a queue: closed, full
	SessionBanned                    // the visitor may not come here
	SessionLost                      // the visitor vanished while an operator had it
	SessionNobodyFree                // every operator was asked often enough
	SessionFailed                    // our fault
)

func (o SessionOutcome) String() string {
	names := [...]string{
		0: "", SessionTalked: "talked", SessionAbandoned: "abandoned", SessionRefused: "refused", SessionBanned: "banned",
		SessionLost: "lost", SessionNobodyFree: "nobody_free", SessionFailed: "failed",
	}
	if int(o) >= len(names) {
		return "invalid_outcome"
	}
	return names[o]
}

// Session is everything between one visitor and us in one visit. What was said and
// done in it is in its journal.
type Session struct {
	ID       SessionID
	Visitor  VisitorID // empty: known by nothing, such as a telephone
	Number   int64     // the visitor's, to be called by
	Channel  Channel
	Widget   WidgetID
	Queue    QueueName
	Language string

	State   SessionState
	Outcome SessionOutcome
	// Operator is who has it, or had it last.
	Operator OperatorID
	// First: it goes before all others, its operator was lost.
	First bool
	// For and Groups are to whom it was redirected; empty: to whoever serves the queue.
	For    OperatorID
	Groups []GroupName
	// From and Handed are who redirected it and what they wrote for the next operator.
	From   OperatorID
	Handed string

	// Name, Phone and Email are as the visitor or an operator gave them last.
	Name, Phone, Email string
	// EntryURL and EntryTitle are the page on which it was asked for.
	EntryURL, EntryTitle, Referrer string
	Browser, OS                    string
	Params                         map[string]string
	Tags                           []string
	Notes                          []string // as their journal's facts say; kept for the search
	Parts                          []SessionPart
	Call                           CallID // the last one

	Requested time.Time
	Accepted  time.Time // by the first operator; zero: by nobody
	Ended     time.Time // zero: it goes on
	Closed    time.Time // zero: it is open
}

// SessionPart is one operator's share of a session.
type SessionPart struct {
	Operator OperatorID
	Accepted time.Time
	Left     time.Time // zero: they have it
	Done     time.Time // from when on it took nothing of their capacity; zero: it does
	// Result and Note are the operator's, given at the end or with a redirection.
	Result, Note string
}

// SessionFilter says which sessions are wanted; a zero field asks for nothing.
type SessionFilter struct {
	// Before names the session after which the list goes on, an older one being next.
	Before   SessionID
	From, To time.Time // of the request: not before From, before To
	// OpenSince: open then, or asked for later.
	OpenSince time.Time
	Visitor   VisitorID
	Operator  OperatorID // had a part in it
	Tag       string
	Result    string // of any part
	Channel   Channel
	Queue     QueueName
	Words     []string   // each in name, phone, e-mail or notes, as fold.Text gives it
	Within    *CallScope // nil: whosever they are
}

// SessionStore keeps sessions. A write is on disk when it returns.
type SessionStore interface {
	// AddSession stores a new session. When key is not empty and was used before by
	// the same visitor, the session of that time is returned and created is false.
	AddSession(ctx context.Context, s Session, key string) (stored Session, created bool, err error)
	// PutSession replaces the session, or adds it.
	PutSession(ctx context.Context, s Session) error
	// Session refuses with NotFound, "session_unknown".
	Session(ctx context.Context, id SessionID) (Session, error)
	// OpenSessions returns those that are not closed, the oldest first.
	OpenSessions(ctx context.Context) ([]Session, error)
	// Sessions returns those that are wanted, the newest first. It refuses with
	// "session_unknown" when the one to go on after is not known.
	Sessions(ctx context.Context, wanted SessionFilter, limit int) ([]Session, error)
	// CountSessions counts those of a visitor that were asked for before a time.
	CountSessions(ctx context.Context, visitor VisitorID, before time.Time) (int, error)
}
