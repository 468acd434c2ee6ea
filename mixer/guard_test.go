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
	g := newGuard("call")
	g.know(gClient, Outside)
	g.know(gAgent, Staff)
	g.know(gSupervisor, Hidden)
	g.know(gTwo, Hidden)
	g.know(gTone, Source)
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
		"the agent to the client":                {gClient, []PortID{gAgent, gTone}, nil, nil, true, 0},
		"the supervisor to the agent":            {gAgent, []PortID{gClient, gSupervisor}, nil, nil, true, 0},
		"the supervisor to the client":           {gClient, []PortID{gAgent, gSupervisor}, nil, nil, false, gSupervisor},
		"the same with a grant":                  {gClient, []PortID{gAgent, gSupervisor}, []Grant{right}, nil, true, 0},
		"with a grant of another call":           {gClient, []PortID{gAgent, gSupervisor}, []Grant{{gSupervisor, "else", 7}}, nil, false, gSupervisor},
		"with a grant of another port":           {gClient, []PortID{gAgent, gSupervisor}, []Grant{{gTwo, "call", 7}}, nil, false, gSupervisor},
		"with a grant of an old epoch":           {gClient, []PortID{gAgent, gSupervisor}, []Grant{{gSupervisor, "call", 6}}, nil, false, gSupervisor},
		"one of two supervisors has a grant":     {gClient, []PortID{gSupervisor, gTwo}, []Grant{right}, nil, false, gTwo},
		"a source that nobody knows":             {gClient, []PortID{gAgent, gStranger}, nil, nil, false, gStranger},
		"a listener that nobody knows":           {gStranger, []PortID{gSupervisor}, nil, nil, false, gSupervisor},
		"a sum that holds more than it says":     {gClient, []PortID{gAgent}, nil, func(f *frame) { f.samples[17] += 1200 }, false, 0},
		"samples of a source that it hides":      {gClient, []PortID{gAgent, gSupervisor}, nil, func(f *frame) { f.from = mixOf(partsOf(gAgent)).from }, false, 0},
		"silence that claims to be nobody's":     {gClient, nil, nil, nil, true, 0},
		"samples that claim to be nobody's":      {gClient, nil, nil, func(f *frame) { f.samples[0] = 1 }, false, 0},
		"a spoilt sum to the agent is not his":   {gAgent, []PortID{gClient}, nil, func(f *frame) { f.samples[0]++ }, true, 0},
		"an origin that is not among the frames": {gClient, []PortID{gAgent}, nil, func(f *frame) { f.from.clear(); f.from.add(gTone) }, false, 0},
	} {
		t.Run(name, func(t *testing.T) {
			g := guarded()
			g.grant(7, c.grants)
			parts := partsOf(gClient, gAgent, gSupervisor, gTwo, gStranger)
			f := mixOf(partsOf(c.sources...))
			if c.spoil != nil {
				c.spoil(f)
			}
			if c.listener == gClient && len(c.sources) > 1 && c.sources[1] == gTone {
				parts = append(parts, partsOf(gTone)...)
			}
			bad, ok := g.pass(c.listener, f, parts)
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
	g := guarded()
	g.know(gSupervisor, Staff)
	if _, ok := g.pass(gClient, mixOf(partsOf(gSupervisor)), partsOf(gSupervisor)); ok {
		t.Error("a hidden port was made staff and heard")
	}
}

func TestKeysOfASupervisorReachNoClient(t *testing.T) {
	g := guarded()
	for _, c := range []struct {
		listener, source PortID
		pass             bool
	}{{gClient, gAgent, true}, {gClient, gSupervisor, false}, {gAgent, gSupervisor, true}, {gClient, gStranger, false}, {gStranger, gSupervisor, false}} {
		if got := g.passDigit(c.listener, c.source); got != c.pass {
			t.Errorf("from %d to %d: got %v, want %v", c.source, c.listener, got, c.pass)
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
