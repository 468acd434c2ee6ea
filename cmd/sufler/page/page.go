// Package page is a page of the desk or of the widget as a program: it logs in or
// asks for a talk, holds the WebSocket and tells what came. The self-test, the
// bench and the tests from outside speak to the server through it, by
// api/protocol.md and nothing else.
//
// It keeps every byte that it was sent, so that they can be searched.
package page

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/coder/websocket"
)

// Event is one word of the server.
type Event struct {
	Seq  uint64          `json:"seq"`
	Kind string          `json:"kind"`
	By   string          `json:"by"`
	Data json.RawMessage `json:"data"`
}

// Into reads the event's data; v stays as it was when they are of another shape.
func (e Event) Into(v any) bool { return json.Unmarshal(e.Data, v) == nil }

// Refusal is an answer of the server that is none: RFC 9457 over HTTP, error over
// the WebSocket.
type Refusal struct {
	Status int
	Code   string            `json:"code"`
	Title  string            `json:"title"`
	Detail string            `json:"detail"`
	Params map[string]string `json:"params"`
}

func (r *Refusal) Error() string { return fmt.Sprintf("%d %s: %s", r.Status, r.Code, r.Title) }

// Page is one page. Its methods may be called from any goroutine.
type Page struct {
	base, origin string
	client       *http.Client
	told         func(Event)
	cookie       *http.Cookie
	bearer       string

	ws   *websocket.Conn
	over chan struct{}
	stop context.CancelFunc

	mu      sync.Mutex
	changed chan struct{} // closed and made anew with each event
	events  []Event
	nextID  int64
	waiting map[int64]chan answer
	bytes   bytes.Buffer // everything that came, HTTP and WebSocket
}

// message has its id first: it is read even of one that is too long.
type message struct {
	ID   int64  `json:"id"`
	Do   string `json:"do"`
	Data any    `json:"data"`
}

type answer struct {
	ID    int64           `json:"id"`
	OK    json.RawMessage `json:"ok"`
	Error *Refusal        `json:"error"`
}

// Options say where the server is and how a page reaches it.
type Options struct {
	Base   string       // "http://127.0.0.1:8080"
	Origin string       // of the page that carries the widget; empty: our own
	Client *http.Client // nil: one that keeps no connections
	Told   func(Event)  // called with each event as it comes; nil: nobody
}

func newPage(o Options) *Page {
	if o.Client == nil {
		o.Client = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	}
	if o.Origin == "" {
		o.Origin = o.Base
	}
	if o.Told == nil {
		o.Told = func(Event) {}
	}
	return &Page{
		base: o.Base, origin: o.Origin, client: o.Client, told: o.Told, changed: make(chan struct{}), waiting: make(map[int64]chan answer),
	}
}

// Desk logs somebody in and opens their desk. Close ends it.
func Desk(ctx context.Context, o Options, login, password string) (*Page, error) {
	p := newPage(o)
	if err := p.Do(ctx, http.MethodPost, "/api/v1/login", map[string]string{"login": login, "password": password}, nil); err != nil {
		return nil, err
	}
	return p, p.open(ctx, map[string]any{"as": "desk", "language": "en"})
}

// Again opens one more page of the same login, as another tab does.
func (p *Page) Again(ctx context.Context) (*Page, error) {
	other := newPage(Options{Base: p.base, Origin: p.origin, Client: p.client})
	other.cookie = p.cookie
	return other, other.open(ctx, map[string]any{"as": "desk", "language": "en"})
}

// Nobody is a page without a login: it can make requests, and has no WebSocket.
func Nobody(o Options) *Page { return newPage(o) }

// Talk is a visitor's talk as its page sees it.
type Talk struct {
	ID, Token, State, Reason, Leg, Operator string
	Place                                   int
}

