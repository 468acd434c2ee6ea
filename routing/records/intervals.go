package records

import (
	"slices"
	"time"

	"sufler/routing"
	"sufler/routing/call"
)

// frame is the length of a frame of a call's clock.
const frame = 20 * time.Millisecond

// Interval is a stretch of a call's sound in one mode. Times count from the first
// frame of the recording or, without one, from the first leg. Intervals touch and
// do not overlap.
type Interval struct {
	Mode     string // "waiting", "talk", "away", "listen", "whisper", "barge"
	From, To time.Duration
	By       string // the supervisor's name; of "away" that of who was lost
}

// Modes of an interval without a supervisor.
const (
	waitingMode = "waiting"
	talkMode    = "talk"
	awayMode    = "away" // the line of client or agent was lost in the talk
)

// timeline counts the time of a call's sound.
type timeline struct {
	zero  time.Time
	frame uint64 // of zero
	sound bool   // frames count; otherwise the clock
}

func timelineOf(row routing.CallRow, entries []routing.Entry) timeline {
	if e, ok := first(entries, call.RecordingStarted{}); ok {
		if started, ok := read[call.RecordingStarted](e); ok {
			return timeline{zero: e.At, frame: started.Frame, sound: true}
		}
	}
	return timeline{zero: row.Started}
}

func (t timeline) at(moment time.Time) time.Duration { return max(0, moment.Sub(t.zero)) }

// atFrame is the time of a frame, which is exact; at is that of a row written a
// moment later.
func (t timeline) atFrame(n uint64, moment time.Time) time.Duration {
	if !t.sound {
		return t.at(moment)
	}
	return time.Duration(n-min(n, t.frame)) * frame
}

// step is a supervisor's mode from a moment on; 0: left.
type step struct {
	at    time.Duration
	party routing.PartyID
	mode  routing.Mode
	name  string
}

func intervals(row routing.CallRow, entries []routing.Entry) []Interval {
	line := timelineOf(row, entries)
	over := line.at(end(row, entries))
	talks := talksOf(row, entries, line, over)
	steps := stepsOf(entries, line)
	aways := awaysOf(entries, line, over)
	bounds := []time.Duration{0, over}
	for _, a := range aways {
		bounds = append(bounds, a.from, a.to)
	}
	for _, t := range talks {
		bounds = append(bounds, t.from, t.to)
	}
	for _, s := range steps {
		bounds = append(bounds, min(s.at, over))
	}
	slices.Sort(bounds)
	bounds = slices.Compact(bounds)

	var list []Interval
	for i := 1; i < len(bounds); i++ {
		talking := slices.ContainsFunc(talks, func(t talk) bool { return t.from <= bounds[i-1] && bounds[i-1] < t.to })
		next := modeAt(steps, bounds[i-1], talking)
		if talking {
			next = withoutAway(next, aways, bounds[i-1])
		}
		next.From, next.To = bounds[i-1], bounds[i]
		if n := len(list); n > 0 && list[n-1].Mode == next.Mode && list[n-1].By == next.By {
			list[n-1].To = next.To
			continue
		}
		list = append(list, next)
	}
	return list
}

// talk is a stretch in which an agent was there for the client.
type talk struct{ from, to time.Duration }

// talksOf reads when client and agent talked; between two agents the client waited.
func talksOf(row routing.CallRow, entries []routing.Entry, line timeline, over time.Duration) (talks []talk) {
	if row.Talked.IsZero() {
		return nil
	}
	talks = append(talks, talk{min(over, line.at(row.Talked)), over})
	waiting := false
	for _, e := range entries {
		at := min(over, line.at(e.At))
		switch e.Kind {
		case (call.Interrupted{}).Kind():
			talks[len(talks)-1].to = at
			waiting = true
		case (call.Talked{}).Kind():
			if waiting {
				talks = append(talks, talk{at, over})
			}
			waiting = false
		}
	}
	return talks
}

// stepsOf reads when supervisors came, changed and left.
func stepsOf(entries []routing.Entry, line timeline) (steps []step) {
	add := func(e routing.Entry, s call.Supervision, frame uint64, mode routing.Mode) {
		steps = append(steps, step{at: line.atFrame(frame, e.At), party: s.Party, mode: mode, name: s.Name})
	}
	for _, e := range entries {
		switch e.Kind {
		case (call.SupervisionStarted{}).Kind():
			if f, ok := read[call.SupervisionStarted](e); ok {
				mode, _ := routing.ParseMode(f.Mode)
				add(e, f.Supervision, f.Frame, mode)
			}
		case (call.SupervisionChanged{}).Kind():
			if f, ok := read[call.SupervisionChanged](e); ok {
				mode, _ := routing.ParseMode(f.Mode)
				add(e, f.Supervision, f.Frame, mode)
			}
		case (call.SupervisionEnded{}).Kind():
			if f, ok := read[call.SupervisionEnded](e); ok && f.Frame > 0 { // 0: no mode ever held
				add(e, f.Supervision, f.Frame, 0)
			}
		}
	}
	return steps
}

// modeAt is the mode at a moment; of several supervisors the one who is heard by
// most counts.
func modeAt(steps []step, at time.Duration, talking bool) Interval {
	now := make(map[routing.PartyID]step)
	for _, s := range steps {
		if s.at <= at {
			now[s.party] = s
		}
	}
	var top step
	for _, s := range now {
		if s.mode > top.mode || s.mode == top.mode && s.mode != 0 && s.party < top.party {
			top = s
		}
	}
	switch {
	case top.mode != 0:
		return Interval{Mode: top.mode.String(), By: top.name}
	case talking:
		return Interval{Mode: talkMode}
	}
	return Interval{Mode: waitingMode}
}
