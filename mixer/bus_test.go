package mixer

import (
	"maps"
	"slices"
	"testing"

	"sufler/mixer/dtmf"
)

// The three of a call: what each says is a constant of its own, so that each sum
// tells who is in it.
const (
	clientSays, agentSays, supervisorSays = 1000, 2000, 4000
)

type trio struct {
	*rig
	client, agent, supervisor PortID
	epoch                     uint64
}

func newTrio(t *testing.T) *trio {
	t.Helper()
	r := newRig(t)
	return &trio{rig: r, client: r.attach(Outside, clientSays), agent: r.attach(Staff, agentSays), supervisor: r.attach(Hidden, supervisorSays)}
}

// mode makes the plan of a supervised call.
func (c *trio) mode(name string) Plan {
	c.epoch++
	p := Plan{Call: "call", Epoch: c.epoch}
	switch name {
	case "alone":
		p.Rows = []Row{row(c.client, c.agent), row(c.agent, c.client)}
	case "listen":
		p.Rows = []Row{row(c.client, c.agent), row(c.agent, c.client), row(c.supervisor, c.client, c.agent)}
	case "whisper":
		p.Rows = []Row{row(c.client, c.agent), row(c.agent, c.client, c.supervisor), row(c.supervisor, c.client, c.agent)}
	case "barge":
		p.Rows = []Row{row(c.client, c.agent, c.supervisor), row(c.agent, c.client, c.supervisor), row(c.supervisor, c.client, c.agent)}
		p.Grants = []Grant{{Port: c.supervisor, Call: "call", Epoch: c.epoch}}
	}
	return p
}

// W004 W005 W006 W007 W008 W009 I019
func TestEachModeIsHeardByExactlyThoseItNames(t *testing.T) {
	client, agent, supervisor := int(coded(clientSays)), int(coded(agentSays)), int(coded(supervisorSays))
	for mode, want := range map[string][3]int{ // client, agent, supervisor hear
		"alone":   {agent, client, 0},
		"listen":  {agent, client, client + agent},
		"whisper": {agent, client + supervisor, client + agent},
		"barge":   {agent + supervisor, client + supervisor, client + agent},
	} {
		t.Run(mode, func(t *testing.T) {
			c := newTrio(t)
			if !c.apply(c.mode(mode)) {
				t.Fatal("the plan was refused")
			}
			c.steps(10)
			for i, id := range []PortID{c.client, c.agent, c.supervisor} {
				if got := c.level(id); got != coded(want[i]) {
					t.Errorf("listener %d: got %d, want %d", i, got, coded(want[i]))
				}
			}
		})
	}
}

// W002 W020 I017
func TestFiftyChangesOfModeLeaveNoGapAndLeakNoFrame(t *testing.T) {
	c := newTrio(t)
	c.apply(c.mode("alone"))
	c.steps(10)
	modes := []string{"listen", "whisper", "alone", "whisper", "listen"}
	for i := range 50 {
		c.plane.Apply(c.mode(modes[i%len(modes)]))
		for range 1 + i%3 {
			c.step()
			if got := c.level(c.client); got != coded(agentSays) {
				t.Fatalf("change %d: the client hears %d, want %d", i, got, coded(agentSays))
			}
		}
	}
	g := c.shard.calls["call"].guard.count
	if g.Granted != 0 || g.Stopped != 0 || g.Outside == 0 {
		t.Errorf("got %+v, want frames to the client and no supervisor in them", g)
	}
}

// W002
func TestAPlanThatLetsTheClientHearTheSupervisorWithoutGrantIsSilence(t *testing.T) {
	c := newTrio(t)
	plan := c.mode("barge")
	plan.Grants = nil
	c.apply(plan)
	c.steps(5)
	if got := c.level(c.client); got != coded(agentSays) {
		t.Errorf("after the trip the client hears %d, want the agent alone (%d)", got, coded(agentSays))
	}
	if got := c.level(c.agent); got != coded(clientSays) {
		t.Errorf("after the trip the agent hears %d, want the client alone (%d)", got, coded(clientSays))
	}
	trips := eventsOf[Tripped](c.events)
	if len(trips) != 1 || trips[0].Source != c.supervisor || trips[0].Listener != c.client {
		t.Errorf("got %+v, want one trip of the supervisor at the client", trips)
	}
	for i, p := range c.voices[c.client].wire.sent {
		if got := decodeFirst(p); got != 0 && got != coded(agentSays) {
			t.Errorf("packet %d to the client holds %d", i, got)
		}
	}
}

func decodeFirst(p Packet) int16 {
	r := rig{voices: map[PortID]*voice{1: {wire: memoryWire{last: p}}}}
	return r.heard(1)[0]
}

