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

func (s *scripted) Left() { s.left <- struct{}{} }

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

// newHubWorld is a world in which nobody is reached over a network.
func newHubWorld(t *testing.T, change func(*Options)) *world {
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
	return w
}

func newWorld(t *testing.T, change func(*Options)) *world {
	t.Helper()
	w := newHubWorld(t, change)
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
