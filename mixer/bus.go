package mixer

import "fmt"

// meterTicks is how many frames lie between two meter reports: 200 ms.
const meterTicks = 10

// port is one end of a call on the sound plane.
type port struct {
	Attachment
	in  inLine
	out outLine
	// hears are the sources of the plan in force, digits those whose keys it gets.
	hears, digits []*port
	cells         []uint64 // frames put into what was sent, beside hears
	counted       map[PortID]uint64
	track         string // captured under this name; empty: not
	cut           bool   // the guard has stopped it: it is heard by nobody any more
	warned        uint64 // epoch in which a stopped frame for this listener was told
	bus           *bus
}

// bus holds the ports of one call and mixes one frame at each tick. It belongs
// to its shard's thread and has no clock. A port without a call has a bus of its
// own, with an empty call.
type bus struct {
	call  CallID
	frame uint64
	epoch uint64
	ports []*port // outside listeners first, so that a trip cuts the source for all after it
	guard *guard
	mix   sum
	mixed frame

	limits limits
	emit   func(Event)
	record Recorder
	broken bool // a port without a call that panicked waits here to be detached
}

// limits are counted in ticks.
type limits struct{ mediaLost int }

func newBus(call CallID, all classes, l limits, record Recorder, emit func(Event)) *bus {
	return &bus{call: call, guard: newGuard(call, all), limits: l, emit: emit, record: record}
}

// Tick mixes one frame: all in, mix per listener, all out. It is captured last, so
// that a voice which the guard has just cut is in no file either.
func (b *bus) Tick() {
	b.frame++
	for _, p := range b.ports {
		b.listenTo(p)
	}
	for _, p := range b.ports {
		if p.Wire != nil {
			b.speakTo(p)
		}
	}
	for _, p := range b.ports {
		if p.Wire != nil {
			p.Wire.Flush()
		}
	}
	b.capture()
	if b.call != "" && b.frame%meterTicks == 0 {
		b.emit(b.metered())
	}
}

// listenTo takes what a port says in this frame.
func (b *bus) listenTo(p *port) {
	if p.Wire != nil {
		p.receive(func(key byte) { b.key(p, key) })
		if !p.Unwatched {
			b.watchMedia(p)
		}
	}
	p.produce()
}

func (b *bus) capture() {
	if b.record == nil {
		return
	}
	for _, p := range b.ports {
		if p.track != "" {
			b.record.Capture(b.call, p.track, p.Codec, b.frame, &p.in.current.samples)
		}
	}
}

// speakTo sends a port what its row grants: the sum of its sources, or silence.
func (b *bus) speakTo(p *port) {
	b.mix.clear()
	for _, source := range p.hears {
		if !source.cut {
			b.mix.add(&source.in.current)
		}
	}
	b.mix.clip(&b.mixed)
	if bad, ok := b.guard.pass(p.Port, &b.mixed); ok {
		p.count()
	} else {
		b.trip(p, bad)
		clear(b.mixed.samples[:])
		b.mixed.from.clear()
	}
	p.send(&b.mixed)
}

// count notes a frame that is sent for each source in it.
func (p *port) count() {
	for i, source := range p.hears {
		if !source.cut {
			p.cells[i]++
		}
	}
}

// trip ends the source that the guard has stopped, for everybody and at once. If
// it could not say which (0), every source that might be it is ended.
func (b *bus) trip(listener *port, bad PortID) {
	news := listener.warned != b.epoch
	for _, p := range b.ports {
		if !p.cut && (p.Port == bad || bad == 0 && b.guard.isSuspect(p.Port)) {
			p.cut, news = true, true
			clear(p.in.current.samples[:])
		}
	}
	if !news {
		return // told already; the guard counts each frame
	}
	listener.warned = b.epoch
	b.emit(Tripped{Call: b.call, Listener: listener.Port, Source: bad, Frame: b.frame})
}

// key passes a telephone key on: to the program, and to each listener whose row
// of digits grants it.
func (b *bus) key(from *port, key byte) {
	b.emit(Digit{Call: b.call, Port: from.Port, Digit: key})
	for _, p := range b.ports {
		for _, source := range p.digits {
			if source == from && b.guard.passDigit(from.Port) {
				p.out.keys.Key(key)
			}
		}
	}
}

func (b *bus) watchMedia(p *port) {
	in := &p.in
	switch lost := in.silentTicks >= b.limits.mediaLost; {
	case lost && !in.reportedLost:
		in.reportedLost = true
		b.emit(MediaLost{Call: b.call, Port: p.Port})
	case !lost && in.reportedLost:
		in.reportedLost = false
		b.emit(MediaBack{Call: b.call, Port: p.Port})
	}
}

