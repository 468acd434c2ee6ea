package callername

import (
	"strings"
	"testing"
)

func TestANameIsOneTidyLineOrRefused(t *testing.T) {
	for typed, want := range map[string]string{"": "", "  Jan \u00a0 Novák ": "Jan Novák", strings.Repeat("ž", longest): strings.Repeat("ž", longest)} {
		if got, err := Tidy(typed); got != want || err != nil {
			t.Errorf("%q: got %q, %v, want %q", typed, got, err, want)
		}
	}
	for _, typed := range []string{strings.Repeat("x", longest+1), "Jan\x00", "Jan\u202eevil", "\xff", "a\tb\nc", "Jan\r\nX-Inj: 1"} {
		if got, err := Tidy(typed); err == nil {
			t.Errorf("%q was taken as %q", typed, got)
		}
	}
}

// RFC 3261 section 25.1: what is left can stand in a display name, quoted or not.
func TestAPlainNameMeansNothingInAHeader(t *testing.T) {
	for typed, want := range map[string]string{
		`Jan "the" <sip:x@y>;tag=1`: "Jan the sip x y tag 1", "a\r\nVia: b": "a Via b", "%00\\": "00", "\xff": "", "Jan Novák": "Jan Novák",
	} {
		if got := Plain(typed); got != want {
			t.Errorf("%q: got %q, want %q", typed, got, want)
		}
	}
}
