package call

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sufler/mixer"
	"sufler/routing"
)

// pass lets the bubble's clock go on.
func (r *rig) pass(d time.Duration) {
	r.t.Helper()
	synctest.Wait()
	over := make(chan struct{})
	time.AfterFunc(d, func() { close(over) })
	<-over
	synctest.Wait()
}

func (r *rig) partyState(c *Call, role routing.Role) PartyState {
	r.t.Helper()
	synctest.Wait()
	p, _ := c.Snapshot().Party(role)
	return p.State
}

// A page that is reloaded in the talk: the client is left in silence for no more
// than a second, and the same two talk again at the new port.
func TestALostAgentIsMusicToTheClientUntilTheReturn(t *testing.T) {
	inBubble(t, func(r *rig) {
		t := r.t
		c, agent, _ := r.talking()
		talked := c.Snapshot().TalkedAt
		lostAt := time.Now()
		agent.say(routing.MediaLost{})
		equal(t, "state at once", r.partyState(c, routing.Agent), Lost)
		p, _ := c.Snapshot().Party(routing.Agent)
		equal(t, "lost until", p.LostUntil, lostAt.Add(20*time.Second))
		r.mustHear(map[mixer.PortID][]mixer.PortID{agentPort: {clientPort}, clientPort: {agentPort}})
		r.pass(999 * time.Millisecond)
		r.mustHear(map[mixer.PortID][]mixer.PortID{agentPort: {clientPort}, clientPort: {agentPort}})
		r.pass(time.Millisecond)
		r.mustHear(map[mixer.PortID][]mixer.PortID{agentPort: {}, clientPort: {musicPort}})
		equal(t, "sounds", r.sounds, 1)
		r.pass(10 * time.Second)
		agent.say(routing.MediaBack{Port: 77})
		r.mustHear(map[mixer.PortID][]mixer.PortID{77: {clientPort}, clientPort: {77}})
		equal(t, "sounds", r.sounds, 0)
		equal(t, "state", r.partyState(c, routing.Agent), OnLine)
		r.pass(time.Minute) // nothing of the absence is left
		s := c.Snapshot()
		p, _ = s.Party(routing.Agent)
		equal(t, "state", s.State, StateTalking)
		equal(t, "talked since", s.TalkedAt, talked)
		equal(t, "lost until", p.LostUntil, time.Time{})
		equal(t, "story", r.story(), "AgentRinging AgentOnLine ClientRinging ClientOnLine Talking AgentAway AgentBack")
		if got := r.facts("leg.lost", "leg.returned"); !slices.Equal(got, []string{"leg.lost", "leg.returned"}) {
			t.Errorf("got facts %v", got)
		}
		lost, _ := fact[LegLost](r)
		equal(t, "whose leg", lost, LegLost{Leg: agent.id, Party: p.ID})
	})
}

// Who does not come back loses the call, and the client goes on to the next at once.
func TestAnAgentWhoDoesNotComeBackLeavesTheClientToTheNext(t *testing.T) {
	inBubble(t, func(r *rig) {
		t := r.t
		c, agent, client := r.talking()
		talked := c.Snapshot().TalkedAt
		agent.say(routing.MediaLost{})
		r.pass(20 * time.Second)
		equal(t, "state", c.Snapshot().State, StateWaiting)
		equal(t, "told the page", agent.told(routing.Hangup{Cause: routing.LostMedia}), true)
		equal(t, "client hung up", client.ended(), false)
		r.mustHear(map[mixer.PortID][]mixer.PortID{clientPort: {musicPort}})
		next := r.callAgent(c, boris)
		next.say(routing.Ringing{})
		synctest.Wait()
		equal(t, "whose call it is", c.Snapshot().TalkedBy, anna.ID)
		r.mustHear(map[mixer.PortID][]mixer.PortID{clientPort: {musicPort}})
		next.say(routing.Answered{Port: 44})
		r.mustHear(map[mixer.PortID][]mixer.PortID{44: {clientPort}, clientPort: {44}})
		s := c.Snapshot()
		equal(t, "state", s.State, StateTalking)
		equal(t, "talked since", s.TalkedAt, talked)
		equal(t, "whose call it is", s.TalkedBy, boris.ID)
		equal(t, "story", r.story(), "AgentRinging AgentOnLine ClientRinging ClientOnLine Talking AgentAway AgentLost:lost_media AgentRinging AgentOnLine Talking")
		if got := r.facts("call."); !slices.Equal(got, []string{"call.started", "call.talked", "call.interrupted", "call.talked"}) {
			t.Errorf("got facts %v", got)
		}
		second, _ := fact[Talked](r)
		equal(t, "who talks now", second.Agent, boris.PublicName)
		equal(t, "tracks", len(r.lastPlan().Tracks), 2)
	})
}

