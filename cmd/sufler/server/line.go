package server

import (
	"context"

	"sufler/routing/queue"
	"sufler/routing/talk"
	"sufler/web"
)

// Line is where everybody waits.
func (s *Server) Line() *queue.Line { return s.line }

// startLine opens the waiting line that callbacks and talks share.
func (s *Server) startLine(context.Context) error {
	s.line = queue.New(queue.Options{
		Queues: s.queuesOf(s.Settings.Queues.All()), People: s.Presence, Clock: s.clock, Log: s.Log, Metrics: queue.NewMetrics(s.registry),
	})
	stop := s.Settings.Watch(func() { s.line.SetQueues(s.queuesOf(s.Settings.Queues.All())) })
	s.atClose(func(context.Context) {
		stop()
		s.line.Close()
	})
	return nil
}

func (s *Server) startTalks(context.Context) error {
	s.Talks = talk.New(talk.Options{
		Line: s.line, Calls: s.Calls, Browsers: s.Browsers, Journal: s.journal, Clock: s.clock, Log: s.Log,
		Metrics: talk.NewMetrics(s.registry), Record: s.records(), Caller: callerOf(&s.Config), Languages: web.Languages, Say: s.texts.Say,
	})
	s.atClose(func(context.Context) { s.Talks.Close() })
	return nil
}
