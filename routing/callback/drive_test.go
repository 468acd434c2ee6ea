package callback

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sufler/routing"
	"sufler/routing/queue"
)

// onTheLine brings a callback to where the visitor's phone rings.
func onTheLine(r *rig) (View, string) {
	r.t.Helper()
	v, token := r.ask("777 000 001")
	r.leg("101").ring()
	r.leg("101").answer()
	r.leg(visitor).ring()
	synctest.Wait()
	return v, token
}

// M051, I025: the operator's phone first, then the visitor's.
func TestACallbackRingsTheOperatorThenTheVisitor(t *testing.T) {
	inProcess(t, func(r *rig) {
		v, token := r.ask("777 000 001")
		if v.State != ViewWaiting || v.Place != 1 || v.Number != visitor || v.NumberShown != "777 000 001" || v.Caller != "+420 222 111 000" || len(token) < 43 {
			t.Errorf("got %+v", v)
		}
		r.leg("101").ring()
		if got := r.dialled(); got != "101" {
			t.Fatalf("got %q dialled while the operator's phone rings", got)
		}
		r.leg("101").answer()
		r.leg(visitor).ring()
		r.leg(visitor).answer()
		r.wantStored(v.ID, routing.CallbackBridged, "")
		if n := len(r.line.Snapshot().Places); n != 0 {
			t.Errorf("got %d places in the line while they talk", n)
		}
		r.pass(time.Minute)
		r.leg(visitor).end(routing.HungUp)
		r.wantViews(v.ID, "waiting 1", "agent_found", "ringing", "talking", "ended talked")
		r.wantStored(v.ID, routing.CallbackDone, ReasonTalked)
		if got, want := r.journal.kinds(), "requested queued offered agent_found accepted dialled ringing talking ended"; got != want {
			t.Errorf("got facts %q, want %q", got, want)
		}
	}, "101")
}

func TestTheRingingPhoneShowsNameAndQueueButNoNumber(t *testing.T) {
	inProcess(t, func(r *rig) {
		r.ask("777 000 001")
		req := r.leg("101").req
		if want := "Call back: Jan Novák, orders"; req.FromName != want || strings.Contains(req.FromName+req.FromNumber, "777") || req.FromNumber != "+420222111000" {
			t.Errorf("got %q from %q, want %q", req.FromName, req.FromNumber, want)
		}
		if req.RingTimeout != 20*time.Second {
			t.Errorf("got %s of ringing, want 20s", req.RingTimeout)
		}
	}, "101")
}

// Every ending, with what the visitor reads and what is on disk.
func TestEveryEndingHasItsReason(t *testing.T) {
	busyTrunk := routing.Refuse(routing.Unavailable, "trunk_unavailable")
	ends := func(cause routing.Cause) func(*rig, string) {
		return func(r *rig, _ string) { r.leg(visitor).end(cause) }
	}
	for name, c := range map[string]struct {
		act    func(r *rig, token string)
		state  routing.CallbackState
		reason string
	}{
		"busy":             {ends(routing.BusyHere), routing.CallbackFailed, ReasonBusy},
		"declined":         {ends(routing.Declined), routing.CallbackFailed, ReasonDeclined},
		"no such number":   {ends(routing.NoSuch), routing.CallbackFailed, ReasonNoSuch},
		"unreachable":      {ends(routing.Unreachable), routing.CallbackFailed, ReasonUnreachable},
		"overloaded trunk": {ends(routing.Overloaded), routing.CallbackFailed, ReasonUnreachable},
		"no codec":         {ends(routing.NotMedia), routing.CallbackFailed, ReasonFailed},
		"no answer":        {func(r *rig, _ string) { r.pass(30 * time.Second) }, routing.CallbackFailed, ReasonNoAnswer},
		"visitor hangs up": {func(r *rig, _ string) { r.leg(visitor).answer(); r.leg(visitor).end(routing.HungUp) }, routing.CallbackDone, ReasonTalked},
		"operator hangs up": {func(r *rig, _ string) {
			r.leg(visitor).answer()
			synctest.Wait()
			r.leg("101").end(routing.HungUp)
		}, routing.CallbackDone, ReasonTalked},
		"cancelled while it rings": {func(r *rig, token string) { cancelNow(r, token) }, routing.CallbackCancelled, ReasonCancelled},
		"cancelled in the talk": {func(r *rig, token string) {
			r.leg(visitor).answer()
			synctest.Wait()
			cancelNow(r, token)
		}, routing.CallbackDone, ReasonTalked},
	} {
		t.Run(name, func(t *testing.T) {
			inProcess(t, func(r *rig) {
				v, token := onTheLine(r)
				c.act(r, token)
				r.wantStored(v.ID, c.state, c.reason)
				got, err := r.Get(r.t.Context(), v.ID, token)
				if err != nil || got.State != ViewEnded || got.Reason != c.reason || got.EndedAt.IsZero() {
					t.Errorf("got %+v, %v", got, err)
				}
				if running := r.x.Running(); len(running) != 0 {
					t.Errorf("got %d calls left", len(running))
				}
				if !r.leg("101").isOver() || !r.leg(visitor).isOver() {
					t.Error("a leg is left")
				}
				r.ask("777 000 001") // the number is free again
			}, "101")
		})
	}
	t.Run("no leg to the visitor comes to be", func(t *testing.T) {
		inProcess(t, func(r *rig) {
			r.refused[visitor] = busyTrunk
			v, _ := r.ask("777 000 001")
			r.leg("101").answer()
			r.wantStored(v.ID, routing.CallbackFailed, ReasonUnreachable)
			r.wantViews(v.ID, "waiting 1", "agent_found", "ended unreachable")
		}, "101")
	})
	t.Run("nobody free", func(t *testing.T) {
		inProcess(t, func(r *rig) {
			v, _ := r.ask("777 000 001")
			r.pass(2 * time.Minute)
			r.wantStored(v.ID, routing.CallbackFailed, ReasonNobodyFree)
			if got := r.dialled(); got != "101 101 101" {
				t.Errorf("got %q rung, want 101 three times", got)
			}
		}, "101")
	})
	t.Run("cancelled while it waits", func(t *testing.T) {
		inProcess(t, func(r *rig) {
			v, token := r.ask("777 000 001")
			cancelNow(r, token)
			r.wantStored(v.ID, routing.CallbackCancelled, ReasonCancelled)
			if n := len(r.line.Snapshot().Places); n != 0 {
				t.Errorf("got %d places left", n)
			}
		})
	})
}

