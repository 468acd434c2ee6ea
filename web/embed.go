// Package web holds the pages as they are served: the stage, the desk, the
// demo's shop and the widget, built by `npm run build` into dist/, and the
// texts that pages and server share. It knows no HTTP; package api serves it.
package web

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

//go:embed shared/texts/*.json
var texts embed.FS

// Files returns the built pages, rooted where the server's "/" is:
// index.html is the stage, desk/ and demo/ hold an index.html each, widget.js
// is the loader that customers' pages name. A file under assets/ carries the
// hash of its content in its name and may be cached for ever.
func Files() fs.FS { return sub(dist, "dist") }

// Built reports whether `npm run build` has run before this binary was built.
// Without it Files holds no page.
func Built() bool {
	_, err := fs.Stat(Files(), "index.html")
	return err == nil
}

// Texts returns en.json, cs.json and ru.json: flat objects from key to
// sentence, with {name} where a parameter goes and the key's last part
// (one, few, many, other) telling plural forms apart.
func Texts() fs.FS { return sub(texts, "shared/texts") }

func sub(f embed.FS, dir string) fs.FS {
	s, err := fs.Sub(f, dir)
	if err != nil {
		panic("web: " + dir + ": " + err.Error()) // only a wrong constant can cause it
	}
	return s
}
