package api

import (
	"bytes"
	"cmp"
	"fmt"
	"html/template"
	"net/http"
	"regexp"

	"github.com/go-chi/chi/v5"
)

// inviteFile is the page of invitations among the built pages.
const inviteFile = "i/index.html"

// linkToken is what may stand in the link of an invitation: 128 bits.
var linkToken = regexp.MustCompile(`^[A-Za-z0-9_-]{22}$`)

// invitePage is what the page of an invitation shows.
type invitePage struct {
	Language, Company, Sentence, NeedsScript, Token string
}

// invitations serves the page to which links of invitations lead, and on which a code
// can be typed. The widget on it does the rest. No other page is told its address.
func (s *Server) invitations(files map[string]page) (http.HandlerFunc, error) {
	file, built := files[inviteFile]
	if !built {
		return func(w http.ResponseWriter, _ *http.Request) { s.notBuilt(w) }, nil
	}
	shown, err := template.New(inviteFile).Parse(string(file.content))
	if err != nil {
		return nil, fmt.Errorf("pages: %w", err)
	}
	return func(w http.ResponseWriter, r *http.Request) {
		token := chi.URLParam(r, "token")
		if token != "" && !linkToken.MatchString(token) {
			s.nothingHere(w, r)
			return
		}
		language := languageOf(r.Context())
		widget, _ := s.opt.Settings.Widget("")
		p := invitePage{Language: language, Company: cmp.Or(widget.Company, r.Host), Token: token, NeedsScript: s.texts.Say(language, "invited.script", nil)}
		p.Sentence = s.texts.Say(language, "invited.code", nil)
		if token != "" {
			p.Sentence = s.texts.Say(language, "invited.link", nil)
		}
		var out bytes.Buffer
		if err := shown.Execute(&out, p); err != nil {
			s.writeProblem(w, r, err)
			return
		}
		h := w.Header()
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Cache-Control", "no-store")
		h.Set("Vary", "Accept-Language")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Robots-Tag", "noindex")
		_, _ = out.WriteTo(w) // an error means that nobody reads it
	}, nil
}
