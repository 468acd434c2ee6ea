package talk

import (
	"testing"
	"testing/synctest"
	"time"

	"sufler/routing"
	"sufler/routing/capacity"
	"sufler/routing/queue"
)

func TestAnOperatorWhoComesBackFindsTheVisitorThere(t *testing.T) {
	inBubble(t, func(r *rig) {
		v := r.talking()
		r.leg("101").say(routing.MediaLost{})
		r.pass(2 * time.Second)
		r.wantState(v, Away)
		r.leg("101").say(routing.MediaBack{Port: 5})
		r.wantState(v, Talking)
		r.wantViews(v.ID, "waiting 1", "agent_found", "talking Anna of Orders", "away Anna of Orders", "talking Anna of Orders")
		if n := len(r.line.Snapshot().Places); n != 0 {
			t.Errorf("got %d places", n)
		}
	}, "101")
}

// The visitor stays on the line, is first, and talks to the next one; the record
// of the talk is one.
func TestAnOperatorLostInTheTalkIsFollowedByTheNextOne(t *testing.T) {
	inBubble(t, func(r *rig) {
		v := r.talking()
		talkedAt := r.get(v).TalkedAt
		r.crew.Set("102", func(c *queue.Candidate) { c.Whole = 1 })
		behind := r.begin("another")
		r.crew.Set("101", func(c *queue.Candidate) { c.Status = capacity.Offline })
		r.leg("101").say(routing.MediaLost{})
		r.pass(time.Minute)
		r.leg("101").wantHungUp(t, routing.LostMedia)
		if got := r.get(v); got.State != Waiting || !got.CutOff || got.Place != 1 || got.Operator != "" {
			t.Errorf("got %+v", got)
		}
		if v.page.isOver() {
			t.Fatal("the visitor was lost with the operator")
		}
		r.crew.Set("102", func(c *queue.Candidate) { c.Whole = 0 })
		r.leg("102").answer()
		got := r.get(v)
		if got.State != Talking || !got.TalkedAt.Equal(talkedAt) || got.CutOff {
			t.Errorf("got %+v", got)
		}
		r.wantState(behind, Waiting)
		if running := r.x.Running(); len(running) != 2 {
			t.Errorf("got %d calls, want the talk's and the other's", len(running))
		}
		v.page.end(routing.HungUp)
		synctest.Wait()
		if got := r.get(v); got.Reason != ReasonTalked {
			t.Errorf("got %q", got.Reason)
		}
	}, "101", "102")
}

func TestWhoWasLostInTheTalkIsAskedLast(t *testing.T) {
	inBubble(t, func(r *rig) {
		r.talking()
		r.leg("101").say(routing.MediaLost{})
		r.pass(21 * time.Second)
		if got := r.dialled(); got != "101 102" {
			t.Errorf("got %q rung, want another one first", got)
		}
	}, "101", "102")
}

func TestNobodyForAVisitorWhoWasCutOffIsAnEnd(t *testing.T) {
	inBubble(t, func(r *rig) {
		v := r.talking()
		r.leg("101").say(routing.MediaLost{})
		r.pass(3 * time.Minute)
		r.wantEnded(v, ReasonNobodyFree)
		v.page.wantHungUp(t, routing.NoAnswer)
	}, "101")
}
