package main

import (
	"cmp"
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sufler/configs"
)

var update = flag.Bool("update", false, "write the tests into docs/features.md")

const (
	root         = "../.."
	featuresFile = root + "/docs/features.md"
)

// sources calls f with each of our files that ends so.
func sources(t *testing.T, ending string, f func(path, text string)) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != root && (strings.HasPrefix(d.Name(), ".") && d.Name() != ".." || d.Name() == "node_modules" || d.Name() == "dist"):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, ending):
			return nil
		}
		f(path, read(t, path))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// cells are the cells of a table's line; nil when it is none.
func cells(line string) []string {
	line, is := strings.CutPrefix(strings.TrimSpace(line), "|")
	if !is {
		return nil
	}
	var list []string
	for cell := range strings.SplitSeq(strings.TrimSuffix(line, "|"), "|") {
		list = append(list, strings.TrimSpace(cell))
	}
	return list
}

func TestEveryCitedStandardIsListedAndNoOther(t *testing.T) {
	cited := map[string]string{}
	number := regexp.MustCompile(`\bRFC (\d+)`)
	sources(t, ".go", func(path, text string) {
		for _, m := range number.FindAllStringSubmatch(text, -1) {
			cited[m[1]] = path
		}
	})
	for line := range strings.Lines(read(t, root+"/docs/rfc.md")) {
		row := cells(line)
		if len(row) != 4 || strings.Trim(row[0], "0123456789") != "" {
			continue
		}
		if cited[row[0]] == "" {
			t.Errorf("docs/rfc.md lists RFC %s once more, or nothing cites it", row[0])
		}
		delete(cited, row[0])
		if kept, _, _ := strings.Cut(row[2], ":"); !slices.Contains([]string{"yes", "partly", "no"}, strings.TrimSuffix(strings.Fields(kept)[0], ",")) {
			t.Errorf("RFC %s: got %q, want yes, partly or no", row[0], row[2])
		}
		for folder := range strings.SplitSeq(strings.ReplaceAll(row[3], "`", ""), ", ") {
			if _, err := os.Stat(filepath.Join(root, folder)); err != nil {
				t.Errorf("RFC %s: %v", row[0], err)
			}
		}
	}
	for number, path := range cited {
		t.Errorf("%s cites RFC %s, which docs/rfc.md does not list", path, number)
	}
}

// ownersIn are the owners of the file's keys, as docs/adr/0003 has them.
func ownersIn(t *testing.T) map[string]string {
	t.Helper()
	owner := map[string]string{}
	for line := range strings.Lines(read(t, root+"/docs/adr/0003-file-or-database.md")) {
		row := cells(line)
		if len(row) != 2 || row[1] != "file" && row[1] != "database" {
			continue
		}
		for key := range strings.SplitSeq(strings.ReplaceAll(row[0], "`", ""), ", ") {
			if owner[key] != "" {
				t.Errorf("%s has two owners", key)
			}
			owner[key] = row[1]
		}
	}
	return owner
}

func TestEachKeyOfTheFileHasExactlyOneOwner(t *testing.T) {
	owner := ownersIn(t)
	for f := range reflect.TypeFor[configs.Config]().Fields() {
		key := f.Tag.Get("yaml")
		if key == "" {
			continue
		}
		if owner[key] == "" {
			t.Errorf("%s has no owner", key)
		}
		for exception := range keysOf(f.Type, key) {
			if owner[exception] == owner[key] {
				t.Errorf("%s is no exception in %s", exception, key)
			}
			delete(owner, exception)
		}
		delete(owner, key)
	}
	for key := range owner {
		t.Errorf("%s has an owner and is no key", key)
	}
	owned := ownersIn(t)
	c := configs.Default()
	for _, one := range c.Shown() {
		section, _, _ := strings.Cut(one.Key, ".")
		if cmp.Or(owned[one.Key], owned[section]) != "file" {
			t.Errorf("%s is shown as the file's and is the database's", one.Key)
		}
	}
}

