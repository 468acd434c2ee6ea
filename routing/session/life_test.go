package session

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sufler/routing"
	"sufler/routing/people"
)

// M184: whatever one ends, only the OK makes room, and for exactly one.
func TestOnlyTheOKMakesRoom(t *testing.T) {
	inBubble(t, func(r *rig) {
		r.standUp("boris")
		r.standUp("cyril")
		var open []View
		for i := range 3 {
			open = append(open, r.chat(fmt.Sprint("visitor", i), "anna"))
		}
		for _, v := range open {
			r.end(v, "anna")
		}
		fourth, fifth := r.ask("fourth"), r.ask("fifth")
		accept := func(v View) string {
			if _, err := r.Accept(r.t.Context(), r.get(v).Place, r.ids["anna"]); err != nil {
				return refusal(t, err)
			}
			return ""
		}
		if got := accept(fourth); got != "wrapup_open" {
			t.Errorf("got %q", got)
		}
		r.ok(open[1], "anna")
		r.ok(open[1], "anna") // twice is once
		if got := accept(fourth); got != "" {
			t.Errorf("got %q after an OK", got)
		}
		if got := accept(fifth); got != "wrapup_open" {
			t.Errorf("got %q for one more", got)
		}
		if m, _ := r.presence.Member(r.ids["anna"]); m.Chats != 3 || m.WrapUps != 2 || m.Status != people.WrapUp {
			t.Errorf("got %+v", m)
		}
	})
}

// I001, I003, M002, M184: whatever is done in whatever order, a session moves along
// its table alone, and what an operator has open is what a model of a few lines says.
func TestWhateverIsDoneAModelOfCapacityHolds(t *testing.T) {
	for seed := range uint64(3) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			inBubble(t, func(r *rig) {
				m := model{rig: r, dice: rand.New(rand.NewPCG(seed, 1)), state: map[routing.SessionID]string{}}
				for range 150 {
					m.step()
				}
			})
		})
	}
}

// model is what a session and an operator must look like, without any of the code.
type model struct {
	*rig
	dice  *rand.Rand
	all   []View
	state map[routing.SessionID]string // "queued", "active anna", "wrap_up anna", "closed"
}

func (m *model) step() {
	m.t.Helper()
	who := []string{"anna", "boris", "cyril"}[m.dice.IntN(3)]
	if len(m.all) == 0 || m.dice.IntN(4) == 0 {
		v := m.ask(fmt.Sprint("visitor", len(m.all)))
		m.all = append(m.all, v)
		m.state[v.ID] = "queued"
	} else {
		v := m.all[m.dice.IntN(len(m.all))]
		m.do(v, who)
	}
	m.check()
}

func (m *model) do(v View, who string) {
	m.t.Helper()
	was, ctx := m.state[v.ID], m.t.Context()
	place := m.get(v).Place
	expect := func(name string, err error, may bool, then string) {
		m.t.Helper()
		if (err == nil) != may {
			m.t.Errorf("%s of %s by %s: got %v", name, was, who, err)
		}
		if may {
			m.state[v.ID] = then
		}
	}
	switch m.dice.IntN(5) {
	case 0, 1:
		_, err := m.Accept(ctx, place, m.ids[who])
		expect("accept", err, was == "queued" && m.has(who) < 3, "active "+who)
	case 2:
		_, err := m.End(ctx, v.ID, m.ids[who])
		expect("end", err, was == "active "+who || was == "wrap_up "+who, "wrap_up "+who)
	case 3:
		_, err := m.Confirm(ctx, v.ID, m.ids[who], WrapUp{})
		expect("ok", err, was == "wrap_up "+who || was == "closed "+who, "closed "+who)
	case 4:
		_, err := m.Leave(ctx, v.Visitor)
		then := was
		if owner, talks := strings.CutPrefix(was, "active "); talks {
			then = "wrap_up " + owner
		} else if was == "queued" {
			then = "closed "
		}
		expect("leave", err, true, then)
	}
}

