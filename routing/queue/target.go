package queue

import (
	"slices"

	"sufler/routing"
	"sufler/routing/capacity"
)

// Target is where a visitor is redirected: to one operator, to groups or into a
// queue. Of several the first one in this order counts.
type Target struct {
	For    routing.OperatorID
	Groups []routing.GroupName
	Queue  routing.QueueName
}

// redirect runs on the loop.
func (l *Line) redirect(place routing.PlaceID, to Target, by routing.OperatorID) error {
	w, ok := l.places[place]
	switch {
	case !ok:
		return l.left.refuse(place)
	case w.holder != nil:
		return taken(w.holder.Name)
	case w.state() == PreQueued:
		return placeUnknown()
	}
	q, err := l.checkTarget(w, to)
	if err != nil {
		return err
	}
	l.withdrawAll(w)
	w.join.For, w.join.Groups, w.join.Forwarded = to.For, nil, true
	if to.For == "" {
		w.join.Groups = slices.Clone(to.Groups)
	}
	w.visited = nil
	w.startOver(by)
	l.begin(w, q)
	return nil
}

// checkTarget refuses a target where nobody could ever take the visitor, and returns
// the rules by which the place is served there.
func (l *Line) checkTarget(w *waiting, to Target) (Queue, error) {
	switch {
	case to.For != "":
		return w.queue, l.checkPerson(to.For)
	case len(to.Groups) > 0:
		return w.queue, l.checkGroups(to.Groups)
	}
	q, err := l.Queue(to.Queue)
	if err != nil {
		return q, err
	}
	return q, q.checkOpen(l.clock.Now())
}

func (l *Line) checkPerson(id routing.OperatorID) error {
	c, active := l.people.Candidate(id)
	if !active {
		return routing.Refuse(routing.NotFound, "operator_unknown")
	}
	return CanReceive(c)
}

// CanReceive says whether somebody can be sent a visitor by a colleague: nil, also
// when they have no room yet, or a refusal with "target_offline" or "target_away"
// (who).
func CanReceive(c Candidate) error {
	switch capacity.IsThere(c.Person, true) {
	case "":
		return nil
	case capacity.OperatorAway:
		return routing.Refuse(routing.Conflict, "target_away", "who", c.Operator.Name)
	default:
		return routing.Refuse(routing.Conflict, "target_offline", "who", c.Operator.Name)
	}
}

// checkGroups wants somebody who can receive.
func (l *Line) checkGroups(groups []routing.GroupName) error {
	for _, c := range l.people.Candidates(groups) {
		if CanReceive(c) == nil {
			return nil
		}
	}
	return routing.Refuse(routing.Conflict, "target_nobody")
}

// fallBack gives places back to the groups whose person is not there any more. An
// invitation waits for whoever has invited.
func (l *Line) fallBack() {
	for _, w := range l.places {
		if w.holder != nil || !w.isFor() || w.isInvitation() {
			continue
		}
		c, active := l.people.Candidate(w.join.For)
		if !active || capacity.IsThere(c.Person, w.join.Forwarded) != "" {
			l.forAll(w)
		}
	}
}

// forAll lets all who serve the queue take a place that was kept for one person,
// who is asked last.
func (l *Line) forAll(w *waiting) {
	last := w.join.For
	l.withdrawAll(w)
	w.join.For = ""
	w.startOver(last)
}
