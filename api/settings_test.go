package api

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"sufler/routing/settings"
)

// settingsOf are a kind's settings as somebody reads them.
func settingsOf[T any](w *world, login, many string) []T {
	w.t.Helper()
	got := w.ask("GET", "/api/v1/settings/"+many, w.as(login), "").wants(w.t, http.StatusOK, "")
	return read[struct{ Items []T }](w.t, got.text).Items
}

func (w *world) put(login, path string, v any) reply {
	w.t.Helper()
	return w.ask("PUT", "/api/v1/settings/"+path, w.as(login), string(mustJSON(v)))
}

// Every kind of setting has its requests; the path says which one it is.
func TestEveryKindOfSettingIsPutListedAndDeleted(t *testing.T) {
	w := newWorld(t)
	orders, _ := w.settings.Queues.Get("Orders")
	for path, v := range map[string]any{
		"queues/Noční%20směna": orders, "groups/night": settings.NewGroup(""), "hours/day": settings.NewHours("Day"),
		"widgets/cafe": settings.NewWidget("Café"), "templates/hello": settings.Template{Title: "Hello", Text: "Hello {visitor}", Scope: settings.ForAll},
		"results/asked": settings.Result{Title: "Asked", Active: true}, "parameters/order_id": settings.Parameter{Title: "Order", Most: 20}, "tags/autumn": settings.Tag{},
	} {
		many, _, _ := strings.Cut(path, "/")
		before := len(settingsOf[json.RawMessage](w, "adam", many))
		first := w.put("adam", path, v).wants(t, http.StatusOK, "")
		again := w.put("adam", path, json.RawMessage(first.text)).wants(t, http.StatusOK, "")
		if first.text != again.text {
			t.Errorf("%s: got %s, then %s", path, first.text, again.text)
		}
		if got := len(settingsOf[json.RawMessage](w, "adam", many)); got != before+1 {
			t.Errorf("%s: got %d settings after %d", path, got, before)
		}
		w.ask("DELETE", "/api/v1/settings/"+path, w.as("adam"), "").wants(t, http.StatusNoContent, "")
		w.ask("DELETE", "/api/v1/settings/"+path, w.as("adam"), "").wants(t, http.StatusNotFound, "setting_unknown")
	}
	if got := settingsOf[FileValue](w, "adam", "file"); len(got) != 1 || got[0].Where != "sufler.yaml:2:3" {
		t.Errorf("got %+v", got)
	}
	policy := settings.NewPolicy()
	policy.AwayWeb = true
	w.put("adam", "policy", policy).wants(t, http.StatusOK, "")
	if got := read[settings.Policy](t, w.ask("GET", "/api/v1/settings/policy", w.as("anna"), "").text); got != policy {
		t.Errorf("got %+v", got)
	}
}

func TestWhatIsWrongWithASettingIsToldFieldByField(t *testing.T) {
	w := newWorld(t)
	orders, _ := w.settings.Queues.Get("Orders")
	orders.Rounds, orders.Hours = 0, "none"
	got := w.ask("PUT", "/api/v1/settings/queues/Orders", w.as("adam"), string(mustJSON(orders)), "Accept-Language", "cs").wants(t, http.StatusUnprocessableEntity, "setting_invalid")
	p := read[Problem](t, got.text)
	want := []Flaw{{At: "hours", Code: "unknown", Title: "none tu neexistuje."}, {At: "rounds", Code: "out_of_range", Title: "Od 1 do 20."}}
	if len(p.Flaws) != 2 || p.Flaws[0] != want[0] || p.Flaws[1] != want[1] {
		t.Errorf("got  %+v\nwant %+v", p.Flaws, want)
	}
	w.put("adam", "queues/Orders", map[string]any{"groups": []string{"orders"}}).wants(t, http.StatusUnprocessableEntity, "request_invalid")
}

