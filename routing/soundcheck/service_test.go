package soundcheck

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"sufler/mixer"
	"sufler/routing"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// rig is a service with scripted pages and a plane on paper.
type rig struct {
	*Service
	t *testing.T

	mu       sync.Mutex
	legs     []*leg
	refuse   error
	ports    mixer.PortID
	attached []mixer.PortID
	plans    []mixer.Plan
	ended    []mixer.CallID
	measured []Measured
}

func inBubble(t *testing.T, test func(*rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := &rig{t: t, ports: 100}
		r.Service = New(Options{Dialler: r, Plane: r})
		stop := r.Watch(r.note)
		test(r)
		stop()
		r.Close(context.Background())
		if _, mirrors, _ := r.paper(); len(mirrors) != 0 || r.open.Load() != 0 || slices.ContainsFunc(r.legs, func(l *leg) bool { return l.ended() == 0 }) {
			t.Errorf("got %d mirrors and %d checks left", len(mirrors), r.open.Load())
		}
	})
}

func (r *rig) begin(by routing.OperatorID) *leg {
	r.t.Helper()
	id, err := r.Begin(r.t.Context(), by)
	if err != nil {
		r.t.Fatal(err)
	}
	synctest.Wait()
	l := r.legs[len(r.legs)-1]
	if l.req.Leg != id || l.req.To != (routing.Destination{Browser: by}) || l.req.Class != mixer.Staff || !l.req.Expected {
		r.t.Errorf("got %+v for %s", l.req, id)
	}
	return l
}

func (r *rig) Dial(req routing.DialRequest, sink func(routing.Signal)) (routing.Leg, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.refuse != nil {
		return nil, r.refuse
	}
	l := &leg{req: req, sink: sink}
	r.legs = append(r.legs, l)
	return l, nil
}

func (r *rig) NewPortID() mixer.PortID {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ports++
	return r.ports
}

func (r *rig) Attach(a mixer.Attachment) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.attached = append(r.attached, a.Port)
	return nil
}

func (r *rig) Detach(id mixer.PortID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.attached = slices.DeleteFunc(r.attached, func(p mixer.PortID) bool { return p == id })
}

func (r *rig) Apply(p mixer.Plan) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.plans = append(r.plans, p)
}

func (r *rig) EndCall(call mixer.CallID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ended = append(r.ended, call)
}

// paper is what was asked of the plane so far.
func (r *rig) paper() (plans []mixer.Plan, mirrors []mixer.PortID, ended []mixer.CallID) {
	synctest.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.plans), slices.Clone(r.attached), slices.Clone(r.ended)
}

// heard is what was measured so far.
func (r *rig) heard() []Measured {
	synctest.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.measured)
}

func (r *rig) note(m Measured) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.measured = append(r.measured, m)
}

func (r *rig) pass(d time.Duration) {
	<-time.NewTimer(d).C
	synctest.Wait()
}

// leg is a page.
type leg struct {
	req  routing.DialRequest
	sink func(routing.Signal)

	mu    sync.Mutex
	cause routing.Cause // why it ended; zero: it has not
}

func (l *leg) ID() routing.LegID { return l.req.Leg }

func (l *leg) Do(c routing.Command) {
	if h, ok := c.(routing.Hangup); ok {
		l.end(h.Cause)
	}
}

func (l *leg) say(e routing.LegEvent) {
	l.sink(routing.Signal{Leg: l.req.Leg, Event: e})
	synctest.Wait()
}

func (l *leg) end(cause routing.Cause) {
	l.mu.Lock()
	over := l.cause != 0
	if !over {
		l.cause = cause
	}
	l.mu.Unlock()
	if !over {
		l.sink(routing.Signal{Leg: l.req.Leg, Event: routing.Ended{Cause: cause}})
	}
}

// ended is why the leg has ended; zero: it has not.
func (l *leg) ended() routing.Cause {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.cause
}

