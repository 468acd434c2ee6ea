package server

import (
	"context"
	"log/slog"
	"slices"

	"sufler/configs"
	"sufler/routing"
	"sufler/routing/hours"
	"sufler/routing/people"
	"sufler/routing/queue"
	"sufler/routing/settings"
	"sufler/web"
)

// startSettings opens what people change by day, and adds what the configuration
// names and nobody has.
func (s *Server) startSettings(ctx context.Context) error {
	setup := settingsOf(&s.Config)
	if s.options.Settings != nil {
		s.options.Settings(&setup)
	}
	var err error
	s.Settings, err = settings.Open(ctx, settings.Options{
		Store: s.store, People: s.People, Languages: web.Languages, Clock: s.clock, Log: s.Log, Setup: setup,
	})
	if err != nil {
		return err
	}
	s.tellUnheld()
	s.follow(ctx, s.Settings.Follow)
	return nil
}

// settingsOf is what the configuration names of what people change by day.
func settingsOf(c *configs.Config) settings.Setup {
	var setup settings.Setup
	for i, q := range c.Callbacks.Queues {
		one := settings.NewQueue(routing.QueueName(q.Name))
		one.Order, one.Groups, one.Rounds, one.Offer = i, groupsOf(q.Groups), c.Callbacks.Rounds, settings.MillisecondsOf(durationOf(c.Callbacks.Offer))
		setup.Queues = append(setup.Queues, one)
	}
	widget := settings.NewWidget(settings.DefaultWidget)
	widget.Company = c.Callbacks.Company
	for _, o := range c.HTTP.Origins {
		widget.Origins = append(widget.Origins, string(o))
	}
	setup.Widgets = []settings.Widget{widget}
	return setup
}

// tellUnheld says what the configuration names and the database, which holds, does
// not: somebody may wait for it to work.
func (s *Server) tellUnheld() {
	for _, o := range s.Config.HTTP.Origins {
		if !s.Settings.IsOnSomeWidget(string(o)) {
			s.Log.Warn("an origin of the configuration belongs to no widget; the widgets hold, in the settings of the desk", slog.String("origin", string(o)))
		}
	}
}

// queuesOf are the waiting lines' rules as the line takes them.
func (s *Server) queuesOf(all []settings.Queue) []queue.Queue {
	queues := make([]queue.Queue, len(all))
	for i, q := range all {
		queues[i] = queue.Queue{
			Name: q.Name, Groups: slices.Clone(q.Groups), Strategy: queue.Strategy(q.Strategy), Priority: q.Priority,
			Offer: q.Offer.Duration(), Rounds: q.Rounds, Pause: q.Pause.Duration(), Size: q.Size, PreSize: q.PreSize, MaxWait: q.MaxWait.Duration(),
			Overflow: queue.Overflow{To: queue.OverflowTo(q.Overflow.To), Queue: q.Overflow.Queue}, Hours: s.hoursOf(q.Hours),
		}
	}
	return queues
}

// hoursOf are hours as the line asks them; nil: always open.
func (s *Server) hoursOf(id routing.HoursID) *hours.Hours {
	kept, ok := s.Settings.Hours.Get(string(id))
	if !ok {
		return nil
	}
	times, err := kept.Times()
	if err != nil {
		s.Log.Error("hours of the database are not understood and hold for nobody", slog.String("hours", string(id)), slog.Any("err", err))
		return nil
	}
	return times
}

// activeMost is how many people may be active; the directory of people is there before
// the settings are.
func (s *Server) activeMost() int {
	if s.Settings == nil {
		return 0
	}
	return s.Settings.Policy().ActiveMost
}

// policyOf is what the administrator has set for an operator.
func (s *Server) policyOf(o routing.Operator) people.Policy {
	p := s.Settings.Policy()
	return people.Policy{AwayWeb: p.AwayWeb, AwayForwarded: p.AwayForwarded, Misses: s.Settings.RulesOf(o.Groups).Misses}
}

// Queue is the waiting line that callbacks join when they name none; empty when
// there is none.
func (s *Server) Queue() routing.QueueName {
	all := s.Settings.Queues.All()
	if len(all) == 0 {
		return ""
	}
	return all[0].Name
}
