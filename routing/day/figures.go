package day

import (
	"cmp"
	"slices"
	"time"

	"sufler/routing"
)

// Figures are a day of one operator, or the part of it that has gone by.
type Figures struct {
	Taken  int // sessions, of which so many were
	Chats  int // written and
	Calls  int // spoken
	Missed int // offers that were not answered
	// Talk, WrapUp and Pause are how long they had a conversation, one that waited for
	// their OK, a pause. What went on at the same time counts once.
	Talk, WrapUp, Pause time.Duration
}

// FiguresOf are those of an operator, from a beginning until now.
func FiguresOf(of routing.OperatorID, sessions []routing.Session, spans []routing.Span, since, now time.Time) Figures {
	var f Figures
	var talk, wrapUp, pause times
	for _, s := range sessions {
		for _, p := range s.Parts {
			if p.Operator != of {
				continue
			}
			if !p.Accepted.Before(since) && p.Accepted.Before(now) {
				f.take(s.Channel)
			}
			talk = append(talk, span{p.Accepted, p.Left})
			if !p.Left.IsZero() {
				wrapUp = append(wrapUp, span{p.Left, p.Done})
			}
		}
	}
	for _, s := range spans {
		switch {
		case s.Operator != of:
		case s.Kind == routing.PauseSpan:
			pause = append(pause, span{s.Began, s.Ended})
		case s.Kind == routing.MissedSpan && !s.Began.Before(since):
			f.Missed++
		}
	}
	f.Talk, f.WrapUp, f.Pause = talk.within(since, now), wrapUp.within(since, now), pause.within(since, now)
	return f
}

func (f *Figures) take(by routing.Channel) {
	f.Taken++
	switch by {
	case routing.ChatChannel, routing.InvitationChannel:
		f.Chats++
	case routing.VoiceChannel, routing.VideoChannel, routing.CallbackChannel, routing.PhoneChannel:
		f.Calls++
	}
}

// span is from one moment to another; zero: it lasts.
type span struct{ from, to time.Time }

type times []span

// within is how long any of them lasted between two moments.
func (t times) within(since, now time.Time) (long time.Duration) {
	slices.SortFunc(t, func(a, b span) int { return cmp.Or(a.from.Compare(b.from), a.to.Compare(b.to)) })
	counted := since // so far
	for _, one := range t {
		from, to := one.from, one.to
		if to.IsZero() || to.After(now) {
			to = now
		}
		if from.Before(counted) {
			from = counted
		}
		if to.After(from) {
			long += to.Sub(from)
			counted = to
		}
	}
	return long
}
