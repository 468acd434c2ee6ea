package call

import (
	"errors"
	"slices"
	"testing"
	"testing/synctest"

	"sufler/mixer"
	"sufler/routing"
)

// I017: 50 switches in one connection.
func TestFiftySwitchesNeedNoNewLeg(t *testing.T) {
	inBubble(t, func(r *rig) {
		t := r.t
		c, _ := r.supervised(routing.Listen)
		legs := len(r.legs)
		for i := range 50 {
			mode := []routing.Mode{routing.Whisper, routing.Barge, routing.Listen, routing.Barge, routing.Whisper, routing.Listen}[i%6]
			if err := c.SetMode(t.Context(), sofia.ID, mode); err != nil {
				t.Fatal(err)
			}
			r.mustHold(c, mode)
			r.mustHear(plansOf[mode])
			equal(t, "grants", len(r.lastPlan().Grants), map[routing.Mode]int{routing.Barge: 1}[mode])
		}
		equal(t, "legs", len(r.legs), legs)
		changes := 0
		for _, kind := range r.facts() {
			if kind == "supervision.changed" {
				changes++
			}
		}
		equal(t, "changes written", changes, 50)
	})
}

// No plan lets a supervisor in before his audit row is on disk.
func TestTheAuditRowComesBeforeThePlan(t *testing.T) {
	inBubble(t, func(r *rig) {
		t := r.t
		c, _, _ := r.talking()
		r.gate = make(chan struct{})
		if err := c.Supervise(t.Context(), sofia, routing.Barge); err != nil {
			t.Fatal(err)
		}
		r.newest().say(routing.Answered{Port: sofiaPort})
		if plan := r.lastPlan(); len(plan.Rows) != 2 || len(plan.Grants) != 0 {
			t.Fatalf("got plan %+v before the audit row", plan)
		}
		p, _ := c.Snapshot().Party(routing.Supervisor)
		if p.State == OnLine || p.Mode != routing.Barge {
			t.Errorf("got %+v shown before the audit row", p)
		}
		r.notes = nil
		r.closeGate()
		r.mustHear(plansOf[routing.Barge])
		if !slices.Equal(r.notes, []string{"audit row", "plan 1"}) {
			t.Errorf("got %v", r.notes)
		}
	})
}

func TestEachFreerModeHasItsOwnAuditRow(t *testing.T) {
	inBubble(t, func(r *rig) {
		t := r.t
		c, _ := r.supervised(routing.Listen)
		for _, mode := range []routing.Mode{routing.Barge, routing.Whisper, routing.Barge} {
			r.notes = nil
			if err := c.SetMode(t.Context(), sofia.ID, mode); err != nil {
				t.Fatal(err)
			}
			want := []string{"audit row", "plan 1"}
			if mode == routing.Whisper {
				want = []string{"plan 0"}
			}
			if !slices.Equal(r.notes, want) {
				t.Errorf("%s: got %v, want %v", mode, r.notes, want)
			}
		}
	})
}

func TestAModeIsShownAndAnsweredOnlyWhenApplied(t *testing.T) {
	inBubble(t, func(r *rig) {
		t := r.t
		c, _ := r.supervised(routing.Listen)
		r.slow = true
		answered := make(chan error, 1)
		go func() { answered <- c.SetMode(t.Context(), sofia.ID, routing.Whisper) }()
		plan := r.lastPlan()
		r.mustHold(c, routing.Listen)
		old := plan
		old.Epoch--
		r.apply(old) // an old epoch says nothing
		synctest.Wait()
		select {
		case err := <-answered:
			t.Fatalf("got answer %v before the plan was applied", err)
		default:
		}
		if slices.Contains(r.facts(), "supervision.changed") {
			t.Error("written down before the plan was applied")
		}
		r.apply(plan)
		if err := <-answered; err != nil {
			t.Error(err)
		}
		r.mustHold(c, routing.Whisper)
		changed, _ := fact[SupervisionChanged](r)
		if changed.From != "listen" || changed.Mode != "whisper" || changed.Frame != r.frame {
			t.Errorf("got %+v", changed)
		}
		r.apply(plan) // twice is once
		equal(t, "changes", len(r.facts("supervision.changed")), 1)
		r.slow = false
	})
}

// Tightening waits for nothing: not for the database, not for a freer wish.
func TestAStricterModeDoesNotWait(t *testing.T) {
	inBubble(t, func(r *rig) {
		t := r.t
		c, _ := r.supervised(routing.Whisper)
		r.gate = make(chan struct{})
		freer := make(chan error, 1)
		go func() { freer <- c.SetMode(t.Context(), sofia.ID, routing.Barge) }()
		synctest.Wait()
		if err := c.SetMode(t.Context(), sofia.ID, routing.Listen); err != nil {
			t.Fatal(err)
		}
		r.mustHear(plansOf[routing.Listen])
		r.closeGate()
		mustRefuse(t, <-freer, "mode_superseded")
		r.mustHold(c, routing.Listen)
		r.mustHear(plansOf[routing.Listen])
	})
}

func TestTheNewestWishWins(t *testing.T) {
	inBubble(t, func(r *rig) {
		t := r.t
		c, _ := r.supervised(routing.Listen)
		r.gate = make(chan struct{})
		first, second := make(chan error, 1), make(chan error, 1)
		go func() { first <- c.SetMode(t.Context(), sofia.ID, routing.Barge) }()
		synctest.Wait()
		go func() { second <- c.SetMode(t.Context(), sofia.ID, routing.Whisper) }()
		synctest.Wait()
		r.closeGate()
		mustRefuse(t, <-first, "mode_superseded")
		if err := <-second; err != nil {
			t.Error(err)
		}
		r.mustHold(c, routing.Whisper)
	})
}

