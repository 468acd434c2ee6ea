package queue

import (
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

func askedNobody(last routing.OperatorID) asked {
	return asked{round: 1, tried: make(map[routing.OperatorID]bool), last: last}
}

// choice is what the next operators are chosen by.
type choice struct {
	groups   []routing.GroupName // the first group is asked first
	want     capacity.Want
	strategy Strategy
	turn     routing.OperatorID // asked last in this queue
	sticky   routing.OperatorID // asked first in the first round
	asked    asked
}

// next returns the operators who can be asked now in the order in which they are:
// the sticky one, then group by group, each by the strategy. Those tried in this
// round are left out; who was asked last in the round before comes last. over says
// that somebody is free, but all such were tried: the round is over.
func (c choice) next(candidates []Candidate) (order []Candidate, over bool) {
	free := 0
	for _, candidate := range candidates {
		if !isFree(candidate, c.want) {
			continue
		}
		free++
		if !c.asked.tried[candidate.Operator.ID] {
			order = append(order, candidate)
		}
	}
	slices.SortFunc(order, c.compare)
	return order, free > 0 && len(order) == 0
}

// together are those of an order who are asked at once: all of them where the
// strategy rings all, except that the sticky one is asked alone, and that of phones,
// on which one call rings at a time, only the first rings, after the desks.
func (c choice) together(order []Candidate, ringing bool) []Candidate {
	switch {
	case len(order) == 0:
		return nil
	case c.strategy != RingAll, c.isSticky(order[0]):
		return order[:1]
	}
	var desks, phones []Candidate
	for _, candidate := range order {
		if reachOf(candidate, c.want.Channel) == byPhone {
			phones = append(phones, candidate)
		} else {
			desks = append(desks, candidate)
		}
	}
	if ringing || len(phones) == 0 {
		return desks
	}
	return append(desks, phones[0])
}

func (c choice) isSticky(candidate Candidate) bool {
	return c.asked.round == 1 && c.sticky != "" && candidate.Operator.ID == c.sticky
}
