package routing

import (
	"context"
	"encoding/json"
	"time"
)

// Audience says who may read a fact.
type Audience uint8

// The audiences; zero is invalid on purpose and is read by nobody.
const (
	Everybody       Audience = iota + 1 // the visitor too
	StaffOnly                           // operators and above
	SupervisorsOnly                     // supervision, comments: never the visitor, never the agent unless policy says so
)

// Fact is one thing that happened between one visitor and us. Facts are only
// ever added. Kind is noun.past, the same word in journal, WebSocket and webhook.
type Fact interface{ Kind() string }

// Entry is a fact as the journal keeps it. Its ID and At are given where it
// happens, its Seq when it is stored; storing is idempotent by ID.
type Entry struct {
	ID       FactID
	Session  SessionID
	Call     CallID // empty when the fact belongs to no call
	Seq      uint64 // 1, 2, 3 ... in its session
	At       time.Time
	Kind     string
	By       string // OperatorID, VisitorID or "system"
	Audience Audience
	Data     json.RawMessage
}

// JournalStore keeps journals.
type JournalStore interface {
	// AppendEntries stores entries in order and returns them with their Seq. An
	// entry whose ID is stored already is returned as it was stored.
	AppendEntries(ctx context.Context, entries []Entry) ([]Entry, error)
	// EntriesSince returns the entries of a session with Seq greater than since.
	EntriesSince(ctx context.Context, session SessionID, since uint64) ([]Entry, error)
	// EntriesOfCall returns all entries of a call.
	EntriesOfCall(ctx context.Context, call CallID) ([]Entry, error)
}

// Journal takes facts from the call path. Add never waits for the database.
type Journal interface {
	Add(session SessionID, call CallID, by string, audience Audience, fact Fact)
	// Commit stores a fact before it returns: for audit rows that must be on
	// disk first, such as the grant of a barge.
	Commit(ctx context.Context, session SessionID, call CallID, by string, audience Audience, fact Fact) error
}
