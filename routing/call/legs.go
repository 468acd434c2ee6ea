package call

import (
	"cmp"
	"errors"
	"log/slog"

	"sufler/mixer"
	"sufler/routing"
)

// CallAgent rings an operator, wherever they answer unless the request names a
// device. The driver learns what came of it by AgentRinging, AgentOnLine or
// AgentLost; only a call that waits rings anybody.
func (c *Call) CallAgent(op routing.Operator, req routing.DialRequest) {
	c.send(func() {
		if !c.fire(AgentCalled) {
			return
		}
		p := c.seatAgent(op)
		req.To = personOr(req.To, op)
		p.phone, p.number = phoneOf(req.To, op), req.To.Number
		if err := c.dial(p, req, mixer.Staff); err != nil {
			c.lost(p, causeOf(err), err)
		}
	})
}

// TakeAgent takes an operator's own call to us as the agent, and AgentOnLine asks
// the driver at once to call the client. The operator's phone is told what the
// client's does: it rings while that one rings, is answered with it or for its
// early media, and is refused with the cause when the driver ends the call.
func (c *Call) TakeAgent(op routing.Operator, in routing.Inbound) (sink func(routing.Signal)) {
	return c.take(in, func() {
		if !c.fire(AgentCalled) {
			in.Leg.Do(routing.Hangup{Cause: routing.Cancelled})
			return
		}
		p := c.seatAgent(op)
		p.phone, p.number = in.Phone, in.FromNumber
		c.wire(p, in)
		c.fire(AgentAnswered)
		c.progress(AgentOnLine{Operator: op.ID})
	})
}

// DropAgent takes the operator whose phone rings, or who is on the line, out of
// the call. The client stays; AgentLost follows once for each CallAgent, whether
// this or the operator was first.
func (c *Call) DropAgent(cause routing.Cause) {
	c.send(func() {
		if p := c.agent(); p != nil && c.state != StateEnded {
			p.cut(cause, c.now())
			c.loseAgent(p, AgentDropped, cause, nil)
		}
	})
}

// personOr is whom a request rings: the operator, if it does not say.
func personOr(to routing.Destination, op routing.Operator) routing.Destination {
	if to == (routing.Destination{}) {
		return routing.Destination{Person: op.ID}
	}
	return to
}

// phoneOf is the phone of ours that may answer.
func phoneOf(to routing.Destination, op routing.Operator) routing.Extension {
	if to.Person != "" {
		return op.Phone
	}
	return to.Phone
}

// CallClient rings the client when the agent is on the line. The agent hears it
// ring, or the far end's early media.
func (c *Call) CallClient(req routing.DialRequest) {
	c.send(func() {
		if c.state != StateRingingClient || c.client.line != nil {
			c.log.Warn("client not called", slog.String("state", c.state.String()))
			return
		}
		c.client.phone, c.client.number = req.To.Phone, req.To.Number
		if err := c.dial(c.client, req, mixer.Outside); err != nil {
			c.lost(c.client, causeOf(err), err)
		}
	})
}

// TakeClient takes a call to us as the client: it rings until the agent answers.
// The sink is for the leg's events.
func (c *Call) TakeClient(in routing.Inbound) (sink func(routing.Signal)) {
	return c.take(in, func() {
		if c.state == StateEnded || c.client.line != nil {
			in.Leg.Do(routing.Hangup{Cause: routing.Cancelled})
			return
		}
		c.client.phone = in.Phone
		c.wire(c.client, in)
		in.Leg.Do(routing.Ring{})
		c.answerClient()
	})
}

func (c *Call) take(in routing.Inbound, task func()) (sink func(routing.Signal)) {
	if !c.send(task) {
		in.Leg.Do(routing.Hangup{Cause: routing.Cancelled})
	}
	return c.sink
}

func (c *Call) sink(s routing.Signal) { c.send(func() { c.signal(s) }) }

// seatAgent makes an operator the agent. One who supervised the call until now has
// no prompter's ear or voice in a call of their own.
func (c *Call) seatAgent(op routing.Operator) *party {
	if p, err := c.supervisor(op.ID); err == nil {
		c.leave(p, routing.TakenOver)
	}
	p := &party{
		id: routing.NewID[routing.PartyID](), role: routing.Agent, operator: op, name: op.Name, state: Away, since: c.now(),
	}
	c.parties = append(c.parties[:1:1], append([]*party{p}, c.parties[1:]...)...)
	return p
}

// agent is the party in the agent's place, or nil.
func (c *Call) agent() *party {
	for _, p := range c.parties {
		if p.role == routing.Agent {
			return p
		}
	}
	return nil
}

// dial makes the party's outgoing leg. The class is decided here and nowhere
// else: whoever a driver dials as the client is Outside for life.
func (c *Call) dial(p *party, req routing.DialRequest, class mixer.Class) error {
	req.Class, req.Call = class, c.id
	req.RingTimeout = cmp.Or(req.RingTimeout, c.x.opts.RingTimeout)
	if req.Leg == "" {
		req.Leg = routing.NewID[routing.LegID]()
	}
	c.began(p, req.Leg)
	leg, err := c.x.opts.Dialler.Dial(req, c.sink)
	if err != nil {
		c.tell(audienceOf(p.role), p.by(), LegEnded{
			Leg: req.Leg, Party: p.id, Cause: causeOf(err).String(), Fault: routing.FaultOurs.String(), Text: err.Error(),
		})
		return err
	}
	p.line, p.incoming, p.device, p.cause = &line{leg: leg, party: p}, false, 0, 0
	c.lines[leg.ID()] = p.line
	p.moved(Dialling, c.now())
	return nil
}

// wire gives a party the leg by which the person called us.
func (c *Call) wire(p *party, in routing.Inbound) {
	p.incoming, p.device = true, cmp.Or(in.By, routing.ByPhone)
	c.began(p, in.Leg.ID())
	p.line = &line{leg: in.Leg, party: p}
	c.lines[in.Leg.ID()] = p.line
	p.moved(Ringing, c.now())
}

func (c *Call) began(p *party, leg routing.LegID) {
	c.tell(audienceOf(p.role), p.by(), LegBegan{
		Leg: leg, Party: p.id, Role: p.role.String(), Name: p.name, Operator: p.operator.ID,
		Phone: p.phone, Number: p.number, Incoming: p.incoming,
	})
}

// by is who a party's facts are by.
func (p *party) by() string {
	if p.operator.ID != "" {
		return string(p.operator.ID)
	}
	return bySystem
}

// causeOf says why no leg came to be.
func causeOf(err error) routing.Cause {
	for _, code := range []string{"phone_unregistered", "phone_missing", "sound_off", "nowhere_to_ring"} {
		if errors.Is(err, routing.Refuse(0, code)) {
			return routing.Unreachable
		}
	}
	switch routing.KindOf(err) {
	case routing.Invalid, routing.NotFound:
		return routing.NoSuch
	case routing.Unauthorised, routing.Forbidden:
		return routing.NotAllowed
	case routing.Busy, routing.Conflict:
		return routing.BusyHere
	case routing.Limited, routing.Unavailable:
		return routing.Overloaded
	default:
		return routing.Failed
	}
}
