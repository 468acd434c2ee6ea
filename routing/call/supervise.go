package call

import (
	"context"
	"fmt"
	"slices"
	"time"

	"sufler/mixer"
	"sufler/routing"
)

// TimeParam is how moments are written into the parameters of refusals:
// RFC 3339, UTC, milliseconds.
const TimeParam = "2006-01-02T15:04:05.000Z"

// Supervise reserves the supervisor's place and rings his phone or browser. It
// returns once that is done; the mode holds when he has answered and the sound
// plane has said so. It refuses with supervision_taken (who, since), call_ended
// (since), not_allowed for the call's own agent, mode_unknown, or as
// routing.Devices.Check when there is nothing to ring.
func (c *Call) Supervise(ctx context.Context, by routing.Operator, mode routing.Mode) error {
	return c.ask(ctx, func(answer func(error)) { answer(c.reserve(by, mode)) })
}

// SetMode changes a supervisor's mode and returns once the sound plane has
// applied it; while his phone rings, once the new mode may be applied. A stricter
// mode is sent at once, a freer one after its audit row. It refuses with
// supervision_unknown, mode_unknown, mode_superseded when a newer wish came,
// mode_refused, audit_unavailable or call_ended.
func (c *Call) SetMode(ctx context.Context, by routing.OperatorID, mode routing.Mode) error {
	return c.ask(ctx, func(answer func(error)) { c.setMode(by, mode, answer) })
}

// Unsupervise ends a supervision and returns once nobody hears the supervisor
// and he hears nobody. The call goes on. It refuses with supervision_unknown.
func (c *Call) Unsupervise(ctx context.Context, by routing.OperatorID) error {
	return c.ask(ctx, func(answer func(error)) {
		p, err := c.supervisor(by)
		if err != nil {
			answer(err)
			return
		}
		c.leave(p, routing.HungUp)
		if p.prompt.sent == 0 {
			answer(nil) // he was in no plan
			return
		}
		c.await(p, 0, answer)
	})
}

// ask runs a task that answers now or later and waits for the answer.
func (c *Call) ask(ctx context.Context, task func(answer func(error))) error {
	result := make(chan error, 1)
	answer := func(err error) {
		select {
		case result <- err:
		default: // answered already
		}
	}
	sent := c.send(func() {
		defer func() {
			if trouble := recover(); trouble != nil {
				answer(fmt.Errorf("call %s: panicked: %v", c.id, trouble))
				panic(trouble)
			}
		}()
		task(answer)
	})
	if !sent {
		return c.tooLate(c.Snapshot().EndedAt)
	}
	select {
	case err := <-result:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// tooLate is the refusal for those who come after the end.
func (c *Call) tooLate(ended time.Time) error {
	return routing.Refuse(routing.Gone, "call_ended", "since", ended.UTC().Format(TimeParam), "ago", ago(c.now().Sub(ended)))
}

// ago is a length as people say it: "4 s", "3 min", "2 h".
func ago(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	default:
		return fmt.Sprintf("%d h", int(d.Hours()))
	}
}

func known(mode routing.Mode) error {
	if mode < routing.Listen || mode > routing.Barge {
		return routing.Refuse(routing.Invalid, "mode_unknown", "mode", mode.String())
	}
	return nil
}

// supervisors are the parties who supervise, in the order of their requests.
func (c *Call) supervisors() []*party {
	var found []*party
	for _, p := range c.parties {
		if p.role == routing.Supervisor {
			found = append(found, p)
		}
	}
	return found
}

func (c *Call) supervisor(by routing.OperatorID) (*party, error) {
	if c.state == StateEnded {
		return nil, c.tooLate(c.ended)
	}
	for _, p := range c.supervisors() {
		if p.operator.ID == by {
			return p, nil
		}
	}
	return nil, routing.Refuse(routing.NotFound, "supervision_unknown")
}

// reserve takes the place, rings the phone and asks for the audit row, all three
// at once; no plan has the supervisor in it before all three are there.
func (c *Call) reserve(by routing.Operator, mode routing.Mode) error {
	if err := c.mayReserve(by, mode); err != nil {
		return err
	}
	p := &party{
		id: routing.NewID[routing.PartyID](), role: routing.Supervisor, operator: by, name: by.Name, phone: by.Phone,
		state: Away, since: c.now(),
	}
	p.prompt.wanted = mode
	if err := c.dial(p, c.promptRequest(by, mode), mixer.Hidden); err != nil {
		return err
	}
	c.parties = append(c.parties, p)
	c.x.opts.Metrics.supervisions.Inc()
	c.wish(p, mode, func(error) {})
	return nil
}

func (c *Call) mayReserve(by routing.Operator, mode routing.Mode) error {
	if err := known(mode); err != nil {
		return err
	}
	if c.state == StateEnded {
		return c.tooLate(c.ended)
	}
	if taken := c.supervisors(); len(taken) >= c.x.opts.SupervisorsPerCall {
		return routing.Refuse(routing.Conflict, "supervision_taken",
			"who", taken[0].name, "since", taken[0].since.UTC().Format(TimeParam))
	}
	if a := c.agent(); a != nil && a.operator.ID == by.ID {
		return routing.Refuse(routing.Forbidden, "not_allowed")
	}
	return nil
}

// promptRequest rings the supervisor: "Listen: Anna, Orders". A browser that rings
// alone answers by itself.
func (c *Call) promptRequest(by routing.Operator, mode routing.Mode) routing.DialRequest {
	verb := map[routing.Mode]string{routing.Listen: "Listen", routing.Whisper: "Whisper", routing.Barge: "Barge in"}
	name := verb[mode]
	if a := c.agent(); a != nil {
		name += ": " + a.name
	}
	if c.spec.Queue != "" {
		name += ", " + string(c.spec.Queue)
	}
	req := routing.DialRequest{
		To: routing.Destination{Person: by.ID}, FromName: name, FromNumber: string(by.Phone),
		AutoAnswer: c.x.opts.AutoAnswer, Expected: true,
	}
	if a := c.agent(); a != nil && a.phone != "" {
		req.FromNumber = string(a.phone)
	}
	return req
}

// leave ends a supervision: first he is out of the plan, then his phone is hung
// up. The place is free at once.
func (c *Call) leave(p *party, cause routing.Cause) {
	if !slices.Contains(c.parties, p) {
		return
	}
	c.parties = without(c.parties, p)
	c.x.opts.Metrics.supervisions.Dec()
	c.failWaiters(func(w waiter) error {
		if w.party == p.id {
			return routing.Refuse(routing.NotFound, "supervision_unknown")
		}
		return nil
	})
	c.replan()
	d := departure{party: p, cause: cause, epoch: c.mix.epoch}
	if p.prompt.sent == 0 { // he was in no plan
		c.tellDeparture(d, 0)
	} else {
		c.mix.left = append(c.mix.left, d)
	}
	p.cut(cause, c.now())
}

// endSupervisions is for the end of the call: no plan will be applied any more,
// so the newest known frame is the last. It returns the supervisors, whose
// phones are still to be hung up.
func (c *Call) endSupervisions(cause routing.Cause) []*party {
	c.tellDepartures(c.mix.epoch, c.mix.frame)
	supervisors := c.supervisors()
	for _, p := range supervisors {
		c.parties = without(c.parties, p)
		c.x.opts.Metrics.supervisions.Dec()
		c.tellDeparture(departure{party: p, cause: cause}, c.mix.frame)
	}
	return supervisors
}