// wantPlan checks the newest plan: person and mirror hear each other.
func (r *rig) wantPlan(person mixer.PortID, epoch uint64) {
	r.t.Helper()
	plans, mirrors, _ := r.paper()
	if len(plans) == 0 || len(mirrors) != 1 {
		r.t.Fatalf("got %d plans, %d mirrors", len(plans), len(mirrors))
	}
	plan := plans[len(plans)-1]
	want := []mixer.Row{{Listener: person, Sources: mirrors}, {Listener: mirrors[0], Sources: []mixer.PortID{person}}}
	if !reflect.DeepEqual(plan.Rows, want) || plan.Epoch != epoch || len(plan.Grants)+len(plan.Tracks) != 0 {
		r.t.Errorf("got plan %+v, want rows %+v of epoch %d", plan, want, epoch)
	}
}

func TestACheckLastsTenSecondsAndLeavesNothing(t *testing.T) {
	inBubble(t, func(r *rig) {
		page := r.begin("anna")
		if plans, _, _ := r.paper(); len(plans) != 0 {
			t.Error("a plan before there is sound")
		}
		page.say(routing.Answered{Port: 7})
		r.wantPlan(7, 1)
		page.say(routing.PortChanged{Port: 0})
		page.say(routing.MediaBack{Port: 8}) // reloaded
		r.wantPlan(8, 2)
		r.pass(10*time.Second - time.Millisecond)
		if page.ended() != 0 {
			t.Fatal("ended too early")
		}
		r.pass(time.Millisecond)
		_, mirrors, ended := r.paper()
		if page.ended() != routing.HungUp || len(mirrors) != 0 || !slices.Equal(ended, []mixer.CallID{mixer.CallID(page.ID())}) {
			t.Errorf("ended by %s, %d mirrors, calls ended %v", page.ended(), len(mirrors), ended)
		}
	})
}

func TestTheNextCheckOfAPersonEndsTheOneBefore(t *testing.T) {
	inBubble(t, func(r *rig) {
		first, other := r.begin("anna"), r.begin("boris")
		first.say(routing.Answered{Port: 7})
		second := r.begin("anna")
		if first.ended() != routing.TakenOver || other.ended() != 0 || second.ended() != 0 {
			t.Errorf("first %s, other %s, second %s", first.ended(), other.ended(), second.ended())
		}
		second.say(routing.Answered{Port: 8})
		r.wantPlan(8, 1)
		r.pass(10 * time.Second)
		if second.ended() != routing.HungUp || other.ended() != 0 {
			t.Errorf("second %s, other %s", second.ended(), other.ended())
		}
	})
}

func TestOnlyTheOwnPortOfACheckIsMeasured(t *testing.T) {
	inBubble(t, func(r *rig) {
		page := r.begin("anna")
		page.say(routing.Answered{Port: 7})
		_, mirrors, _ := r.paper()
		r.Handle(mixer.Metered{Call: "another call", Levels: []mixer.Level{{Port: 7, DBFS: -1}}})
		r.Handle(mixer.Applied{Call: mixer.CallID(page.ID())})
		r.Handle(mixer.Metered{Call: mixer.CallID(page.ID()), Levels: []mixer.Level{
			{Port: mirrors[0], DBFS: -30}, {Port: 7, DBFS: -20, PeakDBFS: -10, Packets: 50},
		}})
		want := []Measured{{Owner: "anna", Leg: page.ID(), DBFS: -20, PeakDBFS: -10, Packets: 50}}
		if got := r.heard(); !slices.Equal(got, want) {
			t.Errorf("got %+v, want %+v", got, want)
		}
		page.end(routing.HungUp)
		synctest.Wait()
		r.Handle(mixer.Metered{Call: mixer.CallID(page.ID()), Levels: []mixer.Level{{Port: 7}}})
		if got := r.heard(); len(got) != 1 {
			t.Errorf("measured after the end: %+v", got)
		}
	})
}

func TestACheckThatCannotBeginLeavesNothing(t *testing.T) {
	inBubble(t, func(r *rig) {
		refused := routing.Refuse(routing.Conflict, "sound_off")
		r.refuse = refused
		if _, err := r.Begin(r.t.Context(), "anna"); !errors.Is(err, refused) {
			t.Errorf("got %v", err)
		}
		r.refuse = nil
		r.begin("anna").end(routing.Unreachable) // the page never offered
		r.begin("boris")                         // ended by Close
	})
}
