package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"sufler/internal/peers"
	"sufler/mixer/tone"
)

// The three stories of the README are followed here as they stand there: these
// tests know how its sentences are made, and not what they say.

// readmeStep is one numbered step: its sentences on one line, and its command.
type readmeStep struct{ says, command string }

// quoted is what a step promises to be read, on a page or in a terminal.
var quoted = regexp.MustCompile(`“([^”]+)”`)

// story reads the numbered steps below a heading of the README.
func story(t *testing.T, heading string) (steps []readmeStep) {
	t.Helper()
	_, text, found := strings.Cut(read(t, root+"/README.md"), "\n### "+heading+"\n")
	if !found {
		t.Fatalf("README.md has no heading %q", heading)
	}
	text, _, _ = strings.Cut(text, "\n##")
	number := regexp.MustCompile(`^\d+\. `)
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		switch {
		case number.MatchString(line):
			steps = append(steps, readmeStep{says: number.ReplaceAllString(line, "")})
		case len(steps) == 0:
		case strings.HasPrefix(line, "       "):
			steps[len(steps)-1].command += strings.TrimSpace(line) + "\n"
		case strings.HasPrefix(line, "   "):
			steps[len(steps)-1].says += " " + strings.TrimSpace(line)
		}
	}
	return steps
}

// promised are the words that a step quotes.
func (s readmeStep) promised() (words []string) {
	for _, m := range quoted.FindAllStringSubmatch(s.says, -1) {
		words = append(words, m[1])
	}
	return words
}

// prompt runs the commands of a story. What the README writes and a test must
// replace is in its replacer: addresses, folders, and the id and token of before.
type prompt struct {
	replaced []string
	tmp      string // in the place of /tmp
}

func newPrompt(t *testing.T, web, telephones string) *prompt {
	t.Helper()
	binary, err := program()
	if err != nil {
		t.Fatal(err)
	}
	tmp := t.TempDir()
	return &prompt{[]string{"127.0.0.1:8080", web, "127.0.0.1:5060", telephones, "bin/sufler", binary, "/tmp", tmp}, tmp}
}

