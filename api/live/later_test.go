package live

import (
	"context"
	"encoding/json"
	"testing"
	"time"
)

// slow is a page whose "slow" is answered when the test lets it, and whose "never"
// is not answered before its context ends.
type slow struct {
	*scripted
	open chan struct{}
	ends chan error
}

func (s *slow) Take(ctx context.Context, m Message) (any, error) {
	switch m.Do {
	case "slow":
		return Later(func(context.Context) (any, error) { <-s.open; return json.RawMessage(`{"late":true}`), nil }), nil
	case "never":
		return Later(func(ctx context.Context) (any, error) {
			<-ctx.Done()
			s.ends <- ctx.Err()
			return nil, ctx.Err()
		}), nil
	case "slow.panic":
		return Later(func(context.Context) (any, error) { panic("planted") }), nil
	}
	return s.scripted.Take(ctx, m)
}

func newSlowWorld(t *testing.T, change func(*Options)) (*world, *slow) {
	t.Helper()
	page := &slow{open: make(chan struct{}), ends: make(chan error, 10)}
	w := newWorld(t, change)
	page.scripted, w.serve = w.page, page
	return w, page
}

func TestAnAnswerThatTakesItsTimeKeepsNobodyWaiting(t *testing.T) {
	w, page := newSlowWorld(t, nil)
	c, _ := w.greet(t)
	c.say(`{"id":2,"do":"slow"}`)
	for _, turn := range []struct{ say, want string }{
		{`{"id":3,"do":"echo","data":{"a":1}}`, `{"id":3,"ok":{"a":1}}`},
		{`{"id":4,"do":"slow.panic"}`, `{"id":4,"error":{"code":"internal"}}`},
		{`{"id":5,"do":"echo"}`, `{"id":5,"ok":{}}`},
	} {
		c.say(turn.say)
		if got := c.hear(); got != turn.want {
			t.Errorf("to %s got %s, want %s", turn.say, got, turn.want)
		}
	}
	close(page.open)
	if got, want := c.hear(), `{"id":2,"ok":{"late":true}}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestTooManyOpenAnswersAreRefusedOneByOne(t *testing.T) {
	w, page := newSlowWorld(t, func(o *Options) { o.SlowAnswers = 1 })
	c, _ := w.greet(t)
	c.say(`{"id":2,"do":"slow"}`)
	c.say(`{"id":3,"do":"slow"}`)
	if got, want := c.hear(), `{"id":3,"error":{"code":"message_too_often"}}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	close(page.open)
	if got, want := c.hear(), `{"id":2,"ok":{"late":true}}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestAnOpenAnswerEndsWithItsPage(t *testing.T) {
	w, page := newSlowWorld(t, func(o *Options) { o.AnswerLimit = time.Hour })
	c, _ := w.greet(t)
	c.say(`{"id":2,"do":"never"}`)
	c.say(`{"id":3,"do":"echo"}`)
	_ = c.hear()
	_ = c.ws.CloseNow()
	if err := <-page.ends; err == nil {
		t.Error("the work was not ended")
	}
	<-w.page.left
}
