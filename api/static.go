package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
)

// page is a file of the built pages.
type page struct {
	name    string
	content []byte
	etag    string
}

// pages reads the built pages once and serves them from memory.
func (s *Server) pages() (func(chi.Router), error) {
	files := map[string]page{}
	if s.opt.Built {
		err := fs.WalkDir(s.opt.Pages, ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			content, err := fs.ReadFile(s.opt.Pages, name)
			if err != nil {
				return err
			}
			sum := sha256.Sum256(content)
			files[name] = page{name: name, content: content, etag: `"` + hex.EncodeToString(sum[:12]) + `"`}
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("pages: %w", err)
		}
	}
	invitations, err := s.invitations(files)
	if err != nil {
		return nil, err
	}
	return func(r chi.Router) {
		r.Use(middleware.Compress(5, "text/html", "text/css", "text/javascript", "image/svg+xml", "application/json"))
		r.Get(invitePath, invitations)
		r.Get(invitePath+"{token}", invitations)
		r.Get("/*", s.servePage(files))
		r.Head("/*", s.servePage(files))
	}, nil
}

func (s *Server) servePage(files map[string]page) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !s.opt.Built {
			s.notBuilt(w)
			return
		}
		if s.opt.Demo == nil && (r.URL.Path == "/" || isDemoPage(r.URL.Path)) {
			s.insteadOfDemo(w, r)
			return
		}
		name := strings.TrimPrefix(r.URL.Path, "/")
		if name == "" || strings.HasSuffix(name, "/") {
			name += "index.html"
		}
		p, ok := files[name]
		if _, folder := files[path.Join(name, "index.html")]; !ok && folder {
			http.Redirect(w, r, "/"+name+"/", http.StatusMovedPermanently)
			return
		}
		if !ok {
			s.nothingHere(w, r)
			return
		}
		p.serve(w, r)
	}
}

func isDemoPage(path string) bool { return path == "/demo" || strings.HasPrefix(path, "/demo/") }

// insteadOfDemo: the stage and the shop exist in the demo only.
func (s *Server) insteadOfDemo(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/" {
		http.Redirect(w, r, "/desk/", http.StatusFound)
		return
	}
	s.nothingHere(w, r)
}

// serve answers with the file. What has its hash in its name never changes; the
// loader is on other people's pages and is asked for anew.
func (p page) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("ETag", p.etag)
	h.Set("Cache-Control", "no-cache")
	if strings.HasPrefix(p.name, "assets/") {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	if p.name == "widget.js" || strings.HasPrefix(p.name, "assets/") {
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
		h.Set("Access-Control-Allow-Origin", "*") // modules are fetched with CORS; there is no secret in them
	}
	if strings.HasSuffix(p.name, ".js") {
		h.Set("Content-Type", "text/javascript; charset=utf-8")
	}
	http.ServeContent(w, r, p.name, time.Time{}, bytes.NewReader(p.content))
}

func (s *Server) notBuilt(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusServiceUnavailable)
	_, _ = io.WriteString(w, "The pages are not in this binary: run `make build` (it needs Node) and start it again.\nThe API works: /api/openapi.json\n")
}
