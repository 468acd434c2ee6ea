package call

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"sufler/mixer"
	"sufler/routing"
)

// inbound is a leg that somebody makes to us.
func (r *rig) inbound(name string) (*leg, routing.Inbound) {
	l := &leg{id: routing.NewID[routing.LegID](), rig: r}
	l.req.To.Phone = routing.Extension(name)
	r.legs = append(r.legs, l)
	return l, routing.Inbound{Leg: l, FromNumber: "+420777000009"}
}

func TestACallerIsAnsweredWhenTheAgentAnswers(t *testing.T) {
	inBubble(t, func(r *rig) {
		t := r.t
		c := r.open()
		caller, in := r.inbound("caller")
		caller.sink = c.TakeClient(in)
		agent := r.callAgent(c, anna)
		agent.say(routing.Ringing{})
		synctest.Wait()
		if !slices.Equal(caller.commands, []routing.Command{routing.Ring{}}) {
			t.Errorf("got %v, want the caller to hear it ring", caller.commands)
		}
		agent.say(routing.Answered{Port: agentPort})
		synctest.Wait()
		if !caller.told(routing.Answer{Class: mixer.Outside}) {
			t.Errorf("got %v, want an answer as Outside", caller.commands)
		}
		caller.say(routing.Answered{Port: clientPort})
		equal(t, "story", r.story(), "AgentRinging AgentOnLine ClientOnLine Talking")
		caller.end(routing.HungUp)
		equal(t, "state", func() State { r.story(); return c.Snapshot().State }(), StateEnded)
	})
}

func TestACallerWhoGivesUpEndsTheCall(t *testing.T) {
	for _, steps := range []string{"", "A", "A Ar", "A Aa", "A Ar Aa A-bye"} {
		t.Run(steps, func(t *testing.T) {
			inBubble(t, func(r *rig) {
				t := r.t
				c := r.open()
				caller, in := r.inbound("caller")
				caller.sink = c.TakeClient(in)
				r.play(c, steps)
				caller.end(routing.Cancelled)
				if story := r.story(); !strings.HasSuffix(story, "ClientLost:cancelled Ended:cancelled:client") {
					t.Errorf("got %s", story)
				}
			})
		})
	}
}

func TestACallerWaitsForAnotherAgent(t *testing.T) {
	inBubble(t, func(r *rig) {
		t := r.t
		c := r.open()
		caller, in := r.inbound("caller")
		caller.sink = c.TakeClient(in)
		r.play(c, "A Aa A-bye") // gone between our answer and the caller's
		caller.say(routing.Answered{Port: clientPort})
		equal(t, "story", r.story(), "AgentOnLine AgentLost:hung_up ClientOnLine")
		r.mustHear(map[mixer.PortID][]mixer.PortID{clientPort: {musicPort}})
		r.play(c, "B Ba")
		equal(t, "story", r.story(), "AgentOnLine AgentLost:hung_up ClientOnLine AgentOnLine Talking")
	})
}

// Whoever is dropped, in whatever state, the caller stays and talks to the next.
func TestADroppedOperatorLeavesTheCallerOnTheLine(t *testing.T) {
	for steps, story := range map[string]string{
		"A":       "AgentLost:elsewhere",
		"A Ar":    "AgentRinging AgentLost:elsewhere",
		"A Aa":    "AgentOnLine AgentLost:elsewhere",
		"A Aa Ca": "AgentOnLine ClientOnLine Talking AgentLost:elsewhere",
	} {
		t.Run(steps, func(t *testing.T) {
			inBubble(t, func(r *rig) {
				t := r.t
				c := r.open()
				caller, in := r.inbound("caller")
				caller.sink = c.TakeClient(in)
				r.play(c, strings.TrimSuffix(steps, " Ca"))
				if strings.HasSuffix(steps, "Ca") {
					caller.say(routing.Answered{Port: clientPort})
					synctest.Wait()
				}
				talked := c.Snapshot().TalkedAt
				agent := r.legs[1]
				c.DropAgent(routing.Elsewhere)
				c.DropAgent(routing.Elsewhere) // once
				equal(t, "story", r.story(), story)
				equal(t, "told the phone", agent.told(routing.Hangup{Cause: routing.Elsewhere}), true)
				equal(t, "state", c.Snapshot().State, StateWaiting)
				r.play(c, "B Ba")
				caller.say(routing.Answered{Port: clientPort})
				synctest.Wait()
				s := c.Snapshot()
				equal(t, "state", s.State, StateTalking)
				if !talked.IsZero() {
					equal(t, "talked since", s.TalkedAt, talked)
				}
				equal(t, "set-ups", r.metric("sufler_call_setup_seconds"), 1.0)
			})
		})
	}
}

