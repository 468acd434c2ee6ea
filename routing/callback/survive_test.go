package callback

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"sufler/routing"
	"sufler/routing/capacity"
	"sufler/routing/queue"
)

var errDisk = errors.New("disk is away")

func TestTheVisitorIsNotCalledBeforeTheIntentIsOnDisk(t *testing.T) {
	inProcess(t, func(r *rig) {
		v, _ := r.ask("777 000 001")
		r.store.breakWith(errDisk)
		r.leg("101").answer()
		r.pass(9 * time.Second)
		if got := r.dialled(); got != "101" {
			t.Fatalf("got %q dialled without an intent on disk", got)
		}
		r.store.breakWith(nil)
		r.pass(5 * time.Second)
		r.leg(visitor).answer() // Dial has looked at the disk
		r.wantStored(v.ID, routing.CallbackBridged, "")
	}, "101")
}

func TestAnOperatorIsLetGoWhenTheDiskStaysAway(t *testing.T) {
	inProcess(t, func(r *rig) {
		v, _ := r.ask("777 000 001")
		r.store.breakWith(errDisk)
		r.leg("101").answer()
		r.pass(10 * time.Second)
		r.leg("101").wantHungUp(routing.Failed)
		r.store.breakWith(nil)
		r.pass(5 * time.Second)
		r.wantStored(v.ID, routing.CallbackQueued, "")
		if c := r.store.byNumber(visitor); c.Attempt != 0 {
			t.Errorf("got attempt %d, want 0: no phone has rung", c.Attempt)
		}
	}, "101")
}

func TestALostDiskNeverCutsATalk(t *testing.T) {
	inProcess(t, func(r *rig) {
		v, token := onTheLine(r)
		r.store.breakWith(errDisk)
		r.leg(visitor).answer()
		r.pass(10 * time.Minute)
		r.wantStored(v.ID, routing.CallbackDialling, "")
		if got, err := r.Get(r.t.Context(), v.ID, token); err != nil || got.State != ViewTalking {
			t.Errorf("got %s, %v", got.State, err)
		}
		r.leg(visitor).end(routing.HungUp)
		r.store.breakWith(nil)
		r.pass(longestPause)
		r.wantStored(v.ID, routing.CallbackDone, ReasonTalked)
	}, "101")
}

func TestACallbackThatAnotherProcessHoldsIsLetGo(t *testing.T) {
	inProcess(t, func(r *rig) {
		v, _ := onTheLine(r)
		if _, err := r.store.ClaimCallbacks(r.t.Context(), "n2/other"); err != nil {
			t.Fatal(err)
		}
		r.leg(visitor).answer()
		r.leg(visitor).wantHungUp(routing.Cancelled)
		r.leg("101").wantHungUp(routing.Cancelled)
		if c := r.store.byNumber(visitor); c.Holder != "n2/other" || c.State != routing.CallbackDialling || c.ID != v.ID {
			t.Errorf("got %+v", c)
		}
	}, "101")
}

// Where a crash finds a callback, and what the next process makes of it.
func TestACrashLosesNothing(t *testing.T) {
	for name, c := range map[string]struct {
		before     func(r *rig)
		state      routing.CallbackState
		reason     string
		secondRing bool
	}{
		"waiting":                  {func(r *rig) { r.leg("101") }, routing.CallbackQueued, "", false},
		"operator on the line":     {func(r *rig) { r.store.breakWith(errDisk); r.leg("101").answer() }, routing.CallbackQueued, "", false},
		"visitor's phone rings":    {func(r *rig) { r.leg("101").answer(); r.leg(visitor).ring() }, routing.CallbackQueued, "", true},
		"talk":                     {func(r *rig) { r.leg("101").answer(); r.leg(visitor).answer() }, routing.CallbackInterrupted, ReasonInterrupted, false},
		"talk, not on disk at all": {talkWithoutDisk, routing.CallbackQueued, "", true},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.crew.Add("101")
				first := w.boot()
				v, token := first.ask("777 000 001")
				c.before(first)
				synctest.Wait()
				first.crash()
				w.store.breakWith(nil)
				w.pass(time.Hour)

				second := w.boot()
				defer second.shutDown()
				w.wantStored(v.ID, c.state, c.reason)
				got, err := second.Get(w.t.Context(), v.ID, token)
				if err != nil {
					t.Fatal(err)
				}
				if c.reason != "" {
					if got.State != ViewEnded || got.Reason != c.reason {
						t.Errorf("got %+v", got)
					}
					return
				}
				wantFlag(w, c.secondRing)
				if p := second.line.Snapshot().Places[0]; !p.Since.Equal(v.CreatedAt) {
					t.Errorf("got a place since %s, want %s", p.Since, v.CreatedAt)
				}
				w.leg("101").answer()
				w.leg(visitor).answer()
				w.wantStored(v.ID, routing.CallbackBridged, "")
			})
		})
	}
}

