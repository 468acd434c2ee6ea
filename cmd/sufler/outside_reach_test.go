package main

import (
	"net/http"
	"slices"
	"sync"
	"testing"

	"sufler/routing"
	"sufler/sip/phone"
)

// rings keeps in which order phones rang.
type rings struct {
	mu    sync.Mutex
	order []string
}

func (r *rings) add(who string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.order = append(r.order, who)
}

func (r *rings) list() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.order)
}

// M049, I002.
func TestOutsideAnUnansweredCallbackGoesToTheNextAndNotToTheSameFirst(t *testing.T) {
	t.Parallel()
	network := newHandset(t).on("+420777000001", byHand)
	h := newHouse(t, plan{trunk: network.Addr().String(), offer: "1s", rounds: 2})
	rung := &rings{}
	for _, extension := range []string{"101", "102"} {
		p := newHandset(t)
		p.Serve(extension, phone.Behaviour{Never: true, Called: func(*phone.Call) { rung.add(extension) }})
		p.at(t, h, extension)
	}
	base := h.figures(t)
	asked := h.ask(t, "+420777000001", "Jan")
	if now := h.becomes(t, asked, "ended"); now.Reason != "nobody_free" {
		t.Errorf("ended: got %+v, want nobody_free", now)
	}
	order := rung.list()
	if len(order) != 4 || order[0] == order[1] || order[1] == order[2] || order[2] == order[3] {
		t.Errorf("rung: got %v, want each phone twice and never the same one after itself", order)
	}
	if n := network.count(); n != 0 {
		t.Errorf("calls to the visitor: %d, want none", n)
	}
	h.settles(t, base)
}

// M049.
func TestOutsideAnAgentWhoDeclinesIsPassedOver(t *testing.T) {
	t.Parallel()
	network := newHandset(t).on("+420777000001", byHand)
	h := newHouse(t, plan{trunk: network.Addr().String()})
	newHandset(t).on("101", phone.Behaviour{Refuse: routing.Declined}).at(t, h, "101")
	asked := h.ask(t, "+420777000001", "Jan")
	boris := newHandset(t).on("102", byHand).at(t, h, "102")
	boris.next(t).Answer()
	network.next(t).Answer()
	h.becomes(t, asked, "talking")
}

// I002.
func TestOutsideEachWayOfNotReachingTheVisitorIsSaidInItsOwnWord(t *testing.T) {
	t.Parallel()
	north := newProvider(t)
	h := newHouse(t, plan{trunk: north.addr(), ring: "5s"}) // longer than a silent trunk is waited for
	anna := newHandset(t).on("101", phone.Behaviour{}).at(t, h, "101")
	base := h.figures(t)
	for _, c := range []struct{ name, line, reason string }{
		{"busy", "486 Busy Here", "busy"},
		{"busy everywhere", "600 Busy Everywhere", "busy"},
		{"declined", "603 Decline", "declined"},
		{"no such number", "404 Not Found", "no_such"},
		{"not there", "480 Temporarily Unavailable", "no_answer"},
		{"rings on and on", "180 Ringing", "no_answer"},
		{"the trunk is full", "503 Service Unavailable", "unreachable"},
		{"the trunk is broken", "500 Server Internal Error", "failed"},
		{"the trunk is silent", "", "unreachable"},
	} {
		t.Run(c.name, func(t *testing.T) {
			north.answers(c.line)
			asked := h.ask(t, "+420777000001", "Jan")
			if now := h.becomes(t, asked, "ended"); now.Reason != c.reason || now.TalkedAt != nil {
				t.Errorf("ended: got %+v, want %s", now, c.reason)
			}
			if s := over(t, anna.next(t)); s.Cause == routing.LostMedia {
				t.Errorf("the agent's call ended with %v", s)
			}
		})
	}
	h.settles(t, base)
}

