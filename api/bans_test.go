package api

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"sufler/routing"
)

// known is a visitor by name, with a token.
func (w *world) known(name string) routing.Visitor {
	w.t.Helper()
	v, err := w.visitors.Known(w.t.Context(), tokenOf(name), "cs")
	must(w.t, err)
	return v
}

func tokenOf(name string) string { return name + strings.Repeat("0", 40) }

func (w *world) bansOf(login string) (ids []routing.VisitorID) {
	w.t.Helper()
	got := w.ask("GET", "/api/v1/bans", w.as(login), "").wants(w.t, http.StatusOK, "")
	for _, b := range read[struct{ Bans []Ban }](w.t, got.text).Bans {
		ids = append(ids, b.Visitor.ID)
	}
	return ids
}

// M036: who is kept out stands in a list with who decided and why, and is let in again
// by those who may.
func TestBansAreListedAndLiftedByThoseWhoMay(t *testing.T) {
	w := newWorld(t)
	jan, eva := w.known("jan"), w.known("eva")
	until := time.Now().Add(time.Hour).Truncate(time.Second)
	for _, b := range []routing.Ban{
		{Visitor: jan.ID, Session: "s1", Reason: "rude", By: w.id("anna"), Until: until}, {Visitor: eva.ID, Reason: "spam", By: w.id("boris")},
	} {
		_, err := w.visitors.Ban(t.Context(), b)
		must(t, err)
	}
	got := w.ask("GET", "/api/v1/bans", w.as("anna"), "").wants(t, http.StatusOK, "")
	b := read[struct{ Bans []Ban }](t, got.text).Bans[0]
	if b.Visitor.Number != jan.Number || b.By.Name != "Anna" || b.Reason != "rude" || b.Session != "s1" || b.At == "" || b.Until == nil || *b.Until != until.UTC().Format("2006-01-02T15:04:05.000Z") {
		t.Errorf("got %+v", b)
	}
	for login, want := range map[string][]routing.VisitorID{
		"anna": {jan.ID}, "boris": {eva.ID}, "sofia": {jan.ID}, "karel": {eva.ID}, "adam": {eva.ID, jan.ID},
	} {
		ids := w.bansOf(login)
		if len(ids) != len(want) || ids[0] != want[0] && ids[0] != want[len(want)-1] {
			t.Errorf("%s sees %v, want %v", login, ids, want)
		}
	}
	lift := func(login string, id routing.VisitorID) reply {
		return w.ask("DELETE", "/api/v1/bans/"+string(id), w.as(login), "")
	}
	for _, login := range []string{"boris", "karel"} {
		lift(login, jan.ID).wants(t, http.StatusForbidden, "not_allowed")
	}
	lift("adam", "nobody").wants(t, http.StatusNotFound, "ban_unknown")
	lift("sofia", jan.ID).wants(t, http.StatusNoContent, "")
	lift("anna", jan.ID).wants(t, http.StatusNotFound, "ban_unknown")
	lift("adam", eva.ID).wants(t, http.StatusNoContent, "")
	if w.visitors.Banned(jan.ID) || w.visitors.Banned(eva.ID) || len(w.bansOf("adam")) != 0 {
		t.Error("somebody is still kept out")
	}
	for _, id := range []routing.VisitorID{jan.ID, eva.ID} {
		if all, err := w.visitors.BansOf(t.Context(), id); err != nil || len(all) != 1 || all[0].LiftedBy == "" {
			t.Errorf("what there was: %+v, %v", all, err)
		}
	}
}