// Visitor asks for a talk and opens the visitor's page. Close ends the page, not
// the talk.
func Visitor(ctx context.Context, o Options, name, queue string) (*Page, Talk, error) {
	p := newPage(o)
	var t Talk
	body := map[string]string{"name": name, "queue": queue, "language": "en", "browser": rand.Text()}
	if err := p.Do(ctx, http.MethodPost, "/api/v1/talks", body, &t); err != nil {
		return nil, t, err
	}
	return p, t, p.resume(ctx, t)
}

// Return opens the page of a talk again, as a reload does.
func Return(ctx context.Context, o Options, t Talk) (*Page, error) {
	p := newPage(o)
	return p, p.resume(ctx, t)
}

func (p *Page) resume(ctx context.Context, t Talk) error {
	p.bearer = "Bearer " + t.Token
	return p.open(ctx, map[string]any{"as": "visitor", "talk": t.ID, "token": t.Token, "language": "en"})
}

// Browse opens the page of a visitor with a token of their own, who may write to us.
// What is new of their session after an entry comes as events.
func Browse(ctx context.Context, o Options, token string, since uint64) (*Page, error) {
	p := newPage(o)
	p.bearer = "Bearer " + token
	return p, p.open(ctx, map[string]any{"as": "visitor", "token": token, "language": "en", "since": since})
}

// Do makes a request and reads the answer into out, which may be nil. A refusal
// is a *Refusal.
func (p *Page) Do(ctx context.Context, method, path string, body, out any) error {
	var content io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return err
		}
		content = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, p.base+path, content)
	if err != nil {
		return err
	}
	request.Header.Set("Origin", p.origin)
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if p.bearer != "" {
		request.Header.Set("Authorization", p.bearer)
	}
	if p.cookie != nil {
		request.AddCookie(p.cookie)
	}
	response, err := p.client.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	return p.read(response, out)
}

func (p *Page) read(response *http.Response, out any) error {
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	p.keepHead(response)
	p.keep(text)
	if response.StatusCode >= 400 {
		refusal := &Refusal{Status: response.StatusCode}
		if err := json.Unmarshal(text, refusal); err != nil {
			return fmt.Errorf("%s: %s", response.Status, text)
		}
		return refusal
	}
	if i := slices.IndexFunc(response.Cookies(), func(c *http.Cookie) bool { return strings.HasSuffix(c.Name, "sufler") }); i >= 0 {
		p.cookie = response.Cookies()[i]
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(text, out)
}

// open says hello at the WebSocket.
func (p *Page) open(ctx context.Context, hello map[string]any) error {
	header := http.Header{"Origin": {p.origin}}
	if p.cookie != nil {
		header.Set("Cookie", p.cookie.Name+"="+p.cookie.Value)
	}
	ws, response, err := websocket.Dial(ctx, "ws"+strings.TrimPrefix(p.base, "http")+"/api/v1/ws", &websocket.DialOptions{
		HTTPClient: p.client, HTTPHeader: header, Subprotocols: []string{"sufler.v1"},
	})
	if response != nil {
		p.keepHead(response)
		if response.Body != nil {
			_ = response.Body.Close()
		}
	}
	if err != nil {
		return err
	}
	ws.SetReadLimit(1 << 20)
	p.ws, p.over = ws, make(chan struct{})
	reading, stop := context.WithCancel(context.WithoutCancel(ctx))
	p.stop = stop
	go p.listen(reading)
	if err := p.Say(ctx, "hello", hello, nil); err != nil {
		p.Close()
		return err
	}
	return nil
}

// listen takes what the server says until the page is closed.
func (p *Page) listen(ctx context.Context) {
	defer close(p.over)
	for {
		_, text, err := p.ws.Read(ctx)
		if err != nil {
			p.hangUp()
			return
		}
		p.keep(text)
		p.take(text)
	}
}

func (p *Page) take(text []byte) {
	var a answer
	if json.Unmarshal(text, &a) == nil && a.ID > 0 {
		p.mu.Lock()
		asked := p.waiting[a.ID]
		delete(p.waiting, a.ID)
		p.mu.Unlock()
		if asked != nil {
			asked <- a
		}
		return
	}
	var e Event
	if json.Unmarshal(text, &e) != nil {
		return
	}
	p.told(e)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.events = append(p.events, e)
	close(p.changed)
	p.changed = make(chan struct{})
}

// hangUp lets nobody wait for an answer that cannot come any more.
func (p *Page) hangUp() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, asked := range p.waiting {
		close(asked)
	}
	p.waiting = nil
	close(p.changed)
	p.changed = make(chan struct{})
}

