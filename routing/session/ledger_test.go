package session

import (
	"slices"
	"testing"

	"sufler/routing"
)

// W002: whatever happens in a call, who reads a session counts as if it had not.
func TestOfACallNothingIsToldInASession(t *testing.T) {
	var l ledger
	for i, e := range []routing.Entry{
		{Kind: "session.opened", Audience: routing.Everybody},
		{Kind: "call.started", Audience: routing.Everybody},
		{Kind: "leg.began", Audience: routing.StaffOnly},
		{Kind: "supervision.started", Audience: routing.SupervisorsOnly},
		{Kind: "chat.said", Audience: routing.Everybody, Data: []byte(`{"from":"visitor","text":"a"}`)},
		{Kind: "note.written", Audience: routing.StaffOnly},
		{Kind: "note.written", Audience: routing.SupervisorsOnly},
		{Kind: "chat.said", Audience: 0},
		{Kind: "chat.seen", Audience: routing.Everybody, Data: []byte(`{"by":"operator","upto":5}`)},
	} {
		e.Seq = uint64(i + 1)
		l.add(e)
	}
	for reader, want := range map[Reader][]string{
		Staff: {"1 session.opened", "2 chat.said", "3 note.written", `4 chat.seen {"by":"operator","upto":2}`}, Visitor: {"1 session.opened", "2 chat.said", `3 chat.seen {"by":"operator","upto":2}`}, 0: nil,
	} {
		var got []string
		for _, told := range l.since(reader, 0) {
			line := string(rune('0'+told.N)) + " " + told.Kind
			if told.Kind == "chat.seen" {
				line += " " + string(told.Data)
			}
			got = append(got, line)
		}
		if !slices.Equal(got, want) {
			t.Errorf("reader %d: got %q, want %q", reader, got, want)
		}
	}
}
