package call

import (
	"log/slog"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"sufler/internal/clock"
	"sufler/internal/loop"
	"sufler/routing"
)

// bySystem is who ends a call or does something when it is nobody of its parties.
const bySystem = "system"

// Call is one conversation with sound. Its methods may be called from anywhere;
// those without a result go on at once and tell what came of them as Progress.
type Call struct {
	id      routing.CallID
	x       *Exchange
	spec    Spec
	log     *slog.Logger
	started time.Time
	shown   atomic.Pointer[Snapshot]
	work    sync.WaitGroup // goroutines that commit audit rows

	own *loop.Loop // the fields below belong to its goroutine

	state         State
	talked, ended time.Time
	talkedBy      routing.OperatorID
	cause         routing.Cause
	endedBy       string
	client        *party // parties[0]
	parties       []*party
	lines         map[routing.LegID]*line // legs that have not said Ended
	committing    int                     // audit rows under way
	giveUp        clock.Timer             // for legs that do not end
	retired       bool                    // the loop is closing

	mix mix
}

// Snapshot is the call as it is now. It never waits.
func (c *Call) Snapshot() Snapshot { return *c.shown.Load() }

// ID names the call.
func (c *Call) ID() routing.CallID { return c.id }

// End ends the call and hangs up every leg. Ending an ended call does nothing.
func (c *Call) End(cause routing.Cause) {
	c.send(func() { c.finish(Finished, cause, bySystem) })
}

// done is closed when the last leg has ended and nothing more will come.
func (c *Call) done() <-chan struct{} { return c.own.Done() }

// send gives the loop a task; false when the call is over and its legs are gone.
func (c *Call) send(task func()) bool {
	return c.own.Send(func() { c.run(task) })
}

// run is the border of the loop: a panic ends this call and no other.
func (c *Call) run(task func()) {
	defer func() {
		if trouble := recover(); trouble != nil {
			c.log.Error("call panicked", slog.Any("err", trouble), slog.String("stack", string(debug.Stack())))
			c.crash()
		}
	}()
	task()
	c.publish()
	c.retire()
}

// crash ends a call of which nothing may be believed any more, each step apart
// so that a second panic does not keep the others from being done.
func (c *Call) crash() {
	c.attempt(func() { c.finish(Finished, routing.Failed, bySystem) })
	if c.state != StateEnded { // the end itself could not be done in order
		c.state, c.ended, c.cause, c.endedBy = StateEnded, c.now(), routing.Failed, bySystem
		c.x.opts.Metrics.supervisions.Sub(float64(len(c.supervisors())))
		c.parties = slices.DeleteFunc(c.parties, func(p *party) bool { return p.role == routing.Supervisor })
		c.count()
	}
	c.attempt(c.replan)
	c.attempt(func() { c.failWaiters(func(waiter) error { return c.tooLate(c.ended) }) })
	c.attempt(func() { c.x.remember(c) })
	for _, l := range c.lines {
		c.attempt(func() { l.leg.Do(routing.Hangup{Cause: routing.Failed}) })
	}
	c.attempt(c.publish)
	c.close()
}

func (c *Call) attempt(step func()) {
	defer func() {
		if trouble := recover(); trouble != nil {
			c.log.Error("call panicked while ending", slog.Any("err", trouble))
		}
	}()
	step()
}

func (c *Call) begin() {
	c.x.opts.Metrics.running.Inc()
	c.log.Info("call started", slog.String("kind", c.spec.Kind.String()), slog.String("queue", string(c.spec.Queue)))
	c.tell(routing.Everybody, bySystem, Started{
		CallKind: c.spec.Kind.String(), Queue: string(c.spec.Queue), Client: c.client.id,
		Name: c.spec.ClientName, Number: c.spec.ClientNumber,
	})
}

// fire moves the call along its table; false when the trigger has no place in
// the state. The facts come first, then the change.
func (c *Call) fire(t Trigger, facts ...routing.Fact) bool {
	to, ok := next[c.state][t]
	if !ok {
		c.log.Warn("trigger refused", slog.Any("err", &TransitionError{Call: c.id, State: c.state, Trigger: t}))
		return false
	}
	for _, fact := range facts {
		c.tell(routing.Everybody, bySystem, fact)
	}
	c.state = to
	return true
}

