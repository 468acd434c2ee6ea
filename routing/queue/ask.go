package queue

import (
	"strings"
	"time"

	"sufler/routing"
	"sufler/routing/capacity"
)

// This file is who is asked. All of it runs on the loop.

// phoneGrace is how much longer the line waits for a phone that rings: its leg
// ends by itself after the time of the offer and says so.
const phoneGrace = 2 * time.Second

// candidates are who could serve a place, now.
func (l *Line) candidates(w *waiting) []Candidate {
	if w.isFor() {
		if c, active := l.people.Candidate(w.join.For); active {
			return []Candidate{c}
		}
		return nil
	}
	return l.candidatesOf(w.groups())
}

// candidatesOf remembers what it has seen until somebody is asked.
func (l *Line) candidatesOf(groups []routing.GroupName) []Candidate {
	key := keyOf(groups)
	seen, ok := l.seen[key]
	if !ok {
		seen = l.people.Candidates(groups)
		if l.seen == nil {
			l.seen = make(map[string][]Candidate)
		}
		l.seen[key] = seen
	}
	return seen
}

func keyOf(groups []routing.GroupName) string {
	var b strings.Builder
	for _, g := range groups {
		b.WriteString(string(g))
		b.WriteByte(0)
	}
	return b.String()
}

// askNext offers every place that waits, in order, to those who come next.
func (l *Line) askNext() {
	for _, w := range l.inOrder() {
		again := w.queue.Strategy == RingAll && w.state() == Offered // who has become free joins in
		if !w.exhausted && (w.state() == Waiting || again) {
			l.ask(w)
		}
	}
}

func (l *Line) choice(w *waiting) choice {
	return choice{
		groups: w.groups(), want: w.want(), strategy: w.queue.Strategy, turn: l.turns[w.queue.Name], sticky: w.join.Sticky, asked: w.asked,
	}
}

func (l *Line) ask(w *waiting) {
	choice := l.choice(w)
	if w.asked.round == 1 && w.askOf(choice.sticky) != nil {
		return // who is asked alone at first
	}
	order, over := choice.next(l.candidates(w))
	for len(order) > 0 {
		asked := false
		for _, c := range choice.together(order, w.ringing()) {
			asked = l.askOne(w, c) || asked
		}
		if asked || choice.strategy == RingAll {
			return
		}
		order = order[1:] // who has got something else in this moment
	}
	if over && len(w.asks) == 0 {
		l.nextRound(w)
	}
}

func (l *Line) askOne(w *waiting, c Candidate) bool {
	if l.people.Reserve(c.Operator.ID, w.reservation()) != "" {
		return false
	}
	l.seen = nil
	a := &ask{operator: c.Operator, phone: reachOf(c, w.join.Kind) == byPhone, ends: l.clock.Now().Add(w.queue.Offer)}
	limit := w.queue.Offer
	if a.phone {
		limit += phoneGrace
	}
	a.timer = l.after(limit, func() {
		if w.has(a) {
			l.giveUp(w, a, OfferMissed)
		}
	})
	w.asks = append(w.asks, a)
	w.asked.tried[c.Operator.ID] = true
	w.asked.last = c.Operator.ID
	l.turns[w.queue.Name] = c.Operator.ID
	w.join.Tell(OfferedTo{Operator: c.Operator, Phone: a.phone, Ends: a.ends})
	return true
}

// nextRound begins another round after a pause, or says that nobody is free.
// Who becomes free meanwhile and was not asked in this round is asked at once.
func (l *Line) nextRound(w *waiting) {
	switch {
	case w.pause != nil:
	case w.asked.round < w.queue.Rounds:
		w.pause = l.after(w.queue.Pause, w.pauseOver)
	case w.isInvitation():
		w.exhausted = true // it waits for whoever has invited
	case w.isFor():
		l.forAll(w)
		l.ask(w)
	default:
		w.exhausted = true
		w.join.Tell(NobodyFree{})
	}
}

func (w *waiting) pauseOver() {
	if w.pause == nil {
		return
	}
	w.pause = nil
	w.asked.round++
	clear(w.asked.tried)
}

// giveUp ends an offer without its operator.
func (l *Line) giveUp(w *waiting, a *ask, how OfferEnd) {
	w.asked.tried[a.operator.ID] = true // also when a round began meanwhile
	w.asked.last = a.operator.ID
	if !a.phone {
		l.note(a.operator.ID, how)
	}
	l.withdraw(w, a, how, "")
}

// withdraw takes an offer back. Who is the name of the one who has the place now.
func (l *Line) withdraw(w *waiting, a *ask, how OfferEnd, who string) {
	w.drop(a)
	l.seen = nil
	l.people.Release(a.operator.ID, w.join.Place)
	w.join.Tell(Withdrawn{Operator: a.operator.ID, Reason: how})
	l.endOffer(w, a, how, who)
}

func (l *Line) endOffer(w *waiting, a *ask, how OfferEnd, who string) {
	l.metrics.offerEnded(w.queue.Name, how)
	l.tell(OfferEnded{Place: w.join.Place, Operator: a.operator.ID, Reason: how, Who: who})
}

// note tells whether an operator answers what their desk asks. Who has a phone alone
// could not read why they are on pause all at once.
func (l *Line) note(operator routing.OperatorID, how OfferEnd) {
	switch how {
	case OfferMissed:
		l.people.Missed(operator)
	case OfferSkipped:
		l.people.Answered(operator)
	case OfferTaken, OfferAccepted, OfferGone:
	}
}

// dropLostOffers ends the offers that are shown in a desk that is there no more, or
// to somebody who is away now. A phone that rings reports by itself.
func (l *Line) dropLostOffers() {
	for _, w := range l.inOrder() {
		for _, a := range append([]*ask(nil), w.asks...) {
			c, active := l.people.Candidate(a.operator.ID)
			there := active && capacity.IsThere(c.Person, w.join.Forwarded) == "" && reachOf(c, w.join.Kind) == byDesk
			if !a.phone && !there {
				l.giveUp(w, a, OfferGone)
			}
		}
	}
}