func TestWhatNoPlanNamesIsSilence(t *testing.T) {
	c := newTrio(t)
	c.steps(10)
	for _, id := range []PortID{c.client, c.agent, c.supervisor} {
		if got := c.level(id); got != 0 {
			t.Errorf("port %d hears %d before any plan", id, got)
		}
	}
	c.apply(c.mode("alone"))
	c.apply(Plan{Call: "call", Epoch: 99})
	c.steps(3)
	if got := c.level(c.client); got != 0 {
		t.Errorf("the client hears %d by an empty plan", got)
	}
}

func TestEverySampleOfASpeakerIsHeardOnce(t *testing.T) {
	r := newRig(t)
	counting := func(n int) []int16 {
		s := make([]int16, frameSamples)
		for i := range s {
			s[i] = coded((n*frameSamples+i)%200*100 + 100)
		}
		return s
	}
	speaker := r.attachVoice(Outside, counting)
	listener := r.attach(Staff, 0)
	r.apply(Plan{Call: "call", Epoch: 1, Rows: []Row{row(listener, speaker)}})
	r.steps(100)
	var heard []int16
	for _, p := range r.voices[listener].wire.sent {
		heard = append(heard, (&rig{voices: map[PortID]*voice{1: {wire: memoryWire{last: p}}}}).heard(1)...)
	}
	start := slices.IndexFunc(heard, func(s int16) bool { return s != 0 })
	for i, s := range heard[start:] {
		if want := counting(0)[i%200%frameSamples]; i < frameSamples && s != want {
			t.Fatalf("sample %d: got %d, want %d", i, s, want)
		}
		if want := coded(i%200*100 + 100); s != want {
			t.Fatalf("sample %d: got %d, want %d", i, s, want)
		}
	}
}

func TestSumsAreClippedOnce(t *testing.T) {
	r := newRig(t)
	a, b, c := r.attach(Staff, 30000), r.attach(Staff, 30000), r.attach(Staff, -30000)
	listener := r.attach(Staff, 0)
	r.apply(Plan{Call: "call", Epoch: 1, Rows: []Row{row(listener, a, b, c)}})
	r.steps(5)
	if got, want := r.level(listener), coded(int(coded(30000))); got != want {
		t.Errorf("got %d, want %d", got, want)
	}
}

func TestNumbersLeaveOnceAndInOrder(t *testing.T) {
	c := newTrio(t)
	for i := range 40 {
		c.plane.Apply(c.mode([]string{"listen", "whisper", "barge", "alone"}[i%4]))
		c.steps(3)
	}
	for id, v := range c.voices {
		for i, p := range v.wire.sent[1:] {
			before := v.wire.sent[i]
			if p.SSRC != before.SSRC || p.Sequence != before.Sequence+1 || p.Timestamp != before.Timestamp+frameSamples {
				t.Fatalf("port %d, packet %d: %d/%d/%d after %d/%d/%d", id, i, p.SSRC, p.Sequence, p.Timestamp, before.SSRC, before.Sequence, before.Timestamp)
			}
		}
	}
}

func TestOldPlansAndForeignPortsAreRefused(t *testing.T) {
	c := newTrio(t)
	other := c.attach(Outside, 1)
	c.epoch = 10
	plan := c.mode("alone")
	if !c.apply(plan) {
		t.Fatal("the first plan was refused")
	}
	for name, bad := range map[string]Plan{
		"the same epoch":            plan,
		"an older epoch":            {Call: "call", Epoch: 3},
		"a port that is not there":  {Call: "call", Epoch: 50, Rows: []Row{row(c.client, 999999)}},
		"a port of another call":    {Call: "else", Epoch: 1, Rows: []Row{row(other, c.agent)}},
		"a source that should hear": {Call: "call", Epoch: 51, Rows: []Row{row(c.source(t), c.agent)}},
	} {
		if c.apply(bad) {
			t.Errorf("%s was applied", name)
		}
	}
	c.steps(3)
	if got := c.level(c.client); got != coded(agentSays) {
		t.Errorf("after refused plans the client hears %d, want %d", got, coded(agentSays))
	}
}

// source attaches a port that plays a constant.
func (r *rig) source(t *testing.T) PortID {
	t.Helper()
	id := r.plane.NewPortID()
	if err := r.plane.Attach(Attachment{Port: id, Class: Source, Sound: hum(500)}); err != nil {
		t.Fatal(err)
	}
	return id
}

type hum int16

func (h hum) Next(frame []int16) bool {
	for i := range frame {
		frame[i] = int16(h)
	}
	return true
}

func TestASourceIsHeardByThoseWhomThePlanNames(t *testing.T) {
	c := newTrio(t)
	tone := c.source(t)
	c.apply(Plan{Call: "call", Epoch: 1, Rows: []Row{row(c.agent, tone), row(c.client)}})
	c.steps(3)
	if got := c.level(c.agent); got != coded(500) {
		t.Errorf("the agent hears %d, want the tone", got)
	}
	if got := c.level(c.client); got != 0 {
		t.Errorf("the client hears %d, want silence", got)
	}
}

