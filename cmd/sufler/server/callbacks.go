package server

import (
	"context"
	"fmt"
	"os"
	"time"

	"sufler/configs"
	"sufler/routing"
	"sufler/routing/callback"
	"sufler/routing/dialplan"
	"sufler/routing/queue"
	"sufler/web"
)

func (s *Server) startCallbacks(ctx context.Context) error {
	c := &s.Config
	numbers := dialplan.Numbers{Home: string(c.Callbacks.Home)}
	for _, p := range c.Callbacks.Allow {
		numbers.Allow = append(numbers.Allow, string(p))
	}
	texts, err := web.ReadSentences(web.Texts())
	if err != nil {
		return err
	}
	s.line = queue.New(queue.Options{Queues: queuesOf(c), People: s.Presence, Clock: s.clock, Log: s.Log, Metrics: queue.NewMetrics(s.registry)})
	s.atClose(func(context.Context) { s.line.Close() })
	node, err := os.Hostname()
	if err != nil {
		return err
	}
	s.Callbacks = callback.New(callback.Options{
		Node: node, Store: s.store, Line: s.line, Calls: s.Calls, Journal: s.journal, Clock: s.clock, Log: s.Log,
		Metrics: callback.NewMetrics(s.registry), Numbers: numbers, Caller: callerOf(c), Record: c.Recording.Mode == configs.RecordingOn,
		PerOriginHour: c.Callbacks.PerBrowserHour, PerNumberDay: c.Callbacks.PerNumberDay, Ring: durationOf(c.Callbacks.Ring),
		Languages: web.Languages, Say: texts.Say,
	})
	s.atClose(s.Callbacks.Close)
	// Calls end before the phones do, so that each far end gets its BYE, and before
	// the callbacks, so that a talk is stored as interrupted.
	s.atClose(func(ctx context.Context) { s.Calls.Close(ctx) })
	if err := s.Callbacks.Start(ctx); err != nil {
		return fmt.Errorf("callbacks: %w", err)
	}
	plan, err := s.plan(numbers)
	if err != nil {
		return err
	}
	s.receiver.set(dialplan.NewReceiver(dialplan.Answering{
		Plan: plan, Exchange: s.Calls, Operator: s.People.ByPhone, Caller: callerOf(c), Record: c.Recording.Mode == configs.RecordingOn,
		Ring: durationOf(c.SIP.RingTimeout), Log: s.Log,
	}))
	return nil
}

// plan says where calls go: to our phones, to our numbers, or to a trunk.
func (s *Server) plan(numbers dialplan.Numbers) (*dialplan.Plan, error) {
	ours := make(map[string]routing.Extension)
	for _, n := range s.Config.Numbers {
		ours[string(n.Number)] = routing.Extension(n.To)
	}
	return dialplan.NewPlan(dialplan.Options{Numbers: numbers, Ours: ours, IsPhone: func(e routing.Extension) bool {
		_, ok := s.People.Phone(e)
		return ok
	}})
}

// callerOf is the number that visitors see when we call.
func callerOf(c *configs.Config) string {
	if len(c.Trunks) == 0 {
		return ""
	}
	return string(c.Trunks[0].Number)
}

func durationOf(d configs.Duration) time.Duration { return time.Duration(d) }

// Queue is the waiting line that callbacks join when they name none; empty when
// there is none.
func (s *Server) Queue() routing.QueueName {
	if len(s.Config.Callbacks.Queues) == 0 {
		return ""
	}
	return routing.QueueName(s.Config.Callbacks.Queues[0].Name)
}
