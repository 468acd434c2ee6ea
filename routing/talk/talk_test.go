package talk

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sufler/internal/token"
	"sufler/routing"
	"sufler/routing/queue"
)

func TestAVisitorWaitsInTheLineAndTalksToWhoTakesTheirPlace(t *testing.T) {
	inBubble(t, func(r *rig) {
		v := r.begin("browser")
		if v.State != Waiting || v.Place != 1 || v.Queue != "orders" || v.Name != "Jan Novák" || v.Leg != v.page.id || len(v.secret) < 43 {
			t.Errorf("got %+v", v.View)
		}
		place := r.line.Snapshot().Places[0]
		if place.Kind != routing.VoiceChannel || place.Session != v.Session || place.Number != "" {
			t.Errorf("got place %+v", place)
		}
		v.page.say(routing.EarlyMedia{Port: 2})
		r.leg("101").say(routing.Ringing{})
		r.leg("101").answer()
		r.wantState(v, Talking)
		if n := len(r.line.Snapshot().Places); n != 0 {
			t.Errorf("got %d places in the line while they talk", n)
		}
		if s := r.x.Running()[0]; s.Kind != routing.WebCall || s.Session != v.Session || s.Parties[0].By != routing.ByBrowser {
			t.Errorf("got call %+v", s)
		}
		r.pass(time.Minute)
		r.leg("101").end(routing.HungUp)
		r.wantEnded(v, ReasonTalked)
		r.wantViews(v.ID, "waiting 1", "agent_found", "talking Anna of Orders", "ended talked")
		r.wantFacts(
			Requested{Talk: v.ID, Name: "Jan Novák", Queue: "orders", Language: "cs"}, Queued{Talk: v.ID}, Talked{Talk: v.ID}, HasEnded{Talk: v.ID, Reason: ReasonTalked},
		)
	}, "101")
}

func TestTheRingingDeviceSaysWhoCallsFromABrowser(t *testing.T) {
	inBubble(t, func(r *rig) {
		v, _, err := r.Begin(r.t.Context(), Request{Name: `  Jan "the; <man>  `, Origin: "browser"})
		if err != nil || v.Name != `Jan "the; <man>` {
			t.Fatalf("got %q, %v", v.Name, err)
		}
		if req := r.leg("101").req; req.FromName != "Browser call: Jan the man, orders" || req.FromNumber != "+420222111000" || req.Expected {
			t.Errorf("got %+v", req)
		}
	}, "101")
}

// Who presses the button has asked for the leg: a browser that rings alone answers it.
func TestAcceptingInTheDeskRingsTheOperatorThen(t *testing.T) {
	inBubble(t, func(r *rig) {
		r.crew.Set("101", func(c *queue.Candidate) { c.Desk = true })
		v := r.begin("browser")
		place := r.line.Snapshot().Places[0].ID
		if got := r.dialled(); got != "" {
			t.Fatalf("got %q rung before the button", got)
		}
		id, err := r.Accept(r.t.Context(), place, "op101")
		if err != nil {
			t.Fatal(err)
		}
		if running := r.x.Running(); len(running) != 1 || running[0].Call != id {
			t.Errorf("got call %s, running %+v", id, running)
		}
		r.wantState(v, Found)
		if !r.leg("101").req.Expected {
			t.Error("the leg is not expected")
		}
		r.leg("101").answer()
		r.wantState(v, Talking)
		if _, err := r.Accept(r.t.Context(), place, "op101"); refusal(t, err) != "place_taken" {
			t.Errorf("got %v", err)
		}
	}, "101")
}

// Every ending, with what the visitor reads.
func TestEveryEndingHasItsReason(t *testing.T) {
	for name, c := range map[string]struct {
		act    func(r *rig, v visitor)
		reason string
	}{
		"cancelled while waiting":  {func(r *rig, v visitor) { r.end(v) }, ReasonCancelled},
		"page closed":              {func(_ *rig, v visitor) { v.page.end(routing.HungUp) }, ReasonCancelled},
		"page lost":                {func(_ *rig, v visitor) { v.page.end(routing.LostMedia) }, ReasonLost},
		"no offer":                 {func(_ *rig, v visitor) { v.page.end(routing.NoAnswer) }, ReasonNoSound},
		"no path for the sound":    {func(_ *rig, v visitor) { v.page.end(routing.Unreachable) }, ReasonNoSound},
		"nobody picks up":          {func(r *rig, _ visitor) { r.pass(2 * time.Minute) }, ReasonNobodyFree},
		"cancelled while it rings": {func(r *rig, v visitor) { r.leg("101").say(routing.Ringing{}); r.end(v) }, ReasonCancelled},
		"visitor hangs up in the talk": {func(r *rig, v visitor) {
			r.leg("101").answer()
			r.end(v)
		}, ReasonTalked},
		"page lost in the talk": {func(r *rig, v visitor) {
			r.leg("101").answer()
			synctest.Wait()
			v.page.end(routing.LostMedia)
		}, ReasonLost},
		"the call breaks": {func(r *rig, _ visitor) {
			c, _ := r.x.Find(r.x.Running()[0].Call)
			c.End(routing.Failed)
		}, ReasonFailed},
		"the program ends": {func(r *rig, _ visitor) {
			if err := r.x.Close(r.t.Context()); err != nil {
				r.t.Error(err)
			}
		}, ReasonFailed},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(r *rig) {
				v := r.begin("browser")
				r.leg("101")
				c.act(r, v)
				r.wantEnded(v, c.reason)
				if !r.leg("101").isOver() || len(r.line.Snapshot().Places) != 0 {
					t.Error("the operator's leg or the place is left")
				}
			}, "101")
		})
	}
}

