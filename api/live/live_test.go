package live

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"

	"sufler/internal/clock"
	"sufler/routing"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// limit is how long a test waits for what must come; it decides nothing else.
const limit = 20 * time.Second

// scripted is a page's side of ours: it greets everybody named in its hello.
type scripted struct {
	snapshot func() []Event
	greeted  chan *Conn
	left     chan struct{}
}

func newScripted() *scripted {
	return &scripted{snapshot: func() []Event { return nil }, greeted: make(chan *Conn, 10), left: make(chan struct{}, 10)}
}

func (s *scripted) Hello(_ context.Context, c *Conn, data json.RawMessage) (any, func() []Event, error) {
	var hello struct{ Name string }
	if err := json.Unmarshal(data, &hello); err != nil || hello.Name == "" {
		return nil, nil, routing.Refuse(routing.Unauthorised, "login_needed")
	}
	s.greeted <- c
	return map[string]string{"welcome": hello.Name}, s.snapshot, nil
}

func (s *scripted) Take(_ context.Context, m Message) (any, error) {
	switch m.Do {
	case "echo":
		return m.Data, nil
	case "panic":
		panic("planted")
	}
	return nil, routing.Refuse(routing.Invalid, "message_unknown", "do", m.Do)
}

func (s *scripted) Language() string { return "en" }
func (s *scripted) Left()            { s.left <- struct{}{} }

type world struct {
	hub     *Hub
	figures *prometheus.Registry
	page    *scripted
	serve   Page // what connections get; the scripted page unless a test says otherwise
	url     string
}

// figure is the sum of one metric over the labels that have the value.
func (w *world) figure(t *testing.T, name, label string) float64 {
	t.Helper()
	families, err := w.figures.Gather()
	if err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for _, family := range families {
		if family.GetName() != name {
			continue
		}
		for _, m := range family.GetMetric() {
			if label == "" || m.GetLabel()[0].GetValue() == label {
				sum += m.GetGauge().GetValue() + m.GetCounter().GetValue()
			}
		}
	}
	return sum
}

func newWorld(t *testing.T, change func(*Options)) *world {
	t.Helper()
	w := &world{figures: prometheus.NewRegistry(), page: newScripted()}
	w.serve = w.page
	opt := Options{
		Clock: clock.System{}, Log: slog.New(slog.DiscardHandler), Metrics: NewMetrics(w.figures),
		Problem: func(_ string, err error) any {
			if e, ok := errors.AsType[*routing.Error](err); ok {
				return map[string]string{"code": e.Code}
			}
			return map[string]string{"code": "internal"}
		},
	}
	if change != nil {
		change(&opt)
	}
	w.hub = NewHub(opt)
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		ws, err := websocket.Accept(rw, r, &websocket.AcceptOptions{Subprotocols: []string{"sufler.v1"}})
		if err != nil {
			t.Error(err)
			return
		}
		w.hub.Serve(ws, w.serve)
	}))
	t.Cleanup(server.Close)
	t.Cleanup(w.hub.Close)
	w.url = server.URL
	return w
}

type client struct {
	t  *testing.T
	ws *websocket.Conn
}

func (w *world) dial(t *testing.T, opt *websocket.DialOptions) *client {
	t.Helper()
	ws, _, err := websocket.Dial(deadline(t), w.url, opt)
	if err != nil {
		t.Fatal(err)
	}
	ws.SetReadLimit(-1)
	t.Cleanup(func() { _ = ws.CloseNow() })
	return &client{t: t, ws: ws}
}

func deadline(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	t.Cleanup(cancel)
	return ctx
}

func (c *client) say(text string) {
	c.t.Helper()
	if err := c.ws.Write(deadline(c.t), websocket.MessageText, []byte(text)); err != nil {
		c.t.Fatal(err)
	}
}

func (c *client) hear() string {
	c.t.Helper()
	_, raw, err := c.ws.Read(deadline(c.t))
	if err != nil {
		c.t.Fatal(err)
	}
	return string(raw)
}

// closed reads until the end and returns the status.
func (c *client) closed() websocket.StatusCode {
	c.t.Helper()
	for {
		if _, _, err := c.ws.Read(deadline(c.t)); err != nil {
			return websocket.CloseStatus(err)
		}
	}
}

func (w *world) greet(t *testing.T) (*client, *Conn) {
	t.Helper()
	c := w.dial(t, nil)
	c.say(`{"id":1,"do":"hello","data":{"name":"Anna"}}`)
	if got, want := c.hear(), `{"id":1,"ok":{"welcome":"Anna"}}`; got != want {
		t.Fatalf("got %s, want %s", got, want)
	}
	return c, <-w.page.greeted
}

func event(kind string, n int) Event {
	return Event{
		Kind: kind, By: "op", At: time.Date(2026, 11, 20, 14, 2, 10, 123e6, time.UTC),
		For: func(*Conn) json.RawMessage { return fmt.Appendf(nil, "%d", n) },
	}
}

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

// waitFor lets others run until what is waited for holds.
func waitFor(t *testing.T, holds func() bool) {
	t.Helper()
	end := time.Now().Add(limit)
	for !holds() {
		if time.Now().After(end) {
			t.Fatal("waited in vain")
		}
		runtime.Gosched()
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

func TestTooManyAndTooLongMessagesEndTheConnection(t *testing.T) {
	t.Run("too many", func(t *testing.T) {
		w := newWorld(t, func(o *Options) { o.MessagesPerSecond = 2; o.Clock = stopped{} })
		c, _ := w.greet(t)
		c.say(`{"id":2,"do":"echo"}`)
		c.say(`{"id":3,"do":"echo"}`)
		if got, want := c.hear(), `{"id":2,"ok":{}}`; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		if got, want := c.hear(), `{"id":0,"error":{"code":"message_too_often"}}`; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		if got := c.closed(); got != websocket.StatusPolicyViolation {
			t.Errorf("got status %d, want 1008", got)
		}
	})
	t.Run("too long", func(t *testing.T) {
		w := newWorld(t, nil)
		c, _ := w.greet(t)
		c.say(`{"id":2,"do":"echo","data":{"a":"` + strings.Repeat("x", 64<<10) + `"}}`)
		if got := c.closed(); got != websocket.StatusMessageTooBig {
			t.Errorf("got status %d, want 1009", got)
		}
	})
	t.Run("just long enough", func(t *testing.T) {
		w := newWorld(t, nil)
		c, _ := w.greet(t)
		frame := `{"id":2,"do":"echo","data":{"a":""}}`
		c.say(strings.Replace(frame, `""`, `"`+strings.Repeat("x", 64<<10-len(frame))+`"`, 1))
		if got := c.hear(); !strings.HasPrefix(got, `{"id":2,"ok":`) {
			t.Errorf("got %.60s, want ok", got)
		}
	})
}

// stopped is a clock whose time does not go on.
type stopped struct{ clock.System }

func (stopped) Now() time.Time { return time.Date(2026, 11, 20, 14, 0, 0, 0, time.UTC) }

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
	var closing sync.WaitGroup
	closing.Go(w.hub.Close)
	if got := c.hear(); !strings.Contains(got, `"kind":"server.closing"`) || !strings.Contains(got, `"seq":1,`) {
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
