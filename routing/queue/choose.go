package queue

import (
	"cmp"
	"slices"

	"sufler/routing"
	"sufler/routing/capacity"
)

// reach is how an operator can be asked.
type reach uint8

const (
	unreachable reach = iota + 1
	byDesk            // a strip in the open desk; a device rings after accepting
	byPhone           // the phone rings; picking up is accepting
)

// reachOf tells how a candidate can be asked about a channel. A browser rings in a
// desk only; who only writes needs nothing that rings.
func reachOf(c Candidate, channel routing.Channel) reach {
	switch {
	case !capacity.TakesWhole(channel) && c.Desk:
		return byDesk
	case !capacity.TakesWhole(channel) || !c.Devices.Any():
		return unreachable
	case c.Desk:
		return byDesk
	case c.Operator.DeskOnly || !c.Devices.Phone:
		return unreachable
	}
	return byPhone
}

// isFree reports whether a candidate can be asked now.
func isFree(c Candidate, want capacity.Want) bool {
	return capacity.CanTake(c.Person, want) == "" && reachOf(c, want.Channel) != unreachable
}

// rank is the place in groups of the first one that the operator is in.
func rank(groups []routing.GroupName, o routing.Operator) int {
	best := len(groups)
	for _, g := range o.Groups {
		if i := slices.Index(groups, g); i >= 0 {
			best = min(best, i)
		}
	}
	return best
}

// asked is whom a place was offered to.
type asked struct {
	round int // 1, 2, 3 ...
	tried map[routing.OperatorID]bool
	last  routing.OperatorID
}

// choose returns the operators who can be asked now in the order in which they
// are: the first group first, in it the longest idle. Those tried in this round
// are left out; who was asked last in the round before comes last. over says
// that somebody is free, but all such were tried: the round is over.
func choose(groups []routing.GroupName, candidates []Candidate, want capacity.Want, a asked) (order []Candidate, over bool) {
	free := 0
	for _, c := range candidates {
		if !isFree(c, want) {
			continue
		}
		free++
		if !a.tried[c.Operator.ID] {
			order = append(order, c)
		}
	}
	slices.SortFunc(order, func(x, y Candidate) int {
		return cmp.Or(
			compareBool(x.Operator.ID == a.last, y.Operator.ID == a.last),
			cmp.Compare(rank(groups, x.Operator), rank(groups, y.Operator)),
			x.IdleSince.Compare(y.IdleSince),
			cmp.Compare(x.Operator.ID, y.Operator.ID),
		)
	})
	return order, free > 0 && len(order) == 0
}

// compareBool puts false before true.
func compareBool(x, y bool) int {
	switch {
	case x == y:
		return 0
	case y:
		return -1
	}
	return 1
}
