package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
)

// present is a visitor on the list of who is on the pages.
type present struct {
	ID, Name, Browser, OS string
	Number                int64
	Here, Browsing        bool
	EntryURL              string `json:"entry_url"`
	Page                  *struct{ URL, Title string }
}

// looks opens a page of the shop with a visitor's token, and keeps it open until the
// returned function is called.
func (h *house) looks(t *testing.T, token, url string) (leave func()) {
	t.Helper()
	ws, response, err := websocket.Dial(t.Context(), "ws://"+h.http+"/api/v1/ws", &websocket.DialOptions{
		Subprotocols: []string{"sufler.v1"},
		HTTPHeader:   http.Header{"Origin": {shop}, "User-Agent": {"Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0"}},
	})
	if err != nil {
		t.Fatalf("WebSocket: %v, %v", err, response)
	}
	t.Cleanup(func() { _ = ws.CloseNow() })
	hello := map[string]any{"id": 1, "do": "hello", "data": map[string]any{
		"as": "visitor", "token": token, "language": "cs", "page": map[string]string{"url": url, "title": "Lampy"},
	}}
	if err := wsjson.Write(t.Context(), ws, hello); err != nil {
		t.Fatal(err)
	}
	var answer struct{ OK, Error json.RawMessage }
	if err := wsjson.Read(t.Context(), ws, &answer); err != nil || answer.OK == nil {
		t.Fatalf("hello: %v, %s", err, answer.Error)
	}
	return func() { _ = ws.CloseNow() }
}

func (h *house) present(t *testing.T, desk page) (here []present) {
	t.Helper()
	var list struct{ Visitors []present }
	desk.do(t, http.MethodGet, "/api/v1/visitors", nil).into(t, http.StatusOK, &list)
	return list.Visitors
}

// I034, M095, M091: who opens a page is seen with it, known again after a restart, and
// gone a moment after the last page.
func TestOutsideAVisitorIsSeenAndKnownAgain(t *testing.T) {
	t.Parallel()
	onBothDatabases(t, func(t *testing.T, database string) {
		t.Helper()
		h := newHouse(t, plan{database: database})
		token := strings.Repeat("7f", 32)
		leave := h.looks(t, token, "https://shop.example/lampy")
		desk := h.desk(t, "sofia")
		here := h.present(t, desk)
		if len(here) != 1 || !here[0].Here || !here[0].Browsing || here[0].Browser != "Firefox 127" || here[0].OS != "Linux" ||
			here[0].EntryURL != "https://shop.example/lampy" || here[0].Page == nil || here[0].Page.Title != "Lampy" {
			t.Fatalf("got %+v", here)
		}
		visitor := h.shop()
		visitor.bearer = "Bearer " + token
		var profile struct{ Name string }
		visitor.do(t, http.MethodPatch, "/api/v1/visitor", map[string]string{"name": "Jan Novák"}).into(t, http.StatusOK, &profile)
		leave()
		until(t, "the visitor has left", func() bool { return len(h.present(t, desk)) == 0 })
		h.process.Stop()
		h.start(t)
		h.looks(t, token, "https://shop.example/")
		again := h.present(t, h.desk(t, "sofia"))
		if len(again) != 1 || again[0].ID != here[0].ID || again[0].Name != "Jan Novák" || again[0].Number != here[0].Number {
			t.Errorf("got %+v, was %+v", again, here)
		}
	})
}

// M029, M055, I023: an invitation outlives a restart, one for once lets one in, and who
// guesses is slowed and stopped.
func TestOutsideAnInvitationLetsOneInAndGuessersNot(t *testing.T) {
	t.Parallel()
	onBothDatabases(t, func(t *testing.T, database string) {
		t.Helper()
		h := newHouse(t, plan{database: database})
		desk := h.desk(t, "sofia")
		var made struct{ ID, Code, Link string }
		desk.do(t, http.MethodPost, "/api/v1/invitations", map[string]any{"once": true}).into(t, http.StatusCreated, &made)
		h.process.Stop()
		h.start(t)
		guest := func(name, code string) reply {
			p := h.shop()
			p.bearer = "Bearer " + name + strings.Repeat("0", 60)
			return p.do(t, http.MethodPost, "/api/v1/sessions", map[string]string{"kind": "invitation", "code": code})
		}
		var session struct{ Kind, State string }
		guest("jan", made.Code).into(t, http.StatusAccepted, &session)
		if session.Kind != "invitation" {
			t.Errorf("got %+v", session)
		}
		_, token, _ := strings.Cut(made.Link, "/i/")
		guest("eva", made.Code).refused(t, http.StatusGone, "invitation_old")
		guest("eva", token).refused(t, http.StatusGone, "invitation_old")
		guest("eva", "0000-0000").refused(t, http.StatusNotFound, "invitation_wrong")
		slow := guest("eva", "0000-0001").refused(t, http.StatusTooManyRequests, "invitation_slow")
		if slow.Params["seconds"] == "" {
			t.Errorf("got %+v", slow)
		}
		shown := page{base: "http://" + h.http}.do(t, http.MethodGet, "/i/"+token, nil)
		if shown.status == http.StatusOK && !strings.Contains(string(shown.body), fmt.Sprintf(`data-invitation="%s"`, token)) {
			t.Errorf("got %s", shown.body)
		}
	})
}
