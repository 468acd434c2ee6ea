package call

import (
	"slices"
	"time"

	"sufler/mixer"
	"sufler/routing"
)

// party is a person's part in a call. It belongs to the call's loop.
type party struct {
	id       routing.PartyID
	role     routing.Role
	operator routing.Operator // agents and supervisors
	name     string
	phone    routing.Extension
	number   string

	state    PartyState
	since    time.Time // when state began; of a supervisor the request
	cause    routing.Cause
	line     *line    // nil: no wire
	absence  *absence // nil: not lost
	port     mixer.PortID
	incoming bool           // the person called us
	vanished bool           // the wire ended because the person did not come back to it
	device   routing.Device // what the person answered on, or called us by

	prompt prompt // supervisors only
}

// prompt is how a supervisor takes part. A mode goes from wish to audited to
// sent to held; a stricter one goes to sent at once.
type prompt struct {
	wish    uint64        // counts the wishes; what belongs to an older one is dropped
	written chan struct{} // closed when the newest wish's audit row is on disk or refused
	wanted  routing.Mode  // the newest wish
	audited routing.Mode  // its audit row is on disk; no looser mode is sent
	sent    routing.Mode  // in the newest plan
	held    routing.Mode  // in the plan that the sound plane has applied
}

// line is a leg of a party, kept until the leg has said Ended, though the party
// may have gone on without it.
type line struct {
	leg   routing.Leg
	party *party
	cause routing.Cause // why we hung up; zero: we did not
}

// current says whether the line is still its party's wire.
func (l *line) current() bool { return l.party.line == l }

// may says whether a party's wire can go to a state.
func (p *party) may(to PartyState) bool { return slices.Contains(nextParty[p.state], to) }

// moved sets the state of the wire.
func (p *party) moved(to PartyState, now time.Time) {
	p.state = to
	if p.role != routing.Supervisor {
		p.since = now
	}
}

// cut takes the wire from the party and hangs it up. Its events no longer
// concern the party.
func (p *party) cut(cause routing.Cause, now time.Time) {
	if p.line == nil {
		return
	}
	l := p.line
	l.cause = cause
	p.unwire(cause, now)
	l.leg.Do(routing.Hangup{Cause: cause})
}

// unwire is what remains of a party whose leg is over.
func (p *party) unwire(cause routing.Cause, now time.Time) {
	p.present()
	p.vanished = p.state == Lost && cause == routing.LostMedia
	p.line, p.port, p.cause = nil, 0, cause
	p.moved(Gone, now)
}

// voice is the party in the mix; false while it has no sound or, for a
// supervisor, no mode yet.
func (p *party) voice() (voice, bool) {
	v := voice{port: p.port, party: p.id, seat: seat{role: p.role, mode: p.prompt.sent}}
	v.seat.muted = p.role == routing.Supervisor && p.absence != nil
	v.audited = p.prompt.sent != 0 && p.prompt.sent <= p.prompt.audited
	return v, p.port != 0 && (p.role != routing.Supervisor || p.prompt.sent != 0)
}

func (p *party) shown() Party {
	s := Party{
		ID: p.id, Role: p.role, State: p.state, Cause: p.cause, Name: p.name, Operator: p.operator.ID,
		Phone: p.phone, Number: p.number, By: p.device, Since: p.since,
	}
	if p.line != nil {
		s.Leg = p.line.leg.ID()
	}
	if p.absence != nil {
		s.LostUntil = p.absence.until
	}
	if p.role == routing.Supervisor {
		s.Mode = p.prompt.held
		if s.Mode == 0 {
			s.Mode = p.prompt.wanted
			s.State = min(s.State, Early) // answered, but the mode does not hold yet
		}
	}
	return s
}

// supervision is the part that the facts about a supervisor share.
func (p *party) supervision(mode routing.Mode) Supervision {
	return Supervision{Party: p.id, Supervisor: p.operator.ID, Name: p.name, Mode: mode.String()}
}
