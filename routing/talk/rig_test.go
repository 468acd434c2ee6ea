package talk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"sufler/mixer"
	"sufler/routing"
	"sufler/routing/call"
	"sufler/routing/hunt/hunttest"
	"sufler/routing/queue"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// rig is a service with its line, its calls, scripted pages and scripted
// devices of operators.
type rig struct {
	*Service
	t    *testing.T
	crew *hunttest.Crew
	x    *call.Exchange
	line *queue.Line

	mu      sync.Mutex
	legs    []*leg
	refused error // what Arrive says
	views   map[routing.TalkID][]string
	facts   []routing.Fact
}

// inBubble runs a test in fake time with operators named by their phones, and
// checks that nothing is left.
func inBubble(t *testing.T, test func(*rig), phones ...string) {
	t.Helper()
	inBubbleWith(t, func(*Options) {}, test, phones...)
}

func inBubbleWith(t *testing.T, change func(*Options), test func(*rig), phones ...string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := &rig{t: t, crew: hunttest.NewCrew(), views: make(map[routing.TalkID][]string)}
		for _, phone := range phones {
			r.crew.Add(phone)
		}
		r.x = call.NewExchange(call.Options{Dialler: r, Plane: r, Journal: r})
		r.x.Watch(r.crew.CallChanged)
		r.line = queue.New(queue.Options{People: r.crew, Queues: []queue.Queue{{Name: "orders", Groups: []routing.GroupName{"orders"}}}})
		o := Options{Line: r.line, Calls: r.x, Browsers: r, Journal: r, Caller: "+420222111000", Languages: []string{"cs", "en"}}
		change(&o)
		r.Service = New(o)
		r.Watch(r.watch)
		test(r)
		r.shutDown()
	})
}

func (r *rig) shutDown() {
	r.t.Helper()
	if err := r.x.Close(context.Background()); err != nil {
		r.t.Error(err)
	}
	r.Close()
	places := r.line.Snapshot().Places
	r.line.Close()
	synctest.Wait()
	if len(places) != 0 || r.crew.Reserved() != 0 {
		r.t.Errorf("got %d places and %d held operators left", len(places), r.crew.Reserved())
	}
	for _, l := range r.legs {
		if !l.isOver() {
			r.t.Errorf("leg to %s is left", l.name)
		}
	}
}

func (r *rig) watch(v View) {
	r.mu.Lock()
	defer r.mu.Unlock()
	said := v.State.String()
	switch {
	case v.Reason != "":
		said += " " + v.Reason
	case v.CutOff:
		said += fmt.Sprintf(" %d first", v.Place)
	case v.State == Waiting:
		said += fmt.Sprintf(" %d", v.Place)
	case v.Operator != "":
		said += " " + v.Operator
	}
	r.views[v.ID] = append(r.views[v.ID], said)
}

func (r *rig) wantViews(id routing.TalkID, want ...string) {
	r.t.Helper()
	synctest.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	if got := r.views[id]; !slices.Equal(got, want) {
		r.t.Errorf("got views\n%q, want\n%q", got, want)
	}
}

// visitor is a talk that must begin, and the leg of its page.
type visitor struct {
	View
	secret string
	page   *leg
}

func (r *rig) begin(origin string) visitor {
	r.t.Helper()
	v, secret, err := r.Begin(r.t.Context(), Request{Name: "Jan Novák", Origin: origin, Language: "cs"})
	if err != nil {
		r.t.Fatal(err)
	}
	return visitor{v, secret, r.leg("page of " + string(v.ID))}
}

// talking brings a new talk with operator 101 to where both talk.
func (r *rig) talking() visitor {
	r.t.Helper()
	v := r.begin("browser")
	v.page.say(routing.EarlyMedia{Port: 2})
	r.leg("101").answer()
	synctest.Wait()
	r.wantState(v, Talking)
	return v
}

func (r *rig) get(v visitor) View {
	r.t.Helper()
	synctest.Wait()
	got, err := r.Get(r.t.Context(), v.ID, v.secret)
	if err != nil {
		r.t.Fatal(err)
	}
	return got
}

func (r *rig) wantState(v visitor, want State) {
	r.t.Helper()
	if got := r.get(v); got.State != want {
		r.t.Errorf("got %s %s, want %s", got.State, got.Reason, want)
	}
}

func (r *rig) wantEnded(v visitor, reason string) {
	r.t.Helper()
	if got := r.get(v); got.State != Ended || got.Reason != reason || got.EndedAt.IsZero() {
		r.t.Errorf("got %s %q, want ended %q", got.State, got.Reason, reason)
	}
	if running := r.x.Running(); len(running) != 0 {
		r.t.Errorf("got %d calls left", len(running))
	}
	if !v.page.isOver() {
		r.t.Error("the page's leg is left")
	}
}

