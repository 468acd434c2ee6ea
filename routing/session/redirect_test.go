package session

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sufler/routing"
	"sufler/routing/people"
)

func (r *rig) redirect(v View, by string, to Target) (View, error) {
	return r.Redirect(r.t.Context(), v.ID, r.ids[by], Redirection{To: to, Result: "sent on", Note: "Chce fakturu na firmu"})
}

func (r *rig) person(name string) Target { return Target{Operator: r.ids[name]} }

// M160, M102, M170, M171, I010: the visitor goes to another operator, with everything,
// and the first one's part ends with its result.
func TestAConversationIsHandedToAnotherOperator(t *testing.T) {
	inBubble(t, func(r *rig) {
		v := r.chat("jan", "anna")
		r.say(v, "anna", "1", "Přepojím vás")
		if err := r.Tag(r.t.Context(), v.ID, r.ids["anna"], "vip", true); err != nil {
			t.Fatal(err)
		}
		r.pass(time.Minute)
		sent := r.must(r.redirect(v, "anna", r.person("boris")))
		again := r.must(r.redirect(v, "anna", r.person("boris"))) // a double click
		if sent.State != routing.SessionQueued || sent.Handed != "Chce fakturu na firmu" || sent.From != r.ids["anna"] || again.Place != sent.Place {
			t.Errorf("got %+v", sent)
		}
		if m, _ := r.presence.Member(r.ids["anna"]); m.Chats != 0 || m.WrapUps != 0 {
			t.Errorf("the first one still has %+v", m)
		}
		place := r.line.Snapshot().Places[0]
		if place.For != r.ids["boris"] || !place.Since.Equal(v.Requested) {
			t.Errorf("got place %+v", place)
		}
		if _, err := r.Accept(r.t.Context(), place.ID, r.ids["cyril"]); err == nil {
			t.Error("somebody else took it")
		}
		taken := r.accept(v, "boris")
		if taken.ID != v.ID || taken.From != r.ids["anna"] || taken.Handed == "" || !slices.Equal(taken.Tags, []string{"vip"}) || taken.Params["order"] != "17" {
			t.Errorf("got %+v", taken)
		}
		r.say(v, "boris", "1", "Dobrý den")
		if _, err := r.Say(r.t.Context(), r.message(v, "anna", "2", "Ještě já")); refusal(t, err) != "session_not_yours" {
			t.Errorf("got %v", err)
		}
		r.wantStory(Visitor, v, "session.opened", "visitor: Máte žlutou lampu?", "session.accepted", "system: Dobrý den, anna of the shop! orders cs",
			"operator: Přepojím vás", "session.redirected", "session.accepted", "operator: Dobrý den")
		told, _ := r.Entries(r.t.Context(), v.ID, Visitor, 5)
		if got := string(told[0].Data); got != `{"to":"boris of the shop"}` {
			t.Errorf("the visitor reads %s", got)
		}
		for _, one := range r.read[Visitor][v.ID] {
			if text := string(one.Data); strings.Contains(text, "fakturu") || strings.Contains(text, string(r.ids["anna"])) {
				t.Errorf("the visitor reads %s", text)
			}
		}
		r.end(v, "boris")
		r.ok(v, "boris")
		parts := r.stored(v).Parts
		if len(parts) != 2 || parts[0].Result != "sent on" || parts[0].Note != "Chce fakturu na firmu" || parts[0].Done.IsZero() || parts[1].Operator != r.ids["boris"] || parts[1].Result != "" {
			t.Errorf("got %+v", parts)
		}
	})
}

// M161: a group's people may all take who is sent to it.
func TestAConversationIsHandedToAGroup(t *testing.T) {
	inBubble(t, func(r *rig) {
		v := r.chat("jan", "anna")
		if _, err := r.redirect(v, "anna", Target{Group: "repairs"}); refusal(t, err) != "target_nobody" {
			t.Errorf("got %v", err)
		}
		r.is(v, "active anna")
		r.sit("dana")
		r.must(r.redirect(v, "anna", Target{Group: "repairs"}))
		if p := r.line.Snapshot().Places[0]; !slices.Equal(p.Groups, []routing.GroupName{"repairs"}) {
			t.Errorf("got %+v", p)
		}
		r.restart() // who was sent on stays so
		r.VisitorChanged("jan", true)
		r.sit("dana")
		r.accept(v, "dana")
		r.is(v, "active dana")
		told, _ := r.Entries(r.t.Context(), v.ID, Visitor, 4)
		if got := string(told[0].Data); got != `{"to":"repairs"}` {
			t.Errorf("the visitor reads %s", got)
		}
		r.standUp("dana")
		r.pass(20 * time.Second)
		r.is(v, "queued")
		if p := r.line.Snapshot().Places[0]; !slices.Equal(p.Groups, []routing.GroupName{"repairs"}) || p.Position != 1 {
			t.Errorf("who is lost leaves the visitor to %+v", p)
		}
	})
}