// The client whom we called waits for the next agent and gives up.
func TestADialledClientWhoHangsUpBetweenTwoAgentsEndsTheCall(t *testing.T) {
	for _, steps := range []string{"", "B", "B Br", "B B-busy"} {
		t.Run(steps, func(t *testing.T) {
			inBubble(t, func(r *rig) {
				c, agent, client := r.talking()
				agent.say(routing.MediaLost{})
				r.pass(20 * time.Second)
				r.play(c, steps)
				client.end(routing.HungUp)
				if story := r.story(); !strings.HasSuffix(story, "ClientLost:hung_up Ended:hung_up:client") {
					r.t.Error(story)
				}
			})
		})
	}
}

func TestALostClientLeavesTheAgentInSilence(t *testing.T) {
	inBubble(t, func(r *rig) {
		t := r.t
		c, agent, client := r.talking()
		client.say(routing.MediaLost{})
		r.pass(10 * time.Second)
		r.mustHear(map[mixer.PortID][]mixer.PortID{agentPort: {clientPort}, clientPort: {agentPort}}) // nothing comes from there
		equal(t, "sounds", r.sounds, 0)
		client.say(routing.MediaBack{Port: 88})
		r.mustHear(map[mixer.PortID][]mixer.PortID{agentPort: {88}, 88: {agentPort}})
		client.say(routing.MediaLost{})
		r.pass(20 * time.Second)
		if story := r.story(); !strings.HasSuffix(story, "Talking Ended:lost_media:client") {
			t.Error(story)
		}
		equal(t, "told the agent", agent.told(routing.Hangup{Cause: routing.HungUp}), true)
		equal(t, "cause", c.Snapshot().Cause, routing.LostMedia)
	})
}

// W002: a supervisor whose page is gone prompts nobody, and prompts again when
// he is back, without another audit row.
func TestALostSupervisorFallsSilentAtOnce(t *testing.T) {
	for mode := routing.Listen; mode <= routing.Barge; mode++ {
		t.Run(mode.String(), func(t *testing.T) {
			inBubble(t, func(r *rig) {
				t := r.t
				c, prompter := r.supervised(mode)
				rows := len(r.facts("supervision.granted"))
				prompter.say(routing.MediaLost{})
				r.mustHear(plansOf[routing.Listen])
				equal(t, "grants", len(r.lastPlan().Grants), 0)
				p, _ := c.Snapshot().Party(routing.Supervisor)
				equal(t, "state", p.State, Lost)
				equal(t, "mode", p.Mode, mode)
				prompter.say(routing.MediaBack{Port: sofiaPort})
				r.mustHear(plansOf[mode])
				r.mustHold(c, mode)
				equal(t, "audit rows", len(r.facts("supervision.granted")), rows)
				prompter.say(routing.MediaLost{})
				r.pass(20 * time.Second)
				if _, here := c.Snapshot().Party(routing.Supervisor); here || !prompter.ended() {
					t.Error("the supervisor is still here")
				}
				equal(t, "state", c.Snapshot().State, StateTalking)
				ended, _ := fact[SupervisionEnded](r)
				equal(t, "cause", ended.Cause, "lost_media")
			})
		})
	}
}

