package queue

import (
	"cmp"
	"slices"
	"time"
)

// priorityWorth is how much earlier somebody must have come for each point of
// priority that another queue has more.
const priorityWorth = time.Minute

// inOrder returns the places as they are served.
func (l *Line) inOrder() []*waiting {
	all := make([]*waiting, 0, len(l.places))
	for _, w := range l.places {
		all = append(all, w)
	}
	slices.SortFunc(all, func(x, y *waiting) int {
		return cmp.Or(compareTurns(x.turn(), y.turn()), cmp.Compare(x.join.Place, y.join.Place))
	})
	return all
}

// turn is what the order of places is made by.
type turn struct {
	first    bool // was cut off
	since    time.Time
	priority int
}

func (w *waiting) turn() turn {
	return turn{first: w.join.First, since: w.join.Since, priority: w.queue.Priority}
}

// compareTurns puts those cut off first, then goes by the time of the request. A
// priority is a head start on that time: so nobody is passed for ever by those who
// come later.
func compareTurns(x, y turn) int {
	return cmp.Or(compareBool(!x.first, !y.first), x.headStart().Compare(y.headStart()))
}

func (t turn) headStart() time.Time {
	return t.since.Add(-time.Duration(t.priority) * priorityWorth)
}
