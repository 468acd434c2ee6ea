package mirror

import (
	"testing"
	"time"

	"go.uber.org/goleak"

	"sufler/mixer"
	"sufler/mixer/codec"
	"sufler/mixer/tone"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func packet(n int) *mixer.Packet {
	p := &mixer.Packet{PayloadType: 8, Marker: n == 0, Sequence: uint16(65530 + n), Timestamp: uint32(160 * n), SSRC: 7, Len: 160}
	p.Buf[0], p.Buf[159] = byte(n), byte(n+1)
	return p
}

// Each packet comes back exactly one second later, as it was and in its order.
func TestWhatIsSentComesBackAfterTheDelay(t *testing.T) {
	w := New(time.Second)
	back := 0
	for frame := range 200 {
		var got mixer.Packet
		for w.Recv(&got) {
			if got != *packet(back) || frame != back+50 {
				t.Fatalf("frame %d: got packet %+v, want number %d in frame %d", frame, got, back, back+50)
			}
			back++
		}
		if !w.Send(packet(frame)) {
			t.Fatalf("frame %d was not taken", frame)
		}
		w.Flush()
	}
	if back != 150 {
		t.Errorf("got %d packets back of 200, want 150 and 50 on their way", back)
	}
}

func TestTheMirrorIsBounded(t *testing.T) {
	w := New(100 * time.Millisecond)
	sent := 0
	for n := range 20 {
		if w.Send(packet(n)) {
			sent++
		}
	}
	var stats mixer.Stats
	w.Report(&stats)
	if want := (mixer.Stats{Sent: 5, SendErrors: 15}); sent != 5 || stats != want {
		t.Errorf("got %d sent and %+v, want %+v", sent, stats, want)
	}
	w.Close()
	for range 5 {
		w.Flush()
	}
	if w.Recv(new(mixer.Packet)) || w.Ready() != -1 {
		t.Error("a closed mirror gives packets")
	}
}

// voice is the wire of somebody who speaks a tone; his ear hears what he is sent.
type voice struct {
	Wire
	says *tone.Sine
	ear  *tone.Ear
	n    int
}

func (v *voice) Recv(p *mixer.Packet) bool {
	if v.n%2 == 1 { // once in each tick
		v.n++
		return false
	}
	var samples [160]int16
	v.says.Next(samples[:])
	*p = mixer.Packet{SSRC: 1, Sequence: uint16(v.n / 2), Timestamp: uint32(80 * v.n), Len: 160}
	codec.MuLaw.Encode(p.Buf[:], samples[:])
	v.n++
	return true
}

func (v *voice) Send(p *mixer.Packet) bool {
	var samples [160]int16
	codec.MuLaw.Decode(samples[:], p.Payload())
	v.ear.Hear(samples[:])
	return true
}

// Whoever is planned with a mirror hears himself a second later, and only then.
func TestASpeakerHearsHimselfInTheMirror(t *testing.T) {
	frames, begun, stop := 0, make(chan struct{}), make(chan struct{})
	plane := mixer.NewPlane(mixer.Options{Pace: func(until time.Time, _ <-chan struct{}) (time.Time, bool) {
		<-begun
		if frames++; frames > 250 {
			close(stop)
			return until, false
		}
		return until, true
	}})
	v := &voice{says: tone.NewSine(tone.AgentHz, -20), ear: tone.NewEar(tone.AgentHz)}
	person, mirror := plane.NewPortID(), plane.NewPortID()
	for port, wire := range map[mixer.PortID]mixer.Wire{person: v, mirror: New(time.Second)} {
		if err := plane.Attach(mixer.Attachment{Port: port, Class: mixer.Staff, Codec: mixer.PCMU, Unwatched: true, Wire: wire}); err != nil {
			t.Fatal(err)
		}
	}
	plane.Apply(mixer.Plan{Call: "check", Epoch: 1, Rows: []mixer.Row{
		{Listener: person, Sources: []mixer.PortID{mirror}}, {Listener: mirror, Sources: []mixer.PortID{person}},
	}})
	close(begun)
	<-stop
	plane.Close()
	windows := v.ear.Windows()
	if len(windows) < 4 || windows[0].Levels[0] > tone.AbsentBelow {
		t.Fatalf("got %v, want silence in the first second", windows)
	}
	for _, w := range windows[2:] {
		if w.Levels[0] < -22 || w.Levels[0] > -18 {
			t.Errorf("got %v, want the tone at -20 from the third second on", windows)
		}
	}
}
