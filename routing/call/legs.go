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

// signal takes an event of a leg.
func (c *Call) signal(s routing.Signal) {
	l := c.lines[s.Leg]
	if l == nil {
		return
	}
	if e, ok := s.Event.(routing.Ended); ok {
		c.legEnded(s.Leg, l, e)
		return
	}
	if !l.current() {
		return // hung up already; only its end matters
	}
	switch e := s.Event.(type) {
	case routing.Ringing:
		c.rang(l)
	case routing.EarlyMedia:
		c.early(l, e.Port)
	case routing.Answered:
		c.answered(l, e)
	case routing.PortChanged:
		l.party.port = e.Port
		c.replan()
	case routing.MediaLost:
		c.missing(l)
	case routing.MediaBack:
		c.back(l, e.Port)
	}
}

func (c *Call) rang(l *line) {
	p := l.party
	if !p.may(Ringing) {
		return
	}
	c.tell(audienceOf(p.role), p.by(), LegRang{Leg: l.leg.ID(), Party: p.id})
	known := p.state == Early
	p.moved(Ringing, c.now())
	switch p.role {
	case routing.Agent:
		c.progress(AgentRinging{Operator: p.operator.ID})
	case routing.Client:
		c.replan()
		c.tellDialler(routing.Ring{})
		if !known {
			c.progress(ClientRinging{})
		}
	default:
	}
}

func (c *Call) early(l *line, port mixer.PortID) {
	p := l.party
	if p.absence != nil || !p.may(Early) {
		return
	}
	silent := p.state == Dialling
	p.moved(Early, c.now())
	p.port = port
	c.replan()
	if p.role == routing.Client {
		c.tellDialler(routing.Answer{Class: mixer.Staff})
	}
	if silent && p.role == routing.Client { // many carriers send 183 and never 180
		c.progress(ClientRinging{})
	}
}

func (c *Call) answered(l *line, e routing.Answered) {
	p := l.party
	if !p.may(OnLine) || p.onLine() {
		return
	}
	c.tell(audienceOf(p.role), p.by(), LegAnswered{Leg: l.leg.ID(), Party: p.id})
	if p.absence != nil { // answered in his absence
		p.absence.from = OnLine
	} else {
		p.moved(OnLine, c.now())
	}
	p.port, p.device = e.Port, cmp.Or(e.By, routing.ByPhone)
	if p.device == routing.ByBrowser {
		p.phone = ""
	}
	switch p.role {
	case routing.Agent:
		c.agentAnswered(p)
	case routing.Client:
		c.clientAnswered()
	case routing.Supervisor:
		c.prompt(p)
	default:
	}
}

// tellDialler passes what the client's phone does on to an operator who called
// us and waits for it.
func (c *Call) tellDialler(cmd routing.Command) {
	if a := c.agent(); a != nil && a.incoming && a.state == Ringing {
		a.line.leg.Do(cmd)
	}
}

func (c *Call) agentAnswered(p *party) {
	if !p.incoming { // who called us was there from the beginning
		c.fire(AgentAnswered)
		c.progress(AgentOnLine{Operator: p.operator.ID})
	}
	if c.client.onLine() { // answered for an agent who has gone since
		c.talk()
		return
	}
	c.replan()
	c.answerClient()
}

// answerClient answers a waiting caller as soon as the agent is on the line.
func (c *Call) answerClient() {
	if c.state == StateRingingClient && c.client.incoming && c.client.line != nil {
		c.client.line.leg.Do(routing.Answer{Class: mixer.Outside})
	}
}

func (c *Call) clientAnswered() {
	c.progress(ClientOnLine{})
	if c.state == StateRingingClient && c.agent().onLine() {
		c.talk()
		return
	}
	c.replan()
	c.tellDialler(routing.Answer{Class: mixer.Staff})
}

func (c *Call) talk() {
	if !c.fire(ClientAnswered, Talked{Agent: c.agent().operator.PublicName}) {
		return
	}
	c.talkedBy = c.agent().operator.ID
	if c.talked.IsZero() { // else the client talks to another one now
		c.talked = c.now()
		c.x.opts.Metrics.setup.Observe(c.setup().Seconds())
	}
	c.replan()
	c.progress(Talking{})
}

func (c *Call) legEnded(id routing.LegID, l *line, e routing.Ended) {
	cause := e.Cause
	if l.cause != 0 {
		cause = l.cause // ours says more than the far end's "hung up"
	}
	p := l.party
	c.tell(audienceOf(p.role), p.by(), LegEnded{
		Leg: id, Party: p.id, Cause: cause.String(), Fault: e.Fault.String(), Text: e.Text,
	})
	delete(c.lines, id)
	if l.current() {
		p.unwire(cause, c.now())
		c.lost(p, cause, nil)
	}
}

// lost is what follows from a party without a wire.
func (c *Call) lost(p *party, cause routing.Cause, err error) {
	switch {
	case p.role == routing.Supervisor:
		c.leave(p, cause)
	case c.state == StateTalking && p.role == routing.Agent && p.vanished:
		c.loseAgent(p, AgentDropped, cause, err)
	case c.state == StateTalking && p.role == routing.Agent:
		c.finish(AgentGone, cause, p.role.String())
	case c.state == StateTalking && p.incoming:
		c.finish(CallerGone, cause, p.role.String())
	case c.state == StateTalking:
		c.finish(ClientGone, cause, p.role.String())
	case p.role == routing.Agent:
		c.loseAgent(p, AgentGone, cause, err)
	default:
		c.loseClient(cause, err)
	}
}

func (c *Call) loseAgent(p *party, how Trigger, cause routing.Cause, err error) {
	var facts []routing.Fact
	if c.state == StateTalking {
		facts = append(facts, Interrupted{})
	}
	if !c.fire(how, facts...) {
		return
	}
	c.parties = without(c.parties, p)
	c.quieten()
	c.replan()
	if !c.client.incoming && !c.client.onLine() { // nobody is there to talk to: stop ringing
		c.client.cut(routing.Cancelled, c.now())
	}
	c.progress(AgentLost{Operator: p.operator.ID, Cause: cause, Err: err})
}

func (c *Call) loseClient(cause routing.Cause, err error) {
	switch {
	case c.client.incoming:
		c.progress(ClientLost{Cause: cause})
		c.finish(CallerGone, cause, routing.Client.String())
	case c.state != StateRingingClient: // was on the line and waited for another agent
		c.progress(ClientLost{Cause: cause})
		c.finish(ClientGone, cause, routing.Client.String())
	case c.fire(ClientGone):
		c.replan()
		c.progress(ClientLost{Cause: cause, Err: err})
	}
}

// drop hangs a party's leg up and acts at once as if it had ended.
func (c *Call) drop(p *party, cause routing.Cause) {
	if p.role != routing.Supervisor { // he leaves the plan first
		p.cut(cause, c.now())
	}
	c.lost(p, cause, nil)
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

func without(parties []*party, gone *party) []*party {
	var rest []*party
	for _, p := range parties {
		if p != gone {
			rest = append(rest, p)
		}
	}
	return rest
}
