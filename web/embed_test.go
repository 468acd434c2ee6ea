package web

import (
	"encoding/json"
	"io/fs"
	"testing"
)

func TestTextsAreFlatObjectsOfSentences(t *testing.T) {
	for _, language := range Languages {
		raw, err := fs.ReadFile(Texts(), language+".json")
		if err != nil {
			t.Fatal(err)
		}
		var sentences map[string]string
		if err := json.Unmarshal(raw, &sentences); err != nil {
			t.Errorf("%s.json: %v", language, err)
		}
		if len(sentences) == 0 {
			t.Errorf("%s.json has no sentence", language)
		}
	}
}

func TestFilesCanBeReadBeforeThePagesAreBuilt(t *testing.T) {
	if _, err := fs.Stat(Files(), "."); err != nil {
		t.Fatal(err)
	}
	if Built() {
		for _, page := range []string{"index.html", "desk/index.html", "demo/index.html", "widget.js"} {
			if _, err := fs.Stat(Files(), page); err != nil {
				t.Errorf("the pages are built, but %v", err)
			}
		}
	}
}
