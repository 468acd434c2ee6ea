package call

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"sufler/mixer"
	"sufler/routing"
)

// plansOf are the rows that each mode makes in a talk.
var plansOf = map[routing.Mode]map[mixer.PortID][]mixer.PortID{
	routing.Listen:  {clientPort: {agentPort}, agentPort: {clientPort}, sofiaPort: {clientPort, agentPort}},
	routing.Whisper: {clientPort: {agentPort}, agentPort: {clientPort, sofiaPort}, sofiaPort: {clientPort, agentPort}},
	routing.Barge:   {clientPort: {agentPort, sofiaPort}, agentPort: {clientPort, sofiaPort}, sofiaPort: {clientPort, agentPort}},
}

// W001, W004-W009, I019
func TestEachModeMakesItsPlan(t *testing.T) {
	for mode := routing.Listen; mode <= routing.Barge; mode++ {
		t.Run(mode.String(), func(t *testing.T) {
			inBubble(t, func(r *rig) {
				t := r.t
				c, _ := r.supervised(mode)
				r.mustHear(plansOf[mode])
				plan := r.lastPlan()
				if got := isGranted(plan, sofiaPort); got != (mode == routing.Barge) || len(plan.Grants) > 1 {
					t.Errorf("got grants %v in %s", plan.Grants, mode)
				}
				started, _ := fact[SupervisionStarted](r)
				if started.Mode != mode.String() || started.Supervisor != sofia.ID || started.Frame == 0 {
					t.Errorf("got %+v", started)
				}
				equal(t, "pairs shown", len(c.Snapshot().Hears), len(plansOf[mode][clientPort])+len(plansOf[mode][agentPort])+2)
			})
		})
	}
}

// W020: the call goes on untouched, and the phone is hung up.
func TestLeavingEndsTheSupervisionOnly(t *testing.T) {
	inBubble(t, func(r *rig) {
		t := r.t
		c, prompter := r.supervised(routing.Barge)
		if err := c.Unsupervise(t.Context(), sofia.ID); err != nil {
			t.Fatal(err)
		}
		r.mustHear(map[mixer.PortID][]mixer.PortID{clientPort: {agentPort}, agentPort: {clientPort}})
		if !prompter.ended() || c.Snapshot().State != StateTalking {
			t.Error("the phone is left, or the call is not")
		}
		ended, ok := fact[SupervisionEnded](r)
		if !ok || ended.Mode != "barge" || ended.Frame == 0 || ended.Cause != "hung_up" {
			t.Errorf("got %+v", ended)
		}
		mustRefuse(t, c.Unsupervise(t.Context(), sofia.ID), "supervision_unknown")
		mustRefuse(t, c.SetMode(t.Context(), sofia.ID, routing.Listen), "supervision_unknown")
		// W022: the place is free again
		if err := c.Supervise(t.Context(), adam, routing.Listen); err != nil {
			t.Fatal(err)
		}
	})
}

func TestASupervisorWhoHangsUpLeaves(t *testing.T) {
	inBubble(t, func(r *rig) {
		t := r.t
		c, prompter := r.supervised(routing.Whisper)
		prompter.end(routing.HungUp)
		r.mustHear(map[mixer.PortID][]mixer.PortID{clientPort: {agentPort}, agentPort: {clientPort}})
		equal(t, "state", c.Snapshot().State, StateTalking)
	})
}

// The supervisor's phone is busy, or rings in vain: the call goes on untouched.
func TestASupervisorsPhoneThatDoesNotAnswer(t *testing.T) {
	for _, cause := range []routing.Cause{routing.BusyHere, routing.NoAnswer, routing.Declined, routing.Unreachable} {
		t.Run(cause.String(), func(t *testing.T) {
			inBubble(t, func(r *rig) {
				t := r.t
				c, _, _ := r.talking()
				before := len(r.plans)
				if err := c.Supervise(t.Context(), sofia, routing.Listen); err != nil {
					t.Fatal(err)
				}
				r.newest().end(cause)
				ended, _ := fact[SupervisionEnded](r)
				equal(t, "cause", ended.Cause, cause.String())
				equal(t, "frame", ended.Frame, 0)
				if _, ok := c.Snapshot().Party(routing.Supervisor); ok {
					t.Error("the supervisor is still shown")
				}
				for _, plan := range r.plans[before:] {
					if len(plan.Rows) != 2 {
						t.Errorf("got plan %+v", plan)
					}
				}
				if slices.Contains(r.facts(), "supervision.started") {
					t.Error("a supervision that never began was written down")
				}
			})
		})
	}
}

