package mixer

import (
	"encoding/binary"
	"testing"

	"go.uber.org/goleak"

	"sufler/mixer/codec"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// rig steps a shard without thread and clock. Its ports speak what the test
// says, one packet in each frame.
type rig struct {
	t      *testing.T
	plane  *Plane
	shard  *shard
	voices map[PortID]*voice
	events []Event
}

// voice is the far end of a port.
type voice struct {
	wire memoryWire
	say  func(frame int) []int16
	n    int
	mute bool
}

// memoryWire is a wire in memory that keeps the last packet only.
type memoryWire struct {
	in     []Packet
	sent   []Packet
	keep   bool
	last   Packet
	closed bool
}

func (w *memoryWire) Recv(p *Packet) bool {
	if len(w.in) == 0 {
		return false
	}
	*p = w.in[0]
	w.in = append(w.in[:0], w.in[1:]...)
	return true
}

func (w *memoryWire) Send(p *Packet) bool {
	w.last = *p
	if w.keep {
		w.sent = append(w.sent, *p)
	}
	return true
}
func (w *memoryWire) Flush()        {}
func (w *memoryWire) Ready() int    { return -1 }
func (w *memoryWire) Report(*Stats) {}
func (w *memoryWire) Close()        { w.closed = true }

func newRig(t *testing.T) *rig {
	t.Helper()
	r := &rig{t: t, voices: make(map[PortID]*voice)}
	r.plane = NewPlane(Options{})
	r.plane.running = true // the rig is the shard's thread
	r.shard = newShard(r.plane)
	t.Cleanup(func() {
		r.shard.closeAll()
		r.plane.Close()
	})
	return r
}

// attach opens a port that says the same sample all the time.
func (r *rig) attach(class Class, sample int16) PortID {
	return r.attachVoice(class, func(int) []int16 { return constant(sample) })
}

func (r *rig) attachVoice(class Class, say func(int) []int16) PortID {
	r.t.Helper()
	id := r.plane.NewPortID()
	v := &voice{say: say, wire: memoryWire{keep: true}}
	if err := r.plane.Attach(Attachment{Port: id, Class: class, Codec: PCMU, DigitsType: 101, PacketFrames: 1, Wire: &v.wire}); err != nil {
		r.t.Fatal(err)
	}
	r.voices[id] = v
	return id
}

func constant(sample int16) []int16 {
	s := make([]int16, frameSamples)
	for i := range s {
		s[i] = sample
	}
	return s
}

// step lets every voice speak and mixes one frame.
func (r *rig) step() {
	r.t.Helper()
	for id, v := range r.voices {
		if v.mute {
			continue
		}
		p := Packet{Sequence: uint16(v.n), Timestamp: uint32(v.n * frameSamples), SSRC: uint32(id), Len: frameSamples}
		codec.MuLaw.Encode(p.Buf[:], v.say(v.n))
		v.wire.in = append(v.wire.in, p)
		v.n++
	}
	r.tick()
}

func (r *rig) tick() {
	r.t.Helper()
	r.shard.mail, _ = r.plane.collect(r.shard.mail[:0], len(r.shard.ports)+1)
	r.shard.step()
	r.events = append(r.events, r.shard.events...)
	r.shard.flush()
}

func (r *rig) steps(n int) {
	r.t.Helper()
	for range n {
		r.step()
	}
}

// apply puts a plan in force with the next step and says whether it was taken.
func (r *rig) apply(plan Plan) bool {
	r.t.Helper()
	r.plane.Apply(plan)
	before := len(r.events)
	r.step()
	for _, e := range r.events[before:] {
		switch e := e.(type) {
		case Applied:
			if e.Call == plan.Call && e.Epoch == plan.Epoch {
				return true
			}
		case Refused:
			if e.Call == plan.Call && e.Epoch == plan.Epoch {
				return false
			}
		}
	}
	r.t.Fatalf("no answer to the plan of epoch %d", plan.Epoch)
	return false
}

// heard is the samples of the last packet that a port was sent.
func (r *rig) heard(id PortID) []int16 {
	s := make([]int16, frameSamples)
	codec.MuLaw.Decode(s, r.voices[id].wire.last.Payload())
	return s
}

// level is the one sample of a heard frame in which all samples are the same.
func (r *rig) level(id PortID) int16 {
	r.t.Helper()
	s := r.heard(id)
	for _, v := range s {
		if v != s[0] {
			r.t.Fatalf("port %d hears a frame with a break in it: %v", id, s)
		}
	}
	return s[0]
}

// coded is a sample as it comes out of the codec.
func coded(sample int) int16 {
	var b [1]byte
	var s [1]int16
	codec.MuLaw.Encode(b[:], []int16{int16(sample)})
	codec.MuLaw.Decode(s[:], b[:])
	return s[0]
}

func row(listener PortID, sources ...PortID) Row { return Row{Listener: listener, Sources: sources} }

func eventsOf[T Event](events []Event) (of []T) {
	for _, e := range events {
		if e, ok := e.(T); ok {
			of = append(of, e)
		}
	}
	return of
}

// keyPacket is one packet of a telephone key (RFC 4733 section 2.3).
func keyPacket(timestamp uint32, event byte, end bool) Packet {
	p := Packet{PayloadType: 101, Timestamp: timestamp, SSRC: 1, Len: 4}
	p.Buf[0], p.Buf[1] = event, 10
	if end {
		p.Buf[1] |= 0x80
	}
	binary.BigEndian.PutUint16(p.Buf[2:], 160)
	return p
}
