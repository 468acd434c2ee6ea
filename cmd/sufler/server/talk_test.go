package server

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"sufler/cmd/sufler/page"
	"sufler/mixer/tone"
	"sufler/rtc/browser"
)

// notes are two of the music that waiting people hear, in Hz: C and E, one of
// which sounds in every three seconds of it.
var notes = []float64{523.25, 659.26}

// room is a server with anna, and the pages of the test.
type room struct {
	t   *testing.T
	s   *Server
	ctx context.Context
}

func newRoom(t *testing.T) *room {
	t.Helper()
	s, err := start(t, config(t, t.TempDir(),
		`callbacks: {allow: ["+420"], queues: [{name: Orders, groups: [all]}]}`,
		`people: {groups: [all], operators: [{login: anna, rank: operator, groups: [all], password: only-a-test, answer_on: browser}]}`,
		`webrtc: {listen: "127.0.0.1:0", return_time: 20s}`))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeAll(t, s) })
	ctx, cancel := context.WithTimeout(t.Context(), 5*patience) // it listens for half a minute
	t.Cleanup(cancel)
	return &room{t: t, s: s, ctx: ctx}
}

func (r *room) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

// leg is what a page is told of its sound.
type leg struct{ ID, State, Cause string }

// speaks gives a leg the sound of a new connection, as a page does at first and
// after every reload.
func (r *room) speaks(p *page.Page, leg string, hz float64) *browser.Endpoint {
	r.t.Helper()
	e, err := browser.New(browser.Options{Sound: tone.NewSine(hz, -20)})
	r.must(err)
	r.t.Cleanup(func() { _ = e.Close() })
	offer, err := e.Offer(r.ctx)
	r.must(err)
	var answer struct{ SDP string }
	r.must(p.Say(r.ctx, "sound.offer", map[string]string{"leg": leg, "sdp": offer}, &answer))
	r.must(e.Accept(answer.SDP))
	select {
	case <-e.Connected():
	case <-r.ctx.Done():
		r.t.Fatal("the page was never connected")
	}
	return e
}

// until waits for an event of a kind whose data are as wanted.
func until[T any](r *room, p *page.Page, kind string, wanted func(T) bool) T {
	r.t.Helper()
	var got T
	_, err := p.Await(r.ctx, kind, func(e page.Event) bool {
		var v T
		if e.Kind != kind || !e.Into(&v) || !wanted(v) {
			return false
		}
		got = v
		return true
	})
	r.must(err)
	return got
}

func (r *room) state(p *page.Page, state string) page.Talk {
	r.t.Helper()
	return until(r, p, "talk.changed", func(t page.Talk) bool { return t.State == state })
}

// mustHear listens for three seconds from now on.
func (r *room) mustHear(who string, e *browser.Endpoint, visitor, operator, music bool) {
	r.t.Helper()
	windows := r.listen(e.Ear(append([]float64{tone.ClientHz, tone.AgentHz}, notes...)...))
	for i, want := range []bool{visitor, operator} {
		if tone.Present(windows, i) != want || tone.Absent(windows, i) == want {
			r.t.Errorf("%s: hears %v of the %s, want %v: %+v", who, !want, []string{"visitor", "operator"}[i], want, windows)
		}
	}
	plays := slices.ContainsFunc(windows, func(w tone.Window) bool { return max(w.Levels[2], w.Levels[3]) > -45 })
	if plays != music {
		r.t.Errorf("%s: hears music: %v, want %v: %+v", who, plays, music, windows)
	}
}

// listen returns three whole seconds; the first one before them may hold the end
// of something else.
func (r *room) listen(ear *tone.Ear) []tone.Window {
	r.t.Helper()
	r.eventually("four seconds were heard", func() bool { return len(ear.Windows()) >= 4 })
	return ear.Windows()[1:4]
}

func (r *room) eventually(what string, holds func() bool) {
	r.t.Helper()
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	for ; !holds(); <-ticker.C {
		if r.ctx.Err() != nil {
			r.t.Fatalf("never happened: %s", what)
		}
	}
}

// figure is the sum of a metric over its labels.
func (r *room) figure(name string) float64 {
	r.t.Helper()
	families, err := r.s.registry.Gather()
	r.must(err)
	sum := 0.0
	for _, f := range families {
		for _, m := range f.GetMetric() {
			if f.GetName() == name {
				sum += m.GetGauge().GetValue() + m.GetCounter().GetValue()
			}
		}
	}
	return sum
}

// ended waits until a page has been told that its leg is over.
func (r *room) ended(p *page.Page, id string) {
	r.t.Helper()
	until(r, p, "leg.changed", func(l leg) bool { return l.ID == id && l.State == "ended" })
}

// nothingIsLeft waits until no leg, call or sound is there any more.
func (r *room) nothingIsLeft() {
	r.t.Helper()
	for _, name := range []string{"sufler_rtc_legs", "sufler_calls_running", "sufler_mixer_calls", "sufler_mixer_ports"} {
		r.eventually(name+" is 0", func() bool { return r.figure(name) == 0 })
	}
}

// ring waits until a leg of a page's person rings and returns it.
func (r *room) ring(p *page.Page) string {
	r.t.Helper()
	return until(r, p, "leg.changed", func(l leg) bool { return l.State == "rings" }).ID
}

