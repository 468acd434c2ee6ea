package queue

import (
	"context"
	"log/slog"
	"slices"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"sufler/internal/clock"
	"sufler/internal/loop"
	"sufler/internal/watch"
	"sufler/routing"
)

// Options are what a Line works with.
type Options struct {
	Queues  []Queue // the first one is used when a Join names none
	People  People
	Clock   clock.Clock // nil: the machine's
	Log     *slog.Logger
	Metrics *Metrics // nil: counted and shown nowhere
}

// Line is all places of all queues of this process. Its methods may be called
// from any goroutine; those with a context or a result wait for the line and
// must not be called from within Tell or a watcher, except Join, MayJoin, Entrance,
// Queue and Queues, which wait for nobody.
type Line struct {
	own     *loop.Loop
	people  People
	clock   clock.Clock
	log     *slog.Logger
	metrics *Metrics
	queues  atomic.Pointer[[]Queue] // replaced as a whole
	levels  levels
	posted  atomic.Pointer[posted] // what was last

	stopPeople func()
	stale      atomic.Bool // people have changed and the line has not looked yet

	// The fields below belong to the loop.
	places   map[routing.PlaceID]*waiting
	left     departures
	watchers watch.List[Event]
	turns    map[routing.QueueName]routing.OperatorID // who was asked last
	history  history
	empty    map[string]emptiness   // of groups that have nobody logged in
	seen     map[string][]Candidate // by groups, while settling
}

// New starts a line. Its owner ends it with Close.
func New(o Options) *Line {
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Metrics == nil {
		o.Metrics = NewMetrics(prometheus.NewRegistry())
	}
	l := &Line{
		own: loop.New(), people: o.People, clock: o.Clock, log: o.Log, metrics: o.Metrics,
		places: make(map[routing.PlaceID]*waiting), turns: make(map[routing.QueueName]routing.OperatorID),
		history: make(history), empty: make(map[string]emptiness),
	}
	l.setQueues(o.Queues)
	l.posted.Store(&posted{})
	l.stopPeople = o.People.Watch(l.peopleChanged)
	return l
}

// Close ends the line and forgets its places; drivers are told nothing more.
func (l *Line) Close() {
	l.stopPeople()
	l.own.Send(func() {
		for _, w := range l.places {
			w.stop()
		}
		for _, e := range l.empty {
			e.timer.Stop()
		}
		clear(l.places)
		clear(l.empty)
	})
	l.own.Close()
	<-l.own.Done()
}

// SetQueues replaces the rules. Places stay: they are served by the new rules of
// their queue, and by the old ones where there is no such queue any more.
func (l *Line) SetQueues(queues []Queue) {
	l.setQueues(queues)
	l.send(func() {
		for _, w := range l.places {
			if q, err := l.Queue(w.queue.Name); err == nil {
				l.follow(w, q)
			}
		}
	})
}

func (l *Line) setQueues(queues []Queue) {
	all := make([]Queue, len(queues))
	for i, q := range queues {
		all[i] = q.withDefaults()
		l.metrics.begin(q.Name)
	}
	l.queues.Store(&all)
}

// Queue returns a queue's rules; an empty name is the first queue. It refuses
// with NotFound, "queue_unknown".
func (l *Line) Queue(name routing.QueueName) (Queue, error) {
	queues := *l.queues.Load()
	i := slices.IndexFunc(queues, func(q Queue) bool { return name == "" || q.Name == name })
	if i < 0 {
		return Queue{}, routing.Refuse(routing.NotFound, "queue_unknown", "queue", string(name))
	}
	return queues[i], nil
}

// Queues returns all queues, as they are set.
func (l *Line) Queues() []Queue { return slices.Clone(*l.queues.Load()) }

// Join puts a place into the line and returns its id at once; Tell hears of the
// rest. It refuses with "queue_unknown" and, who is not Admitted, with "queue_closed"
// (queue, opens) and "queue_full" (queue).
func (l *Line) Join(j Join) (routing.PlaceID, error) {
	admission, err := l.admit(j)
	if err != nil {
		return "", err
	}
	if j.Place == "" {
		j.Place = routing.NewID[routing.PlaceID]()
	}
	if j.Tell == nil {
		j.Tell = func(Notice) {}
	}
	l.send(func() { l.enter(j, admission) })
	return j.Place, nil
}

