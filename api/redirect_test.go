package api

import (
	"strings"
	"testing"
)

// M164, M165.
func TestOfAGroupItIsSaidWhatIsRemovedMostEasily(t *testing.T) {
	for people, want := range map[string]string{
		"":                                 "operator_offline",
		"operator_offline":                 "operator_offline",
		"operator_offline chats_full":      "chats_full",
		"chats_full wrapup_open in_call":   "wrapup_open",
		"operator_away operator_offline":   "operator_away",
		"conversation_open - wrapup_open":  "",
		"operator_inactive operator_away ": "operator_away",
	} {
		var of []PersonCounters
		for may := range strings.FieldsSeq(people) {
			of = append(of, PersonCounters{May: strings.TrimPrefix(may, "-")})
		}
		if got := mayOf(of); got != want {
			t.Errorf("%q: got %q, want %q", people, got, want)
		}
	}
}
