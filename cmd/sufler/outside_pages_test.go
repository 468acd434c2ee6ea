package main

import (
	"context"
	"net/http"
	"testing"

	webpage "sufler/cmd/sufler/page"
	"sufler/mixer/tone"
	"sufler/rtc/browser"
)

// tab is a page with the sound of a browser.
type tab struct {
	*webpage.Page
	line *browser.Endpoint
	ear  *tone.Ear // from the first sample of line on
	leg  string

	tapped *tap // nil: nobody looks
}

// voice is what somebody says in a browser.
type voice struct{ hz, dbfs float64 }

var (
	clientVoice     = voice{tone.ClientHz, -20}
	agentVoice      = voice{tone.AgentHz, -20}
	supervisorVoice = voice{tone.SupervisorHz, -8} // loud wherever the client must not hear it
)

func (h *house) pages() webpage.Options { return webpage.Options{Base: "http://" + h.http} }

// patiently bounds what a broken program would keep waiting for ever.
func patiently(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}

// sits opens a desk that holds the sound, of somebody who answers in the browser.
func (h *house) sits(t *testing.T, login string) *tab {
	t.Helper()
	p, err := webpage.Desk(patiently(t), h.pages(), login, secret)
	if err != nil {
		t.Fatalf("desk of %s: %v", login, err)
	}
	t.Cleanup(p.Close)
	d := &tab{Page: p}
	d.must(t, http.MethodPut, "/api/v1/me/answer_on", map[string]string{"answer_on": "browser"}, nil)
	d.takes(t)
	return d
}

// takes makes the page the one that holds the sound.
func (d *tab) takes(t *testing.T) {
	t.Helper()
	var taken struct{ Here bool }
	if err := d.Say(patiently(t), "sound.take", map[string]bool{"force": true}, &taken); err != nil || !taken.Here {
		t.Fatalf("sound.take: got %+v, %v", taken, err)
	}
}

func (d *tab) must(t *testing.T, method, path string, body, out any) {
	t.Helper()
	if err := d.Do(patiently(t), method, path, body, out); err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
}

// speaks gives a leg of the page a browser's sound, in place of any before it.
func (d *tab) speaks(t *testing.T, leg string, v voice) {
	t.Helper()
	line, err := browser.New(browser.Options{Sound: tone.NewSine(v.hz, v.dbfs), Wire: d.tapped.datagram, Reports: d.tapped.report})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = line.Close() })
	d.line, d.leg, d.ear = line, leg, line.Ear(tone.ClientHz, tone.AgentHz, tone.SupervisorHz)
	if err := d.Carry(patiently(t), leg, d.tapped.line(line)); err != nil {
		t.Fatal(err)
	}
}

// shows waits for a leg of the page in a state.
func (d *tab) shows(t *testing.T, state string) (leg string) {
	t.Helper()
	var l struct{ ID, State string }
	_, err := d.Await(patiently(t), "a leg "+state, func(e webpage.Event) bool {
		return e.Kind == "leg.changed" && e.Into(&l) && l.State == state
	})
	if err != nil {
		t.Fatal(err)
	}
	return l.ID
}

// accepts takes what the queue offers and answers with a voice.
func (d *tab) accepts(t *testing.T, v voice) (call string) {
	t.Helper()
	var offer struct{ Place struct{ ID string } }
	_, err := d.Await(patiently(t), "an offer", func(e webpage.Event) bool { return e.Kind == "offer.made" && e.Into(&offer) })
	if err != nil {
		t.Fatal(err)
	}
	var accepted struct{ Call struct{ ID string } }
	d.must(t, http.MethodPost, "/api/v1/waiting/"+offer.Place.ID+"/accept", nil, &accepted)
	d.speaks(t, d.shows(t, "rings"), v)
	return accepted.Call.ID
}

// visitor is a visitor who talks from the page.
type visitor struct {
	tab
	talk webpage.Talk
}

// visits opens a talk, with the sound of a browser.
func (h *house) visits(t *testing.T, name string) *visitor {
	t.Helper()
	p, talk, err := webpage.Visitor(patiently(t), h.pages(), name, "Orders")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	v := &visitor{tab: tab{Page: p}, talk: talk}
	v.speaks(t, talk.Leg, clientVoice)
	return v
}

// becomes waits until the visitor reads a state.
func (v *visitor) becomes(t *testing.T, state string) webpage.Talk {
	t.Helper()
	var now webpage.Talk
	_, err := v.Await(patiently(t), "the talk is "+state, func(e webpage.Event) bool {
		return e.Kind == "talk.changed" && e.Into(&now) && now.State == state
	})
	if err != nil {
		t.Fatalf("%v: it is %+v", err, now)
	}
	return now
}

// hearsFromNow waits for whole seconds after now and says what must be in them.
func hearsFromNow(t *testing.T, who string, ear *tone.Ear, must ...int) {
	t.Helper()
	from := len(ear.Windows()) + 1
	until(t, "two seconds are heard by the "+who, func() bool { return len(ear.Windows()) >= from+2 })
	hears(t, who, ear.Windows()[from:from+2], must...)
}

