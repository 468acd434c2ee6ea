package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"sufler/cmd/sufler/page"
	"sufler/internal/peers"
)

// chats are operators at desks who write with visitors, and know how long each message
// is on its way.
type chats struct {
	world *world
	crowd *crowd
	desks []*page.Page

	mu       sync.Mutex
	sessions []conversation       // by the number of the visitor's page
	sent     map[string]time.Time // messages that have not come to the other side, by their ids
	took     []float64            // those that have, in ms
	refused  []string             // why others have not
	series   int                  // of messages; their ids are new in each
}

// conversation is a session and the desk that has it.
type conversation struct {
	id   string
	desk *page.Page
}

const (
	chatsPerDesk = 3   // what an operator may have open, by default
	messageRate  = 100 // in a second, in all chats together, and at most one in each
)

// token is the secret of the n-th visitor.
func token(n int) string { return fmt.Sprintf("bench-visitor-%030d", n) }

func (w *world) helloOf(n int) any {
	at := fmt.Sprintf("%s/shelf/%d", w.shop.origin, n%100)
	return map[string]any{"as": "visitor", "token": token(n), "language": "en", "page": map[string]string{"url": at, "title": "Lamps"}}
}

// beginChats fills every desk with as many visitors as it takes.
func beginChats(ctx context.Context, w *world) (*chats, error) {
	c := &chats{world: w, sent: map[string]time.Time{}}
	c.crowd = newCrowd(w, w.helloOf, func(_ int, text []byte) { c.heard(text) })
	for n := range w.options.calls {
		at := w.pages()
		at.Told = func(e page.Event) { c.came("v", e.Kind, e.Data) }
		desk, err := page.Desk(ctx, at, fmt.Sprintf("desk%d", n), password)
		if err != nil {
			return c, err
		}
		c.desks = append(c.desks, desk)
	}
	n := chatsPerDesk * len(c.desks)
	if err := c.crowd.fill(ctx, n); err != nil {
		return c, err
	}
	c.sessions = make([]conversation, n)
	var accepting sync.WaitGroup
	failed := make([]error, len(c.desks))
	for i, desk := range c.desks {
		accepting.Go(func() { failed[i] = c.accept(ctx, desk) })
	}
	for i := range n {
		if err := w.beginChat(ctx, i); err != nil {
			return c, err
		}
	}
	accepting.Wait()
	return c, errors.Join(failed...)
}

// beginChat lets the n-th visitor write first.
func (w *world) beginChat(ctx context.Context, n int) error {
	body := map[string]string{"kind": "chat", "name": strconv.Itoa(n), "text": "Hello", "message_id": "first"}
	return w.asVisitor(ctx, n, http.MethodPost, "/api/v1/sessions", body)
}

func (w *world) asVisitor(ctx context.Context, n int, method, path string, body any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, method, "http://"+w.server.http+path, strings.NewReader(string(text)))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+token(n))
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Origin", w.shop.origin)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode >= 300 {
		answer, err := io.ReadAll(resp.Body)
		return errors.Join(err, fmt.Errorf("%s: %s: %s", path, resp.Status, answer))
	}
	return nil
}

// accept takes what is offered to a desk until it is full.
func (c *chats) accept(ctx context.Context, desk *page.Page) error {
	taken := map[string]bool{}
	for len(taken) < chatsPerDesk {
		var offer struct{ Place struct{ ID string } }
		_, err := desk.Await(ctx, "a chat is offered", func(e page.Event) bool {
			return e.Kind == "offer.made" && e.Into(&offer) && !taken[offer.Place.ID]
		})
		if err != nil {
			return err
		}
		var accepted struct {
			Session struct {
				ID      string
				Visitor struct{ Name string }
			}
		}
		if err := desk.Do(ctx, http.MethodPost, "/api/v1/waiting/"+offer.Place.ID+"/accept", nil, &accepted); err != nil {
			return err
		}
		taken[offer.Place.ID] = true
		n, err := strconv.Atoi(accepted.Session.Visitor.Name)
		if err != nil {
			return fmt.Errorf("whose chat is this: %w", err)
		}
		c.mu.Lock()
		c.sessions[n] = conversation{accepted.Session.ID, desk}
		c.mu.Unlock()
	}
	return nil
}

