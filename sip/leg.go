package sip

import (
	"log/slog"
	"slices"
	"time"

	sipmsg "github.com/emiago/sipgo/sip"

	"sufler/internal/clock"
	"sufler/internal/loop"
	"sufler/mixer"
	"sufler/routing"
)

// legState is how far a leg has come; the same for both directions.
type legState uint8

const (
	legDialling legState = iota + 1 // an INVITE went out, or came in and waits
	legRinging
	legEarly    // sound before the answer
	legAnswered // a 2xx was sent or received
	legEnded
)

func (s legState) String() string {
	return [...]string{"invalid", "dialling", "ringing", "early", "answered", "ended"}[min(s, legEnded)]
}

// legMoves is the whole life of a leg.
var legMoves = map[legState][]legState{
	legDialling: {legRinging, legEarly, legAnswered, legEnded},
	legRinging:  {legEarly, legAnswered, legEnded},
	legEarly:    {legAnswered, legEnded},
	legAnswered: {legEnded},
	legEnded:    {},
}

// Leg is a call between us and one peer: an INVITE that we sent, to one device
// or to several at once of which one answers, or one that we received. Its state
// belongs to one goroutine; messages, timers and commands reach it as tasks.
type Leg struct {
	id    routing.LegID
	stack *Stack
	own   *loop.Loop
	keys  []dialogKey // guarded by stack.mu

	// The fields below belong to own's goroutine.
	log    *slog.Logger
	sink   func(routing.Signal)
	state  legState
	media  Media
	port   mixer.PortID // as last told
	dialog *dialog      // with the peer that answered, or that calls us
	out    *outgoing    // set when we called
	in     *incoming    // set when we were called
	// unacked is a 2xx of ours that waits for its ACK.
	unacked *unacked
	// owesBye holds the BYE back until the ACK is there (RFC 3261 section 15).
	owesBye routing.Cause
}

var _ routing.Leg = (*Leg)(nil)

func (s *Stack) newLeg(id routing.LegID, sink func(routing.Signal)) *Leg {
	if id == "" {
		id = routing.NewID[routing.LegID]()
	}
	return &Leg{
		id: id, stack: s, own: loop.New(), sink: sink, state: legDialling,
		log: s.log.With(slog.String("leg", string(id))),
	}
}

// ID names the leg.
func (l *Leg) ID() routing.LegID { return l.id }

// Do tells the leg what to do and returns at once.
func (l *Leg) Do(cmd routing.Command) {
	l.post(func() {
		switch c := cmd.(type) {
		case routing.Ring:
			l.ring()
		case routing.Answer:
			l.accept(c.Class)
		case routing.Reject:
			l.reject(c.Cause)
		case routing.Hangup:
			l.hangUp(c.Cause)
		case routing.SendDigits:
			l.sendDigits(c.Digits)
		}
	})
}

// post gives the leg a task; false when the leg is over. A task that panics ends
// its own leg only.
func (l *Leg) post(task func()) bool {
	return l.own.Send(func() {
		defer l.stack.caught("leg", func() { l.crash() })
		task()
	})
}

// after is post in a while.
func (l *Leg) after(d time.Duration, task func()) clock.Timer {
	return l.stack.clock.AfterFunc(d, func() { l.post(task) })
}

func (l *Leg) tell(event routing.LegEvent) {
	if l.sink != nil {
		l.sink(routing.Signal{Leg: l.id, Event: event})
	}
}

// move goes on to a state, if the leg may.
func (l *Leg) move(to legState) bool {
	if !slices.Contains(legMoves[l.state], to) {
		return false
	}
	l.log.Debug("moves", slog.String("from", l.state.String()), slog.String("to", to.String()))
	l.state = to
	return true
}

