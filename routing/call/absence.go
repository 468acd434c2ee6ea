package call

import (
	"cmp"
	"log/slog"
	"time"

	"sufler/internal/clock"
	"sufler/mixer"
	"sufler/routing"
)

// absence is the time in which nothing comes from a party whose leg is not over:
// a page was reloaded, has crashed or lost its network.
type absence struct {
	from  PartyState // where the wire stood, and stands again after the return
	until time.Time  // then the party is given up
	felt  bool       // so long that the client hears music in the agent's place

	music, end clock.Timer
}

// missing takes the leg's word that nothing comes from the person.
func (c *Call) missing(l *line) {
	p := l.party
	if !p.may(Lost) {
		return
	}
	c.tell(audienceOf(p.role), p.by(), LegLost{Leg: l.leg.ID(), Party: p.id})
	c.log.Info("party lost", slog.String("party", string(p.id)), slog.String("leg", string(l.leg.ID())))
	p.absence = c.absent(p)
	p.moved(Lost, c.now())
	switch p.role {
	case routing.Agent:
		c.progress(AgentAway{Operator: p.operator.ID})
	case routing.Supervisor:
		c.replan() // nobody hears him from now on, whatever still comes
	default:
	}
}

func (c *Call) absent(p *party) *absence {
	a := &absence{from: p.state, until: c.now().Add(c.x.opts.Grace)}
	a.end = c.during(p, a, c.x.opts.Grace, func() { c.drop(p, routing.LostMedia) })
	if p.role == routing.Agent {
		a.music = c.during(p, a, c.x.opts.MusicAfter, func() {
			a.felt = true
			c.replan()
		})
	}
	return a
}

// during does something later, if the same absence lasts until then.
func (c *Call) during(p *party, a *absence, after time.Duration, do func()) clock.Timer {
	return c.x.opts.Clock.AfterFunc(after, func() {
		c.send(func() {
			if p.absence == a {
				do()
			}
		})
	})
}

// back takes the leg's word that the person is there again, perhaps at another
// port. The plan that follows has the same modes as before.
func (c *Call) back(l *line, port mixer.PortID) {
	p := l.party
	p.port = cmp.Or(port, p.port)
	if p.absence == nil {
		c.replan()
		return
	}
	from := p.absence.from
	p.present()
	p.moved(from, c.now())
	c.tell(audienceOf(p.role), p.by(), LegReturned{Leg: l.leg.ID(), Party: p.id})
	c.replan()
	if p.role == routing.Agent {
		c.progress(AgentBack{Operator: p.operator.ID})
	}
}

// present ends the party's absence, if there is one, by return or by the end of
// the leg.
func (p *party) present() {
	a := p.absence
	if a == nil {
		return
	}
	a.end.Stop()
	if a.music != nil {
		a.music.Stop()
	}
	p.absence = nil
}

// onLine says whether the person has answered and is here, or may come back.
func (p *party) onLine() bool {
	return p.state == OnLine || p.absence != nil && p.absence.from == OnLine
}
