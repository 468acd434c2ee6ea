package callback

import (
	"time"

	"sufler/routing"
)

// ViewState is what the visitor sees of a callback.
type ViewState string

// The states of api/protocol.md.
const (
	ViewWaiting    ViewState = "waiting"
	ViewAgentFound ViewState = "agent_found"
	ViewRinging    ViewState = "ringing"
	ViewTalking    ViewState = "talking"
	ViewAway       ViewState = "away"
	ViewEnded      ViewState = "ended"
)

// View is a callback at one moment as its visitor may see it: no operator's
// name is in it. It is a value that can be compared.
type View struct {
	ID      routing.CallbackID
	Session routing.SessionID
	State   ViewState
	Reason  string // only when ended
	// Place is the place in the queue, 1 is next; only while waiting, and 0 while
	// it is not known.
	Place int
	// Wait is how long they will wait, as they are told it; only while waiting, 0 while
	// it is not known.
	Wait time.Duration
	// CutOff says that the visitor's phone was rung before in vain for us: they are
	// first again.
	CutOff      bool
	Name        string
	Number      string // E.164
	NumberShown string // as people write it at home
	Caller      string // the number that will ring, in international form; may be empty
	Queue       routing.QueueName
	CreatedAt   time.Time
	TalkedAt    time.Time // zero: nobody has talked
	EndedAt     time.Time // zero: it is open
}

// progress is how far the call of a callback has come. It is not on disk.
type progress uint8

const (
	nothing     progress = iota // no operator has it
	agentFound                  // an operator's phone rings for it, or the operator is on the line
	visitorRung                 // the visitor's phone rings
	parted                      // the operator's line broke in the talk; the visitor hears music
)

// viewState is what the visitor sees: a pure function of machine and progress.
func viewState(s routing.CallbackState, p progress) ViewState {
	switch s {
	case routing.CallbackQueued:
		if p == nothing {
			return ViewWaiting
		}
		return ViewAgentFound
	case routing.CallbackDialling:
		if p == visitorRung {
			return ViewRinging
		}
		return ViewAgentFound
	case routing.CallbackBridged:
		if p == parted {
			return ViewAway
		}
		return ViewTalking
	default:
		return ViewEnded
	}
}

func (s *Service) view(c routing.Callback, p progress, place int, wait time.Duration) View {
	v := View{
		ID: c.ID, Session: c.Session, State: viewState(c.State, p), Name: c.Name, Number: c.Number,
		NumberShown: s.opts.Numbers.Show(c.Number), Caller: s.caller, Queue: c.Queue,
		CreatedAt: c.Created, TalkedAt: c.TalkedAt, EndedAt: c.EndedAt,
	}
	switch v.State {
	case ViewWaiting:
		v.Place, v.Wait, v.CutOff = place, wait, c.Attempt > 0
	case ViewEnded:
		v.Reason = c.Reason
	default:
	}
	return v
}
