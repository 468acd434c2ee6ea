package callback

import (
	"cmp"
	"log/slog"
	"time"

	"sufler/internal/clock"
	"sufler/routing"
	"sufler/routing/call"
	"sufler/routing/queue"
)

// drive is one open callback: it stands in the line, rings operators and calls
// the visitor. All of it belongs to the service's loop.
type drive struct {
	s   *Service
	log *slog.Logger
	row routing.Callback
	// token is the visitor's, known to the process that gave it out.
	token string
	gone  bool // another process holds it

	place    routing.PlaceID // empty: not in the line
	position int
	progress progress
	shown    View // as it was told last

	call     Call // nil: none
	callID   routing.CallID
	agent    routing.Operator // whose phone rings or who is on the line
	onLine   bool             // the agent is
	accepted bool             // the place is the agent's
	intent   clock.Timer      // for an intent that does not come to disk

	// save.go
	version, durable uint64
	saving           bool
	pause            time.Duration
	waiters          []waiter
}

// fire moves the callback along its table; false when the trigger has no place in
// its state.
func (d *drive) fire(t Trigger, reason string) bool {
	to, ok := next[d.row.State][t]
	if !ok || d.gone {
		d.log.Warn("trigger refused", slog.Any("err", &TransitionError{Callback: d.row.ID, State: d.row.State, Trigger: t}))
		return false
	}
	d.row.State, d.row.Changed = to, d.s.now()
	if isFinal(to) {
		d.row.Reason, d.row.EndedAt = reason, d.row.Changed
	}
	d.save()
	if isFinal(to) {
		d.end()
	}
	return true
}

// isOver reports whether nothing more happens to the callback here.
func (d *drive) isOver() bool { return d.gone || isFinal(d.row.State) }

// begin puts a new callback into the line.
func (d *drive) begin() {
	d.fact(routing.Everybody, Requested{
		Callback: d.row.ID, Number: d.row.Number, Name: d.row.Name, Queue: d.row.Queue, Language: d.row.Language,
	})
	d.log.Info("callback requested", slog.String("queue", string(d.row.Queue)))
	d.join(false)
}

// resume goes on with a callback of an earlier process. A number that is being
// served already is not called for a second one.
func (d *drive) resume(served bool) {
	was := d.row.State
	d.log.Info("callback taken over", slog.String("state", was.String()), slog.Int("attempt", d.row.Attempt))
	d.fire(Interrupt, ReasonInterrupted)
	if served && !d.isOver() {
		d.fire(Cancel, ReasonCancelled)
	}
	if !d.isOver() {
		d.join(was == routing.CallbackDialling)
	}
	d.publish()
}

// join takes a place in the line, by the time of the request; who was being
// called before is first.
func (d *drive) join(secondRing bool) {
	cutOff := d.row.Attempt > 0
	place, err := d.s.opts.Line.Join(queue.Join{
		Kind: queue.Callback, Name: d.row.Name, Number: d.row.Number, Queue: d.row.Queue, Language: d.row.Language,
		Session: d.row.Session, Callback: d.row.ID, Since: d.row.Created, First: cutOff,
		Tell: func(n queue.Notice) { d.s.own.Send(func() { d.heard(n) }) },
	})
	if err != nil { // its queue is not in the configuration any more
		d.log.Warn("callback has no queue", slog.String("queue", string(d.row.Queue)), slog.Any("err", err))
		d.fire(NobodyFree, ReasonNobodyFree)
		return
	}
	d.place = place
	d.fact(routing.StaffOnly, Queued{Callback: d.row.ID, CutOff: cutOff, PossibleSecondRing: secondRing})
}

// cancel is the visitor's wish.
func (d *drive) cancel() {
	if d.isOver() {
		return
	}
	reason := ReasonCancelled
	if d.row.State == routing.CallbackBridged {
		reason = ReasonTalked
	}
	d.fire(Cancel, reason)
	d.publish()
}

// end is what follows from a final state.
func (d *drive) end() {
	d.fact(routing.Everybody, Ended{Callback: d.row.ID, Reason: d.row.Reason})
	d.log.Info("callback ended", slog.String("cause", d.row.Reason), slog.Int("attempt", d.row.Attempt))
	d.s.opts.Metrics.ended.WithLabelValues(d.row.Reason).Inc()
	d.rest()
}

// rest leaves the line and the call.
func (d *drive) rest() {
	if d.place != "" {
		d.s.opts.Line.Leave(d.place, cmp.Or(d.row.Reason, "server_closing"))
		d.place = ""
	}
	if d.isOver() {
		d.endCall(causeFor(d.row.State))
	}
}

// causeFor is why a call ends whose callback has ended before it.
func causeFor(s routing.CallbackState) routing.Cause {
	if s == routing.CallbackDone {
		return routing.HungUp
	}
	return routing.Cancelled
}

