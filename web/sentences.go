package web

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"regexp"
)

// Languages are those that the program speaks; the first is the fallback.
var Languages = []string{"en", "cs", "ru"}

// Sentences are the texts by language and key.
type Sentences map[string]map[string]string

// ReadSentences reads the file of each language from what Texts returns.
func ReadSentences(files fs.FS) (Sentences, error) {
	all := Sentences{}
	for _, language := range Languages {
		raw, err := fs.ReadFile(files, language+".json")
		if err != nil {
			return nil, fmt.Errorf("texts: %w", err)
		}
		var sentences map[string]string
		if err := json.Unmarshal(raw, &sentences); err != nil {
			return nil, fmt.Errorf("texts: %s: %w", language, err)
		}
		all[language] = sentences
	}
	return all, nil
}

var gap = regexp.MustCompile(`\{\w+\}`)

// Say fills the sentence of a key, in one pass: a value is never itself filled,
// whatever a stranger wrote into it. What has no value stays away.
func (s Sentences) Say(language, key string, params map[string]string) string {
	sentence, ok := s[language][key]
	if !ok {
		sentence = s[Languages[0]][key]
	}
	return gap.ReplaceAllStringFunc(sentence, func(name string) string {
		return params[name[1:len(name)-1]]
	})
}
