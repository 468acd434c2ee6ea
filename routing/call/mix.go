package call

import (
	"log/slog"
	"slices"

	"sufler/mixer"
	"sufler/routing"
)

// mix is a call's side of the sound plane: what was sent, and what holds.
type mix struct {
	epoch   uint64 // of the newest plan sent
	applied uint64 // of the newest plan that holds
	frame   uint64 // the newest known frame of the call's clock
	sent    []sentPlan
	refused int // plans refused in a row
	waiters []waiter
	left    []departure

	hears    []Pair            // of the plan that holds
	tracks   []routing.PartyID // of the plan that holds
	recorded bool              // something was ever captured
	sound    sounding
	unsound  [holdMusic + 1]bool // of this kind none could be had
	guard    mixer.GuardCount    // as last told
}

// sentPlan is what a plan means, kept until it holds.
type sentPlan struct {
	epoch  uint64
	modes  map[routing.PartyID]routing.Mode
	hears  []Pair
	tracks []routing.PartyID
}

// waiter wants to know when a plan holds.
type waiter struct {
	party  routing.PartyID
	mode   routing.Mode // 0: he leaves
	epoch  uint64
	answer func(error)
}

// departure is a supervisor who left by the plan of an epoch.
type departure struct {
	party *party
	cause routing.Cause
	epoch uint64
}

// replan derives the plan anew and sends it. Before the first port there is
// nothing to say.
func (c *Call) replan() {
	over := c.tune()
	s := c.scene()
	if len(s.voices) > 0 || c.mix.epoch > 0 {
		c.mix.epoch = s.epoch
		plan := planFor(s)
		c.mix.sent = append(c.mix.sent, c.meaning(s, plan))
		c.x.opts.Plane.Apply(plan)
	}
	if over != 0 {
		c.x.opts.Sounds.Close(over)
	}
}

func (c *Call) scene() scene {
	s := scene{call: c.id, epoch: c.mix.epoch + 1, in: c.phase(), record: c.spec.Record && c.state == StateTalking}
	if c.state == StateEnded {
		return s
	}
	for _, p := range c.parties {
		if v, ok := p.voice(); ok {
			s.voices = append(s.voices, v)
		}
	}
	if c.mix.sound.port != 0 {
		s.voices = append(s.voices, voice{port: c.mix.sound.port, seat: seat{role: sound}})
	}
	return s
}

func (c *Call) meaning(s scene, plan mixer.Plan) sentPlan {
	m := sentPlan{epoch: s.epoch, hears: s.pairs(plan), modes: make(map[routing.PartyID]routing.Mode)}
	for _, t := range plan.Tracks {
		m.tracks = append(m.tracks, routing.PartyID(t.Name))
	}
	for _, v := range s.voices {
		if v.seat.role == routing.Supervisor {
			m.modes[v.party] = v.seat.mode
		}
	}
	return m
}

// heard takes an event of the sound plane.
func (c *Call) heard(event mixer.Event) {
	switch e := event.(type) {
	case mixer.Applied:
		c.applied(e)
	case mixer.Refused:
		c.refused(e)
	case mixer.MediaLost:
		c.mediaLost(e)
	case mixer.Tripped:
		c.tripped(e)
	case mixer.Broken:
		c.log.Error("sound broke", slog.String("err", e.Reason))
		c.finish(Finished, routing.Failed, bySystem)
	case mixer.Metered:
		c.metered(e)
	case mixer.Digit, mixer.MediaBack:
	}
}

// applied is the moment from which on a plan is true. Epochs that were passed
// over never held and leave no fact.
func (c *Call) applied(e mixer.Applied) {
	at := slices.IndexFunc(c.mix.sent, func(s sentPlan) bool { return s.epoch == e.Epoch })
	if at < 0 || c.state == StateEnded {
		return
	}
	plan := c.mix.sent[at]
	c.mix.sent = slices.Delete(c.mix.sent, 0, at+1)
	c.mix.applied, c.mix.frame, c.mix.refused = e.Epoch, max(c.mix.frame, e.Frame), 0
	c.tellPlan(plan, e.Frame)
	c.mix.hears, c.mix.tracks = plan.hears, plan.tracks
	for _, p := range c.supervisors() {
		c.hold(p, plan.modes[p.id], e.Frame)
	}
	for _, d := range c.mix.left { // he left by a later plan
		c.hold(d.party, plan.modes[d.party.id], e.Frame)
	}
	c.tellDepartures(e.Epoch, e.Frame)
	c.answerWaiters(e.Epoch)
}

func (c *Call) tellPlan(plan sentPlan, frame uint64) {
	if !slices.Equal(plan.hears, c.mix.hears) || !slices.Equal(plan.tracks, c.mix.tracks) {
		c.tell(routing.SupervisorsOnly, bySystem, PlanApplied{
			Epoch: plan.epoch, Frame: frame, Hears: heardIn(plan.hears), Tracks: append([]routing.PartyID{}, plan.tracks...),
		})
	}
	if len(plan.tracks) > 0 && !c.mix.recorded {
		c.tell(routing.Everybody, bySystem, RecordingStarted{Frame: frame})
		c.mix.recorded = true
	}
}

