package day

import (
	"testing"
	"time"

	"sufler/routing"
)

var morning = time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)

func at(minute int) time.Time { return morning.Add(time.Duration(minute) * time.Minute) }

// part is a share of anna's; 0: not yet.
func part(accepted, left, done int) routing.SessionPart {
	p := routing.SessionPart{Operator: "anna", Accepted: at(accepted)}
	if left != 0 {
		p.Left = at(left)
	}
	if done != 0 {
		p.Done = at(done)
	}
	return p
}

func had(channel routing.Channel, parts ...routing.SessionPart) routing.Session {
	return routing.Session{Channel: channel, Parts: parts}
}

func paused(began, ended int) routing.Span {
	s := routing.Span{Operator: "anna", Kind: routing.PauseSpan, Began: at(began)}
	if ended != 0 {
		s.Ended = at(ended)
	}
	return s
}

func missed(minute int) routing.Span {
	return routing.Span{Operator: "anna", Kind: routing.MissedSpan, Began: at(minute), Ended: at(minute)}
}

// PRODUCT B11: each figure of a day, from its midnight until its hundredth minute.
func TestTheFiguresOfADay(t *testing.T) {
	const minute = time.Minute
	foreign := part(1, 5, 6)
	foreign.Operator = "boris"
	for name, c := range map[string]struct {
		sessions []routing.Session
		spans    []routing.Span
		want     Figures
	}{
		"nothing": {},
		"a chat and a call, one after the other": {
			sessions: []routing.Session{had(routing.ChatChannel, part(1, 11, 14)), had(routing.CallbackChannel, part(20, 25, 26))},
			want:     Figures{Taken: 2, Chats: 1, Calls: 1, Talk: 15 * minute, WrapUp: 4 * minute},
		},
		"every kind": {
			sessions: []routing.Session{
				had(routing.InvitationChannel, part(1, 2, 2)), had(routing.VoiceChannel, part(3, 4, 4)), had(routing.VideoChannel, part(5, 6, 6)), had(routing.PhoneChannel, part(7, 8, 8)),
			},
			want: Figures{Taken: 4, Chats: 1, Calls: 3, Talk: 4 * minute},
		},
		"three chats at a time": {
			sessions: []routing.Session{had(routing.ChatChannel, part(10, 30, 35)), had(routing.ChatChannel, part(12, 20, 33)), had(routing.ChatChannel, part(25, 40, 41))},
			want:     Figures{Taken: 3, Chats: 3, Talk: 30 * minute, WrapUp: 16 * minute}, // 20 to 35, 40 to 41
		},
		"what goes on": {
			sessions: []routing.Session{had(routing.ChatChannel, part(90, 0, 0)), had(routing.ChatChannel, part(50, 60, 0))},
			spans:    []routing.Span{paused(95, 0)},
			want:     Figures{Taken: 2, Chats: 2, Talk: 20 * minute, WrapUp: 40 * minute, Pause: 5 * minute},
		},
		"begun the day before": {
			sessions: []routing.Session{had(routing.ChatChannel, part(-30, 10, 12)), had(routing.ChatChannel, part(-30, -20, -10))},
			spans:    []routing.Span{paused(-60, 3), missed(-1)},
			want:     Figures{Talk: 10 * minute, WrapUp: 2 * minute, Pause: 3 * minute},
		},
		"taken twice": {
			sessions: []routing.Session{had(routing.ChatChannel, part(1, 2, 2), foreign, part(8, 10, 11))},
			want:     Figures{Taken: 2, Chats: 2, Talk: 3 * minute, WrapUp: minute},
		},
		"somebody else's": {
			sessions: []routing.Session{had(routing.ChatChannel, foreign)},
			spans:    []routing.Span{{Operator: "boris", Kind: routing.MissedSpan, Began: at(1), Ended: at(1)}},
		},
		"pauses and what was missed": {
			spans: []routing.Span{paused(1, 2), missed(3), paused(5, 15), missed(16), missed(0)},
			want:  Figures{Missed: 3, Pause: 11 * minute},
		},
	} {
		if got := FiguresOf("anna", c.sessions, c.spans, morning, at(100)); got != c.want {
			t.Errorf("%s:\ngot  %+v\nwant %+v", name, got, c.want)
		}
	}
}