// has is how many sessions of an operator are open.
func (m *model) has(who string) (n int) {
	for _, state := range m.state {
		if state == "active "+who || state == "wrap_up "+who {
			n++
		}
	}
	return n
}

func (m *model) check() {
	m.t.Helper()
	for _, v := range m.all {
		got := m.get(v)
		if said := strings.TrimSpace(got.State.String() + " " + m.name(got.Operator)); said != strings.TrimSpace(m.state[v.ID]) {
			m.t.Fatalf("got %q, want %q", said, m.state[v.ID])
		}
	}
	for _, who := range []string{"anna", "boris", "cyril"} {
		if member, _ := m.presence.Member(m.ids[who]); member.Chats != m.has(who) {
			m.t.Fatalf("%s has %d open, want %d", who, member.Chats, m.has(who))
		}
	}
	waiting := 0
	for _, state := range m.state {
		if state == "queued" {
			waiting++
		}
	}
	if got := len(m.line.Snapshot().Places); got != waiting {
		m.t.Fatalf("got %d places, want %d", got, waiting)
	}
}

// I005: two who accept at once have one winner, and the other is told who.
func TestOneOfManyAcceptsAVisitor(t *testing.T) {
	inBubble(t, func(r *rig) {
		for i := range 20 {
			v := r.get(r.ask(fmt.Sprint("visitor", i)))
			names := []string{"anna", "boris", "cyril"}
			errs := make(chan error, len(names))
			for _, who := range names {
				go func() {
					_, err := r.Accept(r.t.Context(), v.Place, r.ids[who])
					errs <- err
				}()
			}
			won := 0
			for range names {
				if err := <-errs; err == nil {
					won++
				} else if code := refusal(t, err); code != "place_taken" && code != "place_unknown" {
					t.Errorf("got %v", err)
				}
			}
			if v = r.get(v); won != 1 || v.State != routing.SessionActive {
				t.Fatalf("got %d winners, %s", won, v.State)
			}
			r.end(v, r.name(v.Operator))
			r.ok(v, r.name(v.Operator))
		}
	})
}

// I006: who leaves the line leaves it everywhere, and it is remembered.
func TestAVisitorWhoLeavesTheLineIsMissed(t *testing.T) {
	for name, leave := range map[string]func(*rig, View){
		"by the button": func(r *rig, v View) { r.must(r.Leave(r.t.Context(), v.Visitor)) },
		"without a word": func(r *rig, v View) {
			r.VisitorChanged(v.Visitor, false)
			r.pass(29 * time.Second)
			r.is(v, "queued")
			r.VisitorChanged(v.Visitor, true)
			r.pass(time.Minute)
			r.is(v, "queued")
			r.VisitorChanged(v.Visitor, false)
			r.pass(30 * time.Second)
		},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(r *rig) {
				v := r.ask("jan")
				leave(r, v)
				r.is(v, "closed abandoned")
				if n := len(r.line.Snapshot().Places); n != 0 || len(r.missed.all()) != 1 || r.missed.all()[0].ID != v.ID {
					t.Errorf("got %d places, missed %+v", n, r.missed.all())
				}
				if again := r.ask("jan"); again.ID == v.ID || again.State != routing.SessionQueued {
					t.Errorf("got %s %s for who comes again", again.ID, again.State)
				}
			})
		})
	}
}

