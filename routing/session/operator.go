package session

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"time"

	"sufler/routing"
	"sufler/routing/people"
	"sufler/routing/queue"
)

// This file is an operator's way through a session: accept, end, OK.

// told takes what the line says of a session that is written in.
func (v *visit) told(n queue.Notice) {
	switch n := n.(type) {
	case queue.AcceptedBy:
		v.acceptedBy(n.Operator)
	case queue.Moved:
		v.moved(n.Place)
	case queue.NobodyFree, queue.Overflowed: // the page gives them the form
		v.over(NobodyFree, BySystem)
	case queue.OfferedTo, queue.Withdrawn: // the desks are told by the line
	}
}

func (v *visit) moved(p queue.Place) {
	moved := v.follow(p)
	switch {
	case v.row.State == requested && p.State != queue.PreQueued && v.fire(Promote):
		v.changed()
	case moved:
		v.publish()
	}
}

// follow notes where the session stands in the line, and whether that has changed. A
// place that has overflowed is in another queue now.
func (v *visit) follow(p queue.Place) (moved bool) {
	expected := time.Duration(p.Wait.Step.Minutes()) * time.Minute
	moved = v.position != p.Position || v.expected != expected || v.row.Queue != p.Queue
	v.position, v.expected, v.row.Queue = p.Position, expected, p.Queue
	return moved
}

func (v *visit) acceptedBy(op routing.Operator) {
	if !v.fire(Accept) {
		return
	}
	v.begin(op.ID)
	v.row.For = "" // whoever is next after a loss
	v.s.tellPeople(op.ID)
	v.depart("accepted") // only now: the place holds the operator until the session does
	v.fact(string(op.ID), routing.Everybody, Accepted{Name: op.PublicName})
	if text := v.s.opts.Welcome(v.row.Queue, v.row.Language); text != "" && !v.welcomed() {
		v.system(welcome, named(text, op.PublicName, v.row.Name))
	}
	v.log.Info("session accepted", slog.String("operator", string(op.ID)))
	v.lookAtDesk()
	v.changed()
}

// named fills the gaps of a prepared text, as the desk does with templates.
func named(text, operator, visitor string) string {
	return strings.NewReplacer("{operator}", operator, "{visitor}", visitor).Replace(text)
}

// welcome names the first message of a conversation: it is one in a session.
const welcome = "welcome"

func (v *visit) welcomed() bool {
	_, known := v.ledger.find(v.idOf(BySystem, welcome))
	return known
}

// Accept gives a place to an operator and returns the session that is theirs now. It
// refuses as queue.Line.Accept does, and with "place_unknown".
func (s *Service) Accept(ctx context.Context, place routing.PlaceID, by routing.OperatorID) (View, error) {
	var id routing.SessionID
	err := s.do(ctx, func() error {
		if v := s.places[place]; v != nil {
			id = v.row.ID
		}
		return nil
	})
	if err != nil {
		return View{}, err
	}
	if err := s.opts.Line.Accept(ctx, place, by); err != nil {
		return View{}, err
	}
	return s.view(ctx, func() (*visit, error) { // the line's word came before this task
		if v := s.visits[id]; v != nil && v.row.Operator == by && v.row.State == active {
			return v, nil
		}
		return nil, routing.Refuse(routing.NotFound, "place_unknown") // it was left in this moment
	})
}

// tellPeople says what an operator has open.
func (s *Service) tellPeople(op routing.OperatorID) {
	var open []people.OpenSession
	for _, v := range s.visits {
		p := v.part()
		if p == nil || p.Operator != op {
			continue
		}
		one := people.OpenSession{Session: v.row.ID, Channel: v.row.Channel, WrapUp: v.row.State == wrapUp, Since: p.Accepted}
		if one.WrapUp {
			one.Since = p.Left
		}
		open = append(open, one)
	}
	slices.SortFunc(open, func(a, b people.OpenSession) int { return strings.Compare(string(a.Session), string(b.Session)) })
	s.opts.People.SessionsChanged(op, open)
}

// End ends a conversation for the operator who has it: the visitor is told, a call
// is hung up, and it waits for the operator's OK. Ending what has ended changes
// nothing. It refuses with "session_unknown" and "session_not_yours".
func (s *Service) End(ctx context.Context, id routing.SessionID, by routing.OperatorID) (View, error) {
	return s.view(ctx, func() (*visit, error) {
		v, err := s.mine(id, by)
		if err != nil {
			return nil, err
		}
		if v.row.State == active {
			v.over(End, ByOperator)
		}
		return v, nil
	})
}