// finish is the end of the call, for whatever reason.
func (c *Call) finish(t Trigger, cause routing.Cause, by string) {
	if c.state == StateEnded {
		return
	}
	others := c.causeForOthers(cause, by)
	supervisors := c.endSupervisions(others)
	if !c.fire(t, HasEnded{Cause: cause.String(), By: by, TalkedMS: c.talkedFor().Milliseconds()}) {
		return
	}
	c.ended, c.cause, c.endedBy = c.now(), cause, by
	c.count()
	c.replan() // everybody is silent before the first BYE is on its way
	for _, p := range append(supervisors, c.parties...) {
		p.cut(others, c.now())
	}
	c.failWaiters(func(waiter) error { return c.tooLate(c.ended) })
	c.x.remember(c)
	c.giveUp = c.x.opts.Clock.AfterFunc(c.x.opts.EndLimit, func() { c.send(c.abandon) })
	c.progress(Ended{Cause: cause, By: by, Talked: !c.talked.IsZero()})
}

// causeForOthers is why the legs end that did not end the call.
func (c *Call) causeForOthers(cause routing.Cause, by string) routing.Cause {
	switch {
	case by == bySystem:
		return cause
	case c.talked.IsZero():
		return routing.Cancelled
	default:
		return routing.HungUp
	}
}

func (c *Call) count() {
	result := resultTalked
	if c.talked.IsZero() {
		result = c.cause.String()
	}
	c.x.opts.Metrics.running.Dec()
	c.x.opts.Metrics.calls.WithLabelValues(c.spec.Kind.String(), result).Inc()
	c.log.Info("call ended", slog.String("cause", c.cause.String()), slog.String("by", c.endedBy),
		slog.Duration("setup", c.setup()), slog.Duration("talked", c.talkedFor()))
}

func (c *Call) talkedFor() time.Duration {
	if c.talked.IsZero() {
		return 0
	}
	return c.now().Sub(c.talked)
}

func (c *Call) setup() time.Duration {
	if c.talked.IsZero() {
		return 0
	}
	return c.talked.Sub(c.started)
}

// abandon gives up legs that have not ended although they were told to.
func (c *Call) abandon() {
	for id := range c.lines {
		c.log.Error("leg did not end", slog.String("leg", string(id)))
		delete(c.lines, id)
	}
}

// retire closes the loop when the call has ended and nothing more can come.
func (c *Call) retire() {
	if c.state == StateEnded && len(c.lines) == 0 && c.committing == 0 {
		c.close()
	}
}

func (c *Call) close() {
	if c.retired {
		return
	}
	c.retired = true
	if c.giveUp != nil {
		c.giveUp.Stop()
	}
	c.attempt(func() { c.tell(routing.SupervisorsOnly, bySystem, GuardCounted(c.mix.guard)) })
	c.own.Close()
}

func (c *Call) now() time.Time { return c.x.opts.Clock.Now() }

// tell adds a fact to the journal.
func (c *Call) tell(audience routing.Audience, by string, fact routing.Fact) {
	c.x.opts.Journal.Add(c.spec.Session, c.id, by, audience, fact)
}

func (c *Call) progress(p Progress) {
	if c.spec.Progress != nil {
		c.spec.Progress(p)
	}
}

// publish shows the call to everybody if it is new or has changed.
func (c *Call) publish() {
	s, old := c.view(), c.Snapshot()
	s.Version = old.Version
	if s.Version > 0 && s.same(old) {
		return
	}
	s.Version++
	c.shown.Store(&s)
	publish(c.x, c.x.watchers, s)
}

func (c *Call) view() Snapshot {
	s := Snapshot{
		Call: c.id, Session: c.spec.Session, Kind: c.spec.Kind, Queue: c.spec.Queue, State: c.state, StartedAt: c.started,
		TalkedAt: c.talked, TalkedBy: c.talkedBy, EndedAt: c.ended, Cause: c.cause, EndedBy: c.endedBy, Recorded: c.mix.recorded,
	}
	for _, p := range c.parties {
		s.Parties = append(s.Parties, p.shown())
	}
	if c.state != StateEnded {
		s.Hears = slices.Clone(c.mix.hears)
	}
	return s
}

// same compares everything but Version.
func (s Snapshot) same(o Snapshot) bool {
	return s.State == o.State && s.TalkedAt.Equal(o.TalkedAt) && s.EndedAt.Equal(o.EndedAt) && s.Cause == o.Cause &&
		s.EndedBy == o.EndedBy && s.Recorded == o.Recorded && slices.Equal(s.Parties, o.Parties) && slices.Equal(s.Hears, o.Hears)
}