// I007: and nothing is left behind.
func TestOutsideAVisitorTalksFromThePageAndComesBackAfterAReload(t *testing.T) {
	t.Parallel()
	h := newHouse(t, plan{})
	anna := h.sits(t, "anna")
	base := h.figures(t)
	jan := h.visits(t, "Jan Novák")
	anna.accepts(t, agentVoice)
	if now := jan.becomes(t, "talking"); now.Operator == "" {
		t.Errorf("got %+v, want the operator's public name", now)
	}
	hearsFromNow(t, "agent", anna.ear, ofClient)
	hearsFromNow(t, "visitor", jan.ear, ofAgent)
	jan.line.Drop() // the page is left without a word
	jan.Close()
	again, err := webpage.Return(patiently(t), h.pages(), jan.talk)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(again.Close)
	back := &tab{Page: again}
	back.speaks(t, jan.talk.Leg, clientVoice)
	hearsFromNow(t, "agent", anna.ear, ofClient)
	hearsFromNow(t, "visitor", back.ear, ofAgent)
	if err := back.Say(patiently(t), "sound.end", map[string]string{"leg": jan.talk.Leg}, nil); err != nil {
		t.Fatal(err)
	}
	anna.shows(t, "ended")
	again.Close()
	h.settles(t, base)
}

// I008, B 7: the operator's page is gone and comes again.
func TestOutsideAnOperatorWhoReloadsIsBackInTheSameCall(t *testing.T) {
	t.Parallel()
	h := newHouse(t, plan{})
	anna := h.sits(t, "anna")
	jan := h.visits(t, "")
	call := anna.accepts(t, agentVoice)
	jan.becomes(t, "talking")
	hearsFromNow(t, "visitor", jan.ear, ofAgent)
	anna.line.Drop()
	jan.becomes(t, "away")
	p, err := anna.Again(patiently(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	anna.Close()
	back := &tab{Page: p}
	back.takes(t)
	if leg := back.shows(t, "lost"); leg != anna.leg {
		t.Fatalf("got leg %s, want %s", leg, anna.leg)
	}
	back.speaks(t, anna.leg, agentVoice)
	hearsFromNow(t, "visitor", jan.ear, ofAgent)
	hearsFromNow(t, "agent", back.ear, ofClient)
	var running struct{ Calls []liveCall }
	back.must(t, http.MethodGet, "/api/v1/calls", nil, &running)
	if len(running.Calls) != 1 || running.Calls[0].ID != call {
		t.Errorf("got %+v, want the same call %s", running.Calls, call)
	}
}

// I008: an operator who stays away is replaced by the next one, and the visitor
// has never left the line.
func TestOutsideWhoLosesTheOperatorForGoodTalksToTheNext(t *testing.T) {
	t.Parallel()
	h := newHouse(t, plan{returnTime: "3s"})
	anna := h.sits(t, "anna")
	jan := h.visits(t, "")
	anna.accepts(t, agentVoice)
	jan.becomes(t, "talking")
	boris := h.sits(t, "boris")
	anna.line.Drop()
	anna.Close()
	jan.becomes(t, "away")
	boris.accepts(t, supervisorVoice) // another voice than Anna's
	until(t, "the visitor hears Boris", func() bool {
		w := jan.ear.Windows()
		return len(w) > 2 && tone.Present(w[len(w)-2:], ofSupervisor)
	})
	hearsFromNow(t, "Boris", boris.ear, ofClient)
	hearsFromNow(t, "visitor", jan.ear, ofSupervisor)
	if jan.line.Counts().Received == 0 {
		t.Error("the visitor's line was another one")
	}
}

// B 6: one page holds the sound, and another takes it in the middle of a call.
func TestOutsideTheSoundMovesFromOnePageToAnother(t *testing.T) {
	t.Parallel()
	h := newHouse(t, plan{})
	anna := h.sits(t, "anna")
	jan := h.visits(t, "")
	anna.accepts(t, agentVoice)
	jan.becomes(t, "talking")
	p, err := anna.Again(patiently(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	second := &tab{Page: p}
	var taken struct{ Here bool }
	if err := second.Say(patiently(t), "sound.take", map[string]bool{"force": false}, &taken); err != nil || taken.Here {
		t.Fatalf("without force: got %+v, %v, want the first page to keep it", taken, err)
	}
	second.takes(t)
	_, err = anna.Await(patiently(t), "the first page has lost the sound", func(e webpage.Event) bool {
		var s struct{ Here, Held bool }
		return e.Kind == "sound.changed" && e.Into(&s) && !s.Here && s.Held
	})
	if err != nil {
		t.Fatal(err)
	}
	second.speaks(t, anna.leg, agentVoice)
	hearsFromNow(t, "visitor", jan.ear, ofAgent)
	hearsFromNow(t, "agent", second.ear, ofClient)
}
