package mail

import (
	"regexp"
	"strings"
	"unicode"
)

// The markdown of chats (web/shared/markdown.ts) as far as it changes a line: bold,
// italic, code and links. Lists read well as they are.
var (
	// kept is what no mark means anything in: code, a link with words, an address.
	kept   = regexp.MustCompile("`([^`\n]+)`" + `|\[([^\[\]\n]+)\]\(((?:https?://|mailto:|tel:)[^\s()\[\]]+)\)|(?:https?://|www\.)[^\s<>"` + "`" + `\[\]]+`)
	bold   = regexp.MustCompile(`\*\*(\S|\S[^\n]*?\S)\*\*`)
	italic = regexp.MustCompile(`(^|[^\pL\pN_])_([^\s_]|[^\s_][^\n]*?[^\s_])_($|[^\pL\pN_])`)
)

// held is a private sign in the place of what is kept; what people write never holds
// it, because visible takes it out.
const held = '\uE000'

// plain makes of what was said in a chat the text that a mail shows.
func plain(said string) string {
	var pieces []string
	text := kept.ReplaceAllStringFunc(visible(said), func(whole string) string {
		m := kept.FindStringSubmatch(whole)
		code, words, target := m[1], m[2], m[3]
		switch {
		case code != "":
			pieces = append(pieces, code)
		case target == "":
			pieces = append(pieces, whole)
		case strings.Contains(words, "://") || strings.Contains(words, "www."): // words that would hide where it leads
			pieces = append(pieces, target)
		default:
			pieces = append(pieces, target)
			return words + " (" + string(held) + ")"
		}
		return string(held)
	})
	text = bold.ReplaceAllString(text, "$1")
	text = italic.ReplaceAllString(text, "$1$2$3")
	for _, piece := range pieces {
		text = strings.Replace(text, string(held), piece, 1)
	}
	return text
}

// visible is a text without what nobody can see, but for line ends and tabs.
func visible(typed string) string {
	typed = strings.ToValidUTF8(strings.ReplaceAll(typed, "\r\n", "\n"), "\uFFFD")
	seen := strings.Map(func(r rune) rune {
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
	return strings.Trim(seen, "\n\t ")
}
