package queue

import (
	"time"

	"sufler/routing"
)

// OfferEnd is how an offer ended.
type OfferEnd string

// The ends, as api/protocol.md has them.
const (
	OfferTaken    OfferEnd = "taken"    // another operator accepted
	OfferAccepted OfferEnd = "accepted" // this operator accepted
	OfferMissed   OfferEnd = "missed"   // not answered in time
	OfferSkipped  OfferEnd = "skipped"  // declined, in the desk or at the phone
	OfferGone     OfferEnd = "gone"     // the place has left the line, or the operator
)

// Event is a change in the line, for the desks and for who follows the places of
// others. Of a place that is PreQueued no desk may be told.
type Event interface{ event() }

type (
	// PlaceChanged has the whole place, when it joins and after each change. Was is how
	// it was told before; its ID is empty the first time.
	PlaceChanged struct{ Place, Was Place }
	// PlaceLeft says that a place is not in the line any more. Was is how it was told
	// last. Reason is the driver's word: "talking", "cancelled", "nobody_free".
	PlaceLeft struct {
		Place  routing.PlaceID
		Was    Place
		Reason string
	}
	// OfferMade is for the operator concerned.
	OfferMade struct{ Offer Offer }
	// OfferEnded is for the operator concerned. Who is the name of the operator who
	// has the place now, when Reason is OfferTaken.
	OfferEnded struct {
		Place    routing.PlaceID
		Operator routing.OperatorID
		Reason   OfferEnd
		Who      string
	}
)

func (PlaceChanged) event() {}
func (PlaceLeft) event()    {}
func (OfferMade) event()    {}
func (OfferEnded) event()   {}

// Notice is what a driver is told about its place.
type Notice interface{ notice() }

type (
	// OfferedTo says that an operator is asked, maybe beside others. If Phone is set,
	// the driver rings the operator's phone now, until Ends, and says PickedUp or
	// Return; one phone rings at a time.
	OfferedTo struct {
		Operator routing.Operator
		Phone    bool
		Ends     time.Time
	}
	// Withdrawn says that the operator is not asked any more, or was too late: their
	// phone must stop ringing.
	Withdrawn struct {
		Operator routing.OperatorID
		Reason   OfferEnd
	}
	// AcceptedBy says that the place belongs to the operator until Return or
	// Leave. If Phone is set they are on the line already; otherwise the driver
	// rings them.
	AcceptedBy struct {
		Operator routing.Operator
		Phone    bool
	}
	// Moved has the place after a change.
	Moved struct{ Place Place }
	// NobodyFree says that every free operator was asked as often as the queue's
	// rules say. The driver takes the place out.
	NobodyFree struct{}
	// Overflowed says, once, that the place has waited too long, or that nobody is
	// there who serves it: the driver leads the visitor to the form, or to the number,
	// and takes the place out. Until then it goes on waiting.
	Overflowed struct {
		To     OverflowTo // ToForm or ToNumber
		Number string     // E.164
	}
)

func (OfferedTo) notice()  {}
func (Withdrawn) notice()  {}
func (AcceptedBy) notice() {}
func (Moved) notice()      {}
func (NobodyFree) notice() {}
func (Overflowed) notice() {}
