package call

import (
	"sufler/mixer"
	"sufler/routing"
)

// voice is a port in the mix of a call.
type voice struct {
	port  mixer.PortID
	party routing.PartyID // empty: music or a tone
	seat  seat
	// audited says that the audit row of the voice's mode is on disk.
	audited bool
}

// scene is everything that a plan is derived from.
type scene struct {
	call   routing.CallID
	epoch  uint64
	in     phase
	record bool
	voices []voice
}

// planFor derives the whole plan. Every person gets a row, also those who hear
// nothing, so that their port belongs to this call's bus.
func planFor(s scene) mixer.Plan {
	plan := mixer.Plan{Call: mixer.CallID(s.call), Epoch: s.epoch}
	for _, listener := range s.voices {
		if listener.seat.role == sound {
			continue
		}
		plan.Rows = append(plan.Rows, s.row(listener, hears))
		if keys := s.row(listener, digits); len(keys.Sources) > 0 {
			plan.Digits = append(plan.Digits, keys)
		}
		if granted(listener, s.in) {
			plan.Grants = append(plan.Grants, mixer.Grant{Port: listener.port, Call: plan.Call, Epoch: s.epoch})
		}
		if s.record {
			plan.Tracks = append(plan.Tracks, mixer.Track{Port: listener.port, Name: string(listener.party)})
		}
	}
	return plan
}

func (s scene) row(listener voice, reaches func(l, s seat, in phase) bool) mixer.Row {
	row := mixer.Row{Listener: listener.port}
	for _, speaker := range s.voices {
		if speaker.port != listener.port && reaches(listener.seat, speaker.seat, s.in) {
			row.Sources = append(row.Sources, speaker.port)
		}
	}
	return row
}

// granted says whether the guard may let a supervisor through to the client. It
// is decided apart from the matrix on purpose: a fault there meets a guard that
// was told nothing.
func granted(v voice, in phase) bool {
	if v.seat.role != routing.Supervisor || !v.audited || v.seat.dictating || v.seat.muted {
		return false
	}
	switch in {
	case talk, conference:
		return v.seat.mode == routing.Barge
	case takenOver:
		return v.seat.leads
	default:
		return false
	}
}

// pairs is who hears whom in a plan, by party.
func (s scene) pairs(plan mixer.Plan) []Pair {
	party := make(map[mixer.PortID]routing.PartyID, len(s.voices))
	for _, v := range s.voices {
		party[v.port] = v.party
	}
	var pairs []Pair
	for _, row := range plan.Rows {
		for _, source := range row.Sources {
			if speaker := party[source]; speaker != "" {
				pairs = append(pairs, Pair{Listener: party[row.Listener], Speaker: speaker})
			}
		}
	}
	return pairs
}
