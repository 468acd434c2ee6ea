package api

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"sufler/mixer"
	"sufler/routing"
	"sufler/routing/call"
	"sufler/routing/session"
)

// ended is a call of anna in which sofia whispered, as it is kept.
func (w *world) ended() routing.CallID {
	w.t.Helper()
	id := w.talk()
	path := "/api/v1/calls/" + string(id)
	w.ask("POST", path+"/supervision", w.as("sofia"), `{"mode":"whisper"}`).wants(w.t, http.StatusAccepted, "")
	w.answers("201")
	w.waitFor("sofia whispers", func() bool {
		return strings.Contains(w.ask("GET", path, w.as("sofia"), "").text, `"mode":"whisper","state":"talking"`)
	})
	w.ask("PUT", path+"/comment", w.as("sofia"), `{"text":"Well done"}`).wants(w.t, http.StatusOK, "")
	w.ask("POST", path+"/hangup", w.as("anna"), "").wants(w.t, http.StatusNoContent, "")
	c, err := w.exchange.Find(id)
	must(w.t, err)
	w.waitFor("the end", func() bool { return c.Snapshot().State == call.StateEnded })
	must(w.t, w.store.PutCall(w.t.Context(), session.RowOf(c.Snapshot())))
	w.waitFor("the journal", func() bool {
		entries, err := w.store.EntriesOfCall(w.t.Context(), id)
		return err == nil && len(entries) > 0 && strings.Contains(fmt.Sprint(entries), "guard.counted")
	})
	return id
}

// W018, W019: one record, cut to its reader.
func TestARecordIsCutToItsReader(t *testing.T) {
	w := newWorld(t)
	id := w.ended()
	path := "/api/v1/records/" + string(id)

	boss := read[Record](t, w.ask("GET", path, w.as("sofia"), "").wants(t, http.StatusOK, "").text)
	if len(boss.Tracks) != 3 || len(boss.Comments) != 1 || boss.Comments[0].Text != "Well done" || boss.Comments[0].By != "Sofia" {
		t.Errorf("got %+v", boss)
	}
	if boss.Row.Operator != "Anna" || boss.Row.Number != visitor || boss.Row.Queue != "Orders" {
		t.Errorf("got %+v", boss.Row)
	}

	text := w.ask("GET", path, w.as("anna"), "").wants(t, http.StatusOK, "").text
	own := read[Record](t, text)
	if len(own.Tracks) != 2 || len(own.Comments) != 0 || own.Files[0].May != true || own.Files[1].May != false {
		t.Errorf("got %+v", own)
	}
	for _, secret := range []string{"Sofia", string(w.id("sofia")), "whisper", "Well done", "supervision", "guard"} {
		if strings.Contains(strings.ReplaceAll(text, `"guard":{"outside":0,"granted":0,"stopped":0}`, ""), secret) {
			t.Errorf("the agent's record tells %q:\n%s", secret, text)
		}
	}
	w.ask("GET", path, w.as("boris"), "").wants(t, http.StatusNotFound, "record_unknown")
	w.ask("GET", path, w.as("karel"), "").wants(t, http.StatusNotFound, "record_unknown")
	w.ask("GET", "/api/v1/records/unknown", w.as("adam"), "").wants(t, http.StatusNotFound, "record_unknown")
	for login, n := range map[string]int{"anna": 1, "boris": 0, "sofia": 1, "karel": 0, "adam": 1} {
		list := read[struct{ Records []RecordRow }](t, w.ask("GET", "/api/v1/records", w.as(login), "").wants(t, http.StatusOK, "").text)
		if len(list.Records) != n {
			t.Errorf("%s: got %d records, want %d", login, len(list.Records), n)
		}
	}
}

