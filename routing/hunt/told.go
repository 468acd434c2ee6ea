package hunt

import (
	"log/slog"
	"time"

	"sufler/routing"
	"sufler/routing/call"
	"sufler/routing/queue"
)

// This file is what the line and the call say.

// told takes what the line says about the place.
func (h *Hunt) told(n queue.Notice) {
	if h.place == "" {
		return
	}
	switch n := n.(type) {
	case queue.OfferedTo:
		h.offered(n)
	case queue.AcceptedBy:
		h.acceptedBy(n)
	case queue.Withdrawn:
		h.withdrawn(n)
	case queue.Moved:
		h.moved(n.Place)
	case queue.NobodyFree:
		h.opts.Driver.NobodyFree()
	case queue.Overflowed:
		h.overflowed(n)
	}
	h.opts.Driver.Changed()
}

func (h *Hunt) offered(n queue.OfferedTo) {
	h.opts.Driver.Offered(n.Operator, n.Phone)
	if !n.Phone {
		if h.agent.ID == "" {
			h.letGo(routing.NoAnswer) // a call that waits for another phone
		}
		return
	}
	h.ring(n.Operator, max(n.Ends.Sub(h.opts.Clock.Now()), time.Second), false)
}

func (h *Hunt) acceptedBy(n queue.AcceptedBy) {
	h.opts.Driver.Accepted(n.Operator)
	if n.Phone {
		if h.agent.ID == n.Operator.ID && h.onLine { // else lost meanwhile, and the line knows
			h.has()
		}
		return
	}
	if h.agent.ID != n.Operator.ID || h.call == nil {
		h.ring(n.Operator, h.offerTime(), true)
	}
	h.find()
	h.has()
}

func (h *Hunt) offerTime() time.Duration {
	q, err := h.opts.Line.Queue(h.queue)
	if err != nil { // there is no such queue any more
		q.Offer = 20 * time.Second
	}
	return q.Offer
}

// find says that an operator was found, once for each.
func (h *Hunt) find() {
	if !h.found {
		h.found = true
		h.opts.Driver.Found(h.agent)
	}
}

// has makes the agent the one who has the place.
func (h *Hunt) has() {
	h.accepted = true
	if h.onLine {
		h.opts.Driver.OnLine()
	}
	h.meet()
}

// meet begins the talk. Who picks up may talk to a client who is on the line
// before the line has said whose the place is; it counts when it has.
func (h *Hunt) meet() {
	if h.accepted && h.together {
		h.Leave("talking")
		h.opts.Driver.Talking()
	}
}

// withdrawn stops a phone that rings for nothing. The one who has picked up
// waits for the line's verdict: accepted, or another was first.
func (h *Hunt) withdrawn(n queue.Withdrawn) {
	switch {
	case h.call == nil || h.agent.ID != n.Operator:
	case n.Reason == queue.OfferTaken:
		h.letGo(routing.Elsewhere)
	case !h.onLine:
		h.letGo(routing.NoAnswer)
	}
}

func (h *Hunt) moved(p queue.Place) {
	h.position, h.wait, h.queue = p.Position, time.Duration(p.Wait.Step.Minutes())*time.Minute, p.Queue
	if p.State == queue.Waiting && h.agent.ID == "" {
		h.letGo(routing.NoAnswer)
	}
}

// overflowed leads a client on whom nobody here will serve in time.
func (h *Hunt) overflowed(n queue.Overflowed) {
	h.opts.Driver.NobodyFree()
}

// went takes what the call says.
func (h *Hunt) went(p call.Progress) {
	if h.strays > 0 && h.ofStray(p) {
		return
	}
	switch p := p.(type) {
	case call.AgentRinging:
		h.find()
	case call.AgentOnLine:
		h.agentOnLine()
	case call.AgentLost:
		h.agentLost(p)
	case call.Talking:
		h.together = true
		h.meet()
	case call.Ended:
		h.ended(p)
	default:
		h.opts.Driver.Heard(p)
	}
	h.opts.Driver.Changed()
}

// ofStray reports whether something was said of an operator who was dropped
// before: each of them is heard of until AgentLost, one after the other.
func (h *Hunt) ofStray(p call.Progress) bool {
	switch p.(type) {
	case call.AgentLost:
		h.strays--
		return true
	case call.AgentRinging, call.AgentOnLine, call.Talking:
		return true
	}
	return false
}

func (h *Hunt) agentOnLine() {
	h.onLine = true
	h.find()
	if h.accepted {
		h.opts.Driver.OnLine()
		return
	}
	h.opts.Line.PickedUp(h.place, h.agent.ID)
}

func (h *Hunt) agentLost(p call.AgentLost) {
	op := h.agent
	how := queue.OfferMissed
	if p.Cause == routing.Declined {
		how = queue.OfferSkipped
	}
	if p.Err != nil {
		h.opts.Log.Warn("operator not rung", slog.String("operator", string(op.ID)), slog.Any("err", p.Err))
	}
	h.forgetAgent()
	h.lost(op, how, p.Cause.String())
}

// lost gives the place of a lost operator back to the line. One that has left the
// line already is the driver's to join again.
func (h *Hunt) lost(op routing.Operator, how queue.OfferEnd, cause string) {
	place := h.place
	cutOff := h.opts.Driver.Lost(op, cause)
	if place != "" && h.place == place {
		h.opts.Line.Return(place, op.ID, how, cutOff)
	}
}

func (h *Hunt) ended(p call.Ended) {
	op := h.agent
	h.call, h.here = nil, false
	over := h.opts.Driver.Ended(p)
	if !over && op.ID != "" {
		h.lost(op, queue.OfferGone, p.Cause.String())
	}
	h.callID = ""
	h.forgetAgent()
}