// end ends a talk twice: the second time changes nothing.
func (r *rig) end(v visitor) {
	r.t.Helper()
	synctest.Wait()
	first, err := r.End(r.t.Context(), v.ID, v.secret)
	if err != nil || first.State != Ended {
		r.t.Errorf("got %+v, %v", first, err)
	}
	if again, err := r.End(r.t.Context(), v.ID, v.secret); again != first || err != nil {
		r.t.Errorf("got %+v, %v, want %+v again", again, err, first)
	}
}

func TestAnOperatorWhoIsNotReachedLeavesTheVisitorInTheirCall(t *testing.T) {
	for name, act := range map[string]func(r *rig){
		"no answer": func(r *rig) { r.pass(20 * time.Second) },
		"declined":  func(r *rig) { r.leg("101").end(routing.Declined) },
		"hung up":   func(r *rig) { r.leg("101").say(routing.Ringing{}); r.leg("101").end(routing.HungUp) },
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(r *rig) {
				v := r.begin("browser")
				id := r.x.Running()[0].Call
				r.leg("101")
				act(r)
				r.leg("102").answer()
				r.wantState(v, Talking)
				if running := r.x.Running(); len(running) != 1 || running[0].Call != id {
					t.Errorf("got %+v, want call %s still", running, id)
				}
				if got := r.dialled(); got != "101 102" {
					t.Errorf("got %q rung", got)
				}
			}, "101", "102")
		})
	}
}

func TestAcceptingWhileAnotherPhoneRingsStopsThatPhone(t *testing.T) {
	inBubble(t, func(r *rig) {
		r.crew.Set("102", func(c *queue.Candidate) { c.Desk = true })
		v := r.begin("browser")
		r.leg("101").say(routing.Ringing{})
		synctest.Wait()
		if _, err := r.Accept(r.t.Context(), r.line.Snapshot().Places[0].ID, "op102"); err != nil {
			t.Fatal(err)
		}
		r.leg("101").wantHungUp(t, routing.Elsewhere)
		r.leg("102").answer()
		r.wantState(v, Talking)
		if a, _ := r.x.Running()[0].Party(routing.Agent); a.Operator != "op102" {
			t.Errorf("got %s in the call", a.Operator)
		}
	}, "101", "102")
}

// Picking up a phone and pressing the button elsewhere in one moment has one winner,
// and the visitor ends up with that one.
func TestPickingUpAndAcceptingAtOnceHasOneWinner(t *testing.T) {
	inBubble(t, func(r *rig) {
		r.crew.Set("102", func(c *queue.Candidate) { c.Desk = true })
		v := r.begin("browser")
		v.page.say(routing.EarlyMedia{Port: 2})
		phone := r.leg("101")
		place := r.line.Snapshot().Places[0].ID
		won := make(chan error, 1)
		go func() {
			_, err := r.Accept(r.t.Context(), place, "op102")
			won <- err
		}()
		phone.answer()
		err := <-won
		synctest.Wait()
		if (err == nil) == !phone.isOver() {
			t.Errorf("accept said %v, and the phone that was picked up is over: %v", err, phone.isOver())
		}
		if err == nil {
			r.leg("102").answer()
		} else if code := refusal(t, err); code != "place_taken" && code != "place_unknown" {
			t.Errorf("got %v", err)
		}
		r.wantState(v, Talking)
		if n := len(r.x.Running()); n != 1 {
			t.Errorf("got %d calls, want 1", n)
		}
	}, "101", "102")
}

func TestAForeignTokenTellsNothing(t *testing.T) {
	inBubble(t, func(r *rig) {
		v, other := r.begin("browser"), r.begin("another")
		for _, c := range []struct {
			id     routing.TalkID
			secret string
		}{{v.ID, ""}, {v.ID, v.secret + "x"}, {v.ID, token.Hash(v.secret)}, {v.ID, other.secret}, {"unknown", v.secret}} {
			if _, err := r.Get(r.t.Context(), c.id, c.secret); refusal(t, err) != "talk_unknown" {
				t.Errorf("got %v", err)
			}
			if _, err := r.End(r.t.Context(), c.id, c.secret); refusal(t, err) != "talk_unknown" {
				t.Errorf("got %v", err)
			}
		}
		r.wantState(v, Waiting)
	})
}

