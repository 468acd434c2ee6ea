package mixer

import (
	"math/rand/v2"
	"testing"
)

const (
	gClient PortID = iota + 1
	gAgent
	gSupervisor
	gTone
	gStranger // never attached
	gTwo      // another supervisor
)

func guarded() *guard {
	g := newGuard("call", classes{gClient: Outside, gAgent: Staff, gSupervisor: Hidden, gTwo: Hidden, gTone: Source})
	ids := []PortID{gClient, gAgent, gSupervisor, gTwo, gStranger, gTone}
	for i, says := range partsOf(ids...) {
		g.watch(ids[i], says)
	}
	g.grant(7, nil)
	return g
}

// partsOf makes one frame for each source; each holds its id as sample.
func partsOf(ids ...PortID) []*frame {
	parts := make([]*frame, len(ids))
	for i, id := range ids {
		parts[i] = &frame{}
		for k := range parts[i].samples {
			parts[i].samples[k] = int16(id) * 100
		}
		parts[i].from.add(id)
	}
	return parts
}

func mixOf(parts []*frame) *frame {
	var s sum
	for _, p := range parts {
		s.add(p)
	}
	f := &frame{}
	s.clip(f)
	return f
}

func TestTheGuardStopsEveryPlantedFault(t *testing.T) {
	right := Grant{Port: gSupervisor, Call: "call", Epoch: 7}
	for name, c := range map[string]struct {
		listener PortID
		sources  []PortID
		grants   []Grant
		spoil    func(*frame)
		pass     bool
		bad      PortID
	}{
		"the agent to the client":              {gClient, []PortID{gAgent, gTone}, nil, nil, true, 0},
		"the supervisor to the agent":          {gAgent, []PortID{gClient, gSupervisor}, nil, nil, true, 0},
		"the supervisor to the client":         {gClient, []PortID{gAgent, gSupervisor}, nil, nil, false, gSupervisor},
		"the same with a grant":                {gClient, []PortID{gAgent, gSupervisor}, []Grant{right}, nil, true, 0},
		"with a grant of another call":         {gClient, []PortID{gAgent, gSupervisor}, []Grant{{gSupervisor, "else", 7}}, nil, false, gSupervisor},
		"with a grant of another port":         {gClient, []PortID{gAgent, gSupervisor}, []Grant{{gTwo, "call", 7}}, nil, false, gSupervisor},
		"with a grant of an old epoch":         {gClient, []PortID{gAgent, gSupervisor}, []Grant{{gSupervisor, "call", 6}}, nil, false, gSupervisor},
		"one of two supervisors has a grant":   {gClient, []PortID{gSupervisor, gTwo}, []Grant{right}, nil, false, gTwo},
		"a source that nobody knows":           {gClient, []PortID{gAgent, gStranger}, nil, nil, false, gStranger},
		"a listener that nobody knows":         {gStranger, []PortID{gSupervisor}, nil, nil, false, gSupervisor},
		"a sum that holds more than it says":   {gClient, []PortID{gAgent}, nil, func(f *frame) { f.samples[17] += 1200 }, false, 0},
		"samples of a source that it hides":    {gClient, []PortID{gAgent, gSupervisor}, nil, func(f *frame) { f.from = mixOf(partsOf(gAgent)).from }, false, 0},
		"silence that claims to be nobody's":   {gClient, nil, nil, nil, true, 0},
		"samples that claim to be nobody's":    {gClient, nil, nil, func(f *frame) { f.samples[0] = 1 }, false, 0},
		"a spoilt sum to the agent is not his": {gAgent, []PortID{gClient}, nil, func(f *frame) { f.samples[0]++ }, true, 0},
		"an origin that is another's":          {gClient, []PortID{gAgent}, nil, func(f *frame) { f.from.clear(); f.from.add(gTone) }, false, 0},
	} {
		t.Run(name, func(t *testing.T) {
			g := guarded()
			g.grant(7, c.grants)
			f := mixOf(partsOf(c.sources...))
			if c.spoil != nil {
				c.spoil(f)
			}
			bad, ok := g.pass(c.listener, f)
			if ok != c.pass || bad != c.bad {
				t.Errorf("got %v (source %d), want %v (source %d)", ok, bad, c.pass, c.bad)
			}
			if !ok && g.count.Stopped != 1 {
				t.Errorf("got %+v, want it counted as stopped", g.count)
			}
		})
	}
}