func TestAnOperatorsOwnCallIsAnsweredWithTheClient(t *testing.T) {
	inBubble(t, func(r *rig) {
		t := r.t
		c := r.open()
		phone, in := r.inbound("101")
		phone.sink = c.TakeAgent(anna, in)
		client := r.callClient(c)
		client.say(routing.Ringing{})
		synctest.Wait()
		if !phone.told(routing.Ring{}) || phone.told(routing.Answer{Class: mixer.Staff}) {
			t.Fatalf("got %v, want ringing and no answer yet", phone.commands)
		}
		client.say(routing.Answered{Port: clientPort})
		synctest.Wait()
		if !phone.told(routing.Answer{Class: mixer.Staff}) {
			t.Fatalf("got %v, want an answer as Staff", phone.commands)
		}
		equal(t, "state before the answer is out", c.Snapshot().State, StateRingingClient)
		phone.say(routing.Answered{Port: agentPort})
		equal(t, "story", r.story(), "AgentOnLine ClientRinging ClientOnLine Talking")
		r.mustHear(map[mixer.PortID][]mixer.PortID{agentPort: {clientPort}, clientPort: {agentPort}})
	})
}

func TestAnOperatorWhoCallsIsRefusedWithTheClientsCause(t *testing.T) {
	inBubble(t, func(r *rig) {
		t := r.t
		c := r.open()
		r.onEvent = func(p Progress) {
			if lost, ok := p.(ClientLost); ok {
				c.End(lost.Cause)
			}
		}
		phone, in := r.inbound("101")
		phone.sink = c.TakeAgent(anna, in)
		r.callClient(c).end(routing.BusyHere)
		synctest.Wait()
		if !phone.told(routing.Hangup{Cause: routing.BusyHere}) || phone.told(routing.Answer{Class: mixer.Staff}) {
			t.Errorf("got %v, want a refusal as busy without an answer", phone.commands)
		}
	})
}

func TestAnOperatorWhoCallsHearsEarlyMedia(t *testing.T) {
	inBubble(t, func(r *rig) {
		t := r.t
		c := r.open()
		phone, in := r.inbound("101")
		phone.sink = c.TakeAgent(anna, in)
		client := r.callClient(c)
		client.say(routing.EarlyMedia{Port: clientPort})
		synctest.Wait()
		if !phone.told(routing.Answer{Class: mixer.Staff}) {
			t.Fatalf("got %v, want an answer for the early media", phone.commands)
		}
		phone.say(routing.Answered{Port: agentPort})
		equal(t, "sources", len(sources(r.lastPlan(), agentPort)), 1)
		client.say(routing.Answered{Port: clientPort})
		equal(t, "story", r.story(), "AgentOnLine ClientRinging ClientOnLine Talking")
	})
}

func TestAnOperatorWhoHangsUpBeforeTheAnswerStopsTheClientsPhone(t *testing.T) {
	inBubble(t, func(r *rig) {
		t := r.t
		c := r.open()
		phone, in := r.inbound("101")
		phone.sink = c.TakeAgent(anna, in)
		client := r.callClient(c)
		client.say(routing.Ringing{})
		synctest.Wait()
		phone.end(routing.Cancelled)
		equal(t, "story", r.story(), "AgentOnLine ClientRinging AgentLost:cancelled")
		if !client.ended() {
			t.Error("the client's phone still rings")
		}
	})
}
