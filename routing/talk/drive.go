package talk

import (
	"log/slog"
	"time"

	"sufler/internal/clock"
	"sufler/routing"
	"sufler/routing/call"
	"sufler/routing/hunt"
	"sufler/routing/queue"
)

// drive is one talk: its hunt finds operators for the visitor who is in its call
// from the beginning. All of it belongs to the service's loop.
type drive struct {
	s         *Service
	log       *slog.Logger
	id        routing.TalkID
	session   routing.SessionID
	tokenHash string
	asked     Request
	leg       routing.LegID
	hunt      *hunt.Hunt

	state    State
	reason   string
	cutOff   bool
	sent     bool   // to a colleague, by the operator who is let go now
	operator string // public name of who talks
	created  time.Time
	talked   time.Time
	ended    time.Time
	shown    View        // as it was told last
	forget   clock.Timer // set when it has ended
}

var _ hunt.Driver = (*drive)(nil)

// adopt makes a talk of a request.
func (s *Service) adopt(r Request, tokenHash string) *drive {
	d := &drive{
		s: s, id: routing.NewID[routing.TalkID](), session: routing.NewID[routing.SessionID](), tokenHash: tokenHash, asked: r,
		state: Waiting, created: s.now(),
	}
	d.log = s.log.With(slog.String("talk", string(d.id)), slog.String("session", string(d.session)))
	d.hunt = hunt.New(hunt.Options{
		Driver: d, Send: func(task func()) { s.own.Send(task) }, Line: s.opts.Line, Calls: s.opts.Calls, Clock: s.opts.Clock, Log: d.log,
		Join: queue.Join{
			Kind: routing.VoiceChannel, Name: r.Name, Queue: r.Queue, Language: r.Language, Session: d.session, Visitor: r.Visitor, Since: d.created, Admitted: true,
		},
		Spec: call.Spec{Session: d.session, Kind: routing.WebCall, Queue: r.Queue, ClientName: r.Name, Record: s.opts.Record},
		Say:  s.opts.Say, Sentence: "ring.talk", Number: s.opts.Caller,
	})
	return d
}

// arrive makes the page's leg the client of a new call and takes a place in the line.
func (d *drive) arrive() error {
	c := d.hunt.Open()
	d.hunt.Keep()
	leg, err := d.s.opts.Browsers.Arrive(routing.BrowserOwner(d.id), func(leg routing.Leg) func(routing.Signal) {
		return c.TakeClient(routing.Inbound{Leg: leg, FromName: d.asked.Name, By: routing.ByBrowser})
	})
	if err != nil {
		d.hunt.End(routing.Failed)
		return err
	}
	d.leg = leg.ID()
	d.s.talks[d.id] = d
	d.s.opts.Metrics.open.Inc()
	d.fact(routing.Everybody, Requested{Talk: d.id, Name: d.asked.Name, Queue: d.asked.Queue, Language: d.asked.Language})
	d.log.Info("talk requested", slog.String("queue", string(d.asked.Queue)))
	d.join("")
	return nil
}

// join takes a place in the line, before all others after a talk that was cut off.
func (d *drive) join(lost routing.OperatorID) {
	if err := d.hunt.Join(d.cutOff, lost); err != nil {
		d.log.Error("talk has no queue", slog.Any("err", err)) // it was there a moment ago
		d.finish(Break, ReasonFailed)
		return
	}
	d.fact(routing.StaffOnly, Queued{Talk: d.id, CutOff: d.cutOff})
}

// fire moves the talk along its table; false when the trigger has no place in its
// state.
func (d *drive) fire(t Trigger) bool {
	to, ok := next[d.state][t]
	if !ok {
		d.log.Warn("trigger refused", slog.Any("err", &TransitionError{Talk: d.id, State: d.state, Trigger: t}))
		return false
	}
	d.state = to
	return true
}

// cancel is the visitor's wish.
func (d *drive) cancel() {
	reason := ReasonCancelled
	if !d.talked.IsZero() {
		reason = ReasonTalked
	}
	d.finish(Cancel, reason)
}

// putOff ends a talk that has no operator while nothing new is taken.
func (d *drive) putOff() {
	if d.s.draining && d.state == Waiting && d.hunt.Agent().ID == "" {
		d.finish(Break, ReasonFailed)
	}
}

// finish ends the talk, unless it has ended: the place leaves the line and
// everybody is hung up.
func (d *drive) finish(t Trigger, reason string) {
	if d.state == Ended || !d.fire(t) {
		return
	}
	d.reason, d.ended = reason, d.s.now()
	d.fact(routing.Everybody, HasEnded{Talk: d.id, Reason: reason})
	d.log.Info("talk ended", slog.String("cause", reason))
	d.s.opts.Metrics.ended.WithLabelValues(reason).Inc()
	d.s.opts.Metrics.open.Dec()
	d.hunt.Leave(reason)
	d.hunt.End(causeFor(reason))
	d.forget = d.s.opts.Clock.AfterFunc(d.s.opts.Remember, func() {
		d.s.own.Send(func() { delete(d.s.talks, d.id) })
	})
	d.publish()
}

// causeFor is why a call ends whose talk has ended before it.
func causeFor(reason string) routing.Cause {
	switch reason {
	case ReasonTalked:
		return routing.HungUp
	case ReasonNobodyFree:
		return routing.NoAnswer
	case ReasonFailed:
		return routing.Failed
	default:
		return routing.Cancelled
	}
}

// publish tells the visitor's page what has changed. Who waits is told with the
// place, as soon as the line has said it.
func (d *drive) publish() {
	v := d.view()
	if v == d.shown || v.State == Waiting && v.Place == 0 {
		return
	}
	d.shown = v
	d.s.tell(v)
}

func (d *drive) view() View {
	v := View{
		ID: d.id, Session: d.session, State: d.state, Reason: d.reason, Name: d.asked.Name, Queue: d.asked.Queue, Leg: d.leg,
		CreatedAt: d.created, TalkedAt: d.talked, EndedAt: d.ended,
	}
	switch d.state {
	case Waiting:
		v.Place, v.Wait, v.CutOff = d.hunt.Position(), d.hunt.Wait(), d.cutOff
	case Talking, Away:
		v.Operator = d.operator
	case Found, Ended:
	}
	return v
}

func (d *drive) fact(audience routing.Audience, fact routing.Fact) {
	d.s.opts.Journal.Add(d.session, d.hunt.CallID(), "system", audience, fact)
}
