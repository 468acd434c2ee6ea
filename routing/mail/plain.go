package mail

import (
	"regexp"
	"strings"
	"unicode"
)

// The markdown of chats, as far as it changes a line: bold, italic, links and the
// backslash before a sign that means itself. Lists read well as they are.
var (
	escaped = regexp.MustCompile(`\\([\\*_\[\]()])`)
	link    = regexp.MustCompile(`\[([^\[\]\n]+)\]\((\S+?)\)`)
	bold    = regexp.MustCompile(`\*\*(\S|\S[^\n]*?\S)\*\*`)
	starred = regexp.MustCompile(`(^|[^\pL\pN*])\*([^\s*]|[^\s*][^*\n]*?[^\s*])\*($|[^\pL\pN*])`)
	lined   = regexp.MustCompile(`(^|[^\pL\pN_])_([^\s_]|[^\s_][^_\n]*?[^\s_])_($|[^\pL\pN_])`)
)

// held is a private sign that keeps the place of an escaped one; what people write
// never holds it, because visible takes it out.
const held = '\uE000'

// plain makes of what was said in a chat the text that a mail shows.
func plain(said string) string {
	var kept []string
	text := escaped.ReplaceAllStringFunc(visible(said), func(sign string) string {
		kept = append(kept, sign[1:])
		return string(held)
	})
	text = link.ReplaceAllStringFunc(text, func(whole string) string {
		parts := link.FindStringSubmatch(whole)
		if parts[1] == parts[2] {
			return parts[2]
		}
		return parts[1] + " (" + parts[2] + ")"
	})
	text = bold.ReplaceAllString(text, "$1")
	text = starred.ReplaceAllString(text, "$1$2$3")
	text = lined.ReplaceAllString(text, "$1$2$3")
	var b strings.Builder
	for _, r := range text {
		if r == held {
			b.WriteString(kept[0])
			kept = kept[1:]
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// visible is a text without what nobody can see, but for line ends and tabs.
func visible(typed string) string {
	typed = strings.ToValidUTF8(strings.ReplaceAll(typed, "\r\n", "\n"), "\uFFFD")
	kept := strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == '\r':
			return '\n'
		case unicode.IsControl(r) || r == held:
			return -1
		}
		return r
	}, typed)
	return strings.Trim(kept, "\n\t ")
}
