package callback

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
	"sufler/routing/dialplan"
	"sufler/routing/hunt/hunttest"
	"sufler/routing/queue"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const visitor = "+420777000001"

// world is what outlives a process: the database, the people, the telephones.
type world struct {
	t       *testing.T
	store   *memory
	crew    *hunttest.Crew
	journal journal

	mu   sync.Mutex
	legs []*leg
	// live counts visitors' legs that were dialled and neither hung up nor ended.
	live    map[string]int
	refused map[string]error // by destination: no leg comes to be
}

// rig is one process in a world.
type rig struct {
	*world
	*Service
	x    *call.Exchange
	line *queue.Line

	dead bool // of world.mu

	mu    sync.Mutex
	views map[routing.CallbackID][]string
}

func inWorld(t *testing.T, test func(*world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := &world{t: t, store: newMemory(), crew: hunttest.NewCrew(), live: make(map[string]int), refused: make(map[string]error)}
		test(w)
		for _, l := range w.legs {
			if !l.isOver() {
				t.Errorf("leg to %s is left", l.to)
			}
		}
	})
}

// inProcess runs a test in one process with operators named by their phones.
func inProcess(t *testing.T, test func(*rig), phones ...string) {
	t.Helper()
	inWorld(t, func(w *world) {
		for _, phone := range phones {
			w.crew.Add(phone)
		}
		r := w.boot()
		test(r)
		r.shutDown()
	})
}

func (w *world) boot(change ...func(*Options)) *rig {
	w.t.Helper()
	r := &rig{world: w, views: make(map[routing.CallbackID][]string)}
	r.x = call.NewExchange(call.Options{Dialler: r, Plane: r, Journal: &w.journal})
	r.x.Watch(w.crew.CallChanged)
	r.line = queue.New(queue.Options{People: w.crew, Queues: []queue.Queue{{Name: "orders", Groups: []routing.GroupName{"orders"}}}})
	o := Options{
		Node: "n1", Store: w.store, Line: r.line, Calls: r.x, Journal: &w.journal,
		Numbers: dialplan.Numbers{Home: "CZ", Allow: []string{"+420"}}, Caller: "+420222111000", Languages: []string{"cs", "en"},
		PerOriginHour: 1000, PerNumberDay: 1000,
	}
	for _, f := range change {
		f(&o)
	}
	r.Service = New(o)
	r.Watch(r.watch)
	if err := r.Start(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	synctest.Wait()
	return r
}

// shutDown ends the process as it should.
func (r *rig) shutDown() {
	r.t.Helper()
	if err := r.x.Close(context.Background()); err != nil {
		r.t.Error(err)
	}
	r.Close(context.Background())
	r.line.Close()
	synctest.Wait()
}

// crash ends the process without a word: nothing it does from now on reaches the
// database or a telephone.
func (r *rig) crash() {
	r.t.Helper()
	r.world.mu.Lock()
	r.dead = true
	r.world.mu.Unlock()
	r.store.kill(r.holder)
	for _, l := range r.theirs() {
		l.vanish()
	}
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	r.Close(gone)
	if err := r.x.Close(context.Background()); err != nil {
		r.t.Error(err)
	}
	r.line.Close()
	r.crew.ReleaseAll()
}

func (r *rig) theirs() []*leg {
	r.world.mu.Lock()
	defer r.world.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(r.legs), func(l *leg) bool { return l.rig != r })
}

func (r *rig) watch(v View) {
	r.mu.Lock()
	defer r.mu.Unlock()
	said := string(v.State)
	switch {
	case v.Reason != "":
		said += " " + v.Reason
	case v.CutOff:
		said += fmt.Sprintf(" %d first", v.Place)
	case v.State == ViewWaiting:
		said += fmt.Sprintf(" %d", v.Place)
	}
	r.views[v.ID] = append(r.views[v.ID], said)
}

func (r *rig) wantViews(id routing.CallbackID, want ...string) {
	r.t.Helper()
	synctest.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	if got := r.views[id]; !slices.Equal(got, want) {
		r.t.Errorf("got views\n%q, want\n%q", got, want)
	}
}

// ask makes a request that must be taken.
func (r *rig) ask(number string) (View, string) {
	r.t.Helper()
	v, token, err := r.Request(r.t.Context(), Request{Number: number, Name: "Jan Novák", Language: "cs", Origin: "browser"})
	if err != nil {
		r.t.Fatal(err)
	}
	synctest.Wait()
	return v, token
}

func (r *rig) Apply(p mixer.Plan) { r.x.Handle(mixer.Applied{Call: p.Call, Epoch: p.Epoch}) }

