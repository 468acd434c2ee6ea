package people

import (
	"time"

	"sufler/routing"
	"sufler/routing/capacity"
)

// OpenSession is a session that an operator has taken and not confirmed with OK.
type OpenSession struct {
	Session routing.SessionID
	Channel routing.Channel
	WrapUp  bool      // it has ended and waits for OK
	Since   time.Time // when it was taken or, of a wrap-up, when it ended
}

// matter is one thing that takes an operator. What is offered, an open session and
// a call are one when they are of the same session.
type matter struct {
	whole   bool // takes the whole person
	wrapUp  bool
	offered bool // or accepted, and nothing has come of it yet
}

// load is what an operator has open, and the same with what is only offered.
func (one *person) load(o routing.Operator, parts []part) (open, all capacity.Load) {
	matters, open := one.matters(parts)
	open.Limit = o.ChatLimit
	all = open
	for _, m := range matters {
		m.count(&all)
		if !m.offered {
			m.count(&open)
		}
	}
	return open, all
}

func (m matter) count(l *capacity.Load) {
	total, wrapUps := &l.Chats, &l.ChatWrapUps
	if m.whole {
		total, wrapUps = &l.Whole, &l.WholeWrapUps
	}
	*total++
	if m.wrapUp {
		*wrapUps++
	}
}

// matters are by session or, where there is none, by call and by place. others are the
// calls that are none of them.
func (one *person) matters(parts []part) (all map[string]matter, others capacity.Load) {
	all = make(map[string]matter, len(one.open))
	for _, s := range one.open {
		all[string(s.Session)] = matter{whole: capacity.TakesWhole(s.Channel), wrapUp: s.WrapUp}
	}
	for _, p := range parts {
		switch {
		case p.party.Role == routing.Supervisor:
			others.Supervises = true
			continue
		case p.party.Role != routing.Agent, p.in.Kind == routing.InternalCall:
			others.InCall = true
			continue
		}
		all[keyOf(p.in.Session, string(p.in.Call))] = matter{whole: true} // also a chat that one talks in
	}
	for place, r := range one.reserved {
		key := keyOf(r.Session, string(place))
		if _, begun := all[key]; !begun {
			all[key] = matter{whole: capacity.TakesWhole(r.Want.Channel), offered: true}
		}
	}
	return all, others
}

func keyOf(session routing.SessionID, other string) string {
	if session != "" {
		return string(session)
	}
	return other
}

// wrapUpSince is when the oldest wrap-up began; zero when there is none.
func (one *person) wrapUpSince() (oldest time.Time) {
	for _, s := range one.open {
		if s.WrapUp && (oldest.IsZero() || s.Since.Before(oldest)) {
			oldest = s.Since
		}
	}
	return oldest
}

// moved notes which calls and sessions are the person's and tells whether one has
// begun or ended. A call that only rang, and what was only offered, is none.
func (one *person) moved(parts []part) (moved bool) {
	talked := make(map[routing.CallID]bool)
	for _, p := range parts {
		if p.party.State.Reached() || one.talked[p.in.Call] {
			talked[p.in.Call] = true
		}
	}
	for id := range one.talked {
		moved = moved || !talked[id]
	}
	served := make(map[routing.SessionID]bool, len(one.open))
	for _, s := range one.open {
		served[s.Session] = true
		moved = moved || !one.served[s.Session]
	}
	moved = moved || len(served) != len(one.served)
	one.talked, one.served = talked, served
	return moved
}