// I007: several requests of one visitor are one session, and a reload finds it.
func TestAVisitorHasOneSessionAtATime(t *testing.T) {
	inBubble(t, func(r *rig) {
		r.VisitorChanged("jan", true)
		ids := make(chan routing.SessionID, 10)
		for i := range cap(ids) {
			go func() {
				ask := request("jan")
				ask.MessageID = fmt.Sprint(i)
				ids <- r.must(r.Begin(r.t.Context(), ask)).ID
			}()
		}
		var all []routing.SessionID
		for range cap(ids) {
			all = append(all, <-ids)
		}
		slices.Sort(all)
		if len(slices.Compact(all)) != 1 {
			t.Errorf("got %v", all)
		}
		v, found, err := r.OfVisitor(r.t.Context(), "jan")
		if err != nil || !found || v.ID != all[0] {
			t.Errorf("got %+v, %v, %v", v, found, err)
		}
		lines := 0
		told, _ := r.Entries(r.t.Context(), v.ID, Visitor, 0)
		for _, word := range story(told) {
			if strings.HasPrefix(word, "visitor: ") {
				lines++
			}
		}
		if lines != cap(ids) {
			t.Errorf("got %d lines, want each one of %d", lines, cap(ids))
		}
		if _, found, _ := r.OfVisitor(r.t.Context(), "eva"); found {
			t.Error("somebody else has a session")
		}
	})
}

func TestAVisitorMayAskTwentyTimesAnHour(t *testing.T) {
	inBubbleWith(t, func(o *Options) { o.PerVisitorHour = 2 }, func(r *rig) {
		for range 2 {
			v := r.ask("jan")
			r.ask("jan") // the same one
			r.must(r.Leave(r.t.Context(), v.Visitor))
		}
		if _, err := r.Begin(r.t.Context(), request("jan")); refusal(t, err) != "session_too_often" {
			t.Errorf("got %v", err)
		}
		r.ask("eva")
		r.pass(time.Hour)
		r.ask("jan")
	})
}

func TestARequestOfOneKeyIsOneSessionEvenAfterItsEnd(t *testing.T) {
	inBubble(t, func(r *rig) {
		ask := request("jan")
		ask.Key = "key"
		v := r.must(r.Begin(r.t.Context(), ask))
		r.must(r.Leave(r.t.Context(), "jan"))
		again := r.must(r.Begin(r.t.Context(), ask))
		r.pass(time.Hour)
		late := r.must(r.Begin(r.t.Context(), ask))
		if again.ID != v.ID || late.ID != v.ID || late.State != routing.SessionClosed {
			t.Errorf("got %s, %s %s, want %s", again.ID, late.ID, late.State, v.ID)
		}
	})
}

