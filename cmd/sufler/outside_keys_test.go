package main

import (
	"net/http"
	"strings"
	"testing"

	"sufler/mixer/tone"
)

// keysSeen counts the packets of telephone keys that came to a browser.
func (s *tap) keysSeen() (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, b := range s.datagrams {
		if kindOf(b) == "RTP" && b[1]&127 == 126 { // the type that rtc/browser offers for them
			n++
		}
	}
	return n
}

// No row: keys that an agent presses in the browser reach the client's telephone;
// those of the client reach no browser, and those of a supervisor nobody.
func TestOutsideKeysOfTheAgentReachTheClientAndASupervisorsNobody(t *testing.T) {
	t.Parallel()
	network := newHandset(t).speaks(tone.ClientHz, -20).on("+420777000001", byHand)
	h := newHouse(t, plan{trunk: network.Addr().String()})
	anna, sofia := h.sits(t, "anna"), h.sits(t, "sofia")
	anna.tapped, sofia.tapped = &tap{}, &tap{}
	sofia.must(t, http.MethodPut, "/api/v1/me/status", map[string]string{"status": "pause"}, nil)
	asked := h.ask(t, "+420777000001", "Jan")
	call := anna.accepts(t, agentVoice)
	client := network.next(t)
	client.Answer()
	h.becomes(t, asked, "talking")

	pressed := ""
	// press lets everybody press keys; only the agent's arrive, and only at the client.
	press := func(t *testing.T, keys string) {
		t.Helper()
		client.SendDigits("789")
		if sofia.line != nil {
			sofia.line.SendDigits("456")
		}
		anna.line.SendDigits(keys)
		pressed += keys
		until(t, "the client's telephone has the keys "+pressed, func() bool { return strings.HasSuffix(client.State().Digits, keys) })
		hearsFromNow(t, "agent", anna.ear, ofClient) // and those who pressed have long finished
		if got := client.State().Digits; got != pressed {
			t.Errorf("the client's telephone got %q, want %q", got, pressed)
		}
		if a, s := anna.tapped.keysSeen(), sofia.tapped.keysSeen(); a+s != 0 {
			t.Errorf("%d packets of keys came to the agent's browser and %d to the supervisor's", a, s)
		}
	}
	press(t, "15#")
	path := "/api/v1/calls/" + call + "/supervision"
	sofia.must(t, http.MethodPost, path, mode("listen"), nil)
	sofia.speaks(t, sofia.shows(t, "rings"), voice{tone.SupervisorHz, -60}) // who is not heard in a window of the ear
	for i, m := range []string{"listen", "whisper", "barge"} {
		t.Run(m, func(t *testing.T) {
			if i > 0 {
				sofia.must(t, http.MethodPatch, path, mode(m), nil)
			}
			press(t, []string{"20*", "31#", "02A"}[i])
		})
	}
}
