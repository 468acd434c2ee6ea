package call

import (
	"testing"
	"testing/synctest"
	"time"

	"sufler/mixer"
	"sufler/routing"
)

// The supervision outlives the agent: he hears nobody while the client waits, and
// listens to the next one. What he was allowed to say was for the agent who is gone:
// nobody else is whispered to, and no client barged in on, without another audit row.
func TestWhatASupervisorMaySayEndsWithTheAgent(t *testing.T) {
	for _, mode := range []routing.Mode{routing.Listen, routing.Whisper, routing.Barge} {
		t.Run(mode.String(), func(t *testing.T) {
			inBubble(t, func(r *rig) {
				t := r.t
				c, _ := r.supervised(mode)
				agent := r.legs[0]
				agent.say(routing.MediaLost{})
				r.pass(time.Second)
				agent.say(routing.MediaBack{Port: agentPort})
				r.mustHear(plansOf[mode])
				agent.say(routing.MediaLost{})
				r.pass(20 * time.Second)
				r.mustHear(map[mixer.PortID][]mixer.PortID{clientPort: {musicPort}, sofiaPort: {}})
				rows := len(r.facts("supervision.granted"))
				r.callAgent(c, boris).say(routing.Answered{Port: agentPort})
				r.mustHear(plansOf[routing.Listen])
				equal(t, "grants", len(r.lastPlan().Grants), 0)
				r.mustHold(c, routing.Listen)
				if err := c.SetMode(t.Context(), sofia.ID, routing.Barge); err != nil {
					t.Error(err)
				}
				r.mustHear(plansOf[routing.Barge])
				equal(t, "audit rows", len(r.facts("supervision.granted")), rows+1)
			})
		})
	}
}

// A wish for the agent who has gone is dropped, though its audit row comes later.
func TestAWishForAnAgentWhoHasGoneIsDropped(t *testing.T) {
	inBubble(t, func(r *rig) {
		t := r.t
		c, _ := r.supervised(routing.Listen)
		r.gate = make(chan struct{})
		wish := make(chan error, 1)
		go func() { wish <- c.SetMode(t.Context(), sofia.ID, routing.Barge) }()
		synctest.Wait()
		c.DropAgent(routing.TakenOver)
		synctest.Wait()
		r.closeGate()
		mustRefuse(t, <-wish, "mode_superseded")
		r.callAgent(c, boris).say(routing.Answered{Port: agentPort})
		r.mustHear(plansOf[routing.Listen])
		r.mustHold(c, routing.Listen)
	})
}

// Who asked to whisper to one agent listens to the other who comes in their place,
// and an audit row says so.
func TestWhoWaitsToWhisperListensToTheNextAgent(t *testing.T) {
	inBubble(t, func(r *rig) {
		t := r.t
		c := r.open()
		agent := r.callAgent(c, anna)
		agent.say(routing.Ringing{})
		r.gate = make(chan struct{})
		if err := c.Supervise(t.Context(), sofia, routing.Whisper); err != nil {
			t.Fatal(err)
		}
		prompter := r.newest()
		agent.end(routing.NoAnswer)
		synctest.Wait()
		r.closeGate()
		synctest.Wait()
		prompter.say(routing.Answered{Port: sofiaPort})
		r.callAgent(c, boris).say(routing.Answered{Port: agentPort})
		r.callClient(c).say(routing.Answered{Port: clientPort})
		r.mustHear(plansOf[routing.Listen])
		r.mustHold(c, routing.Listen)
		granted, _ := fact[SupervisionGranted](r)
		equal(t, "audit row", granted.Mode, "listen")
	})
}

// Nobody prompts himself: the supervisor who becomes the agent of the call is its
// agent only.
func TestASupervisorWhoTakesTheCallIsNoSupervisorOfIt(t *testing.T) {
	inBubble(t, func(r *rig) {
		t := r.t
		c, prompter := r.supervised(routing.Barge)
		r.legs[0].say(routing.MediaLost{})
		r.pass(20 * time.Second)
		r.callAgent(c, sofia).say(routing.Answered{Port: agentPort})
		r.mustHear(map[mixer.PortID][]mixer.PortID{clientPort: {agentPort}, agentPort: {clientPort}})
		equal(t, "prompter's leg ended", prompter.ended(), true)
		if _, here := c.Snapshot().Party(routing.Supervisor); here {
			t.Error("the supervisor is still here")
		}
	})
}
