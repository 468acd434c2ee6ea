package call

import (
	"cmp"

	"sufler/mixer"
	"sufler/routing"
)

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