// keysOf are the keys of a section.
func keysOf(section reflect.Type, name string) map[string]bool {
	keys := map[string]bool{}
	if section.Kind() != reflect.Struct {
		return keys
	}
	for f := range section.Fields() {
		if key := f.Tag.Get("yaml"); key != "" {
			keys[name+"."+key] = true
		}
	}
	return keys
}

// row is a requirement's number; a span stands for all from one to another.
var row = regexp.MustCompile(`\b([WIM])(\d{3})(?:-[WIM]?(\d{3}))?\b`)

func rowsIn(text string) (ids []string) {
	for _, m := range row.FindAllStringSubmatch(text, -1) {
		last := m[2]
		if m[3] != "" {
			last = m[3]
		}
		for n := m[2]; n <= last; n = next(n) {
			ids = append(ids, m[1]+n)
		}
	}
	return ids
}

// next is the number after one of three digits.
func next(n string) string {
	digits := []byte(n)
	for i := len(digits) - 1; i >= 0; i-- {
		if digits[i]++; digits[i] <= '9' {
			break
		}
		digits[i] = '0'
	}
	return string(digits)
}

var (
	note     = regexp.MustCompile(`^\s*(//|/?\*)`)
	pageTest = regexp.MustCompile(`^\s*(?:\w+\.)?(?:test|it)\(\s*["'` + "`" + `](.*)["'` + "`" + `]`)
)

// proofs are the tests of each requirement: a comment at or in the test names it.
func proofs(t *testing.T) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	add := func(text, test string) {
		for _, id := range rowsIn(text) {
			if !slices.Contains(found[id], test) {
				found[id] = append(found[id], test)
			}
		}
	}
	sources(t, "_test.go", func(path, text string) {
		parsed, err := parser.ParseFile(token.NewFileSet(), path, text, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		folder, _ := filepath.Rel(root, filepath.Dir(path))
		for _, d := range parsed.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || !strings.HasPrefix(f.Name.Name, "Test") {
				continue
			}
			add(f.Doc.Text(), "`"+folder+"` "+f.Name.Name)
			for _, c := range parsed.Comments {
				if c.Pos() > f.Pos() && c.End() < f.End() {
					add(c.Text(), "`"+folder+"` "+f.Name.Name)
				}
			}
		}
	})
	for _, ending := range []string{".test.ts", ".pages.ts"} {
		sources(t, ending, func(path, text string) {
			file, _ := filepath.Rel(root, path)
			said := ""
			for line := range strings.Lines(text) {
				if m := pageTest.FindStringSubmatch(line); m != nil {
					add(said, "`"+file+"` "+m[1])
					said = ""
				} else if note.MatchString(line) {
					said += line
				}
			}
		})
	}
	return found
}

// A requirement that a test names stands in docs/features.md, beside that test.
func TestEveryRequirementStandsBesideItsTests(t *testing.T) {
	found := proofs(t)
	var b strings.Builder
	for line := range strings.Lines(read(t, featuresFile)) {
		c := cells(line)
		if len(c) != 3 || row.FindString(c[0]) != c[0] || c[0] == "" {
			b.WriteString(line)
			continue
		}
		tests := found[c[0]]
		slices.Sort(tests)
		b.WriteString("| " + c[0] + " | " + c[1] + " | " + cmp.Or(strings.Join(tests, "; "), "no test yet") + " |\n")
		delete(found, c[0])
	}
	for id, tests := range found {
		t.Errorf("%s, named by %s, does not stand in docs/features.md", id, tests)
	}
	if *update {
		if err := os.WriteFile(featuresFile, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if read(t, featuresFile) != b.String() {
		t.Error("docs/features.md is stale; go test ./cmd/sufler -run TestEveryRequirement -update")
	}
}

func TestASpanOfRequirementsIsAllOfThem(t *testing.T) {
	if got := strings.Join(rowsIn("W002, W008-W011 and M049-M050; D1234 I0"), " "); got != "W002 W008 W009 W010 W011 M049 M050" {
		t.Errorf("got %s", got)
	}
}