func (p *Page) keep(text []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.bytes.Write(text)
	p.bytes.WriteByte('\n')
}

// keepHead keeps the head of an answer over HTTP.
func (p *Page) keepHead(response *http.Response) {
	var head bytes.Buffer
	head.WriteString(response.Proto + " " + response.Status + "\r\n")
	_ = response.Header.Write(&head) // into memory
	p.keep(head.Bytes())
}

// Bytes is everything that the server has sent to this page, HTTP heads, bodies and
// WebSocket messages, in the order in which they came.
func (p *Page) Bytes() []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.bytes.Bytes())
}

var errClosed = errors.New("the page's connection has ended")

// Say sends a message over the WebSocket and reads the answer into out, which may
// be nil. A refusal is a *Refusal.
func (p *Page) Say(ctx context.Context, do string, data, out any) error {
	if p.ws == nil {
		return errClosed
	}
	asked := make(chan answer, 1)
	p.mu.Lock()
	if p.waiting == nil {
		p.mu.Unlock()
		return errClosed
	}
	p.nextID++
	id := p.nextID
	p.waiting[id] = asked
	p.mu.Unlock()
	text, err := json.Marshal(message{ID: id, Do: do, Data: data})
	if err != nil {
		return err
	}
	if err := p.ws.Write(ctx, websocket.MessageText, text); err != nil {
		return err
	}
	select {
	case a, ok := <-asked:
		switch {
		case !ok:
			return errClosed
		case a.Error != nil:
			return a.Error
		case out == nil:
			return nil
		}
		return json.Unmarshal(a.OK, out)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Line is one connection of a browser: rtc/browser has one.
type Line interface {
	Offer(context.Context) (string, error)
	Accept(answer string) error
	Connected() <-chan struct{}
}

// Carry gives a leg of the page its sound, and waits until it is there.
func (p *Page) Carry(ctx context.Context, leg string, l Line) error {
	offer, err := l.Offer(ctx)
	if err != nil {
		return err
	}
	var answer struct{ SDP string }
	if err := p.Say(ctx, "sound.offer", map[string]string{"leg": leg, "sdp": offer}, &answer); err != nil {
		return err
	}
	if err := l.Accept(answer.SDP); err != nil {
		return err
	}
	select {
	case <-l.Connected():
		return nil
	case <-ctx.Done():
		return fmt.Errorf("leg %s: the sound did not come", leg)
	}
}

// Events returns every event so far.
func (p *Page) Events() []Event {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.events)
}

// Await waits until an event matches, those that came before included, and
// returns the newest that does.
func (p *Page) Await(ctx context.Context, what string, match func(Event) bool) (Event, error) {
	for seen := 0; ; {
		p.mu.Lock()
		events, changed, open := p.events, p.changed, p.waiting != nil
		p.mu.Unlock()
		for _, e := range slices.Backward(events[seen:]) {
			if match(e) {
				return e, nil
			}
		}
		seen = len(events)
		if !open {
			return Event{}, fmt.Errorf("%s: %w", what, errClosed)
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return Event{}, fmt.Errorf("waited in vain until %s", what)
		}
	}
}

// Close ends the page as a closed tab does.
func (p *Page) Close() {
	if p.ws == nil {
		return
	}
	p.stop()
	<-p.over
	_ = p.ws.CloseNow()
}
