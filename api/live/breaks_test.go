package live

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/coder/websocket"
)

// breaks is how often a connection breaks in a test.
const breaks = 50

// counting is a page that shows a number: its snapshot says how far it has come, each
// event that it is one further.
type counting struct {
	*scripted
	mu  sync.Mutex
	now int
}

func (p *counting) Hello(ctx context.Context, c *Conn, data json.RawMessage) (any, func() []Event, error) {
	answer, _, err := p.scripted.Hello(ctx, c, data)
	<-p.greeted
	c.Join("count")
	return answer, func() []Event {
		p.mu.Lock()
		defer p.mu.Unlock()
		return []Event{event("count.snapshot", p.now)}
	}, err
}

func (p *counting) Left() {}

// count counts on, once for each mark.
func (p *counting) count(h *Hub, marks <-chan struct{}) {
	for range marks {
		p.mu.Lock()
		p.now++
		e := event("count.grew", p.now)
		p.mu.Unlock()
		e.To = []Topic{"count"}
		h.Publish(e)
	}
}

// reader follows the count over any number of connections, and lets it go on.
type reader struct {
	t     *testing.T
	marks chan struct{}
	shown int    // of all connections
	seq   uint64 // of this one
	last  int    // the last event of this one; 0: there was none
}

// follow reads connections until done, while the count goes on.
func follow(t *testing.T, h *Hub, p *counting, read func(*reader)) {
	t.Helper()
	r := &reader{t: t, marks: make(chan struct{}, 1000)}
	var counting sync.WaitGroup
	counting.Go(func() { p.count(h, r.marks) })
	for range breaks {
		r.seq, r.last = 0, 0
		r.more(20)
		read(r)
	}
	close(r.marks)
	counting.Wait()
	if r.shown < breaks {
		t.Errorf("only %d was shown", r.shown)
	}
}

func (r *reader) more(n int) {
	for range n {
		r.marks <- struct{}{}
	}
}

// take reads an event of a connection. The first is a snapshot that shows no less than
// the connection before; events follow it, none of them missing, none twice.
func (r *reader) take(text string) {
	r.t.Helper()
	r.more(2)
	var e struct {
		Seq  uint64
		Kind string
		Data int
	}
	if err := json.Unmarshal([]byte(text), &e); err != nil {
		r.t.Fatal(err)
	}
	if r.seq++; e.Seq != r.seq {
		r.t.Fatalf("got seq %d, want %d", e.Seq, r.seq)
	}
	if r.seq == 1 {
		if e.Kind != "count.snapshot" || e.Data < r.shown {
			r.t.Fatalf("a connection began with %s after %d was shown", text, r.shown)
		}
		r.shown = e.Data
		return
	}
	if (r.last == 0 && e.Data > r.shown+1) || (r.last > 0 && e.Data != r.last+1) {
		r.t.Fatalf("got %d after event %d and %d shown", e.Data, r.last, r.shown)
	}
	r.last, r.shown = e.Data, max(r.shown, e.Data)
}

// Fifty times the WebSocket breaks in the midst of what it tells, and the page comes
// again: it goes on where it was, and misses nothing that its snapshot does not hold.
func TestFiftyBrokenWebSocketsLoseAndDoubleNothing(t *testing.T) {
	w := newWorld(t, nil)
	page := &counting{scripted: w.page}
	w.serve = page
	follow(t, w.hub, page, func(r *reader) {
		c := w.dial(t, nil)
		c.say(anna)
		_ = c.hear() // the answer
		for range 10 {
			r.take(c.hear())
		}
		_ = c.ws.CloseNow()
	})
}

// Fifty times the answer that brings the frames is lost, and fifty times the one that
// says what was taken: the line goes on, and nothing of it comes twice or never.
func TestFiftyLostAnswersLoseAndDoubleNothingOnALine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newHubWorld(t, nil)
		defer w.hub.Close()
		l, last := w.line(t)
		var frames []json.RawMessage
		for n := range breaks {
			w.hub.Publish(event("count.grew", 2*n))
			message := fmt.Appendf(nil, `{"id":%d,"do":"echo"}`, n+2)
			for range 2 { // once the answer is lost
				if taken, err := l.Say(uint64(n+1), [][]byte{message}); err != nil || taken != uint64(n+1) {
					t.Fatalf("got %d, %v", taken, err)
				}
			}
			_ = l.ask(t, last) // lost
			w.hub.Publish(event("count.grew", 2*n+1))
			b := l.ask(t, last)
			frames, last = append(frames, b.Frames...), b.Last
			gone, leave := context.WithCancel(t.Context())
			lost := make(chan Batch, 1)
			go func() { b, _ := l.Ask(gone, last); lost <- b }()
			synctest.Wait()
			leave() // the question breaks while it waits
			<-lost
		}
		if len(frames) != 3*breaks || last != 3*breaks+1 {
			t.Fatalf("got %d frames up to %d, want %d", len(frames), last, 3*breaks)
		}
		for n := range breaks {
			for i, want := range []string{
				fmt.Sprintf(`{"seq":%d,"at":"2026-11-20T14:02:10.123Z","kind":"count.grew","by":"op","data":%d}`, 2*n+1, 2*n),
				fmt.Sprintf(`{"id":%d,"ok":{}}`, n+2),
				fmt.Sprintf(`{"seq":%d,"at":"2026-11-20T14:02:10.123Z","kind":"count.grew","by":"op","data":%d}`, 2*n+2, 2*n+1),
			} {
				if got := string(frames[3*n+i]); got != want {
					t.Fatalf("frame %d: got %s, want %s", 3*n+i, got, want)
				}
			}
		}
	})
}

// Fifty times a page loses its line whole and opens another one.
func TestFiftyLostLinesLoseAndDoubleNothing(t *testing.T) {
	w := newHubWorld(t, nil)
	defer w.hub.Close()
	page := &counting{scripted: w.page}
	follow(t, w.hub, page, func(r *reader) {
		b, err := w.hub.OpenLine(page, []byte(anna))
		if err != nil {
			t.Fatal(err)
		}
		l, err := w.hub.Line(b.Line)
		if err != nil {
			t.Fatal(err)
		}
		frames := b.Frames[1:] // without the answer
		for range 3 {
			for _, f := range frames {
				r.take(string(f))
			}
			b = l.ask(t, b.Last)
			frames = b.Frames
		}
		l.Close()
	})
}

// A slow reader is cut, and nobody waits for it: neither the one who publishes nor
// those who read.
func TestASlowReaderIsCutWhileOthersReadOnBothCarriers(t *testing.T) {
	w := newWorld(t, func(o *Options) { o.Outbox, o.MessagesPerSecond = 64<<10, 1e6 }) // questions need not wait
	long := json.RawMessage(`"` + strings.Repeat("x", 8<<10) + `"`)
	slow, slowConn := w.greet(t)
	stuck := w.call(t)
	stuckConn := <-w.page.greeted
	quick := w.call(t)
	quickConn := <-w.page.greeted
	for slowConn.reason() == "" || stuckConn.reason() == "" {
		w.hub.Publish(Event{Kind: "count.grew", For: func(*Conn) json.RawMessage { return long }})
		quick.hear()
	}
	if got := quickConn.reason(); got != "" {
		t.Errorf("the one who reads was cut: %s", got)
	}
	if got := slow.closed(); got != websocket.StatusTryAgainLater {
		t.Errorf("got status %d, want 1013", got)
	}
	if got := stuck.over(); got != endSlow {
		t.Errorf("got %q, want slow", got)
	}
}