// skip lets time pass in which nothing was mixed: the clocks of the call and of
// every out-line go on, so that nobody's timestamps lag behind.
func (b *bus) skip(frames int) {
	b.frame += uint64(frames)
	for _, p := range b.ports {
		p.out.timestamp += uint32(frames * frameSamples)
		for range min(frames, 2*jitterDelay/frameSamples) {
			p.in.buffer.Pull(b.mixed.samples[:])
		}
	}
}

func (b *bus) metered() Metered {
	m := Metered{Call: b.call, Frame: b.frame, Guard: b.guard.count, Levels: make([]Level, 0, len(b.ports))}
	for _, p := range b.ports {
		l := Level{Port: p.Port, Packets: p.in.packets, Lost: p.in.lost, Discarded: p.in.discarded}
		l.DBFS, l.PeakDBFS = p.in.level.read()
		m.Levels = append(m.Levels, l)
		for i, source := range p.hears {
			m.Cells = append(m.Cells, Cell{Listener: p.Port, Source: source.Port, Frames: p.counted[source.Port] + p.cells[i]})
		}
		for source, frames := range p.counted {
			if !hearsPort(p.hears, source) {
				m.Cells = append(m.Cells, Cell{Listener: p.Port, Source: source, Frames: frames})
			}
		}
	}
	return m
}

func hearsPort(ports []*port, id PortID) bool {
	for _, p := range ports {
		if p.Port == id {
			return true
		}
	}
	return false
}

// add puts a port into the bus.
func (b *bus) add(p *port) {
	p.bus = b
	b.guard.watch(p.Port, &p.in.current)
	if b.guard.isOutside(p.Port) {
		b.ports = append([]*port{p}, b.ports...)
	} else {
		b.ports = append(b.ports, p)
	}
}

// remove takes a port out; nobody hears it and it hears nobody.
func (b *bus) remove(p *port) {
	for i, other := range b.ports {
		if other == p {
			b.ports = append(b.ports[:i], b.ports[i+1:]...)
			break
		}
	}
	for _, other := range b.ports {
		other.keepCounts()
		other.hears = without(other.hears, p)
		other.digits = without(other.digits, p)
		other.cells = make([]uint64, len(other.hears))
	}
	p.keepCounts()
	p.hears, p.digits, p.cells, p.track = nil, nil, nil, ""
	b.guard.forget(p.Port)
}

func without(ports []*port, gone *port) []*port {
	kept := ports[:0]
	for _, p := range ports {
		if p != gone {
			kept = append(kept, p)
		}
	}
	return kept
}

// keepCounts moves the counts of the rows in force to those of the whole call.
func (p *port) keepCounts() {
	for i, source := range p.hears {
		if p.counted == nil {
			p.counted = make(map[PortID]uint64)
		}
		p.counted[source.Port] += p.cells[i]
		p.cells[i] = 0
	}
}

// apply puts a plan in force from the next frame on. find gives the ports that
// the plan names; all of them are in this bus already.
func (b *bus) apply(plan Plan, find func(PortID) *port) {
	for _, p := range b.ports {
		p.keepCounts()
		p.hears, p.digits, p.cells, p.track = nil, nil, nil, ""
	}
	for _, row := range plan.Rows {
		p := find(row.Listener)
		p.hears = portsOf(p.hears, row, p, find)
		p.cells = make([]uint64, len(p.hears))
	}
	for _, row := range plan.Digits {
		p := find(row.Listener)
		p.digits = portsOf(p.digits, row, p, find)
	}
	for _, track := range plan.Tracks {
		find(track.Port).track = track.Name
	}
	b.epoch = plan.Epoch
	b.guard.grant(plan.Epoch, plan.Grants)
	if b.record != nil {
		b.record.Planned(plan, b.frame+1)
	}
}

// portsOf adds the sources of a row to those of earlier rows of the same listener;
// nobody hears himself, and nobody twice.
func portsOf(ports []*port, row Row, listener *port, find func(PortID) *port) []*port {
	for _, id := range row.Sources {
		if source := find(id); source != listener && !hearsPort(ports, id) {
			ports = append(ports, source)
		}
	}
	return ports
}

// takes says why a plan cannot be put in force, or returns nil.
func (b *bus) takes(plan Plan, find func(PortID) *port) error {
	if plan.Epoch <= b.epoch {
		return fmt.Errorf("epoch %d is not newer than %d", plan.Epoch, b.epoch)
	}
	named := 0
	for id := range plan.ports() {
		p := find(id)
		switch {
		case p == nil:
			return fmt.Errorf("port %d is not attached", id)
		case p.bus.call != "" && p.bus != b:
			return fmt.Errorf("port %d is in another call", id)
		}
		if p.bus != b {
			named++
		}
	}
	if len(b.ports)+named > MaxPorts {
		return fmt.Errorf("more than %d ports in one call", MaxPorts)
	}
	for _, row := range plan.Rows {
		if find(row.Listener).Wire == nil {
			return fmt.Errorf("port %d is a source and has no ear", row.Listener)
		}
	}
	return nil
}
