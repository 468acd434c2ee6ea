package routing

import (
	"context"
	"time"
)

// Rank is what an operator may do in general; can() in routing/people decides
// each action from it and the groups.
type Rank uint8

// The ranks; zero is invalid on purpose and may do nothing.
const (
	RankOperator Rank = iota + 1
	RankSupervisor
	RankOwner
)

func (r Rank) String() string {
	names := [...]string{RankOperator: "operator", RankSupervisor: "supervisor", RankOwner: "owner"}
	if r == 0 || int(r) >= len(names) {
		return "invalid_rank"
	}
	return names[r]
}

// AnswerOn says where a person's calls ring.
type AnswerOn uint8

// The choices; zero is invalid on purpose and rings nowhere.
const (
	AnswerBrowser AnswerOn = iota + 1
	AnswerPhone
	AnswerBoth // whichever of the two is there; the first one picked up stops the other
)

func (a AnswerOn) String() string {
	names := [...]string{AnswerBrowser: "browser", AnswerPhone: "phone", AnswerBoth: "both"}
	if a == 0 || int(a) >= len(names) {
		return "invalid_answer_on"
	}
	return names[a]
}

// ParseAnswerOn returns the choice of a word, or false.
func ParseAnswerOn(s string) (AnswerOn, bool) {
	for a := AnswerBrowser; a <= AnswerBoth; a++ {
		if a.String() == s {
			return a, true
		}
	}
	return 0, false
}

// Devices is where a person can be rung now.
type Devices struct {
	Browser   bool      // chosen, and a page of theirs holds the sound
	Phone     bool      // chosen, and registered
	Extension Extension // their phone; may be empty
	AnswerOn  AnswerOn  // what was chosen
}

// Any reports whether there is something to ring.
func (d Devices) Any() bool { return d.Browser || d.Phone }

// Check returns nil when there is something to ring. It refuses with
// "phone_unregistered" (phone), "phone_missing", "sound_off" or, when neither of
// two is there, "nowhere_to_ring" (phone).
func (d Devices) Check() error {
	phone := d.AnswerOn != AnswerBrowser
	switch browser := d.AnswerOn != AnswerPhone; {
	case d.Any():
		return nil
	case phone && browser && d.Extension != "":
		return Refuse(Conflict, "nowhere_to_ring", "phone", string(d.Extension))
	case browser:
		return Refuse(Conflict, "sound_off")
	case d.Extension == "":
		return Refuse(Conflict, "phone_missing")
	default:
		return Refuse(Conflict, "phone_unregistered", "phone", string(d.Extension))
	}
}

// Operator is a person of ours.
type Operator struct {
	ID           OperatorID
	Login        string // unique, compared without case
	Name         string // internal
	PublicName   string // what visitors may read, after the operator joined
	Rank         Rank
	Groups       []GroupName
	Phone        Extension // the phone that rings for this person; may be empty
	Active       bool
	AnswerOn     AnswerOn // zero in a new person means AnswerBoth
	DeskOnly     bool     // online only while a desk is open; otherwise a registered phone is enough
	Robot        bool     // a built-in person of the demo
	PasswordHash string   // argon2id
	Language     string   // "en", "cs", "ru"
	ChatLimit    int      // chats at the same time, 1 to 10; 0 means 3
	Preview      bool     // may look at who waits before accepting
	Description  string   // what visitors may read below the public name; may be empty
}

// Phone is the account of a softphone. Its secret is kept as HA1 of one fixed
// realm (RFC 7616 section 3.4.2), apart from the desk password.
type Phone struct {
	Extension Extension
	Name      string
	HA1MD5    string // hex
	HA1SHA256 string // hex
}

// DeskSession is one login to the desk.
type DeskSession struct {
	TokenHash string // SHA-256 of the token, hex
	Operator  OperatorID
	Created   time.Time
	Expires   time.Time
}

// PeopleStore keeps people, phones and logins.
type PeopleStore interface {
	// AddOperator refuses with code "login_taken" when the login exists.
	AddOperator(ctx context.Context, o Operator) error
	UpdateOperator(ctx context.Context, o Operator) error
	Operators(ctx context.Context) ([]Operator, error)
	// OperatorByLogin refuses with code "operator_unknown".
	OperatorByLogin(ctx context.Context, login string) (Operator, error)
	// AddGroup does nothing when the group exists.
	AddGroup(ctx context.Context, name GroupName) error
	// DeleteGroup does nothing when there is none.
	DeleteGroup(ctx context.Context, name GroupName) error
	Groups(ctx context.Context) ([]GroupName, error)
	PutPhone(ctx context.Context, p Phone) error
	Phones(ctx context.Context) ([]Phone, error)
	AddDeskSession(ctx context.Context, s DeskSession) error
	// DeskSession refuses with code "login_needed" when there is none.
	DeskSession(ctx context.Context, tokenHash string) (DeskSession, error)
	// DeleteDeskSession does nothing when there is none.
	DeleteDeskSession(ctx context.Context, tokenHash string) error
	// DeleteDeskSessionsOf ends every login of an operator.
	DeleteDeskSessionsOf(ctx context.Context, operator OperatorID) error
	// DeleteExpiredDeskSessions forgets the logins that expired before now.
	DeleteExpiredDeskSessions(ctx context.Context, now time.Time) error
}