// MayJoin refuses as Join would do in this moment, for who must be told before a
// place can be taken; the Join that follows is Admitted.
func (l *Line) MayJoin(name routing.QueueName) error {
	q, err := l.Queue(name)
	if err != nil {
		return err
	}
	return l.mayJoin(q)
}

// Leave takes a place out of the line, whatever its state; desks are told the
// reason. Nothing happens when it has left.
func (l *Line) Leave(place routing.PlaceID, reason string) {
	l.send(func() {
		if w, ok := l.places[place]; ok {
			l.leave(w, reason)
		}
	})
}

// Accept gives a place to an operator who pressed the button. Of many at once
// one wins. It refuses with "place_taken" (who), "place_unknown", "not_allowed", as
// capacity.Code.Refusal and as routing.Devices.Check do.
func (l *Line) Accept(ctx context.Context, place routing.PlaceID, by routing.OperatorID) error {
	return l.do(ctx, func() error { return l.accept(place, by) })
}

// Skip says that an operator does not want what is offered. Nothing happens when
// it is not offered to them any more.
func (l *Line) Skip(ctx context.Context, place routing.PlaceID, by routing.OperatorID) error {
	return l.do(ctx, func() error {
		if w, ok := l.places[place]; ok {
			if a := w.askOf(by); a != nil {
				l.giveUp(w, a, OfferSkipped)
			}
		}
		return nil
	})
}

// PickedUp says that the operator whose phone was rung is on the line. The
// driver is told AcceptedBy or, when another was first, Withdrawn.
func (l *Line) PickedUp(place routing.PlaceID, by routing.OperatorID) {
	l.send(func() {
		if w, ok := l.places[place]; ok {
			l.pickedUp(w, by)
		}
	})
}

// Return says that an operator who was rung or who had the place is lost to it:
// the next one is asked, not the same one first. CutOff says that the visitor
// was being called already: the place goes before all others and the rounds
// begin anew.
func (l *Line) Return(place routing.PlaceID, by routing.OperatorID, how OfferEnd, cutOff bool) {
	l.send(func() {
		if w, ok := l.places[place]; ok {
			l.giveBack(w, by, how, cutOff)
		}
	})
}

// Redirect sends a waiting place to an operator, to groups or into another queue,
// with the time it has waited; by is who does it. It refuses with "place_unknown",
// "place_taken" (who), "queue_unknown", "queue_closed", "operator_unknown",
// "target_offline" (who), "target_away" (who) and "target_nobody".
func (l *Line) Redirect(ctx context.Context, place routing.PlaceID, to Target, by routing.OperatorID) error {
	return l.do(ctx, func() error { return l.redirect(place, to, by) })
}

// Snapshot is the line at one moment: places in their order, also those of which no
// desk may be told, and open offers.
type Snapshot struct {
	Places []Place
	Offers []Offer
}

// Snapshot returns the line as it is told last.
func (l *Line) Snapshot() Snapshot {
	var s Snapshot
	_ = l.do(context.Background(), func() error { s = l.snapshot(); return nil }) // after Close it is empty
	return s
}

// Watch returns the line as it is now and gives each later change to watcher, in
// order, until stop is called. watcher must not block.
func (l *Line) Watch(watcher func(Event)) (now Snapshot, stop func()) {
	var id int
	_ = l.do(context.Background(), func() error {
		id = l.watchers.Add(watcher)
		now = l.snapshot()
		return nil
	})
	return now, func() { l.own.Send(func() { l.watchers.Remove(id) }) }
}

func (l *Line) snapshot() Snapshot {
	var s Snapshot
	for _, w := range l.inOrder() {
		s.Places = append(s.Places, w.shown)
		for _, a := range w.asks {
			s.Offers = append(s.Offers, w.offer(a))
		}
	}
	return s
}

func (l *Line) peopleChanged() {
	if !l.stale.Swap(true) {
		l.send(func() { l.stale.Store(false) })
	}
}

// send and do run a task and then settle what follows from it.
func (l *Line) send(task func()) {
	l.own.Send(func() {
		task()
		l.settle()
	})
}

func (l *Line) do(ctx context.Context, task func() error) error {
	return l.own.Do(ctx, func() error {
		err := task()
		l.settle()
		return err
	})
}

// after runs a task on the loop when time has gone by.
func (l *Line) after(d time.Duration, task func()) clock.Timer {
	return l.clock.AfterFunc(d, func() { l.send(task) })
}
