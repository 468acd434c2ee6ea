package journal

import (
	"context"
	"log/slog"
	"time"

	"sufler/internal/clock"
	"sufler/routing"
)

// storeLimit is how long one group may take in the database before it is given up
// and tried again.
const storeLimit = 10 * time.Second

// keeper is the goroutine that moves entries from the queue to the database or to
// the spool. At most one group is on its way to the database, so order is kept.
// The spool is in the way of the queue: while it holds something, new entries go
// behind it.
type keeper struct {
	*Journal
	spool   *spool
	results chan result
	timer   clock.Timer

	flight    *flight   // the group on its way to the database; nil: none
	notBefore time.Time // the database failed: do not ask it again before
	failing   bool      // it was logged that the database fails
	unwritten time.Time // the spool failed: do not write to it again before
}

// flight is a group on its way to the database.
type flight struct {
	items   []item
	began   time.Time
	spooled bool  // the spool holds the group as well, or it came from there
	end     int64 // of a group from the spool: where it ends in the file
}

// result is what the database said to the flight.
type result struct {
	stored []routing.Entry
	err    error
}

func (k *keeper) run() {
	defer close(k.done)
	defer k.end()
	for !k.step() {
		select {
		case <-k.wake:
		case r := <-k.results:
			k.landed(r)
		case <-k.hurried():
			k.notBefore = k.o.Clock.Now().Add(k.o.Retry)
		}
	}
}

// hurried is the channel of a hurry that has not been acted on.
func (k *keeper) hurried() <-chan struct{} {
	if k.flight != nil { // its context is cancelled, its result comes
		return nil
	}
	return k.hurry
}

// step does what there is to do now and returns true when all is done for ever.
func (k *keeper) step() (over bool) {
	now := k.o.Clock.Now()
	waiting, since := k.look()
	urgent, closed := k.asked()
	due := urgent || closed || waiting >= k.o.Group || waiting > 0 && now.Sub(since) >= k.o.Delay
	late := k.flight != nil && (waiting >= k.o.Queue || now.Sub(k.flight.began) >= k.o.Patience)
	switch {
	case late && !k.flight.spooled:
		k.spillFlight()
		k.spill(closed)
	case due && (!k.spool.empty() || now.Before(k.notBefore)):
		if closed || !now.Before(k.unwritten) {
			k.spill(closed)
		}
	case due && k.flight == nil:
		k.launch(&flight{items: k.take(k.o.Group), began: now})
	}
	if k.flight == nil && !k.spool.empty() && !now.Before(k.notBefore) {
		k.launchSpooled(now)
	}
	waiting, since = k.look()
	k.arm(now, since)
	return closed && k.flight == nil && waiting == 0 && (k.spool.empty() || now.Before(k.notBefore))
}

// look tells how many entries wait in the queue, and since when the oldest does.
func (k *keeper) look() (waiting int, since time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	waiting = len(k.queue)
	k.o.Metrics.queued.Set(float64(waiting))
	if waiting > 0 {
		since = k.queue[0].since
	}
	return waiting, since
}

// asked tells whether somebody waits in Commit, and whether the journal closes.
func (k *keeper) asked() (urgent, closed bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.urgent, k.closed
}

// take removes the first entries of the queue.
func (k *keeper) take(most int) []item {
	k.mu.Lock()
	defer k.mu.Unlock()
	n := min(most, len(k.queue))
	items := k.queue[:n:n]
	k.queue = k.queue[n:]
	if len(k.queue) == 0 {
		k.queue, k.urgent = nil, false
	}
	return items
}

// arm sets the timer for the next moment at which time alone changes what is to
// do; since is when the oldest entry of the queue came.
func (k *keeper) arm(now, since time.Time) {
	if k.timer != nil {
		k.timer.Stop()
		k.timer = nil
	}
	var next time.Time
	sooner := func(t time.Time) {
		if t.After(now) && (next.IsZero() || t.Before(next)) {
			next = t
		}
	}
	if !since.IsZero() {
		sooner(since.Add(k.o.Delay))
	}
	if k.flight != nil {
		sooner(k.flight.began.Add(k.o.Patience))
	}
	sooner(k.notBefore)
	sooner(k.unwritten)
	if !next.IsZero() {
		k.timer = k.o.Clock.AfterFunc(next.Sub(now), k.kick)
	}
}

