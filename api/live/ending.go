package live

import (
	"log/slog"

	"sufler/routing"
)

// Why a connection ended, as the metric's label says it.
const (
	endLeft    = "left"    // the page closed it, or its network did
	endSlow    = "slow"    // the page read too slowly
	endRefused = "refused" // no hello, a refused one, or too many messages that could not be taken
	endClosing = "closing" // the server ends
)

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
	c.stop()
}

func (c *Conn) reason() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ended
}

// End ends the connection as a refused one: a login that is over.
func (c *Conn) End() { c.finish(endRefused) }

// over is called by the carrier, once, when nothing more will be heard or brought.
func (c *Conn) over() {
	c.working.Wait()
	defer c.hub.leave(c, c.reason())
	defer func() {
		if p := recover(); p != nil {
			c.hub.opt.Log.Error("page's end panicked", slog.Any("err", p))
		}
	}()
	c.mu.Lock()
	if c.late != nil {
		c.late.Stop()
	}
	c.mu.Unlock()
	if c.wasGreeted() {
		c.page.Left()
	}
}

// awaitHello ends the connection of a page that does not say who it is.
func (c *Conn) awaitHello() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.late = c.hub.opt.Clock.AfterFunc(c.hub.opt.HelloLimit, c.helloLate)
}

func (c *Conn) helloLate() {
	if c.wasGreeted() {
		return
	}
	c.refuse(0, routing.Refuse(routing.Invalid, "hello_needed"))
	c.finish(endRefused)
}
