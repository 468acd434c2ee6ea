package api

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"sufler/routing"
	"sufler/routing/soundcheck"
)

// asks says a word and returns the answer; what comes before it is passed over.
func (p *screen) asks(id int64, do, data string) told {
	p.t.Helper()
	p.say(fmt.Sprintf(`{"id":%d,"do":%q,"data":%s}`, id, do, data))
	return p.answer(id)
}

func (p *screen) answer(id int64) told {
	p.t.Helper()
	for {
		if e := p.read(); e.Seq == 0 && e.ID == id {
			return e
		}
	}
}

// wants checks the code of a refusal, or that there is none.
func (e told) wants(t *testing.T, code string) told {
	t.Helper()
	var p Problem
	if e.Err != nil {
		p = read[Problem](t, string(e.Err))
	}
	if p.Code != code {
		t.Fatalf("got %s %s, want %q", e.OK, e.Err, code)
	}
	return e
}

func (w *world) ownerOf(login string) routing.BrowserOwner { return routing.BrowserOwner(w.id(login)) }

// B 3, B 4: one page makes the sound; the others are told, and may take it.
func TestTheSoundIsInOnePageOfAPerson(t *testing.T) {
	w := newWorld(t)
	one, two := w.page("anna"), w.page("anna")
	held := func(p *screen, want SoundHeld) {
		t.Helper()
		if got := read[SoundHeld](t, string(p.next("sound.changed").Data)); got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
	rings := func(want bool) {
		t.Helper()
		if m, _ := w.presence.Member(w.id("anna")); m.Sound != want {
			t.Errorf("got sound %v, want %v", m.Sound, want)
		}
	}
	held(one, SoundHeld{})
	held(two, SoundHeld{})
	if got := string(one.asks(2, "sound.take", `{}`).OK); got != `{"here":true}` {
		t.Errorf("got %s", got)
	}
	held(two, SoundHeld{Held: true})
	rings(true)
	if got := string(two.asks(2, "sound.take", `{"force":false}`).OK); got != `{"here":false}` {
		t.Errorf("got %s", got)
	}
	two.asks(3, "sound.offer", `{"leg":"x","sdp":"v=0"}`).wants(t, "sound_elsewhere")
	if got := string(two.asks(4, "sound.take", `{"force":true}`).OK); got != `{"here":true}` {
		t.Errorf("got %s", got)
	}
	held(one, SoundHeld{Held: true})
	rings(true)
	_ = two.ws.CloseNow()
	held(one, SoundHeld{})
	rings(false)
	one.say(`{"id":3,"do":"sound.take","data":{}}`)
	held(one, SoundHeld{Here: true, Held: true})
	one.answer(3).wants(t, "")
	one.say(`{"id":4,"do":"sound.leave","data":{}}`)
	held(one, SoundHeld{})
	one.answer(4).wants(t, "")
	rings(false)
}

func TestAPageGivesItsLegsTheirSound(t *testing.T) {
	w := newWorld(t)
	at := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	ringing := routing.BrowserLeg{
		Leg: "leg-1", Owner: w.ownerOf("anna"), Call: "call-1", State: routing.BrowserRings, FromName: "Jan", Expected: true, Since: at,
	}
	w.browsers.change(ringing)
	w.browsers.change(routing.BrowserLeg{Leg: "leg-2", Owner: w.ownerOf("boris"), State: routing.BrowserRings})
	desk := w.page("anna")
	want := `{"id":"leg-1","call":"call-1","state":"rings","from_name":"Jan","from_number":"","expected":true,"quiet":false,"since":"2026-11-21T10:00:00.000Z","cause":""}`
	if got := string(desk.next("leg.changed").Data); got != want {
		t.Errorf("after hello: got %s, want %s", got, want)
	}
	desk.asks(2, "sound.take", `{}`)
	if got := string(desk.asks(3, "sound.offer", `{"leg":"leg-1","sdp":"v=0"}`).OK); got != `{"sdp":"answer to v=0"}` {
		t.Errorf("got %s", got)
	}
	w.browsers.change(ringing) // looks the same: is not told
	ringing.State, ringing.Cause = routing.BrowserEnded, routing.Elsewhere
	w.browsers.change(ringing)
	if got := read[Leg](t, string(desk.next("leg.changed").Data)); got.State != "ended" || got.Cause != "elsewhere" {
		t.Errorf("got %+v", got)
	}
	desk.asks(4, "sound.offer", `{"leg":"leg-1","sdp":"v=0"}`).wants(t, "leg_ended")
	desk.asks(5, "sound.offer", `{"leg":"leg-2","sdp":"v=0"}`).wants(t, "leg_unknown")
	desk.asks(6, "sound.end", `{"leg":"leg-2"}`).wants(t, "leg_unknown")
	desk.asks(7, "sound.end", `{"leg":"leg-1"}`).wants(t, "")
	if strings.Contains(desk.heard.String(), "leg-2") {
		t.Errorf("anna was told of a leg of boris:\n%s", desk.heard.String())
	}
}

func TestAnOfferThatTakesItsTimeHoldsUpNothing(t *testing.T) {
	w := newWorld(t)
	w.browsers.change(routing.BrowserLeg{Leg: "leg-1", Owner: w.ownerOf("anna"), State: routing.BrowserRings})
	desk := w.page("anna")
	desk.asks(2, "sound.take", `{}`)
	desk.say(`{"id":3,"do":"sound.offer","data":{"leg":"leg-1","sdp":"slow"}}`)
	desk.asks(4, "watch", `{"call":""}`).wants(t, "")
	close(w.browsers.hold)
	if got := string(desk.answer(3).OK); got != `{"sdp":"answer to slow"}` {
		t.Errorf("got %s", got)
	}
}

func TestWordsOfSoundAreRefusedToOtherPages(t *testing.T) {
	w := newWorld(t)
	c := w.callMe()
	caller := w.dial(nil)
	hello := fmt.Sprintf(`{"id":1,"do":"hello","data":{"as":"visitor","callback":%q,"token":%q}}`, c.ID, c.Token)
	caller.say(hello)
	caller.next("callback.changed")
	stage := w.dial(nil)
	stage.say(`{"id":1,"do":"hello","data":{"as":"stage"}}`)
	for _, word := range []string{"sound.take", "sound.leave", "sound.offer", "sound.end", "sound.check"} {
		caller.asks(2, word, `{"leg":"x"}`).wants(t, "message_unknown")
		stage.asks(2, word, `{"leg":"x"}`).wants(t, "message_unknown")
	}
	desk := w.page("anna")
	for _, data := range []string{`{"leg":7}`, `{"leg":"x","sdp":{}}`} {
		desk.asks(2, "sound.offer", data).wants(t, "message_invalid")
	}
	if got := string(desk.asks(3, "sound.take", `{"force":true}`).OK); got != `{"here":true}` {
		t.Errorf("got %s", got)
	}
}

// B 4: the page that makes the sound is told what the server hears of it.
func TestASoundCheckIsOfThePageThatMakesTheSound(t *testing.T) {
	w := newWorld(t)
	one, two := w.page("anna"), w.page("anna")
	one.asks(2, "sound.take", `{}`)
	two.asks(2, "sound.check", `{}`).wants(t, "sound_elsewhere")
	leg := read[struct{ Leg routing.LegID }](t, string(one.asks(3, "sound.check", `{}`).OK)).Leg
	if got := read[Leg](t, string(two.next("leg.changed").Data)); got.ID != leg || !got.Expected || got.Call != "" {
		t.Errorf("got %+v, want the leg %s", got, leg)
	}
	w.checks.measure(soundcheck.Measured{Owner: w.id("boris"), Leg: "x", DBFS: -1})
	w.checks.measure(soundcheck.Measured{Owner: w.id("anna"), Leg: leg, DBFS: -22.5, PeakDBFS: -9, Packets: 50})
	want := fmt.Sprintf(`{"leg":%q,"dbfs":-22.5,"peak_dbfs":-9,"packets":50}`, leg)
	if got := string(one.next("sound.measured").Data); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	two.asks(3, "sound.take", `{"force":true}`)
	if strings.Contains(two.heard.String(), "sound.measured") {
		t.Error("a page was told what the server hears of another")
	}
}

func TestAPageRemembersNoLegThatHasEnded(t *testing.T) {
	v := &viewer{as: deskView, operator: "anna"}
	for _, id := range []routing.LegID{"one", "two", "three"} {
		leg := routing.BrowserLeg{Leg: id, Owner: "anna", State: routing.BrowserRings}
		if v.legChanged(leg) == nil || v.legChanged(leg) != nil {
			t.Errorf("%s: not told once", id)
		}
		leg.State = routing.BrowserEnded
		if v.legChanged(leg) == nil {
			t.Errorf("%s: its end is not told", id)
		}
	}
	if len(v.last) != 0 {
		t.Errorf("%d legs are remembered, want none", len(v.last))
	}
}