// W015, W016: of 100 at once exactly one gets the place, each time.
func TestOfAHundredSupervisorsExactlyOneWins(t *testing.T) {
	for round := range 20 {
		t.Run(fmt.Sprint(round), func(t *testing.T) {
			inBubble(t, func(r *rig) {
				t := r.t
				c, _, _ := r.talking()
				before := len(r.legs)
				var mu sync.Mutex
				won := 0
				var all sync.WaitGroup
				for i := range 100 {
					by := []routing.Operator{sofia, adam}[i%2]
					all.Go(func() {
						err := c.Supervise(t.Context(), by, routing.Listen)
						mu.Lock()
						defer mu.Unlock()
						if err == nil {
							won++
							return
						}
						refusal, ok := errors.AsType[*routing.Error](err)
						if !ok || refusal.Code != "supervision_taken" || refusal.Params["since"] == "" ||
							refusal.Params["who"] != "Sofia" && refusal.Params["who"] != "Adam" {
							t.Errorf("got %v", err)
						}
					})
				}
				all.Wait()
				synctest.Wait()
				equal(t, "winners", won, 1)
				equal(t, "phones rung", len(r.legs)-before, 1)
				equal(t, "supervisions", r.metric("sufler_supervisions_running"), 1)
			})
		})
	}
}

func TestTwoSupervisorsWhereTwoAreAllowed(t *testing.T) {
	inBubble(t, func(r *rig) {
		t := r.t
		c, _ := r.supervised(routing.Barge)
		if err := c.Supervise(t.Context(), adam, routing.Listen); err != nil {
			t.Fatal(err)
		}
		r.newest().say(routing.Answered{Port: 4})
		synctest.Wait()
		plan := r.lastPlan()
		if got := sources(plan, 4); !slices.Equal(got, []mixer.PortID{clientPort, agentPort}) {
			t.Errorf("the second hears %v", got)
		}
		equal(t, "grants", len(plan.Grants), 1)
		mustRefuse(t, c.Supervise(t.Context(), routing.Operator{ID: "third", Phone: "3"}, routing.Listen), "supervision_taken")
	}, func(o *Options) { o.SupervisorsPerCall = 2 })
}

// W017: after the end there is a notice and no dangling leg.
func TestRefusalsLeaveNoLeg(t *testing.T) {
	inBubble(t, func(r *rig) {
		t := r.t
		c, _, client := r.talking()
		before := len(r.legs)
		mustRefuse(t, c.Supervise(t.Context(), sofia, 0), "mode_unknown")
		mustRefuse(t, c.Supervise(t.Context(), sofia, 9), "mode_unknown")
		mustRefuse(t, c.Supervise(t.Context(), anna, routing.Listen), "not_allowed")
		for _, code := range []string{"phone_unregistered", "sound_off", "nowhere_to_ring"} { // there is nothing to ring
			r.refuse = routing.Refuse(routing.Conflict, code)
			mustRefuse(t, c.Supervise(t.Context(), sofia, routing.Listen), code)
			ended, _ := fact[LegEnded](r)
			equal(t, "cause", ended.Cause, "unreachable")
		}
		r.refuse = nil
		client.end(routing.HungUp)
		<-c.done()
		since := c.Snapshot().EndedAt.UTC().Format(TimeParam)
		equal(t, "since", refusal(t, c.Supervise(t.Context(), sofia, routing.Listen), "call_ended").Params["since"], since)
		mustRefuse(t, c.SetMode(t.Context(), sofia.ID, routing.Listen), "call_ended")
		mustRefuse(t, c.Unsupervise(t.Context(), sofia.ID), "call_ended")
		equal(t, "phones rung", len(r.legs)-before, 0)
	})
}

func TestATrippedGuardEndsTheSupervisionAndRaisesAnAlarm(t *testing.T) {
	inBubble(t, func(r *rig) {
		t := r.t
		c, prompter := r.supervised(routing.Whisper)
		p, _ := c.Snapshot().Party(routing.Supervisor)
		r.x.Handle(mixer.Tripped{Call: mixer.CallID(c.ID()), Listener: clientPort, Source: sofiaPort, Frame: 9})
		r.mustHear(map[mixer.PortID][]mixer.PortID{clientPort: {agentPort}, agentPort: {clientPort}})
		if !prompter.ended() || c.Snapshot().State != StateTalking {
			t.Error("want the supervision ended and the call going on")
		}
		alarm, _ := fact[GuardTripped](r)
		if alarm.Source != p.ID || alarm.Listener == "" || alarm.Frame != 9 {
			t.Errorf("got %+v", alarm)
		}
	})
}

