package session

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"sufler/routing"
)

// M041, M074: what the visitor wrote before anybody came is there, and the welcome
// comes by itself, once.
func TestAVisitorWritesWaitsAndIsAccepted(t *testing.T) {
	inBubble(t, func(r *rig) {
		v := r.ask("jan")
		if v.State != routing.SessionQueued || v.Position != 1 || v.Queue != "orders" || v.Name != "Jan Novák" || v.Last.Text != "Máte žlutou lampu?" {
			t.Errorf("got %+v", v)
		}
		place := r.line.Snapshot().Places[0]
		if place.Kind != routing.ChatChannel || place.Session != v.ID || place.Visitor != "jan" {
			t.Errorf("got place %+v", place)
		}
		r.wantStory(Visitor, v, "session.opened", "visitor: Máte žlutou lampu?")
		v = r.accept(v, "anna")
		if v.State != routing.SessionActive || v.Operator != r.ids["anna"] || v.Place != "" || v.UnansweredAt.IsZero() {
			t.Errorf("got %+v", v)
		}
		if n := len(r.line.Snapshot().Places); n != 0 {
			t.Errorf("got %d places", n)
		}
		r.say(v, "anna", "1", "Máme.")
		if r.get(v).UnansweredAt != (time.Time{}) {
			t.Error("an answered message counts as unanswered")
		}
		want := []string{"session.opened", "visitor: Máte žlutou lampu?", "session.accepted", "system: Dobrý den, anna of the shop! orders cs", "operator: Máme."}
		r.wantStory(Visitor, v, want...)
		r.wantStory(Staff, v, want...)
		r.end(v, "anna")
		r.is(v, "wrap_up anna talked")
		r.ok(v, "anna")
		r.is(v, "closed anna talked")
		r.wantStory(Visitor, v, append(want, "session.ended")...)
		r.wantStory(Staff, v, append(want, "session.ended", "session.closed")...)
		r.wantViews(v, "requested", "queued", "active anna", "wrap_up anna talked", "closed anna talked")
		if s := r.stored(v); s.State != routing.SessionClosed || len(s.Parts) != 1 || s.Parts[0].Done.IsZero() || s.Closed.IsZero() {
			t.Errorf("got %+v", s)
		}
	})
}

// A message whose answer was lost is said again: it is one message.
func TestAMessageIsSaidOnceHoweverOftenItIsSent(t *testing.T) {
	inBubble(t, func(r *rig) {
		v := r.chat("jan", "anna")
		first := r.say(v, "jan", "m1", "Ano")
		if again := r.say(v, "jan", "m1", "Ano"); again != first {
			t.Errorf("got %d, want %d", again, first)
		}
		var all sync.WaitGroup
		for range 10 {
			all.Go(func() { r.say(v, "jan", "m2", "Dvě") })
		}
		all.Wait()
		r.say(v, "anna", "m1", "An id is its author's own.")
		if _, err := r.Begin(r.t.Context(), request("jan")); err != nil { // the whole request again
			t.Fatal(err)
		}
		r.restart()
		r.sit("anna")
		r.say(v, "jan", "m2", "Dvě")
		told, err := r.Entries(r.t.Context(), v.ID, Visitor, 0)
		want := []string{
			"session.opened", "visitor: Máte žlutou lampu?", "session.accepted", "system: Dobrý den, anna of the shop! orders cs",
			"visitor: Ano", "visitor: Dvě", "operator: An id is its author's own.",
		}
		if got := story(told); err != nil || !slices.Equal(got, want) {
			t.Errorf("got\n%q, want\n%q", got, want)
		}
	})
}

// Many write at the same time: everybody who reads has the same, whole and in the
// order of the numbers.
func TestEverybodyReadsTheSameInOneOrder(t *testing.T) {
	inBubble(t, func(r *rig) {
		v := r.chat("jan", "anna")
		var all sync.WaitGroup
		for i := range messagesAtOnce / 2 {
			for _, who := range []string{"jan", "anna"} {
				all.Go(func() { r.say(v, who, fmt.Sprint(who, i), fmt.Sprint(who, " ", i)) })
			}
		}
		all.Wait()
		synctest.Wait()
		r.mu.Lock()
		visitor, staff := story(r.read[Visitor][v.ID]), story(r.read[Staff][v.ID])
		r.mu.Unlock()
		if !slices.Equal(visitor, staff) || len(visitor) != 4+messagesAtOnce {
			t.Errorf("got\n%q and\n%q", visitor, staff)
		}
		if slices.ContainsFunc(visitor, func(word string) bool { return strings.Contains(word, "!") && !strings.HasPrefix(word, "system") }) {
			t.Errorf("the numbers have gaps: %q", visitor)
		}
	})
}

