package live

import (
	"cmp"
	"encoding/json"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"sufler/internal/clock"
)

// Options are what a Hub works with. The zero durations and sizes mean those of
// api/protocol.md.
type Options struct {
	Clock   clock.Clock
	Log     *slog.Logger
	Metrics *Metrics

	// Problem turns a refusal into what a page of that language gets as "error".
	Problem func(language string, err error) any

	HelloLimit        time.Duration // 10 s
	AnswerLimit       time.Duration // 10 s: one answer of ours, one write to the page
	PingEvery         time.Duration // 30 s
	Outbox            int           // 256 kB
	MessageSize       int64         // 64 kB
	MessagesPerSecond int           // 20
	SlowAnswers       int           // 4: answers of one page that take their time at once
}

func (o Options) withDefaults() Options {
	o.HelloLimit = cmp.Or(o.HelloLimit, 10*time.Second)
	o.AnswerLimit = cmp.Or(o.AnswerLimit, 10*time.Second)
	o.PingEvery = cmp.Or(o.PingEvery, 30*time.Second)
	o.Outbox = cmp.Or(o.Outbox, 256<<10)
	o.MessageSize = cmp.Or(o.MessageSize, 64<<10)
	o.MessagesPerSecond = cmp.Or(o.MessagesPerSecond, 20)
	o.SlowAnswers = cmp.Or(o.SlowAnswers, 4)
	return o
}

// Event is something that pages are told.
type Event struct {
	Kind string
	By   string    // who did it: an OperatorID, or ""
	At   time.Time // zero: now
	To   []Topic   // whom it concerns; none: everybody
	// For returns what the page of this connection may read of it, as JSON, or nil
	// for nothing at all. It is called once for each connection that is concerned and
	// must not block.
	For func(*Conn) json.RawMessage
	// Passing marks what the next event of its kind replaces, such as levels: it
	// is left out for a page that is behind.
	Passing bool
}

// Hub holds the connections of all pages.
type Hub struct {
	opt Options

	mu      sync.Mutex
	conns   [beats]map[*Conn]struct{} // by when they are pinged
	open    int                       // how many there are
	newest  int                       // the beat of who came last
	now     int                       // the beat that was last
	pulse   clock.Timer               // nil: no page needs it
	topics  map[Topic][]*Conn         // who has joined them; none is empty
	lines   map[string]*Line          // those over requests
	closing bool
	serving sync.WaitGroup // what is not over yet; grows only under mu while not closing
}

// NewHub returns a hub with no connections. Its owner ends it with Close.
func NewHub(opt Options) *Hub {
	h := &Hub{opt: opt.withDefaults(), topics: map[Topic][]*Conn{}, lines: map[string]*Line{}}
	for i := range h.conns {
		h.conns[i] = map[*Conn]struct{}{}
	}
	return h
}

// Publish gives an event to every connection that it concerns and that has said
// hello. What one goroutine publishes comes to each connection in its order.
func (h *Hub) Publish(e Event) {
	if e.At.IsZero() {
		e.At = h.opt.Clock.Now()
	}
	for _, c := range h.concerned(e.To) {
		c.tell(e)
	}
}

// Each calls f for every connection that has said hello and joined one of the
// topics; none: for every one.
func (h *Hub) Each(f func(*Conn), to ...Topic) {
	for _, c := range h.concerned(to) {
		if c.wasGreeted() { // what Hello has set of a page can be read
			f(c)
		}
	}
}

// Close tells every page that the server ends, closes the connections and waits
// until they are gone.
func (h *Hub) Close() {
	h.mu.Lock()
	h.closing = true
	if h.pulse != nil && h.pulse.Stop() {
		h.serving.Done()
	}
	conns, lines := h.allLocked(), slices.Collect(maps.Values(h.lines))
	h.mu.Unlock()
	for _, c := range conns {
		c.tell(Event{Kind: "server.closing", At: h.opt.Clock.Now(), For: nothingMore})
		c.finish(endClosing)
	}
	h.serving.Wait()
	for _, l := range lines {
		l.Close()
	}
}

func nothingMore(*Conn) json.RawMessage { return json.RawMessage("{}") }

func (h *Hub) allLocked() []*Conn {
	conns := make([]*Conn, 0, h.open)
	for _, some := range h.conns {
		conns = slices.AppendSeq(conns, maps.Keys(some))
	}
	return conns
}
