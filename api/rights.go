package api

import (
	"context"
	"log/slog"

	"sufler/routing"
	"sufler/routing/call"
	"sufler/routing/people"
)

// followRights ends the supervision of those who may not supervise the call any
// more: they are no more active, belong to other groups, or the call has passed to
// somebody of a group that is not theirs.
func (s *Server) followRights() (stop func()) {
	return follow(func(changed func()) (stop func()) {
		stopPeople := s.opt.People.Watch(changed)
		stopCalls := s.opt.Calls.Watch(func(c call.Snapshot) {
			if len(s.intruders(c)) > 0 {
				changed()
			}
		})
		return func() { stopPeople(); stopCalls() }
	}, s.endIntrusions)
}

// intruders are the supervisors of a call who may not be that any more.
func (s *Server) intruders(c call.Snapshot) (found []routing.OperatorID) {
	for _, p := range c.Parties {
		if p.Role != routing.Supervisor {
			continue
		}
		o, _ := s.opt.People.Operator(p.Operator)
		if people.Can(o, people.Supervise(p.Mode), s.objectOfCall(c)) != nil {
			found = append(found, p.Operator)
		}
	}
	return found
}

func (s *Server) endIntrusions(ctx context.Context) {
	for _, snapshot := range s.opt.Calls.Running() {
		for _, id := range s.intruders(snapshot) {
			c, err := s.opt.Calls.Find(snapshot.Call)
			if err != nil {
				continue // it has ended meanwhile
			}
			s.opt.Log.Warn("a supervision ends that is allowed no more", slog.String("call", string(snapshot.Call)), slog.String("operator", string(id)))
			_ = c.Unsupervise(ctx, id) // who has left meanwhile is gone as well
		}
	}
}
