package live

import (
	"context"

	"github.com/coder/websocket"

	"sufler/routing"
)

// closeCodes are the statuses of RFC 6455 section 7.4.1 that a page reads: 1013
// and 1012 mean come again, 1008 means not like this.
var closeCodes = map[string]websocket.StatusCode{
	endSlow:    websocket.StatusTryAgainLater,
	endRefused: websocket.StatusPolicyViolation,
	endClosing: websocket.StatusServiceRestart,
}

// finish ends the connection after what lies in its outbox; a slow page loses that.
// Only the first reason counts.
func (c *Conn) finish(reason string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.finishLocked(reason)
}

func (c *Conn) finishLocked(reason string) {
	if c.ended != "" {
		return
	}
	c.ended = reason
	c.out.close(reason == endSlow || reason == endLeft)
}

// End ends the connection as a refused one: a login that is over.
func (c *Conn) End() { c.finish(endRefused) }

// write sends what lies in the outbox until it is closed, and then closes the
// connection, which also ends read.
func (c *Conn) write(ctx context.Context) {
	for {
		message, last := c.out.take()
		if last {
			c.closeLine()
			return
		}
		if err := c.send(ctx, message); err != nil {
			c.finish(endLeft)
			c.closeLine()
			return
		}
	}
}

func (c *Conn) send(ctx context.Context, message []byte) error {
	ctx, cancel := context.WithTimeout(ctx, c.hub.opt.AnswerLimit)
	defer cancel()
	return c.ws.Write(ctx, websocket.MessageText, message)
}

// closeLine may fail: the page can be gone at any moment, and then it is closed.
func (c *Conn) closeLine() {
	if code, ok := closeCodes[c.reason()]; ok {
		_ = c.ws.Close(code, c.reason())
		return
	}
	_ = c.ws.CloseNow()
}

// ping notices pages whose network has vanished (RFC 6455 section 5.5.2).
func (c *Conn) ping(ctx context.Context) {
	for c.waitForPing(ctx) {
		if err := c.pong(ctx); err != nil {
			c.finish(endLeft)
			return
		}
	}
}

func (c *Conn) waitForPing(ctx context.Context) bool {
	due := make(chan struct{})
	timer := c.hub.opt.Clock.AfterFunc(c.hub.opt.PingEvery, func() { close(due) })
	select {
	case <-due:
		return true
	case <-ctx.Done():
		timer.Stop()
		return false
	}
}

func (c *Conn) pong(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, c.hub.opt.AnswerLimit)
	defer cancel()
	return c.ws.Ping(ctx)
}

func (c *Conn) helloLate() {
	if c.wasGreeted() {
		return
	}
	c.refuse(0, routing.Refuse(routing.Invalid, "hello_needed"))
	c.finish(endRefused)
}
