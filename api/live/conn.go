package live

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"sufler/internal/clock"
	"sufler/routing"
)

// Page is who opened a connection. Its methods are called one after another.
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

// Conn is the connection of one page, whatever carries it.
type Conn struct {
	hub  *Hub
	page Page
	line carrier
	out  outbox

	topics []Topic // that it has joined; guarded by hub.mu
	beat   int     // when it is pinged; set by hub.enter

	// Of the carrier, which lets messages be heard one after another.
	rate, patience bucket
	working        sync.WaitGroup  // grows only in hear
	going          context.Context // ends with the connection
	stop           context.CancelFunc

	mu    sync.Mutex
	stage stage
	late  clock.Timer // nil once hello was taken
	seq   uint64
	held  []told
	slow  int    // answers that take their time
	ended string // why, empty while it goes on
}

// stage is how far a page has come.
type stage uint8

const (
	stranger stage = iota + 1 // has not said hello: gets no event
	holding                   // its snapshot is being made: events wait
	joined
)

// forbearance is how many messages that are too many, too long or make no sense are
// answered with an error at once, and one more each second, before the page is closed.
const forbearance = 100

func (h *Hub) newConn(page Page, line carrier) *Conn {
	now := h.opt.Clock.Now()
	c := &Conn{
		hub: h, page: page, line: line, stage: stranger,
		out:  outbox{limit: h.opt.Outbox, wake: line.wake},
		rate: newBucket(h.opt.MessagesPerSecond, h.opt.MessagesPerSecond, now), patience: newBucket(1, forbearance, now),
	}
	c.going, c.stop = context.WithCancel(context.Background())
	return c
}

// Page returns who opened the connection.
func (c *Conn) Page() Page { return c.page }

// hear takes one message of the page. What cannot be taken is answered with an error;
// a page that goes on with such messages is ended.
func (c *Conn) hear(raw []byte) {
	if c.reason() != "" {
		return
	}
	c.hub.opt.Metrics.messages.Inc()
	m, err := c.read(raw)
	if !c.wasGreeted() {
		c.guard(m.ID, func(ctx context.Context) { c.greet(ctx, m, err) })
		return
	}
	if err != nil {
		c.refuse(m.ID, err)
		if !c.patience.allow(c.hub.opt.Clock.Now()) {
			c.finish(endRefused)
		}
		return
	}
	c.guard(m.ID, func(ctx context.Context) { c.take(ctx, m) })
}

// read is the message, or why it is not taken.
func (c *Conn) read(raw []byte) (Message, error) {
	allowed := c.rate.allow(c.hub.opt.Clock.Now())
	if int64(len(raw)) > c.hub.opt.MessageSize {
		return Message{ID: idOf(raw)}, routing.Refuse(routing.Limited, "message_too_long")
	}
	m, err := ParseMessage(raw)
	switch {
	case !allowed:
		return m, routing.Refuse(routing.Limited, "message_too_often")
	case err != nil:
		return m, routing.Refuse(routing.Invalid, "message_invalid", "at", err.Error())
	}
	return m, nil
}

// guard bounds the time of an answer; a panic costs that message only.
func (c *Conn) guard(id int64, answer func(context.Context)) {
	ctx, cancel := context.WithTimeout(c.going, c.hub.opt.AnswerLimit)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			c.panicked(id, p)
		}
	}()
	answer(ctx)
}

func (c *Conn) take(ctx context.Context, m Message) {
	ok, err := c.page.Take(ctx, m)
	switch work, later := ok.(Later); {
	case err != nil:
		c.refuse(m.ID, err)
	case later:
		c.answerLater(m.ID, work)
	default:
		c.answer(m.ID, ok)
	}
}

// greet takes the first message: events that come while the snapshot is made are
// held back and follow it, so that nothing is missed and nothing older overwrites
// something newer.
func (c *Conn) greet(ctx context.Context, m Message, err error) {
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
		return
	}
	c.hold()
	c.answer(m.ID, ok)
	c.release(snapshot())
}

func (c *Conn) wasGreeted() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.stage != stranger
}

// ping looks whether the page is still there.
func (c *Conn) ping() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended == "" {
		c.line.ping()
	}
}

// Stamp is a time as the protocol writes it: RFC 3339 in UTC with milliseconds.
func Stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
