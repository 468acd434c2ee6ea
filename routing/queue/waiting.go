package queue

import (
	"slices"
	"time"

	"sufler/internal/clock"
	"sufler/routing"
	"sufler/routing/capacity"
)

// waiting is a place as the line keeps it. It belongs to the loop.
type waiting struct {
	join  Join // For, Groups, First and Forwarded change with what becomes of the place
	queue Queue

	promoted  bool              // operators know of it
	holder    *routing.Operator // who has accepted; nil: nobody
	asks      []*ask            // who is asked, in the order in which they were
	asked     asked
	pause     clock.Timer // ends the pause between two rounds; nil: there is none
	exhausted bool        // all were asked often enough

	entered    time.Time           // into this queue, or redirected within it
	visited    []routing.QueueName // queues it has overflowed from
	overdue    clock.Timer         // MaxWait; nil: it has none
	late       bool                // MaxWait is over
	overflowed bool                // the driver was told

	said  said  // of the wait
	shown Place // as it was told last
}

// ask is an offer to one operator that is open.
type ask struct {
	operator  routing.Operator
	phone     bool // rings the operator's phone
	ends      time.Time
	timer     clock.Timer
	announced bool // the desk knows of it
}

// enter makes a place of who has joined.
func (l *Line) enter(j Join, by admission) {
	w := &waiting{join: j, asked: askedNobody(j.Last), visited: by.full}
	l.begin(w, by.queue)
	l.places[j.Place] = w
	l.levels.arrive(by.lane)
	if by.overflows {
		l.overflowOut(w)
	}
}

// begin puts a place into a queue, or makes it wait in its own anew. Operators know at
// once of who was here before, or is sent to them.
func (l *Line) begin(w *waiting, q Queue) {
	w.entered, w.said, w.overflowed = l.clock.Now(), said{}, false
	w.promoted = w.join.First || w.join.Forwarded || w.isFor()
	l.follow(w, q)
}

// follow gives a place the rules of its queue.
func (l *Line) follow(w *waiting, q Queue) {
	w.queue, w.join.Queue = q, q.Name
	if w.overdue != nil {
		w.overdue.Stop()
	}
	w.overdue, w.late = nil, false
	if q.MaxWait > 0 {
		w.overdue = l.after(q.MaxWait-l.clock.Now().Sub(w.entered), func() { w.late = true })
	}
}

func (w *waiting) state() State {
	switch {
	case w.holder != nil:
		return Accepted
	case len(w.asks) > 0:
		return Offered
	case !w.promoted:
		return PreQueued
	}
	return Waiting
}

// isFor reports whether the place is kept for one operator.
func (w *waiting) isFor() bool { return w.join.For != "" }

func (w *waiting) isInvitation() bool { return w.join.Kind == routing.InvitationChannel }

// groups are who serves the place.
func (w *waiting) groups() []routing.GroupName {
	if len(w.join.Groups) > 0 {
		return w.join.Groups
	}
	return w.queue.Groups
}

// want is what whoever takes the place has to have room for.
func (w *waiting) want() capacity.Want {
	return capacity.Want{Channel: w.join.Kind, Forwarded: w.join.Forwarded}
}

func (w *waiting) reservation() Reservation {
	return Reservation{Place: w.join.Place, Session: w.join.Session, Want: w.want()}
}

// askOf is the open offer to an operator; nil when there is none.
func (w *waiting) askOf(by routing.OperatorID) *ask {
	if i := slices.IndexFunc(w.asks, func(a *ask) bool { return a.operator.ID == by }); i >= 0 {
		return w.asks[i]
	}
	return nil
}

func (w *waiting) has(a *ask) bool { return slices.Contains(w.asks, a) }

func (w *waiting) drop(a *ask) {
	a.timer.Stop()
	w.asks = slices.DeleteFunc(w.asks, func(other *ask) bool { return other == a })
}

// ringing reports whether a phone rings for the place.
func (w *waiting) ringing() bool {
	return slices.ContainsFunc(w.asks, func(a *ask) bool { return a.phone })
}

func (w *waiting) offer(a *ask) Offer {
	return Offer{Place: w.shown, Operator: a.operator.ID, Phone: a.phone, Ends: a.ends}
}

// startOver lets everybody be asked again, who was last after all others.
func (w *waiting) startOver(last routing.OperatorID) {
	w.stopPause()
	w.asked, w.exhausted = askedNobody(last), false
}

func (w *waiting) stopPause() {
	if w.pause != nil {
		w.pause.Stop()
		w.pause = nil
	}
}

// stop ends every timer.
func (w *waiting) stop() {
	w.stopPause()
	for _, a := range w.asks {
		a.timer.Stop()
	}
	if w.overdue != nil {
		w.overdue.Stop()
	}
}
