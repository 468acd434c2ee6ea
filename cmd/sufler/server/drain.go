package server

import (
	"context"
	"log/slog"

	"sufler/routing/call"
)

// Drain is the first half of the end: nobody new comes in, what waits for a call
// is left to the next process, and the calls that run go on. It returns when the
// last has ended or ctx is done; Close is the other half.
func (s *Server) Drain(ctx context.Context) {
	s.closing.Store(true)
	s.Phones.Drain()
	if err := s.Callbacks.Drain(ctx); err != nil {
		s.Log.Warn("callbacks are still taken", slog.Any("err", err))
	}
	if err := s.Talks.Drain(ctx); err != nil {
		s.Log.Warn("talks are still taken", slog.Any("err", err))
	}
	if err := s.Sessions.Drain(ctx); err != nil {
		s.Log.Warn("sessions are still taken", slog.Any("err", err))
	}
	changed := make(chan struct{}, 1)
	stop := s.Calls.Watch(func(call.Snapshot) {
		select {
		case changed <- struct{}{}:
		default:
		}
	})
	defer stop()
	for told := 0; ; {
		running := len(s.Calls.Running())
		if running == 0 {
			s.Log.Info("closing, no call runs")
			return
		}
		if running != told {
			s.Log.Info("no new calls are taken; a second signal ends those that run", slog.Int("running", running))
			told = running
		}
		select {
		case <-changed:
		case <-ctx.Done():
			s.Log.Warn("closing, calls are cut off", slog.Int("running", running))
			return
		}
	}
}