// A visitor's page: connected it hears music, reloaded it goes on to wait, and is
// answered when the agent is on the line.
func TestAVisitorHearsMusicWhileTheyWait(t *testing.T) {
	inBubble(t, func(r *rig) {
		t := r.t
		c := r.open()
		visitor, in := r.inbound("visitor")
		visitor.sink = c.TakeClient(in)
		r.mustHear(map[mixer.PortID][]mixer.PortID{})
		visitor.say(routing.EarlyMedia{Port: clientPort})
		r.mustHear(map[mixer.PortID][]mixer.PortID{clientPort: {musicPort}})
		visitor.say(routing.MediaLost{})
		equal(t, "state", r.partyState(c, routing.Client), Lost)
		visitor.say(routing.MediaBack{Port: 22})
		equal(t, "state", r.partyState(c, routing.Client), Early)
		agent := r.callAgent(c, anna)
		agent.say(routing.Ringing{})
		r.mustHear(map[mixer.PortID][]mixer.PortID{22: {musicPort}})
		equal(t, "answered too early", visitor.told(routing.Answer{Class: mixer.Outside}), false)
		agent.say(routing.Answered{Port: agentPort})
		r.mustHear(map[mixer.PortID][]mixer.PortID{22: {musicPort}, agentPort: {}})
		equal(t, "answered", visitor.told(routing.Answer{Class: mixer.Outside}), true)
		visitor.say(routing.Answered{Port: 22})
		r.mustHear(map[mixer.PortID][]mixer.PortID{22: {agentPort}, agentPort: {22}})
		equal(t, "sounds", r.sounds, 0)
	})
}

// The agent answers while the visitor's page loads anew.
func TestAVisitorWhoIsAwayWhenTheAgentAnswersTalksOnReturn(t *testing.T) {
	inBubble(t, func(r *rig) {
		t := r.t
		c := r.open()
		visitor, in := r.inbound("visitor")
		visitor.sink = c.TakeClient(in)
		visitor.say(routing.EarlyMedia{Port: clientPort})
		visitor.say(routing.MediaLost{})
		r.callAgent(c, anna).say(routing.Answered{Port: agentPort})
		visitor.say(routing.Answered{Port: clientPort})
		equal(t, "state", r.partyState(c, routing.Client), Lost)
		equal(t, "state", c.Snapshot().State, StateTalking)
		visitor.say(routing.MediaBack{Port: clientPort})
		equal(t, "state", r.partyState(c, routing.Client), OnLine)
		r.pass(time.Minute)
		equal(t, "state", c.Snapshot().State, StateTalking)
	})
}

func TestAVisitorWhoDoesNotComeBackHasLeft(t *testing.T) {
	inBubble(t, func(r *rig) {
		c := r.open()
		visitor, in := r.inbound("visitor")
		visitor.sink = c.TakeClient(in)
		visitor.say(routing.EarlyMedia{Port: clientPort})
		r.callAgent(c, anna).say(routing.Ringing{})
		visitor.say(routing.MediaLost{})
		r.pass(20 * time.Second)
		equal(r.t, "story", r.story(), "AgentRinging ClientLost:lost_media Ended:lost_media:client")
		equal(r.t, "told the page", visitor.told(routing.Hangup{Cause: routing.LostMedia}), true)
	})
}

func TestALegMayEndWhileItsPersonIsLost(t *testing.T) {
	for cause, story := range map[routing.Cause]string{
		routing.HungUp:    "Talking AgentAway Ended:hung_up:agent", // at another page of theirs
		routing.LostMedia: "Talking AgentAway AgentLost:lost_media",
	} {
		inBubble(t, func(r *rig) {
			_, agent, _ := r.talking()
			agent.say(routing.MediaLost{})
			agent.end(cause)
			r.pass(time.Minute)
			if got := r.story(); !strings.HasSuffix(got, story) {
				r.t.Errorf("got %s, want %s", got, story)
			}
		})
	}
}

func TestOnlySupervisorsReadThatASupervisorIsLost(t *testing.T) {
	inBubble(t, func(r *rig) {
		t := r.t
		_, prompter := r.supervised(routing.Whisper)
		before := r.story()
		prompter.say(routing.MediaLost{})
		r.pass(5 * time.Second)
		prompter.say(routing.MediaBack{Port: 5})
		equal(t, "what the driver is told", r.story(), before)
		seen := 0
		for _, e := range r.entries {
			if !strings.HasPrefix(e.Kind, "leg.lost") && !strings.HasPrefix(e.Kind, "leg.returned") {
				continue
			}
			seen++
			equal(t, e.Kind, e.Audience, routing.SupervisorsOnly)
		}
		equal(t, "facts", seen, 2)
	})
}

