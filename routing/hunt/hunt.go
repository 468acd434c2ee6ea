package hunt

import (
	"context"
	"log/slog"
	"time"

	"sufler/internal/clock"
	"sufler/routing"
	"sufler/routing/call"
	"sufler/routing/callername"
	"sufler/routing/queue"
)

// Driver is for whom a hunt is made. Its methods are called on its own loop, in
// the order in which things happen; none may block.
type Driver interface {
	// Offered says that an operator is asked; if phone is set, by their ringing phone.
	Offered(op routing.Operator, phone bool)
	// Accepted says that the place is an operator's.
	Accepted(op routing.Operator)
	// Found says, once for each operator, that they ring or have the place.
	Found(op routing.Operator)
	// OnLine says that the operator who has the place is on the line.
	OnLine()
	// Talking says that operator and client are both on the line; the place has
	// left the line of those who wait.
	Talking()
	// Lost says that an operator was lost, before the talk or in it, and why. When
	// cutOff is returned a place that is still held goes before all others.
	Lost(op routing.Operator, cause string) (cutOff bool)
	// NobodyFree says that all were asked often enough; the driver leaves the line.
	NobodyFree()
	// Heard passes on what the call says beyond that.
	Heard(call.Progress)
	// Ended says that the call is over though nobody here has ended it. When it
	// returns true nothing is asked for any more.
	Ended(call.Ended) (over bool)
	// Changed is called when something may look different from outside.
	Changed()
}

// Options are what a Hunt works with.
type Options struct {
	Driver Driver
	Send   func(task func()) // gives the driver's loop a task
	Line   *queue.Line
	Calls  *call.Exchange
	Clock  clock.Clock
	Log    *slog.Logger

	Join queue.Join // the place; First, Last and Tell are the hunt's
	Spec call.Spec  // its calls; Call and Progress are the hunt's

	// Say fills the sentence of a key of web/shared/texts: Sentence, with name and
	// queue, is what a ringing device shows, "ring.visitor" stands for no name. Nil:
	// English.
	Say      func(language, key string, params map[string]string) string
	Sentence string
	Number   string // E.164; what a ringing phone shows as the caller's
}

// Hunt is the search of one driver. All of it belongs to the driver's loop.
type Hunt struct {
	opts Options

	place    routing.PlaceID   // empty: not in the line
	position int               // in the line, 1 is next
	wait     time.Duration     // the expected one; 0: not known
	queue    routing.QueueName // where the place is now

	call   *call.Call // nil: none
	callID routing.CallID
	here   bool // the client is on the line of the call, which operators do not end
	strays int  // operators dropped from this call who are still to be heard of

	aim      queue.Target     // to whom the next place is; the zero one: to whoever serves the queue
	agent    routing.Operator // who rings or is on the line
	found    bool
	onLine   bool // the agent is
	accepted bool // the place is the agent's
	together bool // agent and client are on the line
}

// New makes a hunt that stands nowhere and has no call.
func New(o Options) *Hunt {
	if o.Say == nil {
		o.Say = english
	}
	return &Hunt{opts: o}
}

// Place is the place in the line; empty when there is none.
func (h *Hunt) Place() routing.PlaceID { return h.place }

// Position is the place in the line as a number, 1 is next; 0: it is not known.
func (h *Hunt) Position() int { return h.position }

// Wait is how long the client will wait, as they are told it; 0: it is not known.
func (h *Hunt) Wait() time.Duration { return h.wait }

// Call is the call, nil when there is none.
func (h *Hunt) Call() *call.Call { return h.call }

// CallID names the call; empty when there is none.
func (h *Hunt) CallID() routing.CallID { return h.callID }

// Agent is who rings or is on the line; its ID is empty when nobody does.
func (h *Hunt) Agent() routing.Operator { return h.agent }

// Found reports whether an operator rings or has the place.
func (h *Hunt) Found() bool { return h.found }

// Join takes a place in the line: before all others when first is set, and with
// last, who may be empty, asked after everybody else. It refuses as queue.Line.Join does.
func (h *Hunt) Join(first bool, last routing.OperatorID) error {
	j := h.opts.Join
	j.First, j.Last = first, last
	if h.aim.For != "" || len(h.aim.Groups) > 0 {
		j.For, j.Groups, j.Forwarded = h.aim.For, h.aim.Groups, true
		h.aim = queue.Target{}
	}
	j.Tell = func(n queue.Notice) { h.opts.Send(func() { h.told(n) }) }
	place, err := h.opts.Line.Join(j)
	h.place, h.position, h.wait, h.queue = place, 0, 0, j.Queue
	return err
}

