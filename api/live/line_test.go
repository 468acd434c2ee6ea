package live

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sufler/routing"
)

const anna = `{"id":1,"do":"hello","data":{"name":"Anna"}}`

// pass lets time go on, and what comes of it happen.
func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

// line opens a line and returns it with the number of the last frame that was read.
func (w *world) line(t *testing.T) (*Line, uint64) {
	t.Helper()
	b, err := w.hub.OpenLine(w.page, []byte(anna))
	if err != nil || b.Line == "" || b.Over != "" {
		t.Fatalf("got %+v, %v", b, err)
	}
	l, err := w.hub.Line(b.Line)
	if err != nil {
		t.Fatal(err)
	}
	return l, b.Last
}

// ask asks once and fails when that is refused.
func (l *Line) ask(t *testing.T, after uint64) Batch {
	t.Helper()
	b, err := l.Ask(t.Context(), after)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (b Batch) text() string {
	var all []string
	for _, f := range b.Frames {
		all = append(all, string(f))
	}
	return strings.Join(all, "\n")
}

// code is that of a refusal.
func code(err error) string {
	if e, ok := errors.AsType[*routing.Error](err); ok {
		return e.Code
	}
	return fmt.Sprint(err)
}

func TestALineBringsWhatAWebSocketWould(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newHubWorld(t, nil)
		defer w.hub.Close()
		w.page.snapshot = func() []Event { return []Event{event("desk.snapshot", 1)} }
		b, err := w.hub.OpenLine(w.page, []byte(anna))
		if err != nil {
			t.Fatal(err)
		}
		want := `{"id":1,"ok":{"welcome":"Anna"}}
{"seq":1,"at":"2026-11-20T14:02:10.123Z","kind":"desk.snapshot","by":"op","data":1}`
		if b.text() != want || b.Last != 2 || b.Over != "" {
			t.Fatalf("got %+v with %s, want %s", b, b.text(), want)
		}
		l, err := w.hub.Line(b.Line)
		if err != nil {
			t.Fatal(err)
		}
		w.hub.Publish(event("place.changed", 2))
		if _, err := l.Say(1, [][]byte{[]byte(`{"id":2,"do":"echo","data":{"a":1}}`), []byte(`{"id":3,"do":"fly"}`)}); err != nil {
			t.Fatal(err)
		}
		b = l.ask(t, 2)
		want = `{"seq":2,"at":"2026-11-20T14:02:10.123Z","kind":"place.changed","by":"op","data":2}
{"id":2,"ok":{"a":1}}
{"id":3,"error":{"code":"message_unknown"}}`
		if b.text() != want || b.Last != 5 {
			t.Errorf("got %d, %s, want 5, %s", b.Last, b.text(), want)
		}
	})
}

func TestFramesAreRepeatedUntilThePageHasReadThem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newHubWorld(t, nil)
		defer w.hub.Close()
		l, last := w.line(t)
		w.hub.Publish(event("place.changed", 1))
		w.hub.Publish(event("place.changed", 2))
		first := l.ask(t, last)
		if again := l.ask(t, last); again.text() != first.text() || again.Last != last+2 {
			t.Errorf("got %s, want %s again", again.text(), first.text())
		}
		w.hub.Publish(event("place.changed", 3))
		if b := l.ask(t, last+1); len(b.Frames) != 2 || b.Last != last+3 {
			t.Errorf("after the first of them: got %d frames, want 2", len(b.Frames))
		}
		if _, err := l.Ask(t.Context(), last+4); code(err) != "request_invalid" {
			t.Errorf("after a frame that does not exist: got %v", err)
		}
		if b := l.ask(t, last+2); len(b.Frames) != 1 {
			t.Errorf("a frame that was never sent was taken for read: got %d", len(b.Frames))
		}
	})
}

func TestMessagesAreTakenOnceAndInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newHubWorld(t, nil)
		defer w.hub.Close()
		l, last := w.line(t)
		say := func(first, taken uint64, numbers ...int) {
			t.Helper()
			var messages [][]byte
			for _, n := range numbers {
				messages = append(messages, fmt.Appendf(nil, `{"id":%d,"do":"echo"}`, n+10))
			}
			if got, err := l.Say(first, messages); err != nil || got != taken {
				t.Errorf("from %d: got %d, %v, want %d", first, got, err, taken)
			}
		}
		say(1, 2, 1, 2)
		say(1, 2, 1, 2)
		say(2, 4, 2, 3, 4)
		say(5, 4)
		for _, gap := range []uint64{0, 6} {
			if _, err := l.Say(gap, [][]byte{[]byte(`{"id":9,"do":"echo"}`)}); code(err) != "request_invalid" {
				t.Errorf("from %d: got %v", gap, err)
			}
		}
		want := "{\"id\":11,\"ok\":{}}\n{\"id\":12,\"ok\":{}}\n{\"id\":13,\"ok\":{}}\n{\"id\":14,\"ok\":{}}"
		if b := l.ask(t, last); b.text() != want {
			t.Errorf("got %s, want %s", b.text(), want)
		}
	})
}

func TestAQuestionWaitsForWhatIsNew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newHubWorld(t, nil)
		defer w.hub.Close()
		l, last := w.line(t)
		begun := time.Now()
		if b := l.ask(t, last); len(b.Frames) != 0 || b.Last != last || time.Since(begun) != askLimit {
			t.Errorf("got %d frames after %v, want none after %v", len(b.Frames), time.Since(begun), askLimit)
		}
		begun = time.Now()
		time.AfterFunc(10*time.Second, func() { w.hub.Publish(event("place.changed", 1)) })
		if b := l.ask(t, last); len(b.Frames) != 1 || time.Since(begun) != 10*time.Second {
			t.Errorf("got %d frames after %v, want 1 after 10 s", len(b.Frames), time.Since(begun))
		}
		gone, leave := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, leave)
		begun = time.Now()
		if _, err := l.Ask(gone, last+1); err != nil || time.Since(begun) != time.Second {
			t.Errorf("who has gone was waited for: %v, %v", time.Since(begun), err)
		}
	})
}

func TestANewerQuestionEndsTheOneBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newHubWorld(t, nil)
		defer w.hub.Close()
		l, last := w.line(t)
		answers := make(chan Batch, 3)
		for range 3 {
			go func() { b, _ := l.Ask(context.Background(), last); answers <- b }()
			synctest.Wait()
		}
		if a, b := <-answers, <-answers; len(a.Frames)+len(b.Frames) != 0 {
			t.Errorf("the old questions got %d frames", len(a.Frames)+len(b.Frames))
		}
		w.hub.Publish(event("place.changed", 1))
		if b := <-answers; len(b.Frames) != 1 {
			t.Errorf("the newest question got %d frames, want 1", len(b.Frames))
		}
	})
}

func TestQuestionsThatComeTooOftenWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newHubWorld(t, nil)
		defer w.hub.Close()
		l, last := w.line(t)
		w.hub.Publish(event("place.changed", 1))
		begun := time.Now()
		for range 20 {
			l.ask(t, last)
		}
		if passed := time.Since(begun); passed != 0 {
			t.Errorf("20 questions waited for %v", passed)
		}
		for range 10 {
			l.ask(t, last)
		}
		if passed := time.Since(begun); passed < 250*time.Millisecond || passed > 500*time.Millisecond {
			t.Errorf("10 more took %v, want 20 a second", passed)
		}
		answer := make(chan Batch, 1)
		go func() { b, _ := l.Ask(context.Background(), last); answer <- b }()
		synctest.Wait()
		l.ask(t, last) // ends the one that still waits for its turn
		if b := <-answer; b.Frames == nil || len(b.Frames) != 0 || b.Last != last {
			t.Errorf("got %+v, want an empty answer", b)
		}
	})
}

func TestALineThatNobodyAsksIsOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newHubWorld(t, nil)
		defer w.hub.Close()
		l, last := w.line(t)
		for range 3 { // asking keeps it
			pass(lineQuiet - time.Second)
			l.ask(t, last)
		}
		pass(lineQuiet - time.Second)
		if _, err := w.hub.Line(l.id); err != nil {
			t.Errorf("after less than %v: %v", lineQuiet, err)
		}
		pass(time.Second)
		<-w.page.left
		if _, err := w.hub.Line(l.id); code(err) != "line_unknown" {
			t.Errorf("got %v, want line_unknown", err)
		}
		if got := w.figure(t, "sufler_pages_ended_total", endLeft); got != 1 {
			t.Errorf("got %v pages that left, want 1", got)
		}
	})
}

func TestALineThatIsNotReadFastEnoughIsCutAndSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newHubWorld(t, nil)
		defer w.hub.Close()
		w.hub.opt.Outbox = 1 << 10
		l, last := w.line(t)
		l.ask(t, last)
		for n := range 100 {
			w.hub.Publish(event("place.changed", n))
		}
		<-w.page.left
		if b := l.ask(t, last); b.Over != endSlow || len(b.Frames) != 0 {
			t.Errorf("got %+v, want it to be over", b)
		}
		pass(lineQuiet)
		if _, err := w.hub.Line(l.id); code(err) != "line_unknown" {
			t.Errorf("got %v: a line that is over is kept for ever", err)
		}
	})
}

func TestTheServersEndIsToldOnALine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newHubWorld(t, nil)
		defer w.hub.Close()
		l, last := w.line(t)
		answer := make(chan Batch, 1)
		go func() { b, _ := l.Ask(context.Background(), last); answer <- b }()
		synctest.Wait()
		w.hub.Close()
		if b := <-answer; !strings.Contains(b.text(), `"kind":"server.closing"`) || b.Over != endClosing {
			t.Errorf("got %s, over %q", b.text(), b.Over)
		}
		<-w.page.left
		if _, err := w.hub.OpenLine(w.page, []byte(anna)); code(err) != "server_closing" {
			t.Errorf("after the end: got %v", err)
		}
	})
}

func TestAPageLeavesItsLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newHubWorld(t, nil)
		defer w.hub.Close()
		l, _ := w.line(t)
		l.Close()
		<-w.page.left
		if _, err := w.hub.Line(l.id); code(err) != "line_unknown" {
			t.Errorf("got %v", err)
		}
		if taken, err := l.Say(1, [][]byte{[]byte(`{"id":2,"do":"panic"}`)}); err != nil || taken != 1 {
			t.Errorf("got %d, %v", taken, err)
		}
		if b := l.ask(t, 1); b.Over != endLeft || len(b.Frames) != 0 {
			t.Errorf("a line that was left answers %+v", b)
		}
	})
}

func TestARefusedHelloOpensNoLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newHubWorld(t, nil)
		defer w.hub.Close()
		for hello, want := range map[string]string{
			`{"id":1,"do":"hello","data":{}}`: `{"id":1,"error":{"code":"login_needed"}}`,
			`{"id":1,"do":"echo"}`:            `{"id":1,"error":{"code":"hello_needed"}}`,
			`garbage`:                         `{"id":0,"error":{"code":"message_invalid"}}`,
			echo(longest + 1):                 `{"id":2,"error":{"code":"message_too_long"}}`,
		} {
			b, err := w.hub.OpenLine(w.page, []byte(hello))
			if err != nil || b.Line != "" || b.Over != endRefused || b.text() != want {
				t.Errorf("to %.40s got %+v, %s, %v, want %s", hello, b, b.text(), err, want)
			}
		}
		synctest.Wait()
		if got := w.figure(t, "sufler_pages_open", ""); got != 0 || len(w.hub.lines) != 0 {
			t.Errorf("%v pages are open, %d lines", got, len(w.hub.lines))
		}
	})
}