func TestKeysAreTakenOutAndMadeAnewForThoseGranted(t *testing.T) {
	c := newTrio(t)
	plan := c.mode("whisper")
	plan.Digits = []Row{row(c.client, c.agent), row(c.agent, c.supervisor)}
	c.apply(plan)
	c.steps(3)
	for i := range 3 {
		p := keyPacket(5000, 5, i == 2)
		p.SSRC = uint32(c.agent)
		c.voices[c.agent].wire.in = append(c.voices[c.agent].wire.in, p)
	}
	c.steps(15)
	digits := eventsOf[Digit](c.events)
	if len(digits) != 1 || digits[0].Digit != '5' || digits[0].Port != c.agent {
		t.Fatalf("got %+v, want one 5 of the agent", digits)
	}
	count := func(id PortID) (n int) {
		for _, p := range c.voices[id].wire.sent {
			if p.PayloadType == 101 && p.Buf[0] == 5 {
				n++
			}
		}
		return n
	}
	if count(c.client) == 0 || count(c.supervisor) != 0 || count(c.agent) != 0 {
		t.Errorf("the key went to client %d, agent %d, supervisor %d packets; want the client only", count(c.client), count(c.agent), count(c.supervisor))
	}
}

func TestLongerPacketsHoldSeveralFrames(t *testing.T) {
	r := newRig(t)
	speaker := r.attach(Outside, 1234)
	id := r.plane.NewPortID()
	v := &voice{say: func(int) []int16 { return constant(0) }, wire: memoryWire{keep: true}}
	r.voices[id] = v
	if err := r.plane.Attach(Attachment{Port: id, Class: Staff, Codec: PCMU, PacketFrames: 3, Wire: &v.wire}); err != nil {
		t.Fatal(err)
	}
	r.apply(Plan{Call: "call", Epoch: 1, Rows: []Row{row(id, speaker)}})
	r.steps(29)
	for i, p := range v.wire.sent {
		if p.Len != 3*frameSamples || (i > 0 && p.Timestamp != v.wire.sent[i-1].Timestamp+3*frameSamples) {
			t.Fatalf("packet %d: %d bytes at %d", i, p.Len, p.Timestamp)
		}
	}
	if got := len(v.wire.sent); got != 10 {
		t.Errorf("got %d packets of 60 ms in 30 frames, want 10", got)
	}
}

func TestAPlanIsAValue(t *testing.T) {
	c := newTrio(t)
	plan := c.mode("alone")
	c.plane.Apply(plan)
	plan.Rows[0].Sources[0] = c.supervisor
	c.steps(6)
	if got := c.level(c.client); got != coded(agentSays) {
		t.Errorf("the plan was changed after it was given: got %d, want %d", got, coded(agentSays))
	}
}

// heldBack notes what is captured.
type heldBack struct{ loudest map[string]int16 }

func (h *heldBack) Capture(_ CallID, track string, _ Codec, _ uint64, samples *[frameSamples]int16) {
	h.loudest[track] = max(h.loudest[track], slices.Max(samples[:]))
}

func (h *heldBack) Planned(Plan, uint64) {}
func (h *heldBack) Ended(CallID)         {}

func TestAVoiceThatTheGuardCutIsNotCaptured(t *testing.T) {
	c := newTrio(t)
	h := &heldBack{loudest: make(map[string]int16)}
	c.plane.options.Record = h
	c.steps(6) // everybody speaks before the plan comes
	plan := c.mode("barge")
	plan.Grants = nil
	plan.Tracks = []Track{{c.client, "client"}, {c.agent, "agent"}, {c.supervisor, "supervisor"}}
	c.apply(plan)
	c.steps(10)
	if len(eventsOf[Tripped](c.events)) == 0 {
		t.Fatal("the guard did not trip")
	}
	if want := map[string]int16{"client": coded(clientSays), "agent": coded(agentSays), "supervisor": 0}; !maps.Equal(h.loudest, want) {
		t.Errorf("got %v, want %v", h.loudest, want)
	}
}

// RFC 4733 section 2.5.1.2: all packets of one key bear the timestamp of its
// beginning; another one would be another key.
func TestALateTickWithinAKeyMakesNoSecondKey(t *testing.T) {
	r := newRig(t)
	client, agent := r.attach(Outside, clientSays), r.attach(Staff, agentSays)
	r.apply(Plan{Call: "call", Epoch: 1, Rows: []Row{row(client, agent), row(agent, client)}, Digits: []Row{row(agent, client)}})
	r.voices[client].wire.in = append(r.voices[client].wire.in, keyPacket(5000, 4, false))
	r.steps(3)
	r.shard.skip(2)
	r.steps(10)
	var keys dtmf.Receiver
	var got string
	for _, p := range r.voices[agent].wire.sent {
		if p.PayloadType != 101 {
			continue
		}
		if key, ok := keys.Take(p.Timestamp, p.Payload()); ok {
			got += string(key)
		}
	}
	if got != "4" {
		t.Errorf("the agent's phone reads %q, want %q", got, "4")
	}
}
