package settings

import (
	"fmt"
	"net/mail"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"sufler/routing"
)

// Lengths of time, in the milliseconds of JSON.
const (
	minute = 60_000
	hour   = 60 * minute
	day    = 24 * hour
)

// The greatest lengths of texts, in characters.
const (
	lineMost    = 60
	messageMost = 4_000
)

// flaws collects what is wrong with a setting.
type flaws struct{ routing.Flaws }

func numbered(at string, i int) string { return fmt.Sprintf("%s[%d]", at, i) }

func (f *flaws) number(at string, n, least, most int64) {
	if n < least || n > most {
		f.Add("out_of_range", at, "least", strconv.FormatInt(least, 10), "most", strconv.FormatInt(most, 10))
	}
}

// length checks a length of time, which the sentence names in seconds.
func (f *flaws) length(at string, n, least, most Milliseconds) {
	if n < least || n > most {
		f.Add("wrong_length", at, "least", strconv.FormatInt(int64(least/1_000), 10), "most", strconv.FormatInt(int64(most/1_000), 10))
	}
}

func (f *flaws) choice(at, value string, of ...string) {
	if !slices.Contains(of, value) {
		f.Add("unknown", at, "value", value)
	}
}

// line checks what is shown in one line.
func (f *flaws) line(at, text string, needed bool) {
	f.message(at, text, lineMost, needed)
	if strings.ContainsAny(text, "\n\t") {
		f.Add("not_shown", at)
	}
}

// message checks what people read; placeholders are for the two names.
func (f *flaws) message(at, text string, most int, needed bool) {
	switch n := utf8.RuneCountInString(text); {
	case n == 0 && needed:
		f.Add("missing", at)
	case n > most:
		f.Add("too_long", at, "most", strconv.Itoa(most))
	}
	if !utf8.ValidString(text) || strings.ContainsFunc(text, isHidden) {
		f.Add("not_shown", at)
	}
	for _, gap := range gaps.FindAllString(text, -1) {
		if gap != "{visitor}" && gap != "{operator}" {
			f.Add("unknown", at, "value", gap)
		}
	}
}

// isHidden is what nobody sees and what turns text around. The joiners are part of
// emoji and of some scripts.
func isHidden(r rune) bool {
	return unicode.IsControl(r) && r != '\n' && r != '\t' || unicode.Is(unicode.Cf, r) && r != '\u200c' && r != '\u200d'
}

// texts checks the same sentence in several languages.
func (f *flaws) texts(at string, texts map[string]string, in *Directory, most int) {
	for language, text := range texts {
		f.language(at, language, in, true)
		f.message(at+"."+language, text, most, false)
	}
}

func (f *flaws) language(at, language string, in *Directory, needed bool) {
	if (language != "" || needed) && !slices.Contains(in.languages, language) {
		f.Add("unknown", at, "value", language)
	}
}

func (f *flaws) groups(at string, names []routing.GroupName, in *Directory) {
	known := in.people.Groups()
	for i, name := range names {
		switch {
		case !slices.Contains(known, name):
			f.Add("unknown", at, "value", string(name))
		case slices.Contains(names[:i], name):
			f.Add("twice", at, "value", string(name))
		}
	}
}

var (
	gaps   = regexp.MustCompile(`\{[a-z_]+\}`)
	words  = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N}_-]{0,59}$`)
	snakes = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)
)

// word checks what is typed without spaces: ids, shortcuts.
func (f *flaws) word(at, text string) { f.fits("no_word", at, text, words) }

func (f *flaws) snake(at, text string) { f.fits("no_snake", at, text, snakes) }

func (f *flaws) fits(code, at, text string, form *regexp.Regexp) {
	switch {
	case text == "":
		f.Add("missing", at)
	case !form.MatchString(text):
		f.Add(code, at, "value", text)
	}
}

// name checks what people call a queue, a group or a tag: it stands in addresses,
// too, so it is exactly what it looks like.
func (f *flaws) name(at, text string) {
	f.line(at, text, true)
	if text != oneLine(text) || strings.ContainsAny(text, "/{}") || strings.Trim(text, ".") == "" && text != "" {
		f.Add("no_name", at, "value", text)
	}
}

func (f *flaws) mail(at, text string) {
	if text == "" {
		return
	}
	if a, err := mail.ParseAddress(text); err != nil || a.Address != text {
		f.Add("no_mail", at, "value", text)
	}
}

// oneLine is a text without spaces around and with one space between words.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

func tidyText(text string) string {
	return strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
}

// tidyTexts leaves out what is empty.
func tidyTexts(texts map[string]string) map[string]string {
	tidied := make(map[string]string, len(texts))
	for language, text := range texts {
		if text = tidyText(text); text != "" {
			tidied[language] = text
		}
	}
	return tidied
}

// listed is a list that is [] in JSON when it is empty.
func listed[T any](list []T) []T { return append([]T{}, list...) }

// kept are those of a list that fit.
func kept[T any](list []T, fits func(T) bool) []T {
	return slices.DeleteFunc(listed(list), func(one T) bool { return !fits(one) })
}