// Leave ends the session that a visitor writes in, whatever its state, and returns it.
// It refuses with "session_unknown".
func (s *Service) Leave(ctx context.Context, visitor routing.VisitorID) (View, error) {
	return s.view(ctx, func() (*visit, error) {
		v := s.chats[visitor]
		switch {
		case v == nil:
			return nil, unknown()
		case v.row.State == active:
			v.over(End, ByVisitor)
		case v.row.State != wrapUp && v.row.State != closed:
			v.over(Abandon, ByVisitor)
		}
		return v, nil
	})
}

// over ends a session by a trigger; who is as Ended has it.
func (v *visit) over(t Trigger, who string) {
	if !v.fire(t) {
		return
	}
	author := "system"
	switch who {
	case ByVisitor:
		author = string(v.row.Visitor)
	case ByOperator:
		author = string(v.row.Operator)
	}
	v.depart(v.row.Outcome.String())
	v.leave(false)
	v.hangUp()
	v.setDraft("")
	v.setTyping(false)
	v.fact(author, routing.Everybody, Ended{Who: who, Reason: ReasonFor(v.row.Outcome)})
	v.mailUnread()
	switch {
	case v.row.State == closed && v.row.Accepted.IsZero():
		v.s.opts.Missed(v.row)
	case v.row.State == wrapUp && v.unattended():
		v.confirm("system", Closed{ByItself: true})
	}
	v.s.tellPeople(v.row.Operator)
	v.changed()
}

// ReasonFor is what everybody may read of an outcome: who is kept out is not told so.
func ReasonFor(o routing.SessionOutcome) string {
	if o == routing.SessionBanned {
		return routing.SessionNobodyFree.String()
	}
	return o.String()
}

// WrapUp is what an operator says of a conversation with the OK.
type WrapUp struct {
	Result, Note string // may be empty
	Mail         bool   // what was said is mailed to the visitor, if they have an address
}

// Confirm is the OK of the operator whose conversation has ended: only now it takes
// nothing of their capacity. Confirming what is closed changes nothing. It refuses
// with "session_unknown", "session_not_yours" and "session_not_ended".
func (s *Service) Confirm(ctx context.Context, id routing.SessionID, by routing.OperatorID, w WrapUp) (View, error) {
	return s.view(ctx, func() (*visit, error) {
		v, err := s.find(id)
		switch {
		case err != nil:
			return nil, err
		case v.row.Operator != by:
			return nil, routing.Refuse(routing.Conflict, "session_not_yours")
		case v.row.State == closed:
			return v, nil
		case v.row.State != wrapUp:
			return nil, routing.Refuse(routing.Conflict, "session_not_ended")
		}
		mailed := w.Mail && v.mailTranscript()
		v.confirm(string(by), Closed{Result: w.Result, Note: w.Note, Mailed: mailed})
		v.s.tellPeople(by)
		v.changed()
		return v, nil
	})
}

// confirm closes a session that has ended.
func (v *visit) confirm(by string, c Closed) {
	v.leave(true)
	if n := len(v.row.Parts); n > 0 { // leave has made the list our own
		v.row.Parts[n-1].Result, v.row.Parts[n-1].Note = c.Result, c.Note
	}
	if v.fire(Confirm) {
		v.fact(by, routing.StaffOnly, c)
	}
}

// unattended reports whether nobody could give the OK: a machine, or somebody who has
// served by telephone alone.
func (v *visit) unattended() bool {
	c, ok := v.s.opts.People.Candidate(v.row.Operator)
	return !ok || c.Operator.Robot || !v.written() && !c.Desk
}

// Ban ends a session whose visitor may not come here. by is who has decided it.
func (s *Service) Ban(ctx context.Context, id routing.SessionID, by routing.OperatorID, reason string) (View, error) {
	return s.view(ctx, func() (*visit, error) {
		v, err := s.find(id)
		if err != nil {
			return nil, err
		}
		v.fact(string(by), routing.StaffOnly, VisitorBanned{Reason: reason})
		if v.can(Ban) {
			v.over(Ban, BySystem)
		}
		return v, nil
	})
}