// heard takes what the line says about the place.
func (d *drive) heard(n queue.Notice) {
	if d.place == "" {
		return
	}
	switch n := n.(type) {
	case queue.OfferedTo:
		d.offered(n)
	case queue.AcceptedBy:
		d.acceptedBy(n)
	case queue.Withdrawn:
		d.withdrawn(n)
	case queue.Moved:
		d.moved(n.Place)
	case queue.NobodyFree:
		d.fire(NobodyFree, ReasonNobodyFree)
	}
	d.publish()
}

func (d *drive) offered(n queue.OfferedTo) {
	d.fact(routing.StaffOnly, OfferedTo{Callback: d.row.ID, Operator: n.Operator.ID, Phone: n.Phone})
	if !n.Phone {
		d.endCall(routing.NoAnswer) // one that waits for another phone
		return
	}
	d.ring(n.Operator, max(n.Ends.Sub(d.s.opts.Clock.Now()), time.Second))
}

func (d *drive) acceptedBy(n queue.AcceptedBy) {
	d.fact(routing.StaffOnly, AcceptedBy{Callback: d.row.ID, Operator: n.Operator.ID})
	if n.Phone {
		if d.agent.ID == n.Operator.ID && d.onLine { // else lost meanwhile, and the line knows
			d.accepted = true
			d.dial()
		}
		return
	}
	if d.agent.ID != n.Operator.ID || d.call == nil {
		d.ring(n.Operator, d.offerTime())
	}
	d.accepted = true
	d.found()
	if d.onLine {
		d.dial()
	}
}

func (d *drive) offerTime() time.Duration {
	q, _ := d.s.opts.Line.Queue(d.row.Queue) // known since join
	return q.Offer
}

// withdrawn stops a phone that rings for nothing. The one who has picked up
// waits for the line's verdict: accepted, or another was first.
func (d *drive) withdrawn(n queue.Withdrawn) {
	switch {
	case d.call == nil || d.agent.ID != n.Operator:
	case n.Reason == queue.OfferTaken:
		d.endCall(routing.Elsewhere)
	case !d.onLine:
		d.endCall(routing.NoAnswer)
	}
}

func (d *drive) moved(p queue.Place) {
	d.position = p.Position
	if p.State == queue.Waiting && d.agent.ID == "" {
		d.endCall(routing.NoAnswer)
	}
}

// ring makes an operator's phone ring, in the call that the last one was lost to
// or in a new one.
func (d *drive) ring(op routing.Operator, limit time.Duration) {
	if d.agent.ID != "" {
		d.endCall(routing.Elsewhere)
	}
	if d.call == nil {
		d.open()
	}
	d.agent, d.onLine, d.accepted = op, false, false
	d.call.CallAgent(op, routing.DialRequest{
		To: routing.Destination{Phone: op.Phone}, FromName: d.s.ringText(d.row, op), FromNumber: d.s.opts.Caller, RingTimeout: limit,
	})
}

func (d *drive) open() {
	id := routing.NewID[routing.CallID]()
	d.callID = id
	d.call = d.s.opts.Calls.Open(call.Spec{
		Call: id, Session: d.row.Session, Kind: routing.CallbackCall, Queue: d.row.Queue, ClientName: d.row.Name, ClientNumber: d.row.Number,
		Record: d.s.opts.Record,
		Progress: func(p call.Progress) {
			d.s.own.Send(func() {
				if d.callID == id {
					d.went(p)
				}
			})
		},
	})
}

// endCall ends the call, if there is one, and forgets it: nothing of what it
// still says matters.
func (d *drive) endCall(cause routing.Cause) {
	if d.call != nil {
		d.call.End(cause)
	}
	d.call, d.callID = nil, ""
	d.noAgent()
}

func (d *drive) noAgent() {
	d.agent, d.onLine, d.accepted, d.progress = routing.Operator{}, false, false, nothing
	if d.intent != nil {
		d.intent.Stop()
		d.intent = nil
	}
}

// publish tells the visitor's page what has changed. Who waits is told with the
// place, as soon as the line has said it.
func (d *drive) publish() {
	v := d.view()
	if v == d.shown || d.gone || v.State == ViewWaiting && v.Place == 0 {
		return
	}
	d.shown = v
	d.s.tell(v)
}

func (d *drive) view() View { return d.s.view(d.row, d.progress, d.position) }

// showToken returns the visitor's token, a new one if it is not known here.
func (d *drive) showToken() string {
	if d.token == "" {
		d.token = newToken()
		d.row.TokenHash = hashOf(d.token)
		d.save()
	}
	return d.token
}

func (d *drive) fact(audience routing.Audience, fact routing.Fact) {
	d.s.opts.Journal.Add(d.row.Session, d.callID, "system", audience, fact)
}
