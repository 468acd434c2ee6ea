package routing

import (
	"context"
	"time"
)

// Visitor is a person on a customer's page, known again by a token in that page's
// own storage. A visitor who shows no token is another one.
type Visitor struct {
	ID        VisitorID
	TokenHash string // SHA-256 of the visitor's token, hex
	Number    int64  // short, to be called by: "Visitor 4821"
	Name      string
	Phone     string // as it was typed, or E.164 where it was understood
	Email     string
	Language  string
	Created   time.Time
	Seen      time.Time // last
}

// Ban keeps a visitor out. To them it looks as if nobody were there.
type Ban struct {
	ID       BanID
	Visitor  VisitorID
	Number   string    // E.164, the one they were to be phoned at; empty: none
	Session  SessionID // in which it was decided; empty: none
	Reason   string
	By       OperatorID
	At       time.Time
	Until    time.Time // zero: for ever
	LiftedBy OperatorID
	LiftedAt time.Time // zero: nobody has lifted it
}

// Holds reports whether the ban keeps its visitor out at a time.
func (b Ban) Holds(now time.Time) bool {
	return b.LiftedAt.IsZero() && (b.Until.IsZero() || now.Before(b.Until))
}

// Invitation lets somebody in at the operator who made it: by a code that is said
// over the phone, or by a link.
type Invitation struct {
	ID          InvitationID
	Code        string // 8 digits; empty once they belong to another invitation
	TokenHash   string // SHA-256 of the link's token, hex
	By          OperatorID
	Queue       QueueName
	Once        bool
	Created     time.Time
	CodeExpires time.Time // of the code, which can be guessed; not after Expires
	Expires     time.Time // of the link
	Uses        int
	Visitor     VisitorID // who has used it last
	Ended       time.Time // used up, or taken back; zero: open
}

// VisitorStore keeps visitors and bans.
type VisitorStore interface {
	// AddVisitor stores a new visitor and numbers it. When the hash of the token is
	// known, the visitor of that time is returned and created is false.
	AddVisitor(ctx context.Context, v Visitor) (stored Visitor, created bool, err error)
	// Visitor refuses with NotFound, "visitor_unknown".
	Visitor(ctx context.Context, id VisitorID) (Visitor, error)
	// VisitorByToken refuses as Visitor does.
	VisitorByToken(ctx context.Context, tokenHash string) (Visitor, error)
	// SaveVisitor stores what may change: name, phone, e-mail, language and when they
	// were seen. It refuses as Visitor does.
	SaveVisitor(ctx context.Context, v Visitor) error
	// SeeVisitors stores when visitors were seen last; who is unknown is passed over.
	SeeVisitors(ctx context.Context, seen map[VisitorID]time.Time) error

	AddBan(ctx context.Context, b Ban) error
	// LiftBans ends all bans of a visitor that hold, and tells how many did.
	LiftBans(ctx context.Context, visitor VisitorID, by OperatorID, at time.Time) (lifted int, err error)
	// BansThatHold returns those that keep somebody out at a time, newest first.
	BansThatHold(ctx context.Context, now time.Time) ([]Ban, error)
	// Bans returns all bans there ever were of a visitor, newest first.
	Bans(ctx context.Context, visitor VisitorID) ([]Ban, error)
}

// InvitationStore keeps invitations.
type InvitationStore interface {
	// AddInvitation stores a new one. It refuses with Conflict, "code_taken", when an
	// open invitation has the same code; one whose code is over loses it.
	AddInvitation(ctx context.Context, i Invitation) error
	// TakeInvitationByCode counts one more use of the open invitation with the code
	// and ends it if it is for once: of many who take it at the same time one gets it.
	// Who has used it last may take it again until it expires, because an answer may
	// be lost. It refuses with NotFound, "invitation_wrong", or Gone, "invitation_old".
	TakeInvitationByCode(ctx context.Context, code string, visitor VisitorID, now time.Time) (Invitation, error)
	// TakeInvitationByToken does the same with the token of its link.
	TakeInvitationByToken(ctx context.Context, tokenHash string, visitor VisitorID, now time.Time) (Invitation, error)
	// Invitations returns those of an operator that are open at a time, newest first.
	Invitations(ctx context.Context, by OperatorID, now time.Time) ([]Invitation, error)
	// EndInvitation takes one back. It refuses with NotFound, "invitation_unknown",
	// when the operator has no such open one.
	EndInvitation(ctx context.Context, id InvitationID, by OperatorID, now time.Time) error
	// DeleteInvitations forgets those that were over before a time.
	DeleteInvitations(ctx context.Context, before time.Time) error
}
