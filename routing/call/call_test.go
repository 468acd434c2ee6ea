package call

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sufler/mixer"
	"sufler/routing"
)

func TestACallRingsTheAgentThenTheClientAndTalks(t *testing.T) {
	inBubble(t, func(r *rig) {
		t := r.t
		c, agent, client := r.talking()
		equal(t, "story", r.story(), "AgentRinging AgentOnLine ClientRinging ClientOnLine Talking")
		r.mustHear(map[mixer.PortID][]mixer.PortID{agentPort: {clientPort}, clientPort: {agentPort}})
		client.end(routing.HungUp)
		equal(t, "story", r.story(), "AgentRinging AgentOnLine ClientRinging ClientOnLine Talking Ended:hung_up:client")
		if !agent.told(routing.Hangup{Cause: routing.HungUp}) {
			t.Errorf("got %v, want the agent's leg hung up", agent.commands)
		}
		s := c.Snapshot()
		if s.State != StateEnded || s.EndedBy != "client" || s.TalkedAt.IsZero() || s.EndedAt.IsZero() || len(s.Hears) != 0 {
			t.Errorf("got %+v", s)
		}
		want := []string{
			"call.started", "leg.began", "leg.rang", "leg.answered", "leg.began", "leg.rang", "leg.answered",
			"call.talked", "plan.applied", "recording.started", "leg.ended", "call.ended", "leg.ended", "guard.counted",
		}
		if got := r.facts(); !slices.Equal(got, want) {
			t.Errorf("got facts %v, want %v", got, want)
		}
	})
}

// Each way in which a call can go wrong before or in the talk: what the driver
// is told, and how it ends.
func TestEveryEndIsToldToTheDriver(t *testing.T) {
	const reached = "AgentRinging AgentOnLine "
	const ringing = reached + "ClientRinging "
	const talk = ringing + "ClientOnLine Talking "
	cases := []struct {
		name  string
		steps string
		story string
		state State
	}{
		{"agent busy", "A A-busy", "AgentLost:busy", StateWaiting},
		{"agent does not answer", "A Ar A-none", "AgentRinging AgentLost:no_answer", StateWaiting},
		{"second agent", "A Ar A-none B Ba", "AgentRinging AgentLost:no_answer AgentOnLine", StateRingingClient},
		{"agent hangs up at once", "A Ar Aa A-bye", reached + "AgentLost:hung_up", StateWaiting},
		{"agent hangs up while the client's phone rings", "A Ar Aa C Cr A-bye", ringing + "AgentLost:hung_up", StateWaiting},
		{"agent hangs up during early media", "A Ar Aa C Ce A-bye", ringing + "AgentLost:hung_up", StateWaiting},
		{"client called again after another agent", "A Aa C Cr A-bye B Ba C Ca", "AgentOnLine ClientRinging AgentLost:hung_up AgentOnLine ClientOnLine Talking", StateTalking},
		{"client busy", "A Ar Aa C C-busy", reached + "ClientLost:busy", StateRingingClient},
		{"client declines", "A Ar Aa C Cr C-no", ringing + "ClientLost:declined", StateRingingClient},
		{"client does not answer", "A Ar Aa C Cr C-none", ringing + "ClientLost:no_answer", StateRingingClient},
		{"client busy, agent hangs up", "A Aa C C-busy A-bye", "AgentOnLine ClientLost:busy AgentLost:hung_up", StateWaiting},
		{"client dialled again", "A Aa C C-busy C Ca", "AgentOnLine ClientLost:busy ClientOnLine Talking", StateTalking},
		{"answer without ringing", "A Aa C Ca", "AgentOnLine ClientOnLine Talking", StateTalking},
		{"ringing after early media", "A Aa C Ce Cr Ca", "AgentOnLine ClientRinging ClientOnLine Talking", StateTalking},
		{"ringing twice", "A Ar Ar Aa", reached[:len(reached)-1], StateRingingClient},
		{"answer twice", "A Aa Aa C Ca Ca", "AgentOnLine ClientOnLine Talking", StateTalking},
		{"client hangs up", "A Ar Aa C Cr Ca C-bye", talk + "Ended:hung_up:client", StateEnded},
		{"agent hangs up", "A Ar Aa C Cr Ca A-bye", talk + "Ended:hung_up:agent", StateEnded},
		{"both hang up", "A Ar Aa C Cr Ca A-bye C-bye", talk + "Ended:hung_up:agent", StateEnded},
		{"driver ends before anything", "end", "Ended:cancelled:system", StateEnded},
		{"driver ends while the agent's phone rings", "A Ar end", "AgentRinging Ended:cancelled:system", StateEnded},
		{"driver ends while the client's phone rings", "A Ar Aa C Cr end", ringing + "Ended:cancelled:system", StateEnded},
		{"driver ends the talk, twice", "A Ar Aa C Cr Ca end end", talk + "Ended:cancelled:system", StateEnded},
		{"nothing after the end", "A Ar end A C Aa", "AgentRinging Ended:cancelled:system", StateEnded},
		{"client before the agent", "C A Aa", "AgentOnLine", StateRingingClient},
		{"two agents at once", "A B Aa", "AgentOnLine", StateRingingClient},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			inBubble(t, func(r *rig) {
				t := r.t
				c := r.open()
				r.play(c, tc.steps)
				equal(t, "story", r.story(), strings.TrimSpace(tc.story))
				equal(t, "state", c.Snapshot().State, tc.state)
				c.End(routing.Cancelled)
				synctest.Wait()
				r.mustBeEmpty()
			})
		})
	}
}

