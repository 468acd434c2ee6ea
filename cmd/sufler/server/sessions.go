package server

import (
	"context"
	"fmt"

	"sufler/routing"
	"sufler/routing/session"
	"sufler/web"
)

// startSessions goes on with what is open between visitors and us.
func (s *Server) startSessions(ctx context.Context) error {
	s.Sessions = session.New(session.Options{
		Store: s.store, Journal: s.journal, Line: s.line, Calls: s.Calls, People: s.Presence, Clock: s.clock, Log: s.Log,
		Metrics: session.NewMetrics(s.registry), Languages: web.Languages, Say: s.texts.Say,
		Rules: s.rulesOf, Welcome: s.welcome, About: s.about,
		Drafts: func(id routing.WidgetID) bool {
			w, ok := s.Settings.Widget(id)
			return ok && w.DraftPreview
		},
	})
	if err := s.Sessions.Start(ctx); err != nil {
		return fmt.Errorf("sessions: %w", err)
	}
	s.atClose(s.Sessions.Close)
	stop, err := session.Follow(ctx, s.Sessions, s.visitors)
	s.atClose(func(context.Context) { stop() })
	return err
}

// rulesOf are those of a queue and of the groups of who has a session.
func (s *Server) rulesOf(name routing.QueueName, id routing.OperatorID) session.Rules {
	rules := session.DefaultRules
	if q, ok := s.Settings.Queues.Get(string(name)); ok {
		rules.Return = q.ReturnTime.Duration()
	}
	if o, ok := s.People.Operator(id); ok {
		g := s.Settings.RulesOf(o.Groups)
		rules.LostAfter, rules.SilentAfter, rules.WrapUpMost = g.LostAfter.Duration(), g.SilentAfter.Duration(), g.WrapUpMost.Duration()
	}
	return rules
}

// welcome is the first message of a conversation, in a language; none: in the first
// that there is one in.
func (s *Server) welcome(name routing.QueueName, language string) string {
	q, _ := s.Settings.Queues.Get(string(name))
	if text := q.Welcome[language]; text != "" {
		return text
	}
	for _, other := range web.Languages {
		if text := q.Welcome[other]; text != "" {
			return text
		}
	}
	return ""
}

// about is what the pages know of a visitor.
func (s *Server) about(id routing.VisitorID) (session.About, bool) {
	info, known := s.visitors.Info(id)
	return session.AboutOf(info), known
}