func TestABadRequestLeavesNothing(t *testing.T) {
	inBubble(t, func(r *rig) {
		for want, change := range map[string]func(*Request){
			"queue_unknown":   func(a *Request) { a.Queue = "nowhere" },
			"text_too_long":   func(a *Request) { a.Text = strings.Repeat("x", longestText+1) },
			"request_invalid": func(a *Request) { a.Name = "a\nb" },
		} {
			ask := request("jan")
			change(&ask)
			if _, err := r.Begin(r.t.Context(), ask); refusal(t, err) != want {
				t.Errorf("got %v, want %s", err, want)
			}
		}
		if err := r.Drain(r.t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := r.Begin(r.t.Context(), request("jan")); refusal(t, err) != "server_closing" {
			t.Errorf("got %v", err)
		}
		if open, err := r.store.OpenSessions(r.t.Context()); err != nil || len(open) != 0 {
			t.Errorf("got %+v, %v", open, err)
		}
	})
}

// B8: a conversation whose visitor has vanished is marked at once and ends.
func TestAVisitorWhoVanishesIsLostInTheEnd(t *testing.T) {
	inBubble(t, func(r *rig) {
		v := r.chat("jan", "anna")
		r.VisitorChanged("jan", false)
		if got := r.get(v).LeftAt; !got.Equal(time.Now()) {
			t.Errorf("left at %s", got)
		}
		r.pass(9 * time.Minute)
		r.VisitorChanged("jan", true)
		if got := r.get(v).LeftAt; !got.IsZero() {
			t.Errorf("left at %s, and is here", got)
		}
		r.say(v, "jan", "back", "Jsem zpátky")
		r.pass(2 * time.Minute)
		r.is(v, "active anna")
		r.VisitorChanged("jan", false)
		r.pass(10 * time.Minute)
		r.is(v, "wrap_up anna lost")
		if len(r.missed.all()) != 0 {
			t.Errorf("missed %+v", r.missed.all())
		}
	})
}

// Without a WebSocket a visitor asks now and then; that keeps them here.
func TestAVisitorWhoAsksNowAndThenIsNotLost(t *testing.T) {
	inBubble(t, func(r *rig) {
		v := r.must(r.Begin(r.t.Context(), request("jan")))
		for range 10 {
			r.pass(20 * time.Second)
			r.Called("jan")
		}
		r.is(v, "queued")
		r.pass(30 * time.Second)
		r.is(v, "closed abandoned")
	})
}

// B8: a silent visitor is asked once, and then the conversation ends.
func TestASilentVisitorIsRemindedOnce(t *testing.T) {
	inBubbleWith(t, func(o *Options) {
		o.Say = func(language, key string, _ map[string]string) string { return language + " " + key }
	}, func(r *rig) {
		v := r.chat("jan", "anna")
		r.say(v, "jan", "2", "Čekám na odpověď")
		r.pass(time.Hour) // whoever waits for an answer is not silent
		r.is(v, "active anna")
		r.say(v, "anna", "1", "Ještě tu jste?")
		r.pass(9*time.Minute + 59*time.Second)
		if got := r.get(v).Last.From; got != ByOperator {
			t.Errorf("reminded by %s too soon", got)
		}
		r.pass(time.Second + 10*time.Millisecond)
		if got := r.get(v).Last; got.From != BySystem || got.Text != "cs said.silent" {
			t.Errorf("got %+v", got)
		}
		r.say(v, "jan", "3", "Jsem")
		r.say(v, "anna", "2", "Dobře")
		r.pass(20*time.Minute - time.Second)
		r.is(v, "active anna")
		r.pass(2 * time.Second)
		r.is(v, "wrap_up anna lost")
	})
}

// I008: an operator's desk that is gone comes back in time, or the visitor is first.
func TestAnOperatorWhoseDeskIsLostGivesTheVisitorBack(t *testing.T) {
	inBubble(t, func(r *rig) {
		v := r.chat("jan", "anna")
		r.say(v, "anna", "1", "Moment")
		r.standUp("anna")
		r.pass(19 * time.Second)
		r.sit("anna")
		r.pass(time.Minute)
		r.is(v, "active anna")
		waits := r.ask("eva") // came later, and would be first
		r.pass(25 * time.Second)
		r.standUp("anna")
		r.standUp("boris")
		r.standUp("cyril")
		r.pass(20 * time.Second)
		r.is(v, "queued")
		if got := r.get(v); got.Position != 1 || !got.First || r.get(waits).Position != 2 {
			t.Errorf("got place %d, the other %d", got.Position, r.get(waits).Position)
		}
		if m, _ := r.presence.Member(r.ids["anna"]); m.Chats != 0 {
			t.Errorf("the one who is lost has %d chats", m.Chats)
		}
		r.sit("boris")
		r.accept(v, "boris")
		r.wantStory(Visitor, v, "session.opened", "visitor: Máte žlutou lampu?", "session.accepted", "system: Dobrý den, anna of the shop! orders cs",
			"operator: Moment", "session.returned", "session.accepted")
		parts := r.stored(v).Parts
		if len(parts) != 2 || parts[0].Operator != r.ids["anna"] || parts[0].Done.IsZero() || parts[1].Operator != r.ids["boris"] {
			t.Errorf("got %+v", parts)
		}
	})
}

// I032: somebody away goes on with what they have.
func TestWhoIsAwayGoesOnWithOpenChats(t *testing.T) {
	inBubble(t, func(r *rig) {
		v := r.chat("jan", "anna")
		if err := r.presence.SetStatus(r.ids["anna"], people.Pause, "oběd"); err != nil {
			t.Fatal(err)
		}
		r.say(v, "jan", "2", "Jste tam?")
		r.say(v, "anna", "1", "Jsem.")
		r.pass(5 * time.Minute)
		r.say(v, "jan", "3", "Dobře")
		r.is(v, "active anna")
	})
}

// D2: an OK that nobody gives comes by itself where the rules say so.
func TestAnOKComesByItselfWhereTheRulesSaySo(t *testing.T) {
	inBubbleWith(t, func(o *Options) {
		o.Rules = func(routing.QueueName, routing.OperatorID) Rules {
			rules := DefaultRules
			rules.WrapUpMost = time.Minute
			return rules
		}
	}, func(r *rig) {
		v := r.chat("jan", "anna")
		r.end(v, "anna")
		r.pass(59 * time.Second)
		r.is(v, "wrap_up anna talked")
		r.pass(time.Second)
		r.is(v, "closed anna talked")
		if m, _ := r.presence.Member(r.ids["anna"]); m.Chats != 0 {
			t.Errorf("got %d chats", m.Chats)
		}
	})
}

// A restart of the program loses no conversation and nobody's place.
func TestOpenSessionsOutliveTheProgram(t *testing.T) {
	inBubble(t, func(r *rig) {
		talks, ended, gone := r.chat("talks", "anna"), r.chat("ended", "anna"), r.chat("gone", "anna")
		r.end(ended, "anna")
		waits := r.ask("waits")
		said := r.say(talks, "talks", "2", "Před restartem")
		r.ok(r.end(gone, "anna"), "anna")
		since := waits.Requested
		r.restart()
		r.VisitorChanged("talks", true)
		r.VisitorChanged("waits", true)
		r.sit("anna")
		r.is(talks, "active anna")
		r.is(ended, "wrap_up anna talked")
		r.is(waits, "queued")
		if got := r.get(waits); got.Position != 1 || !got.Requested.Equal(since) || got.Last.Text != "Máte žlutou lampu?" {
			t.Errorf("got %+v", got)
		}
		if m, _ := r.presence.Member(r.ids["anna"]); m.Chats != 2 || m.WrapUps != 1 {
			t.Errorf("got %+v", m)
		}
		if n := r.say(talks, "talks", "3", "Po restartu"); n != said+1 {
			t.Errorf("got %d after %d", n, said)
		}
		if _, err := r.Get(r.t.Context(), gone.ID); refusal(t, err) != "session_unknown" {
			t.Errorf("got %v", err)
		}
		if told, err := r.Entries(r.t.Context(), gone.ID, Staff, 0); err != nil || len(told) != 6 {
			t.Errorf("got %q, %v", story(told), err)
		}
		r.ok(ended, "anna")
		r.accept(waits, "anna")
	})
}

// A visitor or operator who does not come back after a restart has the usual time.
func TestAfterARestartEverybodyHasTheUsualTime(t *testing.T) {
	inBubble(t, func(r *rig) {
		talks, waits := r.chat("talks", "anna"), r.ask("waits")
		r.restart()
		r.VisitorChanged("talks", true)
		r.pass(19 * time.Second)
		r.is(talks, "active anna")
		r.pass(2 * time.Second)
		r.is(talks, "queued")
		r.is(waits, "queued")
		r.pass(10 * time.Second)
		r.is(waits, "closed abandoned")
		r.is(talks, "queued")
	})
}

func TestAClosedSessionIsInMemoryForTenMinutes(t *testing.T) {
	inBubble(t, func(r *rig) {
		v := r.ok(r.end(r.chat("jan", "anna"), "anna"), "anna")
		r.pass(10*time.Minute - time.Second)
		if _, found, _ := r.OfVisitor(r.t.Context(), "jan"); !found {
			t.Error("forgotten too soon")
		}
		r.pass(2 * time.Second)
		if _, err := r.Get(r.t.Context(), v.ID); refusal(t, err) != "session_unknown" {
			t.Errorf("got %v", err)
		}
		if _, found, _ := r.OfVisitor(r.t.Context(), "jan"); found {
			t.Error("not forgotten")
		}
		synctest.Wait()
	})
}
