package callback

import (
	"cmp"
	"log/slog"
	"time"

	"sufler/internal/clock"
	"sufler/internal/token"
	"sufler/routing"
	"sufler/routing/hunt"
)

// drive is one open callback: its hunt finds operators, and it calls the visitor
// for them. All of it belongs to the service's loop.
type drive struct {
	s   *Service
	log *slog.Logger
	row routing.Callback
	// token is the visitor's, known to the process that gave it out.
	token string
	gone  bool // another process holds it

	hunt   *hunt.Hunt
	rung   bool               // the visitor's phone rings
	parted bool               // the talk is broken off, the visitor hears music
	sent   bool               // to a colleague, by the operator who is let go now
	lost   routing.OperatorID // in the talk; asked last
	cause  routing.Cause      // why the call ends with the callback; zero: by its state
	shown  View               // as it was told last
	intent clock.Timer        // for an intent that does not come to disk

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
// called before is first. When the program ends it is left to the next process.
func (d *drive) join(secondRing bool) {
	if d.s.draining {
		return
	}
	cutOff := d.row.Attempt > 0 && !d.sent
	if err := d.hunt.Join(cutOff, d.lost); err != nil { // its queue is not in the configuration any more
		d.log.Warn("callback has no queue", slog.String("queue", string(d.row.Queue)), slog.Any("err", err))
		d.fire(NobodyFree, ReasonNobodyFree)
		return
	}
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
	d.hunt.Leave(cmp.Or(d.row.Reason, "server_closing"))
	if d.isOver() {
		d.stopIntent()
		d.hunt.End(cmp.Or(d.cause, causeFor(d.row.State)))
	}
}

// putOff leaves the callback to the next process. Who has talked already is not
// called by that one.
func (d *drive) putOff() {
	if d.row.State == routing.CallbackBridged {
		d.fire(Interrupt, ReasonInterrupted)
	}
	d.rest()
	d.stopIntent()
	d.hunt.End(routing.ShuttingDown)
}

// causeFor is why a call ends whose callback has ended before it.
func causeFor(s routing.CallbackState) routing.Cause {
	if s == routing.CallbackDone {
		return routing.HungUp
	}
	return routing.Cancelled
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

func (d *drive) view() View { return d.s.view(d.row, d.progress(), d.hunt.Position(), d.hunt.Wait()) }

// progress is how far the call has come, beside what is on disk.
func (d *drive) progress() progress {
	switch {
	case d.parted:
		return parted
	case d.rung:
		return visitorRung
	case d.hunt.Found():
		return agentFound
	}
	return nothing
}

// showToken returns the visitor's token, a new one if it is not known here.
func (d *drive) showToken() string {
	if d.token == "" {
		d.token = token.New()
		d.row.TokenHash = token.Hash(d.token)
		d.save()
	}
	return d.token
}

func (d *drive) fact(audience routing.Audience, fact routing.Fact) {
	d.s.opts.Journal.Add(d.row.Session, d.hunt.CallID(), "system", audience, fact)
}
