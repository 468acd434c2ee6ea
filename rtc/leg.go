package rtc

import (
	"cmp"
	"errors"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"github.com/pion/webrtc/v4"

	"sufler/internal/clock"
	"sufler/internal/loop"
	"sufler/mixer"
	"sufler/routing"
)

// Leg is one wire to the page of one owner. The page may come and go: each of its
// offers makes a peer, and the leg has one that is heard and at most one that is
// about to be.
type Leg struct {
	id      routing.LegID
	owner   routing.BrowserOwner
	class   mixer.Class
	arrived bool // the page called us
	order   uint64
	stack   *Stack
	own     *loop.Loop
	log     *slog.Logger

	mu   sync.Mutex
	view routing.BrowserLeg // what the page may know

	// The fields below belong to own's goroutine.
	sink     func(routing.Signal)
	state    routing.BrowserState
	answered bool // the owner knows that the person is on the line, or has said so
	port     mixer.PortID
	live     *peer // the one that is heard
	coming   *peer // the one that was offered
	offerAt  time.Time
	down     bool // pion says that the live one is not reached
	silent   bool // the live one has stopped sending
	patience clock.Timer
	lostEnd  clock.Timer
}

var _ routing.Leg = (*Leg)(nil)

// ID names the leg.
func (l *Leg) ID() routing.LegID { return l.id }

// Do tells the leg what to do and returns at once.
func (l *Leg) Do(cmd routing.Command) {
	l.post(func() {
		switch c := cmd.(type) {
		case routing.Answer:
			l.answer()
		case routing.Reject:
			l.end(cmp.Or(c.Cause, routing.Declined), routing.FaultNone, "")
		case routing.Hangup:
			l.end(cmp.Or(c.Cause, l.hungUp()), routing.FaultNone, "")
		case routing.Ring, routing.SendDigits:
			// The page shows by itself that it rings, and browsers hear no keys.
		}
	})
}

// post gives the leg a task; false when the leg is over. A task that panics ends
// its own leg only.
func (l *Leg) post(task func()) bool {
	return l.own.Send(func() {
		defer l.caught()
		task()
	})
}

func (l *Leg) caught() {
	r := recover()
	if r == nil {
		return
	}
	l.log.Error("a leg broke and was ended", slog.Any("err", r), slog.String("stack", string(debug.Stack())))
	l.end(routing.Failed, routing.FaultOurs, "internal error")
}

// after is post in a while.
func (l *Leg) after(d time.Duration, task func()) clock.Timer {
	return l.stack.clock.AfterFunc(d, func() { l.post(task) })
}

func (l *Leg) tell(event routing.LegEvent) { l.sink(routing.Signal{Leg: l.id, Event: event}) }

// fire moves the leg by the table; false when it may not.
func (l *Leg) fire(t trigger) bool {
	to, ok := next[l.state][t]
	if !ok {
		return false
	}
	if to != l.state {
		l.log.Debug("moves", slog.String("from", l.state.String()), slog.String("to", to.String()))
		l.state = to
		l.publish(0)
	}
	return true
}

// publish shows the leg as it is now.
func (l *Leg) publish(cause routing.Cause) {
	l.mu.Lock()
	l.view.State, l.view.Since, l.view.Cause = l.state, l.stack.clock.Now(), cause
	view := l.view
	l.mu.Unlock()
	l.stack.show(view)
}

// shown is the leg as its page may know it.
func (l *Leg) shown() routing.BrowserLeg {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.view
}

// begin is the leg's first task: the page is shown that it is wanted.
func (l *Leg) begin(patience time.Duration) {
	l.patience = l.after(patience, func() { l.end(routing.NoAnswer, routing.FaultNone, "") })
	l.publish(0)
	if !l.arrived {
		l.tell(routing.Ringing{})
	}
}

// adopt takes the peer of a new offer in place of one that never came to be.
func (l *Leg) adopt(p *peer) error {
	again := l.state == routing.BrowserConnecting
	if !l.fire(offered) {
		l.discard(p)
		return routing.Refuse(routing.Gone, "leg_ended")
	}
	if l.coming != nil {
		l.discard(l.coming)
	}
	l.coming, l.offerAt = p, l.stack.clock.Now()
	if !again { // who offers again and again is not waited for any longer
		stop(l.patience)
		l.patience = l.after(connectLimit, func() { l.missed("no connection in time") })
	}
	l.look(p)
	return nil
}

// look follows a peer's state, which pion tells in no certain order.
func (l *Leg) look(p *peer) {
	state := p.pc.ConnectionState()
	gone := state == webrtc.PeerConnectionStateFailed || state == webrtc.PeerConnectionStateClosed
	switch {
	case l.state == routing.BrowserEnded:
	case p == l.coming && state == webrtc.PeerConnectionStateConnected:
		l.connected()
	case p == l.coming && gone:
		l.missed("connection failed")
	case p == l.live:
		l.down = gone || state == webrtc.PeerConnectionStateDisconnected
		l.judge()
	}
}