func TestAClassHoldsForLife(t *testing.T) {
	c := newTrio(t)
	c.step()
	c.shard.ports[c.supervisor].Class = Staff
	c.shard.roll.note(c.supervisor, Staff)
	plan := c.mode("barge")
	plan.Grants = nil
	c.apply(plan)
	c.steps(6)
	if got := c.level(c.client); got != coded(agentSays) {
		t.Errorf("a hidden port was made staff: the client hears %d, want %d", got, coded(agentSays))
	}
}

func TestAFrameThatBearsAnothersStampDoesNotPass(t *testing.T) {
	for _, lie := range [][]PortID{{gAgent}, {gTone}, {}, {gAgent, gTone}} {
		g := guarded()
		says := g.frames[gSupervisor]
		says.from.clear()
		for _, id := range lie {
			says.from.add(id)
		}
		if _, ok := g.pass(gClient, mixOf([]*frame{says})); ok {
			t.Errorf("a supervisor's frame with the stamp %v passed", lie)
		}
	}
}

// A sum that is not what it says is silence for all of the plan, told once, and
// whoever might be the leak is ended with it.
func TestASpoiltSumEndsTheSupervisorAndIsToldOnce(t *testing.T) {
	c := newTrio(t)
	c.apply(c.mode("whisper"))
	c.steps(6)
	c.shard.ports[c.client].hears = append(c.shard.ports[c.client].hears, c.shard.ports[c.agent])
	c.shard.ports[c.client].cells = make([]uint64, 2) // planted: the agent is added twice
	c.steps(20)
	if got := c.level(c.client); got != 0 {
		t.Errorf("the client hears %d, want silence", got)
	}
	if got := c.level(c.agent); got != coded(clientSays) {
		t.Errorf("the agent hears %d, want the client only", got)
	}
	if trips := eventsOf[Tripped](c.events); len(trips) != 1 {
		t.Errorf("got %d trips told, want 1", len(trips))
	}
}

func TestKeysOfASupervisorReachNobody(t *testing.T) {
	g := guarded()
	g.grant(7, []Grant{{gSupervisor, "call", 7}}) // to speak, not to press keys
	for source, want := range map[PortID]bool{gClient: true, gAgent: true, gTone: true, gSupervisor: false, gStranger: false} {
		if got := g.passDigit(source); got != want {
			t.Errorf("from %d: got %v, want %v", source, got, want)
		}
	}
}

// Any plan, any classes, valid or not: what an outside port is sent never holds a
// hidden voice without a grant.
func TestNoPlanWhateverLetsAClientHearAHiddenVoice(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for round := range 200 {
		r := newRig(t)
		var ids []PortID
		classes := make(map[PortID]Class)
		for i := range 5 {
			class := []Class{Outside, Staff, Hidden}[random.IntN(3)]
			id := r.attach(class, int16(1)<<(8+i)) // sums of distinct powers of two tell who is in them
			ids, classes[id] = append(ids, id), class
		}
		for epoch := uint64(1); epoch <= 4; epoch++ {
			plan := Plan{Call: "call", Epoch: epoch}
			for _, listener := range ids {
				var sources []PortID
				for _, s := range ids {
					if random.IntN(2) == 0 {
						sources = append(sources, s)
					}
				}
				plan.Rows = append(plan.Rows, row(listener, sources...))
			}
			if random.IntN(2) == 0 { // a grant that is not for this call
				plan.Grants = []Grant{{Port: ids[0], Call: "else", Epoch: epoch}, {Port: ids[1], Call: "call", Epoch: epoch - 1}}
			}
			r.apply(plan)
			r.steps(4)
		}
		hidden := 0
		for i, id := range ids {
			if classes[id] == Hidden {
				hidden |= 1 << (8 + i)
			}
		}
		for _, id := range ids {
			if classes[id] != Outside {
				continue
			}
			open := possibleSums(ids, classes, id)
			for n, p := range r.voices[id].wire.sent {
				if got := decodeFirst(p); !open[got] {
					t.Fatalf("round %d, packet %d: an outside port hears %d, which no sum of open voices gives (hidden are %b)", round, n, got, hidden)
				}
			}
		}
	}
}

// possibleSums are all samples that an outside port may be sent.
func possibleSums(ids []PortID, classes map[PortID]Class, listener PortID) map[int16]bool {
	sums := map[int16]bool{0: true}
	for subset := range 1 << len(ids) {
		total := 0
		for i, id := range ids {
			if subset>>i&1 == 1 && classes[id] != Hidden && id != listener {
				total += int(coded(1 << (8 + i)))
			}
		}
		sums[coded(total)] = true
	}
	return sums
}
