package queue

import (
	"slices"
	"time"

	"sufler/internal/clock"
	"sufler/routing"
	"sufler/routing/capacity"
)

// nobodyGrace is how long nobody must be logged in before places overflow for it: a
// desk that is loaded again is away for a moment.
const nobodyGrace = 20 * time.Second

// emptiness is since when nobody is logged in who serves some groups.
type emptiness struct {
	since time.Time
	timer clock.Timer // looks again when the grace is over
}

// overflow moves on who waits too long, or where nobody is logged in.
func (l *Line) overflow() {
	l.noteEmptiness()
	for _, w := range l.inOrder() {
		switch due := w.late || l.isEmpty(w.groups()); {
		case !due, w.holder != nil, w.isFor(), w.queue.Overflow.To == "":
		case w.queue.Overflow.To == ToQueue:
			l.overflowTo(w)
		default:
			l.overflowOut(w)
		}
	}
}

// overflowTo moves a place into the queue behind, if that one has room. It comes
// back to none that it was in.
func (l *Line) overflowTo(w *waiting) {
	from := append(slices.Clone(w.visited), w.queue.Name)
	to, ok := l.behind(w.queue, from, l.clock.Now())
	if !ok || !l.levels.enter(lane{queue: to.Name}, to.room(lane{queue: to.Name}), false) {
		return
	}
	l.levels.arrive(lane{queue: to.Name})
	l.withdrawAll(w)
	w.visited, w.join.Groups = from, nil
	w.startOver("")
	l.begin(w, to)
}

// overflowOut tells the driver to lead the visitor elsewhere, once.
func (l *Line) overflowOut(w *waiting) {
	o := w.queue.Overflow
	if w.overflowed || o.To == ToNumber && !capacity.TakesWhole(w.join.Kind) {
		return
	}
	w.overflowed = true
	w.join.Tell(Overflowed{To: o.To, Number: o.Number})
}

func (l *Line) withdrawAll(w *waiting) {
	for len(w.asks) > 0 {
		l.withdraw(w, w.asks[0], OfferGone, "")
	}
}

// noteEmptiness looks which groups, of those that somebody waits for, have nobody
// logged in, and since when.
func (l *Line) noteEmptiness() {
	now := l.clock.Now()
	waited := make(map[string]bool)
	for _, w := range l.places {
		if w.holder == nil && w.queue.Overflow.To != "" {
			l.noteEmpty(w.groups(), now, waited)
		}
	}
	for key, e := range l.empty {
		if !waited[key] {
			e.timer.Stop()
			delete(l.empty, key)
		}
	}
}

func (l *Line) noteEmpty(groups []routing.GroupName, now time.Time, waited map[string]bool) {
	key := keyOf(groups)
	if waited[key] || isLoggedIn(l.candidatesOf(groups)) {
		return
	}
	waited[key] = true
	if _, known := l.empty[key]; !known {
		l.empty[key] = emptiness{since: now, timer: l.after(nobodyGrace, func() {})}
	}
}

func (l *Line) isEmpty(groups []routing.GroupName) bool {
	e, known := l.empty[keyOf(groups)]
	return known && l.clock.Now().Sub(e.since) >= nobodyGrace
}

// isLoggedIn reports whether anybody is there, whatever they have chosen.
func isLoggedIn(candidates []Candidate) bool {
	for _, c := range candidates {
		if c.Status != capacity.Offline {
			return true
		}
	}
	return false
}
