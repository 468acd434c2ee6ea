//go:build !race

package mixer

import "testing"

func TestAllocNothingPerFrame(t *testing.T) {
	c := newTrio(t)
	for _, v := range c.voices {
		v.wire.keep = false
		v.wire.in = make([]Packet, 0, 4)
	}
	c.apply(c.mode("whisper"))
	c.steps(20)
	b := c.shard.calls["call"]
	frames := 0
	allocations := testing.AllocsPerRun(1000, func() {
		for id, v := range c.voices {
			v.wire.in = v.wire.in[:1]
			v.wire.in[0].Sequence, v.wire.in[0].SSRC = uint16(v.n), uint32(id)
			v.wire.in[0].Timestamp, v.wire.in[0].Len = uint32(v.n*frameSamples), frameSamples
			v.n++
		}
		b.frame = 1 // no meter report: that is a message, not a frame
		b.Tick()
		frames++
	})
	if allocations != 0 {
		t.Errorf("got %v allocations per frame, want none", allocations)
	}
}

func BenchmarkTickOfThree(b *testing.B) {
	t := &testing.T{}
	c := newTrio(t)
	for _, v := range c.voices {
		v.wire.keep, v.mute = false, true
	}
	c.apply(c.mode("whisper"))
	bus := c.shard.calls["call"]
	for b.Loop() {
		bus.frame = 1
		bus.Tick()
	}
}
