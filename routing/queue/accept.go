package queue

import (
	"slices"

	"sufler/routing"
	"sufler/routing/capacity"
)

// This file is who gets a place and who loses it. All of it runs on the loop.

func (l *Line) accept(place routing.PlaceID, by routing.OperatorID) error {
	w, ok := l.places[place]
	switch {
	case !ok:
		return l.left.refuse(place)
	case w.holder != nil && w.holder.ID == by:
		return nil
	case w.holder != nil:
		return taken(w.holder.Name)
	case w.state() == PreQueued:
		return placeUnknown()
	case w.isFor() && w.join.For != by:
		return routing.Refuse(routing.Forbidden, "not_allowed")
	}
	c, ok := l.people.Candidate(by)
	if err := mayAccept(c, ok, w.join.Kind); err != nil {
		return err
	}
	if code := l.reserve(c, w); code != "" {
		return code.Refusal()
	}
	l.people.Answered(by)
	l.give(w, c.Operator, false)
	return nil
}

// mayAccept refuses who is not there, or could not talk, with what they can do about
// it.
func mayAccept(c Candidate, active bool, channel routing.Channel) error {
	switch {
	case !active:
		return routing.Refuse(routing.Forbidden, "not_allowed")
	case c.Status == capacity.Offline:
		return capacity.OperatorOffline.Refusal()
	case capacity.TakesWhole(channel):
		return c.Devices.Check()
	}
	return nil
}

// reserve takes an operator for a place. What their desk asks them besides at this
// moment they thereby skip, as far as it is in the way; whose phone rings is busy.
func (l *Line) reserve(c Candidate, w *waiting) capacity.Code {
	code := l.people.Reserve(c.Operator.ID, w.reservation())
	if code == "" {
		return ""
	}
	others := l.askedByDesk(c.Operator.ID, w)
	if capacity.CanTake(without(c.Person, others), w.want()) != "" {
		return code
	}
	for _, other := range others {
		l.giveUp(other, other.askOf(c.Operator.ID), OfferSkipped)
		if code = l.people.Reserve(c.Operator.ID, w.reservation()); code == "" {
			break
		}
	}
	return code
}

// askedByDesk are the other places that an operator's desk asks about, the last one
// first.
func (l *Line) askedByDesk(by routing.OperatorID, but *waiting) (others []*waiting) {
	for _, other := range l.inOrder() {
		if a := other.askOf(by); other != but && a != nil && !a.phone {
			others = append(others, other)
		}
	}
	slices.Reverse(others)
	return others
}

// without is a person who is not asked about some places.
func without(p capacity.Person, others []*waiting) capacity.Person {
	for _, w := range others {
		if capacity.TakesWhole(w.join.Kind) {
			p.Whole--
		} else {
			p.Chats--
		}
	}
	return p
}

// give makes a reserved operator the one who has the place; all others who were
// asked are told.
func (l *Line) give(w *waiting, o routing.Operator, phone bool) {
	for _, a := range slices.Clone(w.asks) {
		if a.operator.ID != o.ID {
			l.withdraw(w, a, OfferTaken, o.Name)
			continue
		}
		w.drop(a)
		l.endOffer(w, a, OfferAccepted, "")
	}
	w.stopPause()
	w.holder, w.exhausted, w.promoted = &o, false, true
	l.learn(w)
	w.join.Tell(AcceptedBy{Operator: o, Phone: phone})
}

func (l *Line) pickedUp(w *waiting, by routing.OperatorID) {
	if w.holder != nil && w.holder.ID == by {
		return
	}
	c, ok := l.people.Candidate(by)
	if w.holder != nil || !ok || l.people.Reserve(by, w.reservation()) != "" {
		w.join.Tell(Withdrawn{Operator: by, Reason: OfferTaken})
		return
	}
	l.give(w, c.Operator, true)
}

// giveBack makes a place wait again that was an operator's, or was offered to them.
func (l *Line) giveBack(w *waiting, by routing.OperatorID, how OfferEnd, cutOff bool) {
	a := w.askOf(by)
	if a == nil && (w.holder == nil || w.holder.ID != by) {
		return
	}
	w.join.First = w.join.First || cutOff
	if cutOff {
		w.startOver("")
	}
	if a != nil {
		l.giveUp(w, a, how)
		return
	}
	w.asked.tried[by] = true
	w.asked.last = by
	l.release(w)
	w.join.Tell(Withdrawn{Operator: by, Reason: how})
}

// release takes a place from the one who has it.
func (l *Line) release(w *waiting) {
	l.people.Release(w.holder.ID, w.join.Place)
	l.seen = nil
	w.holder = nil
}

func (l *Line) leave(w *waiting, reason string) {
	gone := departure{place: w.join.Place}
	if w.holder != nil {
		gone.accepted, gone.who = true, w.holder.Name
		l.release(w)
	}
	l.left.add(gone)
	w.stop()
	delete(l.places, w.join.Place)
	for _, a := range slices.Clone(w.asks) {
		w.drop(a)
		l.people.Release(a.operator.ID, w.join.Place)
		l.endOffer(w, a, OfferGone, "")
	}
	l.tell(PlaceLeft{Place: w.join.Place, Was: w.shown, Reason: reason})
}

// departure is what remains known of a place that has left.
type departure struct {
	place    routing.PlaceID
	who      string
	accepted bool
}

// departures remembers the last places that left, so that one who comes too
// late can be told who was first.
type departures struct {
	last [256]departure
	next int
}

func (d *departures) add(one departure) {
	d.last[d.next%len(d.last)] = one
	d.next++
}

func (d *departures) refuse(place routing.PlaceID) error {
	for _, one := range d.last {
		if one.place == place && one.accepted {
			return taken(one.who)
		}
	}
	return placeUnknown()
}

func placeUnknown() error { return routing.Refuse(routing.NotFound, "place_unknown") }

func taken(who string) error {
	return routing.Refuse(routing.Conflict, "place_taken", "who", who)
}
