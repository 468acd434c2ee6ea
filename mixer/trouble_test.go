package mixer

import (
	"slices"
	"testing"
)

func TestALeavingPortLeavesTheOthersAlone(t *testing.T) {
	c := newTrio(t)
	c.apply(c.mode("whisper"))
	c.steps(5)
	c.plane.Detach(c.supervisor)
	wire := &c.voices[c.supervisor].wire
	delete(c.voices, c.supervisor)
	c.steps(3)
	if !wire.closed {
		t.Error("the supervisor's wire was not closed")
	}
	if got := c.level(c.agent); got != coded(clientSays) {
		t.Errorf("the agent hears %d, want the client alone", got)
	}
	if got := c.level(c.client); got != coded(agentSays) {
		t.Errorf("the client hears %d, want the agent", got)
	}
}

func TestAPanicEndsItsOwnCallOnly(t *testing.T) {
	c := newTrio(t)
	a, b := c.attach(Staff, 700), c.attach(Staff, 800)
	c.apply(c.mode("alone"))
	c.apply(Plan{Call: "other", Epoch: 1, Rows: []Row{row(a, b), row(b, a)}})
	c.steps(5)
	c.shard.calls["other"].ports[0].in.law = nil
	c.steps(5)
	if broken := eventsOf[Broken](c.events); len(broken) != 1 || broken[0].Call != "other" {
		t.Errorf("got %+v, want the other call broken", broken)
	}
	if got := c.level(c.client); got != coded(agentSays) {
		t.Errorf("the client of the sound call hears %d, want %d", got, coded(agentSays))
	}
	if got := c.level(a); got != 0 {
		t.Errorf("a port of the broken call hears %d, want silence", got)
	}
}

func TestLostMediaIsToldOnceAndSoIsItsReturn(t *testing.T) {
	c := newTrio(t)
	c.plane.options.MediaLostAfter = 10 * FrameTime
	c.apply(c.mode("alone"))
	c.steps(20)
	c.voices[c.client].mute = true
	c.steps(30)
	c.voices[c.client].mute = false
	c.steps(5)
	lost, back := eventsOf[MediaLost](c.events), eventsOf[MediaBack](c.events)
	if len(lost) != 1 || len(back) != 1 || lost[0].Port != c.client || back[0].Port != c.client {
		t.Errorf("got lost %v, back %v; want the client once each", lost, back)
	}
}

type brokenWire struct{ memoryWire }

func (w *brokenWire) Recv(*Packet) bool { panic("broken wire") }

func TestAPortThatBreaksAloneIsToldOnceAndStillDetached(t *testing.T) {
	r := newRig(t)
	id, wire := r.plane.NewPortID(), &brokenWire{}
	if err := r.plane.Attach(Attachment{Port: id, Class: Staff, Codec: PCMU, Wire: wire}); err != nil {
		t.Fatal(err)
	}
	r.steps(50)
	if got := len(eventsOf[Broken](r.events)); got != 1 {
		t.Errorf("got %d times told, want 1", got)
	}
	r.plane.Detach(id)
	r.step()
	if !wire.closed {
		t.Error("the wire was left open")
	}
}

// A browser's wire says by itself when its page is gone, and a supervisor who
// only listens sends nothing for hours.
func TestAnUnwatchedPortMayBeQuietForEver(t *testing.T) {
	r := newRig(t)
	r.plane.options.MediaLostAfter = 10 * FrameTime
	client := r.attach(Outside, clientSays)
	quiet := r.plane.NewPortID()
	wire := &memoryWire{}
	if err := r.plane.Attach(Attachment{Port: quiet, Class: Hidden, Codec: PCMU, Unwatched: true, Wire: wire}); err != nil {
		t.Fatal(err)
	}
	r.apply(Plan{Call: "call", Epoch: 1, Rows: []Row{row(quiet, client)}})
	r.steps(30)
	wire.in = append(wire.in, Packet{Len: frameSamples})
	r.steps(30)
	if lost, back := eventsOf[MediaLost](r.events), eventsOf[MediaBack](r.events); len(lost)+len(back) != 0 {
		t.Errorf("got %v and %v of a port that nobody watches", lost, back)
	}
	r.voices[client].mute = true
	r.steps(20)
	if lost := eventsOf[MediaLost](r.events); len(lost) != 1 || lost[0].Port != client {
		t.Errorf("got %v, want the watched port's loss", lost)
	}
}

func TestACallLearnsOfALegThatWasSilentBeforeIt(t *testing.T) {
	r := newRig(t)
	r.plane.options.MediaLostAfter = 10 * FrameTime
	client, agent := r.attach(Outside, clientSays), r.attach(Staff, agentSays)
	r.voices[client].mute = true
	r.steps(20)
	r.apply(Plan{Call: "call", Epoch: 1, Rows: []Row{row(client, agent), row(agent, client)}})
	r.steps(30)
	if want := (MediaLost{Call: "call", Port: client}); !slices.Contains(eventsOf[MediaLost](r.events), want) {
		t.Errorf("got %+v, want %+v among them", eventsOf[MediaLost](r.events), want)
	}
}
