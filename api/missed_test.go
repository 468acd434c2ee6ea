package api

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"sufler/routing"
)

// miss puts somebody on the list, who came in vain so many minutes ago.
func (w *world) miss(id string, queue routing.QueueName, ago int) {
	w.t.Helper()
	m := routing.Missed{
		ID: routing.MissedID(id), Reason: routing.MissedNotReached, Channel: routing.CallbackChannel, Queue: queue, Name: "Jan Novák", Phone: "+420777000001",
		Language: "cs", At: time.Now().Add(-time.Duration(ago) * time.Minute).UTC().Truncate(time.Millisecond),
	}
	if _, err := w.store.AddMissed(w.t.Context(), m); err != nil {
		w.t.Fatal(err)
	}
}

type missedAnswer struct {
	Missed []Missed
	Open   int
}

// ids are the ids of a list, as one word, and how many are open.
func (a missedAnswer) ids() string {
	var all strings.Builder
	for _, m := range a.Missed {
		all.WriteString(string(m.ID))
	}
	return fmt.Sprintf("%s %d", &all, a.Open)
}

// PRODUCT B10: a list for each group, which says who has seen to whom and when.
func TestTheMissedAreThoseOfOnesGroups(t *testing.T) {
	w := newWorld(t)
	w.miss("a", "Orders", 3)
	w.miss("b", "Repairs", 2)
	w.miss("c", "Orders", 1)
	w.miss("d", "", 0) // of no queue
	list := func(login, query string) string {
		return read[missedAnswer](t, w.ask("GET", "/api/v1/missed"+query, w.as(login), "").wants(t, http.StatusOK, "").text).ids()
	}
	for login, want := range map[string]string{"anna": "ca 2", "boris": "b 1", "sofia": "ca 2", "karel": "b 1", "adam": "dcba 4"} {
		if got := list(login, ""); got != want {
			t.Errorf("%s: got %q, want %q", login, got, want)
		}
	}
	for login, allowed := range map[string]bool{"boris": false, "karel": false, "anna": true, "sofia": true, "adam": true} {
		done := w.ask("POST", "/api/v1/missed/a/done", w.as(login), "")
		if !allowed {
			done.wants(t, http.StatusNotFound, "missed_unknown")
			continue
		}
		m := read[Missed](t, done.wants(t, http.StatusOK, "").text)
		if m.DoneAt == nil || m.ID != "a" || m.Reason != "not_reached" || m.Kind != "callback" || m.Phone != "+420777000001" {
			t.Errorf("%s: got %+v", login, m)
		}
	}
	w.ask("POST", "/api/v1/missed/none/done", w.as("anna"), "").wants(t, http.StatusNotFound, "missed_unknown")
	for query, want := range map[string]string{
		"": "ca 1", "?open=true": "c 1", "?before=c": "a 1", "?since=" + time.Now().Add(-2*time.Minute).UTC().Format(time.RFC3339): "c 1",
	} {
		if got := list("anna", query); got != want {
			t.Errorf("%q: got %q, want %q", query, got, want)
		}
	}
	w.ask("GET", "/api/v1/missed?before=none", w.as("anna"), "").wants(t, http.StatusNotFound, "missed_unknown")
}

func TestDesksAreToldOfTheMissedOfTheirGroups(t *testing.T) {
	w := newWorld(t)
	anna, boris := w.page("anna"), w.page("boris")
	defer func() { _ = anna.ws.CloseNow() }()
	defer func() { _ = boris.ws.CloseNow() }()
	add := func(id string, queue routing.QueueName) {
		w.missed.Add(routing.Missed{ID: routing.MissedID(id), Reason: routing.MissedAbandoned, Queue: queue, Phone: "+420777000001"})
	}
	add("a", "Orders")
	add("b", "Repairs")
	if m := read[Missed](t, string(anna.next("missed.changed").Data)); m.ID != "a" || m.DoneAt != nil || m.DoneBy != "" {
		t.Errorf("anna was told %+v", m)
	}
	if m := read[Missed](t, string(boris.next("missed.changed").Data)); m.ID != "b" {
		t.Errorf("boris was told %+v", m)
	}
	w.ask("POST", "/api/v1/missed/a/done", w.as("sofia"), "").wants(t, http.StatusOK, "")
	if m := read[Missed](t, string(anna.next("missed.changed").Data)); m.ID != "a" || m.DoneAt == nil || m.DoneBy != "Sofia" {
		t.Errorf("anna was told %+v", m)
	}
	w.missed.Reached(routing.Contact{Phone: "+420777000001"}, time.Now())
	if m := read[Missed](t, string(boris.next("missed.changed").Data)); m.ID != "b" || m.DoneAt == nil || m.DoneBy != "" {
		t.Errorf("boris was told %+v, want what was settled by itself", m)
	}
	_ = boris.ws.Close(websocket.StatusNormalClosure, "")
}
