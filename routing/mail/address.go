package mail

import (
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"

	"sufler/routing"
)

const (
	longestAddress = 254 // RFC 5321 section 4.5.3.1.3, without the brackets
	longestName    = 100
	longestSubject = 200
)

// Address reads the address of a mailbox as somebody typed it. It refuses with
// "mail_address_invalid" (address): what holds control or foreign characters, a
// name, quotes or comments, and what is no address. The address goes into headers
// and commands as it is returned.
func Address(typed string) (string, error) {
	a := strings.TrimSpace(typed)
	parsed, err := mail.ParseAddress(a)
	if err != nil || parsed.Address != a || len(a) > longestAddress || strings.ContainsAny(a, `"\()[]<>,;`) || strings.ContainsFunc(a, isForeign) {
		return "", routing.Refuse(routing.Invalid, "mail_address_invalid", "address", shortened(oneLine(typed), longestName))
	}
	return a, nil
}

func isForeign(r rune) bool { return r > unicode.MaxASCII || unicode.IsControl(r) }

// isHeader reports whether a text can stand in a header: RFC 5322 section 2.2 ends
// one at a line break, and so would whatever somebody wrote behind it.
func isHeader(text string, longest int) bool {
	return utf8.ValidString(text) && utf8.RuneCountInString(text) <= longest && !strings.ContainsFunc(text, unicode.IsControl)
}

// oneLine makes a header's text of what somebody typed.
func oneLine(typed string) string {
	visible := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == utf8.RuneError {
			return ' '
		}
		return r
	}, typed)
	return strings.Join(strings.Fields(visible), " ")
}

func shortened(text string, longest int) string {
	runes := []rune(text)
	if len(runes) <= longest {
		return text
	}
	return string(runes[:longest-1]) + "…"
}
