package session

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"sufler/routing"
	"sufler/routing/queue"
)

// This file hands a visitor from one operator to another, or to a group. The session
// goes on: its journal, its time of the request, what is known of the visitor and,
// where they talk, the call.

// Redirection is where a visitor is sent, and what the one who sends them says of it.
type Redirection struct {
	To     Target
	Result string // how it was, of the part that ends
	Note   string // for the next operator
}

// Target is who is to take a visitor. One of the two is set.
type Target struct {
	Operator routing.OperatorID
	Group    routing.GroupName
}

func (t Target) queue() queue.Target {
	if t.Operator != "" {
		return queue.Target{For: t.Operator}
	}
	return queue.Target{Groups: []routing.GroupName{t.Group}}
}

// String is the target as staff reads it in the journal.
func (t Target) String() string {
	if t.Operator != "" {
		return string(t.Operator)
	}
	return string(t.Group)
}

// Redirect hands a conversation of an operator to somebody else; the visitor stands in
// the line for them, and a call goes on with music. Asked twice it is one. It refuses
// with "session_unknown", "session_not_yours", "session_over", "target_self",
// "operator_unknown", "target_offline", "target_away" (who), "target_nobody", and with
// "call_connecting" while a call of it has nobody on the line yet.
func (s *Service) Redirect(ctx context.Context, id routing.SessionID, by routing.OperatorID, r Redirection) (View, error) {
	var sound routing.Channel
	view, err := s.view(ctx, func() (*visit, error) {
		v, err := s.find(id)
		if err != nil {
			return nil, err
		}
		if v.wasSent(by, r.To) {
			return v, nil
		}
		if err := v.maySend(by, r.To); err != nil {
			return nil, err
		}
		if !v.written() {
			v.handing, sound = &r, v.row.Channel
			return v, nil
		}
		v.handOver(r)
		v.rejoin(by)
		v.changed()
		return v, nil
	})
	if err != nil || sound == 0 {
		return view, err
	}
	err = s.opts.Redirect(ctx, sound, id, r.To.queue(), by)
	return s.view(ctx, func() (*visit, error) { return s.letGo(id, r, err) })
}

// letGo is what follows when whoever drives a call has let its operator go, or has not.
func (s *Service) letGo(id routing.SessionID, r Redirection, refused error) (*visit, error) {
	v, err := s.find(id)
	if err != nil {
		return nil, err
	}
	pending := v.handing != nil // its new place has not been told yet
	v.handing = nil
	if refused != nil {
		return nil, refused
	}
	if pending && v.row.State == active {
		v.handOver(r)
		v.changed()
	}
	return v, nil
}

// wasSent reports whether an operator has sent a session there a moment ago.
func (v *visit) wasSent(by routing.OperatorID, to Target) bool {
	sent := Target{Operator: v.row.For}
	if v.row.For == "" && len(v.row.Groups) > 0 {
		sent.Group = v.row.Groups[0]
	}
	return v.row.From == by && v.row.State == queued && sent == to
}

// maySend decides whether an operator may send a session to somebody.
func (v *visit) maySend(by routing.OperatorID, to Target) error {
	switch {
	case v.row.Operator != by:
		return routing.Refuse(routing.Conflict, "session_not_yours")
	case v.row.State != active:
		return routing.Refuse(routing.Gone, "session_over")
	case !v.written() && (!v.talked || v.handing != nil):
		return routing.Refuse(routing.Conflict, "call_connecting")
	case to.Operator == by:
		return routing.Refuse(routing.Invalid, "target_self")
	}
	return v.s.canReceive(to)
}

// canReceive refuses a target where nobody could take the visitor.
func (s *Service) canReceive(to Target) error {
	if to.Operator != "" {
		c, active := s.opts.People.Candidate(to.Operator)
		if !active {
			return routing.Refuse(routing.NotFound, "operator_unknown")
		}
		return queue.CanReceive(c)
	}
	for _, c := range s.opts.People.Candidates([]routing.GroupName{to.Group}) {
		if queue.CanReceive(c) == nil {
			return nil
		}
	}
	return routing.Refuse(routing.Conflict, "target_nobody")
}

// handOver ends the part of the operator who has the session and says to whom it goes.
func (v *visit) handOver(r Redirection) {
	by := v.row.Operator
	v.leave(true)
	if n := len(v.row.Parts); n > 0 { // leave has made the list our own
		v.row.Parts[n-1].Result, v.row.Parts[n-1].Note = r.Result, r.Note
	}
	if !v.fire(Redirect) {
		return
	}
	v.row.Operator, v.row.First, v.talked, v.reminded, v.deskGone = "", false, false, time.Time{}, time.Time{}
	v.address(by, r)
	v.setTyping(false)
	v.s.tellPeople(by)
	v.log.Info("session redirected", slog.String("operator", string(by)))
	v.publish() // before its place is told: what goes with it is known by then
}

// address writes down to whom a session goes, and by whom.
func (v *visit) address(by routing.OperatorID, r Redirection) {
	to := r.To.queue()
	v.row.From, v.row.Handed, v.row.For, v.row.Groups = by, r.Note, to.For, slices.Clone(to.Groups)
	shown := string(r.To.Group)
	if c, ok := v.s.opts.People.Candidate(r.To.Operator); ok {
		shown = c.Operator.PublicName
	}
	v.fact(string(by), routing.Everybody, Redirected{To: shown})
	v.fact(string(by), routing.StaffOnly, RedirectNoted{From: by, To: r.To.String(), Result: r.Result, Note: r.Note})
}

// RedirectWaiting sends somebody who waits to somebody else, without accepting them. It
// refuses as queue.Line.Redirect does.
func (s *Service) RedirectWaiting(ctx context.Context, place routing.PlaceID, by routing.OperatorID, r Redirection) error {
	var before routing.Session
	err := s.do(ctx, func() error {
		v := s.places[place]
		if v == nil || v.row.State != queued {
			return routing.Refuse(routing.NotFound, "place_unknown")
		}
		before = v.row
		v.row.From, v.row.Handed = by, r.Note
		v.publish() // before its place is told
		return nil
	})
	if err != nil {
		return err
	}
	err = s.opts.Line.Redirect(ctx, place, r.To.queue(), by)
	s.own.Send(func() {
		if v := s.visits[before.ID]; v != nil {
			v.sentOn(before, by, r, err == nil)
		}
	})
	return err
}

// sentOn is what follows when the line has sent a session to somebody else, or has not.
func (v *visit) sentOn(before routing.Session, by routing.OperatorID, r Redirection, done bool) {
	if !done {
		v.row.From, v.row.Handed = before.From, before.Handed
		v.publish()
		return
	}
	if v.row.State == queued { // else it was taken in this moment, by whom it was sent to
		v.fire(Redirect)
	}
	v.address(by, r)
	v.changed()
}
