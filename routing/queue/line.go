package queue

import (
	"cmp"
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
// must not be called from within Tell or a watcher.
type Line struct {
	own     *loop.Loop
	people  People
	clock   clock.Clock
	log     *slog.Logger
	metrics *Metrics
	queues  []Queue

	stopPeople func()
	stale      atomic.Bool // people have changed and the line has not looked yet

	// The fields below belong to the loop.
	places   map[routing.PlaceID]*waiting
	left     departures
	watchers watch.List[Event]
	offers   uint64 // numbers the offers, so that late timers are known
}

// waiting is a place as the line keeps it.
type waiting struct {
	join      Join
	queue     Queue
	state     State
	operator  routing.Operator // asked or serving
	phone     bool             // the offer rings the operator's phone
	ends      time.Time
	timer     clock.Timer // ends the offer
	offer     uint64
	announced bool // the desks know of the offer
	asked     asked
	pause     clock.Timer // ends the pause between two rounds; nil: there is none
	exhausted bool
	shown     Place // as it was told last
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
		places: make(map[routing.PlaceID]*waiting),
	}
	for _, q := range o.Queues {
		l.queues = append(l.queues, q.withDefaults())
		l.metrics.begin(q.Name)
	}
	l.stopPeople = o.People.Watch(l.peopleChanged)
	return l
}

// Close ends the line and forgets its places; drivers are told nothing more.
func (l *Line) Close() {
	l.stopPeople()
	l.own.Send(func() {
		for _, w := range l.places {
			w.stopTimer()
			w.stopPause()
		}
		clear(l.places)
	})
	l.own.Close()
	<-l.own.Done()
}

// Queue returns a queue's rules; an empty name is the first queue. It refuses
// with NotFound, "queue_unknown".
func (l *Line) Queue(name routing.QueueName) (Queue, error) {
	i := slices.IndexFunc(l.queues, func(q Queue) bool { return name == "" || q.Name == name })
	if i < 0 {
		return Queue{}, routing.Refuse(routing.NotFound, "queue_unknown", "queue", string(name))
	}
	return l.queues[i], nil
}

// Queues returns all queues, as they are configured.
func (l *Line) Queues() []Queue { return slices.Clone(l.queues) }

// Join puts a place into the line and returns its id at once; Tell hears of the
// rest. It refuses with "queue_unknown".
func (l *Line) Join(j Join) (routing.PlaceID, error) {
	q, err := l.Queue(j.Queue)
	if err != nil {
		return "", err
	}
	j.Queue = q.Name
	if j.Place == "" {
		j.Place = routing.NewID[routing.PlaceID]()
	}
	if j.Tell == nil {
		j.Tell = func(Notice) {}
	}
	l.send(func() {
		l.places[j.Place] = &waiting{join: j, queue: q, state: Waiting, asked: asked{round: 1, tried: make(map[routing.OperatorID]bool), last: j.Last}}
	})
	return j.Place, nil
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
// one wins. It refuses with "place_taken" (who), "place_unknown", "not_allowed",
// "operator_offline", "conversation_open", and as routing.Devices.Check does.
func (l *Line) Accept(ctx context.Context, place routing.PlaceID, by routing.OperatorID) error {
	return l.do(ctx, func() error { return l.accept(place, by) })
}

// Skip says that an operator does not want what is offered. Nothing happens when
// it is not offered to them any more.
func (l *Line) Skip(ctx context.Context, place routing.PlaceID, by routing.OperatorID) error {
	return l.do(ctx, func() error {
		if w, ok := l.places[place]; ok && w.isOfferedTo(by) {
			l.giveUp(w, OfferSkipped)
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
		w, ok := l.places[place]
		if !ok || w.state == Waiting || w.operator.ID != by {
			return
		}
		w.join.First = w.join.First || cutOff
		if cutOff {
			w.asked = asked{round: 1, tried: make(map[routing.OperatorID]bool)}
		}
		l.giveUp(w, how)
	})
}

// Snapshot is the line at one moment: places in their order, and open offers.
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
		if w.state == Offered {
			s.Offers = append(s.Offers, w.offerValue())
		}
	}
	return s
}

// inOrder returns the places as they are served: those cut off first, then by
// the time of the request.
func (l *Line) inOrder() []*waiting {
	all := make([]*waiting, 0, len(l.places))
	for _, w := range l.places {
		all = append(all, w)
	}
	slices.SortFunc(all, func(x, y *waiting) int {
		return cmp.Or(
			compareBool(!x.join.First, !y.join.First),
			x.join.Since.Compare(y.join.Since),
			cmp.Compare(x.join.Place, y.join.Place),
		)
	})
	return all
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