// A visitor and an operator talk from their pages: through the queue, with music
// before and while one is lost, and both come back into the call after a reload.
func TestAVisitorTalksToAnOperatorFromPageToPage(t *testing.T) {
	r := newRoom(t)
	at := page.Options{Base: r.s.URL()}
	desk, err := page.Desk(r.ctx, at, "anna", "only-a-test")
	r.must(err)
	t.Cleanup(desk.Close)

	guest, talk, err := page.Visitor(r.ctx, at, "Jan", "")
	r.must(err)
	t.Cleanup(func() { guest.Close() })
	jan := r.speaks(guest, talk.Leg, tone.ClientHz)
	r.mustHear("the visitor who waits", jan, false, false, true)

	var taken struct{ Here bool }
	r.must(desk.Say(r.ctx, "sound.take", map[string]bool{}, &taken))
	if !taken.Here {
		t.Fatal("the only page of a desk did not get the sound")
	}
	type offer struct{ Place struct{ ID, Kind string } }
	made := until(r, desk, "offer.made", func(offer) bool { return true })
	if made.Place.Kind != "voice" {
		t.Errorf("got an offer of kind %s", made.Place.Kind)
	}
	r.must(desk.Do(r.ctx, http.MethodPost, "/api/v1/waiting/"+made.Place.ID+"/accept", nil, nil))
	ringing := r.ring(desk)
	anna := r.speaks(desk, ringing, tone.AgentHz)
	r.state(guest, "talking")
	r.mustHear("the visitor", jan, false, true, false)
	r.mustHear("the operator", anna, true, false, false)

	anna.Drop()
	r.state(guest, "away")
	r.mustHear("the visitor whose operator is away", jan, false, false, true)
	anna = r.speaks(desk, ringing, tone.AgentHz)
	r.eventually("they talk again", func() bool { return r.lastState(guest) == "talking" })
	r.mustHear("the visitor whose operator is back", jan, false, true, false)

	guest.Close()
	jan.Drop()
	guest, err = page.Return(r.ctx, at, talk)
	r.must(err)
	jan = r.speaks(guest, talk.Leg, tone.ClientHz)
	r.mustHear("the operator whose visitor is back", anna, true, false, false)
	r.mustHear("the visitor who is back", jan, false, true, false)

	r.must(guest.Do(r.ctx, http.MethodDelete, "/api/v1/talks/"+talk.ID, nil, &talk))
	if talk.State != "ended" || talk.Reason != "talked" {
		t.Errorf("got %+v", talk)
	}
	r.ended(desk, ringing)
	r.ended(guest, talk.Leg)
	r.nothingIsLeft()
}

// lastState is the newest state of a visitor's talk.
func (r *room) lastState(p *page.Page) string {
	r.t.Helper()
	var t page.Talk
	for _, e := range slices.Backward(p.Events()) {
		if e.Kind == "talk.changed" && e.Into(&t) {
			return t.State
		}
	}
	return ""
}

// B 4: who checks their sound hears themselves, and reads what the server hears.
func TestAnOperatorHearsThemselvesInASoundCheck(t *testing.T) {
	r := newRoom(t)
	desk, err := page.Desk(r.ctx, page.Options{Base: r.s.URL()}, "anna", "only-a-test")
	r.must(err)
	t.Cleanup(desk.Close)
	r.must(desk.Say(r.ctx, "sound.take", map[string]bool{}, nil))
	var check struct{ Leg string }
	r.must(desk.Say(r.ctx, "sound.check", map[string]bool{}, &check))
	anna := r.speaks(desk, check.Leg, tone.AgentHz)
	r.mustHear("the operator", anna, false, true, false)
	type measured struct {
		Leg  string
		DBFS float64
	}
	until(r, desk, "sound.measured", func(m measured) bool { return m.Leg == check.Leg && m.DBFS > -25 })
	r.must(desk.Say(r.ctx, "sound.end", map[string]string{"leg": check.Leg}, nil))
	r.ended(desk, check.Leg)
	r.nothingIsLeft()
}

// A page that offers garbage is refused with a code, one that says too much is
// closed; the talk is still its visitor's, and nothing is left behind.
func TestWhatAPageOffersWronglyIsRefusedAndForgotten(t *testing.T) {
	r := newRoom(t)
	at := page.Options{Base: r.s.URL()}
	guest, talk, err := page.Visitor(r.ctx, at, "Jan", "")
	r.must(err)
	for _, c := range []struct{ leg, sdp, code string }{
		{talk.Leg, "", "offer_invalid"},
		{talk.Leg, "garbage", "offer_invalid"},
		{talk.Leg, "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n", "offer_invalid"},
		{"somebody else's", "v=0", "leg_unknown"},
		{talk.Leg, strings.Repeat("x", 64<<10), "message_too_long"},
	} {
		err := guest.Say(r.ctx, "sound.offer", map[string]string{"leg": c.leg, "sdp": c.sdp}, nil)
		if refusal, ok := errors.AsType[*page.Refusal](err); !ok || refusal.Code != c.code || refusal.Title == "" {
			t.Errorf("%.20q: got %v, want %s", c.sdp, err, c.code)
		}
	}
	guest.Close()
	guest, err = page.Return(r.ctx, at, talk)
	r.must(err)
	t.Cleanup(guest.Close)
	r.speaks(guest, talk.Leg, tone.ClientHz)
	r.must(guest.Say(r.ctx, "sound.end", map[string]string{"leg": talk.Leg}, nil))
	r.state(guest, "ended")
	r.ended(guest, talk.Leg)
	r.nothingIsLeft()
}
