package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"sufler/mixer/tone"
)

// screen is what a command has printed so far.
type screen struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *screen) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(b)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// find waits until the screen shows a pattern and returns its first group.
func (s *screen) find(t *testing.T, pattern string) string {
	t.Helper()
	expr := regexp.MustCompile(pattern)
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	for limit := time.Now().Add(30 * time.Second); time.Now().Before(limit); <-ticker.C {
		if m := expr.FindStringSubmatch(s.String()); m != nil {
			return m[len(m)-1]
		}
	}
	t.Fatalf("%q was never shown:\n%s", pattern, s)
	return ""
}

// start runs "sufler phone" and returns its screen and its exit code when it ends.
func start(t *testing.T, args ...string) (*screen, <-chan int) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	s, code := &screen{}, make(chan int, 1)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		code <- phoneCommand(ctx, append(args, "-listen", "127.0.0.1:0"), s, s)
	}()
	t.Cleanup(func() { cancel(); <-ended })
	return s, code
}

func TestPhoneCommandCallsAnswersSpeaksAndRecords(t *testing.T) {
	heard := filepath.Join(t.TempDir(), "heard.wav")
	called, calledCode := start(t, "-wait", "1m", "-tone", "433", "-duration", "0", "-levels")
	at := called.find(t, `listens at (\S+)`)
	caller, callerCode := start(t, "-server", at, "-call", "102", "-user", "101", "-name", "Anna", "-tone", "1021",
		"-digits", "5#", "-record", heard, "-duration", "2500ms", "-levels", "-trace")
	called.find(t, `call from Anna 101 to 102`)
	called.find(t, `keys heard: 5`)
	called.find(t, `agent 1021 Hz -[12]\d\.\d dBFS`)
	caller.find(t, `client 433 Hz -[12]\d\.\d dBFS`)
	caller.find(t, `ended: hung up`)
	called.find(t, `ended: hung up`)
	caller.find(t, `(?s)SIP to `+regexp.QuoteMeta(at)+`:\n +INVITE sip:102@.*m=audio`)
	caller.find(t, `(?s)SIP from `+regexp.QuoteMeta(at)+`:\n +SIP/2.0 200 `)
	if a, b := <-calledCode, <-callerCode; a != 0 || b != 0 {
		t.Errorf("exit codes: got %d and %d, want 0", a, b)
	}
	f, err := os.Open(heard)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	if samples, err := tone.ReadWAV(f); err != nil || len(samples) < 2*tone.Rate {
		t.Errorf("recording: got %d samples, %v, want two seconds or more", len(samples), err)
	}
}

func TestPhoneCommandTellsWhatWentWrong(t *testing.T) {
	nobody, _ := start(t, "-wait", "1m", "-answer", "1h")
	at := nobody.find(t, `listens at (\S+)`)
	broken := filepath.Join(t.TempDir(), "broken.wav")
	if err := os.WriteFile(broken, []byte("no sound"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, args, says string
		code             int
	}{
		{"nothing to do", "", "nothing to do; give -call", 2},
		{"an unknown flag", "-loud", "flag provided but not defined", 2},
		{"words that are no flags", "-call 1 now", `"now" is not understood`, 2},
		{"two things to say", "-call 1 -tone 5 -play x", "give one of them", 2},
		{"a trace of TCP", "-call 1 -trace -transport tcp", "-trace sees UDP alone", 2},
		{"no sound file", "-call 1 -play " + broken, "no WAV file", 2},
		{"a missing file", "-call 1 -play /nowhere/x.wav", "no such file", 2},
		{"nobody calls", "-wait 10ms", "nobody has called for 10ms", 1},
		{"registration refused", "-register -server " + at, "was not registered", 1},
		{"a bad address", "-call sip: -server " + at, "call sip:", 1},
		{"no folder to record into", "-call 102 -record /nowhere/x.wav -server " + at, "record: open /nowhere", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, code := start(t, strings.Fields(c.args)...)
			if got := <-code; got != c.code || !strings.Contains(s.String(), c.says) {
				t.Errorf("got %d, %s\nwant %d, %q", got, s, c.code, c.says)
			}
		})
	}
}
