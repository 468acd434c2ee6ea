package hunt

import (
	"context"
	"testing"
	"time"

	"sufler/mixer"
	"sufler/routing"
	"sufler/routing/queue"
)

// atDesk lets an operator be asked by the desk.
func atDesk(c *queue.Candidate) { c.Desk = true }

func TestWhoAcceptsInTheDeskRingsThenInTheCallThatIsNamed(t *testing.T) {
	inBubble(t, func(r *rig) {
		r.crew.Set("101", atDesk)
		r.arrive()
		do := func(ctx context.Context, task func() error) error { return r.own.Do(ctx, task) }
		id, err := Accept(r.t.Context(), r.line, r.Place(), "op101", do, func(routing.PlaceID) *Hunt { return r.Hunt })
		if err != nil || id == "" || id != r.CallID() {
			t.Errorf("got call %q, %v, want %s", id, err, r.CallID())
		}
		if !r.newest().req.Expected {
			t.Error("who has just accepted is rung as if they did not know")
		}
		r.newest().say(routing.Answered{Port: 1})
		r.want("offered op101 false", "accepted op101", "found op101", "on line", "talking")
	}, "101")
}

func TestWhoDoesNotPickUpIsFollowedByTheNext(t *testing.T) {
	inBubble(t, func(r *rig) {
		r.arrive()
		r.newest().say(routing.Ended{Cause: routing.NoAnswer})
		r.newest().say(routing.Answered{Port: 1})
		r.want("offered op101 true", "lost op101 no_answer", "offered op102 true", "found op102", "accepted op102", "on line", "talking")
	}, "101", "102")
}

func TestALineThatHasAskedAllOftenEnoughSaysSo(t *testing.T) {
	inBubble(t, func(r *rig) {
		r.arrive()
		for range 3 {
			r.pass(time.Minute)
			r.newest().say(routing.Ended{Cause: routing.NoAnswer})
		}
		r.pass(time.Hour)
		r.mustHaveTold("nobody free", 1)
	}, "101")
}

// An operator who is lost in the talk has no place any more: the driver joins again.
func TestAnOperatorLostInTheTalkIsTheDriversToReplace(t *testing.T) {
	inBubble(t, func(r *rig) {
		r.arrive()
		anna := r.newest()
		anna.say(routing.Answered{Port: 1})
		r.want("offered op101 true", "found op101", "accepted op101", "on line", "talking")
		call := r.CallID()
		r.again = func() {
			if err := r.Join(true, "op101"); err != nil {
				t.Error(err)
			}
		}
		r.do(func() { r.Drop(routing.LostMedia, "lost") })
		r.newest().say(routing.Answered{Port: 1})
		r.want("lost op101 lost", "offered op102 true", "found op102", "accepted op102", "on line", "talking")
		if r.CallID() != call || r.Agent().ID != "op102" {
			t.Errorf("got call %s with %s, want %s with op102", r.CallID(), r.Agent().ID, call)
		}
	}, "101", "102")
}

// A call that breaks is over; the driver says whether the search is, too.
func TestACallThatBreaksGivesThePlaceBackWhenTheSearchGoesOn(t *testing.T) {
	inBubble(t, func(r *rig) {
		r.goesOn = true
		r.do(func() {
			if err := r.Join(false, ""); err != nil {
				t.Error(err)
			}
		})
		first := r.CallID()
		r.x.Handle(mixer.Broken{Call: mixer.CallID(first), Reason: "planted"})
		r.newest().say(routing.Answered{Port: 1})
		r.want("offered op101 true", "ended failed", "lost op101 failed", "offered op102 true", "found op102", "accepted op102", "on line")
		if r.CallID() == first {
			t.Error("the broken call is rung in again")
		}
	}, "101", "102")
}
