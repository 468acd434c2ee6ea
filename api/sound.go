package api

import (
	"context"
	"encoding/json"

	"sufler/api/live"
	"sufler/routing"
	"sufler/routing/soundcheck"
)

// Leg is the sound of a page as the pages of its person may know it.
type Leg struct {
	ID         routing.LegID  `json:"id"`
	Call       routing.CallID `json:"call"`
	State      string         `json:"state" enum:"rings,connecting,on_line,lost,ended"`
	FromName   string         `json:"from_name"`
	FromNumber string         `json:"from_number"`
	Expected   bool           `json:"expected"`
	Quiet      bool           `json:"quiet"`
	Since      string         `json:"since"`
	Cause      string         `json:"cause"`
}

func legObject(l routing.BrowserLeg) Leg {
	o := Leg{
		ID: l.Leg, Call: l.Call, State: l.State.String(), FromName: l.FromName, FromNumber: l.FromNumber,
		Expected: l.Expected, Quiet: l.Quiet, Since: live.Stamp(l.Since),
	}
	if l.Cause != 0 {
		o.Cause = l.Cause.String()
	}
	return o
}

// SoundHeld is where a person's sound is, as one of their pages is told.
type SoundHeld struct {
	Here bool `json:"here"`
	Held bool `json:"held"`
}

type (
	soundTake  struct{ Force bool }
	soundTaken struct {
		Here bool `json:"here"`
	}
	soundOffer struct {
		Leg routing.LegID
		SDP string
	}
	soundAnswer struct {
		SDP string `json:"sdp"`
	}
	soundLeg struct {
		Leg routing.LegID `json:"leg"`
	}
	nothing struct{}
)

// takeSound lets calls ring in this page.
func (v *viewer) takeSound(_ context.Context, data soundTake) (any, error) {
	return soundTaken{Here: v.s.sounds.take(v, data.Force)}, nil
}

// leaveSound is said by a page that cannot make sound (any more).
func (v *viewer) leaveSound(context.Context, nothing) (any, error) {
	v.s.sounds.leave(v)
	return nil, nil
}

// offerSound gives a leg the page's sound. The answer waits for others, so the page
// may say something else meanwhile.
func (v *viewer) offerSound(_ context.Context, data soundOffer) (any, error) {
	if v.as == deskView && !v.hasSound() {
		return nil, routing.Refuse(routing.Conflict, "sound_elsewhere")
	}
	return live.Later(func(ctx context.Context) (any, error) {
		answer, err := v.s.opt.Browsers.Offer(ctx, v.owner(), data.Leg, data.SDP)
		if err != nil {
			return nil, err
		}
		return soundAnswer{SDP: answer}, nil
	}), nil
}

// checkSound lets the person hear themselves: the leg rings in this page.
func (v *viewer) checkSound(context.Context, nothing) (any, error) {
	if !v.hasSound() {
		return nil, routing.Refuse(routing.Conflict, "sound_elsewhere")
	}
	return live.Later(func(ctx context.Context) (any, error) {
		leg, err := v.s.opt.SoundCheck.Begin(ctx, v.operator)
		if err != nil {
			return nil, err
		}
		return soundLeg{Leg: leg}, nil
	}), nil
}

// SoundMeasured is what the server hears of a page that is checked.
type SoundMeasured struct {
	Leg      routing.LegID `json:"leg"`
	DBFS     float64       `json:"dbfs"`
	PeakDBFS float64       `json:"peak_dbfs"`
	Packets  uint64        `json:"packets"`
}

// soundMeasured goes to the page that makes the sound, and is left out when it is
// behind.
func (s *Server) soundMeasured(m soundcheck.Measured) {
	raw := mustJSON(SoundMeasured{Leg: m.Leg, DBFS: m.DBFS, PeakDBFS: m.PeakDBFS, Packets: m.Packets})
	s.publish(live.Event{Kind: "sound.measured", Passing: true, To: []live.Topic{desksOf(m.Owner)}}, func(v *viewer) json.RawMessage {
		return onlyFor(v.as == deskView && v.operator == m.Owner && v.hasSound(), raw)
	})
}

// endSound hangs up, or declines what rings: from whichever page of the person's.
func (v *viewer) endSound(_ context.Context, data soundLeg) (any, error) {
	return nil, v.s.opt.Browsers.Hangup(v.owner(), data.Leg)
}

func (v *viewer) hasSound() bool { return v.s.sounds.holder(v.operator) == v }

// owner is whose legs the page may touch.
func (v *viewer) owner() routing.BrowserOwner {
	switch v.as {
	case deskView:
		return routing.BrowserOwner(v.operator)
	case talkView:
		return routing.BrowserOwner(v.talk)
	default:
		return ""
	}
}

// soundPassed tells a person's pages where their sound is now, and the queue
// whether there is a page that can ring.
func (s *Server) soundPassed(of routing.OperatorID, holder *viewer) {
	s.opt.Team.SetSound(of, holder != nil)
	s.tell("sound.changed", func(v *viewer) json.RawMessage {
		if v.as != deskView || v.operator != of {
			return nil
		}
		return mustJSON(SoundHeld{Here: v == holder, Held: holder != nil})
	}, desksOf(of))
}

func (v *viewer) legChanged(l routing.BrowserLeg) json.RawMessage {
	if l.Owner == "" || v.owner() != l.Owner {
		return nil
	}
	raw := v.news(string(l.Leg), mustJSON(legObject(l)))
	if l.State == routing.BrowserEnded {
		v.forget(string(l.Leg)) // a desk is open for days, and each call has a leg of its own
	}
	return raw
}

// snapshotLegs are the legs that the page can give its sound to.
func (v *viewer) snapshotLegs() []live.Event {
	var events []live.Event
	for _, l := range v.s.opt.Browsers.Legs(v.owner()) {
		raw := mustJSON(legObject(l))
		v.noteFirst(string(l.Leg), raw)
		events = append(events, whole("leg.changed", raw))
	}
	return events
}

// snapshotSound is what a desk's page needs to know to make sound.
func (v *viewer) snapshotSound() []live.Event {
	holder := v.s.sounds.holder(v.operator)
	held := whole("sound.changed", mustJSON(SoundHeld{Here: v == holder, Held: holder != nil}))
	return append([]live.Event{held}, v.snapshotLegs()...)
}
