package main

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"sufler/mixer/tone"
	"sufler/sip/phone"
)

// The tones in the order of every ear of these tests.
const (
	ofClient = iota
	ofAgent
	ofSupervisor
)

// conversation is a callback that has come to its talk, with three handsets.
type conversation struct {
	h                      *house
	network, agents, leads *handset
	client, agent          *phone.Call
	asked                  callback
	id                     string // of the call
	sofia                  page
}

// liveCall is the Call of api/protocol.md.
type liveCall struct {
	ID, State string
	Client    struct{ Party, Number, State string }
	Agent     struct{ Party, Name, Phone, State string }

	Supervisor *struct{ Party, Name, Mode, State string }
}

// talk starts a house and brings a callback to its talk. The supervisor is loud.
func talk(t *testing.T) *conversation {
	t.Helper()
	c := &conversation{network: newHandset(t).speaks(tone.ClientHz, -20).on("+420777000001", byHand)}
	c.h = newHouse(t, plan{trunk: c.network.Addr().String()})
	c.agents = newHandset(t).speaks(tone.AgentHz, -20).on("101", phone.Behaviour{}).at(t, c.h, "101")
	c.leads = newHandset(t).speaks(tone.SupervisorHz, -8).on("201", phone.Behaviour{}).at(t, c.h, "201")
	c.sofia = c.h.desk(t, "sofia")
	c.asked = c.h.ask(t, "+420777000001", "Jan Novák")
	c.agent, c.client = c.agents.next(t), c.network.next(t)
	c.client.Answer()
	c.h.becomes(t, c.asked, "talking")
	c.id = c.h.calls(t, c.sofia)[0].ID
	return c
}

func (h *house) calls(t *testing.T, p page) []liveCall {
	t.Helper()
	var all struct{ Calls []liveCall }
	p.do(t, http.MethodGet, "/api/v1/calls", nil).into(t, http.StatusOK, &all)
	return all.Calls
}

func (c *conversation) path() string { return "/api/v1/calls/" + c.id + "/supervision" }

func mode(m string) map[string]string { return map[string]string{"mode": m} }

// join connects Sofia and waits until she is on the line.
func (c *conversation) join(t *testing.T, m string) *phone.Call {
	t.Helper()
	var now struct{ Call liveCall }
	c.sofia.do(t, http.MethodPost, c.path(), mode(m)).into(t, http.StatusAccepted, &now)
	joined := c.leads.next(t)
	until(t, "the supervisor is on the line", func() bool {
		all := c.h.calls(t, c.sofia)
		return len(all) == 1 && all[0].Supervisor != nil && all[0].Supervisor.State == "talking" && all[0].Supervisor.Mode == m
	})
	return joined
}

func (c *conversation) change(t *testing.T, m string) {
	t.Helper()
	if got := c.sofia.do(t, http.MethodPatch, c.path(), mode(m)); got.status != http.StatusOK {
		t.Fatalf("to %s: got %d %s", m, got.status, got.body)
	}
}

func (c *conversation) leave(t *testing.T) {
	t.Helper()
	if got := c.sofia.do(t, http.MethodDelete, c.path(), nil); got.status != http.StatusNoContent {
		t.Fatalf("leave: got %d %s", got.status, got.body)
	}
}

// hears says what an ear must notice in windows that lie wholly in one mode.
func hears(t *testing.T, who string, windows []tone.Window, must ...int) {
	t.Helper()
	for i := range 3 {
		switch {
		case slices.Contains(must, i) && !tone.Present(windows, i):
			t.Errorf("%s is deaf to tone %d: %v", who, i, windows)
		case !slices.Contains(must, i) && slices.ContainsFunc(windows, func(w tone.Window) bool { return there(w, i) }):
			t.Errorf("%s hears tone %d: %v", who, i, windows)
		}
	}
}

// clicks is how far below a voice that is heard the clicks stay that a busy
// machine tears into it, in dB. A voice of -8 dBFS has them at -60.
const clicks = 40

// there says that a tone is in a second, and no click of a louder voice.
func there(w tone.Window, i int) bool {
	return w.Levels[i] >= max(tone.AbsentBelow, slices.Max(w.Levels)-clicks)
}

