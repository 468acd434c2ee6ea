package mixer

import "slices"

// frameSamples is one frame at 8 kHz.
const frameSamples = 160

// frame is 20 ms of sound together with where it comes from. Whoever copies or
// adds samples copies or adds their origin; the guard reads it.
type frame struct {
	samples [frameSamples]int16
	from    origin
}

// origin is the set of sources that a frame holds.
type origin struct {
	ids [MaxPorts]PortID
	n   int
}

func (o *origin) clear() { o.n = 0 }

func (o *origin) add(id PortID) {
	if slices.Contains(o.ids[:o.n], id) {
		return
	}
	if o.n < len(o.ids) {
		o.ids[o.n] = id
		o.n++
	}
}

func (o *origin) all() []PortID { return o.ids[:o.n] }

// sum adds frames without loss; it is clipped once, when all are in, so that the
// result does not depend on their order.
type sum struct {
	samples [frameSamples]int32
	from    origin
}

func (s *sum) clear() {
	clear(s.samples[:])
	s.from.clear()
}

func (s *sum) add(f *frame) {
	for i, v := range f.samples {
		s.samples[i] += int32(v)
	}
	for _, id := range f.from.all() {
		s.from.add(id)
	}
}

func (s *sum) clip(to *frame) {
	for i, v := range s.samples {
		to.samples[i] = int16(max(-32768, min(32767, v)))
	}
	to.from = s.from
}
