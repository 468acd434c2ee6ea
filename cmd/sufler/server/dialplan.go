package server

import (
	"context"

	"sufler/configs"
	"sufler/routing"
	"sufler/routing/dialplan"
)

// startDialplan lets calls come in.
func (s *Server) startDialplan(context.Context) error {
	plan, err := s.plan()
	if err != nil {
		return err
	}
	s.receiver.set(dialplan.NewReceiver(dialplan.Answering{
		Plan: plan, Exchange: s.Calls, Operator: s.People.ByPhone, Caller: callerOf(&s.Config), Record: s.records(),
		Ring: durationOf(s.Config.SIP.RingTimeout), Log: s.Log,
	}))
	return nil
}

// plan says where calls go: to our phones, to our numbers, or to a trunk.
func (s *Server) plan() (*dialplan.Plan, error) {
	ours := make(map[string]routing.Extension)
	for _, n := range s.Config.Numbers {
		ours[string(n.Number)] = routing.Extension(n.To)
	}
	return dialplan.NewPlan(dialplan.Options{Numbers: numbersOf(&s.Config), Ours: ours, IsPhone: func(e routing.Extension) bool {
		_, ok := s.People.Phone(e)
		return ok
	}})
}

// numbersOf says which numbers may be called and how they are written at home.
func numbersOf(c *configs.Config) dialplan.Numbers {
	numbers := dialplan.Numbers{Home: string(c.Callbacks.Home)}
	for _, p := range c.Callbacks.Allow {
		numbers.Allow = append(numbers.Allow, string(p))
	}
	return numbers
}