// play does steps: A, B call Anna or Boris, C the client; then what its far end
// does: r rings, e early media, a answers, -busy, -none, -no, -bye.
func (r *rig) play(c *Call, steps string) {
	r.t.Helper()
	legs := make(map[byte]*leg)
	for step := range strings.FieldsSeq(steps) {
		switch step {
		case "end":
			c.End(routing.Cancelled)
		case "A", "B", "C":
			r.dialStep(c, step[0], legs)
		default:
			if l := legs[step[0]]; l != nil {
				l.act(step[1:], map[byte]mixer.PortID{'A': agentPort, 'B': agentPort + 10, 'C': clientPort}[step[0]])
			}
		}
		synctest.Wait()
	}
}

func (r *rig) dialStep(c *Call, who byte, legs map[byte]*leg) {
	before := len(r.legs)
	switch who {
	case 'A':
		c.CallAgent(anna, routing.DialRequest{To: routing.Destination{Phone: "101"}})
	case 'B':
		c.CallAgent(boris, routing.DialRequest{To: routing.Destination{Phone: "102"}})
	case 'C':
		c.CallClient(routing.DialRequest{To: routing.Destination{Number: "+420777000001"}})
	}
	synctest.Wait()
	if len(r.legs) > before {
		legs[who] = r.legs[before]
	}
}

func (l *leg) act(what string, port mixer.PortID) {
	switch what {
	case "r":
		l.say(routing.Ringing{})
	case "e":
		l.say(routing.EarlyMedia{Port: port})
	case "a":
		l.say(routing.Answered{Port: port})
	case "-busy":
		l.end(routing.BusyHere)
	case "-none":
		l.end(routing.NoAnswer)
	case "-no":
		l.end(routing.Declined)
	case "-bye":
		l.end(routing.HungUp)
	}
}

