package rtc_test

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"sufler/mixer"
	"sufler/routing"
	"sufler/rtc"
	"sufler/rtc/browser"
	"sufler/rtc/rtctest"
)

func TestADeskAnswersByOffering(t *testing.T) {
	for name, opt := range map[string]browser.Options{
		"over UDP, mu-law": {}, "over UDP, A-law first": {Codec: mixer.PCMA}, "A-law alone": {Codec: mixer.PCMA, Only: true},
		"over TCP": {TCP: true}, "without a voice": {NoVoice: true},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			leg := w.dial()
			w.connect(leg, opt)
			answered := rtctest.Next[routing.Answered](t, leg.Events)
			if answered.By != routing.ByBrowser {
				t.Errorf("answered by %q", answered.By)
			}
			a := w.plane.port(answered.Port)
			if want := max(opt.Codec, mixer.PCMU); a.Codec != want || a.Class != mixer.Staff || !a.Unwatched || a.DigitsType == 0 {
				t.Errorf("attached %+v", a)
			}
			leg.Do(routing.Hangup{})
			if e := rtctest.Next[routing.Ended](t, leg.Events); e.Cause != routing.HungUp || e.Fault != routing.FaultNone {
				t.Errorf("ended with %+v, want hung_up", e)
			}
			rtctest.Eventually(t, "the port given back", func() bool { return w.plane.ports() == 0 })
			want := []routing.BrowserState{routing.BrowserRings, routing.BrowserConnecting, routing.BrowserOnLine, routing.BrowserEnded}
			if got := w.shown.states(); !slices.Equal(got, want) {
				t.Errorf("the desk was shown %v, want %v", got, want)
			}
		})
	}
}

func TestTheDeskIsShownWhoCalls(t *testing.T) {
	w := newWorld(t)
	leg := w.dial(func(r *routing.DialRequest) {
		r.Class, r.Call, r.FromName, r.FromNumber, r.Expected = mixer.Hidden, "call", "Jan", "+420777000001", true
	})
	legs := w.stack.Legs(routing.BrowserOwner(anna))
	if len(legs) != 1 {
		t.Fatalf("got %d legs, want 1", len(legs))
	}
	got := legs[0]
	if got.Leg != leg.ID() || got.Call != "call" || got.FromName != "Jan" || got.FromNumber != "+420777000001" || !got.Expected || !got.Quiet {
		t.Errorf("got %+v", got)
	}
	if others := w.stack.Legs("boris"); len(others) != 0 {
		t.Errorf("Boris is shown %v", others)
	}
}

func TestAVisitorHearsBeforeTheAnswer(t *testing.T) {
	w := newWorld(t)
	leg := w.arrive()
	w.connect(leg, browser.Options{})
	early := rtctest.Next[routing.EarlyMedia](t, leg.Events)
	leg.Do(routing.Answer{Class: mixer.Outside})
	if answered := rtctest.Next[routing.Answered](t, leg.Events); answered.Port != early.Port {
		t.Errorf("answered at port %d, early at %d", answered.Port, early.Port)
	}
	if a := w.plane.port(early.Port); a.Class != mixer.Outside {
		t.Errorf("a visitor's port is %s", a.Class)
	}
}

func TestAVisitorAnsweredBeforeTheSoundIsToldOnce(t *testing.T) {
	w := newWorld(t)
	leg := w.arrive()
	leg.Do(routing.Answer{Class: mixer.Outside})
	w.connect(leg, browser.Options{})
	rtctest.Next[routing.Answered](t, leg.Events)
	leg.Do(routing.Answer{Class: mixer.Outside})
	leg.Do(routing.Hangup{})
	rtctest.Next[routing.Ended](t, leg.Events)
}

// A page that was reloaded, or another tab, goes on with the same leg.
func TestANewOfferReplacesTheSoundAndKeepsTheLeg(t *testing.T) {
	w := newWorld(t)
	leg := w.dial()
	w.connect(leg, browser.Options{})
	first := rtctest.Next[routing.Answered](t, leg.Events)
	w.connect(leg, browser.Options{Codec: mixer.PCMA})
	second := rtctest.Next[routing.PortChanged](t, leg.Events)
	if second.Port == first.Port {
		t.Error("the port is still the old one: its packets and the new ones would share SRTP's numbers")
	}
	rtctest.Eventually(t, "only the new port left", func() bool { return w.plane.ports() == 1 })
	if a := w.plane.port(second.Port); a.Codec != mixer.PCMA {
		t.Errorf("the new port speaks %s", a.Codec)
	}
	if legs := w.stack.Legs(routing.BrowserOwner(anna)); len(legs) != 1 || legs[0].State != routing.BrowserOnLine {
		t.Errorf("legs: %+v", legs)
	}
}

