package callback

import (
	"log/slog"

	"sufler/routing"
	"sufler/routing/call"
	"sufler/routing/queue"
)

// This file is the call of a callback: what it says, and the visitor's phone.

// went takes what the call says.
func (d *drive) went(p call.Progress) {
	switch p := p.(type) {
	case call.AgentRinging:
		d.found()
	case call.AgentOnLine:
		d.agentOnLine()
	case call.AgentLost:
		d.agentLost(p.Cause, p.Err)
	case call.ClientRinging:
		d.rang()
	case call.ClientLost:
		d.visitorLost(p.Cause, p.Err)
	case call.Talking:
		d.talking()
	case call.Ended:
		d.callEnded(p)
	case call.ClientOnLine: // Talking follows, or the loss of the agent
	}
	d.publish()
}

// found says that an operator was found, once for each.
func (d *drive) found() {
	if d.progress == nothing {
		d.progress = agentFound
		d.fact(routing.Everybody, AgentFound{Callback: d.row.ID})
	}
}

func (d *drive) rang() {
	if d.row.State == routing.CallbackDialling && d.progress != visitorRung {
		d.progress = visitorRung
		d.fact(routing.Everybody, Rang{Callback: d.row.ID})
	}
}

func (d *drive) agentOnLine() {
	d.onLine = true
	d.found()
	if d.accepted {
		d.dial()
		return
	}
	d.s.opts.Line.PickedUp(d.place, d.agent.ID)
}

// dial puts the intent on disk and then calls the visitor: after a crash between
// the two the phone may not have rung, never the other way round.
func (d *drive) dial() {
	if d.row.State != routing.CallbackQueued {
		return
	}
	if d.row.Attempt >= d.s.opts.Attempts {
		d.fire(GiveUp, ReasonFailed)
		return
	}
	d.row.Attempt++
	d.row.Call, d.row.Operator = d.callID, d.agent.ID
	if !d.fire(Dial, "") {
		return
	}
	id, attempt := d.callID, d.row.Attempt
	d.intent = d.s.opts.Clock.AfterFunc(d.s.opts.IntentLimit, func() {
		d.s.own.Send(func() { d.intentLate(attempt) })
	})
	d.onDisk(func() {
		if d.row.State == routing.CallbackDialling && d.row.Attempt == attempt && d.callID == id {
			d.callVisitor()
		}
	})
}

func (d *drive) callVisitor() {
	if d.intent != nil {
		d.intent.Stop()
		d.intent = nil
	}
	d.fact(routing.StaffOnly, Dialled{Callback: d.row.ID, Attempt: d.row.Attempt})
	d.call.CallClient(routing.DialRequest{
		To: routing.Destination{Number: d.row.Number, Trunk: d.s.opts.Trunk}, FromNumber: d.s.opts.Caller, RingTimeout: d.s.opts.Ring,
	})
}

// intentLate lets the operator go when the database does not take the intent.
func (d *drive) intentLate(attempt int) {
	if d.row.State != routing.CallbackDialling || d.row.Attempt != attempt || d.intent == nil {
		return
	}
	d.log.Error("visitor not called, the database does not answer")
	op := d.agent
	d.endCall(routing.Failed)
	d.row.Attempt-- // no INVITE has left
	d.lose(op, queue.OfferGone, "store_unavailable")
	d.publish()
}

func (d *drive) agentLost(cause routing.Cause, err error) {
	op := d.agent
	how := queue.OfferMissed
	if cause == routing.Declined {
		how = queue.OfferSkipped
	}
	if err != nil {
		d.log.Warn("operator not rung", slog.String("operator", string(op.ID)), slog.Any("err", err))
	}
	d.noAgent()
	d.lose(op, how, cause.String())
}

// lose gives the place of a lost operator back to the line: to the head of it
// when the visitor was being called.
func (d *drive) lose(op routing.Operator, how queue.OfferEnd, cause string) {
	d.fact(routing.StaffOnly, AgentLost{Callback: d.row.ID, Operator: op.ID, Cause: cause})
	cutOff := d.row.State == routing.CallbackDialling
	if cutOff {
		d.fire(LoseAgent, "")
	}
	if d.place == "" { // the program ends
		return
	}
	if cutOff {
		d.fact(routing.StaffOnly, Queued{Callback: d.row.ID, CutOff: true})
	}
	d.s.opts.Line.Return(d.place, op.ID, how, cutOff)
}

func (d *drive) visitorLost(cause routing.Cause, err error) {
	if d.row.State != routing.CallbackDialling {
		return
	}
	if err != nil {
		d.log.Warn("visitor not called", slog.Any("err", err))
	}
	c := d.call
	d.call = nil // it ends with the visitor's cause, not with ours
	d.fire(LoseVisitor, reasonOf(cause))
	c.End(cause)
}

func (d *drive) talking() {
	if d.row.State != routing.CallbackDialling {
		return
	}
	d.row.TalkedAt = d.s.now()
	d.fire(Bridge, "")
	d.fact(routing.Everybody, Talked{Callback: d.row.ID})
	d.s.opts.Line.Leave(d.place, string(ViewTalking))
	d.place = ""
}

// callEnded is the end of a call that nobody here has ended: the talk is over,
// the call broke or the program ends.
func (d *drive) callEnded(p call.Ended) {
	d.call = nil
	switch {
	case d.isOver():
	case d.row.State == routing.CallbackBridged && p.Cause == routing.ShuttingDown:
		d.fire(Interrupt, ReasonInterrupted)
	case d.row.State == routing.CallbackBridged:
		d.fire(HangUp, ReasonTalked)
	default:
		if p.Cause == routing.ShuttingDown {
			d.rest() // the next process goes on
		}
		d.lose(d.agent, queue.OfferGone, p.Cause.String())
	}
	d.callID = ""
	d.noAgent()
}
