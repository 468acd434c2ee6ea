package live

import (
	"maps"
	"slices"
)

// beats are the parts in which all pages are pinged, one after another in the time of
// Options.PingEvery: a timer of all instead of one of each.
const beats = 32

// enter returns false when the server ends and takes no pages.
func (h *Hub) enter(c *Conn) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closing {
		return false
	}
	h.newest = (h.newest + 1) % beats // pages that come together are spread
	c.beat = h.newest
	h.conns[c.beat][c] = struct{}{}
	h.open++
	h.serving.Add(1)
	h.opt.Metrics.open.Inc()
	if h.pulse == nil {
		h.pulseLocked()
	}
	return true
}

func (h *Hub) leave(c *Conn, reason string) {
	h.mu.Lock()
	delete(h.conns[c.beat], c)
	h.open--
	for _, topic := range c.topics {
		h.forgetLocked(topic, c)
	}
	h.mu.Unlock()
	h.opt.Metrics.open.Dec()
	h.opt.Metrics.ended.WithLabelValues(reason).Inc()
	h.serving.Done()
}

// pulseLocked sets the next beat. What it starts is waited for like a page.
func (h *Hub) pulseLocked() {
	h.serving.Add(1)
	h.pulse = h.opt.Clock.AfterFunc(h.opt.PingEvery/beats, h.beat)
}

// beat pings the pages whose turn it is. Without pages it stands still.
func (h *Hub) beat() {
	defer h.serving.Done()
	h.mu.Lock()
	h.now = (h.now + 1) % beats
	conns := slices.Collect(maps.Keys(h.conns[h.now]))
	h.mu.Unlock()
	for _, c := range conns {
		c.ping()
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.pulse = nil
	if h.open > 0 && !h.closing {
		h.pulseLocked()
	}
}
