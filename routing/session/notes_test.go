package session

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"sufler/routing"
)

// M090, M091: what is known of a visitor is in the session from its beginning, whatever
// they came by.
func TestASessionBeginsWithWhatIsKnownOfItsVisitor(t *testing.T) {
	inBubble(t, func(r *rig) {
		for kind, v := range map[string]View{"chat": r.ask("jan"), "voice": r.voice("eva")} {
			if v.Number != 4821 || v.Email != about.Email || v.EntryURL != about.EntryURL || v.Browser != about.Browser || v.Params["order"] != "17" || v.Name != "Jan Novák" {
				t.Errorf("%s: got %+v", kind, v)
			}
		}
	})
}

// M092, M093, M100, M101: what staff writes is kept with its author and told to staff
// alone.
func TestWhatStaffWritesIsForStaff(t *testing.T) {
	inBubble(t, func(r *rig) {
		v, anna := r.chat("jan", "anna"), r.ids["anna"]
		told, err := r.Note(r.t.Context(), v.ID, anna, "chce slevu")
		if err != nil || told.N != 5 || told.By != string(anna) || !strings.Contains(string(told.Data), "chce slevu") {
			t.Errorf("got %+v, %v", told, err)
		}
		for _, tag := range []string{"jaro", "vip", "vip", "  jaro "} {
			if err := r.Tag(r.t.Context(), v.ID, anna, tag, true); err != nil {
				t.Fatal(err)
			}
		}
		for range 2 {
			if err := r.Tag(r.t.Context(), v.ID, anna, "jaro", false); err != nil {
				t.Fatal(err)
			}
		}
		name, phone, same := "Jana Nová", "+420777000002", about.Email
		for range 2 {
			r.must(r.Rename(r.t.Context(), v.ID, anna, Contact{Name: &name, Phone: &phone, Email: &same}))
		}
		r.SawPage("jan", "https://shop.example/kosik", "Košík", time.Now())
		r.SetParameters("jan", map[string]string{"order": "18", "sum": "1200"})
		r.SetParameters("jan", map[string]string{"sum": "1200"})
		r.wantStory(Visitor, v, "session.opened", "visitor: Máte žlutou lampu?", "session.accepted", "system: Dobrý den, anna of the shop! orders cs")
		r.wantStory(Staff, v, "session.opened", "visitor: Máte žlutou lampu?", "session.accepted", "system: Dobrý den, anna of the shop! orders cs",
			"note.written", "tag.added", "tag.added", "tag.removed", "visitor.changed", "page.seen", "parameter.set", "parameter.set")
		s := r.stored(v)
		if !slices.Equal(s.Tags, []string{"vip"}) || !slices.Equal(s.Notes, []string{"chce slevu"}) || s.Name != name || s.Phone != phone {
			t.Errorf("got %+v", s)
		}
		if want := map[string]string{"order": "18", "sum": "1200"}; !maps.Equal(s.Params, want) {
			t.Errorf("got %v", s.Params)
		}
		found, err := r.store.Sessions(r.t.Context(), routing.SessionFilter{Tag: "vip", Words: []string{"slevu"}}, 2)
		if err != nil || len(found) != 1 {
			t.Errorf("got %+v, %v", found, err)
		}
	})
}

func TestAVisitorsOwnWordHoldsForWhatTheyHaveOpen(t *testing.T) {
	inBubble(t, func(r *rig) {
		chat, talk := r.chat("jan", "anna"), r.voice("jan")
		name, bad := "Jan Nový", "a\nb"
		r.Introduced("jan", Contact{Name: &name})
		r.Introduced("jan", Contact{Name: &bad})
		for _, v := range []View{chat, talk} {
			if got := r.get(v).Name; got != name {
				t.Errorf("got %q", got)
			}
		}
	})
}

func TestNotesAndTagsHaveTheirLimits(t *testing.T) {
	inBubble(t, func(r *rig) {
		v, anna := r.chat("jan", "anna"), r.ids["anna"]
		if _, err := r.Note(r.t.Context(), v.ID, anna, strings.Repeat("x", longestText+1)); refusal(t, err) != "text_too_long" {
			t.Errorf("got %v", err)
		}
		for _, tag := range []string{"", " ", strings.Repeat("x", longestTag+1)} {
			if err := r.Tag(r.t.Context(), v.ID, anna, tag, true); refusal(t, err) != "request_invalid" {
				t.Errorf("%q: got %v", tag, err)
			}
		}
		for i := range mostTags {
			if err := r.Tag(r.t.Context(), v.ID, anna, strings.Repeat("x", i+1), true); err != nil {
				t.Fatal(err)
			}
		}
		if err := r.Tag(r.t.Context(), v.ID, anna, "one more", true); refusal(t, err) != "request_invalid" {
			t.Errorf("got %v", err)
		}
		if err := r.Tag(r.t.Context(), "nothing", anna, "vip", true); refusal(t, err) != "session_unknown" {
			t.Errorf("got %v", err)
		}
	})
}

