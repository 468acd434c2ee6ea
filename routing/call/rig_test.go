package call

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"go.uber.org/goleak"

	"sufler/mixer"
	"sufler/routing"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// The people of the tests. Nobody but supervisors may ever read of Sofia.
var (
	anna  = routing.Operator{ID: "op-anna", Name: "Anna", PublicName: "Anna of Orders", Phone: "101"}
	boris = routing.Operator{ID: "op-boris", Name: "Boris", PublicName: "Boris of Orders", Phone: "102"}
	sofia = routing.Operator{ID: "op-sofia", Name: "Sofia", PublicName: "Sofia", Phone: "201"}
	adam  = routing.Operator{ID: "op-adam", Name: "Adam", PublicName: "Adam", Phone: "901"}
)

// rig is an exchange with scripted legs, sound and journal around it.
type rig struct {
	t        *testing.T
	x        *Exchange
	registry *prometheus.Registry

	mu       sync.Mutex
	legs     []*leg
	plans    []mixer.Plan
	progress []Progress
	entries  []routing.Entry
	notes    []string // commands, plans and audit rows in their order
	frame    uint64
	sounds   int // open
	lastPort mixer.PortID

	refuse  error         // what Dial says
	slow    bool          // the plane answers only by apply
	gate    chan struct{} // not nil: an audit row waits for it
	broken  error         // what Commit says
	panics  int           // how many times Add panics
	onEvent func(Progress)
}

func newRig(t *testing.T, change ...func(*Options)) *rig {
	t.Helper()
	r := &rig{t: t, registry: prometheus.NewRegistry(), lastPort: 1000}
	opts := Options{Dialler: r, Plane: r, Sounds: r, Journal: r, Metrics: NewMetrics(r.registry)}
	for _, f := range change {
		f(&opts)
	}
	r.x = NewExchange(opts)
	return r
}

// inBubble runs a test in a bubble of fake time and checks that nothing is left.
func inBubble(t *testing.T, test func(r *rig), change ...func(*Options)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, change...)
		test(r)
		r.closeGate()
		if err := r.x.Close(t.Context()); err != nil {
			t.Error(err)
		}
		synctest.Wait()
		r.mustBeEmpty()
	})
}

// mustBeEmpty checks that every leg has ended, every sound is closed and the
// gauges are at 0.
func (r *rig) mustBeEmpty() {
	r.t.Helper()
	for _, l := range r.legs {
		if !l.ended() {
			r.t.Errorf("leg to %s is left", l.name())
		}
	}
	if r.sounds != 0 {
		r.t.Errorf("got %d sounds left", r.sounds)
	}
	m := r.x.opts.Metrics
	if calls, prompters := testutil.ToFloat64(m.running), testutil.ToFloat64(m.supervisions); calls != 0 || prompters != 0 {
		r.t.Errorf("got %v calls and %v supervisions running, want 0", calls, prompters)
	}
}

// metric is a figure as it is shown outside; the labels' values must all be there.
func (r *rig) metric(name string, labels ...string) float64 {
	r.t.Helper()
	families, err := r.registry.Gather()
	if err != nil {
		r.t.Fatal(err)
	}
	for _, family := range families {
		for _, m := range family.GetMetric() {
			var values []string
			for _, l := range m.GetLabel() {
				values = append(values, l.GetValue())
			}
			if family.GetName() == name && slices.Equal(values, labels) {
				return m.GetGauge().GetValue() + m.GetCounter().GetValue() + float64(m.GetHistogram().GetSampleCount())
			}
		}
	}
	r.t.Fatalf("no metric %s%v", name, labels)
	return 0
}

func (r *rig) note(what string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.notes = append(r.notes, what)
}

func (r *rig) Dial(req routing.DialRequest, sink func(routing.Signal)) (routing.Leg, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.refuse != nil {
		return nil, r.refuse
	}
	l := &leg{id: req.Leg, req: req, rig: r, sink: sink}
	r.legs = append(r.legs, l)
	return l, nil
}

func (r *rig) Apply(plan mixer.Plan) {
	r.mu.Lock()
	r.plans = append(r.plans, plan)
	r.notes = append(r.notes, fmt.Sprintf("plan %d", len(plan.Grants)))
	slow := r.slow
	r.mu.Unlock()
	if !slow {
		r.apply(plan)
	}
}

// apply says that a plan holds.
func (r *rig) apply(plan mixer.Plan) {
	r.mu.Lock()
	r.frame += 10
	frame := r.frame
	r.mu.Unlock()
	r.x.Handle(mixer.Applied{Call: plan.Call, Epoch: plan.Epoch, Frame: frame})
}

func (r *rig) Ringback() (mixer.PortID, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sounds++
	return 999, nil
}

func (r *rig) Music() (mixer.PortID, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sounds++
	return musicPort, nil
}

func (r *rig) Close(mixer.PortID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sounds--
}

func (r *rig) Add(session routing.SessionID, call routing.CallID, by string, audience routing.Audience, fact routing.Fact) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.panics > 0 {
		r.panics--
		panic("the journal is on fire")
	}
	data, err := json.Marshal(fact)
	if err != nil {
		panic(err)
	}
	r.entries = append(r.entries, routing.Entry{Session: session, Call: call, By: by, Audience: audience, Kind: fact.Kind(), Data: data})
}

