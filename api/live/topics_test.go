package live

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
)

// opening is a page that joins a topic in Hello and another with "open".
type opening struct {
	*scripted
	first    Topic
	conn     *Conn
	snapshot func() []Event // of what "open" joins
}

func (o *opening) Hello(ctx context.Context, c *Conn, data json.RawMessage) (any, func() []Event, error) {
	o.conn = c
	c.Join(o.first)
	return o.scripted.Hello(ctx, c, data)
}

func (o *opening) Take(ctx context.Context, m Message) (any, error) {
	switch m.Do {
	case "open":
		o.conn.JoinWith(o.snapshot, "session:1")
		return nil, nil
	case "close":
		o.conn.Part("session:1")
		return nil, nil
	}
	return o.scripted.Take(ctx, m)
}

func newOpeningWorld(t *testing.T, first Topic) (*world, *opening) {
	t.Helper()
	w := newWorld(t, nil)
	page := &opening{scripted: w.page, first: first}
	w.serve = page
	return w, page
}

// to is an event for topics that counts whom it is cut for.
func to(asked map[*Conn]int, n int, topics ...Topic) Event {
	e := event("chat.said", n)
	e.To = topics
	e.For = func(c *Conn) json.RawMessage { asked[c]++; return fmt.Appendf(nil, "%d", n) }
	return e
}

func TestAnEventIsCutOnlyForThoseWhomItConcerns(t *testing.T) {
	w := newWorld(t, nil)
	pages := map[string]*client{}
	conns := map[string]*Conn{}
	for name, topics := range map[string][]Topic{"desk": {"desk", "session:1"}, "visitor": {"session:1"}, "other": {"session:2"}, "none": nil} {
		pages[name], conns[name] = w.greet(t)
		conns[name].Join(topics...)
		conns[name].Join(topics...) // no twice as much
	}
	asked := map[*Conn]int{}
	w.hub.Publish(to(asked, 1, "session:1"))
	w.hub.Publish(to(asked, 2, "desk", "session:1"))
	w.hub.Publish(to(asked, 3, "session:3"))
	conns["desk"].Part("session:1")
	w.hub.Publish(to(asked, 4, "session:1"))
	w.hub.Publish(to(asked, 5)) // everybody
	for name, want := range map[string]string{"desk": "1 2 5", "visitor": "1 2 4 5", "other": "5", "none": "5"} {
		var got []string
		for range strings.FieldsSeq(want) {
			got = append(got, dataOf(t, pages[name].hear()))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s was told %v, want %s", name, got, want)
		}
		if n := len(strings.Fields(want)); asked[conns[name]] != n {
			t.Errorf("events were cut %d times for %s, want %d", asked[conns[name]], name, n)
		}
	}
}

func dataOf(t *testing.T, text string) string {
	t.Helper()
	var e struct{ Data json.RawMessage }
	if err := json.Unmarshal([]byte(text), &e); err != nil {
		t.Fatal(err)
	}
	return string(e.Data)
}

func TestAPageThatHasLeftIsInNoTopic(t *testing.T) {
	w, _ := newOpeningWorld(t, "visitor:1")
	c, conn := w.greet(t)
	_ = c.ws.CloseNow()
	<-w.page.left
	waitFor(t, func() bool { return w.figure(t, "sufler_pages_open", "") == 0 })
	conn.Join("visitor:2")
	w.hub.mu.Lock()
	defer w.hub.mu.Unlock()
	if len(w.hub.topics) != 0 {
		t.Errorf("topics are left: %v", w.hub.topics)
	}
}

// A page joins before its snapshot is made: each event is in the snapshot or follows
// it, however they meet.
func TestNothingIsMissedBetweenASnapshotAndWhatFollows(t *testing.T) {
	const last = 400
	w, page := newOpeningWorld(t, "visitor:1")
	var mu sync.Mutex
	state := 0
	now := func(n int) []Event { return []Event{event("session.snapshot", n)} }
	page.snapshot = func() []Event {
		mu.Lock()
		defer mu.Unlock()
		return now(state)
	}
	c, _ := w.greet(t)
	var telling sync.WaitGroup
	telling.Go(func() {
		for n := 1; n <= last; n++ {
			mu.Lock()
			state = n
			w.hub.Publish(to(map[*Conn]int{}, n, "session:1"))
			mu.Unlock()
		}
	})
	for range 6 {
		c.say(`{"id":2,"do":"open"}`)
		c.say(`{"id":3,"do":"close"}`)
	}
	c.say(`{"id":4,"do":"open"}`)
	telling.Wait()
	shown := 0
	for shown < last {
		text := c.hear()
		if strings.HasPrefix(text, `{"id"`) {
			continue
		}
		var n int
		if _, err := fmt.Sscan(dataOf(t, text), &n); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(text, "chat.said") && n != shown+1 && n > shown {
			t.Fatalf("got event %d after %d", n, shown)
		}
		shown = max(shown, n)
	}
}
