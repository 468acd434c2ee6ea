package callback

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sufler/routing"
	"sufler/routing/capacity"
	"sufler/routing/queue"
)

// partedTalk brings a callback to where operator 101 is lost in the talk, and does not
// come back.
func partedTalk(r *rig) (View, string) {
	r.t.Helper()
	v, token := onTheLine(r)
	r.leg(visitor).answer()
	synctest.Wait()
	r.crew.Set("101", func(c *queue.Candidate) { c.Status = capacity.Offline })
	r.leg("101").say(routing.MediaLost{})
	r.pass(25 * time.Second)
	r.leg("101").wantHungUp(routing.LostMedia)
	if r.leg(visitor).isOver() {
		r.t.Fatal("the visitor was lost with the operator")
	}
	return v, token
}

func TestAnOperatorLostInTheTalkIsFollowedByTheNextOne(t *testing.T) {
	inProcess(t, func(r *rig) {
		r.crew.Set("102", func(c *queue.Candidate) { c.Whole = 1 })
		v, _ := partedTalk(r)
		if places := r.line.Snapshot().Places; len(places) != 1 || places[0].Position != 1 || !places[0].Since.Equal(v.CreatedAt) {
			t.Errorf("got %+v in the line", places)
		}
		r.wantStored(v.ID, routing.CallbackBridged, "")
		r.crew.Set("102", func(c *queue.Candidate) { c.Whole = 0 })
		r.leg("102").ring()
		r.leg("102").answer()
		r.wantViews(v.ID, "waiting 1", "agent_found", "ringing", "talking", "away", "talking")
		if got := r.dialled(); got != "101 "+visitor+" 102" {
			t.Errorf("got %q dialled: the visitor is on the line and must not be called again", got)
		}
		if c := r.store.byNumber(visitor); c.Operator != "op102" || c.Attempt != 1 {
			t.Errorf("got operator %s, attempt %d", c.Operator, c.Attempt)
		}
		r.leg(visitor).end(routing.HungUp)
		r.wantStored(v.ID, routing.CallbackDone, ReasonTalked)
		want := "requested queued offered agent_found accepted dialled ringing talking agent_lost queued offered agent_found accepted talking ended"
		if got := r.journal.kinds(); got != want {
			t.Errorf("got facts %q, want %q", got, want)
		}
	}, "101", "102")
}

func TestAnOperatorWhoComesBackGoesOnTalking(t *testing.T) {
	inProcess(t, func(r *rig) {
		v, _ := onTheLine(r)
		r.leg(visitor).answer()
		synctest.Wait()
		r.leg("101").say(routing.MediaLost{})
		r.pass(5 * time.Second)
		r.leg("101").say(routing.MediaBack{Port: 4})
		r.wantViews(v.ID, "waiting 1", "agent_found", "ringing", "talking", "away", "talking")
		if n := len(r.line.Snapshot().Places); n != 0 {
			t.Errorf("got %d places in the line", n)
		}
	}, "101")
}

func TestEveryEndAfterALostOperatorHasItsReason(t *testing.T) {
	for name, c := range map[string]struct {
		act    func(r *rig, token string)
		state  routing.CallbackState
		reason string
	}{
		"nobody free":      {func(r *rig, _ string) { r.pass(2 * time.Minute) }, routing.CallbackDone, ReasonNobodyFree},
		"visitor hangs up": {func(r *rig, _ string) { r.leg(visitor).end(routing.HungUp) }, routing.CallbackDone, ReasonTalked},
		"cancelled":        {func(r *rig, token string) { cancelNow(r, token) }, routing.CallbackDone, ReasonTalked},
		"program ends": {func(r *rig, _ string) {
			if err := r.Drain(r.t.Context()); err != nil {
				r.t.Error(err)
			}
			r.leg("102").end(routing.Declined)
		}, routing.CallbackInterrupted, ReasonInterrupted},
	} {
		t.Run(name, func(t *testing.T) {
			inProcess(t, func(r *rig) {
				v, token := partedTalk(r)
				c.act(r, token)
				r.wantStored(v.ID, c.state, c.reason)
				if !r.leg(visitor).isOver() || len(r.line.Snapshot().Places) != 0 || len(r.x.Running()) != 0 {
					t.Error("the visitor's leg, the place or the call is left")
				}
			}, "101", "102")
		})
	}
}

// Who heard music when the program crashed has talked already: they are told so
// and not called again.
func TestACrashAfterALostOperatorCallsNobodyAgain(t *testing.T) {
	inWorld(t, func(w *world) {
		w.crew.Add("101")
		first := w.boot()
		v, _ := partedTalk(first)
		first.crash()
		w.crew.Set("101", func(c *queue.Candidate) { c.Status = capacity.Online })
		second := w.boot()
		defer second.shutDown()
		w.pass(time.Hour)
		w.wantStored(v.ID, routing.CallbackInterrupted, ReasonInterrupted)
		if got := strings.Count(w.dialled(), visitor); got != 1 {
			t.Errorf("got %d calls to the visitor, want 1", got)
		}
	})
}
