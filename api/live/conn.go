package live

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/coder/websocket"

	"sufler/routing"
)

// Page is who opened a connection. Its methods are called one after another from
// the goroutine that reads the connection.
type Page interface {
	// Hello takes the first message. After its answer the page gets the events
	// that snapshot returns and then, in order, all that happened since Hello
	// returned. An error is answered and ends the connection.
	Hello(ctx context.Context, c *Conn, data json.RawMessage) (answer any, snapshot func() []Event, err error)
	// Take answers one later message, at once or, by returning a Later, beside the
	// messages that follow.
	Take(ctx context.Context, m Message) (answer any, err error)
	// Language is that of refusals.
	Language() string
	// Left is called once at the end, if Hello was taken.
	Left()
}

// Conn is the connection of one page.
type Conn struct {
	hub  *Hub
	ws   *websocket.Conn
	page Page
	out  *outbox

	topics []Topic // that it has joined; guarded by hub.mu

	slow    chan struct{}  // holds a mark for each answer that takes its time
	working sync.WaitGroup // grows only in the goroutine that reads

	mu    sync.Mutex
	stage stage
	seq   uint64
	held  []told
	ended string // why, empty while it goes on
}

// stage is how far a page has come.
type stage uint8

const (
	stranger stage = iota + 1 // has not said hello: gets no event
	holding                   // its snapshot is being made: events wait
	joined
)

// told is an event cut to what one page may read.
type told struct {
	kind, by string
	at       time.Time
	data     json.RawMessage
}

// Page returns who opened the connection.
func (c *Conn) Page() Page { return c.page }

// Serve keeps an accepted connection until it ends.
func (h *Hub) Serve(ws *websocket.Conn, page Page) {
	c := &Conn{hub: h, ws: ws, page: page, out: newOutbox(h.opt.Outbox), slow: make(chan struct{}, h.opt.SlowAnswers), stage: stranger}
	if !h.enter(c) {
		_ = ws.Close(websocket.StatusTryAgainLater, "the server ends") // the page is gone when this fails
		return
	}
	ws.SetReadLimit(h.opt.MessageSize)
	ctx, cancel := context.WithCancel(context.Background())
	late := h.opt.Clock.AfterFunc(h.opt.HelloLimit, c.helloLate)
	var work sync.WaitGroup
	work.Go(func() { c.write(ctx); cancel() })
	work.Go(func() { c.ping(ctx) })
	c.read(ctx)
	c.finish(endLeft)
	work.Wait()
	c.working.Wait()
	late.Stop()
	if c.wasGreeted() {
		page.Left()
	}
	h.leave(c, c.reason())
}

// read takes what the page says until the connection ends.
func (c *Conn) read(ctx context.Context) {
	rate := newBucket(c.hub.opt.MessagesPerSecond, c.hub.opt.Clock.Now())
	for {
		_, raw, err := c.ws.Read(ctx)
		if err != nil {
			if errors.Is(err, websocket.ErrMessageTooBig) {
				c.finish(endRefused)
			}
			return
		}
		c.hub.opt.Metrics.messages.Inc()
		if !rate.allow(c.hub.opt.Clock.Now()) {
			c.refuse(0, routing.Refuse(routing.Limited, "message_too_often"))
			c.finish(endRefused)
			return
		}
		if !c.take(ctx, raw) {
			return
		}
	}
}

// take answers one message; false when the connection is to end.
func (c *Conn) take(line context.Context, raw []byte) (goOn bool) {
	ctx, cancel := context.WithTimeout(line, c.hub.opt.AnswerLimit)
	defer cancel()
	m, err := ParseMessage(raw)
	if err != nil {
		err = routing.Refuse(routing.Invalid, "message_invalid", "at", err.Error())
	}
	defer func() {
		if p := recover(); p != nil {
			c.panicked(m.ID, p)
			goOn = c.wasGreeted()
		}
	}()
	if !c.wasGreeted() {
		return c.greet(ctx, m, err)
	}
	var ok any
	if err == nil {
		ok, err = c.page.Take(ctx, m)
	}
	if work, later := ok.(Later); later && err == nil {
		c.answerLater(line, m.ID, work)
		return true
	}
	if err != nil {
		c.refuse(m.ID, err)
		return true
	}
	c.answer(m.ID, ok)
	return true
}

// greet takes the first message: events that come while the snapshot is made are
// held back and follow it, so that nothing is missed and nothing older overwrites
// something newer.
func (c *Conn) greet(ctx context.Context, m Message, err error) bool {
	if err == nil && m.Do != "hello" {
		err = routing.Refuse(routing.Invalid, "hello_needed")
	}
	var ok any
	var snapshot func() []Event
	if err == nil {
		ok, snapshot, err = c.page.Hello(ctx, c, m.Data)
	}
	if err != nil {
		c.refuse(m.ID, err)
		c.finish(endRefused)
		return false
	}
	c.hold()
	c.answer(m.ID, ok)
	c.release(snapshot())
	return true
}

func (c *Conn) hold() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stage = holding
}

func (c *Conn) release(snapshot []Event) {
	first := make([]told, 0, len(snapshot))
	for _, e := range snapshot {
		if t, ok := c.cut(e); ok {
			first = append(first, t)
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stage = joined
	for _, t := range append(first, c.held...) {
		c.sendLocked(t)
	}
	c.held = nil
}

// tell gives an event to the page, or keeps it until its snapshot is out.
func (c *Conn) tell(e Event) {
	if !c.wasGreeted() {
		return
	}
	if e.Passing && c.out.full() {
		c.hub.opt.Metrics.left.Inc()
		return
	}
	t, ok := c.cut(e)
	if !ok {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.stage == holding {
		c.held = append(c.held, t)
		return
	}
	c.sendLocked(t)
}

func (c *Conn) cut(e Event) (told, bool) {
	data := e.For(c)
	if data == nil {
		return told{}, false
	}
	at := e.At
	if at.IsZero() {
		at = c.hub.opt.Clock.Now()
	}
	return told{kind: e.Kind, by: e.By, at: at, data: data}, true
}

func (c *Conn) sendLocked(t told) {
	c.seq++
	c.hub.opt.Metrics.events.Inc()
	c.putLocked(envelope{Seq: c.seq, At: Stamp(t.at), Kind: t.kind, By: t.by, Data: t.data})
}

func (c *Conn) answer(id int64, ok any) {
	if ok == nil {
		ok = struct{}{}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.putLocked(answer{ID: id, OK: ok})
}

func (c *Conn) refuse(id int64, err error) {
	problem := c.hub.opt.Problem(c.page.Language(), err)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.putLocked(answer{ID: id, Error: problem})
}

func (c *Conn) putLocked(message any) {
	raw, err := json.Marshal(message)
	if err != nil {
		c.hub.opt.Log.Error("page message not encoded", slog.Any("err", err))
		return
	}
	if !c.out.put(raw) {
		c.finishLocked(endSlow)
	}
}

func (c *Conn) wasGreeted() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.stage != stranger
}

func (c *Conn) reason() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ended
}

// Stamp is a time as the protocol writes it: RFC 3339 in UTC with milliseconds.
func Stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
