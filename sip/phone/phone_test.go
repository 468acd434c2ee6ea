package phone_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"sufler/mixer"
	"sufler/mixer/tone"
	"sufler/routing"
	"sufler/sip/phone"
	"sufler/sip/siptest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience bounds a broken test; it measures nothing.
const patience = 30 * time.Second

func newPhone(t *testing.T, opt phone.Options) *phone.Phone {
	t.Helper()
	p, err := phone.New(opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := p.Close(ctx); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return p
}

func await(t *testing.T, what string, c <-chan struct{}) {
	t.Helper()
	select {
	case <-c:
	case <-time.After(patience):
		t.Fatalf("%s: did not happen", what)
	}
}

// dial calls another phone directly.
func dial(t *testing.T, from, to *phone.Phone, number string, d phone.Dial) *phone.Call {
	t.Helper()
	d.To, d.Server = number, to.Addr().String()
	if d.User == "" {
		d.User = "100"
	}
	c, err := from.Call(d)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// windows waits until so many seconds have been heard.
func windows(t *testing.T, e *tone.Ear, seconds int) []tone.Window {
	t.Helper()
	siptest.Eventually(t, "seconds heard", func() bool { return len(e.Windows()) >= seconds })
	return e.Windows()
}

func TestTwoPhonesHearEachOtherAndNotThemselves(t *testing.T) {
	for _, c := range []struct {
		name         string
		calls, takes []mixer.Codec
	}{
		{"PCMU", nil, nil},
		{"PCMA", nil, []mixer.Codec{mixer.PCMA}},
		{"the caller prefers PCMA", []mixer.Codec{mixer.PCMA, mixer.PCMU}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			a, b := newPhone(t, phone.Options{Codecs: c.calls}), newPhone(t, phone.Options{Codecs: c.takes})
			ears := make(chan *tone.Ear, 1)
			b.Serve("102", phone.Behaviour{
				Sound:  func() mixer.Sound { return tone.NewSine(tone.AgentHz, -20) },
				Called: func(c *phone.Call) { ears <- c.Ear(tone.ClientHz, tone.AgentHz) },
			})
			var atA *tone.Ear
			call := dial(t, a, b, "102", phone.Dial{
				Sound: tone.NewSine(tone.ClientHz, -20),
				Made:  func(c *phone.Call) { atA = c.Ear(tone.ClientHz, tone.AgentHz) },
			})
			await(t, "answer", call.Answered())
			heardB, heardA := windows(t, <-ears, 2), windows(t, atA, 2)
			if !tone.Present(heardB, 0) || !tone.Absent(heardB, 1) {
				t.Errorf("b hears %v, want a and not itself", heardB)
			}
			if !tone.Present(heardA, 1) || !tone.Absent(heardA, 0) {
				t.Errorf("a hears %v, want b and not itself", heardA)
			}
			call.Hangup()
			await(t, "the end", call.Ended())
			if s := call.State(); s.Cause != routing.HungUp || s.Counts.Received == 0 || s.Counts.Foreign != 0 {
				t.Errorf("state: got %+v", s)
			}
			siptest.Eventually(t, "b is free again", func() bool { return len(b.Calls()) == 0 })
		})
	}
}

func TestANumberBehavesAsItWasTold(t *testing.T) {
	net := newPhone(t, phone.Options{})
	net.Serve("busy", phone.Behaviour{Refuse: routing.BusyHere})
	net.Serve("declines", phone.Behaviour{Refuse: routing.Declined})
	net.Serve("never", phone.Behaviour{Never: true})
	net.Serve("silent", phone.Behaviour{Silent: true})
	net.Serve("later", phone.Behaviour{AnswerAfter: 50 * time.Millisecond})
	net.Serve("leaves", phone.Behaviour{HangupAfter: 50 * time.Millisecond})
	me := newPhone(t, phone.Options{})
	for _, c := range []struct {
		number         string
		ring           time.Duration
		rings, answers bool
		cause          routing.Cause
	}{
		{"busy", 0, false, false, routing.BusyHere},
		{"declines", 0, false, false, routing.Declined},
		{"never", 300 * time.Millisecond, true, false, routing.NoAnswer},
		{"silent", 300 * time.Millisecond, false, false, routing.NoAnswer},
		{"leaves", 0, true, true, routing.HungUp},
		{"nobody", 0, false, false, routing.NoSuch},
	} {
		t.Run(c.number, func(t *testing.T) {
			t.Parallel()
			call := dial(t, me, net, c.number, phone.Dial{RingTimeout: c.ring})
			await(t, "the end", call.Ended())
			if got := call.State().Cause; got != c.cause {
				t.Errorf("cause: got %s (%s), want %s", got, call.State().Text, c.cause)
			}
			if rang, answered := closed(call.Rang()), closed(call.Answered()); rang != c.rings || answered != c.answers {
				t.Errorf("rang %v, answered %v; want %v, %v", rang, answered, c.rings, c.answers)
			}
		})
	}
	t.Run("later", func(t *testing.T) {
		t.Parallel()
		call := dial(t, me, net, "later", phone.Dial{})
		await(t, "ringing", call.Rang())
		await(t, "answer", call.Answered())
		call.Hangup()
		await(t, "the end", call.Ended())
	})
}

func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

func TestEchoSaysWhatItHears(t *testing.T) {
	t.Parallel()
	a, b := newPhone(t, phone.Options{}), newPhone(t, phone.Options{})
	b.Serve("", phone.Behaviour{Echo: true})
	var ear *tone.Ear
	call := dial(t, a, b, "anything", phone.Dial{
		Sound: tone.NewSine(tone.ClientHz, -20), Made: func(c *phone.Call) { ear = c.Ear(tone.ClientHz) },
	})
	// The first second holds the silence before the echo begins.
	if w := windows(t, ear, 3)[1:]; !tone.Present(w, 0) {
		t.Errorf("heard back: %v", w)
	}
	call.Hangup()
	await(t, "the end", call.Ended())
}

func TestSoundsAreSwitchedWhileTalking(t *testing.T) {
	t.Parallel()
	a, b := newPhone(t, phone.Options{}), newPhone(t, phone.Options{})
	calls := make(chan *phone.Call, 1)
	b.Serve("102", phone.Behaviour{Never: true, Called: func(c *phone.Call) { calls <- c }})
	call := dial(t, a, b, "102", phone.Dial{Sound: tone.NewSine(tone.ClientHz, -20)})
	at := <-calls
	await(t, "ringing", call.Rang())
	at.Answer()
	await(t, "answer", at.Answered())
	first := at.Ear(tone.ClientHz, tone.SupervisorHz)
	if w := windows(t, first, 1); !tone.Present(w, 0) || !tone.Absent(w, 1) {
		t.Errorf("before: %v", w)
	}
	call.Play(tone.NewSine(tone.SupervisorHz, -20))
	second := at.Ear(tone.ClientHz, tone.SupervisorHz)
	// What was said before may still be on its way; behind the new sound it is not.
	var after []tone.Window
	siptest.Eventually(t, "two seconds of the new sound", func() bool {
		all := second.Windows()
		begins := slices.IndexFunc(all, func(w tone.Window) bool { return w.Levels[1] > tone.PresentAbove })
		after = all[begins+1:]
		return begins >= 0 && len(after) >= 2
	})
	if !tone.Present(after, 1) || !tone.Absent(after, 0) {
		t.Errorf("after: %v", after)
	}
	at.Hangup()
	await(t, "the end", call.Ended())
}

func TestWhatIsHeardIsRecordedAndListenedTo(t *testing.T) {
	t.Parallel()
	a, b := newPhone(t, phone.Options{}), newPhone(t, phone.Options{})
	b.Serve("102", phone.Behaviour{Sound: func() mixer.Sound { return tone.NewSine(tone.AgentHz, -20) }})
	path := filepath.Join(t.TempDir(), "heard.wav")
	var loud atomic.Int64
	var mu sync.Mutex
	var listened []int16
	call := dial(t, a, b, "102", phone.Dial{Made: func(c *phone.Call) {
		if err := c.Record(path); err != nil {
			t.Error(err)
		}
		c.Listen(func(frame []int16) {
			mu.Lock()
			defer mu.Unlock()
			listened = append(listened, frame...)
			if tone.RMS(frame) > -25 {
				loud.Add(1)
			}
		})
	}})
	siptest.Eventually(t, "a second of tone listened to", func() bool { return loud.Load() >= 50 })
	call.Hangup()
	await(t, "the end", call.Ended())
	if err := call.RecordErr(); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	samples, err := tone.ReadWAV(f)
	if err != nil {
		t.Fatal(err)
	}
	mu.Lock()
	defer mu.Unlock()
	if !slices.Equal(samples, listened) {
		t.Errorf("recorded %d samples and listened to %d others", len(samples), len(listened))
	}
	// Where the machine did not let the far phone speak there is silence; nothing
	// is in between.
	for at := range slices.Chunk(samples, 160) {
		if level := tone.RMS(at); level > -96 && (level < -21 || level > -19) {
			t.Errorf("a frame of %.1f dBFS, want -20 or silence", level)
		}
	}
}

func TestDigitsGoBothWays(t *testing.T) {
	t.Parallel()
	a, b := newPhone(t, phone.Options{}), newPhone(t, phone.Options{})
	calls := make(chan *phone.Call, 1)
	b.Serve("102", phone.Behaviour{Called: func(c *phone.Call) { calls <- c }})
	call := dial(t, a, b, "102", phone.Dial{})
	at := <-calls
	await(t, "answer", call.Answered())
	await(t, "answer", at.Answered())
	call.SendDigits("1158#")
	at.SendDigits("*0A")
	siptest.Eventually(t, "keys", func() bool { return at.State().Digits == "1158#" && call.State().Digits == "*0A" })
	call.Hangup()
	await(t, "the end", at.Ended())
}

func TestACallerMayGiveUp(t *testing.T) {
	a, b := newPhone(t, phone.Options{}), newPhone(t, phone.Options{})
	calls := make(chan *phone.Call, 1)
	b.Serve("102", phone.Behaviour{Never: true, Called: func(c *phone.Call) { calls <- c }})
	call := dial(t, a, b, "102", phone.Dial{Name: "Anna Malá", User: "101"})
	await(t, "ringing", call.Rang())
	at := <-calls
	if name, number := at.From(); name != "Anna Malá" || number != "101" {
		t.Errorf("from: got %q, %q", name, number)
	}
	call.Hangup()
	await(t, "the end", at.Ended())
	if got := at.State().Cause; got != routing.Cancelled {
		t.Errorf("cause at the called phone: got %s, want cancelled", got)
	}
}

func TestClosingAPhoneHangsUp(t *testing.T) {
	a, err := phone.New(phone.Options{})
	if err != nil {
		t.Fatal(err)
	}
	b := newPhone(t, phone.Options{})
	calls := make(chan *phone.Call, 1)
	b.Serve("102", phone.Behaviour{Called: func(c *phone.Call) { calls <- c }})
	call := dial(t, a, b, "102", phone.Dial{})
	await(t, "answer", call.Answered())
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := a.Close(ctx); err != nil {
		t.Error(err)
	}
	at := <-calls
	await(t, "the end at both", at.Ended())
	await(t, "the end at both", call.Ended())
	if _, err := a.Call(phone.Dial{To: "102", Server: b.Addr().String()}); err == nil {
		t.Error("a closed phone calls")
	}
	if slices.Contains(b.Calls(), at) {
		t.Error("the call is still listed")
	}
}