// heard takes what a visitor's page was told.
func (c *chats) heard(text []byte) {
	var told struct {
		Kind  string
		Data  json.RawMessage
		Error *struct{ Code string }
	}
	if json.Unmarshal(text, &told) != nil {
		return
	}
	if told.Error != nil {
		c.refuse(told.Error.Code)
		return
	}
	c.came("o", told.Kind, told.Data)
}

// came notes that a message has come, if it is one of the other side: ids begin with
// who wrote them, and writers are told of their own as well.
func (c *chats) came(from, kind string, data json.RawMessage) {
	var told struct {
		Entry struct{ Data struct{ ID string } }
	}
	now := time.Now()
	if kind != "entry.added" || json.Unmarshal(data, &told) != nil || !strings.HasPrefix(told.Entry.Data.ID, from) {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if at, ok := c.sent[told.Entry.Data.ID]; ok {
		delete(c.sent, told.Entry.Data.ID)
		c.took = append(c.took, ms(now.Sub(at)))
	}
}

func (c *chats) refuse(code string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.refused = append(c.refused, code)
}

// delivery is how a while of writing went.
type delivery struct {
	took []float64 // in ms, of each message
	late []float64 // in ms, of each tick of an empty ticker meanwhile: what the machine adds
	cpu  time.Duration
}

// write lets messageRate messages a second be written for a while, in turns by visitors
// and operators, and waits until all have come.
func (c *chats) write(ctx context.Context, length time.Duration) (d delivery, err error) {
	c.series++
	start, err := c.world.server.cpu()
	if err != nil {
		return d, err
	}
	rate := min(messageRate, len(c.sessions))
	tick := time.NewTicker(time.Second / time.Duration(rate))
	defer tick.Stop()
	var writing sync.WaitGroup
	stop := make(chan struct{})
	writing.Go(func() { d.late = lateness(stop) })
	for k := range int(length.Seconds() * float64(rate)) {
		select {
		case <-tick.C:
			writing.Go(func() { c.writeOne(ctx, k) })
		case <-ctx.Done():
		}
	}
	close(stop)
	writing.Wait()
	end, err := c.world.server.cpu()
	if err != nil {
		return d, err
	}
	ctx, cancel := context.WithTimeout(ctx, comesWithin)
	defer cancel()
	err = peers.Until(ctx, "every message has come", func() bool { return c.settled() })
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.refused) > 0 {
		return d, fmt.Errorf("%d messages were refused, the first: %s", len(c.refused), c.refused[0])
	}
	d.took, d.cpu, c.took = c.took, end-start, nil
	return d, err
}

// lateness is how late an empty ticker of 10 ms is at each tick, in ms.
func lateness(stop chan struct{}) (late []float64) {
	const every = 10 * time.Millisecond
	begun := time.Now()
	for n := 1; ; n++ {
		due := begun.Add(time.Duration(n) * every)
		timer := time.NewTimer(time.Until(due))
		select {
		case <-timer.C:
			late = append(late, ms(time.Since(due)))
		case <-stop:
			timer.Stop()
			return late
		}
	}
}

func (c *chats) settled() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.sent) == 0 || len(c.refused) > 0
}

// writeOne writes the k-th message: every chat has its turn, and each time the other side.
func (c *chats) writeOne(ctx context.Context, k int) {
	n := k % len(c.sessions)
	byVisitor := k/len(c.sessions)%2 == 0
	from := "o"
	if byVisitor {
		from = "v"
	}
	id := fmt.Sprint(from, c.series, "-", k)
	c.mu.Lock()
	conversation := c.sessions[n]
	c.sent[id] = time.Now()
	c.mu.Unlock()
	words := map[string]string{"id": id, "text": "A lamp that is **bright** and not too heavy, number " + id}
	var err error
	if byVisitor {
		err = c.crowd.say(ctx, n, said{ID: int64(k) + 2, Do: "chat.say", Data: words})
	} else {
		words["session"] = conversation.id
		err = conversation.desk.Say(ctx, "chat.say", words, nil)
	}
	if err != nil {
		c.refuse(err.Error())
	}
}

func (c *chats) close() {
	c.crowd.close()
	for _, desk := range c.desks {
		desk.Close()
	}
}