func talkWithoutDisk(r *rig) {
	r.leg("101").answer()
	r.leg(visitor)
	r.store.breakWith(errDisk)
	r.leg(visitor).answer()
}

func wantFlag(w *world, want bool) {
	w.t.Helper()
	w.journal.mu.Lock()
	defer w.journal.mu.Unlock()
	last := Queued{}
	for _, f := range w.journal.facts {
		if q, ok := f.(Queued); ok {
			last = q
		}
	}
	if last.PossibleSecondRing != want {
		w.t.Errorf("got possible second ring %v, want %v", last.PossibleSecondRing, want)
	}
}

func TestAnOrderlyEndKeepsWhoWaitsAndInterruptsWhoTalks(t *testing.T) {
	inWorld(t, func(w *world) {
		w.crew.Add("101")
		r := w.boot()
		v, _ := onTheLine(r)
		r.leg(visitor).answer()
		waits, _ := r.ask("777 000 002")
		r.shutDown()
		w.wantStored(v.ID, routing.CallbackInterrupted, ReasonInterrupted)
		w.wantStored(waits.ID, routing.CallbackQueued, "")
		if _, _, err := r.Request(w.t.Context(), Request{Number: "777000003"}); !errors.Is(err, routing.Refuse(0, "server_closing")) {
			t.Errorf("got %v", err)
		}
	})
}

// The first half of an end: talks go on, nobody is called any more, and what waits
// is left to the next process.
func TestADrainLetsTalksEndAndLeavesTheRestToTheNextProcess(t *testing.T) {
	inWorld(t, func(w *world) {
		w.crew.Add("101")
		w.crew.Add("102")
		r := w.boot()
		talks, _ := onTheLine(r)
		r.leg(visitor).answer()
		rings, _ := r.ask("777 000 002")
		r.leg("102").ring()
		waits, _ := r.ask("777 000 003")
		if err := r.Drain(w.t.Context()); err != nil {
			w.t.Fatal(err)
		}
		synctest.Wait()
		if _, _, err := r.Request(w.t.Context(), Request{Number: "777000004"}); !errors.Is(err, routing.Refuse(0, "server_closing")) {
			t.Errorf("a new request: got %v, want server_closing", err)
		}
		if places := r.line.Snapshot().Places; len(places) != 1 || places[0].Callback != rings.ID {
			t.Errorf("got %+v in the line, want the one whose operator is rung", places)
		}
		r.leg("102").end(routing.Declined)
		r.pass(time.Minute)
		if got := r.dialled(); got != "101 "+visitor+" 102" {
			t.Errorf("got %q dialled: somebody was called in the drain", got)
		}
		if n := len(r.x.Running()); n != 1 {
			t.Errorf("got %d calls that run, want the talk", n)
		}
		r.leg(visitor).end(routing.HungUp)
		synctest.Wait()
		w.wantStored(talks.ID, routing.CallbackDone, ReasonTalked)
		r.shutDown()
		for _, v := range []View{rings, waits} {
			w.wantStored(v.ID, routing.CallbackQueued, "")
		}
		second := w.boot()
		defer second.shutDown()
		if n := len(second.line.Snapshot().Places); n != 2 {
			t.Errorf("got %d places after the restart, want 2", n)
		}
	})
}

func TestOldRequestsGoBackIntoTheLineByTheirTime(t *testing.T) {
	inWorld(t, func(w *world) {
		first := w.boot()
		for i := range 3 {
			first.ask(fmt.Sprintf("77700000%d", i+1))
			w.pass(time.Minute)
		}
		first.crash()
		second := w.boot()
		defer second.shutDown()
		second.ask("777000009")
		var got string
		for _, p := range second.line.Snapshot().Places {
			got += p.Number[len(p.Number)-1:]
		}
		if got != "1239" {
			t.Errorf("got order %s, want 1239", got)
		}
	})
}

// Whatever happens in whatever order, crashes too: no request is lost, the
// visitor never has two live legs (Dial counts them) and is never called without
// an intent on disk (Dial looks).
func TestNoOrderOfEventsLosesACallback(t *testing.T) {
	for seed := range uint64(60) {
		random := rand.New(rand.NewPCG(seed, 7))
		inWorld(t, func(w *world) {
			for _, phone := range []string{"101", "102", "103"} {
				w.crew.Add(phone)
			}
			w.crew.Set("103", withDesk)
			r := w.boot()
			for range 80 {
				r = disturb(r, random)
				synctest.Wait()
				wantNoneLost(r, seed)
			}
			w.store.breakWith(nil)
			calmDown(r)
			wantAllEnded(r, seed)
			r.shutDown()
		})
	}
}

