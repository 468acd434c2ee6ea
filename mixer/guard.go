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
	classes map[PortID]Class
	count   GuardCount
	sum     sum
	check   frame
}

func newGuard(call CallID) *guard {
	return &guard{call: call, classes: make(map[PortID]Class)}
}

// know notes a port's class; the first word holds for life.
func (g *guard) know(id PortID, class Class) {
	if _, known := g.classes[id]; !known {
		g.classes[id] = class
	}
}

func (g *guard) forget(id PortID) { delete(g.classes, id) }

// grant replaces all grants by those of a plan.
func (g *guard) grant(epoch uint64, grants []Grant) {
	g.epoch, g.grants = epoch, grants
}

// pass decides about a frame of mixed sound for a listener. parts are the
// sources' frames of this tick. When it may not pass, the source that must not be
// heard is named; 0 when the sum is not what its origin says.
func (g *guard) pass(listener PortID, f *frame, parts []*frame) (bad PortID, ok bool) {
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
	if !g.isSumOf(f, parts) {
		g.count.Stopped++
		return 0, false
	}
	if granted {
		g.count.Granted++
	}
	return 0, true
}

// passDigit decides about a telephone key from a source for a listener.
func (g *guard) passDigit(listener, source PortID) bool {
	if !g.isOutside(listener) {
		return true
	}
	return g.isOpen(source) || g.hasGrant(source)
}

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

// isSumOf adds the parts that the frame claims to hold once more and compares:
// a foreign sample without its origin does not pass.
func (g *guard) isSumOf(f *frame, parts []*frame) bool {
	g.sum.clear()
	for _, source := range f.from.all() {
		for _, part := range parts {
			if part.from.n == 1 && part.from.ids[0] == source {
				g.sum.add(part)
				break
			}
		}
	}
	g.sum.clip(&g.check)
	return g.check.samples == f.samples
}
