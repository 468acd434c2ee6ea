package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/coder/websocket"
)

// crowd are many visitors' pages, each with nothing but its WebSocket.
type crowd struct {
	address string                   // of the server
	origin  string                   // of the pages
	hello   func(n int) any          // what the n-th page says first
	told    func(n int, text []byte) // called with each event of the n-th page, from many goroutines

	reading sync.WaitGroup
	ending  atomic.Bool
	lost    atomic.Int64 // pages whose line ended by itself

	mu    sync.Mutex
	pages map[int]*websocket.Conn
}

// said is a word of a page.
type said struct {
	ID   int64  `json:"id"`
	Do   string `json:"do"`
	Data any    `json:"data"`
}

func newCrowd(w *world, hello func(n int) any, told func(n int, text []byte)) *crowd {
	return &crowd{address: w.server.http, origin: w.shop.origin, hello: hello, told: told, pages: map[int]*websocket.Conn{}}
}

// perAddress is how many connections come from one address of this machine: a port
// is used once with each.
const perAddress = 10_000

// fill opens pages until there are n of them.
func (c *crowd) fill(ctx context.Context, n int) error {
	var opening sync.WaitGroup
	failed := make(chan error, n)
	places := make(chan struct{}, atOnce)
	for i := c.count(); i < n; i++ {
		places <- struct{}{}
		opening.Go(func() {
			if err := c.open(ctx, i); err != nil {
				failed <- fmt.Errorf("visitor %d: %w", i, err)
			}
			<-places
		})
	}
	opening.Wait()
	close(failed)
	return <-failed
}

func (c *crowd) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.pages)
}

// say sends something from the n-th page and does not wait for what comes of it.
func (c *crowd) say(ctx context.Context, n int, word said) error {
	c.mu.Lock()
	ws := c.pages[n]
	c.mu.Unlock()
	text, err := json.Marshal(word)
	if err != nil {
		return err
	}
	return ws.Write(ctx, websocket.MessageText, text)
}

func (c *crowd) open(ctx context.Context, n int) error {
	from := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, byte(2+n/perAddress))}}
	client := &http.Client{Transport: &http.Transport{DialContext: from.DialContext, DisableKeepAlives: true}}
	ws, answer, err := websocket.Dial(ctx, "ws://"+c.address+"/api/v1/ws", &websocket.DialOptions{
		HTTPClient: client, HTTPHeader: http.Header{"Origin": {c.origin}}, Subprotocols: []string{"sufler.v1"},
	})
	if answer != nil && answer.Body != nil {
		_ = answer.Body.Close()
	}
	if err != nil {
		return err
	}
	if err := greet(ctx, ws, said{ID: 1, Do: "hello", Data: c.hello(n)}); err != nil {
		_ = ws.CloseNow()
		return err
	}
	c.mu.Lock()
	c.pages[n] = ws
	c.mu.Unlock()
	c.reading.Go(func() { c.read(n, ws) })
	return nil
}

func greet(ctx context.Context, ws *websocket.Conn, hello said) error {
	text, err := json.Marshal(hello)
	if err != nil {
		return err
	}
	if err := ws.Write(ctx, websocket.MessageText, text); err != nil {
		return err
	}
	_, text, err = ws.Read(ctx)
	if err != nil {
		return err
	}
	var a struct{ OK json.RawMessage }
	if err := json.Unmarshal(text, &a); err != nil || a.OK == nil {
		return errors.Join(err, fmt.Errorf("hello was answered: %s", strings.TrimSpace(string(text))))
	}
	return nil
}

func (c *crowd) read(n int, ws *websocket.Conn) {
	for {
		_, text, err := ws.Read(context.Background())
		if err != nil {
			if !c.ending.Load() {
				c.lost.Add(1)
			}
			return
		}
		c.told(n, text)
	}
}

func (c *crowd) close() {
	c.ending.Store(true)
	c.mu.Lock()
	for _, ws := range c.pages {
		_ = ws.CloseNow()
	}
	c.mu.Unlock()
	c.reading.Wait()
}