func TestOneOriginHasOneOpenTalkAndALimitByTheHour(t *testing.T) {
	inBubbleWith(t, func(o *Options) { o.PerOriginHour = 2 }, func(r *rig) {
		again := func() error {
			_, _, err := r.Begin(r.t.Context(), Request{Origin: "browser"})
			return err
		}
		v := r.begin("browser")
		if code := refusal(t, again()); code != "talk_open" {
			t.Errorf("got %s", code)
		}
		r.wantState(v, Waiting) // the first one goes on
		r.begin("another")
		r.end(v)
		r.pass(30 * time.Minute)
		r.end(r.begin("browser"))
		if code := refusal(t, again()); code != "talk_too_often" {
			t.Errorf("got %s", code)
		}
		r.pass(30 * time.Minute)
		r.begin("browser")
	})
}

func TestABadRequestLeavesNothing(t *testing.T) {
	inBubble(t, func(r *rig) {
		r.refused = routing.Refuse(routing.Busy, "browsers_full")
		for want, bad := range map[string]Request{
			"request_invalid": {Name: "Jan\r\nX: 1"}, "queue_unknown": {Queue: "nowhere"}, "browsers_full": {},
		} {
			if _, _, err := r.Begin(r.t.Context(), bad); refusal(t, err) != want {
				t.Errorf("%+v: got %v, want %s", bad, err, want)
			}
		}
		synctest.Wait()
		if len(r.x.Running()) != 0 || len(r.line.Snapshot().Places) != 0 || len(r.talks) != 0 {
			t.Errorf("got %d calls, %d talks left", len(r.x.Running()), len(r.talks))
		}
		r.Close()
		if _, _, err := r.Begin(r.t.Context(), Request{}); refusal(t, err) != "server_closing" {
			t.Errorf("got %v", err)
		}
	})
}

func TestADrainLetsTalksEndAndTakesNothingNew(t *testing.T) {
	inBubble(t, func(r *rig) {
		v := r.talking()
		r.crew.Set("102", func(c *queue.Candidate) { c.Whole = 0 })
		rings := r.begin("another")
		phone := r.leg("102")
		waits := r.begin("third")
		if err := r.Drain(r.t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, _, err := r.Begin(r.t.Context(), Request{Origin: "fourth"}); refusal(t, err) != "server_closing" {
			t.Errorf("got %v", err)
		}
		if got := r.get(waits); got.State != Ended || got.Reason != ReasonFailed {
			t.Errorf("who waits: got %s %q", got.State, got.Reason)
		}
		r.wantState(v, Talking)
		phone.end(routing.Declined)
		if got := r.get(rings); got.State != Ended || got.Reason != ReasonFailed {
			t.Errorf("whose operator was lost: got %s %q", got.State, got.Reason)
		}
		v.page.end(routing.HungUp)
		r.wantEnded(v, ReasonTalked)
	}, "101", "102")
}

func TestAnEndedTalkIsReadableForTenMinutes(t *testing.T) {
	inBubble(t, func(r *rig) {
		v := r.begin("browser")
		r.end(v)
		r.pass(10*time.Minute - time.Second)
		r.wantEnded(v, ReasonCancelled)
		r.pass(2 * time.Second)
		if _, err := r.Get(r.t.Context(), v.ID, v.secret); !errors.Is(err, routing.Refuse(0, "talk_unknown")) {
			t.Errorf("got %v", err)
		}
	})
}

// Nothing of a supervisor is in what a visitor may read, and of the operator the
// public name alone.
func TestTheViewHoldsOnlyWhatAVisitorMayRead(t *testing.T) {
	var fields []string
	for f := range reflect.TypeFor[View]().Fields() {
		fields = append(fields, f.Name)
	}
	if got, want := strings.Join(fields, " "), "ID Session State Reason Place Wait CutOff Name Queue Leg Operator CreatedAt TalkedAt EndedAt"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	inBubble(t, func(r *rig) {
		v := r.talking()
		before := r.get(v)
		c, err := r.x.Find(r.x.Running()[0].Call)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Supervise(r.t.Context(), routing.Operator{ID: "op201", Name: "Sofia", Phone: "201"}, routing.Barge); err != nil {
			t.Fatal(err)
		}
		r.leg("201").say(routing.Answered{Port: 3})
		if after := r.get(v); after != before {
			t.Errorf("got %+v with a supervisor, %+v without", after, before)
		}
		r.wantViews(v.ID, "waiting 1", "agent_found", "talking Anna of Orders")
	}, "101")
}
