// Package callername makes of what somebody typed as a name what people and
// phones may be shown.
package callername

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"sufler/routing"
)

// longest is how many letters of a name are taken.
const longest = 60

// Tidy makes one line of what was typed. It refuses control and format characters
// (they turn text around or hide it) and what is too long, with
// "request_invalid" (at).
func Tidy(typed string) (string, error) {
	name := strings.Join(strings.Fields(typed), " ")
	if !utf8.ValidString(name) || utf8.RuneCountInString(name) > longest || strings.ContainsFunc(typed, isHidden) {
		return "", routing.Refuse(routing.Invalid, "request_invalid", "at", "name")
	}
	return name, nil
}

func isHidden(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }

// Plain takes out of a text what means something in a SIP header (RFC 3261
// section 25.1), so that nothing typed on a page can be more than a name there.
func Plain(text string) string {
	kept := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`;@<>"\:,?&=%`, r) || isHidden(r) || r == utf8.RuneError {
			return ' '
		}
		return r
	}, text)
	return strings.Join(strings.Fields(kept), " ")
}