// Keys and SSRC are new with each offer, so that no packet's number is ever used twice with one key.
func TestEachAnswerHasItsOwnSourceAndNames(t *testing.T) {
	w := newWorld(t)
	leg := w.dial()
	var sources, names []string
	for range 3 {
		answer := w.answerTo(leg, browser.Options{})
		sources = append(sources, first(t, answer, `a=ssrc:(\d+)`))
		names = append(names, first(t, answer, `cname:(\S+)`), first(t, answer, `a=ice-ufrag:(\S+)`), first(t, answer, `a=ice-pwd:(\S+)`))
	}
	for _, all := range [][]string{sources, names} {
		slices.Sort(all)
		if unique := slices.Compact(slices.Clone(all)); len(unique) != len(all) {
			t.Errorf("said twice: %v", all)
		}
	}
}

func (w *world) answerTo(r rung, opt browser.Options) string {
	w.t.Helper()
	offer, err := rtctest.Open(w.t, opt).Offer(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	answer, err := w.stack.Offer(w.t.Context(), w.ownerOf(r), r.ID(), offer)
	if err != nil {
		w.t.Fatal(err)
	}
	return answer
}

func first(t *testing.T, text, pattern string) string {
	t.Helper()
	found := regexp.MustCompile(pattern).FindStringSubmatch(text)
	if found == nil {
		t.Fatalf("no %s in:\n%s", pattern, text)
	}
	return found[1]
}

// An answer says nothing of who else is in the call: apart from what is random, it
// is the same for everybody.
func TestAnswersAreTheSameForEveryClass(t *testing.T) {
	w := newWorld(t)
	var answers []string
	for _, leg := range []rung{
		w.arrive(), w.dial(),
		w.dial(func(r *routing.DialRequest) { r.Class, r.FromName, r.Call = mixer.Hidden, "Sofia", "call" }),
	} {
		answers = append(answers, withoutRandom(w.answerTo(leg, browser.Options{})))
	}
	if answers[0] != answers[1] || answers[0] != answers[2] {
		t.Errorf("the answers differ:\n%s\n%s\n%s", answers[0], answers[1], answers[2])
	}
}

var random = regexp.MustCompile(`(o=- \d+ \d+|ssrc:\d+|cname:\w+|msid:\w+( \w+)?|mslabel:\w+|label:\w+|ice-ufrag:\S+|ice-pwd:\S+|candidate:\d+|ufrag \S+|msid-semantic:\S+( \w+)?)`)

// withoutRandom also sorts the lines: pion finds its candidates in no certain order.
func withoutRandom(answer string) string {
	answer = random.ReplaceAllStringFunc(answer, func(s string) string { return s[:strings.IndexAny(s, ": ")] })
	return strings.Join(slices.Sorted(strings.Lines(answer)), "")
}

// until lets time pass in small steps until the next event, which must be an E.
func until[E routing.LegEvent](w *world, r rung) E {
	w.t.Helper()
	before := len(r.All())
	rtctest.Eventually(w.t, "an event", func() bool {
		if len(r.All()) > before {
			return true
		}
		w.clock.advance(100 * time.Millisecond)
		return false
	})
	return rtctest.Next[E](w.t, r.Events)
}

func TestACrashedPageIsLostAndComesBackWithANewOffer(t *testing.T) {
	w := newWorld(t)
	leg := w.dial()
	page := w.connect(leg, browser.Options{})
	first := rtctest.Next[routing.Answered](t, leg.Events)
	w.heard(first.Port)
	page.Drop()
	until[routing.MediaLost](w, leg)
	if legs := w.stack.Legs(routing.BrowserOwner(anna)); len(legs) != 1 || legs[0].State != routing.BrowserLost {
		t.Errorf("legs: %+v", legs)
	}
	w.connect(leg, browser.Options{})
	if back := rtctest.Next[routing.MediaBack](t, leg.Events); back.Port == first.Port || w.plane.port(back.Port).Wire == nil {
		t.Errorf("back at port %d, was at %d", back.Port, first.Port)
	}
	rtctest.Eventually(t, "the old port given back", func() bool { return w.plane.ports() == 1 })
}

// heard waits until the page's packets have come to its port.
func (w *world) heard(port mixer.PortID) {
	w.t.Helper()
	rtctest.Eventually(w.t, "packets of the page", func() bool { return w.received(port) > 0 })
}

func (w *world) received(port mixer.PortID) uint64 {
	var s mixer.Stats
	w.plane.port(port).Wire.Report(&s)
	return s.Received
}

func TestALostNetworkThatComesBackNeedsNoOffer(t *testing.T) {
	w := newWorld(t)
	leg := w.dial()
	page := w.connect(leg, browser.Options{})
	port := rtctest.Next[routing.Answered](t, leg.Events).Port
	w.heard(port)
	page.Drop()
	until[routing.MediaLost](w, leg)
	before := w.received(port)
	page.Restore()
	rtctest.Eventually(t, "packets again", func() bool { return w.received(port) > before })
	if back := until[routing.MediaBack](w, leg); back.Port != port {
		t.Errorf("back at port %d, want %d", back.Port, port)
	}
}

func TestALostPageEndsAfterAMinute(t *testing.T) {
	w := newWorld(t)
	leg := w.dial()
	page := w.connect(leg, browser.Options{})
	w.heard(rtctest.Next[routing.Answered](t, leg.Events).Port)
	page.Drop()
	until[routing.MediaLost](w, leg)
	began := w.clock.Now()
	ended := until[routing.Ended](w, leg)
	if ended.Cause != routing.LostMedia || ended.Fault != routing.FaultTheirs {
		t.Errorf("ended with %+v", ended)
	}
	if took := w.clock.Now().Sub(began); took < 59*time.Second || took > 62*time.Second {
		t.Errorf("after %v, want a minute", took)
	}
	if n := w.clock.running(); n != 0 {
		t.Errorf("%d timers are left", n)
	}
}

// A listening supervisor sends nothing, and is not taken for lost because of it.
func TestAPageThatNeverSpokeIsNotLost(t *testing.T) {
	w := newWorld(t)
	leg := w.dial(func(r *routing.DialRequest) { r.Class = mixer.Hidden })
	page := w.connect(leg, browser.Options{NoVoice: true})
	rtctest.Next[routing.Answered](t, leg.Events)
	w.clock.advance(5 * time.Minute)
	if err := page.Close(); err != nil { // tells the server, as a page does that is left
		t.Fatal(err)
	}
	rtctest.Next[routing.MediaLost](t, leg.Events)
}

// A listener whose page is gone without a word is found out by ICE: browsers ask
// again and again for leave to send (RFC 7675).
func TestAListenerWhoVanishesIsLost(t *testing.T) {
	w := newWorld(t)
	leg := w.dial(func(r *routing.DialRequest) { r.Class = mixer.Hidden })
	page := w.connect(leg, browser.Options{NoVoice: true})
	port := rtctest.Next[routing.Answered](t, leg.Events).Port
	page.Drop()
	rtctest.Next[routing.MediaLost](t, leg.Events)
	page.Restore()
	if back := rtctest.Next[routing.MediaBack](t, leg.Events); back.Port != port {
		t.Errorf("back at port %d, want %d", back.Port, port)
	}
}

func TestALegThatNobodyTakesEnds(t *testing.T) {
	for name, c := range map[string]struct {
		make  func(*world) rung
		after time.Duration
		want  routing.Ended
	}{
		"a desk that does not answer": {
			func(w *world) rung { return w.dial() }, 20 * time.Second, routing.Ended{Cause: routing.NoAnswer},
		},
		"a visitor who does not offer": {(*world).arrive, 30 * time.Second, routing.Ended{Cause: routing.NoAnswer}},
		"a page that is never reached": {func(w *world) rung {
			leg := w.dial()
			w.answerTo(leg, browser.Options{})
			return leg
		}, 15 * time.Second, routing.Ended{Cause: routing.Unreachable, Fault: routing.FaultTheirs, Text: "no connection in time"}},
		"a page that is never reached and offers again": {func(w *world) rung {
			leg := w.dial()
			w.answerTo(leg, browser.Options{})
			w.clock.advance(10 * time.Second)
			w.answerTo(leg, browser.Options{})
			return leg
		}, 5 * time.Second, routing.Ended{Cause: routing.Unreachable, Fault: routing.FaultTheirs, Text: "no connection in time"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			leg := c.make(w)
			began := w.clock.Now()
			if got := until[routing.Ended](w, leg); got != c.want {
				t.Errorf("ended with %+v, want %+v", got, c.want)
			}
			if took := w.clock.Now().Sub(began); took < c.after || took > c.after+time.Second {
				t.Errorf("after %v, want %v", took, c.after)
			}
			if n := w.clock.running(); n != 0 {
				t.Errorf("%d timers are left", n)
			}
		})
	}
}

func TestANewOfferThatIsNeverReachedLeavesTheOldSound(t *testing.T) {
	w := newWorld(t)
	leg := w.dial()
	w.connect(leg, browser.Options{NoVoice: true})
	port := rtctest.Next[routing.Answered](t, leg.Events).Port
	w.answerTo(leg, browser.Options{})
	w.clock.advance(16 * time.Second)
	if legs := w.stack.Legs(routing.BrowserOwner(anna)); len(legs) != 1 || legs[0].State != routing.BrowserOnLine {
		t.Errorf("legs: %+v", legs)
	}
	if w.plane.port(port).Wire == nil {
		t.Error("the port was given back")
	}
	leg.Do(routing.Hangup{Cause: routing.TakenOver})
	if e := rtctest.Next[routing.Ended](t, leg.Events); e.Cause != routing.TakenOver {
		t.Errorf("ended with %s", e.Cause)
	}
}

func TestAPageHangsUp(t *testing.T) {
	w := newWorld(t)
	ringing, arriving, talking := w.dial(), w.arrive(), w.dial()
	w.connect(talking, browser.Options{})
	rtctest.Next[routing.Answered](t, talking.Events)
	for leg, want := range map[rung]routing.Cause{ringing: routing.Declined, arriving: routing.Cancelled, talking: routing.HungUp} {
		owner := w.ownerOf(leg)
		if err := w.stack.Hangup(owner, leg.ID()); err != nil {
			t.Fatal(err)
		}
		if e := rtctest.Next[routing.Ended](t, leg.Events); e.Cause != want {
			t.Errorf("ended with %s, want %s", e.Cause, want)
		}
		if err := w.stack.Hangup(owner, leg.ID()); err != nil {
			t.Errorf("once more: %v", err)
		}
		if _, err := w.stack.Offer(t.Context(), owner, leg.ID(), ""); !errors.Is(err, routing.Refuse(0, "leg_ended")) {
			t.Errorf("an offer after the end: got %v, want leg_ended", err)
		}
	}
}

func TestAForeignPageTouchesNothing(t *testing.T) {
	w := newWorld(t)
	leg := w.dial()
	const boris = "boris"
	if err := w.stack.Hangup(boris, leg.ID()); !errors.Is(err, routing.Refuse(0, "leg_unknown")) {
		t.Errorf("Hangup: got %v, want leg_unknown", err)
	}
	if _, err := w.stack.Offer(t.Context(), boris, leg.ID(), ""); !errors.Is(err, routing.Refuse(0, "leg_unknown")) {
		t.Errorf("Offer: got %v, want leg_unknown", err)
	}
	if n := len(leg.All()); n != 1 {
		t.Errorf("the owner was told %v", leg.All())
	}
}

func TestTooManyLegsAreRefused(t *testing.T) {
	w := newWorld(t, func(o *rtc.Options) { o.Limit = 2 })
	w.dial()
	second := w.arrive()
	_, dialled := w.stack.Dial(routing.DialRequest{To: routing.Destination{Browser: anna}}, func(routing.Signal) {})
	_, arrived := w.stack.Arrive(talk, func(routing.Leg) func(routing.Signal) { t.Error("taken"); return nil })
	for _, err := range []error{dialled, arrived} {
		if !errors.Is(err, routing.Refuse(0, "browsers_full")) || routing.KindOf(err) != routing.Busy {
			t.Errorf("got %v, want browsers_full", err)
		}
	}
	second.Do(routing.Hangup{})
	rtctest.Next[routing.Ended](t, second.Events)
	w.arrive()
}

func TestOnlyPagesCanBeDialled(t *testing.T) {
	w := newWorld(t)
	for _, to := range []routing.Destination{{}, {Person: anna}, {Phone: "101"}, {Number: "+420777000001"}} {
		if _, err := w.stack.Dial(routing.DialRequest{To: to}, func(routing.Signal) {}); routing.KindOf(err) != routing.Invalid {
			t.Errorf("%+v: got %v", to, err)
		}
	}
}

func TestASoundPlaneThatRefusesEndsTheLeg(t *testing.T) {
	w := newWorld(t)
	w.plane.refuses = errors.New("closed")
	leg := w.dial()
	rtctest.Offer(t, w.stack, routing.BrowserOwner(anna), leg.ID(), browser.Options{})
	if e := rtctest.Next[routing.Ended](t, leg.Events); e.Cause != routing.Failed || e.Fault != routing.FaultOurs {
		t.Errorf("ended with %+v", e)
	}
}