// pass lets time go by.
func (r *rig) pass(d time.Duration) {
	<-time.NewTimer(d).C
	synctest.Wait()
}

func refusal(t *testing.T, err error) string {
	t.Helper()
	e, ok := errors.AsType[*routing.Error](err)
	if !ok {
		t.Fatalf("got %v, want a refusal", err)
	}
	return e.Code
}

func (r *rig) Apply(p mixer.Plan) { r.x.Handle(mixer.Applied{Call: p.Call, Epoch: p.Epoch}) }

// Dial makes the scripted leg of an operator.
func (r *rig) Dial(req routing.DialRequest, sink func(routing.Signal)) (routing.Leg, error) {
	name := strings.TrimPrefix(string(req.To.Person), "op")
	l := &leg{id: req.Leg, name: name, req: req, sink: sink}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ringing = time.AfterFunc(req.RingTimeout, func() { l.end(routing.NoAnswer) })
	return r.add(l), nil
}

// Arrive makes the scripted leg of a page.
func (r *rig) Arrive(owner routing.BrowserOwner, take func(routing.Leg) func(routing.Signal)) (routing.Leg, error) {
	if r.refused != nil {
		return nil, r.refused
	}
	l := &leg{id: routing.NewID[routing.LegID](), name: "page of " + string(owner), arrives: true}
	l.sink = take(l)
	return r.add(l), nil
}

func (r *rig) add(l *leg) *leg {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.legs = append(r.legs, l)
	return l
}

func (r *rig) Add(_ routing.SessionID, _ routing.CallID, _ string, _ routing.Audience, f routing.Fact) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if strings.HasPrefix(f.Kind(), "talk.") {
		r.facts = append(r.facts, f)
	}
}

func (r *rig) Commit(context.Context, routing.SessionID, routing.CallID, string, routing.Audience, routing.Fact) error {
	return nil
}

func (r *rig) wantFacts(want ...routing.Fact) {
	r.t.Helper()
	synctest.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	if !slices.Equal(r.facts, want) {
		r.t.Errorf("got facts\n%+v, want\n%+v", r.facts, want)
	}
}

// leg returns the newest leg of a name.
func (r *rig) leg(name string) *leg {
	r.t.Helper()
	synctest.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, l := range slices.Backward(r.legs) {
		if l.name == name {
			return l
		}
	}
	r.t.Fatalf("there is no leg of %s", name)
	return nil
}

// dialled are the operators in the order in which they were rung.
func (r *rig) dialled() string {
	synctest.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []string
	for _, l := range r.legs {
		if !l.arrives {
			all = append(all, l.name)
		}
	}
	return strings.Join(all, " ")
}

// leg is a device or a page at the far end.
type leg struct {
	id      routing.LegID
	name    string
	arrives bool
	req     routing.DialRequest
	sink    func(routing.Signal)

	mu      sync.Mutex
	ringing *time.Timer // nil: it arrives
	over    bool
	hungUp  routing.Cause // what we told it
}

func (l *leg) ID() routing.LegID { return l.id }

// Do answers as a page does whose sound is there.
func (l *leg) Do(c routing.Command) {
	switch c := c.(type) {
	case routing.Answer:
		l.say(routing.Answered{Port: 2, By: routing.ByBrowser})
	case routing.Hangup:
		l.mu.Lock()
		l.hungUp = c.Cause
		l.mu.Unlock()
		l.end(c.Cause)
	}
}

func (l *leg) say(e routing.LegEvent) {
	if !l.isOver() {
		l.sink(routing.Signal{Leg: l.id, Event: e})
	}
}

func (l *leg) answer() {
	l.stopRinging()
	l.say(routing.Answered{Port: 1})
}

func (l *leg) stopRinging() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ringing != nil {
		l.ringing.Stop()
	}
}

func (l *leg) end(cause routing.Cause) {
	l.stopRinging()
	l.mu.Lock()
	over := l.over
	l.over = true
	l.mu.Unlock()
	if !over {
		l.sink(routing.Signal{Leg: l.id, Event: routing.Ended{Cause: cause}})
	}
}

func (l *leg) isOver() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.over
}

func (l *leg) wantHungUp(t *testing.T, want routing.Cause) {
	t.Helper()
	synctest.Wait()
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.over || l.hungUp != want {
		t.Errorf("leg of %s: over %v, hung up with %s, want %s", l.name, l.over, l.hungUp, want)
	}
}
