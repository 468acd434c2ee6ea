package api

import (
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sufler/routing"
	"sufler/web"
)

var update = flag.Bool("update", false, "write docs/messages.md")

const messagesFile = "../docs/messages.md"

func protocol(t *testing.T) string {
	t.Helper()
	raw, err := os.ReadFile("protocol.md")
	must(t, err)
	return string(raw)
}

// flaw is what is wrong with one of several values, in routing/settings.
var flaw = regexp.MustCompile(`\bf\.(?:Add|fits)\("(\w+)"`)

var refusal = regexp.MustCompile(`(?:Refuse\(\s*(?:routing\.)?[\w.]+,\s*|routing\.Error\{.*Code:\s*)"(\w+)"`)

// codesInSource are the codes of every refusal, or of every flaw, that the program
// can tell, as they are written.
func codesInSource(t *testing.T, written *regexp.Regexp) map[string]string {
	t.Helper()
	codes := map[string]string{}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || d.Name() == ".git" || d.Name() == "testdata") {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for line := range strings.Lines(string(raw)) {
			code, _, _ := strings.Cut(line, "//")
			for _, m := range written.FindAllStringSubmatch(code, -1) {
				codes[m[1]] = path
			}
		}
		return nil
	})
	must(t, err)
	if len(codes) < 20 {
		t.Fatalf("found only %d codes in the source", len(codes))
	}
	return codes
}

// Every refusal says in three languages what is wrong and what to do next, with the
// same values in its sentence.
func TestEveryRefusalHasItsSentences(t *testing.T) {
	all, err := web.ReadSentences(web.Texts())
	must(t, err)
	for code, path := range codesInSource(t, refusal) {
		for _, key := range []string{"error." + code, "error." + code + ".next"} {
			want := gapsOf(all["en"][key])
			for _, tag := range web.Languages {
				sentence := all[tag][key]
				if sentence == "" {
					t.Errorf("%s: %s has no sentence %s", path, tag, key)
				} else if got := gapsOf(sentence); !slices.Equal(got, want) {
					t.Errorf("%s: %s: got %v in the sentence, want %v", tag, key, got, want)
				}
			}
		}
	}
}

func TestEveryFlawHasItsSentence(t *testing.T) {
	all, err := web.ReadSentences(web.Texts())
	must(t, err)
	codes := codesInSource(t, flaw)
	for code, path := range codes {
		for _, tag := range web.Languages {
			if all[tag]["flaw."+code] == "" {
				t.Errorf("%s: %s has no sentence flaw.%s", path, tag, code)
			}
		}
	}
	for key := range all["en"] {
		if code, is := strings.CutPrefix(key, "flaw."); is && codes[code] == "" {
			t.Errorf("nothing is wrong in the way of %s", key)
		}
	}
}

var gap = regexp.MustCompile(`\{\w+\}`)

func gapsOf(sentence string) []string {
	gaps := gap.FindAllString(sentence, -1)
	slices.Sort(gaps)
	return slices.Compact(gaps)
}

func TestMessagesAreDocumentedAsTheyAre(t *testing.T) {
	raw, err := fs.ReadFile(web.Texts(), "en.json")
	must(t, err)
	var sentences map[string]string
	must(t, json.Unmarshal(raw, &sentences))
	var b strings.Builder
	b.WriteString("# Messages\n\nEvery refusal has a stable code, a sentence for the person and one thing to do next. " +
		"The pages and the API say them in English, Czech and Russian\n(web/shared/texts); this list is made from the English ones by `go test ./api -run TestMessages -update`.\n\n" +
		"| code | says | next |\n|---|---|---|\n")
	for _, key := range slices.Sorted(keys(sentences)) {
		code, is := strings.CutPrefix(key, "error.")
		if is && !strings.HasSuffix(key, ".next") {
			fmt.Fprintf(&b, "| `%s` | %s | %s |\n", code, sentences[key], sentences[key+".next"])
		}
	}
	if *update {
		must(t, os.WriteFile(messagesFile, []byte(b.String()), 0o644))
	}
	got, err := os.ReadFile(messagesFile)
	must(t, err)
	if string(got) != b.String() {
		t.Error("docs/messages.md is stale; go test ./api -run TestMessages -update")
	}
}

func keys(m map[string]string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

func TestEveryKindOfRefusalHasAStatus(t *testing.T) {
	for kind := routing.Invalid; kind <= routing.Internal; kind++ {
		if statuses[kind] < 400 {
			t.Errorf("%s has no status", kind)
		}
	}
	if len(statuses) != int(routing.Internal) {
		t.Errorf("got %d statuses, want %d", len(statuses), routing.Internal)
	}
}
