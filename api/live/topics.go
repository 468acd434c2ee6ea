package live

import "slices"

// Topic is whom an event concerns: the desks, one visitor, one session. A connection
// is told what is published to the topics that it has joined.
type Topic string

// Join lets the page be told what is published to the topics from now on. A page
// joins in Hello what its snapshot is about: nothing is missed between the two.
func (c *Conn) Join(topics ...Topic) { c.hub.join(c, topics) }

// Part ends what Join began.
func (c *Conn) Part(topics ...Topic) { c.hub.part(c, topics) }

// JoinWith joins in Take: the page gets the events that snapshot returns and then,
// in order, all that happened since JoinWith was called.
func (c *Conn) JoinWith(snapshot func() []Event, topics ...Topic) {
	c.hold()
	c.Join(topics...)
	c.release(snapshot())
}

func (h *Hub) join(c *Conn, topics []Topic) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, here := h.conns[c.beat][c]; !here {
		return // it has left meanwhile
	}
	for _, topic := range topics {
		if !slices.Contains(c.topics, topic) {
			c.topics = append(c.topics, topic)
			h.topics[topic] = append(h.topics[topic], c)
		}
	}
}

func (h *Hub) part(c *Conn, topics []Topic) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, topic := range topics {
		if i := slices.Index(c.topics, topic); i >= 0 {
			c.topics = slices.Delete(c.topics, i, i+1)
			h.forgetLocked(topic, c)
		}
	}
}

// forgetLocked takes a connection out of a topic; one that nobody has joined is gone.
func (h *Hub) forgetLocked(topic Topic, c *Conn) {
	joined := h.topics[topic]
	last := len(joined) - 1
	if last == 0 {
		delete(h.topics, topic)
		return
	}
	joined[slices.Index(joined, c)] = joined[last]
	joined[last] = nil
	h.topics[topic] = joined[:last]
}

// concerned are the connections that have joined any of the topics, each once, and
// all of them when there is none.
func (h *Hub) concerned(to []Topic) []*Conn {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch len(to) {
	case 0:
		return h.allLocked()
	case 1:
		return slices.Clone(h.topics[to[0]])
	}
	var conns []*Conn
	seen := make(map[*Conn]struct{})
	for _, topic := range to {
		for _, c := range h.topics[topic] {
			if _, twice := seen[c]; !twice {
				seen[c] = struct{}{}
				conns = append(conns, c)
			}
		}
	}
	return conns
}