// launch sends a group to the database.
func (k *keeper) launch(f *flight) {
	if len(f.items) == 0 {
		return
	}
	k.flight = f
	entries := entriesOf(f.items)
	go func() { // ends with the database's answer, which the keeper waits for
		ctx, cancel := context.WithTimeout(k.ctx, storeLimit)
		defer cancel()
		stored, err := k.o.Store.AppendEntries(ctx, entries)
		k.results <- result{stored, err}
	}()
}

// launchSpooled sends the next group of the spool.
func (k *keeper) launchSpooled(now time.Time) {
	entries, end, torn, err := k.spool.next(k.o.Group)
	if err != nil {
		k.o.Log.Error("journal's spool cannot be read", slog.Any("err", err))
		k.notBefore = now.Add(k.o.Retry)
		return
	}
	if torn > 0 {
		k.o.Metrics.lost.Add(float64(torn))
		k.o.Log.Error("journal's spool holds lines that are no entries", slog.Int("lines", torn))
	}
	items := make([]item, len(entries))
	for i, e := range entries {
		items[i].entry = e
	}
	if len(items) == 0 {
		k.forget(end)
		return
	}
	k.launch(&flight{items: items, began: now, spooled: true, end: end})
}

// landed takes the database's answer.
func (k *keeper) landed(r result) {
	f := k.flight
	k.flight = nil
	now := k.o.Clock.Now()
	k.o.Metrics.took.Observe(now.Sub(f.began).Seconds())
	if r.err != nil {
		k.failed(f, now, r.err)
		return
	}
	k.notBefore = time.Time{}
	if k.failing {
		k.failing = false
		k.o.Log.Info("the journal's database works again")
	}
	switch {
	case f.end > 0:
		k.forget(f.end)
	case f.spooled:
		return // the spool hands it over again, and then it is told
	}
	k.o.Metrics.stored.Add(float64(len(r.stored)))
	k.tell(r.stored)
	answer(f.items, nil)
}

func (k *keeper) failed(f *flight, now time.Time, err error) {
	k.notBefore = now.Add(k.o.Retry)
	if !k.failing {
		k.failing = true
		k.o.Log.Error("the journal's database fails, entries go into the spool", slog.Any("err", err))
	}
	if !f.spooled {
		k.intoSpool(f.items)
	}
}

// forget drops from the spool what was handed over.
func (k *keeper) forget(end int64) {
	if err := k.spool.advance(end); err != nil {
		k.o.Log.Error("journal's spool cannot be emptied", slog.Any("err", err))
	}
}

// spillFlight puts the group that the database is slow with into the spool, before
// anything that came after it.
func (k *keeper) spillFlight() {
	k.flight.spooled = true
	k.intoSpool(k.flight.items)
}

// spill puts the whole queue into the spool. What cannot be written waits in
// memory, or is lost when the journal closes.
func (k *keeper) spill(closed bool) {
	items := k.take(hardLimit * k.o.Queue)
	if len(items) == 0 || k.intoSpool(items) || !closed {
		return
	}
	lost := k.take(hardLimit * k.o.Queue)
	k.o.Metrics.lost.Add(float64(len(lost)))
	k.o.Log.Error("facts lost at the end: neither the database nor the spool takes them", slog.Int("entries", len(lost)))
}

// intoSpool writes items and answers those who wait for them. When the disk
// refuses, Commits are answered with the error and the rest goes back to the
// front of the queue.
func (k *keeper) intoSpool(items []item) bool {
	err := k.spool.append(entriesOf(items))
	answer(items, err)
	if err == nil {
		k.o.Metrics.spooled.Add(float64(len(items)))
		return true
	}
	k.unwritten = k.o.Clock.Now().Add(k.o.Retry)
	k.o.Log.Error("journal's spool cannot be written", slog.Any("err", err))
	var back []item
	for _, i := range items {
		if i.stored == nil {
			back = append(back, i)
		}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.queue = append(back, k.queue...)
	return false
}

func (k *keeper) end() {
	if k.timer != nil {
		k.timer.Stop()
	}
	k.mu.Lock()
	left := k.queue
	k.queue = nil
	k.mu.Unlock()
	answer(left, errClosed)
	if err := k.spool.close(); err != nil {
		k.o.Log.Error("journal's spool cannot be closed", slog.Any("err", err))
	}
}

func answer(items []item, err error) {
	for _, i := range items {
		if i.stored != nil {
			i.stored(err)
		}
	}
}

func entriesOf(items []item) []routing.Entry {
	entries := make([]routing.Entry, len(items))
	for i := range items {
		entries[i] = items[i].entry
	}
	return entries
}