func cancelNow(r *rig, token string) {
	r.t.Helper()
	id := r.store.byNumber(visitor).ID
	for range 2 { // the second time as well
		v, err := r.Cancel(r.t.Context(), id, token)
		if err != nil || v.State != ViewEnded {
			r.t.Errorf("got %+v, %v", v, err)
		}
	}
}

func TestAnUnansweredPhoneGoesToTheNextOperator(t *testing.T) {
	for name, act := range map[string]func(r *rig){
		"no answer":  func(r *rig) { r.pass(20 * time.Second) },
		"declined":   func(r *rig) { r.leg("101").end(routing.Declined) },
		"busy":       func(r *rig) { r.leg("101").end(routing.BusyHere) },
		"hung up":    func(r *rig) { r.leg("101").ring(); r.leg("101").end(routing.HungUp) },
		"phone gone": func(r *rig) { r.leg("101").end(routing.Unreachable) },
	} {
		t.Run(name, func(t *testing.T) {
			inProcess(t, func(r *rig) {
				v, _ := r.ask("777 000 001")
				r.leg("101")
				act(r)
				r.leg("102").answer()
				r.leg(visitor).answer()
				if got := r.dialled(); got != "101 102 "+visitor {
					t.Errorf("got %q dialled", got)
				}
				r.wantStored(v.ID, routing.CallbackBridged, "")
				if n := len(r.x.Running()); n != 1 {
					t.Errorf("got %d calls, want one for both operators", n)
				}
			}, "101", "102")
		})
	}
}

func TestAPhoneThatIsNotRegisteredGoesToTheNextOperator(t *testing.T) {
	inProcess(t, func(r *rig) {
		r.refused["101"] = routing.Refuse(routing.Conflict, "phone_unregistered", "phone", "101")
		r.ask("777 000 001")
		if got := r.dialled(); got != "102" {
			t.Errorf("got %q dialled, want 102", got)
		}
	}, "101", "102")
}

func TestAnOperatorWhoHangsUpWhileTheVisitorsPhoneRingsKeepsThePlace(t *testing.T) {
	inProcess(t, func(r *rig) {
		r.crew.Set("102", func(c *queue.Candidate) { c.Whole = 1 })
		v, _ := onTheLine(r)
		behind, _ := r.ask("777 000 002")
		r.leg("101").end(routing.HungUp)
		r.leg(visitor).wantHungUp(routing.Cancelled)
		r.crew.Set("101", func(c *queue.Candidate) { c.Whole = 1 })
		r.crew.Set("102", func(c *queue.Candidate) { c.Whole = 0 })
		r.leg("102").answer()
		r.leg(visitor).ring()
		r.leg(visitor).answer()
		r.wantViews(v.ID, "waiting 1", "agent_found", "ringing", "waiting 1 first", "agent_found", "ringing", "talking")
		r.wantViews(behind.ID, "waiting 1", "waiting 2", "waiting 1")
		if c := r.store.byNumber(visitor); c.Attempt != 2 {
			t.Errorf("got attempt %d, want 2", c.Attempt)
		}
	}, "101", "102")
}