func TestAGroupThatIsNeededStays(t *testing.T) {
	w := newWorld(t)
	for path, code := range map[string]string{"groups/orders": "setting_used", "queues/Orders": "", "widgets/default": "setting_used"} {
		got := w.ask("DELETE", "/api/v1/settings/"+path, w.as("adam"), "")
		if code == "" {
			got.wants(t, http.StatusNoContent, "")
		} else {
			got.wants(t, http.StatusConflict, code)
		}
	}
	w.ask("DELETE", "/api/v1/settings/groups/orders", w.as("adam"), "").wants(t, http.StatusConflict, "setting_used") // anna is in it
}

// M076, I011: templates are written by the owner for all, and by a supervisor for a
// group of theirs; everybody reads those that are for them.
func TestTemplatesAreWrittenAndReadByThoseWhoMay(t *testing.T) {
	w := newWorld(t)
	template := func(title, scope, group string) settings.Template {
		m := settings.Template{Title: title, Text: "Text", Scope: scope}
		m.Group = "orders"
		if group != "" {
			m.Group = "repairs"
		}
		return m
	}
	w.put("adam", "templates/all", template("All", settings.ForAll, "")).wants(t, http.StatusOK, "")
	w.put("sofia", "templates/orders", template("Orders", settings.ForGroup, "")).wants(t, http.StatusOK, "")
	w.put("sofia", "templates/all", template("Mine", settings.ForGroup, "")).wants(t, http.StatusForbidden, "not_allowed")
	w.put("sofia", "templates/x", template("All", settings.ForAll, "")).wants(t, http.StatusForbidden, "not_allowed")
	w.put("sofia", "templates/x", template("Repairs", settings.ForGroup, "repairs")).wants(t, http.StatusForbidden, "not_allowed")
	w.put("karel", "templates/orders", template("Taken", settings.ForGroup, "repairs")).wants(t, http.StatusForbidden, "not_allowed")
	w.put("anna", "templates/x", template("Mine", settings.ForGroup, "")).wants(t, http.StatusForbidden, "not_allowed")
	w.ask("DELETE", "/api/v1/settings/templates/orders", w.as("karel"), "").wants(t, http.StatusForbidden, "not_allowed")
	own := template("Boris only", settings.ForOperator, "")
	own.Operator = w.id("boris")
	w.put("adam", "templates/own", own).wants(t, http.StatusOK, "")
	for login, want := range map[string]string{"anna": "All Orders", "boris": "All Boris only", "sofia": "All Orders", "karel": "All", "adam": "All Boris only Orders"} {
		var titles []string
		for _, m := range settingsOf[settings.Template](w, login, "templates") {
			titles = append(titles, m.Title)
		}
		if got := strings.Join(titles, " "); got != want {
			t.Errorf("%s: got %s, want %s", login, got, want)
		}
	}
	w.ask("DELETE", "/api/v1/settings/templates/orders", w.as("sofia"), "").wants(t, http.StatusNoContent, "")
}

// M078, M079: a star is each operator's own.
func TestAStarIsSeenByNobodyElse(t *testing.T) {
	w := newWorld(t)
	w.put("adam", "templates/hello", settings.Template{Title: "Hello", Text: "Hello", Scope: settings.ForAll}).wants(t, http.StatusOK, "")
	starred := w.ask("PUT", "/api/v1/me/favourites/hello", w.as("anna"), "").wants(t, http.StatusOK, "")
	if got := read[settings.Personal](t, starred.text); len(got.Favourites) != 1 {
		t.Errorf("got %+v", got)
	}
	if got := read[settings.Personal](t, w.ask("GET", "/api/v1/me/personal", w.as("boris"), "").text); len(got.Favourites) != 0 {
		t.Errorf("boris has the star of anna: %+v", got)
	}
	w.ask("PUT", "/api/v1/me/favourites/none", w.as("anna"), "").wants(t, http.StatusNotFound, "setting_unknown")
	w.ask("DELETE", "/api/v1/me/favourites/hello", w.as("anna"), "").wants(t, http.StatusOK, "")
	w.ask("PUT", "/api/v1/me/shortcuts", w.as("anna"), `{"shortcuts":{"chat.focus":"Alt+KeyK"}}`).wants(t, http.StatusOK, "")
	w.ask("PUT", "/api/v1/me/shortcuts", w.as("anna"), `{"shortcuts":{"chat.focus":"Ctrl+KeyW"}}`).wants(t, http.StatusUnprocessableEntity, "setting_invalid")
	got := read[settings.Personal](t, w.ask("GET", "/api/v1/me/personal", w.as("anna"), "").text)
	if len(got.Favourites) != 0 || got.Shortcuts["chat.focus"] != "Alt+KeyK" {
		t.Errorf("got %+v", got)
	}
}

