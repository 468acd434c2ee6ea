package hunt

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"sufler/internal/clock"
	"sufler/internal/loop"
	"sufler/mixer"
	"sufler/routing"
	"sufler/routing/call"
	"sufler/routing/hunt/hunttest"
	"sufler/routing/queue"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// rig is a hunt with a driver that writes down what it is told.
type rig struct {
	*Hunt
	t    *testing.T
	own  *loop.Loop
	crew *hunttest.Crew
	line *queue.Line
	x    *call.Exchange

	again  func() // what the driver does about a lost operator; nil: nothing
	goesOn bool   // the search does not end with its call

	mu   sync.Mutex
	legs []*leg
	told []string
}

func inBubble(t *testing.T, test func(*rig), phones ...string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := &rig{t: t, own: loop.New(), crew: hunttest.NewCrew()}
		for _, phone := range phones {
			r.crew.Add(phone)
		}
		r.x = call.NewExchange(call.Options{Dialler: r, Plane: r, Journal: r})
		r.x.Watch(r.crew.CallChanged)
		r.line = queue.New(queue.Options{People: r.crew, Queues: []queue.Queue{{Name: "orders", Groups: []routing.GroupName{"orders"}}}})
		r.Hunt = New(Options{
			Driver: r, Send: func(task func()) { r.own.Send(task) }, Line: r.line, Calls: r.x, Clock: clock.System{},
			Join: queue.Join{Kind: routing.VoiceChannel, Queue: "orders"}, Sentence: "ring.talk",
		})
		test(r)
		r.do(func() { r.Leave("over"); r.End(routing.HungUp) })
		if err := r.x.Close(context.Background()); err != nil {
			t.Error(err)
		}
		r.line.Close()
		r.own.Close()
		<-r.own.Done()
		if r.crew.Reserved() != 0 || slices.ContainsFunc(r.legs, func(l *leg) bool { return !l.over }) {
			t.Errorf("got %d held operators, or a leg left", r.crew.Reserved())
		}
	})
}

// do runs a task on the driver's loop and lets everything settle.
func (r *rig) do(task func()) {
	r.t.Helper()
	if err := r.own.Do(r.t.Context(), func() error { task(); return nil }); err != nil {
		r.t.Fatal(err)
	}
	synctest.Wait()
}

func (r *rig) tell(format string, a ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.told = append(r.told, fmt.Sprintf(format, a...))
}

func (r *rig) Offered(op routing.Operator, phone bool) { r.tell("offered %s %v", op.ID, phone) }
func (r *rig) Accepted(op routing.Operator)            { r.tell("accepted %s", op.ID) }
func (r *rig) Found(op routing.Operator)               { r.tell("found %s", op.ID) }
func (r *rig) OnLine()                                 { r.tell("on line") }
func (r *rig) Talking()                                { r.tell("talking") }
func (r *rig) NobodyFree()                             { r.tell("nobody free") }
func (r *rig) Heard(call.Progress)                     {}
func (r *rig) Changed()                                {}

func (r *rig) Lost(op routing.Operator, cause string) bool {
	r.tell("lost %s %s", op.ID, cause)
	if r.again != nil {
		r.again()
	}
	return false
}

func (r *rig) Ended(e call.Ended) bool {
	r.tell("ended %s", e.Cause)
	return !r.goesOn
}

func (r *rig) want(told ...string) {
	r.t.Helper()
	synctest.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	if !slices.Equal(r.told, told) {
		r.t.Errorf("got  %q\nwant %q", r.told, told)
	}
	r.told = nil
}

func (r *rig) Apply(p mixer.Plan) { r.x.Handle(mixer.Applied{Call: p.Call, Epoch: p.Epoch}) }

func (r *rig) Add(routing.SessionID, routing.CallID, string, routing.Audience, routing.Fact) {}

func (r *rig) Commit(context.Context, routing.SessionID, routing.CallID, string, routing.Audience, routing.Fact) error {
	return nil
}

func (r *rig) Dial(req routing.DialRequest, sink func(routing.Signal)) (routing.Leg, error) {
	l := r.leg(req.Leg, sink)
	l.req = req
	return l, nil
}

func (r *rig) leg(id routing.LegID, sink func(routing.Signal)) *leg {
	r.mu.Lock()
	defer r.mu.Unlock()
	l := &leg{id: id, sink: sink}
	r.legs = append(r.legs, l)
	return l
}

