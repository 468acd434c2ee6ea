package api

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"sufler/routing"
	"sufler/routing/people"
	"sufler/routing/settings"
)

const cafe = "https://cafe.example"

// withCafe adds a second widget: of another site, in its own queue, without talks.
func (w *world) withCafe(change func(*settings.Widget)) {
	w.t.Helper()
	widget := settings.NewWidget("cafe")
	widget.Company, widget.Origins = "Kavárna", []string{cafe}
	widget.Channels.Voice.Enabled = false
	widget.Channels.Callback.Queue, widget.Channels.Chat.Queue = "Repairs", "Repairs"
	if change != nil {
		change(&widget)
	}
	_, err := w.settings.Widgets.Put(w.t.Context(), widget)
	must(w.t, err)
}

// B 15: a widget is for the pages of its own origins; the refusal names the origin.
func TestAWidgetIsForThePagesOfItsOrigins(t *testing.T) {
	w := newWorld(t)
	w.withCafe(nil)
	for _, c := range []struct {
		id, origin string
		status     int
		code       string
	}{
		{"default", shop, http.StatusOK, ""},
		{"cafe", cafe, http.StatusOK, ""},
		{"cafe", "", http.StatusOK, ""}, // no page: curl
		{"cafe", w.http.URL, http.StatusOK, ""},
		{"cafe", shop, http.StatusForbidden, "origin_foreign"},
		{"default", cafe, http.StatusForbidden, "origin_foreign"},
		{"default", foreignO, http.StatusForbidden, "origin_foreign"},
		{"none", shop, http.StatusNotFound, "widget_unknown"},
	} {
		got := w.ask("GET", "/api/v1/widgets/"+c.id, "", "", "Origin", c.origin).wants(t, c.status, c.code)
		if c.code == "origin_foreign" && !strings.Contains(got.text, c.origin) {
			t.Errorf("%s on %s: got %s", c.id, c.origin, got.text)
		}
	}
	if _, err := w.tryDial(map[string]string{"Origin": cafe}); err != nil {
		t.Errorf("a page of a widget's origin gets no WebSocket: %v", err)
	}
}

// M040: what a widget does not offer is neither shown nor taken.
func TestAWayInThatIsOffIsNotTaken(t *testing.T) {
	w := newWorld(t)
	w.withCafe(nil)
	info := read[WidgetInfo](t, w.ask("GET", "/api/v1/widgets/cafe", "", "", "Origin", cafe).text)
	if hasChannel(info.Channels, routing.VoiceChannel) || !hasChannel(info.Channels, routing.ChatChannel) || info.Talk.Enabled || info.Company != "Kavárna" {
		t.Errorf("got %+v", info)
	}
	w.ask("POST", "/api/v1/talks", "", `{"widget":"cafe"}`, "Origin", cafe).wants(t, http.StatusServiceUnavailable, "channel_off")
	w.ask("POST", "/api/v1/talks", "", `{"widget":"default"}`, "Origin", cafe).wants(t, http.StatusForbidden, "origin_foreign")
	w.ask("POST", "/api/v1/talks", "", `{}`, "Origin", shop).wants(t, http.StatusAccepted, "")
	got := w.ask("POST", "/api/v1/callbacks", "", `{"number":"+420777000009","widget":"cafe"}`, "Origin", cafe).wants(t, http.StatusAccepted, "")
	if asked := read[Callback](t, got.text); asked.Queue != "Repairs" {
		t.Errorf("it waits in %s", asked.Queue)
	}
	w.withCafe(func(widget *settings.Widget) { widget.Channels.Callback.Enabled = false })
	w.ask("POST", "/api/v1/callbacks", "", `{"number":"+420777000008","widget":"cafe"}`, "Origin", cafe).wants(t, http.StatusServiceUnavailable, "channel_off")
}

// I009, M025: what a visitor finds is what those who serve can take.
func TestAWidgetSaysWhoIsThere(t *testing.T) {
	w := newWorld(t)
	w.withCafe(nil)
	state := func(widget string) (string, map[string]string) {
		info := read[WidgetInfo](t, w.ask("GET", "/api/v1/widgets/"+widget, "", "").text)
		doors := map[string]string{}
		for _, c := range info.Channels {
			doors[c.Kind] = c.State
		}
		return info.State, doors
	}
	if got, doors := state("cafe"); got != "offline" || doors["chat"] != "closed" {
		t.Errorf("nobody is there: got %s %v", got, doors)
	}
	desk := w.page("boris")
	t.Cleanup(func() { _ = desk.ws.CloseNow() })
	if got, doors := state("cafe"); got != "online" || doors["chat"] != "open" || doors["callback"] != "closed" { // nothing of his rings
		t.Errorf("boris writes: got %s %v", got, doors)
	}
	if got, _ := state("default"); got != "offline" {
		t.Errorf("boris does not serve Orders: got %s", got)
	}
	must(t, w.presence.SetStatus(w.id("boris"), people.Pause, "lunch"))
	if got, doors := state("cafe"); got != "offline" {
		t.Errorf("boris is away: got %s %v", got, doors)
	}
}

func TestOutsideItsHoursAWidgetSaysWhenItOpens(t *testing.T) {
	w := newWorld(t)
	opens := time.Now().UTC().AddDate(0, 0, 2).Truncate(24 * time.Hour).Add(8 * time.Hour) // the only day of the week
	week := map[string][]settings.Window{strings.ToLower(opens.Weekday().String()[:3]): {{From: "08:00", To: "16:00"}}}
	_, err := w.settings.Hours.Put(t.Context(), settings.Hours{ID: "day", Name: "Day", Zone: "UTC", Week: week})
	must(t, err)
	orders, _ := w.settings.Queues.Get("Orders")
	orders.Hours = "day"
	_, err = w.settings.Queues.Put(t.Context(), orders)
	must(t, err)
	w.presence.PhoneChanged("101", true)
	info := read[WidgetInfo](t, w.ask("GET", "/api/v1/widget", "", "").text)
	if info.State != "offline" || len(info.Channels) == 0 || info.Channels[0].OpensAt == nil || *info.Channels[0].OpensAt != opens.Format("2006-01-02T15:04:05.000Z") {
		t.Errorf("got %+v, want it to open at %s", info, opens)
	}
}