func (c *prompt) start(t *testing.T, s readmeStep) *peers.Process {
	t.Helper()
	p, err := peers.Start(peers.Command{
		Program: "bash", Args: []string{"-c", strings.NewReplacer(c.replaced...).Replace(s.command)}, Dir: t.TempDir(), In: root,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Stop)
	return p
}

// follow runs a step to its end, which is a good one, or until it is interrupted
// where the README says so; everything that it promises was said.
func (c *prompt) follow(t *testing.T, s readmeStep) (said string) {
	t.Helper()
	p := c.start(t, s)
	all := func() bool {
		return !slices.ContainsFunc(s.promised(), func(words string) bool { return !strings.Contains(p.Log(), words) })
	}
	if strings.Contains(s.says, "Ctrl-C ends it") {
		until(t, "everything is said", all)
		return p.Log()
	}
	if code := exit(t, p, longest); code != 0 && !strings.Contains(s.says, "mistakes") {
		t.Errorf("%sends with %d:\n%s", s.command, code, p.Log())
	}
	if !all() {
		t.Errorf("%ssays\n%s\nand not all of %q", s.command, p.Log(), s.promised())
	}
	return p.Log()
}

// longest is how long a command of the README may take on a busy machine.
const longest = 5 * time.Minute

// W002, W005, W006, W008, W009, I017, I019: the self-test is one of its steps.
func TestOutsideTheReadmesStoryOfAPBX(t *testing.T) {
	t.Parallel()
	_, _, web, telephones := startDemo(t)
	c := newPrompt(t, strings.TrimPrefix(web, "http://"), telephones)
	steps := story(t, "You run a PBX")
	if len(steps) != 4 {
		t.Fatalf("got %d steps, want 4", len(steps))
	}
	if told := c.follow(t, steps[0]); strings.Count(told, ".yaml:") != 5 {
		t.Errorf("five mistakes are told as\n%s", told)
	}
	c.follow(t, steps[1])
	c.follow(t, steps[2])
	content, err := os.ReadFile(filepath.Join(c.tmp, "heard.wav"))
	if err != nil {
		t.Fatal(err)
	}
	heard, err := tone.ReadWAV(bytes.NewReader(content))
	if err != nil || tone.RMS(heard) < -40 {
		t.Errorf("what was heard has %.1f dBFS, %v", tone.RMS(heard), err)
	}
	c.follow(t, steps[3])
}

// M049
func TestOutsideTheReadmesStoryOfADeveloper(t *testing.T) {
	t.Parallel()
	_, _, web, telephones := startDemo(t)
	c := newPrompt(t, strings.TrimPrefix(web, "http://"), telephones)
	steps := story(t, "You write programs")
	if len(steps) != 7 {
		t.Fatalf("got %d steps, want 7", len(steps))
	}
	var visitor callback
	for _, s := range steps {
		said := c.follow(t, s)
		var asked callback
		if json.Unmarshal([]byte(said), &asked) == nil && asked.Token != "" {
			visitor = asked
			c.replaced = append(c.replaced, `"ID"`, fmt.Sprintf("%q", asked.ID), `"TOKEN"`, fmt.Sprintf("%q", asked.Token))
		}
	}
	owner := page{base: web, bearer: "Bearer " + visitor.Token}
	var now callback
	owner.do(t, http.MethodGet, visitor.path(), nil).into(t, http.StatusOK, &now)
	owner.do(t, http.MethodDelete, visitor.path(), nil).into(t, http.StatusOK, &now)
	if now.State != "ended" || now.Reason != "talked" {
		t.Errorf("after the story: got %+v", now)
	}
}

// act is one thing that a person does or reads on a page.
type act struct {
	what     *regexp.Regexp
	on, with string // Playwright's method, and its selector made of what was found
	value    string // what is typed or chosen
}

// acts are how the README says what to do, the longer ones first.
var acts = []act{
	{regexp.MustCompile(`^\*\*(Open as [^*]+|Open the shop)\*\*`), "open", `a:has-text("$1")`, ""},
	{regexp.MustCompile(`^\*\*([^*]+)\*\* under “([^”]+)”`), "download", `section:has(h2:has-text("$2")) button:has-text("$1")`, ""},
	{regexp.MustCompile(`^\*\*([^*]+)\*\* in “([^”]+)”`), "click", `dialog:has-text("$2") button:has-text("$1")`, ""},
	{regexp.MustCompile(`^\*\*([^*]+)\*\*`), "click", `:is(button, a):visible:is(:has-text("$1"), [aria-label="$1"])`, ""},
	{regexp.MustCompile(`^the running time beside “([^”]+)”`), "click", `tr:has-text("$1") .running-time`, ""},
	{regexp.MustCompile("^[Tt]ype `([^`]+)` into “([^”]+)”"), "fill", `label:has-text("$2")`, "$1"},
	{regexp.MustCompile("^Write `([^`]+)` and press Enter"), "write", "$1", ""},
	{regexp.MustCompile(`^tick “([^”]+)”`), "check", `label:has-text("$1")`, ""},
	{regexp.MustCompile(`^[Cc]hoose “([^”]+)”`), "selectOption", `select:has-text("$1")`, "$1"},
	{regexp.MustCompile(`^“([^”]+)”`), "waitForSelector", `text=$1`, ""},
}

// whose says at whose page a sentence goes on.
var whose = map[string]string{
	"At Anna’s desk": "anna", "Open as Anna": "anna", "At Sofia’s desk": "sofia", "Open as Sofia": "sofia",
	"In the shop": "shop", "Open the shop": "shop",
}

// reader is a person who does what the README says, in a browser for each role.
type reader struct {
	windows map[string]*window
	at      string
	files   [][]byte // what was downloaded
}

// follow does one step from its first word to its last.
func (r *reader) follow(t *testing.T, s readmeStep) {
	t.Helper()
	for rest := s.says; rest != ""; {
		for words, who := range whose {
			if strings.HasPrefix(strings.TrimPrefix(rest, "**"), words) {
				r.at = who
			}
		}
		_, size := utf8.DecodeRuneInString(rest)
		for _, a := range acts {
			if found := a.what.FindStringSubmatchIndex(rest); found != nil {
				r.does(t, a, rest, found)
				size = found[1]
				break
			}
		}
		rest = rest[size:]
	}
}

func (r *reader) does(t *testing.T, a act, text string, found []int) {
	t.Helper()
	expand := func(template string) string { return string(a.what.ExpandString(nil, template, text, found)) }
	args := []any{expand(a.with)}
	if a.value != "" {
		args = append(args, expand(a.value))
	}
	got := r.windows[r.at].do(t, a.on, args...)
	if a.on != "download" {
		return
	}
	var path string
	if err := json.Unmarshal(got, &path); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	r.files = append(r.files, content)
}

// No row.
func TestOutsideTheReadmesStoryOfASupportTeam(t *testing.T) {
	_, _, web, _ := startDemo(t)
	r := &reader{windows: map[string]*window{
		"anna": opens(t, &agentVoice), "sofia": opens(t, &supervisorVoice), "shop": opens(t, nil),
	}}
	for _, w := range r.windows {
		w.do(t, "goto", web)
	}
	steps := story(t, "You run a support team")
	if len(steps) != 9 {
		t.Fatalf("got %d steps, want 9", len(steps))
	}
	for _, s := range steps {
		r.follow(t, s)
		if strings.Contains(s.says, "Anna hears it") {
			from := len(r.windows["anna"].ear.Windows())
			until(t, "Anna hears Sofia for three seconds", func() bool {
				w := r.windows["anna"].ear.Windows()
				return len(w) >= from+5 && tone.Present(w[len(w)-3:], ofSupervisor)
			})
		}
	}
	if len(r.files) != 2 {
		t.Fatalf("got %d downloads, want 2", len(r.files))
	}
	client, training := channelsOf(t, reply{status: 200, body: r.files[0]}, 2), channelsOf(t, reply{status: 200, body: r.files[1]}, 3)
	if heard := windowsOf(client[1]); !tone.Present(heard[2:], ofAgent) || !tone.Absent(heard, ofSupervisor) {
		t.Errorf("the client’s file holds %v", heard)
	}
	if tone.RMS(client[0]) < -50 {
		t.Error("the client’s file does not hold the client")
	}
	if heard := windowsOf(training[2]); !slices.ContainsFunc(heard, func(w tone.Window) bool { return w.Levels[ofSupervisor] > tone.PresentAbove }) {
		t.Errorf("the training file holds of the supervisor %v", heard)
	}
	checkTroubles(t, r.windows["anna"], r.windows["sofia"], r.windows["shop"])
}