// M076: what an administrator adds is at the operators' desks at once; what is
// somebody's own is told to them alone.
func TestDesksAreToldWhatIsSetAnotherWay(t *testing.T) {
	w := newWorld(t)
	anna, boris := w.page("anna"), w.page("boris")
	t.Cleanup(func() { _ = anna.ws.CloseNow() })
	t.Cleanup(func() { _ = boris.ws.CloseNow() })
	w.put("adam", "templates/hello", settings.Template{Title: "Hello", Text: "Hello", Scope: settings.ForAll}).wants(t, http.StatusOK, "")
	for name, page := range map[string]*screen{"anna": anna, "boris": boris} {
		if got := string(page.next("setting.changed").Data); got != `{"kind":"template"}` {
			t.Errorf("%s: got %s", name, got)
		}
	}
	w.ask("PUT", "/api/v1/me/favourites/hello", w.as("anna"), "").wants(t, http.StatusOK, "")
	if got := string(anna.next("setting.changed").Data); got != `{"kind":"personal"}` {
		t.Errorf("got %s", got)
	}
	w.put("adam", "tags/autumn", settings.Tag{}).wants(t, http.StatusOK, "")
	if got := string(boris.next("setting.changed").Data); got != `{"kind":"tag"}` {
		t.Errorf("boris is told of the star of anna: %s", got)
	}
}

// M042, M043, M062: the owner says how many chats somebody may have, 1 to 10.
func TestTheOwnerChangesPeople(t *testing.T) {
	w := newWorld(t)
	patch := func(login, who, body string) reply {
		return w.ask("PATCH", "/api/v1/people/"+string(w.id(who)), w.as(login), body)
	}
	for _, n := range []string{"0", "11"} {
		patch("adam", "anna", `{"chat_limit":`+n+`}`).wants(t, http.StatusUnprocessableEntity, "setting_invalid")
	}
	changed := patch("adam", "anna", `{"chat_limit":10,"preview":true,"public_name":"Anička","description":"Lampy","groups":["repairs"]}`).wants(t, http.StatusOK, "")
	if got := read[Person](t, changed.text); got.ChatLimit != 10 || !got.Preview || got.PublicName != "Anička" || len(got.Groups) != 1 {
		t.Errorf("got %+v", got)
	}
	all := read[struct{ Items []Person }](t, w.ask("GET", "/api/v1/people", w.as("adam"), "").text).Items
	if len(all) != 5 || all[1].Login != "anna" || all[1].Description != "Lampy" {
		t.Errorf("got %+v", all)
	}
	for _, login := range []string{"anna", "sofia"} {
		patch(login, "anna", `{"chat_limit":9}`).wants(t, http.StatusForbidden, "not_allowed")
		w.ask("GET", "/api/v1/people", w.as(login), "").wants(t, http.StatusForbidden, "not_allowed")
	}
	patch("adam", "adam", `{"active":false}`).wants(t, http.StatusConflict, "owner_last")
	patch("adam", "anna", `{"active":false}`).wants(t, http.StatusOK, "")
	w.ask("GET", "/api/v1/me", w.as("anna"), "").wants(t, http.StatusUnauthorized, "login_needed")
	w.ask("PATCH", "/api/v1/people/nobody", w.as("adam"), `{}`).wants(t, http.StatusNotFound, "operator_unknown")
}