// newest is the leg that was dialled last.
func (r *rig) newest() *leg {
	synctest.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.legs[len(r.legs)-1]
}

// leg is an operator's device, or a page that answers when it is told to.
type leg struct {
	id   routing.LegID
	req  routing.DialRequest // a page has none
	sink func(routing.Signal)
	over bool
}

func (l *leg) ID() routing.LegID { return l.id }

func (l *leg) Do(c routing.Command) {
	switch c := c.(type) {
	case routing.Answer:
		l.say(routing.Answered{Port: 2})
	case routing.Hangup:
		l.say(routing.Ended{Cause: c.Cause})
	}
}

func (l *leg) say(e routing.LegEvent) {
	if _, ok := e.(routing.Ended); ok {
		l.over = true
	}
	l.sink(routing.Signal{Leg: l.id, Event: e})
}

// pass lets time go by.
func (r *rig) pass(d time.Duration) {
	<-time.NewTimer(d).C
	synctest.Wait()
}

func (r *rig) mustHaveTold(what string, times int) {
	r.t.Helper()
	synctest.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	n := 0
	for _, told := range r.told {
		if told == what {
			n++
		}
	}
	if n != times {
		r.t.Errorf("got %q %d times in %q, want %d", what, n, r.told, times)
	}
}

// arrive opens the call with a client in it and joins the line.
func (r *rig) arrive() {
	r.t.Helper()
	r.do(func() {
		c := r.Open()
		r.Keep()
		page := r.leg("page", nil)
		page.sink = c.TakeClient(routing.Inbound{Leg: page})
		if err := r.Join(false, ""); err != nil {
			r.t.Error(err)
		}
	})
}

func TestAnOperatorIsFoundRungAndTalksToTheClientOfTheCall(t *testing.T) {
	inBubble(t, func(r *rig) {
		r.arrive()
		id := r.CallID()
		r.newest().say(routing.Ringing{})
		r.newest().say(routing.Answered{Port: 1})
		r.want("offered op101 true", "found op101", "accepted op101", "on line", "talking")
		if r.Place() != "" || r.CallID() != id || r.Agent().ID != "op101" {
			t.Errorf("got place %q, call %s, agent %s", r.Place(), r.CallID(), r.Agent().ID)
		}
	}, "101")
}

// What a call still says of an operator who was dropped must not be taken for the
// same one when they ring again.
func TestWhoWasDroppedIsNotTakenForWhoRingsNow(t *testing.T) {
	inBubble(t, func(r *rig) {
		r.crew.Set("101", func(c *queue.Candidate) { c.Desk = true })
		r.arrive()
		anna := routing.Operator{ID: "op101"}
		r.do(func() {
			r.ring(anna, time.Minute, true)
			first := r.CallID()
			r.letGo(routing.Elsewhere)
			r.ring(anna, time.Minute, true)
			if r.CallID() != first {
				t.Error("the client's call was ended with the operator")
			}
		})
		r.want("offered op101 false") // no loss: the one who rings now was not lost
		r.do(func() { r.has() })
		r.newest().say(routing.Answered{Port: 1})
		r.want("found op101", "on line", "talking")
	}, "101")
}

func TestACallWithoutAClientEndsWithItsOperator(t *testing.T) {
	inBubble(t, func(r *rig) {
		r.do(func() {
			if err := r.Join(false, ""); err != nil {
				t.Error(err)
			}
		})
		r.want("offered op101 true")
		r.do(func() { r.Drop(routing.Failed, "why") })
		r.want("lost op101 why")
		if r.Call() != nil || r.CallID() != "" || len(r.x.Running()) != 0 {
			t.Errorf("got call %s, %d running", r.CallID(), len(r.x.Running()))
		}
	}, "101")
}

func TestAnUnknownPlaceIsNotAccepted(t *testing.T) {
	inBubble(t, func(r *rig) {
		r.crew.Set("101", func(c *queue.Candidate) { c.Desk = true })
		r.arrive()
		do := func(ctx context.Context, task func() error) error { return r.own.Do(ctx, task) }
		_, err := Accept(r.t.Context(), r.line, "nowhere", "op101", do, func(routing.PlaceID) *Hunt { return nil })
		if !errors.Is(err, routing.Refuse(0, "place_unknown")) {
			t.Errorf("got %v", err)
		}
	}, "101")
}
