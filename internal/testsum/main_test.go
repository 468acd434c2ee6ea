package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// lines are events as "go test -json" prints them: quotes stand for those of JSON.
func lines(events ...string) string {
	return strings.ReplaceAll(strings.Join(events, "\n"), "'", `"`) + "\n"
}

func sum(t *testing.T, input string, taps ...string) (*summary, string) {
	t.Helper()
	var out strings.Builder
	s := newSummary(&out)
	s.trouble(s.read(strings.NewReader(input)))
	for _, tap := range taps {
		s.trouble(s.readTAP(tap))
	}
	s.close()
	return s, out.String()
}

func TestTheLastLineCountsTests(t *testing.T) {
	for name, c := range map[string]struct {
		input string
		last  string
		shows string
	}{
		"nothing": {"", "0 passed, 0 failed", ""},
		"passed": {lines(
			`{'Action':'output','Package':'sufler/a','Test':'TestX','Output':'chatter'}`,
			`{'Action':'pass','Package':'sufler/a','Test':'TestX','Elapsed':1.5}`,
			`{'Action':'pass','Package':'sufler/a','Elapsed':2}`,
		), "1 passed, 0 failed", "1.5 s  a.TestX"},
		"skipped is neither": {lines(`{'Action':'skip','Package':'sufler/a','Test':'TestX'}`), "0 passed, 0 failed", ""},
		"failed": {lines(
			`{'Action':'output','Package':'sufler/a','Test':'TestX','Output':'got 1, want 2'}`,
			`{'Action':'fail','Package':'sufler/a','Test':'TestX'}`,
			`{'Action':'fail','Package':'sufler/a'}`,
		), "0 passed, 1 failed", "got 1, want 2"},
		"a leak after all tests": {lines(
			`{'Action':'pass','Package':'sufler/a','Test':'TestX'}`,
			`{'Action':'output','Package':'sufler/a','Output':'found unexpected goroutines'}`,
			`{'Action':'fail','Package':'sufler/a'}`,
		), "1 passed, 1 failed", "found unexpected goroutines"},
		"does not build": {lines(
			`{'ImportPath':'sufler/a','Action':'build-output','Output':'undefined: x'}`,
			`{'ImportPath':'sufler/a','Action':'build-fail'}`,
			`{'Action':'fail','Package':'sufler/a','FailedBuild':'sufler/a'}`,
		), "0 passed, 1 failed", "undefined: x"},
		"not an event": {"no required module provides package\n", "0 passed, 0 failed", "no required module"},
	} {
		s, text := sum(t, c.input)
		if got := text[strings.LastIndex(strings.TrimSpace(text), "\n")+1:]; strings.TrimSpace(got) != c.last {
			t.Errorf("%s: got %q, want %q", name, got, c.last)
		}
		if !strings.Contains(text, c.shows) {
			t.Errorf("%s: does not show %q:\n%s", name, c.shows, text)
		}
		if name == "passed" && (strings.Contains(text, "chatter") || s.failed > 0) {
			t.Errorf("%s: shows what nobody needs:\n%s", name, text)
		}
	}
}

func TestEveryPackageThatFailsOutsideItsTestsCounts(t *testing.T) {
	leaky := func(name string) string { return `{'Action':'fail','Package':'sufler/` + name + `'}` }
	s, _ := sum(t, lines(
		`{'Action':'fail','Package':'sufler/a','Test':'TestX'}`, leaky("a"), leaky("b"), leaky("c"),
	))
	if s.failed != 3 {
		t.Errorf("got %d failed, want 3: a test, and two packages without one", s.failed)
	}
}

func TestTheTenSlowestAreShownSlowestFirst(t *testing.T) {
	var events []string
	for n := range strings.SplitSeq("1 12 3 4 5 6 7 8 9 10 11 2", " ") {
		events = append(events, `{'Action':'pass','Package':'p','Test':'Test`+n+`','Elapsed':`+n+`}`)
	}
	_, text := sum(t, lines(events...))
	first, last := strings.Index(text, "p.Test12\n"), strings.Index(text, "p.Test3\n")
	if first < 0 || last < first || strings.Contains(text, "p.Test2\n") || strings.Contains(text, "p.Test1\n") {
		t.Errorf("got\n%s", text)
	}
}

func TestTheOtherRunnersTestsCount(t *testing.T) {
	path := filepath.Join(t.TempDir(), "units.tap")
	tap := "TAP version 13\nok 1 - a\nok 2 - b # SKIP no browser\n    ok 1 - within\nnot ok 3 - c\n1..3\n"
	if err := os.WriteFile(path, []byte(tap), 0o600); err != nil {
		t.Fatal(err)
	}
	s, text := sum(t, "", path)
	if s.passed != 1 || s.failed != 1 || !strings.Contains(text, "not ok 3 - c") {
		t.Errorf("got %d passed, %d failed:\n%s", s.passed, s.failed, text)
	}
	if s, _ := sum(t, "", path+".none"); s.failed != 1 {
		t.Errorf("a runner that did not run: got %d failed, want 1", s.failed)
	}
}
