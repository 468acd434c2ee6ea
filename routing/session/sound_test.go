package session

import (
	"testing"
	"testing/synctest"
	"time"

	"sufler/routing"
	"sufler/routing/people"
	"sufler/routing/talk"
)

// voice is a visitor who asks to talk from a page.
func (r *rig) voice(visitor string) View {
	r.t.Helper()
	v, _, err := r.talk.Begin(r.t.Context(), talk.Request{Name: "Jan Novák", Queue: "orders", Visitor: routing.VisitorID(visitor), Origin: visitor})
	if err != nil {
		r.t.Fatal(err)
	}
	synctest.Wait()
	r.leg("page").say(routing.EarlyMedia{Port: 2})
	return r.must(r.Get(r.t.Context(), v.Session))
}

// take accepts a talk in the desk, with a device that rings.
func (r *rig) take(v View, operator string) View {
	r.t.Helper()
	if _, err := r.talk.Accept(r.t.Context(), r.get(v).Place, r.ids[operator]); err != nil {
		r.t.Fatal(err)
	}
	return r.get(v)
}

// M060: a talk is a session as a chat is, and follows what becomes of the talk.
func TestATalkIsASession(t *testing.T) {
	inBubble(t, func(r *rig) {
		v := r.voice("jan")
		if v.State != routing.SessionQueued || v.Channel != routing.VoiceChannel || v.Visitor != "jan" || v.Name != "Jan Novák" || v.Position != 1 {
			t.Errorf("got %+v", v)
		}
		r.take(v, "anna")
		r.is(v, "active anna")
		r.leg("anna").answer()
		r.pass(time.Minute)
		r.is(v, "active anna")
		if got := r.get(v); got.Call == "" || got.Place != "" {
			t.Errorf("got call %q at place %q", got.Call, got.Place)
		}
		r.leg("page").end(routing.HungUp)
		r.is(v, "wrap_up anna talked")
		if m, _ := r.presence.Member(r.ids["anna"]); m.Status != people.WrapUp {
			t.Errorf("got %s", m.Status)
		}
		r.ok(v, "anna")
		if m, _ := r.presence.Member(r.ids["anna"]); m.Status != people.Online {
			t.Errorf("got %s", m.Status)
		}
		r.wantStory(Visitor, v, "session.opened", "session.accepted", "session.ended")
		if s := r.stored(v); len(s.Parts) != 1 || s.Call == "" {
			t.Errorf("got %+v", s)
		}
	})
}

// M180: the end of a session ends its sound.
func TestEndingATalkHangsUp(t *testing.T) {
	inBubble(t, func(r *rig) {
		v := r.take(r.voice("jan"), "anna")
		r.leg("anna").answer()
		synctest.Wait()
		r.end(v, "anna")
		r.is(v, "wrap_up anna talked")
		synctest.Wait()
		for _, name := range []string{"anna", "page"} {
			if !r.leg(name).isOver() {
				t.Errorf("the leg of %s is left", name)
			}
		}
	})
}

func TestAnOperatorWhoDoesNotPickUpHasNoPart(t *testing.T) {
	inBubble(t, func(r *rig) {
		v := r.take(r.voice("jan"), "anna")
		r.leg("anna").end(routing.NoAnswer)
		r.is(v, "queued")
		r.take(v, "boris")
		r.leg("boris").answer()
		r.is(v, "active boris")
		if parts := r.stored(v).Parts; len(parts) != 1 || parts[0].Operator != r.ids["boris"] {
			t.Errorf("got %+v", parts)
		}
	})
}

func TestAnOperatorLostInATalkGivesTheVisitorBack(t *testing.T) {
	inBubble(t, func(r *rig) {
		v := r.take(r.voice("jan"), "anna")
		r.leg("anna").answer()
		r.pass(time.Second)
		r.leg("anna").say(routing.MediaLost{})
		r.pass(19 * time.Second)
		r.is(v, "active anna")
		r.pass(2 * time.Second)
		r.is(v, "queued")
		if got := r.get(v); !got.First || got.Position != 1 || len(got.Parts) != 1 || got.Parts[0].Done.IsZero() {
			t.Errorf("got %+v", got)
		}
		r.leg("page").end(routing.HungUp)
		r.is(v, "closed abandoned")
	})
}

// I006: who hangs up in the line is missed, who had a talk is not.
func TestACallerWhoHangsUpInTheLineIsMissed(t *testing.T) {
	inBubble(t, func(r *rig) {
		v := r.voice("jan")
		r.leg("page").end(routing.HungUp)
		r.is(v, "closed abandoned")
		if len(r.missed.all()) != 1 || r.missed.all()[0].ID != v.ID {
			t.Errorf("missed %+v", r.missed.all())
		}
		rings := r.take(r.voice("eva"), "anna")
		r.leg("page").end(routing.HungUp)
		r.is(rings, "closed abandoned")
		if m, _ := r.presence.Member(r.ids["anna"]); m.Status != people.Online {
			t.Errorf("got %s", m.Status)
		}
	})
}

// I003, M046: a call takes the whole operator, and its wrap-up does, too.
func TestAWrapUpOfATalkHoldsTheWholeOperator(t *testing.T) {
	inBubble(t, func(r *rig) {
		v := r.take(r.voice("jan"), "anna")
		r.leg("anna").answer()
		synctest.Wait()
		r.end(v, "anna")
		r.standUp("boris")
		r.standUp("cyril")
		waits := r.ask("eva")
		if _, err := r.Accept(r.t.Context(), r.get(waits).Place, r.ids["anna"]); refusal(t, err) != "wrapup_open" {
			t.Errorf("got %v", err)
		}
		r.ok(v, "anna")
		r.accept(waits, "anna")
		other := r.voice("karel")
		if _, err := r.talk.Accept(r.t.Context(), r.get(other).Place, r.ids["anna"]); refusal(t, err) != "conversation_open" {
			t.Errorf("got %v", err)
		}
	})
}

// What went with the wires of an earlier process has ended; its operator gives the OK
// whenever they are back.
func TestATalkEndsWithTheProgram(t *testing.T) {
	inBubble(t, func(r *rig) {
		talks, waits := r.voice("jan"), r.voice("eva")
		r.take(talks, "anna")
		r.leg("anna").answer()
		synctest.Wait()
		r.restart()
		r.is(talks, "wrap_up anna failed")
		if s := r.stored(waits); s.State != routing.SessionClosed || s.Outcome != routing.SessionFailed {
			t.Errorf("got %s %s", s.State, s.Outcome)
		}
		r.ok(talks, "anna")
	})
}

// Who serves by telephone alone could give no OK, and a machine neither.
func TestNobodyIsWaitedForWhoCannotGiveAnOK(t *testing.T) {
	inBubble(t, func(r *rig) {
		v := r.take(r.voice("jan"), "anna")
		r.leg("anna").answer()
		synctest.Wait()
		r.standUp("anna")
		r.leg("page").end(routing.HungUp)
		r.is(v, "closed anna talked")
		r.sit("robot")
		ask := request("eva")
		ask.Queue = "repairs"
		r.VisitorChanged("eva", true)
		chat := r.accept(r.must(r.Begin(r.t.Context(), ask)), "robot")
		r.end(chat, "robot")
		r.is(chat, "closed robot talked")
	})
}
