package queue

import (
	"slices"
	"time"

	"sufler/routing"
	"sufler/routing/capacity"
)

// This file is the line's moves: who is asked, who accepts, who is lost. All of
// it runs on the loop.

func (w *waiting) isOfferedTo(by routing.OperatorID) bool {
	return w.state == Offered && w.operator.ID == by
}

// want is what whoever takes the place has to have room for.
func (w *waiting) want() capacity.Want { return capacity.Want{Channel: w.join.Kind} }

func (w *waiting) reservation() Reservation {
	return Reservation{Place: w.join.Place, Session: w.join.Session, Want: w.want()}
}

func (w *waiting) stopTimer() {
	if w.timer != nil {
		w.timer.Stop()
		w.timer = nil
	}
}

func (w *waiting) stopPause() {
	if w.pause != nil {
		w.pause.Stop()
		w.pause = nil
	}
}

func (w *waiting) offerValue() Offer {
	return Offer{Place: w.shown, Operator: w.operator.ID, Phone: w.phone, Ends: w.ends}
}

// askNext offers every place that waits, in order, to the best free operator.
func (l *Line) askNext() {
	for _, w := range l.inOrder() {
		if w.state == Waiting && !w.exhausted {
			l.ask(w)
		}
	}
}

func (l *Line) ask(w *waiting) {
	order, over := choose(w.queue.Groups, l.people.Candidates(w.queue.Groups), w.want(), w.asked)
	if over {
		l.nextRound(w)
		return
	}
	for _, c := range order {
		if l.people.Reserve(c.Operator.ID, w.reservation()) == "" {
			l.offer(w, c)
			return
		}
	}
}

// phoneGrace is how much longer the line waits for a phone that rings: its leg
// ends by itself after the time of the offer and says so.
const phoneGrace = 2 * time.Second

func (l *Line) offer(w *waiting, c Candidate) {
	l.offers++
	number := l.offers
	w.state, w.operator, w.offer = Offered, c.Operator, number
	w.phone = reachOf(c, w.join.Kind) == byPhone
	w.ends = l.clock.Now().Add(w.queue.Offer)
	w.asked.tried[c.Operator.ID] = true
	w.asked.last = c.Operator.ID
	limit := w.queue.Offer
	if w.phone {
		limit += phoneGrace
	}
	w.timer = l.clock.AfterFunc(limit, func() {
		l.send(func() {
			if w.state == Offered && w.offer == number {
				l.giveUp(w, OfferMissed)
			}
		})
	})
	w.announced = false
	w.join.Tell(OfferedTo{Operator: c.Operator, Phone: w.phone, Ends: w.ends})
}

// nextRound begins another round after a pause, or says that nobody is free.
// Who becomes free meanwhile and was not asked in this round is asked at once.
func (l *Line) nextRound(w *waiting) {
	switch {
	case w.pause != nil:
	case w.asked.round >= w.queue.Rounds:
		w.exhausted = true
		w.join.Tell(NobodyFree{})
	default:
		w.pause = l.clock.AfterFunc(w.queue.Pause, func() { l.send(w.pauseOver) })
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

// giveUp ends an offer or a place's service without its operator and puts the
// place back among those that wait.
func (l *Line) giveUp(w *waiting, how OfferEnd) {
	was, operator := w.state, w.operator
	w.asked.tried[operator.ID] = true
	w.asked.last = operator.ID
	if was == Offered && !w.phone {
		l.note(operator.ID, how)
	}
	l.free(w)
	w.join.Tell(Withdrawn{Operator: operator.ID, Reason: how})
	if was == Offered {
		l.endOffer(w, operator.ID, how, "")
	}
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

// free makes a place wait and its operator free.
func (l *Line) free(w *waiting) {
	w.stopTimer()
	l.people.Release(w.operator.ID, w.join.Place)
	w.state, w.operator, w.phone = Waiting, routing.Operator{}, false
}

func (l *Line) endOffer(w *waiting, operator routing.OperatorID, how OfferEnd, who string) {
	l.metrics.offerEnded(w.queue.Name, how)
	l.tell(OfferEnded{Place: w.join.Place, Operator: operator, Reason: how, Who: who})
}

func (l *Line) accept(place routing.PlaceID, by routing.OperatorID) error {
	w, ok := l.places[place]
	if !ok {
		return l.left.refuse(place)
	}
	if w.state == Accepted {
		if w.operator.ID == by {
			return nil
		}
		return taken(w.operator.Name)
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
	asks := l.askedByDesk(c.Operator.ID, w)
	if capacity.CanTake(without(c.Person, asks), w.want()) != "" {
		return code
	}
	for _, other := range asks {
		l.giveUp(other, OfferSkipped)
		if code = l.people.Reserve(c.Operator.ID, w.reservation()); code == "" {
			break
		}
	}
	return code
}

// askedByDesk are the other places that an operator's desk asks about, the last one
// first.
func (l *Line) askedByDesk(by routing.OperatorID, but *waiting) (asks []*waiting) {
	for _, other := range l.inOrder() {
		if other != but && other.isOfferedTo(by) && !other.phone {
			asks = append(asks, other)
		}
	}
	slices.Reverse(asks)
	return asks
}

// without is a person of whom some places are not asked.
func without(p capacity.Person, asks []*waiting) capacity.Person {
	for _, w := range asks {
		if capacity.TakesWhole(w.join.Kind) {
			p.Whole--
		} else {
			p.Chats--
		}
	}
	return p
}

// give makes a reserved operator the one who has the place.
func (l *Line) give(w *waiting, o routing.Operator, phone bool) {
	if w.state == Offered {
		l.endOtherOffer(w, o)
	}
	w.stopTimer()
	w.stopPause()
	w.state, w.operator, w.phone, w.exhausted = Accepted, o, phone, false
	w.join.Tell(AcceptedBy{Operator: o, Phone: phone})
}

func (l *Line) endOtherOffer(w *waiting, winner routing.Operator) {
	if w.operator.ID == winner.ID {
		l.endOffer(w, winner.ID, OfferAccepted, "")
		return
	}
	loser := w.operator.ID
	l.free(w)
	w.join.Tell(Withdrawn{Operator: loser, Reason: OfferTaken})
	l.endOffer(w, loser, OfferTaken, winner.Name)
}

func (l *Line) pickedUp(w *waiting, by routing.OperatorID) {
	if w.state == Accepted && w.operator.ID == by {
		return
	}
	c, ok := l.people.Candidate(by)
	if w.state == Accepted || !ok || l.people.Reserve(by, w.reservation()) != "" {
		w.join.Tell(Withdrawn{Operator: by, Reason: OfferTaken})
		return
	}
	l.give(w, c.Operator, true)
}

func (l *Line) leave(w *waiting, reason string) {
	was, operator := w.state, w.operator
	l.left.add(departure{place: w.join.Place, who: operator.Name, accepted: was == Accepted})
	w.stopPause()
	if was != Waiting {
		l.free(w)
	}
	delete(l.places, w.join.Place)
	if was == Offered {
		l.endOffer(w, operator.ID, OfferGone, "")
	}
	l.tell(PlaceLeft{Place: w.join.Place, Queue: w.queue.Name, Reason: reason})
}
