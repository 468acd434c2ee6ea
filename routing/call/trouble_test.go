package call

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sufler/mixer"
	"sufler/routing"
)

func TestALegThatComesAfterTheEndIsHungUp(t *testing.T) {
	inBubble(t, func(r *rig) {
		t := r.t
		c := r.open()
		c.End(routing.Cancelled)
		synctest.Wait()
		for i, take := range []func(routing.Inbound) func(routing.Signal){
			c.TakeClient, func(in routing.Inbound) func(routing.Signal) { return c.TakeAgent(anna, in) },
		} {
			l, in := r.inbound("late")
			l.sink = func(routing.Signal) {}
			take(in)
			synctest.Wait()
			if !l.ended() {
				t.Errorf("leg %d is left", i)
			}
		}
	})
}

func TestSilenceOnALineEndsTheCall(t *testing.T) {
	inBubble(t, func(r *rig) {
		t := r.t
		c, agent, client := r.talking()
		r.x.Handle(mixer.MediaLost{Call: mixer.CallID(c.ID()), Port: clientPort})
		if story := r.story(); !strings.HasSuffix(story, "Ended:lost_media:client") {
			t.Errorf("got %s", story)
		}
		if !client.told(routing.Hangup{Cause: routing.LostMedia}) || !agent.told(routing.Hangup{Cause: routing.HungUp}) {
			t.Errorf("got %v and %v", client.commands, agent.commands)
		}
	})
}

func TestABrokenBusEndsItsCall(t *testing.T) {
	inBubble(t, func(r *rig) {
		t := r.t
		c, _, _ := r.talking()
		other := r.open()
		r.x.Handle(mixer.Broken{Call: mixer.CallID(c.ID()), Reason: "codec"})
		if story := r.story(); !strings.HasSuffix(story, "Ended:failed:system") {
			t.Errorf("got %s", story)
		}
		equal(t, "the other call", other.Snapshot().State, StateWaiting)
	})
}

func TestAPanicEndsItsCallOnly(t *testing.T) {
	inBubble(t, func(r *rig) {
		t := r.t
		other := r.open()
		c, agent, client := r.talking()
		r.onEvent = func(Progress) { panic("driver") }
		client.end(routing.HungUp)
		synctest.Wait()
		r.onEvent = nil
		if !agent.ended() || c.Snapshot().State != StateEnded {
			t.Errorf("got %+v, want the call ended and the agent hung up", c.Snapshot())
		}
		second := r.open()
		l := r.callAgent(second, anna)
		r.panics = 1
		l.say(routing.Ringing{})
		synctest.Wait()
		equal(t, "second", second.Snapshot().State, StateEnded)
		equal(t, "cause", second.Snapshot().Cause, routing.Failed)
		equal(t, "other", other.Snapshot().State, StateWaiting)
		err := second.Supervise(t.Context(), sofia, routing.Listen)
		mustRefuse(t, err, "call_ended")
	})
}

func TestACallWhoseEndPanicsLeavesNothing(t *testing.T) {
	inBubble(t, func(r *rig) {
		c, prompter := r.supervised(routing.Listen)
		r.panics = 2
		r.legs[0].end(routing.HungUp)
		<-c.done()
		if s := c.Snapshot(); !prompter.ended() || s.State != StateEnded || s.Cause != routing.Failed {
			r.t.Errorf("got %+v", s)
		}
		r.mustHear(map[mixer.PortID][]mixer.PortID{})
	})
}

// A leg that was hung up and answers all the same has no part in the call.
func TestALateAnswerOfACancelledLegIsNotHeard(t *testing.T) {
	inBubble(t, func(r *rig) {
		c := r.open()
		r.play(c, "A Aa C Cr")
		client := r.legs[1]
		client.stubborn = true
		r.play(c, "B") // not while Anna is on the line
		r.legs[0].end(routing.HungUp)
		client.say(routing.Answered{Port: clientPort})
		r.play(c, "B Ba")
		equal(r.t, "story", r.story(), "AgentOnLine ClientRinging AgentLost:hung_up AgentOnLine")
		r.mustHear(map[mixer.PortID][]mixer.PortID{agentPort + 10: {}})
		client.end(routing.HungUp)
		equal(r.t, "state", c.Snapshot().State, StateRingingClient)
	})
}

func TestALegThatDoesNotEndIsGivenUp(t *testing.T) {
	inBubble(t, func(r *rig) {
		t := r.t
		c, agent, _ := r.talking()
		agent.stubborn = true
		c.End(routing.HungUp)
		synctest.Wait()
		select {
		case <-c.done():
			t.Fatal("the loop did not wait for the leg")
		default:
		}
		<-c.done() // the bubble's clock goes on while everybody waits
		if took := time.Since(c.Snapshot().EndedAt); took != 40*time.Second {
			t.Errorf("got %v, want the limit of 40 s", took)
		}
		agent.end(routing.HungUp)
	})
}
