// Package fold makes texts comparable as people compare them when they search:
// without case and without accents, and numbers as digits alone.
package fold

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Text returns text without case and accents, "Novák Žofie" and "Ёлкин" as "novak
// zofie" and "елкин"; anything between words becomes one space.
func Text(text string) string {
	var out strings.Builder
	for _, r := range cases.Fold().String(norm.NFKD.String(text)) {
		switch {
		case unicode.Is(unicode.Mn, r): // an accent, apart from its letter
		case unicode.IsSpace(r) || unicode.IsControl(r):
			out.WriteByte(' ')
		default:
			out.WriteRune(r)
		}
	}
	return strings.Join(strings.Fields(out.String()), " ")
}

// localNumber is the longest number that is dialled without a prefix of zeros; a
// longer one that begins with them was written to be dialled.
const localNumber = 8

// Digits returns the digits of a number as they are kept: those that are written
// "+420 777 000 001", "00420 777-000-001" or "(0)777 000 001" hold one another.
func Digits(number string) string {
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, number)
	if len(digits) <= localNumber {
		return digits
	}
	return strings.TrimPrefix(strings.TrimPrefix(digits, "0"), "0")
}