func TestAVisitorWhoAnswersWithoutAnOperatorIsNotLost(t *testing.T) {
	inProcess(t, func(r *rig) {
		v, _ := onTheLine(r)
		r.leg("101").say(routing.Ended{Cause: routing.HungUp})
		r.leg(visitor).answer()
		synctest.Wait()
		r.leg("101").end(routing.HungUp)
		if !r.legs[1].isOver() {
			t.Error("the visitor's leg is left in silence")
		}
		r.wantStored(v.ID, routing.CallbackQueued, "")
	}, "101")
}

func TestAVisitorIsNotRungWithoutEnd(t *testing.T) {
	inProcess(t, func(r *rig) {
		v, _ := r.ask("777 000 001")
		for range 3 {
			r.leg("101").answer()
			r.leg(visitor).ring()
			r.leg("101").end(routing.HungUp)
			r.pass(10 * time.Second)
		}
		r.leg("101").answer()
		r.wantStored(v.ID, routing.CallbackFailed, ReasonFailed)
		if got := strings.Count(r.dialled(), visitor); got != 3 {
			t.Errorf("got %d calls to the visitor, want 3", got)
		}
	}, "101")
}

func withDesk(c *queue.Candidate) { c.Desk = true }

// I005
func TestAcceptingInTheDeskRingsTheOperatorsPhoneThen(t *testing.T) {
	inProcess(t, func(r *rig) {
		r.crew.Set("101", withDesk)
		v, _ := r.ask("777 000 001")
		place := r.line.Snapshot().Places[0]
		if got := r.dialled(); got != "" || place.State != queue.Offered {
			t.Fatalf("got %q dialled, place %s", got, place.State)
		}
		id, err := r.Accept(r.t.Context(), place.ID, "op101")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.x.Find(id); err != nil {
			t.Error(err)
		}
		r.wantViews(v.ID, "waiting 1", "agent_found")
		r.leg("101").ring()
		r.leg("101").answer()
		r.leg(visitor).answer()
		r.wantStored(v.ID, routing.CallbackBridged, "")
		if c := r.store.byNumber(visitor); c.Call != id || c.Operator != "op101" {
			t.Errorf("got call %q of %q, want %q", c.Call, c.Operator, id)
		}
	}, "101")
}

func TestWhoAcceptsAndDoesNotPickUpLosesThePlace(t *testing.T) {
	inProcess(t, func(r *rig) {
		r.crew.Set("101", withDesk)
		v, _ := r.ask("777 000 001")
		if _, err := r.Accept(r.t.Context(), r.line.Snapshot().Places[0].ID, "op101"); err != nil {
			t.Fatal(err)
		}
		r.pass(20 * time.Second)
		r.leg("102").ring()
		r.wantViews(v.ID, "waiting 1", "agent_found", "waiting 1", "agent_found")
		if got := r.dialled(); got != "101 102" {
			t.Errorf("got %q dialled", got)
		}
	}, "101", "102")
}

func TestAcceptingWhileAnotherPhoneRingsStopsThatPhone(t *testing.T) {
	inProcess(t, func(r *rig) {
		r.crew.Set("102", withDesk)
		v, _ := r.ask("777 000 001")
		r.leg("101").ring()
		if _, err := r.Accept(r.t.Context(), r.line.Snapshot().Places[0].ID, "op102"); err != nil {
			t.Fatal(err)
		}
		r.leg("101").wantHungUp(routing.Elsewhere)
		r.leg("102").answer()
		r.leg(visitor).answer()
		r.wantStored(v.ID, routing.CallbackBridged, "")
	}, "101", "102")
}

func TestPickingUpAndAcceptingAtOnceHasOneWinner(t *testing.T) {
	inProcess(t, func(r *rig) {
		r.crew.Set("102", withDesk)
		r.ask("777 000 001")
		r.leg("101").ring()
		place := r.line.Snapshot().Places[0].ID
		won := make(chan error, 1)
		go func() {
			_, err := r.Accept(r.t.Context(), place, "op102")
			won <- err
		}()
		r.leg("101").answer()
		err := <-won
		synctest.Wait()
		if (err == nil) == !r.leg("101").isOver() {
			t.Errorf("accept said %v, and the phone that was picked up is over: %v", err, r.leg("101").isOver())
		}
		if err != nil && !errors.Is(err, routing.Refuse(0, "place_taken")) {
			t.Errorf("got %v", err)
		}
		if n := len(r.x.Running()); n != 1 {
			t.Errorf("got %d calls, want 1", n)
		}
	}, "101", "102")
}

func TestEarlyMediaCountsAsRinging(t *testing.T) {
	inProcess(t, func(r *rig) {
		v, _ := r.ask("777 000 001")
		r.leg("101").answer()
		r.leg(visitor).say(routing.EarlyMedia{Port: 2})
		r.leg(visitor).ring()
		r.leg(visitor).answer()
		r.wantViews(v.ID, "waiting 1", "agent_found", "ringing", "talking")
	}, "101")
}
