package api

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"sufler/routing/invitation"
)

// M029: an invitation needs no visitor; it is a code and a link, shown to its operator
// only, who may take it back.
func TestAnOperatorInvites(t *testing.T) {
	w := newWorld(t, func(o *Options) { o.PublicURL = "https://calls.example/" })
	made := read[Invitation](t, w.ask("POST", "/api/v1/invitations", w.as("anna"), `{"once":true}`, "Idempotency-Key", "k").wants(t, http.StatusCreated, "").text)
	if !regexp.MustCompile(`^\d{4}-\d{4}$`).MatchString(made.Code) || !regexp.MustCompile(`^https://calls\.example/i/[\w-]{22}$`).MatchString(made.Link) {
		t.Errorf("got code %s and link %s", made.Code, made.Link)
	}
	if !made.Once || made.Queue != "Orders" || made.ExpiresAt != made.CodeExpiresAt || made.Uses != 0 {
		t.Errorf("got %+v", made)
	}
	if again := read[Invitation](t, w.ask("POST", "/api/v1/invitations", w.as("anna"), `{}`, "Idempotency-Key", "k").text); again != made {
		t.Errorf("the same key: got %+v", again)
	}
	list := func(login string) []Invitation {
		return read[struct{ Invitations []Invitation }](t, w.ask("GET", "/api/v1/invitations", w.as(login), "").wants(t, http.StatusOK, "").text).Invitations
	}
	made.Link = ""
	if open := list("anna"); len(open) != 1 || open[0] != made {
		t.Errorf("got %+v", open)
	}
	for _, login := range []string{"boris", "sofia", "adam"} {
		if open := list(login); len(open) != 0 {
			t.Errorf("%s sees %+v", login, open)
		}
		w.ask("DELETE", "/api/v1/invitations/"+string(made.ID), w.as(login), "").wants(t, http.StatusNotFound, "invitation_unknown")
	}
	w.ask("DELETE", "/api/v1/invitations/"+string(made.ID), w.as("anna"), "").wants(t, http.StatusNoContent, "")
	if open := list("anna"); len(open) != 0 {
		t.Errorf("taken back: got %+v", open)
	}
}

func TestAnInvitationThatMakesNoSenseIsRefused(t *testing.T) {
	w := newWorld(t)
	for body, code := range map[string]string{
		`{"life_ms":1000}`: "invitation_life", `{"life_ms":2592000001}`: "invitation_life", `{"life_ms":-1}`: "request_invalid",
		`{"life_ms":9223372036854775807}`: "request_invalid",
	} {
		w.ask("POST", "/api/v1/invitations", w.as("anna"), body).wants(t, http.StatusUnprocessableEntity, code)
	}
	w.ask("POST", "/api/v1/invitations", w.as("anna"), `{"queue":"none"}`).wants(t, http.StatusNotFound, "queue_unknown")
	w.ask("POST", "/api/v1/invitations", w.as("anna"), `{}`, "Idempotency-Key", strings.Repeat("k", 201)).wants(t, http.StatusUnprocessableEntity, "key_invalid")
}

// M055: the link leads to a page of ours that says whose it is and opens the widget
// with the invitation; nobody else is told that address.
func TestTheLinkLeadsToAPageOfOurs(t *testing.T) {
	w := newWorld(t)
	made := read[Invitation](t, w.ask("POST", "/api/v1/invitations", w.as("anna"), `{}`).wants(t, http.StatusCreated, "").text)
	token := made.Link[strings.LastIndex(made.Link, "/")+1:]
	for path, want := range map[string]string{invitePath + token: token, invitePath: ""} {
		got := w.ask("GET", path, "", "", "Accept-Language", "cs").wants(t, http.StatusOK, "")
		if got.text != `<p lang=cs>Lampárna</p><script src=/widget.js data-invitation="`+want+`"></script>` {
			t.Errorf("%s: got %s", path, got.text)
		}
		h := got.Header
		if h.Get("Referrer-Policy") != "no-referrer" || h.Get("Cache-Control") != "no-store" || h.Get("X-Robots-Tag") != "noindex" || !strings.HasPrefix(h.Get("Content-Type"), "text/html") {
			t.Errorf("%s: got %v", path, h)
		}
	}
	for _, path := range []string{`/i/"><script>alert(1)</script>`, "/i/index.html", "/i/" + strings.Repeat("x", 23), "/i/" + strings.Repeat("%22", 22)} {
		w.ask("GET", strings.ReplaceAll(path, "<", "%3C"), "", "").wants(t, http.StatusNotFound, "route_unknown")
	}
}

// The code that the API shows is the one that is taken.
func TestTheCodeThatIsShownIsTaken(t *testing.T) {
	w := newWorld(t)
	made := read[Invitation](t, w.ask("POST", "/api/v1/invitations", w.as("anna"), `{}`).text)
	redeemer, ok := w.server.opt.Invitations.(*invitation.Service)
	if !ok {
		t.Fatal("no service")
	}
	if i, err := redeemer.Redeem(t.Context(), made.Code, "203.0.113.1", "jan"); err != nil || i.ID != made.ID || i.By != w.id("anna") {
		t.Errorf("got %+v, %v", i, err)
	}
}
