package queue

import (
	"reflect"

	"sufler/routing"
)

// settle derives what follows from a change: lost operators, places that move on,
// new offers, positions, reasons. It tells only what differs from what was told last.
func (l *Line) settle() {
	l.seen = nil
	l.fallBack()
	l.dropLostOffers()
	l.countLevels()
	l.overflow()
	l.promote()
	l.askNext()
	l.seen = nil
	positions := make(map[lane]int)
	for _, w := range l.inOrder() {
		if w.holder == nil {
			positions[w.lane()]++
			l.show(w, positions[w.lane()])
		} else {
			l.show(w, 0)
		}
	}
	l.countLevels()
}

// show tells a place's change, and then the offers that carry the place.
func (l *Line) show(w *waiting, position int) {
	if now, was := l.view(w, position), w.shown; !reflect.DeepEqual(now, was) {
		w.shown = now
		w.join.Tell(Moved{Place: now})
		l.tell(PlaceChanged{Place: now, Was: was})
	}
	for _, a := range w.asks {
		if !a.announced {
			a.announced = true
			l.tell(OfferMade{Offer: w.offer(a)})
		}
	}
}

func (l *Line) view(w *waiting, position int) Place {
	j := w.join
	p := Place{
		ID: j.Place, Kind: j.Kind, Name: j.Name, Number: j.Number, Queue: w.queue.Name, Language: j.Language, Session: j.Session, Visitor: j.Visitor, Callback: j.Callback,
		Since: j.Since, For: j.For, Groups: w.groups(), Position: position, State: w.state(),
	}
	switch {
	case w.holder != nil:
		p.Operator, p.Why = w.holder.ID, Why{Code: WhyAccepted, Who: w.holder.Name}
	case len(w.asks) == 1:
		p.Operator, p.Why = w.asks[0].operator.ID, Why{Code: WhyOffered, Who: w.asks[0].operator.Name}
	case len(w.asks) > 1:
		p.Why = Why{Code: WhyOfferedAll, Count: len(w.asks)}
	default:
		p.Why = why(l.candidates(w), w.want(), w.asked.tried, w.pace())
	}
	if w.isFor() {
		p.ForName = l.nameOf(j.For)
	}
	if w.holder == nil {
		p.Wait = l.forecast(w, position)
	}
	return p
}

// pace is how the asking goes on.
func (w *waiting) pace() pace {
	switch {
	case w.exhausted:
		return askedOut
	case w.pause != nil:
		return pausing
	}
	return asking
}

func (l *Line) nameOf(id routing.OperatorID) string {
	c, _ := l.people.Candidate(id)
	return c.Operator.Name
}

func (l *Line) tell(e Event) { l.watchers.Tell(e) }
