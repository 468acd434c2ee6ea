package queue

import (
	"sufler/routing"
	"sufler/routing/capacity"
)

// Why says why nobody talks to who waits at a place yet. Code names a sentence,
// "why.CODE" in web/shared/texts; the other fields fill it.
type Why struct {
	Code  string
	Who   string // the operator asked or serving
	Count int    // how many operators are meant
}

// The reasons why a place waits.
const (
	WhyOffered      = "being_offered"        // Who is asked
	WhyAccepted     = "accepted"             // Who has it
	WhyNobodyOnline = "nobody_online"        // nobody who serves the queue is online
	WhyNoPhones     = "no_phones"            // all Count who are online answer on phones, and none is registered
	WhySoundOff     = "sound_off_all"        // Count people are online and have nowhere to ring
	WhyAllBusy      = "all_busy"             // Count people are online, none is free
	WhyPause        = "asked_again_soon"     // everybody free was asked; the next round begins in a moment
	WhyNext         = "somebody_free"        // somebody is free and is asked in this moment
	WhyNoQueue      = "queue_without_groups" // the queue has no people at all
)

// why is the reason of a place that nobody is asked about.
func why(candidates []Candidate, want capacity.Want, pausing bool) Why {
	if len(candidates) == 0 {
		return Why{Code: WhyNoQueue}
	}
	online, onPhones, reachable, free := 0, 0, 0, 0
	for _, c := range candidates {
		if capacity.IsThere(c.Person, want.Forwarded) != "" {
			continue
		}
		online++
		if c.Operator.AnswerOn == routing.AnswerPhone {
			onPhones++
		}
		if reachOf(c, want.Channel) == unreachable {
			continue
		}
		reachable++
		if isFree(c, want) {
			free++
		}
	}
	switch {
	case online == 0:
		return Why{Code: WhyNobodyOnline}
	case reachable == 0 && onPhones == online:
		return Why{Code: WhyNoPhones, Count: online}
	case reachable == 0:
		return Why{Code: WhySoundOff, Count: online}
	case free == 0:
		return Why{Code: WhyAllBusy, Count: reachable}
	case pausing:
		return Why{Code: WhyPause}
	}
	return Why{Code: WhyNext}
}
