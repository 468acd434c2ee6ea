// Package capacity decides who can take what: one pure function that the queue,
// the desk, the redirect dialog and the reason why somebody waits all ask.
//
// It knows what somebody has open and how they are doing, by numbers alone. It
// knows no session, no call and no queue, and keeps nothing.
package capacity

import "sufler/routing"

// How many chats somebody may have at the same time (M042, M043).
const (
	LeastChats   = 1
	DefaultChats = 3
	MostChats    = 10
)

// Status is whether somebody is there for visitors, as they have chosen and as
// they can be reached.
type Status uint8

// The statuses; zero is invalid on purpose and takes nobody.
const (
	Offline Status = iota + 1 // nothing reaches them, whatever they chose
	Online
	Busy  // away: do not disturb
	Pause // away: on a break
)

// Load is what somebody has open. Each number contains what is only offered to
// them, and what has ended and waits for their OK.
type Load struct {
	Limit int // chats at the same time; 0 means DefaultChats
	Chats int // chats and invitations
	Whole int // what takes the whole person: voice, video, callback, phone

	ChatWrapUps  int // how many of Chats wait for OK
	WholeWrapUps int // how many of Whole wait for OK

	InCall     bool // in a call that is none of these, with a colleague
	Supervises bool // in somebody else's call, of which that one is told nothing
}

// Discreet is the load as those may know it who are told nothing of supervision.
func (l Load) Discreet() Load {
	l.Supervises = false
	return l
}

// WrapUps is how much waits for OK.
func (l Load) WrapUps() int { return l.ChatWrapUps + l.WholeWrapUps }

// ChatLimit is how many chats the person may have at the same time.
func (l Load) ChatLimit() int {
	if l.Limit == 0 {
		return DefaultChats
	}
	return min(max(l.Limit, LeastChats), MostChats)
}

// confirmed is the load after every OK that is still to be given.
func (l Load) confirmed() Load {
	l.Chats, l.Whole, l.ChatWrapUps, l.WholeWrapUps = l.Chats-l.ChatWrapUps, l.Whole-l.WholeWrapUps, 0, 0
	return l
}

// Person is somebody of ours at one moment.
type Person struct {
	Active bool // the administrator's switch: an inactive person has no visitors
	Status Status
	// AwayWeb and AwayForwarded are the administrator's: whether this person, while
	// away, is sent visitors from the web, and those whom colleagues forward.
	AwayWeb, AwayForwarded bool
	Load
}

// Want is what somebody is to take.
type Want struct {
	Channel   routing.Channel
	Forwarded bool // by a colleague
}

// CanTake says whether a person can take something now: they are there for it and
// have room for it.
func CanTake(p Person, w Want) Code {
	if code := IsThere(p, w.Forwarded); code != "" {
		return code
	}
	return HasRoom(p.Load, w.Channel)
}

// IsThere says whether visitors may come to a person at all, whatever the person
// has open: who is there and has no room can be waited for.
func IsThere(p Person, forwarded bool) Code {
	away := p.AwayWeb
	if forwarded {
		away = p.AwayForwarded
	}
	switch {
	case !p.Active:
		return OperatorInactive
	case p.Status == Online:
		return ""
	case p.Status != Busy && p.Status != Pause:
		return OperatorOffline
	case !away:
		return OperatorAway
	}
	return ""
}

// HasRoom says whether one more thing of a channel goes beside what is open.
func HasRoom(l Load, c routing.Channel) Code {
	blocked := func(l Load) Code {
		switch {
		case l.InCall, l.Supervises:
			return InCall
		case l.Whole > 0 || TakesWhole(c) && l.Chats > 0:
			return ConversationOpen
		case l.Chats >= l.ChatLimit():
			return ChatsFull
		}
		return ""
	}
	return orOK(l, blocked)
}

// CanOfferVideo says whether sound and picture can be offered to a visitor who
// chats: with that one chat open and nothing else (M044).
func CanOfferVideo(l Load) Code {
	return orOK(l, func(l Load) Code {
		switch {
		case l.InCall, l.Supervises:
			return InCall
		case l.Chats != 1 || l.Whole > 0 || l.WrapUps() > 0:
			return NotOneChat
		}
		return ""
	})
}

// orOK gives the reason of a load. When the OK that is still to be given would
// remove it, the OK is the reason: it is what the person can do.
func orOK(l Load, blocked func(Load) Code) Code {
	code := blocked(l)
	if code != "" && l.WrapUps() > 0 && blocked(l.confirmed()) == "" {
		return WrapUpOpen
	}
	return code
}

// TakesWhole reports whether a channel takes the whole person. What is unknown does.
func TakesWhole(c routing.Channel) bool {
	return c != routing.ChatChannel && c != routing.InvitationChannel
}