// connected puts the new sound in place of the one before it.
func (l *Leg) connected() {
	p, before, port := l.coming, l.live, l.port
	if err := l.attach(p); err != nil {
		l.log.Error("sound not attached", slog.Any("err", err))
		l.end(routing.Failed, routing.FaultOurs, "")
		return
	}
	stop(l.patience)
	stop(l.lostEnd)
	l.coming, l.live, l.down, l.silent = nil, p, false, false
	l.stack.metrics.connected(l.stack.clock.Now().Sub(l.offerAt))
	returned := l.state == routing.BrowserLost
	l.fire(connected)
	l.stack.watcher.add(p.wire, func(silent bool) { l.post(func() { l.hears(p, silent) }) })
	switch {
	case before == nil:
		l.present()
	case returned:
		l.tell(routing.MediaBack{Port: l.port})
	default:
		l.tell(routing.PortChanged{Port: l.port})
	}
	if before != nil {
		l.release(before, port)
	}
}

// present tells for the first time that there is sound.
func (l *Leg) present() {
	if l.arrived && !l.answered {
		l.tell(routing.EarlyMedia{Port: l.port})
		return
	}
	l.answered = true
	l.tell(routing.Answered{Port: l.port, By: routing.ByBrowser})
}

// answer accepts a page that called us; it is told when the sound is there.
func (l *Leg) answer() {
	if !l.arrived || l.answered || l.state == routing.BrowserEnded {
		return
	}
	l.answered = true
	if l.live != nil {
		l.tell(routing.Answered{Port: l.port, By: routing.ByBrowser})
	}
}

// attach opens a port of the sound plane for a peer.
func (l *Leg) attach(p *peer) error {
	port := l.stack.plane.NewPortID()
	err := l.stack.plane.Attach(mixer.Attachment{
		Port: port, Class: l.class, Codec: p.offer.codec, PayloadType: p.offer.sound, DigitsType: p.offer.digits,
		PacketFrames: 1, SendNothing: !p.offer.receives, Unwatched: true, Wire: p.wire,
	})
	if err != nil {
		return err
	}
	l.port = port
	return nil
}

// hears takes what the watcher says of the live peer's packets.
func (l *Leg) hears(p *peer, silent bool) {
	if p == l.live {
		l.silent = silent
		l.judge()
	}
}

// judge says whether the person is lost: not reached, or fallen silent.
func (l *Leg) judge() {
	switch away := l.down || l.silent; {
	case away && l.fire(lost):
		l.stack.metrics.lost.Inc()
		l.log.Info("page lost", slog.Bool("unreached", l.down))
		l.lostEnd = l.after(lostLimit, func() { l.end(routing.LostMedia, routing.FaultTheirs, "") })
		l.tell(routing.MediaLost{})
	case !away && l.fire(back):
		stop(l.lostEnd)
		l.tell(routing.MediaBack{Port: l.port})
	}
}

// missed gives up an offer whose sound did not come. A leg that has never had any
// ends with it; another one keeps what it has.
func (l *Leg) missed(why string) {
	if l.coming == nil {
		return
	}
	l.log.Info("page not reached", slog.String("err", why))
	if l.live == nil {
		l.end(routing.Unreachable, routing.FaultTheirs, why)
		return
	}
	stop(l.patience)
	l.discard(l.coming)
	l.coming = nil
}

// hungUp is the cause when our side ends the leg and does not say why.
func (l *Leg) hungUp() routing.Cause {
	if l.answered {
		return routing.HungUp
	}
	return routing.Cancelled
}

// left is the cause when the page ends the leg.
func (l *Leg) left() routing.Cause {
	switch {
	case l.answered:
		return routing.HungUp
	case l.arrived:
		return routing.Cancelled
	}
	return routing.Declined
}

// end is the end, whatever led to it: everything is given back and the owner told,
// once.
func (l *Leg) end(cause routing.Cause, fault routing.Fault, text string) {
	if l.state == routing.BrowserEnded {
		return
	}
	stop(l.patience)
	stop(l.lostEnd)
	if l.coming != nil {
		l.discard(l.coming)
	}
	if l.live != nil {
		l.release(l.live, l.port)
	}
	l.coming, l.live = nil, nil
	l.state = next[l.state][over]
	l.stack.metrics.over(cause, fault)
	l.log.Info("leg ended", slog.String("cause", cause.String()), slog.String("fault", fault.String()), slog.String("text", text))
	l.stack.leave(l)
	l.publish(cause)
	l.tell(routing.Ended{Cause: cause, Fault: fault, Text: text})
	l.own.Close()
}

// release gives back a peer that was heard at a port.
func (l *Leg) release(p *peer, port mixer.PortID) {
	l.stack.watcher.remove(p.wire)
	l.stack.plane.Detach(port)
	l.stack.all.Go(p.close)
}

// discard gives back a peer that was never heard.
func (l *Leg) discard(p *peer) {
	p.wire.Close()
	l.stack.all.Go(p.close)
}

func stop(t clock.Timer) {
	if t != nil {
		t.Stop()
	}
}

func codeOf(err error) string {
	if refused, ok := errors.AsType[*routing.Error](err); ok {
		return refused.Code
	}
	return "internal"
}