// M049, I002.
func TestOutsideAVisitorCancelsInEveryState(t *testing.T) {
	t.Parallel()
	network := newHandset(t).on("+420777000001", byHand)
	h := newHouse(t, plan{trunk: network.Addr().String()})
	base := h.figures(t)
	asked := h.ask(t, "+420777000001", "Jan")
	if got := h.cancel(t, asked); got.State != "ended" || got.Reason != "cancelled" {
		t.Errorf("while waiting: got %+v, want cancelled", got)
	}
	anna := newHandset(t).on("101", byHand).at(t, h, "101")
	for _, c := range []struct{ state, reason string }{
		{"agent_found", "cancelled"}, {"ringing", "cancelled"}, {"talking", "talked"},
	} {
		t.Run(c.state, func(t *testing.T) {
			asked := h.ask(t, "+420777000001", "Jan")
			agent := anna.next(t)
			var client *phone.Call
			if c.state != "agent_found" {
				agent.Answer()
				client = network.next(t)
			}
			if c.state == "talking" {
				client.Answer()
			}
			h.becomes(t, asked, c.state)
			for range 2 { // the second time too
				if got := h.cancel(t, asked); got.State != "ended" || got.Reason != c.reason {
					t.Errorf("got %+v, want %s", got, c.reason)
				}
			}
			over(t, agent)
			if client != nil {
				over(t, client)
			}
			h.settles(t, base)
		})
	}
	if n := network.count(); n != 2 {
		t.Errorf("calls to the visitor: got %d, want 2", n)
	}
}

// M049.
func TestOutsideACallbackIsForItsVisitorOnlyAndWithinTheLimits(t *testing.T) {
	t.Parallel()
	h := newHouse(t, plan{browsers: 3})
	ask := func(p page, number, browser string) reply {
		t.Helper()
		return p.do(t, http.MethodPost, "/api/v1/callbacks", map[string]string{"number": number, "name": "Jan", "browser": browser})
	}
	visitor := h.shop()
	var first callback
	ask(visitor, "+420777000001", "one").into(t, http.StatusAccepted, &first)
	t.Run("token", func(t *testing.T) {
		for _, bearer := range []string{"", "Bearer ", "Bearer wrong", "Bearer " + first.ID, first.Token} {
			p := visitor
			p.bearer = bearer
			for _, method := range []string{http.MethodGet, http.MethodDelete} {
				p.do(t, method, first.path(), nil).refused(t, http.StatusNotFound, "callback_unknown")
			}
		}
		if now := h.show(t, first); now.State != "waiting" {
			t.Errorf("after foreign requests: got %+v", now)
		}
	})
	t.Run("sender", func(t *testing.T) {
		foreign := visitor
		foreign.origin = "http://evil.example"
		ask(foreign, "+420777000009", "x").refused(t, http.StatusForbidden, "origin_foreign")
		foreign.origin = ""
		ask(foreign, "+420777000009", "x").refused(t, http.StatusUnauthorized, "token_wrong")
	})
	t.Run("number", func(t *testing.T) {
		for number, code := range map[string]string{"+49301234567": "number_not_allowed", "+421900000000": "number_not_allowed"} {
			ask(visitor, number, "x").refused(t, http.StatusForbidden, code)
		}
		for _, number := range []string{"", "x", "12", "+420777000001@evil", "777000001;ext=1", "777\r\n000001", "+4207770000010000000"} {
			ask(visitor, number, "x").refused(t, http.StatusUnprocessableEntity, "number_invalid")
		}
		ask(visitor, "112", "x").refused(t, http.StatusForbidden, "number_emergency")
		ask(visitor, "+420777000001", "x").refused(t, http.StatusConflict, "callback_open")
	})
	t.Run("key", func(t *testing.T) {
		keyed := visitor
		keyed.key = "once"
		var a, b callback
		ask(keyed, "+420777000002", "two").into(t, http.StatusAccepted, &a)
		ask(keyed, "+420777000002", "two").into(t, http.StatusAccepted, &b)
		if a.ID != b.ID || h.show(t, b).ID != a.ID {
			t.Errorf("the same key: got %s and %s", a.ID, b.ID)
		}
		ask(keyed, "+420777000003", "two").refused(t, http.StatusConflict, "key_reused")
	})
	t.Run("three an hour", func(t *testing.T) {
		var c callback
		for _, number := range []string{"+420777000011", "+420777000012", "+420777000013"} {
			ask(visitor, number, "three").into(t, http.StatusAccepted, &c)
		}
		ask(visitor, "+420777000014", "three").refused(t, http.StatusTooManyRequests, "callback_too_often")
		ask(visitor, "+420777000014", "four").into(t, http.StatusAccepted, &c)
	})
}