func heardIn(pairs []Pair) []Heard {
	heard := make([]Heard, 0, len(pairs))
	for _, p := range pairs {
		heard = append(heard, Heard(p))
	}
	return heard
}

// hold makes a supervisor's mode the one that is shown.
func (c *Call) hold(p *party, mode routing.Mode, frame uint64) {
	from := p.prompt.held
	switch {
	case mode == 0 || mode == from:
		return
	case from == 0:
		c.tell(routing.SupervisorsOnly, p.by(), SupervisionStarted{Supervision: p.supervision(mode), Frame: frame})
	default:
		c.tell(routing.SupervisorsOnly, p.by(), SupervisionChanged{Supervision: p.supervision(mode), From: from.String(), Frame: frame})
	}
	p.prompt.held = mode
}

func (c *Call) tellDepartures(epoch, frame uint64) {
	c.mix.left = slices.DeleteFunc(c.mix.left, func(d departure) bool {
		if d.epoch > epoch {
			return false
		}
		c.tellDeparture(d, frame)
		return true
	})
}

func (c *Call) tellDeparture(d departure, frame uint64) {
	fact := SupervisionEnded{Supervision: d.party.supervision(d.party.prompt.held), Cause: d.cause.String(), Frame: frame}
	if d.party.prompt.held == 0 { // no mode ever held
		fact.Supervision, fact.Frame = d.party.supervision(d.party.prompt.wanted), 0
	}
	c.tell(routing.SupervisorsOnly, d.party.by(), fact)
}

// refused means that the plan before still holds. What was to be opened stays
// closed; what was to be closed is asked for again. A second refusal in a row
// leaves nothing to believe in, and the call ends.
func (c *Call) refused(e mixer.Refused) {
	if e.Epoch != c.mix.epoch || c.state == StateEnded {
		return // a newer plan is on its way
	}
	c.mix.refused++
	c.log.Error("plan refused", slog.Uint64("epoch", e.Epoch), slog.String("err", e.Reason))
	if c.mix.refused > 1 {
		c.finish(Finished, routing.Failed, bySystem)
		return
	}
	for _, p := range c.supervisors() {
		c.retreat(p)
	}
	c.replan()
	c.failWaiters(func(w waiter) error {
		if c.sentMode(w.party) == w.mode {
			return nil // still asked for
		}
		return routing.Refuse(routing.Unavailable, "mode_refused")
	})
}

func (c *Call) mediaLost(e mixer.MediaLost) {
	if p := c.at(e.Port); p != nil {
		c.log.Warn("media lost", slog.String("party", string(p.id)))
		c.drop(p, routing.LostMedia)
	}
}

// tripped means that the guard has stopped a voice that the plan let through:
// a fault of ours. The voice is cut already; nobody goes on prompting here.
func (c *Call) tripped(e mixer.Tripped) {
	fact := GuardTripped{Frame: e.Frame}
	if p := c.at(e.Listener); p != nil {
		fact.Listener = p.id
	}
	if p := c.at(e.Source); p != nil {
		fact.Source = p.id
	}
	c.log.Error("guard tripped", slog.String("party", string(fact.Source)), slog.Uint64("frame", e.Frame))
	c.tell(routing.SupervisorsOnly, bySystem, fact)
	for _, p := range c.supervisors() {
		c.leave(p, routing.Failed)
	}
}

// at is the party whose sound is a port, or nil.
func (c *Call) at(port mixer.PortID) *party {
	for _, p := range c.parties {
		if port != 0 && p.port == port {
			return p
		}
	}
	return nil
}

func (c *Call) metered(e mixer.Metered) {
	c.mix.frame = max(c.mix.frame, e.Frame)
	c.x.opts.Metrics.countGuard(mixer.GuardCount{
		Outside: since(c.mix.guard.Outside, e.Guard.Outside),
		Granted: since(c.mix.guard.Granted, e.Guard.Granted),
		Stopped: since(c.mix.guard.Stopped, e.Guard.Stopped),
	})
	c.mix.guard = e.Guard
	publish(c.x, c.x.meters, c.meter(e))
}

// since is the growth of a counter, which may have begun anew.
func since(before, now uint64) uint64 {
	if now < before {
		return now
	}
	return now - before
}

// meter says in parties what the plane says in ports; tones are no parties.
func (c *Call) meter(e mixer.Metered) Meter {
	m := Meter{Call: c.id, Frame: e.Frame, Guard: e.Guard}
	for _, l := range e.Levels {
		if p := c.at(l.Port); p != nil {
			m.Levels = append(m.Levels, Level{
				Party: p.id, DBFS: l.DBFS, PeakDBFS: l.PeakDBFS, Packets: l.Packets, Lost: l.Lost, Discarded: l.Discarded,
			})
		}
	}
	for _, cell := range e.Cells {
		listener, speaker := c.at(cell.Listener), c.at(cell.Source)
		if listener != nil && speaker != nil {
			m.Cells = append(m.Cells, Cell{Listener: listener.id, Speaker: speaker.id, Frames: cell.Frames})
		}
	}
	return m
}
