package main

import (
	"net/http"
	"syscall"
	"testing"

	"sufler/mixer/tone"
	"sufler/routing"
	"sufler/sip/phone"
)

// pair is a callback whose two ends talk with each other.
type pair struct {
	asked         callback
	network, anna *handset
	client, agent *phone.Call
}

func newPair(t *testing.T, h *house, network *handset) pair {
	t.Helper()
	asked := h.ask(t, "777 000 001", "Jan Novák")
	anna := newHandset(t).speaks(tone.AgentHz, -20).on("101", byHand).at(t, h, "101")
	agent := anna.next(t)
	agent.Answer()
	client := network.next(t)
	client.Answer()
	h.becomes(t, asked, "talking")
	return pair{asked, network, anna, client, agent}
}

// goesOn waits until each end has heard the other for two more seconds.
func (k pair) goesOn(t *testing.T) {
	t.Helper()
	client, agent := k.network.ear(k.client), k.anna.ear(k.agent)
	fromClient, fromAgent := len(client.Windows())+1, len(agent.Windows())+1
	until(t, "both hear two more seconds", func() bool {
		return len(client.Windows()) >= fromClient+2 && len(agent.Windows()) >= fromAgent+2
	})
	if !tone.Present(agent.Windows()[fromAgent:], 0) || !tone.Present(client.Windows()[fromClient:], 1) {
		t.Errorf("the talk is not heard: agent %v, client %v", agent.Windows(), client.Windows())
	}
}

// F7: what runs goes on, nothing new begins, and the end is good.
func TestOutsideASignalLetsTheTalkEndAndRefusesWhatIsNew(t *testing.T) {
	t.Parallel()
	network := newHandset(t).speaks(tone.ClientHz, -20).on("+420777000001", byHand)
	h := newHouse(t, plan{trunk: network.Addr().String()})
	k := newPair(t, h, network)
	socket := h.follow(t, k.asked)
	h.show(t, k.asked)

	send(t, h.process, syscall.SIGTERM)
	until(t, "the program is not ready any more", func() bool {
		return h.shop().do(t, http.MethodGet, "/readyz", nil).status == http.StatusServiceUnavailable
	})
	h.shop().do(t, http.MethodPost, "/api/v1/callbacks", map[string]string{"number": "777 000 002"}).refused(t, http.StatusServiceUnavailable, "server_closing")
	for name, dial := range map[string]phone.Dial{
		"from the provider": {To: "sip:" + caller + "@" + h.sip, User: "+420777000003"},
		"from a phone":      {To: "102", Server: h.sip, User: "101", Password: secret},
	} {
		late, err := network.Call(dial)
		if err != nil {
			t.Fatal(err)
		}
		if s := over(t, late); s.Cause != routing.Overloaded {
			t.Errorf("a call %s: got %s %q, want 503", name, s.Cause, s.Text)
		}
	}
	k.goesOn(t)
	if now := h.show(t, k.asked); now.State != "talking" {
		t.Errorf("the talk: got %+v", now)
	}
	if told := socket.told(); len(told) > 0 && told[len(told)-1] == "ended" {
		t.Errorf("the page was told %v", told)
	}

	k.client.Hangup()
	over(t, k.agent)
	if code := exit(t, h.process, patience); code != 0 {
		t.Errorf("exit code %d\n%s", code, h.process.Log())
	}
	h.start(t)
	if now := h.show(t, k.asked); now.State != "ended" || now.Reason != "talked" {
		t.Errorf("after the restart: got %+v, want talked", now)
	}
}

func TestOutsideASecondSignalEndsTheTalkWithBYE(t *testing.T) {
	t.Parallel()
	network := newHandset(t).on("+420777000001", byHand)
	h := newHouse(t, plan{trunk: network.Addr().String()})
	k := newPair(t, h, network)
	send(t, h.process, syscall.SIGINT)
	until(t, "the program is not ready any more", func() bool {
		return h.shop().do(t, http.MethodGet, "/readyz", nil).status == http.StatusServiceUnavailable
	})
	send(t, h.process, syscall.SIGTERM)
	for name, c := range map[string]*phone.Call{"client": k.client, "agent": k.agent} {
		if s := over(t, c); s.Cause != routing.HungUp {
			t.Errorf("the %s's phone: got %s %q, want a BYE", name, s.Cause, s.Text)
		}
	}
	if code := exit(t, h.process, patience); code != 0 {
		t.Errorf("exit code %d\n%s", code, h.process.Log())
	}
	h.start(t)
	if now := h.show(t, k.asked); now.State != "ended" || now.Reason != "interrupted" {
		t.Errorf("after the restart: got %+v, want interrupted", now)
	}
}

func TestOutsideASignalWithNoCallEndsAtOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t, plan{})
	send(t, h.process, syscall.SIGTERM)
	if code := exit(t, h.process, patience); code != 0 {
		t.Errorf("exit code %d\n%s", code, h.process.Log())
	}
}

// A limit that is over is a second signal.
func TestOutsideTheLimitOfADrainEndsTheTalk(t *testing.T) {
	t.Parallel()
	network := newHandset(t).on("+420777000001", byHand)
	h := newHouse(t, plan{trunk: network.Addr().String(), drain: "1s"})
	k := newPair(t, h, network)
	send(t, h.process, syscall.SIGTERM)
	over(t, k.client)
	over(t, k.agent)
	if code := exit(t, h.process, patience); code != 0 {
		t.Errorf("exit code %d\n%s", code, h.process.Log())
	}
}
