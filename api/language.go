package api

import (
	"golang.org/x/text/language"

	"sufler/web"
)

var matcher = language.NewMatcher(tags(web.Languages))

func tags(names []string) (tags []language.Tag) {
	for _, name := range names {
		tags = append(tags, language.MustParse(name))
	}
	return tags
}

// pickLanguage is the language of ours that a reader likes best: the first wish
// that is not empty counts, each in the form of Accept-Language (RFC 9110
// section 12.5.4).
func pickLanguage(wishes ...string) string {
	for _, wish := range wishes {
		if wish == "" {
			continue
		}
		tags, _, err := language.ParseAcceptLanguage(wish)
		if err != nil {
			continue
		}
		_, i, _ := matcher.Match(tags...)
		return web.Languages[i]
	}
	return web.Languages[0]
}
