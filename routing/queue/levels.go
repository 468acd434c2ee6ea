package queue

import (
	"slices"
	"sync"
	"time"

	"sufler/routing"
	"sufler/routing/capacity"
)

// A queue has two levels: the operators' own, of the queue's Size, and the pre-queue
// behind it, which they do not see. Beyond both nobody is let in.

// lane is what is counted together: a queue, or what waits in it for one operator.
type lane struct {
	queue    routing.QueueName
	operator routing.OperatorID
}

func (w *waiting) lane() lane { return lane{w.queue.Name, w.join.For} }

// room is how many may wait in a lane. What waits for one operator is before their
// eyes.
func (q Queue) room(of lane) int {
	if of.operator != "" {
		return q.Size
	}
	return q.Size + q.PreSize
}

// levels counts who waits, for Join, which does not ask the loop.
type levels struct {
	mu      sync.Mutex
	waiting map[lane]int // as the loop has counted last
	coming  map[lane]int // let in, and the loop has not counted them
	arrived []lane       // of those, whom it will count next
}

// enter lets one more in if there is room, or in any case.
func (v *levels) enter(at lane, room int, anyway bool) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	if !anyway && v.waiting[at]+v.coming[at] >= room {
		return false
	}
	if v.coming == nil {
		v.coming = make(map[lane]int)
	}
	v.coming[at]++
	return true
}

// isFull reports whether enter would let nobody in.
func (v *levels) isFull(at lane, room int) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.waiting[at]+v.coming[at] >= room
}

// arrive says that the loop has the place of one who was let in.
func (v *levels) arrive(at lane) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.arrived = append(v.arrived, at)
}

// count replaces what the loop has counted.
func (v *levels) count(waiting map[lane]int) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.waiting = waiting
	for _, at := range v.arrived {
		v.coming[at]--
		if v.coming[at] == 0 {
			delete(v.coming, at)
		}
	}
	v.arrived = v.arrived[:0]
}

// admission is how somebody was let in.
type admission struct {
	queue     Queue
	lane      lane
	full      []routing.QueueName // queues that they have overflowed from
	overflows bool                // to a number, at once
}

// admit finds the queue that takes a join: its own or, when that is full, the one
// it overflows into.
func (l *Line) admit(j Join) (admission, error) {
	q, err := l.Queue(j.Queue)
	if err != nil {
		return admission{}, err
	}
	by := admission{queue: q, lane: lane{q.Name, j.For}}
	now := l.clock.Now()
	if !j.Admitted && !j.First && j.For == "" {
		if err := q.checkOpen(now); err != nil {
			return by, err
		}
	}
	own := by
	for !l.levels.enter(by.lane, by.queue.room(by.lane), j.First) {
		switch {
		case j.For == "" && l.overflowIn(&by, j.Kind, now):
			if by.overflows {
				return by, nil
			}
		case j.Admitted:
			l.levels.enter(own.lane, 0, true)
			return own, nil
		default:
			return own, routing.Refuse(routing.Busy, "queue_full", "queue", string(q.Name))
		}
	}
	return by, nil
}

// overflowIn leads who finds a queue full on: false when there is no other way.
func (l *Line) overflowIn(by *admission, kind routing.Channel, now time.Time) bool {
	by.full = append(by.full, by.queue.Name)
	to, ok := l.behind(by.queue, by.full, now)
	switch {
	case ok:
		by.queue, by.lane = to, lane{queue: to.Name}
	case by.queue.Overflow.To == ToNumber && capacity.TakesWhole(kind):
		by.overflows = l.levels.enter(by.lane, 0, true)
		return by.overflows
	}
	return ok
}

// mayJoin refuses as admit does.
func (l *Line) mayJoin(q Queue) error {
	now := l.clock.Now()
	if err := q.checkOpen(now); err != nil {
		return err
	}
	name, full := q.Name, []routing.QueueName(nil)
	for at := (lane{queue: q.Name}); l.levels.isFull(at, q.room(at)); at = (lane{queue: q.Name}) {
		full = append(full, q.Name)
		to, ok := l.behind(q, full, now)
		if !ok {
			return routing.Refuse(routing.Busy, "queue_full", "queue", string(name))
		}
		q = to
	}
	return nil
}

// behind is the open queue that another overflows into; false when there is none, or
// one has come from it already.
func (l *Line) behind(q Queue, from []routing.QueueName, now time.Time) (Queue, bool) {
	if q.Overflow.To != ToQueue {
		return Queue{}, false
	}
	to, err := l.Queue(q.Overflow.Queue)
	if err != nil || q.Overflow.Queue == "" || slices.Contains(from, to.Name) || to.checkOpen(now) != nil {
		return Queue{}, false
	}
	return to, true
}

// promote lets places of the pre-queue come before the operators' eyes, in order,
// while there is room. Who has come so far does not go back.
func (l *Line) promote() {
	seen := make(map[lane]int)
	for _, w := range l.places {
		if w.holder == nil && w.promoted {
			seen[w.lane()]++
		}
	}
	for _, w := range l.inOrder() {
		if at := w.lane(); w.holder == nil && !w.promoted && seen[at] < w.queue.Size {
			w.promoted = true
			seen[at]++
		}
	}
}

// countLevels tells levels and the figures who waits where.
func (l *Line) countLevels() {
	waiting, unasked := make(map[lane]int), make(map[routing.QueueName]int)
	queues, before := make(map[routing.QueueName]int), make(map[routing.QueueName]int)
	for _, w := range l.places {
		if w.holder != nil {
			continue
		}
		waiting[w.lane()]++
		if !w.isFor() && len(w.asks) == 0 {
			unasked[w.queue.Name]++
		}
		queues[w.queue.Name]++
		if !w.promoted {
			before[w.queue.Name]++
		}
	}
	l.levels.count(waiting)
	l.posted.Store(&posted{unasked: unasked, history: l.history})
	for _, q := range *l.queues.Load() {
		l.metrics.waiting.WithLabelValues(string(q.Name)).Set(float64(queues[q.Name]))
		l.metrics.before.WithLabelValues(string(q.Name)).Set(float64(before[q.Name]))
	}
}
