package live

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"

	"sufler/internal/clock"
)

// hands is a clock whose time goes on when the test says so.
type hands struct {
	clock.System

	mu  sync.Mutex
	now time.Time
}

func newHands() *hands { return &hands{now: time.Date(2026, 11, 20, 14, 0, 0, 0, time.UTC)} }

func (h *hands) Now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

func (h *hands) turn(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

// echo is a message of so many bytes.
func echo(size int) string {
	frame := `{"id":2,"do":"echo","data":{"a":""}}`
	return strings.Replace(frame, `""`, `"`+strings.Repeat("x", size-len(frame))+`"`, 1)
}

const longest = 64 << 10

// speaker is a page on either carrier.
type speaker interface {
	say(text string)
	hear() string
	over() string // why it has ended
}

func (c *client) over() string {
	status := c.closed()
	for reason, code := range closeCodes {
		if code == status {
			return reason
		}
	}
	return status.String()
}

// caller is a page on a line.
type caller struct {
	t          *testing.T
	line       *Line
	said, last uint64
	frames     []json.RawMessage
	ended      string
}

func (w *world) call(t *testing.T) *caller {
	t.Helper()
	l, last := w.line(t)
	return &caller{t: t, line: l, last: last}
}

func (c *caller) say(text string) {
	c.t.Helper()
	taken, err := c.line.Say(c.said+1, [][]byte{[]byte(text)})
	if err != nil {
		c.t.Fatal(err)
	}
	c.said = taken
}

func (c *caller) hear() string {
	c.t.Helper()
	for len(c.frames) == 0 {
		if c.ended != "" {
			c.t.Fatalf("the line is over: %s", c.ended)
		}
		b := c.line.ask(c.t, c.last)
		if got := b.Last - uint64(len(b.Frames)); got != c.last {
			c.t.Fatalf("got frames after %d, want after %d", got, c.last)
		}
		c.frames, c.last, c.ended = b.Frames, b.Last, b.Over
	}
	frame := c.frames[0]
	c.frames = c.frames[1:]
	return string(frame)
}

func (c *caller) over() string {
	c.t.Helper()
	if c.ended == "" {
		c.ended = c.line.ask(c.t, c.last).Over
	}
	return c.ended
}

// onBoth runs a test for a page on a WebSocket and for one on a line.
func onBoth(t *testing.T, change func(*Options), f func(*testing.T, speaker)) {
	t.Helper()
	t.Run("WebSocket", func(t *testing.T) {
		c, _ := newWorld(t, change).greet(t)
		f(t, c)
	})
	t.Run("line", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) { // its questions wait when there are many
			w := newHubWorld(t, change)
			defer w.hub.Close()
			f(t, w.call(t))
		})
	})
}

func TestAMessageThatCannotBeTakenIsAnsweredAndThePageGoesOn(t *testing.T) {
	hands := newHands()
	onBoth(t, func(o *Options) { o.MessagesPerSecond = 9; o.Clock = hands }, func(t *testing.T, c speaker) {
		t.Helper()
		answersErrors(t, c)
		hands.turn(time.Second)
		c.say(`{"id":9,"do":"echo"}`)
		if got, want := c.hear(), `{"id":9,"ok":{}}`; got != want {
			t.Errorf("a second later: got %s, want %s", got, want)
		}
	})
}

func answersErrors(t *testing.T, c speaker) {
	t.Helper()
	for _, turn := range []struct{ say, want string }{
		{`garbage`, `{"id":0,"error":{"code":"message_invalid"}}`},
		{"\x00\xff", `{"id":0,"error":{"code":"message_invalid"}}`},
		{echo(longest + 1), `{"id":2,"error":{"code":"message_too_long"}}`},
		{echo(4 * longest), `{"id":2,"error":{"code":"message_too_long"}}`},
		{`{"do":"` + strings.Repeat("x", longest) + `"}`, `{"id":0,"error":{"code":"message_too_long"}}`},
		{`{"id":5,"do":"echo"}`, `{"id":5,"ok":{}}`},
		{echo(longest), echo(longest)},
		{`{"id":7,"do":"echo"}`, `{"id":7,"ok":{}}`},
		{`{"id":8,"do":"echo"}`, `{"id":8,"error":{"code":"message_too_often"}}`},
		{echo(longest + 1), `{"id":2,"error":{"code":"message_too_long"}}`},
	} {
		c.say(turn.say)
		want := strings.Replace(turn.want, `"do":"echo","data"`, `"ok"`, 1)
		if got := c.hear(); got != want {
			t.Errorf("to %.60s got %.80s, want %.80s", turn.say, got, want)
		}
	}
}

func TestAPageThatGoesOnWithWhatCannotBeTakenIsEnded(t *testing.T) {
	onBoth(t, func(o *Options) { o.Clock = newHands(); o.MessagesPerSecond = 1 }, func(t *testing.T, c speaker) {
		t.Helper()
		for n := range forbearance + 1 {
			c.say(fmt.Sprintf(`{"id":%d,"do":"echo"}`, n+2))
			if got, want := c.hear(), fmt.Sprintf(`{"id":%d,"error":{"code":"message_too_often"}}`, n+2); got != want {
				t.Fatalf("got %s, want %s", got, want)
			}
		}
		if got := c.over(); got != endRefused {
			t.Errorf("it has ended as %q, want %q", got, endRefused)
		}
	})
}

func TestAMessageThatIsMuchTooLongIsNotListenedTo(t *testing.T) {
	w := newWorld(t, nil)
	c, _ := w.greet(t)
	c.say(echo(muchTooLong*longest + 1000))
	if got := c.closed(); got != websocket.StatusMessageTooBig {
		t.Errorf("got status %d, want 1009", got)
	}
}

func TestAStrangerWhoseFirstMessageCannotBeTakenIsEnded(t *testing.T) {
	for first, code := range map[string]string{`garbage`: "message_invalid", echo(longest + 1): "message_too_long"} {
		w := newWorld(t, nil)
		c := w.dial(t, nil)
		c.say(first)
		if got := c.hear(); !strings.Contains(got, code) {
			t.Errorf("got %s, want %s", got, code)
		}
		if got := c.closed(); got != websocket.StatusPolicyViolation {
			t.Errorf("got status %d, want 1008", got)
		}
	}
}

// A page whose snapshot could not be made would wait for its events for ever.
func TestAPageThatCannotBeToldHowThingsStandIsEnded(t *testing.T) {
	w := newWorld(t, nil)
	w.page.snapshot = func() []Event { panic("planted") }
	c, _ := w.greet(t)
	if got, want := c.hear(), `{"id":1,"error":{"code":"internal"}}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := c.closed(); got != websocket.StatusPolicyViolation {
		t.Errorf("got status %d, want 1008", got)
	}
	<-w.page.left
}

// Who asked with a message that is too long is not to wait for an answer.
func TestTheIDOfALongMessageIsReadFromItsBeginning(t *testing.T) {
	for beginning, want := range map[string]int64{
		`{"id":7,"do":"x`: 7, `{"do":"x","id":7,"data":{"a":`: 7, `{"data":{"id":7},"do":"xx`: 0, `{"data":"xx`: 0, `{"id":7.5,"do":`: 0, `{"id":-1,"do":`: 0,
		`{"id":9007199254740993,"d`: 0, `{"id":"7","do`: 0, `[7`: 0, ``: 0, "\x00": 0,
	} {
		if got := idOf([]byte(beginning)); got != want {
			t.Errorf("%s: got %d, want %d", beginning, got, want)
		}
	}
}
