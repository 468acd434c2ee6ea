package live

import (
	"encoding/json"
	"log/slog"
	"time"
)

// told is an event cut to what one page may read.
type told struct {
	kind, by string
	at       time.Time
	data     json.RawMessage
}

// hold keeps events back until release: what they are about is being read.
func (c *Conn) hold() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stage = holding
	if c.late != nil {
		c.late.Stop()
		c.late = nil
	}
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
