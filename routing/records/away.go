package records

import (
	"slices"
	"time"

	"sufler/routing"
	"sufler/routing/call"
)

// away is a stretch in which nothing came from a client or an agent.
type away struct {
	leg      routing.LegID
	name     string
	from, to time.Duration
}

// awaysOf reads when the line of a client or an agent was lost, until it was back
// or given up.
func awaysOf(entries []routing.Entry, line timeline, over time.Duration) (list []away) {
	names := make(map[routing.LegID]string) // of clients and agents
	for _, e := range entries {
		at := min(over, line.at(e.At))
		switch e.Kind {
		case (call.LegBegan{}).Kind():
			if f, ok := read[call.LegBegan](e); ok && (f.Role == routing.Client.String() || f.Role == routing.Agent.String()) {
				names[f.Leg] = f.Name
			}
		case (call.LegLost{}).Kind():
			if f, ok := read[call.LegLost](e); ok {
				if name, known := names[f.Leg]; known {
					list = append(list, away{leg: f.Leg, name: name, from: at, to: over})
				}
			}
		case (call.LegReturned{}).Kind():
			if f, ok := read[call.LegReturned](e); ok {
				back(list, f.Leg, at)
			}
		case (call.LegEnded{}).Kind():
			if f, ok := read[call.LegEnded](e); ok {
				back(list, f.Leg, at)
			}
		}
	}
	return list
}

// back ends the last stretch of a leg, if it has not ended.
func back(list []away, leg routing.LegID, at time.Duration) {
	for i, a := range slices.Backward(list) {
		if a.leg == leg {
			list[i].to = min(a.to, at)
			return
		}
	}
}

// withoutAway is what is left of a mode when one of the two who talk is not there;
// a supervisor who has barged in goes on talking.
func withoutAway(now Interval, aways []away, at time.Duration) Interval {
	i := slices.IndexFunc(aways, func(a away) bool { return a.from <= at && at < a.to })
	if i < 0 || now.Mode == routing.Barge.String() {
		return now
	}
	return Interval{Mode: awayMode, By: aways[i].name}
}
