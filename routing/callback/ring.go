package callback

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"sufler/routing"
)

// longestName is how many letters of a visitor's name are taken.
const longestName = 60

// tidyName makes one line of what somebody typed as a name. It refuses control
// and format characters (they turn text around or hide it) and what is too long.
func tidyName(typed string) (string, error) {
	name := strings.Join(strings.Fields(typed), " ")
	if !utf8.ValidString(name) || utf8.RuneCountInString(name) > longestName || strings.ContainsFunc(typed, isHidden) {
		return "", routing.Refuse(routing.Invalid, "request_invalid", "at", "name")
	}
	return name, nil
}

func isHidden(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }

// ringText is what the operator's ringing phone shows, in the operator's
// language: never the number, which not everybody may see.
func (s *Service) ringText(c routing.Callback, op routing.Operator) string {
	name := speakable(c.Name)
	if name == "" {
		name = s.opts.Say(op.Language, "ring.visitor", nil)
	}
	return s.opts.Say(op.Language, "ring.callback", map[string]string{"name": name, "queue": speakable(string(c.Queue))})
}

// speakable takes out of a text what means something in a SIP header (RFC 3261
// section 25.1), so that nothing typed on a page can be more than a name there.
func speakable(text string) string {
	kept := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`;@<>"\:,?&=%`, r) || isHidden(r) || r == utf8.RuneError {
			return ' '
		}
		return r
	}, text)
	return strings.Join(strings.Fields(kept), " ")
}

// english are the sentences when no texts are given.
func english(_, key string, params map[string]string) string {
	if key == "ring.visitor" {
		return "Visitor"
	}
	return "Call back: " + params["name"] + ", " + params["queue"]
}