func TestWhoeverAsksSinceANumberGetsWhatComesAfter(t *testing.T) {
	inBubble(t, func(r *rig) {
		v := r.chat("jan", "anna")
		if _, err := r.Note(r.t.Context(), v.ID, r.ids["anna"], "jen pro nás"); err != nil {
			t.Fatal(err)
		}
		n := r.say(v, "anna", "1", "Máme.")
		if n != 6 { // as staff counts: with the note
			t.Errorf("got %d, want 6", n)
		}
		for since, want := range map[uint64]int{0: 5, 3: 2, 5: 0, 99: 0} {
			told, err := r.Entries(r.t.Context(), v.ID, Visitor, since)
			if err != nil || len(told) != want || want > 0 && told[0].N != since+1 {
				t.Errorf("since %d: got %d of them, %v", since, len(told), err)
			}
		}
	})
}

// M080, M081, M082, D12: a draft is shown, is nobody else's and is never kept.
func TestADraftIsShownAndNeverKept(t *testing.T) {
	inBubble(t, func(r *rig) {
		v := r.chat("jan", "anna")
		draft := func(text string) {
			if err := r.Draft(r.t.Context(), "jan", text); err != nil {
				t.Fatal(err)
			}
		}
		draft("abc")
		if got := r.get(v).Draft; got != "abc" {
			t.Errorf("got %q", got)
		}
		draft("abcd")
		draft("abcd")
		draft(strings.Repeat("x", longestText+1))
		draft("\xff")
		r.say(v, "jan", "1", "abcd.")
		r.mu.Lock()
		if want := []string{"abc", "abcd", ""}; !slices.Equal(r.drafts, want) {
			t.Errorf("got %q, want %q", r.drafts, want)
		}
		r.mu.Unlock()
		draft("tajné")
		r.end(v, "anna")
		r.ok(v, "anna")
		draft("po konci")
		if got := r.get(v).Draft; got != "" {
			t.Errorf("got %q of a closed session", got)
		}
		kept := fmt.Sprintf("%+v", r.stored(v))
		entries, err := r.store.EntriesSince(r.t.Context(), v.ID, 0)
		for _, e := range entries {
			kept += string(e.Data)
		}
		if err != nil || strings.Contains(kept, "tajné") || strings.Contains(kept, `"abc"`) || strings.Contains(kept, "po konci") {
			t.Errorf("kept %s, %v", kept, err)
		}
	})
}

// I022: where the widget does not show drafts, nobody is told of one.
func TestAWidgetWithoutPreviewShowsNoDraft(t *testing.T) {
	inBubbleWith(t, func(o *Options) { o.Drafts = func(routing.WidgetID) bool { return false } }, func(r *rig) {
		v := r.chat("jan", "anna")
		if err := r.Draft(r.t.Context(), "jan", "abc"); err != nil || r.get(v).Draft != "" || len(r.drafts) != 0 {
			t.Errorf("got %v, %q, %q", err, r.get(v).Draft, r.drafts)
		}
	})
}

func TestTheVisitorSeesThatTheOperatorIsWriting(t *testing.T) {
	inBubble(t, func(r *rig) {
		v := r.chat("jan", "anna")
		typing := func(who string, on bool) error { return r.Typing(r.t.Context(), v.ID, r.ids[who], on) }
		for _, on := range []bool{true, true} {
			if err := typing("anna", on); err != nil {
				t.Fatal(err)
			}
		}
		r.say(v, "anna", "1", "Máme.")
		if err := typing("boris", true); refusal(t, err) != "session_not_yours" {
			t.Errorf("got %v", err)
		}
		if want := []string{"typing true", "typing false"}; !slices.Equal(r.drafts, want) {
			t.Errorf("got %q, want %q", r.drafts, want)
		}
	})
}

// B28: each side learns how far the other has read, counted as it counts itself.
func TestReadingIsToldAsItsReaderCounts(t *testing.T) {
	inBubble(t, func(r *rig) {
		v := r.chat("jan", "anna")
		if _, err := r.Note(r.t.Context(), v.ID, r.ids["anna"], "poznámka"); err != nil {
			t.Fatal(err)
		}
		n := r.say(v, "anna", "1", "Máme.") // 6 for staff, 5 for the visitor
		for range 2 {
			if err := r.Read(r.t.Context(), r.message(v, "jan", "", ""), 5); err != nil {
				t.Fatal(err)
			}
		}
		if err := r.Read(r.t.Context(), r.message(v, "jan", "", ""), 2); err != nil { // read before
			t.Fatal(err)
		}
		r.pass(10 * time.Millisecond)
		for reader, want := range map[Reader]string{Staff: `{"by":"visitor","upto":6}`, Visitor: `{"by":"visitor","upto":5}`} {
			told, err := r.Entries(r.t.Context(), v.ID, reader, 0)
			last := told[len(told)-1]
			if err != nil || last.Kind != "chat.seen" || string(last.Data) != want || last.N != n+1-uint64(Staff-reader) {
				t.Errorf("reader %d: got %d %s %s, %v, want %s", reader, last.N, last.Kind, last.Data, err, want)
			}
		}
		for who, code := range map[string]string{"boris": "session_not_yours"} {
			if err := r.Read(r.t.Context(), r.message(v, who, "", ""), 1); refusal(t, err) != code {
				t.Errorf("%s: got %v", who, err)
			}
		}
		stranger := r.message(v, "jan", "", "")
		stranger.Visitor = "eva"
		if err := r.Read(r.t.Context(), stranger, 1); refusal(t, err) != "session_unknown" {
			t.Errorf("got %v", err)
		}
	})
}

