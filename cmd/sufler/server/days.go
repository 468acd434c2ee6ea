package server

import (
	"context"
	"fmt"

	"sufler/routing/day"
)

// startDays writes down what no session tells of people's days.
func (s *Server) startDays(ctx context.Context) error {
	s.days = day.New(day.Options{Store: s.store, Clock: s.clock, Log: s.Log})
	s.atClose(s.days.Close)
	if err := s.days.Start(ctx); err != nil {
		return fmt.Errorf("days: %w", err)
	}
	stopMembers := s.Presence.WatchMembers(s.days.MemberChanged)
	_, stopLine := s.line.Watch(s.days.LineChanged)
	s.atClose(func(context.Context) { stopMembers(); stopLine() })
	return nil
}