// M024, M167: who is on a break may be sent somebody, who is not there may not.
func TestWhoCanBeSentAVisitor(t *testing.T) {
	inBubble(t, func(r *rig) {
		v := r.chat("jan", "anna")
		for to, want := range map[Target]string{
			r.person("anna"): "target_self", r.person("dana"): "target_offline", {Operator: "nobody"}: "operator_unknown", {Group: "nothing"}: "target_nobody",
		} {
			if _, err := r.redirect(v, "anna", to); refusal(t, err) != want {
				t.Errorf("%s: got %v, want %s", to, err, want)
			}
		}
		if _, err := r.redirect(v, "boris", r.person("cyril")); refusal(t, err) != "session_not_yours" {
			t.Errorf("got %v", err)
		}
		if err := r.presence.SetStatus(r.ids["boris"], people.Pause, ""); err != nil {
			t.Fatal(err)
		}
		r.must(r.redirect(v, "anna", r.person("boris")))
		r.accept(v, "boris")
		r.end(v, "boris")
		if _, err := r.redirect(v, "boris", r.person("anna")); refusal(t, err) != "session_over" {
			t.Errorf("got %v", err)
		}
	})
}

// M065, I010: who waits is sent on without being accepted, and keeps the time.
func TestWhoWaitsIsSentOnWithTheirTime(t *testing.T) {
	inBubble(t, func(r *rig) {
		v := r.ask("jan")
		r.pass(time.Minute)
		place := r.get(v).Place
		if err := r.RedirectWaiting(r.t.Context(), place, r.ids["anna"], Redirection{To: r.person("dana"), Note: "pro opravy"}); refusal(t, err) != "target_offline" {
			t.Errorf("got %v", err)
		}
		if got := r.get(v); got.From != "" || got.Handed != "" {
			t.Errorf("got %q of %s after a refusal", got.Handed, got.From)
		}
		r.sit("dana")
		if err := r.RedirectWaiting(r.t.Context(), place, r.ids["anna"], Redirection{To: r.person("dana"), Note: "pro opravy"}); err != nil {
			t.Fatal(err)
		}
		if got := r.get(v); got.From != r.ids["anna"] || got.Handed != "pro opravy" || got.Place != place || got.State != routing.SessionQueued {
			t.Errorf("got %+v", got)
		}
		if p := r.line.Snapshot().Places[0]; p.For != r.ids["dana"] || !p.Since.Equal(v.Requested) {
			t.Errorf("got %+v", p)
		}
		taken := r.accept(v, "dana")
		if taken.Handed != "pro opravy" || len(taken.Parts) != 1 {
			t.Errorf("got %+v", taken)
		}
		if err := r.RedirectWaiting(r.t.Context(), place, r.ids["anna"], Redirection{To: r.person("boris")}); refusal(t, err) != "place_unknown" {
			t.Errorf("got %v", err)
		}
		r.wantStory(Staff, v, "session.opened", "visitor: Máte žlutou lampu?", "session.redirected", "redirect.noted", "session.accepted", "system: Dobrý den, dana of the shop! orders cs")
	})
}

// I010: the call of a talk goes on, with the same visitor in it, until the next
// operator is on the line.
func TestATalkIsHandedOverInItsCall(t *testing.T) {
	inBubble(t, func(r *rig) {
		v := r.take(r.voice("jan"), "anna")
		if _, err := r.redirect(v, "anna", r.person("boris")); refusal(t, err) != "call_connecting" {
			t.Errorf("got %v", err)
		}
		r.leg("anna").answer()
		r.pass(time.Minute)
		call := r.get(v).Call
		r.must(r.redirect(v, "anna", r.person("boris")))
		r.must(r.redirect(v, "anna", r.person("boris"))) // a double click
		r.is(v, "queued")
		if got := r.get(v); got.First || got.From != r.ids["anna"] || got.Call != call {
			t.Errorf("got %+v", got)
		}
		if !r.leg("anna").isOver() || r.leg("page").isOver() {
			t.Error("the wrong leg has ended")
		}
		if m, _ := r.presence.Member(r.ids["anna"]); m.Status != people.Online {
			t.Errorf("the first one is %s", m.Status)
		}
		r.take(v, "boris")
		r.leg("boris").answer()
		r.pass(time.Minute)
		r.is(v, "active boris")
		if running := r.x.Running(); len(running) != 1 || running[0].Call != call {
			t.Errorf("got %+v, want call %s alone", running, call)
		}
		r.leg("page").end(routing.HungUp)
		r.is(v, "wrap_up boris talked")
		r.ok(v, "boris")
		parts := r.stored(v).Parts
		if len(parts) != 2 || parts[0].Result != "sent on" || parts[0].Done.IsZero() || parts[1].Operator != r.ids["boris"] {
			t.Errorf("got %+v", parts)
		}
	})
}

// Who is sent a talk and does not pick up leaves it to the others.
func TestATalkThatIsNotTakenComesToTheOthers(t *testing.T) {
	inBubble(t, func(r *rig) {
		v := r.take(r.voice("jan"), "anna")
		r.leg("anna").answer()
		synctest.Wait()
		r.must(r.redirect(v, "anna", r.person("boris")))
		r.take(v, "boris")
		r.leg("boris").end(routing.NoAnswer)
		r.is(v, "queued")
		r.pass(time.Minute)
		r.take(v, "cyril")
		r.leg("cyril").answer()
		r.is(v, "active cyril")
		if parts := r.stored(v).Parts; len(parts) != 2 || parts[1].Operator != r.ids["cyril"] {
			t.Errorf("got %+v", parts)
		}
	})
}
