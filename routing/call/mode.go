package call

import (
	"context"
	"log/slog"
	"slices"

	"sufler/routing"
)

// setMode is SetMode inside the loop; it answers now or when the plan holds.
func (c *Call) setMode(by routing.OperatorID, mode routing.Mode, answer func(error)) {
	p, err := c.supervisor(by)
	if err == nil {
		err = known(mode)
	}
	switch {
	case err != nil:
		answer(err)
	case mode <= p.prompt.audited:
		c.tighten(p, mode, answer)
	default:
		c.wish(p, mode, answer)
	}
}

// tighten sends a stricter mode, or the same again, at once and drops a freer
// wish under way. To be freer again takes an audit row again.
func (c *Call) tighten(p *party, mode routing.Mode, answer func(error)) {
	pr := &p.prompt
	pr.wish++
	pr.wanted, pr.audited = mode, mode
	if pr.sent > mode {
		pr.sent = mode
		c.replan()
	}
	if pr.sent == 0 || c.mix.applied == c.mix.epoch {
		answer(nil) // his phone rings, or all that was sent holds
		return
	}
	c.await(p, mode, answer)
}

// wish asks for a mode: its audit row is written outside the loop, after that of
// the wish before it, and what came of it returns as a task.
func (c *Call) wish(p *party, mode routing.Mode, answer func(error)) {
	p.prompt.wish++
	p.prompt.wanted = mode
	wish := p.prompt.wish
	fact := SupervisionGranted{Supervision: p.supervision(mode)}
	before, written := p.prompt.written, make(chan struct{})
	p.prompt.written = written
	c.committing++
	c.work.Go(func() {
		if before != nil {
			<-before // the last row of the audit is that of the newest wish
		}
		err := c.commit(p.by(), fact)
		close(written)
		sent := c.send(func() {
			c.committing--
			c.committed(p, wish, mode, err, answer)
		})
		if !sent {
			answer(c.tooLate(c.Snapshot().EndedAt))
		}
	})
}

// commit writes an audit row within the limit.
func (c *Call) commit(by string, fact routing.Fact) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	defer c.x.opts.Clock.AfterFunc(c.x.opts.CommitLimit, cancel).Stop()
	return c.x.opts.Journal.Commit(ctx, c.spec.Session, c.id, by, routing.SupervisorsOnly, fact)
}

func (c *Call) committed(p *party, wish uint64, mode routing.Mode, err error, answer func(error)) {
	pr := &p.prompt
	switch {
	case c.state == StateEnded:
		answer(c.tooLate(c.ended))
	case !slices.Contains(c.parties, p):
		answer(routing.Refuse(routing.NotFound, "supervision_unknown"))
	case wish != pr.wish:
		answer(routing.Refuse(routing.Conflict, "mode_superseded"))
	case err != nil:
		c.log.Error("audit row not stored", slog.Any("err", err), slog.String("party", string(p.id)))
		c.unwish(p)
		refusal := routing.Refuse(routing.Unavailable, "audit_unavailable")
		refusal.Err = err
		answer(refusal)
	default:
		pr.audited = mode
		c.grant(p, answer)
	}
}

// grant sends the audited mode, if the supervisor is on the line.
func (c *Call) grant(p *party, answer func(error)) {
	if !c.prompt(p) {
		answer(nil)
		return
	}
	c.await(p, p.prompt.audited, answer)
}

// prompt puts a supervisor into the plan once he has answered and his mode has
// its audit row.
func (c *Call) prompt(p *party) bool {
	if !p.onLine() || p.prompt.audited == 0 {
		return false
	}
	p.prompt.sent = p.prompt.audited
	c.replan()
	return true
}

// unwish goes back to the mode that has its audit row. One who has none at all
// has nothing to stay for.
func (c *Call) unwish(p *party) {
	if p.prompt.audited == 0 {
		c.leave(p, routing.Failed)
		return
	}
	p.prompt.wanted = p.prompt.audited
}

// retreat takes back what the sound plane has refused. One who holds no mode at
// all leaves.
func (c *Call) retreat(p *party) {
	pr := &p.prompt
	if pr.held == 0 && pr.sent != 0 {
		c.leave(p, routing.Failed)
		return
	}
	if pr.sent == 0 {
		return // he is in no plan yet
	}
	pr.wish++
	pr.sent = min(pr.sent, pr.held)
	pr.wanted, pr.audited = pr.sent, pr.sent
}

// quieten takes back from every supervisor what they may say: it was for the agent
// who has gone. A wish of one who has no audit row yet becomes one to listen. The
// plan is the caller's.
func (c *Call) quieten() {
	for _, p := range c.supervisors() {
		pr := &p.prompt
		if pr.audited == 0 {
			c.wish(p, routing.Listen, func(error) {})
			continue
		}
		pr.wish++
		pr.sent = min(pr.sent, routing.Listen)
		pr.wanted, pr.audited = routing.Listen, routing.Listen
	}
}

// await answers when the newest plan holds.
func (c *Call) await(p *party, mode routing.Mode, answer func(error)) {
	c.mix.waiters = append(c.mix.waiters, waiter{party: p.id, mode: mode, epoch: c.mix.epoch, answer: answer})
}

func (c *Call) answerWaiters(epoch uint64) {
	held := make(map[routing.PartyID]routing.Mode)
	for _, p := range c.supervisors() {
		held[p.id] = p.prompt.held
	}
	c.mix.waiters = slices.DeleteFunc(c.mix.waiters, func(w waiter) bool {
		switch {
		case w.epoch > epoch:
			return false
		case held[w.party] == w.mode:
			w.answer(nil)
		default:
			w.answer(routing.Refuse(routing.Conflict, "mode_superseded"))
		}
		return true
	})
}

// failWaiters answers those for whom why gives an error.
func (c *Call) failWaiters(why func(waiter) error) {
	c.mix.waiters = slices.DeleteFunc(c.mix.waiters, func(w waiter) bool {
		err := why(w)
		if err != nil {
			w.answer(err)
		}
		return err != nil
	})
}

// sentMode is a party's mode in the newest plan; 0 when it is in none.
func (c *Call) sentMode(id routing.PartyID) routing.Mode {
	for _, p := range c.supervisors() {
		if p.id == id {
			return p.prompt.sent
		}
	}
	return 0
}
