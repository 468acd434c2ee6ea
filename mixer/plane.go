package mixer

import (
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

// Options are what a plane is made with.
type Options struct {
	// Events takes what the plane tells, one event at a time and in order. It may
	// take its time: the sound does not wait for it.
	Events func(Event)
	// Record takes the sound of tracked ports; nil: nothing is captured.
	Record Recorder
	// MediaLostAfter is how long a port may bring no packet; 0 means 30 s.
	MediaLostAfter time.Duration
	// Pace waits until a time and returns what time it is, or false when stop is
	// closed; nil waits in real time. Tests step a plane with it.
	Pace    func(until time.Time, stop <-chan struct{}) (time.Time, bool)
	Log     *slog.Logger
	Metrics *Metrics
}

// lastPort is the newest port id of this process; ids are never used again.
var lastPort atomic.Uint64

// Plane is all sound of this process. Its methods may be called from anywhere
// and return at once; they leave values in the mailbox of the shard.
type Plane struct {
	options Options
	events  *eventQueue
	all     sync.WaitGroup
	stop    chan struct{}

	mu       sync.Mutex
	closed   bool
	running  bool // a shard runs; it exists only while there are ports
	attached map[PortID]bool
	mailbox  []command
}

// command is a value that a shard takes between two ticks.
type command any

type (
	attachCommand struct{ Attachment }
	detachCommand struct{ port PortID }
	planCommand   struct{ Plan }
	endCommand    struct{ call CallID }
)

// NewPlane makes a plane. It starts its shard when the first port comes.
func NewPlane(o Options) *Plane {
	if o.MediaLostAfter <= 0 {
		o.MediaLostAfter = 30 * time.Second
	}
	if o.Pace == nil {
		o.Pace = realPace
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Metrics == nil {
		o.Metrics = newMetrics()
	}
	if o.Events == nil {
		o.Events = func(Event) {}
	}
	return &Plane{
		options: o, events: newEventQueue(o.Events), stop: make(chan struct{}), attached: make(map[PortID]bool),
	}
}

// NewPortID returns an id that no port of this process has or had.
func (p *Plane) NewPortID() PortID { return PortID(lastPort.Add(1)) }

// Attach opens a port. The plane owns its wire until the port is detached; when
// an error is returned the wire stays the caller's.
func (p *Plane) Attach(a Attachment) error {
	if err := checkAttachment(a); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.closed:
		return errors.New("sound plane: closed")
	case p.attached[a.Port]:
		return fmt.Errorf("port %d: attached already", a.Port)
	}
	p.attached[a.Port] = true
	p.postLocked(attachCommand{a})
	return nil
}

func checkAttachment(a Attachment) error {
	switch {
	case a.Port == 0:
		return errors.New("port 0: invalid id")
	case a.Class < Outside || a.Class > Source:
		return fmt.Errorf("port %d: %s", a.Port, a.Class)
	case a.Class == Source && (a.Sound == nil || a.Wire != nil):
		return fmt.Errorf("port %d: a source has a sound and no wire", a.Port)
	case a.Class != Source && (a.Wire == nil || a.Sound != nil):
		return fmt.Errorf("port %d: a %s port has a wire and no sound", a.Port, a.Class)
	case a.Class != Source && a.Codec != PCMU && a.Codec != PCMA:
		return fmt.Errorf("port %d: %s", a.Port, a.Codec)
	case a.PacketFrames < 0 || a.PacketFrames*frameSamples > MaxPayload:
		return fmt.Errorf("port %d: %d frames in one packet", a.Port, a.PacketFrames)
	}
	return nil
}

// Detach closes a port and its wire. A port that is not attached is left alone.
func (p *Plane) Detach(id PortID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.attached[id] {
		delete(p.attached, id)
		p.postLocked(detachCommand{id})
	}
}

// Apply gives a plan to the call's bus. Applied or Refused comes as an event.
func (p *Plane) Apply(plan Plan) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.postLocked(planCommand{plan.clone()})
}

// EndCall ends a call's bus; ports that are still attached fall silent.
func (p *Plane) EndCall(call CallID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.postLocked(endCommand{call})
}

// postLocked leaves a command in the mailbox and sees that a shard takes it.
func (p *Plane) postLocked(c command) {
	if p.closed {
		return
	}
	p.mailbox = append(p.mailbox, c)
	if !p.running {
		p.running = true
		s := newShard(p)
		p.all.Go(s.run)
	}
}

// collect hands the mailbox to the shard. A shard without ports and without
// mail ends.
func (p *Plane) collect(into []command, ports int) (mail []command, goOn bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	mail = append(into, p.mailbox...)
	p.mailbox = p.mailbox[:0]
	if ports == 0 && len(mail) == 0 {
		p.running = false
		return nil, false
	}
	return mail, true
}

// Close ends all sound, closes every wire and waits until the last event is told.
func (p *Plane) Close() {
	p.mu.Lock()
	already := p.closed
	p.closed = true
	p.mu.Unlock()
	if !already {
		close(p.stop)
	}
	p.all.Wait()
	p.events.close()
}

func realPace(until time.Time, stop <-chan struct{}) (time.Time, bool) {
	t := time.NewTimer(time.Until(until))
	defer t.Stop()
	select {
	case <-t.C:
		return time.Now(), true
	case <-stop:
		return time.Time{}, false
	}
}
