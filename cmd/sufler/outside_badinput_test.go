package main

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"sufler/internal/peers"
	"sufler/mixer/tone"
	"sufler/sip"
	"sufler/sip/phone"
)

// No row: the "Bad input".
func TestOutsideRunStopsWithFileAndLine(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	refused := func(t *testing.T, text, says string) {
		t.Helper()
		path := filepath.Join(dir, "bad.yaml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		p := launch(t, t.TempDir(), nil, "run", "-config", path)
		if code := exit(t, p, patience); code != 1 || !strings.Contains(p.Log(), path+says) {
			t.Errorf("got %d, %q, want 1 and %q", code, p.Log(), path+says)
		}
	}
	t.Run("unknown key", func(t *testing.T) {
		refused(t, "http:\n  listne: 127.0.0.1:0\n", ":2:3: http.listne: ")
	})
	t.Run("unknown section", func(t *testing.T) { refused(t, "colour: red\n", ":1:1: colour: ") })
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	socket, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = socket.Close() }()
	for _, c := range []struct{ key, address string }{
		{"http.listen", taken.Addr().String()},
		{"http.admin", taken.Addr().String()},
		{"sip.listen", taken.Addr().String()},
		{"sip.listen", socket.LocalAddr().String()},
	} {
		t.Run(c.key+" "+c.address, func(t *testing.T) {
			first, listens := ports(t, 4), map[string]string{}
			for i, key := range []string{"http.listen", "http.admin", "sip.listen"} {
				listens[key] = loopback(first + i)
			}
			listens[c.key] = c.address
			line := map[string]string{"http.listen": ":2:", "http.admin": ":3:", "sip.listen": ":5:"}[c.key]
			text := fmt.Sprintf("http:\n  listen: %s\n  admin: %s\nsip:\n  listen: %s\nwebrtc: {listen: %q}\nfiles: {dir: %s}\n",
				listens["http.listen"], listens["http.admin"], listens["sip.listen"], loopback(first+3), t.TempDir())
			refused(t, text, line)
		})
	}
}

// No row: the "Bad input".
func TestOutsideAWrongPasswordAndAnUnknownNumberAreRefusedInWords(t *testing.T) {
	t.Parallel()
	h := newHouse(t, plan{})
	p := newHandset(t).on("101", phone.Behaviour{}).at(t, h, "101")
	base := h.figures(t)
	states := make(chan sip.RegistrationState, 16)
	stranger := newHandset(t)
	if err := stranger.Register(phone.Account{Server: h.sip, User: "102", Password: "wrong", Changed: func(s sip.RegistrationState) { states <- s }}); err != nil {
		t.Fatal(err)
	}
	var state sip.RegistrationState
	select {
	case state = <-states:
	case <-time.After(patience):
		t.Fatal("the phone is told nothing")
	}
	if state.Registered || !strings.Contains(state.Text, "401") && !strings.Contains(state.Text, "403") {
		t.Errorf("registration: got %+v, want a refusal", state)
	}
	until(t, "the log says so", func() bool {
		return regexp.MustCompile(`wrong password or unknown phone.*phone=102.*method=REGISTER`).MatchString(h.process.Log())
	})
	for _, c := range []struct{ name, to, password, status string }{
		{"wrong password", "102", "wrong", "40[13] "},
		{"unknown extension", "9876", secret, "404 "},
		{"no number", "abc", secret, "404 "},
		{"a number that may not be called", "+49301234567", secret, "403 "},
		{"an emergency number", "112", secret, "403 "},
		{"a phone that is not there", "102", secret, "480 "},
		{"itself", "101", secret, "486 "},
	} {
		t.Run(c.name, func(t *testing.T) {
			call, err := p.Call(phone.Dial{To: c.to, Server: h.sip, User: "101", Password: c.password})
			if err != nil {
				t.Fatal(err)
			}
			if s := over(t, call); !regexp.MustCompile(c.status).MatchString(s.Text) {
				t.Errorf("got %+v, want %s", s, c.status)
			}
		})
	}
	h.settles(t, base)
}

// No row: the "Bad input".
func TestOutsideAPhoneThatVanishesIsHungUpOn(t *testing.T) {
	t.Parallel()
	network := newHandset(t).speaks(tone.ClientHz, -20).on("+420777000001", phone.Behaviour{})
	h := newHouse(t, plan{trunk: network.Addr().String(), lostAfter: "2s"})
	base := h.figures(t)
	agent := startBaresip(t, h, "101", tone.AgentHz, -20)
	asked := h.ask(t, "+420777000001", "Jan")
	h.becomes(t, asked, "talking")
	client := network.next(t)
	until(t, "the client hears the agent", func() bool { return tone.Present(network.ear(client).Windows(), ofAgent) })
	if err := syscall.Kill(agent.PID(), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	<-agent.Done()
	within(t, 7*time.Second, "the client's call has ended", func() bool { return client.State().Stage == phone.Ended })
	if now := h.becomes(t, asked, "ended"); now.Reason != "talked" {
		t.Errorf("ended: got %+v", now)
	}
	h.settles(t, base)
}

// startBaresip registers a baresip that picks up and says a tone.
func startBaresip(t *testing.T, h *house, extension string, hz, dbfs float64) *peers.Baresip {
	t.Helper()
	b, err := peers.StartBaresip(t.Context(), t.TempDir(), peers.BaresipOptions{
		User: extension, Password: secret, Server: h.sip, Register: true, AutoAnswer: true, WAV: wavOf(t, hz, dbfs),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Quit)
	h.knows(t, extension)
	return b
}

// wavOf writes a minute of a tone.
func wavOf(t *testing.T, hz, dbfs float64) string {
	t.Helper()
	samples := make([]int16, 60*tone.Rate)
	tone.NewSine(hz, dbfs).Next(samples)
	path := filepath.Join(t.TempDir(), "tone.wav")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := tone.WriteWAV(f, 1, samples); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}
