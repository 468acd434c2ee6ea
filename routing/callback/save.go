package callback

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"sufler/routing"
)

// This file keeps a callback on disk. One write of a callback runs at a time and
// always has its newest state; it is tried until it succeeds or the database says
// that another process holds the callback. No call is ever cut because the
// database is away.

const (
	firstPause   = 100 * time.Millisecond // before a failed write is tried again; doubled each time
	longestPause = 2 * time.Second
	longestWrite = 5 * time.Second
)

// waiter waits until a version is on disk.
type waiter struct {
	version uint64
	then    func()
}

// save says that the row has changed.
func (d *drive) save() {
	d.version++
	if !d.saving {
		d.write()
	}
}

// onDisk runs then, on the loop, when the row as it is now is on disk.
func (d *drive) onDisk(then func()) {
	if d.durable == d.version {
		then()
		return
	}
	d.waiters = append(d.waiters, waiter{d.version, then})
}

func (d *drive) write() {
	d.saving = true
	s, row, version := d.s, d.row, d.version
	s.work.Go(func() {
		ctx, cancel := context.WithTimeout(s.writing, longestWrite)
		defer cancel()
		err := s.opts.Store.SaveCallback(ctx, row)
		s.own.Send(func() { d.written(version, err) })
	})
}

func (d *drive) written(version uint64, err error) {
	switch {
	case err == nil:
		d.pause = 0
		d.durable = version
		d.saving = false
		d.reached()
		if d.version > d.durable && !d.saving {
			d.write()
		}
	case errors.Is(err, routing.Refuse(0, "callback_fenced")), routing.KindOf(err) == routing.NotFound: // or erased
		d.fenced(err)
	default:
		d.tryAgain(err)
	}
	if d.isOver() && d.durable == d.version {
		d.s.forget(d)
	}
	d.s.settle()
}

// reached runs what waited for a version that is on disk now.
func (d *drive) reached() {
	waiters := d.waiters
	d.waiters = nil
	for _, w := range waiters {
		if w.version <= d.durable {
			w.then()
		} else {
			d.waiters = append(d.waiters, w)
		}
	}
}

func (d *drive) tryAgain(err error) {
	d.pause = min(max(2*d.pause, firstPause), longestPause)
	d.s.opts.Metrics.retries.Inc()
	d.log.Warn("callback not stored, trying again", slog.Any("err", err), slog.Duration("pause", d.pause))
	d.s.opts.Clock.AfterFunc(d.pause, func() { d.s.own.Send(d.write) })
}

// fenced lets go of what another process holds now: it is carried on there.
func (d *drive) fenced(err error) {
	d.log.Error("callback is held by another process", slog.Any("err", err))
	d.gone = true
	d.durable, d.saving, d.waiters = d.version, true, nil
	d.rest()
	d.s.forget(d)
}
