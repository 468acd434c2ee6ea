package session

import (
	"slices"
	"time"

	"sufler/routing"
	"sufler/routing/call"
	"sufler/routing/queue"
)

// This file follows what others drive: the places of talks, callbacks and callers in
// the line, and their calls.

// lineChanged takes what the line tells everybody.
func (s *Service) lineChanged(e queue.Event) {
	switch e := e.(type) {
	case queue.PlaceChanged:
		s.placeChanged(e.Place)
	case queue.PlaceLeft:
		if v := s.places[e.Place]; v != nil && !v.written() {
			v.placeLeft(e)
		}
	case queue.OfferMade, queue.OfferEnded:
	}
}

// placeChanged follows a place that is not a chat's.
func (s *Service) placeChanged(p queue.Place) {
	if isWritten(p.Kind) || p.Session == "" {
		return
	}
	v := s.visits[p.Session]
	if v == nil {
		v = s.meet(p)
	}
	joined := v.place != p.ID
	v.place, v.left = p.ID, time.Time{}
	v.follow(p)
	s.places[p.ID] = v
	switch {
	case p.State == queue.Accepted && v.row.State == queued:
		v.taken(p.Operator)
	case p.State != queue.Accepted && v.row.State == active && v.handing != nil:
		r := *v.handing
		v.handing = nil
		v.handOver(r)
		v.changed()
	case p.State != queue.Accepted && v.row.State == active:
		v.lost()
	case joined: // who moves on in the line is told by whoever drives it
		v.publish()
	}
}

// meet makes the session of a place that others took.
func (s *Service) meet(p queue.Place) *visit {
	row := routing.Session{
		ID: p.Session, Visitor: p.Visitor, Channel: p.Kind, Queue: p.Queue, Language: p.Language, State: queued,
		Name: p.Name, Phone: p.Number, Requested: p.Since.UTC().Truncate(time.Millisecond),
	}
	s.introduce(&row)
	v := s.adopt(row)
	v.fact(string(p.Visitor), routing.Everybody, Opened{Channel: p.Kind.String(), Queue: p.Queue, Language: p.Language})
	v.read() // what happened before is in its journal
	v.changed()
	return v
}

// taken makes who has accepted the place the operator of the session; nobody talks yet.
func (v *visit) taken(op routing.OperatorID) {
	if v.fire(Accept) {
		v.begin(op)
		v.s.tellPeople(op)
		v.changed()
	}
}

// lost takes the session from an operator: one who was not reached had no part in it.
func (v *visit) lost() {
	op, talked := v.row.Operator, v.talked
	v.dismiss()
	if !v.fire(Return) {
		return
	}
	if talked {
		v.row.First = true
		v.fact(BySystem, routing.Everybody, Returned{})
	}
	v.s.tellPeople(op)
	v.changed()
}

// dismiss ends the part of the operator who has the session.
func (v *visit) dismiss() {
	if v.talked {
		v.leave(true)
	} else if n := len(v.row.Parts); n > 0 {
		v.row.Parts = slices.Clone(v.row.Parts[:n-1])
		if n == 1 {
			v.row.Accepted = time.Time{}
		}
	}
	v.row.Operator, v.talked = "", false
}

// placeLeft follows a place that is not in the line any more: they talk, or it is over.
func (v *visit) placeLeft(e queue.PlaceLeft) {
	delete(v.s.places, e.Place)
	if v.place != e.Place {
		return
	}
	v.place, v.position, v.expected = "", 0, 0
	switch {
	case e.Reason == "talking":
		v.talks()
	case v.s.closing || e.Reason == "server_closing": // the next process goes on
	default:
		if v.row.State == active {
			v.lost()
		}
		v.over(triggerFor(e.Reason), ByVisitor)
	}
}

// triggerFor is what the driver's word for leaving the line means.
func triggerFor(reason string) Trigger {
	switch reason {
	case "nobody_free":
		return NobodyFree
	case "failed":
		return Break
	}
	return Abandon
}

// talks notes that visitor and operator are both on the line.
func (v *visit) talks() {
	c, ok := v.s.opts.People.Candidate(v.row.Operator)
	if v.row.State != active || !ok {
		return
	}
	v.talked = true
	v.fact(string(v.row.Operator), routing.Everybody, Accepted{Name: c.Operator.PublicName})
	v.changed()
}

// callChanged follows a call of a session.
func (s *Service) callChanged(c call.Snapshot) {
	v := s.visits[c.Session]
	if v == nil || v.row.State == closed {
		return
	}
	if v.row.Call != c.Call && c.State != call.StateEnded {
		v.row.Call = c.Call
		v.changed()
	}
	if c.State == call.StateEnded && c.Call == v.row.Call && v.row.State == active && v.talked {
		v.hungUp(c)
	}
}

// hungUp ends a session whose talk is over.
func (v *visit) hungUp(c call.Snapshot) {
	who := BySystem
	switch c.EndedBy {
	case routing.Client.String():
		who = ByVisitor
	case routing.Agent.String():
		who = ByOperator
	}
	switch {
	case c.EndedBy == routing.Client.String() && c.Cause == routing.LostMedia:
		v.over(Lose, who)
	case c.Cause == routing.Failed || c.Cause == routing.ShuttingDown:
		v.over(Break, who)
	default:
		v.over(End, who)
	}
}

// hangUp ends the call of a session that is over.
func (v *visit) hangUp() {
	if v.row.Call == "" || v.written() {
		return
	}
	if c, err := v.s.opts.Calls.Find(v.row.Call); err == nil {
		c.End(routing.HungUp)
	}
}
