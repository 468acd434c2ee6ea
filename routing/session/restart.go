package session

import (
	"context"

	"sufler/routing"
)

// Start takes over what an earlier process left open: who waited stands in the line
// again by the time of the request; who talks goes on with the operator, who may come
// back in the usual time; what waited for OK still does. Call it once, before
// anything else.
func (s *Service) Start(ctx context.Context) error {
	open, err := s.opts.Store.OpenSessions(ctx)
	if err != nil {
		return err
	}
	err = s.do(ctx, func() error {
		for _, row := range open {
			s.adopt(row)
		}
		return nil
	})
	if err != nil {
		return err
	}
	s.follow() // before any place is taken, so that nothing of them is missed
	return s.do(ctx, func() error {
		for _, row := range open {
			s.visits[row.ID].resume()
		}
		return nil
	})
}

// resume goes on with a session of an earlier process.
func (v *visit) resume() {
	v.read()
	switch {
	case v.row.State == wrapUp:
	case !v.written():
		v.resumeSound()
	case v.row.State == active:
		v.lookAtDesk()
	default:
		v.rejoin("")
	}
	if v.row.Operator != "" {
		v.s.tellPeople(v.row.Operator)
	}
	v.wait()
	v.publish()
}

// resumeSound ends what went with the wires of the earlier process. A callback comes
// into the line again by itself.
func (v *visit) resumeSound() {
	switch {
	case v.row.State == active:
		v.over(Break, BySystem)
	case v.row.Channel == routing.CallbackChannel:
		v.left = v.s.now()
	default:
		v.over(Break, BySystem)
	}
}
