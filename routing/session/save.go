package session

import (
	"context"
	"log/slog"
	"time"
)

// This file keeps a session's row on disk. One write of a session runs at a time and
// always has its newest state; it is tried until it succeeds. No conversation waits
// for it: what was said is in the journal.

const (
	firstPause   = 100 * time.Millisecond // before a failed write is tried again; doubled each time
	longestPause = 2 * time.Second
	longestWrite = 5 * time.Second
)

// save says that the row has changed.
func (v *visit) save() {
	v.version++
	if !v.saving {
		v.write()
	}
}

func (v *visit) write() {
	v.saving = true
	s, row, version := v.s, v.row, v.version
	s.work.Go(func() {
		ctx, cancel := context.WithTimeout(s.working, longestWrite)
		defer cancel()
		err := s.opts.Store.PutSession(ctx, row)
		s.own.Send(func() { v.haveWritten(version, err) })
	})
}

func (v *visit) haveWritten(version uint64, err error) {
	if err != nil {
		v.pause = min(max(2*v.pause, firstPause), longestPause)
		v.s.opts.Metrics.retries.Inc()
		v.log.Warn("session not stored, trying again", slog.Any("err", err), slog.Duration("pause", v.pause))
		v.s.opts.Clock.AfterFunc(v.pause, func() { v.s.own.Send(v.write) })
		return
	}
	v.pause, v.durable, v.saving = 0, version, false
	if v.version > v.durable {
		v.write()
	}
	v.s.settle()
}

// settle tells Close when the last write is done.
func (s *Service) settle() {
	if !s.closing {
		return
	}
	for _, v := range s.visits {
		if v.version > v.durable {
			return
		}
	}
	select {
	case <-s.settled:
	default:
		close(s.settled)
	}
}
