package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"testing"

	"github.com/coder/websocket"
)

// screen is a WebSocket of a page in a test.
type screen struct {
	t     *testing.T
	ws    *websocket.Conn
	seq   uint64
	asked int64        // with does
	heard bytes.Buffer // every byte that came
}

// told is an event as it came.
type told struct {
	Seq  uint64
	At   string
	Kind string
	By   string
	Data json.RawMessage
	OK   json.RawMessage
	Err  json.RawMessage `json:"error"`
	ID   int64
}

// page opens somebody's desk and takes the answer to hello and the snapshot.
func (w *world) page(login string) *screen {
	w.t.Helper()
	p := w.dial(map[string]string{})
	p.say(fmt.Sprintf(`{"id":1,"do":"hello","data":{"as":"desk","token":%q,"language":"cs"}}`, w.as(login)))
	if answer := p.read(); answer.ID != 1 || answer.OK == nil {
		w.t.Fatalf("hello: got %s", p.heard.String())
	}
	p.next("desk.snapshot")
	return p
}

func (w *world) dial(headers map[string]string) *screen {
	w.t.Helper()
	ws, err := w.tryDial(headers)
	must(w.t, err)
	w.t.Cleanup(func() { _ = ws.CloseNow() })
	return &screen{t: w.t, ws: ws}
}

func (w *world) tryDial(headers map[string]string) (*websocket.Conn, error) {
	h := http.Header{}
	for name, value := range headers {
		h.Set(name, value)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	opt := &websocket.DialOptions{Subprotocols: []string{"sufler.v1"}, HTTPHeader: h, HTTPClient: client}
	ctx, cancel := context.WithTimeout(w.t.Context(), limit)
	defer cancel()
	ws, answer, err := websocket.Dial(ctx, w.http.URL+"/api/v1/ws", opt)
	if err != nil && answer != nil {
		return nil, fmt.Errorf("%d: %w", answer.StatusCode, err)
	}
	if err == nil {
		ws.SetReadLimit(-1)
	}
	return ws, err
}

func (p *screen) say(text string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), limit)
	defer cancel()
	must(p.t, p.ws.Write(ctx, websocket.MessageText, []byte(text)))
}

func (p *screen) read() told {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), limit)
	defer cancel()
	_, raw, err := p.ws.Read(ctx)
	if err != nil {
		p.t.Fatalf("%v; heard so far:\n%s", err, p.heard.String())
	}
	p.heard.Write(append(raw, '\n'))
	e := read[told](p.t, string(raw))
	if e.Seq > 0 {
		if e.Seq != p.seq+1 {
			p.t.Fatalf("got seq %d after %d", e.Seq, p.seq)
		}
		p.seq = e.Seq
	}
	return e
}

// next reads until an event of a kind comes.
func (p *screen) next(kind string) told {
	p.t.Helper()
	for {
		if e := p.read(); e.Kind == kind {
			return e
		}
	}
}

// until reads until an event of a kind holds what is wanted.
func until[T any](p *screen, kind string, wanted func(T) bool) T {
	p.t.Helper()
	for {
		if v := read[T](p.t, string(p.next(kind).Data)); wanted(v) {
			return v
		}
	}
}

// closed reads until the end and returns the status.
func (p *screen) closed() websocket.StatusCode {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), limit)
	defer cancel()
	for {
		_, raw, err := p.ws.Read(ctx)
		if errors.Is(err, context.DeadlineExceeded) {
			p.t.Fatal("the page was not closed")
		}
		if err != nil {
			return websocket.CloseStatus(err)
		}
		p.heard.Write(append(raw, '\n'))
	}
}