// A supervisor may come before the client has answered; he hears what the agent hears.
func TestASupervisorDuringRinging(t *testing.T) {
	inBubble(t, func(r *rig) {
		t := r.t
		c := r.open()
		r.play(c, "A Aa C Cr")
		client := r.legs[1]
		if err := c.Supervise(t.Context(), sofia, routing.Whisper); err != nil {
			t.Fatal(err)
		}
		prompter := r.newest()
		prompter.say(routing.Answered{Port: sofiaPort})
		r.mustHear(map[mixer.PortID][]mixer.PortID{agentPort: {999}, sofiaPort: {999}})
		client.say(routing.Answered{Port: clientPort})
		r.mustHear(plansOf[routing.Whisper])
	})
}

func TestTheEndOfTheCallEndsTheSupervision(t *testing.T) {
	inBubble(t, func(r *rig) {
		t := r.t
		c, prompter := r.supervised(routing.Listen)
		r.slow = true
		waiting := make(chan error, 1)
		go func() { waiting <- c.SetMode(t.Context(), sofia.ID, routing.Whisper) }()
		synctest.Wait()
		r.notes = nil
		r.legs[1].end(routing.HungUp)
		<-c.done()
		mustRefuse(t, <-waiting, "call_ended")
		if !prompter.ended() {
			t.Error("the phone is left")
		}
		if r.notes[0] != "plan 0" {
			t.Errorf("got %v, want silence before the first hangup", r.notes)
		}
		want := []string{"supervision.granted", "supervision.started", "supervision.granted", "supervision.ended", "call.ended"}
		if got := r.facts("supervision.", "call.ended"); !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	})
}

// W002 in the journal: what visitor and agent may read knows no supervisor.
func TestNoFactForOthersNamesTheSupervisor(t *testing.T) {
	inBubble(t, func(r *rig) {
		t := r.t
		c, prompter := r.supervised(routing.Listen)
		p, _ := c.Snapshot().Party(routing.Supervisor)
		for _, mode := range []routing.Mode{routing.Whisper, routing.Barge, routing.Listen} {
			if err := c.SetMode(t.Context(), sofia.ID, mode); err != nil {
				t.Fatal(err)
			}
		}
		if err := c.Unsupervise(t.Context(), sofia.ID); err != nil {
			t.Fatal(err)
		}
		if err := c.Supervise(t.Context(), sofia, routing.Barge); err != nil {
			t.Fatal(err)
		}
		c.End(routing.HungUp)
		<-c.done()
		secrets := []string{"Sofia", "sofia", `"201"`, string(p.ID), string(prompter.id), "supervis", "listen", "whisper", "barge"}
		hidden := 0
		for _, e := range r.entries {
			text, err := json.Marshal(e)
			if err != nil {
				t.Fatal(err)
			}
			if e.Audience == routing.SupervisorsOnly {
				hidden++
				continue
			}
			for _, secret := range secrets {
				if strings.Contains(string(text), secret) {
					t.Errorf("audience %d reads %q in %s", e.Audience, secret, text)
				}
			}
		}
		if hidden < 10 {
			t.Errorf("got %d facts for supervisors, want the whole supervision", hidden)
		}
	})
}

// Everything at once, under the race detector: whoever is last, nothing is left.
func TestAHundredHandsOnOneCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		for range 10 {
			c, agent, client := r.talking()
			var all sync.WaitGroup
			for i := range 100 {
				all.Go(func() {
					switch i % 10 {
					case 0, 1:
						_ = c.Supervise(t.Context(), sofia, routing.Listen)
					case 2, 3, 4:
						_ = c.SetMode(t.Context(), sofia.ID, routing.Mode(i%3+1))
					case 5:
						_ = c.Unsupervise(t.Context(), sofia.ID)
					case 6:
						c.Snapshot()
						r.x.Running()
					case 7:
						r.answerPrompters()
					case 8:
						r.x.Handle(mixer.Metered{Call: mixer.CallID(c.ID()), Frame: uint64(i)})
					case 9:
						if i == 99 {
							agent.end(routing.HungUp)
							client.end(routing.HungUp)
						}
					}
				})
			}
			all.Wait()
			<-c.done()
			synctest.Wait()
			r.mustBeEmpty()
		}
		if err := r.x.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func (r *rig) answerPrompters() {
	r.mu.Lock()
	legs := slices.Clone(r.legs)
	r.mu.Unlock()
	for _, l := range legs {
		if l.req.To.Person == sofia.ID {
			l.say(routing.Answered{Port: sofiaPort})
		}
	}
}