func TestFilesAreSentInRangesAndTheDownloadOfTheTrainingFileIsWrittenDown(t *testing.T) {
	w := newWorld(t)
	id := w.ended()
	path := "/api/v1/records/" + string(id) + "/files/"
	for _, c := range []struct {
		name, login, ranges string
		status              int
		code, want          string
	}{
		{"client.wav", "anna", "", http.StatusOK, "", "0123456789"},
		{"client.wav", "anna", "bytes=2-4", http.StatusPartialContent, "", "234"},
		{"client.wav", "anna", "bytes=-2", http.StatusPartialContent, "", "89"},
		{"client.wav", "anna", "bytes=50-", http.StatusRequestedRangeNotSatisfiable, "", ""},
		{"training.wav", "anna", "", http.StatusForbidden, "not_allowed", ""},
		{"training.wav", "boris", "", http.StatusNotFound, "record_unknown", ""},
		{"training.wav", "sofia", "bytes=1-", http.StatusPartialContent, "", "123456789"},
		{"../secret", "adam", "", http.StatusNotFound, "route_unknown", ""},
		{"secret.wav", "adam", "", http.StatusUnprocessableEntity, "request_invalid", ""},
		{"client.wav", "", "", http.StatusUnauthorized, "login_needed", ""},
	} {
		headers := []string{}
		if c.ranges != "" {
			headers = []string{"Range", c.ranges}
		}
		got := w.ask("GET", path+c.name, w.as(c.login), "", headers...).wants(t, c.status, c.code)
		if c.want != "" && (got.text != c.want || got.Header.Get("Content-Type") != "audio/wav" || got.Header.Get("Accept-Ranges") != "bytes") {
			t.Errorf("%+v: got %q %v", c, got.text, got.Header)
		}
	}
	entries, err := w.store.EntriesOfCall(t.Context(), id)
	must(t, err)
	var written []routing.Entry
	for _, e := range entries {
		if e.Kind == "record.downloaded" {
			written = append(written, e)
		}
	}
	if len(written) != 1 || written[0].By != string(w.id("sofia")) || written[0].Audience != routing.SupervisorsOnly {
		t.Errorf("got %v, want one row of sofia's", written)
	}
}

func TestWithoutAnAuditRowThereIsNoTrainingFile(t *testing.T) {
	w := newWorld(t, func(o *Options) { o.Journal = deaf{} })
	id := w.ended()
	w.ask("GET", "/api/v1/records/"+string(id)+"/files/training.wav", w.as("sofia"), "").wants(t, http.StatusServiceUnavailable, "audit_unavailable")
	w.ask("GET", "/api/v1/records/"+string(id)+"/files/client.wav", w.as("sofia"), "").wants(t, http.StatusOK, "")
}

func TestACommentIsKeptOncePerSupervisor(t *testing.T) {
	w := newWorld(t)
	id := w.ended()
	path := "/api/v1/calls/" + string(id) + "/comment"
	for _, text := range []string{"one", "two"} {
		w.ask("PUT", path, w.as("sofia"), fmt.Sprintf(`{"text":%q}`, text)).wants(t, http.StatusOK, "")
	}
	w.ask("PUT", path, w.as("adam"), `{"text":"mine"}`).wants(t, http.StatusOK, "")
	w.ask("PUT", path, w.as("anna"), `{"text":"me?"}`).wants(t, http.StatusForbidden, "not_allowed")
	w.ask("PUT", path, w.as("karel"), `{"text":"me?"}`).wants(t, http.StatusNotFound, "record_unknown")
	w.ask("PUT", path, w.as("sofia"), fmt.Sprintf(`{"text":%q}`, strings.Repeat("ž", maxComment+1))).wants(t, http.StatusUnprocessableEntity, "comment_too_long")
	comments, err := w.store.Comments(t.Context(), id)
	must(t, err)
	if len(comments) != 2 {
		t.Errorf("got %v, want one of sofia's and one of adam's", comments)
	}
	got := read[Call](t, w.ask("GET", "/api/v1/calls/"+string(id), w.as("sofia"), "").text)
	if got.Comment != "two" {
		t.Errorf("got %q, want two", got.Comment)
	}
}

func TestARecordIsShownInMilliseconds(t *testing.T) {
	w := newWorld(t)
	got := w.server.recordObject(session.Record{
		Waited: 1500 * time.Millisecond, Guard: mixer.GuardCount{Outside: 9, Granted: 1},
		Intervals: []session.Interval{{Mode: "waiting", To: 10 * time.Second}, {Mode: "whisper", From: 10 * time.Second, To: 20 * time.Second, By: "Sofia"}},
		Tracks:    []session.Track{{Party: session.Party{ID: "s", Role: routing.Supervisor, Name: "Sofia"}, Peaks: []byte{0, 255}}},
	})
	if text := fmt.Sprint(got.WaitedMS, got.Guard, got.Intervals, got.Tracks); text != "1500 {9 1 0} [{waiting 0 10000 } {whisper 10000 20000 Sofia}] [{s supervisor Sofia [0 255]}]" {
		t.Errorf("got %s", text)
	}
}
