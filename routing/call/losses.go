package call

import "sufler/routing"

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

func without(parties []*party, gone *party) []*party {
	var rest []*party
	for _, p := range parties {
		if p != gone {
			rest = append(rest, p)
		}
	}
	return rest
}
