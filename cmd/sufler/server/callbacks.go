package server

import (
	"context"
	"fmt"
	"os"
	"time"

	"sufler/configs"
	"sufler/routing/callback"
	"sufler/web"
)

func (s *Server) startCallbacks(ctx context.Context) error {
	c := &s.Config
	node, err := os.Hostname()
	if err != nil {
		return err
	}
	s.Callbacks = callback.New(callback.Options{
		Node: node, Store: s.store, Line: s.line, Calls: s.Calls, Journal: s.journal, Clock: s.clock, Log: s.Log,
		Metrics: callback.NewMetrics(s.registry), Barred: s.visitors.BannedNumber, Numbers: numbersOf(c), Caller: callerOf(c), Record: s.records(),
		PerOriginHour: c.Callbacks.PerBrowserHour, PerNumberDay: c.Callbacks.PerNumberDay, Ring: durationOf(c.Callbacks.Ring),
		Languages: web.Languages, Say: s.texts.Say,
	})
	s.atClose(s.Callbacks.Close)
	s.Callbacks.Watch(s.missCallback) // before Start, which ends what a crash has broken off
	// Calls end before the phones and pages do, so that each far end is told, and
	// before talks and callbacks, so that those learn how their calls have ended.
	s.atClose(func(ctx context.Context) { s.Calls.Close(ctx) })
	if err := s.Callbacks.Start(ctx); err != nil {
		return fmt.Errorf("callbacks: %w", err)
	}
	return nil
}

func (s *Server) records() bool { return s.Config.Recording.Mode == configs.RecordingOn }

// callerOf is the number that visitors see when we call.
func callerOf(c *configs.Config) string {
	if len(c.Trunks) == 0 {
		return ""
	}
	return string(c.Trunks[0].Number)
}

func durationOf(d configs.Duration) time.Duration { return time.Duration(d) }
