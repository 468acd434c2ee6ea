package main

import (
	"go/build"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

// allowed says which of our packages a part may import: whole parts, or one folder.
var allowed = map[string][]string{
	"configs":  {},
	"internal": {"internal"},
	// A program, though nobody ships it: it plays pages and browsers from outside.
	"internal/bench": {"internal", "mixer", "rtc/browser", "cmd/sufler/page"},
	"mixer":          {"mixer"},
	"web":            {},
	"routing":        {"mixer"},
	"routing/":       {"routing", "routing/", "mixer", "internal"},
	"routing/store":  {"routing", "routing/store", "internal"},
	"sip":            {"routing", "sip", "mixer", "internal"},
	"rtc":            {"routing", "rtc", "mixer", "internal"},
	"api":            {"routing", "routing/", "web", "mixer", "internal", "api"},
	"cmd":            {"*"},
}

func TestImportsGoOneWay(t *testing.T) {
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if !d.IsDir() || path == root {
			return nil
		}
		if strings.HasPrefix(name, ".") || name == "node_modules" || name == "testdata" || name == "dist" {
			return fs.SkipDir
		}
		p, err := build.ImportDir(path, 0)
		if err != nil {
			return nil //nolint:nilerr // a folder without Go files
		}
		dir, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		checkImports(t, filepath.ToSlash(dir), p.Imports)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func checkImports(t *testing.T, dir string, imports []string) {
	t.Helper()
	may := allowed[partOf(dir)]
	for _, path := range imports {
		target, ours := strings.CutPrefix(path, "sufler/")
		if !ours {
			continue
		}
		if !permits(may, target) {
			t.Errorf("%s imports %s: only %v may be imported there", dir, target, may)
		}
	}
}

// partOf returns the entry of allowed that a folder belongs to. The store is
// apart: it is a plug, and only cmd puts it in. So is the bench: it lies in
// internal because it is not shipped, but it is no library.
func partOf(dir string) string {
	switch {
	case dir == "routing/store" || strings.HasPrefix(dir, "routing/store/"):
		return "routing/store"
	case dir == "internal/bench":
		return dir
	case strings.HasPrefix(dir, "routing/"):
		return "routing/"
	}
	part, _, _ := strings.Cut(dir, "/")
	return part
}

func permits(may []string, target string) bool {
	for _, m := range may {
		if m == "*" || m == target || m == partOf(target) {
			return true
		}
	}
	return false
}
