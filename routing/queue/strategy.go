package queue

import (
	"cmp"
)

// compare orders two who can both be asked.
func (c choice) compare(x, y Candidate) int {
	return cmp.Or(
		compareBool(!c.isSticky(x), !c.isSticky(y)),
		compareBool(x.Operator.ID == c.asked.last, y.Operator.ID == c.asked.last),
		cmp.Compare(rank(c.groups, x.Operator), rank(c.groups, y.Operator)),
		c.byStrategy(x, y),
		cmp.Compare(x.Operator.ID, y.Operator.ID),
	)
}

func (c choice) byStrategy(x, y Candidate) int {
	switch c.strategy {
	case RoundRobin:
		return compareBool(x.Operator.ID <= c.turn, y.Operator.ID <= c.turn)
	case LeastBusy:
		return cmp.Or(cmp.Compare(open(x), open(y)), x.IdleSince.Compare(y.IdleSince))
	default:
		return cmp.Or(compareBool(open(x) > 0, open(y) > 0), x.IdleSince.Compare(y.IdleSince))
	}
}

// open is how much somebody has open, or is asked.
func open(c Candidate) int { return c.Chats + c.Whole }

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
