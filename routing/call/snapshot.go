package call

import (
	"time"

	"sufler/mixer"
	"sufler/routing"
)

// Snapshot is a call at one moment, as a value that its reader may keep. It
// holds what only supervisors may see; the api cuts it to its reader.
type Snapshot struct {
	Call    routing.CallID
	Session routing.SessionID
	Kind    routing.CallKind
	Queue   routing.QueueName
	Version uint64 // grows with every change of this call

	State     State
	StartedAt time.Time
	TalkedAt  time.Time          // zero: nobody has talked
	TalkedBy  routing.OperatorID // the agent who talked last; empty: nobody has talked
	EndedAt   time.Time          // zero: it runs
	Cause     routing.Cause      // zero: it runs
	EndedBy   string             // "client", "agent" or "system"; empty: it runs

	// Parties are the client first, then the agent, then the supervisors who ring
	// or are on the line. After the end client and agent remain, as Gone.
	Parties []Party
	// Hears is who hears whom by the plan that the sound plane has applied last.
	Hears    []Pair
	Recorded bool
}

// Party is a person in a call at one moment.
type Party struct {
	ID   routing.PartyID
	Role routing.Role
	// Mode is a supervisor's: the one asked for while the phone rings, afterwards
	// the one that the sound plane has applied.
	Mode  routing.Mode
	State PartyState
	Cause routing.Cause // why the wire ended; only when Gone

	Name     string
	Operator routing.OperatorID // agents and supervisors
	Phone    routing.Extension  // set when the wire leads, or may lead, to a phone of ours
	Number   string             // the client's, as it was dialled or shown
	By       routing.Device     // what the person answered on; zero before the answer
	Leg      routing.LegID      // empty when Away
	// LostUntil is when a party who is Lost is given up; zero: not lost.
	LostUntil time.Time
	// Since is when State began; of a supervisor the moment of the request.
	Since time.Time
}

// Pair says that one party hears another.
type Pair struct {
	Listener, Speaker routing.PartyID
}

// Party returns the first party of a role.
func (s Snapshot) Party(role routing.Role) (Party, bool) {
	for _, p := range s.Parties {
		if p.Role == role {
			return p, true
		}
	}
	return Party{}, false
}

// Meter is how loud the parties of a call are and who was sent whom, by party.
type Meter struct {
	Call   routing.CallID
	Frame  uint64
	Levels []Level
	Cells  []Cell
	Guard  mixer.GuardCount
}

// Level is how loud a party speaks, in dB below full scale.
type Level struct {
	Party           routing.PartyID
	DBFS, PeakDBFS  float64
	Packets         uint64 // received in all
	Lost, Discarded uint64 // frames concealed, packets dropped, in all
}

// Cell counts the frames of one party that were put into what another was sent.
type Cell struct {
	Listener, Speaker routing.PartyID
	Frames            uint64
}
