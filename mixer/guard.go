package mixer

// guard is the last look at a frame before it leaves for a wire. It knows
// nothing of plans and matrices: it holds every port to the class with which it
// was attached, and reads where the samples come from.
//
// One rule: a frame for an Outside port may hold Outside, Staff and Source
// samples; Hidden ones only under a grant for this port, this call and the epoch
// in force. Whatever it does not know is Hidden when it speaks and Outside when
// it listens.
type guard struct {
	call    CallID
	epoch   uint64
	grants  []Grant
	classes classes
	frames  map[PortID]*frame // what each port of the call says, by the port and not by the stamp
	count   GuardCount
	sum     sum
	check   frame
}

// classes are those with which the ports of a shard were attached. Every guard
// reads them; nothing that happens to a port later changes them.
type classes map[PortID]Class

// note keeps a port's class; the first word holds for life.
func (c classes) note(id PortID, class Class) {
	if _, known := c[id]; !known {
		c[id] = class
	}
}

func newGuard(call CallID, all classes) *guard {
	return &guard{call: call, classes: all, frames: make(map[PortID]*frame)}
}

// watch notes where a port of the call keeps what it says.
func (g *guard) watch(id PortID, says *frame) { g.frames[id] = says }

func (g *guard) forget(id PortID) { delete(g.frames, id) }

// grant replaces all grants by those of a plan.
func (g *guard) grant(epoch uint64, grants []Grant) {
	g.epoch, g.grants = epoch, grants
}

// pass decides about a frame of mixed sound for a listener. When it may not pass,
// the source that must not be heard is named; 0 when the sum is not what its
// origin says.
func (g *guard) pass(listener PortID, f *frame) (bad PortID, ok bool) {
	if !g.isOutside(listener) {
		return 0, true
	}
	g.count.Outside++
	granted := false
	for _, source := range f.from.all() {
		if g.isOpen(source) {
			continue
		}
		if !g.hasGrant(source) {
			g.count.Stopped++
			return source, false
		}
		granted = true
	}
	if !g.isTrue(f) {
		g.count.Stopped++
		return 0, false
	}
	if granted {
		g.count.Granted++
	}
	return 0, true
}

// passDigit decides about a telephone key from a source. A supervisor's keys are
// commands: they reach nobody, whatever is granted to his voice.
func (g *guard) passDigit(source PortID) bool { return g.isOpen(source) }

// isSuspect reports whether a source would be a leak if it were in a frame for
// an Outside port now.
func (g *guard) isSuspect(source PortID) bool { return !g.isOpen(source) && !g.hasGrant(source) }

func (g *guard) isOutside(listener PortID) bool {
	class := g.classes[listener]
	return class != Staff && class != Hidden
}

// isOpen reports whether anybody may hear a source.
func (g *guard) isOpen(source PortID) bool {
	class := g.classes[source]
	return class == Outside || class == Staff || class == Source
}

func (g *guard) hasGrant(source PortID) bool {
	for _, grant := range g.grants {
		if grant.Port == source && grant.Call == g.call && grant.Epoch == g.epoch {
			return true
		}
	}
	return false
}

// isTrue adds once more what the claimed sources say and compares: a foreign
// sample without its origin does not pass, nor one that bears another's stamp.
func (g *guard) isTrue(f *frame) bool {
	g.sum.clear()
	for _, source := range f.from.all() {
		says := g.frames[source]
		if says == nil {
			return false
		}
		g.sum.add(says)
	}
	g.sum.clip(&g.check)
	return g.check.samples == f.samples
}
