package api

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"regexp"

	"golang.org/x/text/language"
)

// languages are those that the program speaks; the first is the fallback.
var languages = []language.Tag{language.English, language.Czech, language.Russian}

var matcher = language.NewMatcher(languages)

// texts are the sentences of refusals by language ("en", "cs", "ru") and key.
type texts map[string]map[string]string

// loadTexts reads en.json, cs.json and ru.json, flat objects from key to sentence.
func loadTexts(files fs.FS) (texts, error) {
	all := texts{}
	for _, tag := range languages {
		raw, err := fs.ReadFile(files, tag.String()+".json")
		if err != nil {
			return nil, fmt.Errorf("texts: %w", err)
		}
		var sentences map[string]string
		if err := json.Unmarshal(raw, &sentences); err != nil {
			return nil, fmt.Errorf("texts: %s: %w", tag, err)
		}
		all[tag.String()] = sentences
	}
	return all, nil
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
		return languages[i].String()
	}
	return languages[0].String()
}

var gap = regexp.MustCompile(`\{\w+\}`)

// say fills the sentence of a key. What has no value stays away.
func (t texts) say(lang, key string, params map[string]string) string {
	sentence, ok := t[lang][key]
	if !ok {
		sentence = t[languages[0].String()][key]
	}
	return gap.ReplaceAllStringFunc(sentence, func(name string) string {
		return params[name[1:len(name)-1]]
	})
}
