package callback

import (
	"log/slog"

	"sufler/routing"
	"sufler/routing/call"
	"sufler/routing/hunt"
	"sufler/routing/queue"
)

// This file is what a callback makes of the operators that its hunt finds, and
// the visitor's phone.

var _ hunt.Driver = (*drive)(nil)

// Offered implements hunt.Driver.
func (d *drive) Offered(op routing.Operator, phone bool) {
	d.fact(routing.StaffOnly, OfferedTo{Callback: d.row.ID, Operator: op.ID, Phone: phone})
}

// Accepted implements hunt.Driver.
func (d *drive) Accepted(op routing.Operator) {
	d.fact(routing.StaffOnly, AcceptedBy{Callback: d.row.ID, Operator: op.ID})
}

// Found implements hunt.Driver.
func (d *drive) Found(routing.Operator) {
	d.fact(routing.Everybody, AgentFound{Callback: d.row.ID})
}

// NobodyFree implements hunt.Driver.
func (d *drive) NobodyFree() { d.fire(NobodyFree, ReasonNobodyFree) }

// Changed implements hunt.Driver.
func (d *drive) Changed() { d.publish() }

// Heard takes what the call says of the visitor, and of an operator whose line broke.
func (d *drive) Heard(p call.Progress) {
	switch p := p.(type) {
	case call.ClientRinging:
		d.rang()
	case call.ClientLost:
		d.visitorLost(p.Cause, p.Err)
	case call.AgentAway:
		d.parted = d.row.State == routing.CallbackBridged
	case call.AgentBack:
		d.parted = false
	case call.ClientOnLine: // Talking follows, or the loss of the agent
	}
}

func (d *drive) rang() {
	if d.row.State == routing.CallbackDialling && !d.rung {
		d.rung = true
		d.fact(routing.Everybody, Rang{Callback: d.row.ID})
	}
}

// OnLine puts the intent on disk and then calls the visitor: after a crash between
// the two the phone may not have rung, never the other way round.
func (d *drive) OnLine() {
	if d.row.State != routing.CallbackQueued {
		return
	}
	if d.row.Attempt >= d.s.opts.Attempts {
		d.fire(GiveUp, ReasonFailed)
		return
	}
	d.row.Attempt++
	d.row.Call, d.row.Operator = d.hunt.CallID(), d.hunt.Agent().ID
	if !d.fire(Dial, "") {
		return
	}
	id, attempt := d.hunt.CallID(), d.row.Attempt
	d.intent = d.s.opts.Clock.AfterFunc(d.s.opts.IntentLimit, func() {
		d.s.own.Send(func() { d.intentLate(attempt) })
	})
	d.onDisk(func() {
		if d.row.State == routing.CallbackDialling && d.row.Attempt == attempt && d.hunt.CallID() == id {
			d.callVisitor()
		}
	})
}

func (d *drive) callVisitor() {
	d.stopIntent()
	d.fact(routing.StaffOnly, Dialled{Callback: d.row.ID, Attempt: d.row.Attempt})
	d.hunt.Call().CallClient(routing.DialRequest{
		To: routing.Destination{Number: d.row.Number, Trunk: d.s.opts.Trunk}, FromNumber: d.s.opts.Caller, RingTimeout: d.s.opts.Ring,
	})
}

func (d *drive) stopIntent() {
	if d.intent != nil {
		d.intent.Stop()
		d.intent = nil
	}
}

// intentLate lets the operator go when the database does not take the intent.
func (d *drive) intentLate(attempt int) {
	if d.row.State != routing.CallbackDialling || d.row.Attempt != attempt || d.intent == nil {
		return
	}
	d.log.Error("visitor not called, the database does not answer")
	d.row.Attempt-- // no INVITE has left
	d.hunt.Drop(routing.Failed, "store_unavailable")
	d.publish()
}

// Lost gives the place of a lost operator back to the line: to the head of it
// when the visitor was being called, and when they are on the line.
func (d *drive) Lost(op routing.Operator, cause string) (cutOff bool) {
	d.stopIntent()
	d.rung = false
	d.fact(routing.StaffOnly, AgentLost{Callback: d.row.ID, Operator: op.ID, Cause: cause})
	cutOff = d.row.State == routing.CallbackDialling
	inTalk := d.row.State == routing.CallbackBridged && d.hunt.Place() == ""
	if cutOff || inTalk {
		d.fire(LoseAgent, "")
	}
	switch {
	case d.s.draining:
		d.putOff()
	case inTalk:
		d.parted, d.lost = true, op.ID
		d.join(false)
	case cutOff && d.hunt.Place() != "": // else the program ends
		d.fact(routing.StaffOnly, Queued{Callback: d.row.ID, CutOff: true})
	}
	return cutOff
}

// send hands the visitor to a colleague of the operator, who is hung up.
func (d *drive) send(to queue.Target) {
	d.hunt.Aim(to)
	d.sent = true
	d.hunt.Drop(routing.TakenOver, "redirected")
	d.sent = false
	d.publish()
}

func (d *drive) visitorLost(cause routing.Cause, err error) {
	if d.row.State != routing.CallbackDialling {
		return
	}
	if err != nil {
		d.log.Warn("visitor not called", slog.Any("err", err))
	}
	d.cause = cause // the call ends with it, not with ours
	d.fire(LoseVisitor, reasonOf(cause))
}

// Talking implements hunt.Driver.
func (d *drive) Talking() {
	if d.row.State == routing.CallbackDialling {
		d.row.TalkedAt = d.s.now()
	}
	d.row.Operator = d.hunt.Agent().ID
	if !d.fire(Bridge, "") {
		return
	}
	d.parted = false
	d.hunt.Keep()
	d.fact(routing.Everybody, Talked{Callback: d.row.ID})
}

// Ended is the end of a call that nobody here has ended: the talk is over, the
// call broke or the program ends.
func (d *drive) Ended(p call.Ended) (over bool) {
	switch {
	case d.isOver():
	case d.row.State == routing.CallbackBridged && p.Cause == routing.ShuttingDown:
		d.fire(Interrupt, ReasonInterrupted)
	case d.row.State == routing.CallbackBridged:
		d.fire(HangUp, ReasonTalked)
	case p.Cause == routing.ShuttingDown:
		d.rest() // the next process goes on
	}
	return d.isOver()
}
