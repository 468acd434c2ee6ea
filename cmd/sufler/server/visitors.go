package server

import (
	"context"

	"sufler/routing/invitation"
	"sufler/routing/visitor"
)

// startVisitors opens who is on the pages, and the invitations.
func (s *Server) startVisitors(ctx context.Context) (err error) {
	s.visitors, err = visitor.Open(ctx, visitor.Options{
		Store: s.store, Clock: s.clock, Log: s.Log, Metrics: visitor.NewMetrics(s.registry),
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
