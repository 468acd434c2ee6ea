package call

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	"sufler/mixer"
	"sufler/routing"
)

func TestAnEndedCallIsRememberedForAWhile(t *testing.T) {
	inBubble(t, func(r *rig) {
		t := r.t
		c := r.open()
		equal(t, "running", len(r.x.Running()), 1)
		c.End(routing.Cancelled)
		<-c.done()
		equal(t, "running", len(r.x.Running()), 0)
		found, err := r.x.Find(c.ID())
		if err != nil || found != c {
			t.Fatalf("got %v, %v, want the ended call", found, err)
		}
		forgotten := make(chan struct{})
		time.AfterFunc(11*time.Minute, func() { close(forgotten) })
		<-forgotten
		_, err = r.x.Find(c.ID())
		mustRefuse(t, err, "call_unknown")
	})
}

func TestWatchersSeeEveryChangeInOrder(t *testing.T) {
	inBubble(t, func(r *rig) {
		t := r.t
		var states []State
		var last uint64
		stop := r.x.Watch(func(s Snapshot) {
			if s.Version != last+1 {
				t.Errorf("got version %d after %d", s.Version, last)
			}
			last = s.Version
			if len(states) == 0 || states[len(states)-1] != s.State {
				states = append(states, s.State)
			}
		})
		c, _, client := r.talking()
		client.end(routing.HungUp)
		<-c.done()
		want := []State{StateWaiting, StateRingingAgent, StateRingingClient, StateTalking, StateEnded}
		if !reflect.DeepEqual(states, want) {
			t.Errorf("got %v, want %v", states, want)
		}
		stop()
		other := r.open()
		synctest.Wait()
		equal(t, "first version", other.Snapshot().Version, 1)
		equal(t, "versions after stop", last, c.Snapshot().Version)
	})
}

func TestMetersAreToldByParty(t *testing.T) {
	inBubble(t, func(r *rig) {
		t := r.t
		var meters []Meter
		defer r.x.WatchMeters(func(m Meter) { meters = append(meters, m) })()
		c, _, _ := r.talking()
		s := c.Snapshot()
		a, _ := s.Party(routing.Agent)
		k, _ := s.Party(routing.Client)
		meter := func(outside, stopped uint64) {
			r.x.Handle(mixer.Metered{
				Call: mixer.CallID(c.ID()), Frame: 50, Guard: mixer.GuardCount{Outside: outside, Stopped: stopped},
				Levels: []mixer.Level{{Port: agentPort, DBFS: -20}, {Port: 999, DBFS: -9}},
				Cells:  []mixer.Cell{{Listener: clientPort, Source: agentPort, Frames: 12}, {Listener: agentPort, Source: 999, Frames: 3}},
			})
			synctest.Wait()
		}
		meter(100, 0)
		meter(150, 2)
		want := Meter{
			Call: c.ID(), Frame: 50, Guard: mixer.GuardCount{Outside: 150, Stopped: 2},
			Levels: []Level{{Party: a.ID, DBFS: -20}}, Cells: []Cell{{Listener: k.ID, Speaker: a.ID, Frames: 12}},
		}
		if len(meters) != 2 || !reflect.DeepEqual(meters[1], want) {
			t.Errorf("got %+v, want %+v", meters, want)
		}
		equal(t, "frames", r.metric("sufler_guard_frames_total", "outside"), 150)
		equal(t, "stopped", r.metric("sufler_guard_frames_total", "stopped"), 2)
		c.End(routing.HungUp)
		counted, _ := fact[GuardCounted](r)
		equal(t, "guard", counted, GuardCounted{Outside: 150, Stopped: 2})
		equal(t, "talked", r.metric("sufler_calls_total", "callback", "talked"), 1)
		equal(t, "busy", r.metric("sufler_calls_total", "callback", "busy"), 0)
		equal(t, "set up", r.metric("sufler_call_setup_seconds"), 1)
	})
}

func TestCloseHangsUpEverybodyAndWaits(t *testing.T) {
	inBubble(t, func(r *rig) {
		t := r.t
		c, agent, client := r.talking()
		waiting := r.open()
		if err := r.x.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		if !agent.ended() || !client.ended() {
			t.Error("a leg is left")
		}
		equal(t, "cause", c.Snapshot().Cause, routing.ShuttingDown)
		equal(t, "cause", waiting.Snapshot().Cause, routing.ShuttingDown)
		late := r.open()
		<-late.done()
		equal(t, "opened late", late.Snapshot().Cause, routing.ShuttingDown)
	})
}

func TestCloseDoesNotWaitForEver(t *testing.T) {
	inBubble(t, func(r *rig) {
		t := r.t
		_, agent, _ := r.talking()
		agent.stubborn = true
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := r.x.Close(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want the deadline", err)
		}
		agent.end(routing.HungUp)
	})
}

func TestEventsOfUnknownCallsAreDropped(t *testing.T) {
	inBubble(t, func(r *rig) {
		t := r.t
		for _, e := range []mixer.Event{
			mixer.Applied{},
			mixer.Refused{},
			mixer.Digit{},
			mixer.MediaLost{},
			mixer.MediaBack{},
			mixer.Tripped{},
			mixer.Broken{},
			mixer.Metered{},
		} {
			r.x.Handle(e)
		}
		c, _, _ := r.talking()
		id := mixer.CallID(c.ID())
		for _, e := range []mixer.Event{
			mixer.Applied{Call: id, Epoch: 9999},
			mixer.Refused{Call: id, Epoch: 9999},
			mixer.Digit{Call: id, Port: 1},
			mixer.MediaLost{Call: id, Port: 555},
			mixer.MediaBack{Call: id, Port: agentPort},
			mixer.Metered{Call: id},
		} {
			r.x.Handle(e)
		}
		synctest.Wait()
		equal(t, "state", c.Snapshot().State, StateTalking)
	})
}
