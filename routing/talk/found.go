package talk

import (
	"sufler/routing"
	"sufler/routing/call"
	"sufler/routing/queue"
)

// This file is what a talk makes of the operators that its hunt finds. The client
// is in the call: when an operator is on the line the two talk by themselves.

// Offered implements hunt.Driver.
func (d *drive) Offered(routing.Operator, bool) {}

// Accepted implements hunt.Driver.
func (d *drive) Accepted(routing.Operator) {}

// OnLine implements hunt.Driver.
func (d *drive) OnLine() {}

// Found implements hunt.Driver.
func (d *drive) Found(routing.Operator) {
	if d.state == Waiting {
		d.fire(Find)
	}
}

// Talking implements hunt.Driver.
func (d *drive) Talking() {
	if !d.fire(Meet) {
		return
	}
	d.operator, d.cutOff = d.hunt.Agent().PublicName, false
	if d.talked.IsZero() {
		d.talked = d.s.now()
	}
	d.fact(routing.Everybody, Talked{Talk: d.id})
}

// Lost puts a visitor whose operator was lost in the talk at the head of the line.
func (d *drive) Lost(op routing.Operator, _ string) (cutOff bool) {
	if d.state != Talking && d.state != Away {
		return false // Changed sees that nobody is found any more
	}
	d.fire(Lose)
	d.operator, d.cutOff = "", !d.sent
	d.join(op.ID)
	return d.cutOff
}

// send hands the visitor to a colleague of the operator, who is hung up.
func (d *drive) send(to queue.Target) {
	d.hunt.Aim(to)
	d.sent = true
	d.hunt.Drop(routing.TakenOver, "redirected")
	d.sent = false
	d.publish()
}

// Heard takes what the call says of an operator whose line broke.
func (d *drive) Heard(p call.Progress) {
	switch p.(type) {
	case call.AgentAway:
		if d.state == Talking {
			d.fire(Part)
		}
	case call.AgentBack:
		if d.state == Away {
			d.fire(Return)
		}
	}
}

// NobodyFree implements hunt.Driver.
func (d *drive) NobodyFree() { d.finish(NobodyFree, ReasonNobodyFree) }

// Ended implements hunt.Driver: without its call there is no talk.
func (d *drive) Ended(e call.Ended) (over bool) {
	d.finish(Break, reasonOf(e))
	return true
}

// Changed implements hunt.Driver.
func (d *drive) Changed() {
	if d.state == Found && !d.hunt.Found() {
		d.fire(Lose)
	}
	d.putOff()
	d.publish()
}
