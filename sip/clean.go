package sip

import (
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"sufler/routing"
)

// maxName is the longest display name that goes out, in runes; phones show less.
const maxName = 80

// displayName makes a text that a person typed fit for the quoted string of a
// From header (RFC 3261 section 25.1). Whatever could end the string or start
// another header, parameter or address becomes a blank: control characters,
// quotes, backslash, and ; @ < >. Marks that change the direction of writing go
// as well, so that nobody can dress a number up as another.
func displayName(text string) string {
	text = strings.ToValidUTF8(text, " ")
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r), unicode.Is(unicode.Zl, r), unicode.Is(unicode.Zp, r), strings.ContainsRune("\"\\;@<>", r):
			return ' '
		case unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, text)
	text = strings.Join(strings.Fields(text), " ")
	if utf8.RuneCountInString(text) > maxName {
		text = strings.TrimSpace(string([]rune(text)[:maxName]))
	}
	return text
}

// What may stand before the @ of an address of ours: numbers and extensions.
// Everything that RFC 3261 section 25.1 would have escaped is refused.
var userPart = regexp.MustCompile(`^\+?[A-Za-z0-9*#._-]{1,64}$`)

// userName checks a number or an extension that becomes the user part of a URI.
func userName(user string) (string, error) {
	if !userPart.MatchString(user) {
		return "", routing.Refuse(routing.Invalid, "number_invalid", "number", displayName(user))
	}
	// A hash would have to be escaped in a URI (RFC 3261 section 19.1.2).
	return strings.ReplaceAll(user, "#", "%23"), nil
}

// token says whether s is a token of RFC 3261 section 25.1, as tags and branches
// are. Call-IDs and nonces of others are held to printable.
func token(s string) bool {
	for i := range len(s) {
		c := s[i]
		if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' {
			continue
		}
		if strings.IndexByte("-.!%*_+`'~", c) < 0 {
			return false
		}
	}
	return s != ""
}

// printable says that s has no byte that could end a header line or hide in a
// log: no control byte but the tab, no DEL.
func printable(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}

// shorten cuts what goes into a log.
func shorten(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	return s[:limit] + "…"
}

// unquote takes the escapes of a quoted string out of a display name.
func unquote(name string) string {
	var b strings.Builder
	escaped := false
	for _, r := range name {
		if r == '\\' && !escaped {
			escaped = true
			continue
		}
		escaped = false
		b.WriteRune(r)
	}
	return b.String()
}

// unescape decodes the %23 of a user part; what does not decode stays.
func unescape(user string) string {
	if decoded, err := url.PathUnescape(user); err == nil {
		return decoded
	}
	return user
}
