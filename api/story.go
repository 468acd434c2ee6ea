package api

import (
	"encoding/json"
	"fmt"
	"time"

	"sufler/routing"
	"sufler/routing/call"
	"sufler/routing/callback"
)

// story is what the journal of a call tells, read once from its first entry to its
// last. It is a pure function of the entries: an operator's story is made of what
// operators may read, and so has no supervisor in it.
type story struct {
	parties   map[routing.PartyID]storyParty
	requested time.Time // the callback was asked for
	began     time.Time // the call
	talked    time.Time
	guard     Guard
	intervals []Interval

	zero      time.Time // of the recorded sound: the first plan
	zeroFrame uint64
	planned   bool
	base      string // the mode when nobody supervises
}

type storyParty struct{ role, name string }

// The modes of an interval besides those of a supervisor.
const (
	intervalWaiting = "waiting"
	intervalTalk    = "talk"
)

const frameMS = 20

// readStory reads the entries of a session that a reader may read.
func readStory(id routing.CallID, entries []routing.Entry) (*story, error) {
	st := &story{parties: map[routing.PartyID]storyParty{}, base: intervalWaiting}
	for _, e := range entries {
		if e.Call != "" && e.Call != id {
			continue
		}
		if err := st.read(e); err != nil {
			return nil, fmt.Errorf("entry %s: %s: %w", e.ID, e.Kind, err)
		}
	}
	return st, nil
}

func (st *story) read(e routing.Entry) error {
	switch e.Kind {
	case callback.Requested{}.Kind():
		st.requested = e.At
	case call.Started{}.Kind():
		return with(e, func(f call.Started) {
			st.began, st.zero = e.At, e.At
			st.parties[f.Client] = storyParty{role: routing.Client.String(), name: f.Name}
		})
	case call.LegBegan{}.Kind():
		return with(e, func(f call.LegBegan) { st.parties[f.Party] = storyParty{role: f.Role, name: f.Name} })
	case call.PlanApplied{}.Kind():
		return with(e, func(f call.PlanApplied) { st.plan(e.At, f.Frame) })
	case call.RecordingStarted{}.Kind():
		return with(e, func(f call.RecordingStarted) { st.plan(e.At, f.Frame) })
	case call.Talked{}.Kind():
		st.talked, st.base = e.At, intervalTalk
		st.turn(st.since(e.At), st.base, "")
	case call.SupervisionStarted{}.Kind():
		return with(e, func(f call.SupervisionStarted) { st.turn(st.at(f.Frame), f.Mode, f.Name) })
	case call.SupervisionChanged{}.Kind():
		return with(e, func(f call.SupervisionChanged) { st.turn(st.at(f.Frame), f.Mode, f.Name) })
	case call.SupervisionEnded{}.Kind():
		return with(e, func(f call.SupervisionEnded) {
			if f.Frame > 0 {
				st.turn(st.at(f.Frame), st.base, "")
			}
		})
	case call.GuardCounted{}.Kind():
		return with(e, func(f call.GuardCounted) {
			st.guard = Guard{Outside: f.Outside, Granted: f.Granted, Stopped: f.Stopped}
		})
	case call.HasEnded{}.Kind():
		st.close(st.since(e.At))
	}
	return nil
}

func with[F any](e routing.Entry, read func(F)) error {
	var f F
	if err := json.Unmarshal(e.Data, &f); err != nil {
		return err
	}
	read(f)
	return nil
}

// plan notes the first one: the recorded sound begins there.
func (st *story) plan(at time.Time, frame uint64) {
	if st.planned {
		return
	}
	st.planned, st.zero, st.zeroFrame = true, at, frame
	st.turn(0, st.base, "")
}

// turn ends the interval that runs and begins another one.
func (st *story) turn(at int64, mode, by string) {
	if n := len(st.intervals); n > 0 { // moments by the clock and by frames differ by a frame or two
		at = max(at, st.intervals[n-1].FromMS)
	}
	st.close(at)
	st.intervals = append(st.intervals, Interval{Mode: mode, FromMS: at, ToMS: at, By: by})
}

func (st *story) close(at int64) {
	n := len(st.intervals)
	if n == 0 {
		return
	}
	last := &st.intervals[n-1]
	last.ToMS = max(at, last.FromMS)
	if last.ToMS == last.FromMS {
		st.intervals = st.intervals[:n-1]
	}
}

func (st *story) at(frame uint64) int64 {
	if frame < st.zeroFrame {
		return 0
	}
	return int64(frame-st.zeroFrame) * frameMS
}

func (st *story) since(at time.Time) int64 { return max(0, at.Sub(st.zero).Milliseconds()) }

// waited is from the request, or the beginning of the call, to the talk.
func (st *story) waited(row routing.CallRow) time.Duration {
	from, to := row.Started, row.Talked
	if !st.requested.IsZero() {
		from = st.requested
	}
	if to.IsZero() {
		to = row.Ended
	}
	if to.IsZero() || to.Before(from) {
		return 0
	}
	return to.Sub(from)
}