// Aim says to whom the next place is, and only that one: the client is sent there by a
// colleague.
func (h *Hunt) Aim(to queue.Target) { h.aim = to }

// Leave takes the place out of the line; the desks are told the reason.
func (h *Hunt) Leave(reason string) {
	if h.place != "" {
		h.opts.Line.Leave(h.place, reason)
		h.place = ""
	}
}

// Open begins a call before an operator is there.
func (h *Hunt) Open() *call.Call {
	id := routing.NewID[routing.CallID]()
	spec := h.opts.Spec
	spec.Call = id
	spec.Progress = func(p call.Progress) {
		h.opts.Send(func() {
			if h.callID == id {
				h.went(p)
			}
		})
	}
	h.callID, h.strays, h.here = id, 0, false
	h.call = h.opts.Calls.Open(spec)
	return h.call
}

// Keep says that the client is on the line of the call: from now on a lost
// operator does not end it.
func (h *Hunt) Keep() { h.here = true }

// End ends the call, if there is one, and forgets it: nothing of what it still
// says matters.
func (h *Hunt) End(cause routing.Cause) {
	if h.call != nil {
		h.call.End(cause)
	}
	h.call, h.callID, h.here = nil, "", false
	h.forgetAgent()
}

func (h *Hunt) forgetAgent() {
	h.agent, h.found, h.onLine, h.accepted, h.together = routing.Operator{}, false, false, false, false
}

// letGo hangs the agent up. A call in which no client is ends with that.
func (h *Hunt) letGo(cause routing.Cause) {
	switch {
	case !h.here:
		h.End(cause)
	case h.agent.ID != "":
		h.strays++
		h.call.DropAgent(cause)
		h.forgetAgent()
	}
}

// Drop gives the agent up for a cause of the driver's: they are hung up and the
// place goes back to the line.
func (h *Hunt) Drop(cause routing.Cause, why string) {
	op := h.agent
	h.letGo(cause)
	h.lost(op, queue.OfferGone, why)
}

// ring makes an operator's devices ring, in the call that the last one was lost
// to or in a new one. expected: they have asked for it in this moment.
func (h *Hunt) ring(op routing.Operator, limit time.Duration, expected bool) {
	if h.agent.ID != "" {
		h.letGo(routing.Elsewhere)
	}
	if h.call == nil {
		h.Open()
	}
	h.forgetAgent()
	h.agent = op
	h.call.CallAgent(op, routing.DialRequest{
		To: routing.Destination{Person: op.ID}, FromName: h.sentence(op), FromNumber: h.opts.Number, RingTimeout: limit,
		Call: h.callID, Expected: expected,
	})
}

// sentence is what the operator's ringing device shows, in the operator's
// language: never the number, which not everybody may see.
func (h *Hunt) sentence(op routing.Operator) string {
	name := callername.Plain(h.opts.Join.Name)
	if name == "" {
		name = h.opts.Say(op.Language, "ring.visitor", nil)
	}
	return h.opts.Say(op.Language, h.opts.Sentence, map[string]string{"name": name, "queue": callername.Plain(string(h.queue))})
}

// english are the sentences when no texts are given.
func english(_, key string, params map[string]string) string {
	return map[string]string{
		"ring.visitor":  "Visitor",
		"ring.callback": "Call back: " + params["name"] + ", " + params["queue"],
		"ring.talk":     "Browser call: " + params["name"] + ", " + params["queue"],
	}[key]
}

// Accept gives a place to an operator and returns the call in which they now ring.
// do runs a task on the driver's loop, where of finds the hunt of a place. It
// refuses as queue.Line.Accept does.
func Accept(
	ctx context.Context, line *queue.Line, place routing.PlaceID, by routing.OperatorID,
	do func(context.Context, func() error) error, of func(routing.PlaceID) *Hunt,
) (id routing.CallID, err error) {
	if err := line.Accept(ctx, place, by); err != nil {
		return "", err
	}
	err = do(ctx, func() error { // the line's word came before this task
		if h := of(place); h != nil && h.agent.ID == by && h.call != nil {
			id = h.callID
			return nil
		}
		return routing.Refuse(routing.NotFound, "place_unknown") // cancelled in this moment
	})
	return id, err
}
