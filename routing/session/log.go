package session

import (
	"context"
	"log/slog"
	"time"

	"sufler/routing"
)

// This file keeps each session's journal in memory as the database has it, and
// tells it on: an entry is told when it is stored, once and in order.

// readLimit is how long a journal may take to be read.
const readLimit = 10 * time.Second

// readPause is how long a database that failed is left alone.
const readPause = time.Second

// recorded takes entries that were stored just now.
func (s *Service) recorded(entries []routing.Entry) {
	for _, e := range entries {
		if v := s.visits[e.Session]; v != nil {
			v.take(e)
		}
	}
}

// take takes one entry. What is known is passed over; where some are missing, the
// journal is read.
func (v *visit) take(e routing.Entry) {
	switch last := v.ledger.lastSeq(); {
	case v.reading:
		v.held = append(v.held, e)
	case e.Seq <= last:
	case e.Seq > last+1:
		v.held = append(v.held, e)
		v.read()
	default:
		v.add(e)
	}
}

func (v *visit) add(e routing.Entry) {
	v.ledger.add(e)
	v.answer(e)
	staff, visitor := v.ledger.told(Staff, e), v.ledger.told(Visitor, e)
	if staff.N == 0 {
		return // visitors read nothing that staff may not
	}
	v.s.watchers.Tell(Added{View: v.view(), Staff: staff, Visitor: visitor})
	if e.Kind == (Said{}).Kind() {
		v.wait()
		v.publish()
	}
}

// answer tells those who wait for an entry.
func (v *visit) answer(e routing.Entry) {
	waiting := v.waiting[e.ID]
	delete(v.waiting, e.ID)
	for _, result := range waiting {
		result <- answered{seq: e.Seq}
	}
}

// read reads from the database what is missing.
func (v *visit) read() {
	v.reading = true
	last := v.ledger.lastSeq()
	v.s.work.Go(func() {
		ctx, cancel := context.WithTimeout(v.s.working, readLimit)
		defer cancel()
		entries, err := v.s.opts.Store.EntriesSince(ctx, v.row.ID, last)
		v.s.own.Send(func() { v.haveRead(entries, err) })
	})
}

func (v *visit) haveRead(entries []routing.Entry, err error) {
	if err != nil {
		v.log.Warn("journal not read, trying again", slog.Any("err", err))
		if !v.s.closing {
			v.s.opts.Clock.AfterFunc(readPause, func() { v.s.own.Send(v.read) })
		}
		return
	}
	v.reading = false
	held := v.held
	v.held = nil
	for _, e := range append(entries, held...) {
		v.take(e)
	}
	v.publish()
	v.wait()
}

// Entries returns what a reader may read of a session after their n, also of one
// that is closed. It refuses with "session_unknown" and "store_unavailable".
func (s *Service) Entries(ctx context.Context, id routing.SessionID, r Reader, n uint64) ([]Told, error) {
	var told []Told
	err := s.do(ctx, func() error {
		v, err := s.find(id)
		if err == nil {
			told = v.ledger.since(r, n)
		}
		return err
	})
	if routing.KindOf(err) != routing.NotFound {
		return told, err
	}
	entries, err := s.opts.Store.EntriesSince(ctx, id, 0)
	if err != nil {
		return nil, unavailable(err)
	}
	var l ledger
	for _, e := range entries {
		l.add(e)
	}
	return l.since(r, n), nil
}
