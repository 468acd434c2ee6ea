package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"sufler/cmd/sufler/page"
)

// asked is a visitor's callback.
type asked struct{ ID, Token string }

// ask asks for a callback, which waits: nobody is there to take it.
func (w *world) ask(ctx context.Context, n int) (a asked, err error) {
	body := map[string]string{"number": fmt.Sprintf("+420777%06d", n), "browser": fmt.Sprintf("browser%d", n)}
	return a, page.Nobody(w.pages()).Do(ctx, http.MethodPost, "/api/v1/callbacks", body, &a)
}

// visitorWeight measures what a visitor's page holds in memory that is told of
// something and has nothing else to do.
func visitorWeight(ctx context.Context, w *world) ([]figure, error) {
	a, err := w.ask(ctx, 1)
	if err != nil {
		return nil, err
	}
	hello, err := json.Marshal(map[string]any{"id": 1, "do": "hello", "data": map[string]string{"as": "visitor", "callback": a.ID, "token": a.Token}})
	if err != nil {
		return nil, err
	}
	c := &crowd{address: w.server.http, hello: hello, told: func(int, []byte) {}}
	defer c.close()
	n := w.options.visitors
	if err := c.fill(ctx, n/10); err != nil { // pools and tables have grown before it is measured
		return nil, err
	}
	before, err := w.server.memory(ctx)
	if err != nil {
		return nil, err
	}
	if err := c.fill(ctx, n); err != nil {
		return nil, err
	}
	after, err := w.server.memory(ctx)
	return []figure{{Scenario: "visitors", What: "memory per idle visitor on a WebSocket", Value: (after - before) / float64(n-n/10), Unit: "kB", Calls: n}}, err
}
