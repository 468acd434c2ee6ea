package fold

import "testing"

func TestTextIsComparedWithoutCaseAndAccents(t *testing.T) {
	for text, want := range map[string]string{
		"Jan Novák":                       "jan novak",
		"ŽLUŤOUČKÝ KŮŇ":                   "zlutoucky kun",
		"Z\u030Cofie":                     "zofie", // the accent as a letter of its own
		"Ёлкин Андрей":                    "елкин андреи",
		"ЕЛКИН":                           "елкин",
		"Straße":                          "strasse",
		"  two \t words\u00A0here\x00now": "two words here now",
		"100 %_!":                         "100 %_!",
		"":                                "",
	} {
		if got := Text(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestNumbersAreComparedByTheirDigits(t *testing.T) {
	for number, want := range map[string]string{
		"+420 777 000 001": "420777000001",
		"00420777000001":   "420777000001",
		"777 000 001":      "777000001",
		"0777-000-001":     "777000001",
		"(777) 000.001":    "777000001",
		"000 001":          "000001",
		"101":              "101",
		"anonymous":        "",
	} {
		if got := Digits(number); got != want {
			t.Errorf("%q: got %q, want %q", number, got, want)
		}
	}
}
