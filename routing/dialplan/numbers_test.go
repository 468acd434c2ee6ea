package dialplan

import (
	"errors"
	"strings"
	"testing"

	"sufler/routing"
)

var czech = Numbers{Home: "CZ", Allow: []string{"+420", "+421"}}

// I024, M049
func TestWhatPeopleTypeBecomesE164OrIsRefused(t *testing.T) {
	for typed, want := range map[string]string{
		"777 000 001":             "+420777000001",
		"+420 777 000 001":        "+420777000001",
		"00420777000001":          "+420777000001",
		" (777) 000-001 ":         "+420777000001",
		"777\u00a0000\u202f001":   "+420777000001",
		"+421 905 123 456":        "+421905123456",
		"":                        "number_invalid",
		"+":                       "number_invalid",
		"77":                      "number_invalid",
		"777 000 0011":            "number_invalid",
		"777000001p5":             "number_invalid",
		"777000001,5":             "number_invalid",
		"777000001w5":             "number_invalid",
		"777000001;phone-context": "number_invalid",
		"777000001@evil.example":  "number_invalid",
		"sip:777000001":           "number_invalid",
		"777FLOWERS":              "number_invalid",
		"777000001 ext 5":         "number_invalid",
		"777+000001":              "number_invalid",
		"777000001\r\nX-Inj: 1":   "number_invalid",
		"777000001\x00":           "number_invalid",
		"٧٧٧٠٠٠٠٠١":               "number_invalid",
		"７７７０００００１":               "number_invalid",
		strings.Repeat("7", 41):   "number_invalid",
		"112":                     "number_emergency",
		"1 1 2":                   "number_emergency",
		"155":                     "number_emergency",
		"+420 158":                "number_emergency",
		"00420112":                "number_emergency",
		"911":                     "number_emergency",
		"+1 212 555 2368":         "number_not_allowed",
		"+49 30 901820":           "number_not_allowed",
		"900 123 456":             "number_not_allowed",
		"+881 612 345 678":        "number_not_allowed",
	} {
		got, err := czech.Normalise(typed)
		if refusal, ok := errors.AsType[*routing.Error](err); ok {
			got = refusal.Code
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", typed, got, want)
		}
	}
}

func TestARefusedNumberNamesWhatIsAllowed(t *testing.T) {
	_, err := czech.Normalise("+12125552368")
	refusal, ok := errors.AsType[*routing.Error](err)
	if !ok || refusal.Params["prefixes"] != "+420, +421" {
		t.Errorf("got %v", err)
	}
	if _, err := (Numbers{Home: "CZ"}).Normalise("777000001"); !errors.Is(err, routing.Refuse(0, "number_not_allowed")) {
		t.Errorf("with nothing allowed: got %v", err)
	}
}

func TestNumbersAreShownAsPeopleWriteThem(t *testing.T) {
	for e164, want := range map[string][2]string{
		"+420777000001": {"777 000 001", "+420 777 000 001"},
		"+421905123456": {"+421 905 123 456", "+421 905 123 456"},
		"":              {"", ""},
	} {
		if got := czech.Show(e164); got != want[0] {
			t.Errorf("%q: got %q, want %q", e164, got, want[0])
		}
		if got := czech.ShowInternational(e164); got != want[1] {
			t.Errorf("%q: got %q, want %q", e164, got, want[1])
		}
	}
}

// Nothing but a plus and digits ever comes out, whatever went in.
func FuzzNormalise(f *testing.F) {
	for _, seed := range []string{"777 000 001", "+420777000001", "112", "777000001;x@y", "\r\n", "٧٧٧"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		got, err := czech.Normalise(typed)
		if err != nil {
			if got != "" {
				t.Errorf("got %q with an error", got)
			}
			return
		}
		if !strings.HasPrefix(got, "+42") || strings.Trim(got[1:], "0123456789") != "" || len(got) > 16 {
			t.Errorf("%q: got %q", typed, got)
		}
		if again, err := czech.Normalise(got); err != nil || again != got {
			t.Errorf("%q: got %q, then %q (%v)", typed, got, again, err)
		}
	})
}
