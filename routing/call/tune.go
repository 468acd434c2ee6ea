package call

import (
	"log/slog"

	"sufler/mixer"
)

// playing is a kind of sound with no person behind it.
type playing uint8

const (
	nothing playing = iota
	ringbackTone
	holdMusic
)

// sounding is the sound that is open, and its port.
type sounding struct {
	kind playing
	port mixer.PortID // 0: none
}

// phase is what the states of call and parties mean for ears; 0 is silence for all.
func (c *Call) phase() phase {
	switch {
	case c.state == StateTalking && c.agent().isMissed():
		return hold
	case c.state == StateTalking:
		return talk
	case c.clientWaits():
		return menu
	case c.state == StateRingingClient:
		return ringingOut
	default:
		return 0
	}
}

// isMissed says whether the party has been away for so long that somebody must
// not be left in silence.
func (p *party) isMissed() bool { return p.absence != nil && p.absence.felt }

// clientWaits says whether the client has sound and waits for an agent: a caller
// from the beginning, one whom we called only when an agent has gone from the talk.
func (c *Call) clientWaits() bool {
	switch c.state {
	case StateWaiting, StateRingingAgent:
		return c.client.port != 0
	case StateRingingClient:
		return c.client.port != 0 && c.client.incoming
	default:
		return false
	}
}

// wanted is the sound for those who wait: music for the client, or the ringback
// tone for an agent who has a wire to hear it by, while the client's phone rings
// without a sound of its own.
func (c *Call) wanted() playing {
	switch in := c.phase(); {
	case (in == menu || in == hold) && c.client.port != 0:
		return holdMusic
	case in == ringingOut && c.client.state == Ringing && c.client.port == 0 && !c.client.incoming && c.agent().port != 0:
		return ringbackTone
	default:
		return nothing
	}
}

// tune begins the sound that is wanted and returns the port of one that is no
// longer: it is closed after the plan without it.
func (c *Call) tune() (over mixer.PortID) {
	kind := c.wanted()
	if kind == c.mix.sound.kind {
		return 0
	}
	over = c.mix.sound.port
	c.mix.sound = sounding{kind, c.open(kind)}
	return over
}

// open attaches a sound; 0 when there is none to be had, which is said once.
func (c *Call) open(kind playing) mixer.PortID {
	if kind == nothing || c.x.opts.Sounds == nil || c.mix.unsound[kind] {
		return 0
	}
	attach := c.x.opts.Sounds.Ringback
	if kind == holdMusic {
		attach = c.x.opts.Sounds.Music
	}
	port, err := attach()
	if err != nil {
		c.log.Warn("no sound for who waits", slog.Any("err", err))
		c.mix.unsound[kind] = true
		return 0
	}
	return port
}
