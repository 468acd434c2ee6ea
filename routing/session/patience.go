package session

import (
	"log/slog"
	"slices"
	"time"

	"sufler/routing"
)

// This file is what time does to a session: a list of moments that follows from how
// it is now, and one timer for the next of them.

// due is something that happens to a session at a moment unless it changes before.
type due struct {
	at time.Time
	do func()
}

// rules are those that hold for the session as it is now.
func (v *visit) rules() Rules { return v.s.opts.Rules(v.row.Queue, v.row.Operator) }

// RulesChanged says that the administrator has set something else, which holds for
// what is open, too.
func (s *Service) RulesChanged() {
	s.own.Send(func() {
		for _, v := range s.visits {
			v.wait()
			v.publish()
		}
	})
}

// dues are the moments of a session as it is now.
func (v *visit) dues() []due {
	rules := v.rules()
	var list []due
	add := func(from time.Time, after time.Duration, do func()) {
		if !from.IsZero() {
			list = append(list, due{from.Add(after), do})
		}
	}
	switch v.row.State {
	case requested, queued:
		if v.written() {
			add(v.left, v.s.opts.Leave, func() { v.over(Abandon, ByVisitor) })
		} else {
			add(v.left, v.s.opts.Leave, func() { v.over(Break, BySystem) }) // nobody has brought it into the line again
		}
	case active:
		if v.written() {
			add(v.left, rules.LostAfter, func() { v.over(Lose, BySystem) })
			add(v.deskGone, rules.Return, v.giveBack)
			add(v.silentSince(), rules.SilentAfter, v.remind)
			add(v.mailAfter(), mailPause, v.mailUnread)
		}
	case wrapUp:
		if rules.WrapUpMost > 0 {
			add(v.row.Ended, rules.WrapUpMost, v.confirmLate)
		}
	case closed:
	}
	return slices.DeleteFunc(list, func(d due) bool { return d.at.IsZero() })
}

// wait looks at time again: something has changed.
func (v *visit) wait() {
	if v.timer != nil {
		v.timer.Stop()
		v.timer = nil
	}
	if v.s.closing {
		return
	}
	dues := v.dues()
	if len(dues) == 0 {
		return
	}
	soonest := slices.MinFunc(dues, func(a, b due) int { return a.at.Compare(b.at) })
	v.timer = v.s.opts.Clock.AfterFunc(max(soonest.at.Sub(v.s.opts.Clock.Now()), 0), func() { v.s.own.Send(v.late) })
}

// late does what is due, if it still is.
func (v *visit) late() {
	if v.s.closing {
		return
	}
	now := v.s.opts.Clock.Now()
	for _, d := range v.dues() {
		if !d.at.After(now) {
			d.do()
			break
		}
	}
	v.wait()
}

// silentSince is since when a visitor who is here owes an answer; zero: they do not,
// or nobody counts.
func (v *visit) silentSince() time.Time {
	if v.rules().SilentAfter == 0 || !v.left.IsZero() {
		return time.Time{}
	}
	last := v.ledger.last
	switch {
	case !v.reminded.IsZero():
		return v.reminded
	case last.N == 0 || last.From == ByVisitor:
		return time.Time{}
	case last.At.Before(v.row.Accepted):
		return v.row.Accepted
	}
	return last.At
}

// remind asks a silent visitor, once, and ends the conversation of one who stays
// silent.
func (v *visit) remind() {
	if !v.reminded.IsZero() {
		v.over(Lose, BySystem)
		return
	}
	at := v.s.now()
	v.system("silent "+at.Format(time.RFC3339Nano), v.s.opts.Say(v.row.Language, "said.silent", nil))
	v.reminded = at
}

// confirmLate is the OK that nobody has given in time.
func (v *visit) confirmLate() {
	v.confirm(BySystem, Closed{ByItself: true})
	v.s.tellPeople(v.row.Operator)
	v.changed()
}

// VisitorChanged says whether a visitor has a connection.
func (s *Service) VisitorChanged(id routing.VisitorID, here bool) {
	s.own.Send(func() {
		if here {
			s.here[id] = true
		} else {
			delete(s.here, id)
		}
		v := s.chats[id]
		if v == nil || !v.row.Ended.IsZero() {
			return
		}
		if here {
			v.contact()
			return
		}
		if v.left.IsZero() {
			v.left = s.now()
			v.setDraft("")
			v.wait()
			v.publish()
		}
	})
}

// contact is a sign of life of the visitor. One who has no connection, but asks now
// and then, was here just now.
func (v *visit) contact() {
	was := v.left
	v.left = time.Time{}
	if !v.s.here[v.row.Visitor] {
		v.left = v.s.now()
	}
	if v.left.IsZero() {
		v.unmailed = nil // they read it here
	}
	v.wait()
	if was != v.left {
		v.publish()
	}
}

// Called says that a visitor without a connection has asked for what is new.
func (s *Service) Called(visitor routing.VisitorID) {
	s.own.Send(func() {
		if v := s.chats[visitor]; v != nil && v.row.Ended.IsZero() {
			v.contact()
		}
	})
}

// peopleChanged looks at the desks of those who have a conversation.
func (s *Service) peopleChanged() {
	for _, v := range s.visits {
		if v.row.State == active && v.written() {
			v.lookAtDesk()
		}
	}
}

// lookAtDesk notes since when the operator has no desk.
func (v *visit) lookAtDesk() {
	c, ok := v.s.opts.People.Candidate(v.row.Operator)
	gone := !ok || !c.Desk
	switch {
	case gone && v.deskGone.IsZero():
		v.deskGone = v.s.now()
		v.setTyping(false)
	case !gone && !v.deskGone.IsZero():
		v.deskGone = time.Time{}
	default:
		return
	}
	v.wait()
}

// giveBack puts a visitor whose operator is lost at the head of the line.
func (v *visit) giveBack() {
	lost := v.row.Operator
	v.leave(true)
	if !v.fire(Return) {
		return
	}
	v.row.Operator, v.row.First, v.deskGone, v.reminded = "", true, time.Time{}, time.Time{}
	v.fact(BySystem, routing.Everybody, Returned{})
	v.log.Warn("operator's desk is lost, the visitor is first now", slog.String("operator", string(lost)))
	v.rejoin(lost)
	v.s.tellPeople(lost)
	v.changed()
}

// rejoin takes a place in the line again. Where there is no queue any more the
// session ends.
func (v *visit) rejoin(last routing.OperatorID) {
	if err := v.join(last); err != nil {
		v.log.Warn("session has no queue", slog.String("queue", string(v.row.Queue)), slog.Any("err", err))
		v.over(NobodyFree, BySystem)
	}
}
