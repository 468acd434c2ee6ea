package server

import (
	"context"

	"sufler/routing"
	"sufler/routing/invitation"
	"sufler/routing/settings"
	"sufler/routing/visitor"
)

// startVisitors opens who is on the pages, and the invitations.
func (s *Server) startVisitors(ctx context.Context) (err error) {
	s.visitors, err = visitor.Open(ctx, visitor.Options{
		Store: s.store, Clock: s.clock, Log: s.Log, Metrics: visitor.NewMetrics(s.registry), Parameters: s.parameters,
		RefuseUnknown: func() bool { return s.Settings.Policy().UnknownParameters == settings.Refused },
		Listed: func(id routing.WidgetID) bool {
			w, ok := s.Settings.Widget(id)
			return ok && w.Presence
		},
	})
	if err != nil {
		return err
	}
	s.atClose(s.visitors.Close)
	s.invitations = invitation.New(invitation.Options{
		Store: s.store, Clock: s.clock, Log: s.Log, Metrics: invitation.NewMetrics(s.registry),
	})
	return nil
}

// parameters are what pages may tell of visitors.
func (s *Server) parameters() []visitor.Parameter {
	all := s.Settings.Parameters.All()
	defined := make([]visitor.Parameter, len(all))
	for i, p := range all {
		defined[i] = visitor.Parameter{Name: p.Name, Title: p.Title, Most: p.Most}
	}
	return defined
}
