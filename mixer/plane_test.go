package mixer

import (
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
)

// pacer lets a test give the plane its ticks.
type pacer struct {
	tick chan time.Duration // how late the tick comes
}

func (p *pacer) pace(until time.Time, stop <-chan struct{}) (time.Time, bool) {
	select {
	case late := <-p.tick:
		return until.Add(late), true
	case <-stop:
		return time.Time{}, false
	}
}

func TestAPlaneTellsItsEventsInOrderAndEndsWithItsPorts(t *testing.T) {
	events := make(chan Event, 100)
	p := &pacer{tick: make(chan time.Duration)}
	registry := prometheus.NewRegistry()
	plane := NewPlane(Options{Events: func(e Event) { events <- e }, Pace: p.pace, Metrics: NewMetrics(registry)})
	defer plane.Close()
	wires := [2]memoryWire{}
	ids := [2]PortID{plane.NewPortID(), plane.NewPortID()}
	for i, id := range ids {
		if err := plane.Attach(Attachment{Port: id, Class: Staff, Codec: PCMA, Wire: &wires[i]}); err != nil {
			t.Fatal(err)
		}
	}
	for epoch := range uint64(3) {
		plane.Apply(Plan{Call: "call", Epoch: epoch + 1, Rows: []Row{row(ids[0], ids[1])}})
	}
	p.tick <- 0
	for want := range uint64(3) {
		if e, ok := (<-events).(Applied); !ok || e.Epoch != want+1 {
			t.Fatalf("got %+v, want epoch %d applied", e, want+1)
		}
	}
	for _, id := range ids {
		plane.Detach(id)
	}
	p.tick <- 0
	p.tick <- 0 // the shard sees that it has nothing left, and ends
	plane.all.Wait()
	if !wires[0].closed || !wires[1].closed {
		t.Error("a wire was left open")
	}
	if got := testutil.ToFloat64(plane.options.Metrics.ports); got != 0 {
		t.Errorf("got %v ports, want 0", got)
	}
	// It begins again with the next port.
	if err := plane.Attach(Attachment{Port: plane.NewPortID(), Class: Source, Sound: hum(1)}); err != nil {
		t.Fatal(err)
	}
	p.tick <- 0
}

func TestLateTicksAreSkippedAndCounted(t *testing.T) {
	p := &pacer{tick: make(chan time.Duration)}
	applied := make(chan Applied, 10)
	plane := NewPlane(Options{Pace: p.pace, Metrics: NewMetrics(prometheus.NewRegistry()), Events: func(e Event) {
		if a, ok := e.(Applied); ok {
			applied <- a
		}
	}})
	defer plane.Close()
	wire := &memoryWire{keep: true}
	id := plane.NewPortID()
	if err := plane.Attach(Attachment{Port: id, Class: Staff, Codec: PCMU, Wire: wire}); err != nil {
		t.Fatal(err)
	}
	plane.Apply(Plan{Call: "call", Epoch: 1, Rows: []Row{row(id)}})
	p.tick <- 0
	first := <-applied
	plane.Apply(Plan{Call: "call", Epoch: 2, Rows: []Row{row(id)}})
	p.tick <- 5*FrameTime + time.Millisecond
	second := <-applied
	if got := second.Frame - first.Frame; got != 1+5 {
		t.Errorf("the call's clock went on by %d frames, want 6", got)
	}
	if got := testutil.ToFloat64(plane.options.Metrics.skipped); got != 5 {
		t.Errorf("got %v late ticks, want 5", got)
	}
	plane.Close()
	if n := len(wire.sent); n != 2 || wire.sent[1].Timestamp != wire.sent[0].Timestamp+6*frameSamples {
		t.Errorf("got %d packets, the last at +%d; want 2 and +%d", n, wire.sent[n-1].Timestamp-wire.sent[0].Timestamp, 6*frameSamples)
	}
}

func TestAttachmentsThatMakeNoSenseAreRefused(t *testing.T) {
	plane := NewPlane(Options{})
	defer plane.Close()
	wire := &memoryWire{}
	for name, a := range map[string]Attachment{
		"no id":                  {Class: Staff, Codec: PCMU, Wire: wire},
		"no class":               {Port: 1, Codec: PCMU, Wire: wire},
		"a class out of range":   {Port: 1, Class: 9, Codec: PCMU, Wire: wire},
		"no codec":               {Port: 1, Class: Staff, Wire: wire},
		"a person without wire":  {Port: 1, Class: Staff, Codec: PCMU},
		"a source with a wire":   {Port: 1, Class: Source, Wire: wire, Sound: hum(1)},
		"a source without sound": {Port: 1, Class: Source},
		"packets of a second":    {Port: 1, Class: Staff, Codec: PCMU, Wire: wire, PacketFrames: 50},
	} {
		if err := plane.Attach(a); err == nil {
			t.Errorf("%s was attached", name)
		}
	}
	a := Attachment{Port: plane.NewPortID(), Class: Source, Sound: hum(1)}
	if err := plane.Attach(a); err != nil {
		t.Fatal(err)
	}
	if err := plane.Attach(a); err == nil {
		t.Error("a port was attached twice")
	}
}

// A wire that came in the last moment has no tick any more, and is closed all the same.
func TestAClosedPlaneClosesTheWiresOfItsLastMail(t *testing.T) {
	plane := NewPlane(Options{Pace: func(_ time.Time, stop <-chan struct{}) (time.Time, bool) {
		<-stop
		return time.Time{}, false
	}})
	wires := make([]memoryWire, 2)
	for i := range wires {
		id := plane.NewPortID()
		if err := plane.Attach(Attachment{Port: id, Class: Staff, Codec: PCMU, Wire: &wires[i]}); err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			plane.Detach(id)
		}
	}
	plane.Close()
	for i := range wires {
		if !wires[i].closed {
			t.Errorf("wire %d is left open", i)
		}
	}
}

func TestAClosedPlaneTakesNothingAndLeavesNothing(t *testing.T) {
	plane := NewPlane(Options{})
	wires := make([]memoryWire, 50)
	var all sync.WaitGroup
	for i := range wires {
		all.Go(func() {
			id := plane.NewPortID()
			if err := plane.Attach(Attachment{Port: id, Class: Staff, Codec: PCMU, Wire: &wires[i]}); err != nil {
				t.Error(err)
			}
			plane.Apply(Plan{Call: CallID(rune('a' + i)), Epoch: 1, Rows: []Row{row(id)}})
			if i%2 == 0 {
				plane.Detach(id)
			}
		})
	}
	all.Wait()
	plane.Close()
	plane.Close()
	if err := plane.Attach(Attachment{Port: plane.NewPortID(), Class: Source, Sound: hum(1)}); err == nil {
		t.Error("a closed plane took a port")
	}
}