func (r *rig) Commit(ctx context.Context, session routing.SessionID, call routing.CallID, by string, audience routing.Audience, fact routing.Fact) error {
	r.mu.Lock()
	gate, broken := r.gate, r.broken
	r.mu.Unlock()
	if gate != nil {
		select {
		case <-gate:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if broken != nil {
		return broken
	}
	r.Add(session, call, by, audience, fact)
	r.note("audit row")
	return nil
}

func (r *rig) closeGate() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.gate != nil {
		close(r.gate)
		r.gate = nil
	}
}

func (r *rig) took(p Progress) {
	r.mu.Lock()
	r.progress = append(r.progress, p)
	f := r.onEvent
	r.mu.Unlock()
	if f != nil {
		f(p)
	}
}

// open begins a callback call to Jan.
func (r *rig) open() *Call {
	return r.x.Open(Spec{
		Session: "session", Kind: routing.CallbackCall, Queue: "Orders", ClientName: "Jan Novák",
		ClientNumber: "+420777000001", Record: true, Progress: r.took,
	})
}

func (r *rig) callAgent(c *Call, op routing.Operator) *leg {
	c.CallAgent(op, routing.DialRequest{To: routing.Destination{Phone: op.Phone}})
	return r.newest()
}

func (r *rig) callClient(c *Call) *leg {
	c.CallClient(routing.DialRequest{To: routing.Destination{Number: "+420777000001"}})
	return r.newest()
}

func (r *rig) newest() *leg {
	r.t.Helper()
	synctest.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.legs) == 0 {
		r.t.Fatal("no leg was dialled")
	}
	return r.legs[len(r.legs)-1]
}

// port numbers of the scripted people
const (
	agentPort  mixer.PortID = 1
	clientPort mixer.PortID = 2
	sofiaPort  mixer.PortID = 3
	musicPort  mixer.PortID = 998
)

// talking brings a new call to the talk.
func (r *rig) talking() (c *Call, agent, client *leg) {
	r.t.Helper()
	c = r.open()
	agent = r.callAgent(c, anna)
	agent.say(routing.Ringing{})
	agent.say(routing.Answered{Port: agentPort})
	client = r.callClient(c)
	client.say(routing.Ringing{})
	client.say(routing.Answered{Port: clientPort})
	synctest.Wait()
	if s := c.Snapshot(); s.State != StateTalking {
		r.t.Fatalf("got state %s, want talking", s.State)
	}
	return c, agent, client
}

// supervised brings a new call to the talk with Sofia in a mode.
func (r *rig) supervised(mode routing.Mode) (c *Call, prompter *leg) {
	r.t.Helper()
	c, _, _ = r.talking()
	if err := c.Supervise(r.t.Context(), sofia, mode); err != nil {
		r.t.Fatal(err)
	}
	prompter = r.newest()
	prompter.say(routing.Answered{Port: sofiaPort})
	synctest.Wait()
	r.mustHold(c, mode)
	return c, prompter
}

func (r *rig) mustHold(c *Call, mode routing.Mode) {
	r.t.Helper()
	synctest.Wait()
	p, ok := c.Snapshot().Party(routing.Supervisor)
	if !ok || p.Mode != mode || p.State != OnLine {
		r.t.Errorf("got supervisor %+v, want mode %s on the line", p, mode)
	}
}

func (r *rig) lastPlan() mixer.Plan {
	r.t.Helper()
	synctest.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.plans) == 0 {
		return mixer.Plan{}
	}
	return r.plans[len(r.plans)-1]
}

// sources is whom a listener hears by a plan; nil when he is not in it.
func sources(plan mixer.Plan, listener mixer.PortID) []mixer.PortID {
	for _, row := range plan.Rows {
		if row.Listener == listener {
			return append([]mixer.PortID{}, row.Sources...)
		}
	}
	return nil
}

// mustHear checks the newest plan, listener by listener.
func (r *rig) mustHear(want map[mixer.PortID][]mixer.PortID) {
	r.t.Helper()
	plan := r.lastPlan()
	got := make(map[mixer.PortID][]mixer.PortID)
	for _, row := range plan.Rows {
		got[row.Listener] = sources(plan, row.Listener)
	}
	if !reflect.DeepEqual(got, want) {
		r.t.Errorf("got plan %v, want %v", got, want)
	}
}

// story is the progress told so far, in short.
func (r *rig) story() string {
	synctest.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	var words []string
	for _, p := range r.progress {
		word := reflect.TypeOf(p).Name()
		switch e := p.(type) {
		case AgentLost:
			word += ":" + e.Cause.String()
		case ClientLost:
			word += ":" + e.Cause.String()
		case Ended:
			word += ":" + e.Cause.String() + ":" + e.By
		}
		words = append(words, word)
	}
	return strings.Join(words, " ")
}

// facts are the kinds of the facts told so far; audiences none: all.
func (r *rig) facts(prefixes ...string) []string {
	synctest.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	var kinds []string
	for _, e := range r.entries {
		if len(prefixes) == 0 || slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(e.Kind, p) }) {
			kinds = append(kinds, e.Kind)
		}
	}
	return kinds
}

// fact is the newest fact of a kind.
func fact[T routing.Fact](r *rig) (found T, ok bool) {
	synctest.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, e := range slices.Backward(r.entries) {
		if e.Kind == found.Kind() {
			if err := json.Unmarshal(e.Data, &found); err != nil {
				r.t.Fatal(err)
			}
			return found, true
		}
	}
	return found, false
}

func mustRefuse(t *testing.T, err error, code string) {
	t.Helper()
	_ = refusal(t, err, code)
}

// refusal is err, which must be a refusal with a code.
func refusal(t *testing.T, err error, code string) *routing.Error {
	t.Helper()
	refusal, ok := errors.AsType[*routing.Error](err)
	if !ok || refusal.Code != code {
		t.Fatalf("got %v, want refusal %s", err, code)
	}
	return refusal
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}
