package queue

import (
	"sufler/routing"
	"sufler/routing/capacity"
)

// settle derives what follows from a change: lost operators, new offers,
// positions, reasons. It tells only what differs from what was told last.
func (l *Line) settle() {
	l.dropLostOffers()
	l.askNext()
	position := 0
	for _, w := range l.inOrder() {
		if w.state != Accepted {
			position++
		}
		l.show(w, position)
	}
	l.count()
}

// dropLostOffers ends the offers that are shown in a desk that is there no more.
// A phone that rings reports by itself.
func (l *Line) dropLostOffers() {
	for _, w := range l.places {
		if w.state != Offered || w.phone {
			continue
		}
		if c, ok := l.people.Candidate(w.operator.ID); !ok || c.Status == capacity.Offline || reachOf(c, w.join.Kind) != byDesk {
			l.giveUp(w, OfferGone)
		}
	}
}

// show tells a place's change, and then the offer that carries the place.
func (l *Line) show(w *waiting, position int) {
	if w.state == Accepted {
		position = 0
	}
	if now := l.view(w, position); now != w.shown {
		w.shown = now
		w.join.Tell(Moved{Place: now})
		l.tell(PlaceChanged{Place: now})
	}
	if w.state == Offered && !w.announced {
		w.announced = true
		l.tell(OfferMade{Offer: w.offerValue()})
	}
}

func (l *Line) view(w *waiting, position int) Place {
	j := w.join
	return Place{
		ID: j.Place, Kind: j.Kind, Name: j.Name, Number: j.Number, Queue: j.Queue, Language: j.Language, Session: j.Session, Visitor: j.Visitor, Callback: j.Callback,
		Since: j.Since, Position: position, State: w.state, Operator: w.operator.ID, Why: l.whyOf(w),
	}
}

func (l *Line) whyOf(w *waiting) Why {
	switch w.state {
	case Offered:
		return Why{Code: WhyOffered, Who: w.operator.Name}
	case Accepted:
		return Why{Code: WhyAccepted, Who: w.operator.Name}
	case Waiting:
	}
	return why(l.people.Candidates(w.queue.Groups), w.want(), w.pause != nil || w.exhausted)
}

func (l *Line) tell(e Event) { l.watchers.Tell(e) }

func (l *Line) count() {
	counts := make(map[routing.QueueName]int, len(l.queues))
	for _, w := range l.places {
		if w.state != Accepted {
			counts[w.queue.Name]++
		}
	}
	for _, q := range l.queues {
		l.metrics.waiting.WithLabelValues(string(q.Name)).Set(float64(counts[q.Name]))
	}
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
	return routing.Refuse(routing.NotFound, "place_unknown")
}

func taken(who string) error {
	return routing.Refuse(routing.Conflict, "place_taken", "who", who)
}
