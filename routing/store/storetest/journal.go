package storetest

import (
	"encoding/json"
	"fmt"
	"reflect"
	"sync"
	"testing"
	"unicode/utf8"

	"sufler/routing"
)

func entry(session routing.SessionID, n int) routing.Entry {
	return routing.Entry{
		ID: routing.NewID[routing.FactID](), Session: session, At: noon, Kind: "chat.said", By: "system",
		Audience: routing.Everybody, Data: json.RawMessage(fmt.Sprintf(`{"n": %d}`, n)),
	}
}

// mustCount checks that a session's entries are numbered 1, 2, 3 ...
func mustCount(t *testing.T, s Store, session routing.SessionID, want int) []routing.Entry {
	t.Helper()
	entries := got(s.EntriesSince(t.Context(), session, 0))(t)
	for i, e := range entries {
		if e.Seq != uint64(i+1) {
			t.Fatalf("session %s: got seq %d at place %d", session, e.Seq, i+1)
		}
	}
	if len(entries) != want {
		t.Fatalf("session %s: got %d entries, want %d", session, len(entries), want)
	}
	return entries
}

func (t place) sequencesHaveNoGaps() {
	s := t.opened()
	var batch []routing.Entry
	for i := range 30 {
		batch = append(batch, entry(routing.SessionID(fmt.Sprintf("s%d", i%3)), i))
	}
	stored := got(s.AppendEntries(t.Context(), batch))(t.T)
	for i, e := range stored {
		batch[i].Seq = uint64(i/3 + 1)
		if !reflect.DeepEqual(e, batch[i]) {
			t.Fatalf("got  %+v\nwant %+v", e, batch[i])
		}
	}
	for session := range 3 {
		entries := mustCount(t.T, s, routing.SessionID(fmt.Sprintf("s%d", session)), 10)
		for i, e := range entries {
			if want := fmt.Sprintf(`{"n": %d}`, i*3+session); string(e.Data) != want {
				t.Errorf("got %s, want %s", e.Data, want)
			}
		}
	}
}

func (t place) sequencesHaveNoGapsWithManyWriters() {
	s := t.opened()
	var all sync.WaitGroup
	for writer := range 8 {
		all.Go(func() {
			for i := range 20 {
				// The two sessions come in either order: writers must not wait for each other for ever.
				a, b := routing.SessionID("a"), routing.SessionID("b")
				if writer%2 == 0 {
					a, b = b, a
				}
				if _, err := s.AppendEntries(t.Context(), []routing.Entry{entry(a, i), entry(b, i)}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	mustCount(t.T, s, "a", 160)
	mustCount(t.T, s, "b", 160)
}

func (t place) anEntryIsStoredOnce() {
	s := t.opened()
	one, two, three := entry("s", 1), entry("s", 2), entry("s", 3)
	before := got(s.AppendEntries(t.Context(), []routing.Entry{one, two}))(t.T)
	changed := one
	changed.Data = json.RawMessage(`{"n": 99}`)
	after := got(s.AppendEntries(t.Context(), []routing.Entry{changed, two, three, three}))(t.T)
	if !reflect.DeepEqual(after[0], before[0]) || !reflect.DeepEqual(after[1], before[1]) {
		t.Errorf("an entry given twice is not as it was stored: %+v", after[:2])
	}
	if after[2].Seq != 3 || after[3].Seq != 3 {
		t.Errorf("got seqs %d and %d, want 3 and 3", after[2].Seq, after[3].Seq)
	}
	mustCount(t.T, s, "s", 3)
}

func (t place) entriesAreRead() {
	s := t.opened()
	var batch []routing.Entry
	for i := range 6 {
		e := entry("s", i)
		if i%2 == 1 {
			e.Call = "c"
		}
		batch = append(batch, e)
	}
	got(s.AppendEntries(t.Context(), append(batch, entry("other", 9))))(t.T)
	if since := got(s.EntriesSince(t.Context(), "s", 4))(t.T); len(since) != 2 || since[0].Seq != 5 || since[1].Seq != 6 {
		t.Errorf("since 4: got %+v", since)
	}
	if since := got(s.EntriesSince(t.Context(), "s", 6))(t.T); len(since) != 0 {
		t.Errorf("since the last: got %+v", since)
	}
	if of := got(s.EntriesOfCall(t.Context(), "c"))(t.T); len(of) != 3 || of[0].Seq != 2 || of[2].Seq != 6 {
		t.Errorf("of the call: got %+v", of)
	}
	if of := got(s.EntriesOfCall(t.Context(), ""))(t.T); len(of) != 0 {
		t.Errorf("of no call: got %+v", of)
	}
}

func (t place) strangeTextIsStored() {
	s := t.opened()
	c := callback(0)
	c.Name, c.Reason = "NUL \x00 in it", "half of ž: \xc5"
	stored := got(first(s.AddCallback(t.Context(), c, "k\x00")))(t.T)
	if stored.Name != "NUL \uFFFD in it" || stored.Reason != "half of ž: \uFFFD" {
		t.Errorf("got %q and %q", stored.Name, stored.Reason)
	}
	for data, want := range map[string]string{
		`{"a": "x\u0000y"}`:          `{"a": "x\ufffdy"}`,
		`{"a": "x\\u0000y\\\u0000"}`: `{"a": "x\\u0000y\\\ufffd"}`,
		"{\"a\": \"\xff\"}":          "{\"a\": \"\uFFFD\"}",
		`{"a": "Ž \"\u010d\" 🎧"}`:    `{"a": "Ž \"\u010d\" 🎧"}`,
		`no json`:                    `"no json"`,
		``:                           `null`,
	} {
		e := entry("s", 0)
		e.Data, e.By = json.RawMessage(data), "\xff\x00"
		back := got(s.AppendEntries(t.Context(), []routing.Entry{e}))(t.T)[0]
		if string(back.Data) != want || !json.Valid(back.Data) || !utf8.ValidString(back.By) {
			t.Errorf("got %s by %q, want %s", back.Data, back.By, want)
		}
	}
}