// hangUp ends the leg in whatever state it is.
func (l *Leg) hangUp(cause routing.Cause) {
	switch {
	case l.state == legEnded:
	case l.state == legAnswered:
		l.goodbye(orCause(cause, routing.HungUp))
		l.finish(orCause(cause, routing.HungUp), routing.FaultNone, "")
	case l.in != nil:
		l.reject(orCause(cause, routing.Declined))
	default:
		l.giveUp(orCause(cause, routing.Cancelled))
	}
}

func orCause(cause, otherwise routing.Cause) routing.Cause {
	if cause == 0 {
		return otherwise
	}
	return cause
}

// goodbye sends BYE, or remembers to when the peer has not yet acknowledged our
// 2xx.
func (l *Leg) goodbye(cause routing.Cause) {
	if l.unacked != nil && l.unacked.first {
		l.owesBye = cause
		l.after(l.stack.timers.Linger, l.payBye)
		return
	}
	l.sayBye(l.dialog, cause)
}

func (l *Leg) payBye() {
	if l.owesBye == 0 {
		return
	}
	cause := l.owesBye
	l.owesBye = 0
	l.settle()
	l.sayBye(l.dialog, cause)
	l.depart()
}

func (l *Leg) sayBye(d *dialog, cause routing.Cause) {
	bye := d.next(sipmsg.BYE)
	if reason, ok := endings[cause]; ok {
		bye.AppendHeader(sipmsg.NewHeader("Reason", reason))
	}
	if err := l.stack.finish(bye); err != nil {
		l.log.Error("could not say goodbye", slog.Any("err", err))
		return
	}
	var credentials Credentials
	if l.out != nil {
		credentials = l.out.credentials
	}
	l.stack.leaveWith(bye, credentials)
}

// finish is the end, whatever led to it: the sound is given back and the owner
// told, once. What only has to be cleared up with the peer goes on without him.
func (l *Leg) finish(cause routing.Cause, fault routing.Fault, text string) {
	if !l.move(legEnded) {
		return
	}
	if l.media != nil {
		l.media.Close()
		l.media = nil
	}
	if l.out != nil {
		l.out.stopRinging()
	}
	if l.owesBye == 0 {
		l.settle()
	}
	l.stack.metrics.ended.WithLabelValues(cause.String(), fault.String()).Inc()
	l.log.Info("leg ended", slog.String("cause", cause.String()), slog.String("fault", fault.String()), slog.String("text", text))
	l.depart()
	l.tell(routing.Ended{Cause: cause, Fault: fault, Text: shorten(text, 120)})
}

// depart leaves the stack once nothing is owed to any peer.
func (l *Leg) depart() {
	if l.state != legEnded || l.owesBye != 0 || l.out != nil && !l.out.done() {
		return
	}
	l.stack.leave(l)
	l.own.Close()
}

// crash ends the leg after a panic, without asking what state it was in.
func (l *Leg) crash() {
	defer func() {
		_ = recover() //nolint:errcheck // the first panic was logged; the leg must go in any case
		l.stack.leave(l)
		l.own.Close()
	}()
	l.abandonAll()
	l.finish(routing.Failed, routing.FaultOurs, "internal error")
}

// abandon ends the leg without waiting for any peer.
func (l *Leg) abandon() {
	l.post(func() {
		l.abandonAll()
		l.finish(routing.ShuttingDown, routing.FaultNone, "")
		l.depart()
	})
}

func (l *Leg) abandonAll() {
	l.owesBye = 0
	l.settle()
	if l.out == nil {
		return
	}
	for _, a := range l.out.attempts {
		a.done = true
		a.stop()
	}
}

// sendDigits asks the sound to play digits to the peer (RFC 4733), if it can.
func (l *Leg) sendDigits(digits string) {
	if sender, ok := l.media.(DigitSender); ok && l.state == legAnswered {
		sender.SendDigits(digits)
	}
}

// portMoved tells the owner when the sound has another port than he knows.
func (l *Leg) portMoved() {
	if port := l.media.Port(); port != l.port {
		l.port = port
		l.tell(routing.PortChanged{Port: port})
	}
}
