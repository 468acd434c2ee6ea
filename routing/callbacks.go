package routing

import (
	"context"
	"time"
)

// CallbackState is where a callback stands; the moves are a table in
// routing/callback. What the visitor sees is a pure function of it.
type CallbackState uint8

// The states; zero is invalid on purpose.
const (
	CallbackQueued      CallbackState = iota + 1
	CallbackDialling                  // the intent to call the visitor is on disk, an operator is on the line
	CallbackBridged                   // both talk
	CallbackDone                      // talked and ended
	CallbackFailed                    // ended with a reason, nobody talked
	CallbackInterrupted               // the program ended while both talked
	CallbackCancelled                 // by the visitor
)

func (s CallbackState) String() string {
	names := [...]string{
		CallbackQueued: "queued", CallbackDialling: "dialling", CallbackBridged: "bridged", CallbackDone: "done",
		CallbackFailed: "failed", CallbackInterrupted: "interrupted", CallbackCancelled: "cancelled",
	}
	if s == 0 || int(s) >= len(names) {
		return "invalid_state"
	}
	return names[s]
}

// Callback is a visitor's request to be phoned.
type Callback struct {
	ID        CallbackID
	TokenHash string // SHA-256 of the visitor's token, hex
	Session   SessionID
	Visitor   VisitorID // empty: asked for by no page of ours
	Number    string    // E.164 with plus
	Name      string
	Queue     QueueName
	Language  string
	Origin    string // who asked: browser's token hash, API token's name; limits count by it

	State    CallbackState
	Reason   string // why it ended: Cause.String() or a refusal's code
	Attempt  int    // grows before each INVITE to the visitor
	Call     CallID
	Operator OperatorID // who was on the line last

	// Epoch and Holder fence every write: a process that no longer holds the
	// callback changes nothing. Holder is node name and boot id.
	Epoch  uint64
	Holder string

	Created  time.Time
	Changed  time.Time
	TalkedAt time.Time
	EndedAt  time.Time
}

// CallbackStore keeps callbacks. A write is on disk when it returns.
type CallbackStore interface {
	// AddCallback stores a new callback. When key is not empty and was used
	// before by the same origin, the callback of that time is returned and
	// created is false.
	AddCallback(ctx context.Context, c Callback, key string) (stored Callback, created bool, err error)
	// CallbackByKey returns what AddCallback stored under an origin's key; found is
	// false when there is none.
	CallbackByKey(ctx context.Context, origin, key string) (c Callback, found bool, err error)
	// Callback refuses with NotFound, "callback_unknown".
	Callback(ctx context.Context, id CallbackID) (Callback, error)
	// SaveCallback stores c if the stored epoch and holder are still those of c
	// as it was read; otherwise it refuses with Conflict, "callback_fenced". It
	// never changes epoch or holder: only a claim does. The token's hash may change:
	// a repeated request whose answer was lost gets a new token.
	SaveCallback(ctx context.Context, c Callback) error
	// ClaimCallbacks makes holder the owner of every open callback, raises their
	// epochs and returns them, oldest first: done once at start.
	ClaimCallbacks(ctx context.Context, holder string) ([]Callback, error)
	// CountCallbacks counts requests since a time, by origin and by number;
	// an empty string matches all.
	CountCallbacks(ctx context.Context, origin, number string, since time.Time) (int, error)
}