// Whatever order the world chooses, losses and returns included: no outsider is
// let hear a prompter without a grant, no plan names a port that nobody has, and
// after the end nothing is left.
func TestLossesInEveryOrderLeaveNothing(t *testing.T) {
	seen := make(map[string]int)
	for seed := range uint64(60) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			inBubble(t, func(r *rig) {
				w := &walk{rig: r, random: rand.New(rand.NewPCG(seed, 3)), c: r.open(), named: map[mixer.PortID]bool{musicPort: true, 999: true}}
				if seed%2 == 0 {
					visitor, in := r.inbound("visitor")
					visitor.sink = w.c.TakeClient(in)
				}
				for range 120 {
					w.step()
				}
				w.c.End(routing.Cancelled)
				r.closeGate()
				synctest.Wait()
				w.mustHaveKeptThePromise()
				equal(r.t, "ends", strings.Count(r.story(), "Ended:"), 1)
				for _, word := range append(strings.Fields(r.story()), r.facts()...) {
					seen[word]++
				}
			})
		})
	}
	for _, word := range []string{"Talking", "AgentAway", "AgentBack", "AgentLost:lost_media", "leg.returned", "supervision.changed"} {
		if seen[word] < 10 {
			t.Errorf("got %d times %s, want a walk that goes there", seen[word], word)
		}
	}
}

// walk goes through a call by chance.
type walk struct {
	*rig
	random *rand.Rand
	c      *Call
	named  map[mixer.PortID]bool
}

func (w *walk) step() {
	switch w.random.IntN(14) {
	case 0:
		w.c.CallAgent([]routing.Operator{anna, boris}[w.random.IntN(2)], routing.DialRequest{})
	case 1:
		w.c.CallClient(routing.DialRequest{To: routing.Destination{Number: "+420777000001"}})
	case 2:
		_ = w.c.Supervise(w.t.Context(), sofia, routing.Mode(1+w.random.IntN(3)))
	case 3:
		_ = w.c.SetMode(w.t.Context(), sofia.ID, routing.Mode(1+w.random.IntN(3)))
	case 4:
		if w.random.IntN(4) == 0 {
			w.c.DropAgent(routing.Elsewhere)
		}
	case 5:
		w.pass(time.Duration(w.random.IntN(12)) * time.Second)
	case 6, 7, 8, 9, 10, 11, 12, 13:
		w.event()
	}
	synctest.Wait()
}

// event lets one of the legs say something, likely or not.
func (w *walk) event() {
	w.mu.Lock()
	var open []*leg
	for _, l := range w.legs {
		if !l.ended() {
			open = append(open, l)
		}
	}
	w.lastPort++
	port := w.lastPort
	w.mu.Unlock()
	if len(open) == 0 {
		return
	}
	w.named[port] = true
	l := open[w.random.IntN(len(open))]
	switch w.random.IntN(16) {
	case 0:
		l.say(routing.Ringing{})
	case 1:
		l.say(routing.EarlyMedia{Port: port})
	case 2, 3, 4, 5, 6:
		l.say(routing.Answered{Port: port})
	case 7:
		l.say(routing.PortChanged{Port: port})
	case 8, 9, 10, 11:
		l.say(routing.MediaLost{})
	case 12, 13, 14:
		l.say(routing.MediaBack{Port: port})
	case 15:
		if w.random.IntN(6) == 0 {
			l.end([]routing.Cause{routing.HungUp, routing.LostMedia, routing.Declined}[w.random.IntN(3)])
		}
	}
}

// mustHaveKeptThePromise looks at every plan that was sent.
func (w *walk) mustHaveKeptThePromise() {
	w.t.Helper()
	classes := make(map[mixer.PortID]mixer.Class)
	for _, l := range w.legs {
		for _, port := range l.ports() {
			classes[port] = l.class()
		}
	}
	for _, plan := range w.plans {
		for _, row := range plan.Rows {
			for _, port := range append(slices.Clone(row.Sources), row.Listener) {
				if !w.named[port] {
					w.t.Errorf("plan %d names port %d, which nobody has", plan.Epoch, port)
				}
			}
			for _, source := range row.Sources {
				if classes[row.Listener] == mixer.Outside && classes[source] == mixer.Hidden && !isGranted(plan, source) {
					w.t.Errorf("plan %d: the client hears the supervisor without a grant", plan.Epoch)
				}
			}
		}
	}
	for _, e := range w.entries {
		if text, _ := json.Marshal(e); e.Audience != routing.SupervisorsOnly && strings.Contains(string(text), "ofia") {
			w.t.Errorf("others read %s", text)
		}
	}
}