func TestWhatHasNoPlaceIsRefused(t *testing.T) {
	inBubble(t, func(r *rig) {
		v := r.ask("jan")
		code := func(m Message) string {
			_, err := r.Say(r.t.Context(), m)
			return refusal(t, err)
		}
		for text, want := range map[string]string{
			"": "request_invalid", " \n ": "request_invalid", "a\x00b": "request_invalid", "\xff": "request_invalid", strings.Repeat("ž", longestText+1): "text_too_long",
		} {
			if got := code(r.message(v, "jan", "1", text)); got != want {
				t.Errorf("%.10q: got %s, want %s", text, got, want)
			}
		}
		for id, want := range map[string]string{"": "request_invalid", strings.Repeat("x", 65): "request_invalid"} {
			if got := code(r.message(v, "jan", id, "text")); got != want {
				t.Errorf("id %q: got %s, want %s", id, got, want)
			}
		}
		if got := code(r.message(v, "anna", "1", "ještě nepřijato")); got != "session_not_yours" {
			t.Errorf("got %s", got)
		}
		r.accept(v, "anna")
		r.say(v, "jan", "long", strings.Repeat("ž", longestText))
		if got := code(r.message(v, "boris", "1", "cizí")); got != "session_not_yours" {
			t.Errorf("got %s", got)
		}
		inactive := r.message(v, "anna", "1", "nesmím")
		inactive.Operator.Active = false
		if got := code(inactive); got != "operator_inactive" {
			t.Errorf("got %s", got)
		}
		stranger := r.message(v, "jan", "1", "cizí")
		stranger.Visitor = "eva"
		if got := code(stranger); got != "session_unknown" {
			t.Errorf("got %s", got)
		}
		if got := code(Message{Session: "nothing", Visitor: "jan", ID: "1", Text: "x"}); got != "session_unknown" {
			t.Errorf("got %s", got)
		}
		r.end(v, "anna")
		for _, who := range []string{"jan", "anna"} {
			if got := code(r.message(v, who, "late", "pozdě")); got != "session_over" {
				t.Errorf("%s: got %s", who, got)
			}
		}
	})
}

func TestTwentyMessagesInTenSecondsAreEnough(t *testing.T) {
	inBubble(t, func(r *rig) {
		v := r.chat("jan", "anna")
		r.pass(messagesWithin) // the first message counts, too
		for i := range messagesAtOnce {
			r.say(v, "jan", fmt.Sprint(i), "rychle")
		}
		if _, err := r.Say(r.t.Context(), r.message(v, "jan", "more", "moc")); refusal(t, err) != "message_too_often" {
			t.Errorf("got %v", err)
		}
		r.say(v, "jan", "3", "rychle") // said before, costs nothing
		r.say(v, "anna", "1", "Každá strana zvlášť.")
		r.pass(messagesWithin)
		r.say(v, "jan", "more", "už zase")
	})
}

// A database that is away keeps nobody from being heard: the spool has the message,
// and its number comes later.
func TestAMessageIsKeptWhileTheDatabaseIsAway(t *testing.T) {
	var db *awayStore
	inBubbleWith(t, func(o *Options) {
		db = &awayStore{Store: o.Store}
		o.Store = db
	}, func(r *rig) {
		v := r.chat("jan", "anna")
		r.restart()
		r.sit("anna")
		db.away.Store(true)
		r.say(v, "anna", "1", "Máme.")
		r.end(v, "anna")
		r.pass(time.Minute)
		if s := r.stored(v); s.State == routing.SessionWrapUp {
			t.Error("the row was written")
		}
		db.away.Store(false)
		r.pass(longestPause)
		if s := r.stored(v); s.State != routing.SessionWrapUp {
			t.Errorf("got %s on disk", s.State)
		}
	})
}

// awayStore is a store that may be away.
type awayStore struct {
	Store
	away atomic.Bool
}

// PutSession implements routing.SessionStore.
func (s *awayStore) PutSession(ctx context.Context, one routing.Session) error {
	if s.away.Load() {
		return errors.New("away")
	}
	return s.Store.PutSession(ctx, one)
}