func disturb(r *rig, random *rand.Rand) *rig {
	number := fmt.Sprintf("+42077700000%d", 1+random.IntN(4))
	switch random.IntN(12) {
	case 0, 1:
		_, _, _ = r.Request(r.t.Context(), Request{Number: number, Origin: "browser"})
	case 2:
		r.pass(time.Duration(random.IntN(25)) * time.Second)
	case 3:
		r.store.breakWith([]error{nil, nil, errDisk}[random.IntN(3)])
	case 4:
		if places := r.line.Snapshot().Places; len(places) > 0 {
			_, _ = r.Accept(r.t.Context(), places[random.IntN(len(places))].ID, "op103")
		}
	case 5:
		_ = r.do(r.t.Context(), func() error {
			for _, d := range r.of(number) {
				d.cancel()
			}
			return nil
		})
	case 6:
		if random.IntN(6) == 0 {
			r.crash()
			r.store.breakWith(nil)
			return r.boot()
		}
	case 7:
		r.crew.Set(fmt.Sprintf("10%d", 1+random.IntN(3)), func(c *queue.Candidate) {
			c.Status = []capacity.Status{capacity.Offline, capacity.Online, capacity.Online}[random.IntN(3)]
		})
	default:
		poke(r, random)
	}
	return r
}

// poke lets the far end of some leg do something.
func poke(r *rig, random *rand.Rand) {
	legs := r.theirs()
	var live []*leg
	for _, l := range legs {
		if !l.isOver() {
			live = append(live, l)
		}
	}
	if len(live) == 0 {
		return
	}
	l := live[random.IntN(len(live))]
	switch random.IntN(8) {
	case 0:
		l.ring()
	case 1, 2, 3:
		l.answer()
	case 4:
		l.end([]routing.Cause{routing.HungUp, routing.BusyHere, routing.Declined, routing.Unreachable}[random.IntN(4)])
	case 6:
		l.say(routing.MediaLost{})
	case 7:
		l.say(routing.MediaBack{Port: 1})
	case 5: // both at once
		go l.answer()
		if other := live[random.IntN(len(live))]; other != l {
			go other.end(routing.HungUp)
		}
	}
}

// wantNoneLost checks that every open callback on disk is in the line or in a call.
func wantNoneLost(r *rig, seed uint64) {
	r.t.Helper()
	places := make(map[routing.CallbackID]bool)
	for _, p := range r.line.Snapshot().Places {
		places[p.Callback] = true
	}
	r.store.mu.Lock()
	defer r.store.mu.Unlock()
	err := r.do(r.t.Context(), func() error {
		for id, c := range r.store.rows {
			d, ok := r.drives[id]
			switch {
			case isFinal(c.State):
			case !ok:
				return fmt.Errorf("callback %s is %s on disk and in nobody's hands", id, c.State)
			case !isFinal(d.row.State) && !places[id] && d.hunt.Call() == nil:
				return fmt.Errorf("callback %s is %s, neither in the line nor in a call", id, d.row.State)
			}
		}
		return nil
	})
	if err != nil {
		r.t.Fatalf("seed %d: %v", seed, err)
	}
}

// calmDown lets everybody pick up and hang up until nothing is open.
func calmDown(r *rig) {
	for _, phone := range []string{"101", "102", "103"} {
		r.crew.Set(phone, func(c *queue.Candidate) { c.Status, c.Desk = capacity.Online, false })
	}
	for range 200 {
		for _, l := range r.theirs() {
			if l.isOver() {
				continue
			}
			l.answer()
			synctest.Wait()
			if l.outside() {
				l.end(routing.HungUp)
			}
		}
		r.pass(5 * time.Second)
	}
}

func wantAllEnded(r *rig, seed uint64) {
	r.t.Helper()
	r.store.mu.Lock()
	defer r.store.mu.Unlock()
	for id, c := range r.store.rows {
		if !isFinal(c.State) || c.Reason == "" {
			r.t.Errorf("seed %d: callback %s is %s %q in the end", seed, id, c.State, c.Reason)
		}
	}
	if r.crew.Reserved() != 0 || len(r.line.Snapshot().Places) != 0 {
		r.t.Errorf("seed %d: got %d operators held, %d places", seed, r.crew.Reserved(), len(r.line.Snapshot().Places))
	}
}
