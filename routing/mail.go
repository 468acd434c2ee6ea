package routing

import (
	"context"
	"time"
)

// MailState is where a mail stands.
type MailState uint8

// The states; zero is invalid on purpose. The numbers are kept in the database.
const (
	MailWaiting MailState = iota + 1 // to be sent at Due
	MailSent                         // the mail server has taken it
	MailFailed                       // given up
)

func (s MailState) String() string {
	names := [...]string{MailWaiting: "waiting", MailSent: "sent", MailFailed: "failed"}
	if s == 0 || int(s) >= len(names) {
		return "invalid_state"
	}
	return names[s]
}

// Mail is a letter to one person outside.
type Mail struct {
	ID          MailID
	To, ToName  string // the name may be empty
	ReplyTo     string // where the answer goes; empty: as the configuration says
	ReplyToName string
	Subject     string
	Text        string // plain; empty once it was sent
	Session     SessionID

	State   MailState
	Due     time.Time // not sent before
	Attempt int       // how often sending has begun
	Answer  string    // what the mail server said last, or why it was not reached

	// Epoch and Holder fence every write, as they do those of a Callback. Until Leased
	// the holder is sending it; zero: nobody is.
	Epoch  uint64
	Holder string
	Leased time.Time

	Created  time.Time
	FailedAt time.Time // the last attempt that failed; zero: none has
	EndedAt  time.Time // sent, or given up
}

// MailSummary is what an owner is shown of all mails.
type MailSummary struct {
	Waiting int
	Next    time.Time // when the next one may be claimed; zero: none waits
	// LastFailed is the mail whose attempt failed last, without its text; its ID is
	// empty when none has.
	LastFailed Mail
	LastSent   time.Time // zero: none was
}

// MailStore keeps the mails that wait and, for a while, those that do not any more.
// A write is on disk when it returns.
type MailStore interface {
	// AddMail adds a mail that waits; it does nothing when the id is known, and added is
	// false then.
	AddMail(ctx context.Context, m Mail) (added bool, err error)
	// ClaimMails makes holder the owner, until the lease ends, of at most limit mails
	// that are due at now and that nobody is sending, counts the attempt, raises their
	// epochs and returns them, those due first.
	ClaimMails(ctx context.Context, holder string, now, until time.Time, limit int) ([]Mail, error)
	// SaveMail stores how a claimed mail stands and lets it go. It refuses with
	// Conflict, "mail_fenced", when somebody else has claimed it meanwhile.
	SaveMail(ctx context.Context, m Mail) error
	// Mail refuses with NotFound, "mail_unknown".
	Mail(ctx context.Context, id MailID) (Mail, error)
	MailSummary(ctx context.Context) (MailSummary, error)
	// ForgetMails deletes the mails that ended before a time.
	ForgetMails(ctx context.Context, before time.Time) error
}
