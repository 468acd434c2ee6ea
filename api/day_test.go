package api

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"sufler/routing"
)

// PRODUCT B11: whoever is logged in reads their own day, and nobody's else.
func TestOnesOwnDayInFigures(t *testing.T) {
	w := newWorld(t)
	w.sits("anna")
	_, s := w.chats()
	path := "/api/v1/me/day?since=" + url.QueryEscape(time.Now().Add(-time.Hour).Format(time.RFC3339Nano))
	day := func(login, path string) Day {
		return read[Day](t, w.ask("GET", path, w.as(login), "").wants(t, http.StatusOK, "").text)
	}
	w.ask("POST", "/api/v1/sessions/"+string(s.ID)+"/end", w.as("anna"), "").wants(t, http.StatusOK, "")
	w.ask("PUT", "/api/v1/me/status", w.as("anna"), `{"status":"pause","reason":"oběd"}`).wants(t, http.StatusOK, "")
	w.waitFor("her day is on disk", func() bool {
		got := day("anna", path)
		return got.Taken == 1 && got.Chats == 1 && got.Calls == 0 && got.WrapUpMS > 0 && got.PauseMS > 0
	})
	for _, login := range []string{"boris", "sofia", "adam"} {
		if got := day(login, path); got != (Day{}) {
			t.Errorf("%s: got %+v", login, got)
		}
	}
	later := "/api/v1/me/day?since=" + url.QueryEscape(time.Now().Add(time.Hour).Format(time.RFC3339))
	if got := day("anna", later); got != (Day{}) {
		t.Errorf("of a day that has not begun: got %+v", got)
	}
	w.ask("GET", "/api/v1/me/day?since=yesterday", w.as("anna"), "").wants(t, http.StatusUnprocessableEntity, "request_invalid")
	w.ask("GET", "/api/v1/me/day", "", "").wants(t, http.StatusUnauthorized, "login_needed")
}

// PRODUCT B11: the last 200 sessions that one had a part in, of every kind, the newest
// first, by a request that says whose.
func TestOnesOwnHistoryIsTheLastTwoHundred(t *testing.T) {
	w := newWorld(t)
	began := time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
	kinds := []routing.Channel{routing.ChatChannel, routing.CallbackChannel, routing.VoiceChannel}
	for i := range 205 {
		one := routing.Session{
			ID: routing.NewID[routing.SessionID](), Channel: kinds[i%len(kinds)], Queue: "Orders", State: routing.SessionClosed, Outcome: routing.SessionTalked, Phone: visitorPhone,
			Requested: began.Add(time.Duration(i) * time.Minute), Closed: began.Add(24 * time.Hour), Parts: []routing.SessionPart{{Operator: w.id("anna"), Accepted: began, Left: began, Done: began}},
		}
		must(t, w.store.PutSession(t.Context(), one))
	}
	history := read[struct{ Sessions []SessionRow }](t, w.ask("GET", "/api/v1/sessions?operator="+string(w.id("anna")), w.as("anna"), "").wants(t, http.StatusOK, "").text).Sessions
	if len(history) != 200 || history[0].RequestedAt != "2026-11-20T11:24:00.000Z" || history[0].Kind != "chat" || history[1].Kind != "voice" || history[2].Kind != "callback" {
		t.Errorf("got %d, the first %+v", len(history), history[0])
	}
}

// The day begins at midnight where the server is, also when the clocks are changed.
func TestWithoutABeginningTheDayBeganAtMidnight(t *testing.T) {
	prague, err := time.LoadLocation("Europe/Prague")
	must(t, err)
	for now, want := range map[string]string{
		"2026-10-25T01:30:00Z": "2026-10-24T22:00:00Z", "2026-10-25T22:30:00Z": "2026-10-24T22:00:00Z", "2026-03-29T10:00:00Z": "2026-03-28T23:00:00Z",
	} {
		at, err := time.Parse(time.RFC3339, now)
		must(t, err)
		if got := midnight(at.In(prague)).UTC().Format(time.RFC3339); got != want {
			t.Errorf("%s: got %s, want %s", now, got, want)
		}
	}
}