// W001, W002, W004-W009, W020, W021, I017, I019.
func TestOutsideTheClientHearsTheSupervisorOnlyWhenBargedIn(t *testing.T) {
	t.Parallel()
	c := talk(t)
	client, agent := c.network.ear(c.client), c.agents.ear(c.agent)
	joined := c.join(t, "listen")
	lead := c.leads.ear(joined)
	// listen waits for two whole seconds after the one in which the mode changed.
	listen := func(name string, atClient, atAgent, atLead []int) {
		t.Helper()
		ears := []*tone.Ear{client, agent, lead}
		var from []int
		for _, e := range ears {
			from = append(from, len(e.Windows())+1)
		}
		for i, must := range [][]int{atClient, atAgent, atLead} {
			if must == nil {
				continue
			}
			until(t, "two seconds are heard", func() bool { return len(ears[i].Windows()) >= from[i]+2 })
			hears(t, name+": "+[]string{"client", "agent", "supervisor"}[i], ears[i].Windows()[from[i]:from[i]+2], must...)
		}
	}
	both := []int{ofClient, ofAgent}
	listen("listen", []int{ofAgent}, []int{ofClient}, both)
	c.change(t, "whisper")
	listen("loud whisper", []int{ofAgent}, nil, nil)
	// From here on the supervisor must be heard and speaks as loud as the others:
	// where a busy machine tears a hole into a voice of -8 dBFS, it leaves a click
	// that is as loud as what must be absent.
	joined.Play(tone.NewSine(tone.SupervisorHz, -20))
	listen("whisper", []int{ofAgent}, []int{ofClient, ofSupervisor}, both)
	if before := client.Windows(); !tone.Absent(before, ofSupervisor) {
		t.Errorf("the client hears the supervisor before the barge: %v", before)
	}
	c.change(t, "barge")
	listen("barge", []int{ofAgent, ofSupervisor}, []int{ofClient, ofSupervisor}, both)
	c.change(t, "listen")
	after := len(client.Windows()) + 1
	listen("listen again", []int{ofAgent}, []int{ofClient}, both)
	c.leave(t)
	over(t, joined)
	listen("left", []int{ofAgent}, []int{ofClient}, nil)
	if rest := client.Windows()[after:]; !tone.Absent(rest, ofSupervisor) {
		t.Errorf("the client hears the supervisor after the barge: %v", rest)
	}
	for name, e := range map[string]*tone.Ear{"client": client, "agent": agent} {
		other := map[string]int{"client": ofAgent, "agent": ofClient}[name]
		if all := e.Windows()[2:]; !tone.Present(all, other) {
			t.Errorf("the %s lost the other one: %v", name, all)
		}
	}
	c.client.Hangup()
	c.h.becomes(t, c.asked, "ended")
	var shown liveCall
	c.sofia.do(t, http.MethodGet, "/api/v1/calls/"+c.id, nil).into(t, http.StatusOK, &shown)
	if shown.State != "ended" { // W021
		t.Errorf("the card after the end: got %+v", shown)
	}
}

// W015, W016, W017, W020.
func TestOutsideOneSupervisorACallAndWordsForTheOthers(t *testing.T) {
	t.Parallel()
	c := talk(t)
	until(t, "both have their place in the mixer", func() bool { return c.h.figures(t)["sufler_mixer_ports"] == 2 })
	base := c.h.figures(t)
	newHandset(t).on("202", phone.Behaviour{}).at(t, c.h, "202")
	viktor := c.h.desk(t, "viktor")
	var mu sync.Mutex
	statuses := make(map[int]int)
	var joining sync.WaitGroup
	for i := range 100 {
		joining.Go(func() {
			p := []page{c.sofia, viktor}[i%2]
			status := p.do(t, http.MethodPost, c.path(), mode("listen")).status
			mu.Lock()
			defer mu.Unlock()
			statuses[status]++
		})
	}
	joining.Wait()
	if statuses[http.StatusAccepted] != 1 || statuses[http.StatusConflict] != 99 {
		t.Fatalf("100 joins: got %v, want one 202 and 99 409", statuses)
	}
	winner, loser := c.sofia, viktor
	if c.h.calls(t, c.sofia)[0].Supervisor.Name == "Viktor Hrubý" {
		winner, loser = viktor, c.sofia
	}
	refusal := loser.do(t, http.MethodPost, c.path(), mode("whisper")).refused(t, http.StatusConflict, "supervision_taken")
	if who := refusal.Params["who"]; !strings.Contains(refusal.Title+refusal.Detail, who) || who == "" || refusal.Params["since"] == "" {
		t.Errorf("to the second: got %+v, want who and since when", refusal)
	}
	if got := winner.do(t, http.MethodDelete, c.path(), nil); got.status != http.StatusNoContent {
		t.Errorf("leave: got %d %s", got.status, got.body)
	}
	c.h.settles(t, base)
	if now := c.h.show(t, c.asked); now.State != "talking" {
		t.Errorf("after the leave: got %+v, want the talk to go on", now)
	}
	c.client.Hangup()
	over(t, c.agent)
	until(t, "the call has ended", func() bool { return len(c.h.calls(t, c.sofia)) == 0 })
	winner.do(t, http.MethodPost, c.path(), mode("listen")).refused(t, http.StatusGone, "call_ended")
	if c.leads.count() > 1 {
		t.Errorf("the supervisor's phone rang %d times", c.leads.count())
	}
}

// I019.
func TestOutsideAnOperatorMayNotSupervise(t *testing.T) {
	t.Parallel()
	c := talk(t)
	anna, boris := c.h.desk(t, "anna"), c.h.desk(t, "boris")
	for _, m := range []string{"listen", "whisper", "barge"} {
		anna.do(t, http.MethodPost, c.path(), mode(m)).refused(t, http.StatusForbidden, "not_allowed")
		boris.do(t, http.MethodPost, c.path(), mode(m)).refused(t, http.StatusForbidden, "not_allowed") // as in no call at all
	}
	nobody := page{base: "http://" + c.h.http, origin: "http://" + c.h.http}
	nobody.do(t, http.MethodPost, c.path(), mode("listen")).refused(t, http.StatusUnauthorized, "login_needed")
	foreign := c.sofia
	foreign.origin = "http://evil.example"
	foreign.do(t, http.MethodPost, c.path(), mode("listen")).refused(t, http.StatusForbidden, "origin_foreign")
	if s := c.h.calls(t, c.sofia)[0].Supervisor; s != nil || c.leads.count() != 0 {
		t.Errorf("after refusals: got %+v", s)
	}
}
