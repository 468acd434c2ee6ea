package web

import "testing"

func TestASentenceIsFilled(t *testing.T) {
	all := Sentences{"en": {"k": "{who} since {since}"}, "cs": {}}
	for _, c := range []struct{ language, key, want string }{{"en", "k", "Adam since "}, {"cs", "k", "Adam since "}, {"xx", "k", "Adam since "}, {"en", "none", ""}} {
		if got := all.Say(c.language, c.key, map[string]string{"who": "Adam"}); got != c.want {
			t.Errorf("%s %s: got %q, want %q", c.language, c.key, got, c.want)
		}
	}
}

// Whoever is called "{queue}" is called that on the phone that rings, too.
func TestAValueIsNeverFilledItself(t *testing.T) {
	all := Sentences{"en": {"k": "Call back: {name}, {queue}"}}
	params := map[string]string{"name": "{queue}", "queue": "{name}"}
	for range 20 { // maps have no order
		if got, want := all.Say("en", "k", params), "Call back: {queue}, {name}"; got != want {
			t.Fatalf("got %q, want %q", got, want)
		}
	}
}
