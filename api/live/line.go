package live

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"sync"
	"time"

	"sufler/internal/clock"
	"sufler/routing"
)

const (
	askLimit  = 25 * time.Second // how long a question waits for something new
	lineQuiet = 60 * time.Second // a page that asks nothing for so long is gone
)

// Batch is what a line has for its page.
type Batch struct {
	Line   string            // set by OpenLine, if it has opened one
	Frames []json.RawMessage // answers and events, in order
	Last   uint64            // the number of the last frame
	Over   string            // why the line has ended; empty while it goes on
}

// Line carries a connection over plain requests, where no WebSocket comes through:
// some say what the page says, one waits for what it is to be told. What was brought
// is kept until the page says that it was read, so that a lost answer costs nothing.
type Line struct {
	hub  *Hub
	conn *Conn
	id   string

	saying sync.Mutex // held while messages are taken
	taken  uint64     // how many

	mu     sync.Mutex
	asking *asking
	pace   bucket
	silent clock.Timer // runs while nobody asks
}

// asking is a question that waits.
type asking struct {
	news  chan struct{} // holds a mark: there is something new
	newer chan struct{} // closed when another question has come
}

// OpenLine takes a page's hello and begins a connection of requests.
func (h *Hub) OpenLine(page Page, hello []byte) (Batch, error) {
	l := &Line{hub: h, id: rand.Text() + rand.Text(), pace: newBucket(h.opt.MessagesPerSecond, h.opt.MessagesPerSecond, h.opt.Clock.Now())}
	l.conn = h.newConn(page, l)
	if !h.enter(l.conn) {
		return Batch{}, routing.Refuse(routing.Unavailable, "server_closing")
	}
	context.AfterFunc(l.conn.going, l.end)
	l.saying.Lock()
	l.conn.hear(hello)
	l.saying.Unlock()
	batch, err := l.look(0)
	if err != nil || batch.Over != "" {
		return batch, err
	}
	if !h.keepLine(l) {
		return Batch{}, routing.Refuse(routing.Unavailable, "server_closing")
	}
	batch.Line = l.id
	l.rest(nil)
	return batch, nil
}

// Line returns the line of an id.
func (h *Hub) Line(id string) (*Line, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	l, ok := h.lines[id]
	if !ok {
		return nil, routing.Refuse(routing.NotFound, "line_unknown")
	}
	return l, nil
}

func (h *Hub) keepLine(l *Line) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closing {
		return false
	}
	h.lines[l.id] = l
	return true
}

func (h *Hub) dropLine(l *Line) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.lines, l.id)
}

// Say takes messages of which the first has this number, each once, and returns how
// many were taken so far.
func (l *Line) Say(first uint64, messages [][]byte) (taken uint64, err error) {
	l.saying.Lock()
	defer l.saying.Unlock()
	if first < 1 || first > l.taken+1 {
		return l.taken, routing.Refuse(routing.Invalid, "request_invalid", "at", "first")
	}
	known := min(l.taken+1-first, uint64(len(messages)))
	for _, raw := range messages[known:] {
		l.conn.hear(raw)
		l.taken++
	}
	return l.taken, nil
}

// Ask returns the frames after a number, which are those that the page has not read,
// as soon as there is one.
func (l *Line) Ask(ctx context.Context, after uint64) (Batch, error) {
	a := l.begin()
	defer l.rest(a)
	ctx, cancel := l.hub.timeout(ctx, askLimit)
	defer cancel()
	if !l.keepPace(ctx, a) {
		return Batch{Frames: []json.RawMessage{}, Last: after}, nil
	}
	for {
		b, err := l.look(after)
		if err != nil || len(b.Frames) > 0 || b.Over != "" {
			return b, err
		}
		select {
		case <-a.news:
		case <-a.newer:
			return b, nil
		case <-ctx.Done():
			return b, nil
		}
	}
}

// timeout is context.WithTimeout by the hub's clock.
func (h *Hub) timeout(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	timer := h.opt.Clock.AfterFunc(d, cancel)
	return ctx, func() { timer.Stop(); cancel() }
}

// begin ends the question that waits, for this one.
func (l *Line) begin() *asking {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.asking != nil {
		close(l.asking.newer)
	}
	if l.silent != nil {
		l.silent.Stop()
	}
	l.asking = &asking{news: make(chan struct{}, 1), newer: make(chan struct{})}
	return l.asking
}

// rest waits for the next question, unless it is there already.
func (l *Line) rest(a *asking) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.asking != a {
		return
	}
	l.asking = nil
	if _, err := l.hub.Line(l.id); err == nil {
		l.silent = l.hub.opt.Clock.AfterFunc(lineQuiet, l.Close)
	}
}

// keepPace makes questions that come too often wait; false when this one is over.
func (l *Line) keepPace(ctx context.Context, a *asking) bool {
	l.mu.Lock()
	quick := l.pace.allow(l.hub.opt.Clock.Now())
	l.mu.Unlock()
	if quick {
		return true
	}
	due, cancel := l.hub.timeout(ctx, time.Second/time.Duration(l.hub.opt.MessagesPerSecond))
	defer cancel()
	select {
	case <-a.newer:
		return false
	case <-due.Done():
		return ctx.Err() == nil
	}
}

func (l *Line) look(after uint64) (Batch, error) {
	messages, last, closed, ok := l.conn.out.since(after)
	if !ok {
		return Batch{}, routing.Refuse(routing.Invalid, "request_invalid", "at", "after")
	}
	b := Batch{Frames: make([]json.RawMessage, 0, len(messages)), Last: last}
	for _, m := range messages {
		b.Frames = append(b.Frames, m)
	}
	if closed {
		b.Over = l.conn.reason()
	}
	return b, nil
}

// Close ends the line as a page that leaves.
func (l *Line) Close() {
	l.conn.finish(endLeft)
	l.hub.dropLine(l)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.silent != nil {
		l.silent.Stop()
	}
}

// end runs when the connection has ended. What it has to say at last can be asked for
// until nobody asks any more.
func (l *Line) end() {
	l.saying.Lock() // the message that is being taken is the last
	defer l.saying.Unlock()
	l.conn.over()
}

func (l *Line) wake() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.asking == nil {
		return // the next question looks first
	}
	select {
	case l.asking.news <- struct{}{}:
	default:
	}
}

// ping: a page that is gone does not ask.
func (l *Line) ping() {}
