package session

import (
	"cmp"
	"slices"
	"time"

	"sufler/routing"
)

// View is a session at one moment. Its lists are not changed any more.
type View struct {
	routing.Session
	Place    routing.PlaceID // in the line; empty: nowhere
	Position int             // in the line, 1 is next; 0: not known
	Wait     time.Duration   // as the visitor is told it; 0: not known
	// LeftAt is since when the visitor has no connection; zero: they are here, or
	// their session needs none.
	LeftAt time.Time
	// UnansweredAt is when the oldest message came that the operator has not answered.
	UnansweredAt time.Time
	// Amber and Red are how long after it that is marked, and marked once more.
	Amber, Red time.Duration
	Last       LastLine // the newest that was said; its N is 0 when there is none
	Seq        uint64   // of the newest entry as staff counts
	VisitorSeq uint64   // as the visitor counts
	Draft      string   // what the visitor is writing
	Past       int      // how many sessions the visitor had before
}

// LastLine is what was said last. N is as staff counts.
type LastLine struct {
	N    uint64
	At   time.Time
	From string
	Text string
}

// Event is a change that pages are told.
type Event interface{ event() }

type (
	// Changed has the whole session.
	Changed struct{ View View }
	// Added has an entry as each reader has it; N is 0 for who may not.
	Added struct {
		View           View
		Staff, Visitor Told
	}
	// Drafted has what the visitor is writing; empty: nothing.
	Drafted struct {
		View View
		Text string
	}
	// Typed says for the visitor whether the operator is writing.
	Typed struct {
		View View
		On   bool
	}
)

func (Changed) event() {}
func (Added) event()   {}
func (Drafted) event() {}
func (Typed) event()   {}

func (v *visit) view() View {
	rules := v.rules()
	return View{
		Session: v.row, Place: v.place, Position: v.position, Wait: v.expected, LeftAt: v.left, UnansweredAt: v.unanswered(), Amber: rules.Amber, Red: rules.Red,
		Last: v.ledger.last, Seq: v.ledger.count(Staff), VisitorSeq: v.ledger.count(Visitor), Draft: v.draft, Past: v.past,
	}
}

// unanswered is told of a conversation only: nobody answers in the line.
func (v *visit) unanswered() time.Time {
	if v.row.State != active {
		return time.Time{}
	}
	return v.ledger.unanswered
}

func sortViews(views []View) {
	slices.SortFunc(views, func(a, b View) int {
		return cmp.Or(a.Requested.Compare(b.Requested), cmp.Compare(a.ID, b.ID))
	})
}