// M181, M182: the end is evaluated by whoever had it; nothing has to be filled in.
func TestTheOKTakesWhatTheOperatorSaysOfIt(t *testing.T) {
	inBubble(t, func(r *rig) {
		v := r.chat("jan", "anna")
		confirm := func(who string) error {
			_, err := r.Confirm(r.t.Context(), v.ID, r.ids[who], WrapUp{Result: "sold", Note: "Spokojený"})
			return err
		}
		if err := confirm("anna"); refusal(t, err) != "session_not_ended" {
			t.Errorf("got %v", err)
		}
		r.must(r.Leave(r.t.Context(), "jan"))
		r.is(v, "wrap_up anna talked")
		if err := confirm("boris"); refusal(t, err) != "session_not_yours" {
			t.Errorf("got %v", err)
		}
		for range 2 {
			if err := confirm("anna"); err != nil {
				t.Error(err)
			}
		}
		if p := r.stored(v).Parts; len(p) != 1 || p[0].Result != "sold" || p[0].Note != "Spokojený" {
			t.Errorf("got %+v", p)
		}
		if _, err := r.End(r.t.Context(), v.ID, r.ids["anna"]); refusal(t, err) != "session_not_yours" {
			t.Errorf("got %v", err)
		}
	})
}

// M183: the transcript has what was said and nothing else.
func TestTheTranscriptIsMailedWhereThereIsAnAddress(t *testing.T) {
	inBubble(t, func(r *rig) {
		none, mail := "", WrapUp{Mail: true}
		v := r.chat("jan", "anna")
		r.say(v, "anna", "1", "Máme.")
		if _, err := r.Note(r.t.Context(), v.ID, r.ids["anna"], "tajná poznámka"); err != nil {
			t.Fatal(err)
		}
		r.end(v, "anna")
		r.must(r.Confirm(r.t.Context(), v.ID, r.ids["anna"], mail))
		without := r.chat("eva", "anna")
		r.must(r.Rename(r.t.Context(), without.ID, r.ids["anna"], Contact{Email: &none}))
		r.end(without, "anna")
		r.must(r.Confirm(r.t.Context(), without.ID, r.ids["anna"], mail))
		if len(r.mailed.all()) != 1 {
			t.Fatalf("got %d mails", len(r.mailed.all()))
		}
		if want := []string{": Máte žlutou lampu?", ": Dobrý den, anna of the shop! orders cs", "anna of the shop: Máme."}; !slices.Equal(r.mailed.all()[0], want) {
			t.Errorf("got %q", r.mailed.all()[0])
		}
	})
}

// B9: what is said to somebody who has left is mailed once they stay away.
func TestAnAnswerToSomebodyWhoHasLeftIsMailed(t *testing.T) {
	inBubble(t, func(r *rig) {
		v := r.chat("jan", "anna")
		r.say(v, "anna", "1", "Ještě tu jste")
		r.VisitorChanged("jan", false)
		r.say(v, "anna", "2", "Lampu máme.")
		r.say(v, "anna", "2", "Lampu máme.") // said again
		r.pass(4 * time.Minute)
		r.say(v, "anna", "3", "Zítra ji pošleme.")
		r.pass(4 * time.Minute)
		if len(r.answers.all()) != 0 {
			t.Errorf("got %q too soon", r.answers.all())
		}
		r.pass(time.Minute)
		if len(r.answers.all()) != 1 || !slices.Equal(r.answers.all()[0], []string{"anna of the shop: Lampu máme.", "anna of the shop: Zítra ji pošleme."}) {
			t.Errorf("got %q", r.answers.all())
		}
		r.VisitorChanged("jan", true)
		r.VisitorChanged("jan", false)
		r.say(v, "anna", "4", "A ještě něco.")
		r.VisitorChanged("jan", true) // reads it here
		r.pass(6 * time.Minute)
		r.VisitorChanged("jan", false)
		r.say(v, "anna", "5", "Na shledanou.")
		r.end(v, "anna")
		if len(r.answers.all()) != 2 || !slices.Equal(r.answers.all()[1], []string{"anna of the shop: Na shledanou."}) {
			t.Errorf("got %q", r.answers.all())
		}
	})
}

// A visitor who is kept out is not told that they are.
func TestABanEndsASessionWithoutSayingSo(t *testing.T) {
	inBubble(t, func(r *rig) {
		talks, waits := r.chat("jan", "anna"), r.ask("eva")
		for _, v := range []View{talks, waits} {
			r.must(r.Ban(r.t.Context(), v.ID, r.ids["anna"], "nadává"))
		}
		r.is(talks, "wrap_up anna banned")
		r.is(waits, "closed banned")
		r.pass(10 * time.Millisecond)
		for _, v := range []View{talks, waits} {
			told, err := r.Entries(r.t.Context(), v.ID, Visitor, 0)
			if err != nil {
				t.Fatal(err)
			}
			for _, one := range told {
				if text := string(one.Data); strings.Contains(text, "ban") || strings.Contains(text, "nadává") {
					t.Errorf("the visitor reads %s", text)
				}
			}
		}
		r.ok(talks, "anna")
	})
}