func TestAModeCanBeChangedWhileThePhoneRings(t *testing.T) {
	inBubble(t, func(r *rig) {
		t := r.t
		c, _, _ := r.talking()
		if err := c.Supervise(t.Context(), sofia, routing.Barge); err != nil {
			t.Fatal(err)
		}
		prompter := r.newest()
		for _, mode := range []routing.Mode{routing.Whisper, routing.Barge, routing.Listen} {
			if err := c.SetMode(t.Context(), sofia.ID, mode); err != nil {
				t.Fatal(err)
			}
		}
		prompter.say(routing.Answered{Port: sofiaPort})
		r.mustHold(c, routing.Listen)
		r.mustHear(plansOf[routing.Listen])
	})
}

func TestWithoutAnAuditRowNothingIsGranted(t *testing.T) {
	inBubble(t, func(r *rig) {
		t := r.t
		c, prompter := r.supervised(routing.Listen)
		r.broken = errors.New("disk full")
		mustRefuse(t, c.SetMode(t.Context(), sofia.ID, routing.Barge), "audit_unavailable")
		r.mustHold(c, routing.Listen)
		r.mustHear(plansOf[routing.Listen])
		if err := c.Unsupervise(t.Context(), sofia.ID); err != nil {
			t.Fatal(err)
		}
		if !prompter.ended() {
			t.Error("the phone is left")
		}
		if err := c.Supervise(t.Context(), adam, routing.Listen); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if _, ok := c.Snapshot().Party(routing.Supervisor); ok {
			t.Error("a supervisor without an audit row is left")
		}
		equal(t, "state", c.Snapshot().State, StateTalking)
	})
}

func TestAnAuditRowThatTakesTooLongIsARefusal(t *testing.T) {
	inBubble(t, func(r *rig) {
		t := r.t
		c, _ := r.supervised(routing.Listen)
		r.gate = make(chan struct{})
		mustRefuse(t, c.SetMode(t.Context(), sofia.ID, routing.Whisper), "audit_unavailable")
		r.mustHold(c, routing.Listen)
	})
}

func TestARefusedPlanOpensNothing(t *testing.T) {
	inBubble(t, func(r *rig) {
		t := r.t
		c, _ := r.supervised(routing.Listen)
		r.slow = true
		answered := make(chan error, 1)
		go func() { answered <- c.SetMode(t.Context(), sofia.ID, routing.Barge) }()
		plan := r.lastPlan()
		r.slow = false
		r.x.Handle(mixer.Refused{Call: plan.Call, Epoch: plan.Epoch, Reason: "full"})
		mustRefuse(t, <-answered, "mode_refused")
		r.mustHold(c, routing.Listen)
		r.mustHear(plansOf[routing.Listen])
		equal(t, "state", c.Snapshot().State, StateTalking)
	})
}

func TestAnOldRefusalSaysNothing(t *testing.T) {
	inBubble(t, func(r *rig) {
		c, _ := r.supervised(routing.Barge)
		plan, plans := r.lastPlan(), len(r.plans)
		for range 3 {
			r.x.Handle(mixer.Refused{Call: plan.Call, Epoch: plan.Epoch - 1, Reason: "old epoch"})
		}
		r.mustHold(c, routing.Barge)
		equal(r.t, "plans", len(r.plans), plans)
	})
}

func TestTheSameModeAgainIsAnsweredAtOnce(t *testing.T) {
	inBubble(t, func(r *rig) {
		c, _ := r.supervised(routing.Whisper)
		plans := len(r.plans)
		if err := c.SetMode(r.t.Context(), sofia.ID, routing.Whisper); err != nil {
			r.t.Fatal(err)
		}
		equal(r.t, "plans", len(r.plans), plans)
		equal(r.t, "changes", len(r.facts("supervision.changed")), 0)
	})
}

func TestAWishOfOneWhoHasLeftIsRefused(t *testing.T) {
	inBubble(t, func(r *rig) {
		c, prompter := r.supervised(routing.Listen)
		r.gate = make(chan struct{})
		wish := make(chan error, 1)
		go func() { wish <- c.SetMode(r.t.Context(), sofia.ID, routing.Barge) }()
		synctest.Wait()
		prompter.end(routing.HungUp)
		r.mustHear(map[mixer.PortID][]mixer.PortID{clientPort: {agentPort}, agentPort: {clientPort}})
		r.closeGate()
		mustRefuse(r.t, <-wish, "supervision_unknown")
		r.mustHear(map[mixer.PortID][]mixer.PortID{clientPort: {agentPort}, agentPort: {clientPort}})
	})
}

func TestAStricterPlanThatIsRefusedIsAskedForAgain(t *testing.T) {
	inBubble(t, func(r *rig) {
		t := r.t
		c, _ := r.supervised(routing.Barge)
		r.slow = true
		answered := make(chan error, 1)
		go func() { answered <- c.SetMode(t.Context(), sofia.ID, routing.Listen) }()
		plan := r.lastPlan()
		r.slow = false
		r.x.Handle(mixer.Refused{Call: plan.Call, Epoch: plan.Epoch, Reason: "busy"})
		if err := <-answered; err != nil {
			t.Error(err)
		}
		r.mustHold(c, routing.Listen)
		r.mustHear(plansOf[routing.Listen])
	})
}

func TestPlansRefusedTwiceEndTheCall(t *testing.T) {
	inBubble(t, func(r *rig) {
		t := r.t
		c, _, _ := r.talking()
		r.slow = true
		c.send(c.replan)
		for range 2 {
			plan := r.lastPlan()
			r.x.Handle(mixer.Refused{Call: plan.Call, Epoch: plan.Epoch, Reason: "full"})
		}
		synctest.Wait()
		equal(t, "cause", c.Snapshot().Cause, routing.Failed)
	})
}
