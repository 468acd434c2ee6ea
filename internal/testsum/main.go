// Command testsum reads what "go test -json" prints, shows the failures whole,
// the ten slowest tests and, as its last line, "N passed, N failed". Its arguments
// are TAP files of another runner, whose tests are counted too.
package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
)

// event is one line of test2json (go doc test2json).
type event struct {
	Action      string
	Package     string
	ImportPath  string
	Test        string
	Elapsed     float64
	Output      string
	FailedBuild string
}

type timing struct {
	name    string
	seconds float64
}

type summary struct {
	out            io.Writer
	output         map[string][]string // by package and test, until it is known how it ended
	failing        map[string]bool     // packages of which a failure was counted
	passed, failed int
	timings        []timing
}

func main() {
	flag.Parse()
	s := newSummary(os.Stdout)
	err := s.read(os.Stdin)
	s.trouble(err)
	for _, tap := range flag.Args() {
		s.trouble(s.readTAP(tap))
	}
	s.close()
	if s.failed > 0 || s.passed == 0 {
		os.Exit(1)
	}
}

func newSummary(out io.Writer) *summary {
	return &summary{out: out, output: make(map[string][]string), failing: make(map[string]bool)}
}

func (s *summary) trouble(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "testsum:", err)
		s.failed++
	}
}

func (s *summary) read(r io.Reader) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 8<<20)
	for lines.Scan() {
		var e event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			fmt.Fprintln(s.out, lines.Text())
			continue
		}
		s.take(e)
	}
	return lines.Err()
}

func (s *summary) take(e event) {
	name := cmp.Or(e.Package, e.ImportPath)
	if e.Test != "" {
		name += "." + e.Test
	}
	switch e.Action {
	case "output", "build-output":
		s.output[name] = append(s.output[name], e.Output)
	case "build-fail":
		s.show(name)
	case "pass", "skip":
		delete(s.output, name)
		if e.Test == "" {
			fmt.Fprintf(s.out, "ok    %-40s %6.1f s\n", strings.TrimPrefix(e.Package, "sufler/"), e.Elapsed)
		} else if e.Action == "pass" {
			s.passed++
			s.timings = append(s.timings, timing{name, e.Elapsed})
		}
	case "fail":
		s.show(name)
		if e.Test == "" && e.FailedBuild == "" {
			fmt.Fprintf(s.out, "FAIL  %s\n", name)
			if s.failing[e.Package] {
				return
			}
			// A package can fail without a failed test: a panic, a leak, an exit.
		}
		s.failing[e.Package] = true
		s.failed++
	}
}

func (s *summary) show(name string) {
	for _, line := range s.output[name] {
		fmt.Fprint(s.out, line)
	}
	delete(s.output, name)
}

var (
	tapLine = regexp.MustCompile(`(?m)^(not )?ok \d+ - (.*)$`)
	tapSkip = regexp.MustCompile(`# (SKIP|TODO)`)
)

func (s *summary) readTAP(path string) error {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("the tests of %s did not run", path)
	}
	if err != nil {
		return err
	}
	failed := false
	for _, m := range tapLine.FindAllSubmatch(data, -1) {
		switch {
		case tapSkip.Match(m[2]):
		case len(m[1]) > 0:
			s.failed++
			failed = true
		default:
			s.passed++
		}
	}
	if failed {
		_, _ = s.out.Write(data)
	}
	return nil
}

func (s *summary) close() {
	slices.SortFunc(s.timings, func(a, b timing) int { return cmp.Compare(b.seconds, a.seconds) })
	fmt.Fprintln(s.out, "\nthe ten slowest tests:")
	for _, t := range s.timings[:min(10, len(s.timings))] {
		fmt.Fprintf(s.out, "%8.1f s  %s\n", t.seconds, strings.TrimPrefix(t.name, "sufler/"))
	}
	fmt.Fprintf(s.out, "\n%d passed, %d failed\n", s.passed, s.failed)
}
