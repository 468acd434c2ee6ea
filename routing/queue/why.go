package queue

import (
	"time"

	"sufler/routing"
	"sufler/routing/capacity"
)

// Why says why nobody talks to who waits at a place yet. Code names a sentence,
// "why.CODE" in web/shared/texts; the other fields fill it.
type Why struct {
	Code    string
	Who     string    // the operator asked, serving or meant
	Count   int       // how many operators are meant
	Since   time.Time // of the wrap-up that is waited for
	Details []Detail  // while nobody is asked: what keeps each of those who could take it
}

// Detail is what keeps some operators from a place. Code names a sentence as Why's
// does: one of capacity.Codes, or KeptNoDesk, KeptNoDevice, KeptAsked.
type Detail struct {
	Code  string
	Count int       // how many operators
	Who   string    // one of them: whose Since it is, or the only one
	Since time.Time // of the oldest wrap-up, or of the longest absence by choice
	Chats int       // of one alone whose chats are full
}

// The reasons why a place waits.
const (
	WhyOffered      = "being_offered"        // Who is asked
	WhyOfferedAll   = "being_offered_all"    // Count people are asked at once
	WhyAccepted     = "accepted"             // Who has it
	WhyNobodyOnline = "nobody_online"        // nobody who serves the queue is online
	WhyAllAway      = "all_away"             // Count people are there, and all are away by choice
	WhyNoPhones     = "no_phones"            // all Count who are online answer on phones, and none is registered
	WhySoundOff     = "sound_off_all"        // Count people are online and have nowhere to ring
	WhyNoDesk       = "no_desk_open"         // Count people are online, none has a desk open to write in
	WhyWaitsForOK   = "waits_for_ok"         // nobody is free, and Who has only an OK to give, since Since
	WhyAllBusy      = "all_busy"             // Count people are online, none is free
	WhyPause        = "asked_again_soon"     // everybody free was asked; the next round begins in a moment
	WhyAllAsked     = "all_asked"            // everybody was asked often enough; anybody may still take it
	WhyNext         = "somebody_free"        // somebody is free and is asked in this moment
	WhyNoQueue      = "queue_without_groups" // the queue has no people at all
)

// WhyCodes are all reasons.
var WhyCodes = []string{
	WhyOffered, WhyOfferedAll, WhyAccepted, WhyNobodyOnline, WhyAllAway, WhyNoPhones, WhySoundOff, WhyNoDesk, WhyWaitsForOK, WhyAllBusy, WhyPause,
	WhyAllAsked, WhyNext, WhyNoQueue,
}

// What keeps one operator besides capacity.
const (
	KeptNoDesk   = "no_desk"   // no desk is open to write in
	KeptNoDevice = "no_device" // nothing of theirs can ring
	KeptAsked    = "asked"     // was asked in this round
)

// KeptCodes are all codes of details, the most telling first.
var KeptCodes = []string{
	string(capacity.WrapUpOpen), string(capacity.ChatsFull), string(capacity.ConversationOpen), string(capacity.InCall), KeptAsked, KeptNoDesk, KeptNoDevice,
	string(capacity.OperatorAway), string(capacity.OperatorOffline),
}

// pace is how the asking goes on.
type pace uint8

const (
	asking   pace = iota + 1
	pausing       // between two rounds
	askedOut      // nobody is asked any more
)

// why is the reason of a place that nobody is asked about.
func why(candidates []Candidate, want capacity.Want, tried map[routing.OperatorID]bool, p pace) Why {
	w := summary(candidates, want, p)
	w.Details = details(candidates, want, tried)
	return w
}

// summary is the one reason that is said.
func summary(candidates []Candidate, want capacity.Want, p pace) Why {
	c := countPeople(candidates, want)
	switch {
	case len(candidates) == 0:
		return Why{Code: WhyNoQueue}
	case c.there == 0 && c.away > 0:
		return Why{Code: WhyAllAway, Count: c.away}
	case c.there == 0:
		return Why{Code: WhyNobodyOnline}
	case c.reachable == 0 && !capacity.TakesWhole(want.Channel):
		return Why{Code: WhyNoDesk, Count: c.there}
	case c.reachable == 0 && c.onPhones == c.there:
		return Why{Code: WhyNoPhones, Count: c.there}
	case c.reachable == 0:
		return Why{Code: WhySoundOff, Count: c.there}
	case c.free == 0 && c.finishing.Operator.ID != "":
		return Why{Code: WhyWaitsForOK, Who: c.finishing.Operator.Name, Since: c.finishing.WrapUpSince}
	case c.free == 0:
		return Why{Code: WhyAllBusy, Count: c.reachable}
	case p == askedOut:
		return Why{Code: WhyAllAsked}
	case p == pausing:
		return Why{Code: WhyPause}
	}
	return Why{Code: WhyNext}
}

// head counts who could take a place.
type head struct {
	there, away, onPhones, reachable, free int
	finishing                              Candidate // only an OK is missing, for the longest time
}

func countPeople(candidates []Candidate, want capacity.Want) (h head) {
	for _, c := range candidates {
		switch capacity.IsThere(c.Person, want.Forwarded) {
		case "":
			h.add(c, want)
		case capacity.OperatorAway:
			h.away++
		default:
		}
	}
	return h
}

// add counts somebody who is there.
func (h *head) add(c Candidate, want capacity.Want) {
	h.there++
	if c.Operator.AnswerOn == routing.AnswerPhone {
		h.onPhones++
	}
	if reachOf(c, want.Channel) == unreachable {
		return
	}
	h.reachable++
	switch capacity.HasRoom(c.Load, want.Channel) {
	case "":
		h.free++
	case capacity.WrapUpOpen:
		if h.finishing.Operator.ID == "" || c.WrapUpSince.Before(h.finishing.WrapUpSince) {
			h.finishing = c
		}
	default:
	}
}

// details are what keeps each candidate who is not free, those of one code together.
func details(candidates []Candidate, want capacity.Want, tried map[routing.OperatorID]bool) (all []Detail) {
	for _, code := range KeptCodes {
		var d Detail
		for _, c := range candidates {
			if keptBy(c, want, tried) == code {
				d.add(code, c)
			}
		}
		if d.Count > 0 {
			all = append(all, d)
		}
	}
	return all
}

// keptBy is what keeps a candidate from a place; empty when nothing does.
func keptBy(c Candidate, want capacity.Want, tried map[routing.OperatorID]bool) string {
	switch code := capacity.CanTake(c.Person, want); {
	case code != "":
		return string(code)
	case reachOf(c, want.Channel) != unreachable && tried[c.Operator.ID]:
		return KeptAsked
	case reachOf(c, want.Channel) != unreachable:
		return ""
	case capacity.TakesWhole(want.Channel):
		return KeptNoDevice
	}
	return KeptNoDesk
}

func (d *Detail) add(code string, c Candidate) {
	d.Count++
	d.Code = code
	since := time.Time{}
	switch capacity.Code(code) {
	case capacity.WrapUpOpen:
		since = c.WrapUpSince
	case capacity.OperatorAway:
		since = c.StatusSince
	case capacity.InCall:
		return // with whom, and whether as a supervisor, is not told
	default:
	}
	switch oldest := !since.IsZero() && (d.Since.IsZero() || since.Before(d.Since)); {
	case oldest:
		d.Who, d.Since = c.Operator.Name, since
	case d.Count == 1:
		d.Who = c.Operator.Name
	case d.Since.IsZero():
		d.Who = "" // several, and none of them is meant before others
	}
	d.Chats = 0
	if code == string(capacity.ChatsFull) && d.Count == 1 {
		d.Chats = c.Chats
	}
}
