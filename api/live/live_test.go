package live

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"
)

func TestEventsAreNumberedAndInOrder(t *testing.T) {
	w := newWorld(t, nil)
	c, _ := w.greet(t)
	for i := range 100 {
		w.hub.Publish(event("call.changed", i))
	}
	for i := range 100 {
		want := fmt.Sprintf(`{"seq":%d,"at":"2026-11-20T14:02:10.123Z","kind":"call.changed","by":"op","data":%d}`, i+1, i)
		if got := c.hear(); got != want {
			t.Fatalf("got %s, want %s", got, want)
		}
	}
}

func TestAStrangerIsNotAmongThosePagesThatAreWalked(t *testing.T) {
	w := newWorld(t, nil)
	_ = w.dial(t, nil)
	waitFor(t, func() bool { return w.figure(t, "sufler_pages_open", "") == 1 })
	_, anna := w.greet(t)
	w.hub.Each(func(c *Conn) {
		if c != anna {
			t.Error("somebody who has not said hello is among them")
		}
	})
}

func TestAStrangerGetsNoEvent(t *testing.T) {
	w := newWorld(t, nil)
	stranger := w.dial(t, nil)
	_, _ = w.greet(t)
	w.hub.Publish(event("call.changed", 1))
	stranger.say(`{"id":1,"do":"hello","data":{"name":"Eva"}}`)
	if got, want := stranger.hear(), `{"id":1,"ok":{"welcome":"Eva"}}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestAnEventThatIsNotForAPageTakesNoNumber(t *testing.T) {
	w := newWorld(t, nil)
	c, _ := w.greet(t)
	w.hub.Publish(Event{Kind: "call.metered", For: func(*Conn) json.RawMessage { return nil }})
	w.hub.Publish(event("call.changed", 7))
	if got := c.hear(); !strings.HasPrefix(got, `{"seq":1,`) {
		t.Errorf("got %s, want seq 1", got)
	}
}

func TestWhatHappensDuringTheSnapshotFollowsIt(t *testing.T) {
	w := newWorld(t, nil)
	w.page.snapshot = func() []Event {
		w.hub.Publish(event("place.changed", 2))
		return []Event{event("desk.snapshot", 1)}
	}
	c, _ := w.greet(t)
	for i, want := range []string{`"kind":"desk.snapshot"`, `"kind":"place.changed"`} {
		got := c.hear()
		if !strings.Contains(got, want) || !strings.Contains(got, fmt.Sprintf(`"seq":%d,`, i+1)) {
			t.Errorf("got %s, want %s as number %d", got, want, i+1)
		}
	}
}

func TestAnswersFindTheirQuestions(t *testing.T) {
	w := newWorld(t, nil)
	c, _ := w.greet(t)
	for _, turn := range []struct{ say, want string }{
		{`{"id":7,"do":"echo","data":{"a":1}}`, `{"id":7,"ok":{"a":1}}`},
		{`{"id":8,"do":"fly"}`, `{"id":8,"error":{"code":"message_unknown"}}`},
		{`{"id":9,"do":"echo","data":[1]}`, `{"id":9,"error":{"code":"message_invalid"}}`},
		{`{"id":10,"do":"panic"}`, `{"id":10,"error":{"code":"internal"}}`},
		{`{"id":0,"do":"echo"}`, `{"id":0,"error":{"code":"message_invalid"}}`},
		{`garbage`, `{"id":0,"error":{"code":"message_invalid"}}`},
		{`{"id":11,"do":"echo"}`, `{"id":11,"ok":{}}`},
	} {
		c.say(turn.say)
		if got := c.hear(); got != turn.want {
			t.Errorf("to %s got %s, want %s", turn.say, got, turn.want)
		}
	}
}

func TestAPageMustSayHello(t *testing.T) {
	t.Run("first", func(t *testing.T) {
		w := newWorld(t, nil)
		c := w.dial(t, nil)
		c.say(`{"id":1,"do":"echo"}`)
		if got, want := c.hear(), `{"id":1,"error":{"code":"hello_needed"}}`; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		if got := c.closed(); got != websocket.StatusPolicyViolation {
			t.Errorf("got status %d, want 1008", got)
		}
	})
	t.Run("in time", func(t *testing.T) {
		w := newWorld(t, func(o *Options) { o.HelloLimit = time.Millisecond })
		c := w.dial(t, nil)
		if got, want := c.hear(), `{"id":0,"error":{"code":"hello_needed"}}`; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		if got := c.closed(); got != websocket.StatusPolicyViolation {
			t.Errorf("got status %d, want 1008", got)
		}
	})
	t.Run("with a name that is known", func(t *testing.T) {
		w := newWorld(t, nil)
		c := w.dial(t, nil)
		c.say(`{"id":1,"do":"hello","data":{}}`)
		if got, want := c.hear(), `{"id":1,"error":{"code":"login_needed"}}`; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		if got := c.closed(); got != websocket.StatusPolicyViolation {
			t.Errorf("got status %d, want 1008", got)
		}
		w.hub.Close()
		if got := w.figure(t, "sufler_pages_ended_total", endRefused); got != 1 {
			t.Errorf("got %v refused pages, want 1", got)
		}
	})
}

func TestAPageThatReadsTooSlowlyIsClosedAndOthersAreNot(t *testing.T) {
	w := newWorld(t, func(o *Options) { o.Outbox = 4 << 10 })
	slow, slowConn := w.greet(t)
	quick, _ := w.greet(t)
	var heard atomic.Int64
	var reading sync.WaitGroup
	reading.Go(func() {
		for {
			_, raw, err := quick.ws.Read(context.Background())
			if err != nil {
				return
			}
			if strings.Contains(string(raw), "call.changed") {
				heard.Add(1)
			}
		}
	})
	long, _ := json.Marshal(strings.Repeat("x", 2<<10))
	sent := int64(0)
	for slowConn.reason() == "" {
		w.hub.Publish(Event{Kind: "call.changed", For: func(*Conn) json.RawMessage { return long }})
		sent++
		waitFor(t, func() bool { return heard.Load() == sent })
	}
	if got := slow.closed(); got != websocket.StatusTryAgainLater {
		t.Errorf("got status %d, want 1013", got)
	}
	_ = quick.ws.CloseNow()
	reading.Wait()
	w.hub.Close()
	if got := w.figure(t, "sufler_pages_ended_total", endSlow); got != 1 {
		t.Errorf("got %v slow pages, want 1", got)
	}
	if heard.Load() < sent-1 {
		t.Errorf("the quick page heard %d of %d events", heard.Load(), sent)
	}
}

func TestLevelsAreLeftOutForAPageThatIsBehind(t *testing.T) {
	w := newWorld(t, func(o *Options) { o.Outbox = 1 << 10 })
	_, conn := w.greet(t)
	conn.mu.Lock()
	for !conn.out.full() { // the writer may take some: fill until it stays behind
		conn.out.put([]byte(strings.Repeat("x", 600)))
	}
	conn.mu.Unlock()
	for w.figure(t, "sufler_page_events_left_out_total", "") == 0 {
		conn.out.put([]byte(strings.Repeat("x", 600)))
		w.hub.Publish(Event{Kind: "call.metered", Passing: true, For: func(*Conn) json.RawMessage { return json.RawMessage(`1`) }})
	}
	if got := conn.reason(); got != "" {
		t.Errorf("the page was closed: %s", got)
	}
}

func TestPagesArePinged(t *testing.T) {
	w := newWorld(t, func(o *Options) { o.PingEvery = time.Millisecond })
	pings := make(chan struct{}, 1000)
	c := w.dial(t, &websocket.DialOptions{OnPingReceived: func(context.Context, []byte) bool {
		select {
		case pings <- struct{}{}:
		default:
		}
		return true
	}})
	var reading sync.WaitGroup
	reading.Go(func() { _ = c.closed() })
	for range 3 {
		<-pings
	}
	_ = c.ws.CloseNow()
	reading.Wait()
}

func TestAPageThatDoesNotPongIsGone(t *testing.T) {
	w := newWorld(t, func(o *Options) { o.PingEvery = time.Millisecond; o.AnswerLimit = 5 * time.Millisecond })
	c := w.dial(t, &websocket.DialOptions{OnPingReceived: func(context.Context, []byte) bool { return false }})
	if got := c.closed(); got != -1 {
		t.Errorf("got status %d, want none", got)
	}
}

func TestTheServersEndIsToldAndWaitedFor(t *testing.T) {
	w := newWorld(t, nil)
	c, _ := w.greet(t)
	w.hub.Publish(event("last.said", 1))
	_ = c.hear() // its snapshot is out
	var closing sync.WaitGroup
	closing.Go(w.hub.Close)
	if got := c.hear(); !strings.Contains(got, `"kind":"server.closing"`) || !strings.Contains(got, `"seq":2,`) {
		t.Errorf("got %s, want server.closing", got)
	}
	if got := c.closed(); got != websocket.StatusServiceRestart {
		t.Errorf("got status %d, want 1012", got)
	}
	closing.Wait()
	<-w.page.left
	if got := w.figure(t, "sufler_pages_open", ""); got != 0 {
		t.Errorf("%v pages are open after Close", got)
	}
	late := w.dial(t, nil)
	if got := late.closed(); got != websocket.StatusTryAgainLater {
		t.Errorf("got status %d for a late page, want 1013", got)
	}
}

func FuzzParseMessage(f *testing.F) {
	for _, seed := range []string{
		`{"id":1,"do":"hello","data":{"as":"desk"}}`, `{"id":9007199254740993,"do":"x"}`, `{"id":1.5,"do":"x"}`, `[]`, `{"id":1,"do":"x","data":null}`,
		`{"id":1,"do":"","data":{}}`, "{\"id\":1,\"do\":\"a\x00b\"}", `{"ID":3,"DO":"watch","data":{"call":"x"}}`, `{"id":1,"do":"x","data":"{}"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := ParseMessage(raw)
		if err != nil {
			return
		}
		if m.ID < 1 || m.ID > maxID || !isWord(m.Do) || !json.Valid(m.Data) {
			t.Fatalf("a message was taken that makes no sense: %+v", m)
		}
		again, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := ParseMessage(again); err != nil || n.ID != m.ID || n.Do != m.Do {
			t.Fatalf("got %+v, %v, want %+v again", n, err, m)
		}
	})
}