// Whatever order the world chooses, a call ends once and leaves nothing.
func TestEveryOrderOfEventsLeavesNothing(t *testing.T) {
	steps := []string{"A", "Aa", "A-bye", "C", "Ca", "C-bye", "end"}
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		permute(steps, func(order []string) {
			r.progress = nil
			c := r.open()
			r.play(c, strings.Join(order, " "))
			story := r.story()
			if got := strings.Count(story, "Ended:"); got != 1 {
				t.Fatalf("%v: got %d ends in %q, want 1", order, got, story)
			}
			select {
			case <-c.done():
			default:
				t.Fatalf("%v: the loop still runs", order)
			}
			r.mustBeEmpty()
			r.legs, r.plans, r.entries, r.notes = nil, nil, nil, nil
		})
		if err := r.x.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func permute(steps []string, f func([]string)) {
	var walk func(n int)
	walk = func(n int) {
		if n == len(steps) {
			f(steps)
			return
		}
		for i := n; i < len(steps); i++ {
			steps[n], steps[i] = steps[i], steps[n]
			walk(n + 1)
			steps[n], steps[i] = steps[i], steps[n]
		}
	}
	walk(0)
}

// I002: the table is walked whole; what it does not name is refused and changes nothing.
func TestTheTransitionTableIsObeyed(t *testing.T) {
	want := map[State]string{
		StateWaiting:       "agent called, client gone, caller gone, finished",
		StateRingingAgent:  "agent answered, agent gone, client gone, caller gone, agent dropped, finished",
		StateRingingClient: "agent gone, client answered, client gone, caller gone, agent dropped, finished",
		StateTalking:       "agent gone, client gone, caller gone, agent dropped, finished",
		StateEnded:         "",
	}
	inBubble(t, func(r *rig) {
		t := r.t
		for from := State(0); from <= StateEnded+1; from++ {
			var taken []string
			for trigger := Trigger(0); trigger <= Finished+1; trigger++ {
				c := &Call{id: "c", x: r.x, log: r.x.opts.Log, state: from}
				to, named := next[from][trigger]
				if got := c.fire(trigger); got != named {
					t.Errorf("%s while %s: got %t, want %t", trigger, from, got, named)
				}
				if !named {
					to = from
				} else {
					taken = append(taken, trigger.String())
				}
				if c.state != to {
					t.Errorf("%s while %s: got %s, want %s", trigger, from, c.state, to)
				}
			}
			if got := strings.Join(taken, ", "); got != want[from] {
				t.Errorf("%s: got %s, want %s", from, got, want[from])
			}
		}
	})
}

func TestEveryStateAndTriggerHasAWord(t *testing.T) {
	for s := State(1); s <= StateEnded; s++ {
		if _, ok := next[s]; !ok || s.String() == "invalid_state" {
			t.Errorf("state %d has no row or no word", s)
		}
	}
	for tr := Trigger(1); tr <= Finished; tr++ {
		if tr.String() == "invalid trigger" {
			t.Errorf("trigger %d has no word", tr)
		}
	}
	for p := Away; p <= Gone; p++ {
		if _, ok := nextParty[p]; !ok || p.String() == "invalid_state" {
			t.Errorf("party state %d has no row or no word", p)
		}
	}
	for _, word := range []string{State(0).String(), (StateEnded + 1).String(), PartyState(0).String(), (Gone + 1).String()} {
		equal(t, "word of nothing", word, "invalid_state")
	}
}

func TestTheGuardsClassIsDecidedByTheRole(t *testing.T) {
	inBubble(t, func(r *rig) {
		t := r.t
		c := r.open()
		c.CallAgent(anna, routing.DialRequest{To: routing.Destination{Phone: "101"}, Class: mixer.Outside})
		agent := r.newest()
		agent.say(routing.Answered{Port: agentPort})
		c.CallClient(routing.DialRequest{To: routing.Destination{Phone: "102"}, Class: mixer.Staff})
		client := r.newest()
		if err := c.Supervise(t.Context(), sofia, routing.Listen); err != nil {
			t.Fatal(err)
		}
		equal(t, "agent", agent.req.Class, mixer.Staff)
		equal(t, "client", client.req.Class, mixer.Outside)
		equal(t, "supervisor", r.newest().req.Class, mixer.Hidden)
		equal(t, "ring timeout", client.req.RingTimeout, 30*time.Second)
		equal(t, "caller's name", r.newest().req.FromName, "Listen: Anna, Orders")
	})
}

func TestTheAgentHearsRingbackUntilTheClientsOwnSound(t *testing.T) {
	const tone mixer.PortID = 999
	inBubble(t, func(r *rig) {
		t := r.t
		c := r.open()
		agent := r.callAgent(c, anna)
		agent.say(routing.Answered{Port: agentPort})
		client := r.callClient(c)
		r.mustHear(map[mixer.PortID][]mixer.PortID{agentPort: {}})
		client.say(routing.Ringing{})
		r.mustHear(map[mixer.PortID][]mixer.PortID{agentPort: {tone}})
		equal(t, "sounds", r.sounds, 1)
		client.say(routing.EarlyMedia{Port: clientPort})
		r.mustHear(map[mixer.PortID][]mixer.PortID{agentPort: {clientPort}, clientPort: {}})
		equal(t, "sounds", r.sounds, 0)
		client.say(routing.Ringing{})
		r.mustHear(map[mixer.PortID][]mixer.PortID{agentPort: {clientPort}, clientPort: {}})
		client.say(routing.Answered{Port: clientPort})
		r.mustHear(map[mixer.PortID][]mixer.PortID{agentPort: {clientPort}, clientPort: {agentPort}})
		client.say(routing.PortChanged{Port: 77})
		r.mustHear(map[mixer.PortID][]mixer.PortID{agentPort: {77}, 77: {agentPort}})
		c.End(routing.HungUp)
		r.mustHear(map[mixer.PortID][]mixer.PortID{})
	})
}

func TestRingbackEndsWithTheAgent(t *testing.T) {
	inBubble(t, func(r *rig) {
		t := r.t
		c := r.open()
		r.play(c, "A Aa C Cr")
		equal(t, "sounds", r.sounds, 1)
		r.legs[0].end(routing.HungUp)
		r.story()
		equal(t, "sounds", r.sounds, 0)
		if !r.legs[1].told(routing.Hangup{Cause: routing.Cancelled}) {
			t.Errorf("got %v, want the client's leg cancelled", r.legs[1].commands)
		}
	})
}

func TestTracksAndDigitsAreOfTheTalk(t *testing.T) {
	inBubble(t, func(r *rig) {
		t := r.t
		c, _, _ := r.talking()
		plan := r.lastPlan()
		if len(plan.Tracks) != 2 || len(plan.Digits) != 1 || plan.Digits[0].Listener != clientPort || len(plan.Grants) != 0 {
			t.Errorf("got %+v", plan)
		}
		if !c.Snapshot().Recorded {
			t.Error("the call is not shown as recorded")
		}
		applied, _ := fact[PlanApplied](r)
		if len(applied.Tracks) != 2 || len(applied.Hears) != 2 {
			t.Errorf("got %+v", applied)
		}
		for _, early := range r.plans[:len(r.plans)-1] {
			if len(early.Tracks) != 0 {
				t.Errorf("captured before the talk: %+v", early)
			}
		}
	})
}

func TestARefusedDialIsALostParty(t *testing.T) {
	inBubble(t, func(r *rig) {
		t := r.t
		c := r.open()
		r.refuse = routing.Refuse(routing.Conflict, "phone_unregistered")
		c.CallAgent(anna, routing.DialRequest{To: routing.Destination{Phone: "101"}})
		equal(t, "story", r.story(), "AgentLost:unreachable")
		mustRefuse(t, r.progress[0].(AgentLost).Err, "phone_unregistered")
		equal(t, "state", c.Snapshot().State, StateWaiting)
		r.refuse = nil
		agent := r.callAgent(c, boris)
		agent.say(routing.Answered{Port: agentPort})
		synctest.Wait()
		r.refuse = routing.Refuse(routing.Invalid, "number_invalid")
		c.CallClient(routing.DialRequest{To: routing.Destination{Number: "+1"}})
		equal(t, "story", r.story(), "AgentLost:unreachable AgentOnLine ClientLost:no_such")
	})
}

func TestASnapshotSaysByWhatAPersonSpeaks(t *testing.T) {
	inBubble(t, func(r *rig) {
		t := r.t
		by := func(c *Call, role routing.Role) routing.Device {
			synctest.Wait()
			p, _ := c.Snapshot().Party(role)
			return p.By
		}
		c := r.open()
		visitor, in := r.inbound("visitor")
		in.By = routing.ByBrowser
		visitor.sink = c.TakeClient(in)
		equal(t, "the visitor, at once", by(c, routing.Client), routing.ByBrowser)
		agent := r.callAgent(c, anna)
		agent.say(routing.Ringing{})
		equal(t, "the agent, while it rings", by(c, routing.Agent), 0)
		agent.say(routing.Answered{Port: agentPort, By: routing.ByBrowser})
		equal(t, "the agent", by(c, routing.Agent), routing.ByBrowser)
		if err := c.Supervise(t.Context(), sofia, routing.Listen); err != nil {
			t.Fatal(err)
		}
		r.newest().say(routing.Answered{Port: sofiaPort}) // a phone says nothing of it
		equal(t, "the supervisor", by(c, routing.Supervisor), routing.ByPhone)
	})
}

func TestWhoIsNeededIsDialledWhereTheyAnswer(t *testing.T) {
	inBubble(t, func(r *rig) {
		t := r.t
		c := r.open()
		c.CallAgent(anna, routing.DialRequest{Expected: true})
		agent := r.newest()
		equal(t, "the agent", agent.req.To, routing.Destination{Person: anna.ID})
		equal(t, "her call", agent.req.Call, c.ID())
		equal(t, "as the driver expects it", agent.req.Expected, true)
		phone := func() routing.Extension {
			synctest.Wait()
			p, _ := c.Snapshot().Party(routing.Agent)
			return p.Phone
		}
		equal(t, "the phone that may answer", phone(), anna.Phone)
		agent.say(routing.Answered{Port: agentPort, By: routing.ByBrowser})
		equal(t, "the phone that did not", phone(), "")
		if err := c.Supervise(t.Context(), sofia, routing.Listen); err != nil {
			t.Fatal(err)
		}
		prompter := r.newest()
		equal(t, "the supervisor", prompter.req.To, routing.Destination{Person: sofia.ID})
		equal(t, "who has just asked for it", prompter.req.Expected, true)
	})
}
