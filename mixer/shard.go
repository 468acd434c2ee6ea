package mixer

import (
	"fmt"
	"log/slog"
	"runtime"
	"runtime/debug"
	"time"

	"sufler/mixer/codec"
	"sufler/mixer/jitter"
)

// shard is one thread that owns whole buses. It exists only while it has ports.
type shard struct {
	plane  *Plane
	ports  map[PortID]*port
	roll   classes
	calls  map[CallID]*bus
	buses  []*bus // those of calls and those of ports without a call
	mail   []command
	events []Event
	now    time.Time
}

func newShard(p *Plane) *shard {
	return &shard{plane: p, ports: make(map[PortID]*port), roll: make(classes), calls: make(map[CallID]*bus)}
}

// run ticks by an absolute schedule until there are no ports any more. What is
// late is skipped and counted, never caught up.
func (s *shard) run() {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	defer s.closeAll()
	metrics := s.plane.options.Metrics
	next := time.Now()
	for {
		now, goOn := s.plane.options.Pace(next, s.plane.stop)
		if !goOn {
			s.takeLeft()
			return
		}
		s.now = now
		if late := now.Sub(next); late >= FrameTime {
			skipped := int(late / FrameTime)
			metrics.skipped.Add(float64(skipped))
			next = next.Add(time.Duration(skipped) * FrameTime)
			s.skip(skipped)
		}
		next = next.Add(FrameTime)
		if s.mail, goOn = s.plane.collect(s.mail[:0], len(s.ports)); !goOn {
			return
		}
		s.step()
		s.flush()
		metrics.ticks.Inc()
		metrics.ports.Set(float64(len(s.ports)))
		metrics.calls.Set(float64(len(s.calls)))
	}
}

// takeLeft takes the mail that came before the end and will have no tick any
// more: a wire in it is ours and must be closed.
func (s *shard) takeLeft() {
	s.mail, _ = s.plane.collect(s.mail[:0], len(s.ports))
	for _, c := range s.mail {
		s.take(c)
	}
}

// step is everything of one tick: the mail, then a frame of every bus.
func (s *shard) step() {
	for _, c := range s.mail {
		s.take(c)
	}
	clear(s.mail) // so that nothing is kept alive by the mailbox
	for _, b := range s.buses {
		s.tick(b)
	}
	s.sweep()
}

// flush hands the events of a tick to the one who tells them.
func (s *shard) flush() {
	s.plane.events.put(s.events)
	clear(s.events)
	s.events = s.events[:0]
}

func (s *shard) emit(e Event) { s.events = append(s.events, e) }

func (s *shard) take(c command) {
	switch c := c.(type) {
	case attachCommand:
		s.attach(c.Attachment)
	case detachCommand:
		s.detach(c.port)
	case planCommand:
		s.plan(c.Plan)
	case endCommand:
		s.end(c.call)
	}
}

func (s *shard) attach(a Attachment) {
	s.roll.note(a.Port, a.Class)
	p := newPort(a)
	s.ports[a.Port] = p
	s.alone(p)
}

func newPort(a Attachment) *port {
	law := codec.MuLaw
	if a.Codec == PCMA {
		law = codec.ALaw
	}
	p := &port{Attachment: a, out: newOutLine(law)}
	p.in.law, p.in.buffer = law, jitter.New(jitterDelay)
	return p
}

// alone gives a port a bus of its own, in which nobody hears it.
func (s *shard) alone(p *port) *bus {
	b := newBus("", s.roll, s.limits(), nil, s.emit)
	b.add(p)
	s.buses = append(s.buses, b)
	return b
}

func (s *shard) limits() limits {
	return limits{mediaLost: int(s.plane.options.MediaLostAfter / FrameTime)}
}

func (s *shard) detach(id PortID) {
	p := s.ports[id]
	if p == nil {
		return
	}
	delete(s.ports, id)
	s.leave(p)
	delete(s.roll, id)
	if p.Wire != nil {
		p.Wire.Close()
	}
}

// leave takes a port out of its bus. A call tells its figures before it loses one.
func (s *shard) leave(p *port) {
	b := p.bus
	if b.call != "" {
		s.emit(b.metered())
	}
	b.remove(p)
	p.bus = nil
}

func (s *shard) plan(plan Plan) {
	b := s.calls[plan.Call]
	fresh := b == nil
	if fresh {
		b = newBus(plan.Call, s.roll, s.limits(), s.plane.options.Record, s.emit)
	}
	if err := b.takes(plan, s.find); err != nil {
		s.emit(Refused{Call: plan.Call, Epoch: plan.Epoch, Reason: err.Error()})
		return
	}
	if fresh {
		s.calls[plan.Call] = b
		s.buses = append(s.buses, b)
	}
	for id := range plan.ports() {
		if p := s.find(id); p.bus != b {
			s.leave(p)
			b.add(p)
			// The call has heard nothing yet of a silence that began before it.
			p.in.silentTicks, p.in.reportedLost = 0, false
		}
	}
	b.apply(plan, s.find)
	s.emit(Applied{Call: plan.Call, Epoch: plan.Epoch, Frame: b.frame + 1, At: s.now})
}

func (s *shard) find(id PortID) *port { return s.ports[id] }

// end ends a call; its ports go on alone until they are detached.
func (s *shard) end(call CallID) {
	b := s.calls[call]
	if b == nil {
		return
	}
	for len(b.ports) > 0 {
		p := b.ports[0]
		s.leave(p)
		s.alone(p)
	}
}

// sweep forgets buses without ports.
func (s *shard) sweep() {
	kept := s.buses[:0]
	for _, b := range s.buses {
		if len(b.ports) > 0 {
			kept = append(kept, b)
			continue
		}
		if b.call != "" && s.calls[b.call] == b {
			delete(s.calls, b.call)
			if b.record != nil {
				b.record.Ended(b.call)
			}
		}
	}
	clear(s.buses[len(kept):])
	s.buses = kept
}

// tick mixes one frame of one bus. A panic in it ends this call only.
func (s *shard) tick(b *bus) {
	if b.broken {
		return
	}
	defer func() {
		if r := recover(); r != nil {
			s.broken(b, fmt.Sprint(r))
		}
	}()
	b.Tick()
}

func (s *shard) broken(b *bus, reason string) {
	s.plane.options.Metrics.broken.Inc()
	s.plane.options.Log.Error("a call's sound broke and was ended",
		slog.String("call", string(b.call)), slog.String("err", reason), slog.String("stack", string(debug.Stack())))
	s.emit(Broken{Call: b.call, Reason: reason})
	for _, p := range b.ports {
		// Its state may be what broke: begin anew, alone and silent.
		again := newPort(p.Attachment)
		s.ports[p.Port] = again
		// One that breaks even alone is left alone, or it would break in every tick.
		s.alone(again).broken = b.call == ""
	}
	b.ports = nil
}

// skip lets time pass in which nothing was mixed.
func (s *shard) skip(frames int) {
	for _, b := range s.buses {
		b.skip(frames)
	}
}

func (s *shard) closeAll() {
	for id, p := range s.ports {
		s.leave(p)
		if p.Wire != nil {
			p.Wire.Close()
		}
		delete(s.ports, id)
	}
	s.sweep()
	s.flush()
	s.plane.options.Metrics.ports.Set(0)
	s.plane.options.Metrics.calls.Set(0)
}