// Dial makes a scripted leg. The visitor's may only be dialled when the intent is
// on disk and no other leg of theirs lives.
func (r *rig) Dial(req routing.DialRequest, sink func(routing.Signal)) (routing.Leg, error) {
	l := &leg{rig: r, id: req.Leg, to: strings.TrimPrefix(string(req.To.Person), "op") + req.To.Number, req: req, sink: sink}
	r.world.mu.Lock()
	defer r.world.mu.Unlock()
	if err := r.refused[l.to]; err != nil || r.dead {
		return nil, errors.Join(err, errDead)
	}
	if l.outside() {
		if c := r.store.byNumber(l.to); c.State != routing.CallbackDialling || c.Attempt == 0 || c.Holder != r.holder {
			r.t.Errorf("%s is dialled while %s is on disk, attempt %d, holder %s, not %s", l.to, c.State, c.Attempt, c.Holder, r.holder)
		}
		r.live[l.to]++
		if r.live[l.to] > 1 {
			r.t.Errorf("%d live legs to %s", r.live[l.to], l.to)
		}
	}
	r.legs = append(r.legs, l)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.timer = time.AfterFunc(req.RingTimeout, func() { l.end(routing.NoAnswer) })
	return l, nil
}

// leg returns the last leg to a phone or number.
func (w *world) leg(to string) *leg {
	w.t.Helper()
	synctest.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, l := range slices.Backward(w.legs) {
		if l.to == to {
			return l
		}
	}
	w.t.Fatalf("nobody has dialled %s", to)
	return nil
}

// dialled are the destinations in their order.
func (w *world) dialled() string {
	synctest.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []string
	for _, l := range w.legs {
		all = append(all, l.to)
	}
	return strings.Join(all, " ")
}

// leg is a telephone at the far end.
type leg struct {
	rig   *rig
	id    routing.LegID
	to    string
	req   routing.DialRequest
	sink  func(routing.Signal)
	timer *time.Timer

	mu       sync.Mutex
	over     bool
	hungUp   routing.Cause // what we told it
	vanished bool
}

func (l *leg) ID() routing.LegID { return l.id }

func (l *leg) outside() bool { return l.req.To.Number != "" }

func (l *leg) Do(c routing.Command) {
	if h, ok := c.(routing.Hangup); ok {
		l.mu.Lock()
		l.hungUp = h.Cause
		l.mu.Unlock()
		l.end(h.Cause)
	}
}

func (l *leg) say(e routing.LegEvent) {
	l.mu.Lock()
	silent := l.over || l.vanished
	l.mu.Unlock()
	if !silent {
		l.sink(routing.Signal{Leg: l.id, Event: e})
	}
}

func (l *leg) stopRinging() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.timer.Stop()
}

func (l *leg) ring() { l.say(routing.Ringing{}) }

func (l *leg) answer() {
	l.stopRinging()
	l.say(routing.Answered{Port: 1})
}

func (l *leg) end(cause routing.Cause) {
	l.stopRinging()
	l.mu.Lock()
	over, vanished := l.over, l.vanished
	l.over = true
	l.mu.Unlock()
	if over {
		return
	}
	if !vanished {
		l.leave()
	}
	l.sink(routing.Signal{Leg: l.id, Event: routing.Ended{Cause: cause}})
}

func (l *leg) leave() {
	if l.outside() {
		l.rig.world.mu.Lock()
		l.rig.live[l.to]--
		l.rig.world.mu.Unlock()
	}
}

// vanish is what a crash of our process does to the far end.
func (l *leg) vanish() {
	l.stopRinging()
	l.mu.Lock()
	over := l.over || l.vanished
	l.vanished = true
	l.mu.Unlock()
	if !over {
		l.leave()
	}
}

func (l *leg) isOver() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.over || l.vanished
}

func (l *leg) wantHungUp(want routing.Cause) {
	l.rig.t.Helper()
	synctest.Wait()
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.over || l.hungUp != want {
		l.rig.t.Errorf("leg to %s: over %v, hung up with %s, want %s", l.to, l.over, l.hungUp, want)
	}
}

// pass lets time go by.
func (w *world) pass(d time.Duration) {
	timer := time.NewTimer(d)
	<-timer.C
	synctest.Wait()
}

// journal remembers the kinds of facts and who may read them.
type journal struct {
	mu    sync.Mutex
	facts []routing.Fact
	to    []routing.Audience
}

func (j *journal) Add(_ routing.SessionID, _ routing.CallID, _ string, a routing.Audience, f routing.Fact) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if strings.HasPrefix(f.Kind(), "callback.") {
		j.facts, j.to = append(j.facts, f), append(j.to, a)
	}
}

func (j *journal) Commit(context.Context, routing.SessionID, routing.CallID, string, routing.Audience, routing.Fact) error {
	return nil
}

func (j *journal) kinds() string {
	synctest.Wait()
	j.mu.Lock()
	defer j.mu.Unlock()
	var all []string
	for _, f := range j.facts {
		all = append(all, strings.TrimPrefix(f.Kind(), "callback."))
	}
	return strings.Join(all, " ")
}

func (w *world) wantStored(id routing.CallbackID, state routing.CallbackState, reason string) {
	w.t.Helper()
	synctest.Wait()
	c, err := w.store.Callback(context.Background(), id)
	if err != nil || c.State != state || c.Reason != reason {
		w.t.Errorf("got %s %q on disk (%v), want %s %q", c.State, c.Reason, err, state, reason)
	}
}
