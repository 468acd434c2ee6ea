package main

import (
	"net/http"
	"slices"
	"testing"

	"sufler/mixer/tone"
)

// M049, M051, I002.
func TestOutsideACallbackIsSeenInEveryStateAndBothHearEachOther(t *testing.T) {
	t.Parallel()
	onBothDatabases(t, aCallbackIsSeenInEveryState)
}

func aCallbackIsSeenInEveryState(t *testing.T, database string) {
	t.Helper()
	network := newHandset(t).speaks(tone.ClientHz, -20).on("+420777000001", byHand)
	h := newHouse(t, plan{trunk: network.Addr().String(), database: database})
	base := h.figures(t)
	asked := h.ask(t, "777 000 001", "Jan Novák")
	if asked.State != "waiting" || asked.Number != "+420777000001" || asked.Queue != "Orders" || asked.Token == "" {
		t.Fatalf("answer: got %+v", asked)
	}
	socket := h.follow(t, asked)
	if now := h.becomes(t, asked, "waiting"); now.Place != 1 || now.Token != "" {
		t.Errorf("waiting: got %+v, want the first place and no token", now)
	}
	until(t, "the WebSocket tells that it waits", func() bool { return len(socket.told()) > 0 })

	anna := newHandset(t).speaks(tone.AgentHz, -20).on("101", byHand).at(t, h, "101")
	agent := anna.next(t)
	if name, _ := agent.From(); name != "Call back: Jan Novák, Orders" {
		t.Errorf("the agent's phone shows %q", name)
	}
	h.becomes(t, asked, "agent_found")
	if n := network.count(); n != 0 {
		t.Errorf("calls to the visitor before the agent is on the line: %d", n)
	}
	agent.Answer()
	client := network.next(t)
	if name, number := client.From(); name != "" || number != caller {
		t.Errorf("the visitor's phone shows %q %s, want only %s", name, number, caller)
	}
	h.becomes(t, asked, "ringing")
	client.Answer()
	if now := h.becomes(t, asked, "talking"); now.TalkedAt == nil {
		t.Error("talking since: not told")
	}
	from := len(anna.ear(agent).Windows()) + 1 // what was heard before is ringback
	until(t, "both have heard two seconds", func() bool {
		return len(network.ear(client).Windows()) >= 3 && len(anna.ear(agent).Windows()) >= from+2
	})
	client.Hangup()
	if now := h.becomes(t, asked, "ended"); now.Reason != "talked" || now.EndedAt == nil {
		t.Errorf("ended: got %+v, want talked", now)
	}
	over(t, agent)
	if !tone.Present(anna.ear(agent).Windows()[from:], 0) {
		t.Errorf("the agent does not hear the client: %v", anna.ear(agent).Windows())
	}
	if !tone.Present(network.ear(client).Windows()[1:], 1) {
		t.Errorf("the client does not hear the agent: %v", network.ear(client).Windows())
	}
	want := []string{"waiting", "agent_found", "ringing", "talking", "ended"}
	until(t, "the WebSocket tells the end", func() bool { return slices.Contains(socket.told(), "ended") })
	if told := socket.told(); !slices.Equal(told, want) {
		t.Errorf("over the WebSocket: got %v, want %v", told, want)
	}
	if anna.count() != 1 || network.count() != 1 {
		t.Errorf("calls: got %d to the agent and %d to the visitor, want one each", anna.count(), network.count())
	}
	socket.close()
	h.settles(t, base)
	if again := h.cancel(t, asked); again.State != "ended" || again.Reason != "talked" {
		t.Errorf("cancelled after its end: got %+v, want it unchanged", again)
	}
	if got := h.shop().do(t, http.MethodGet, asked.path(), nil); got.status != http.StatusNotFound {
		t.Errorf("without its token: got %d", got.status)
	}
}
