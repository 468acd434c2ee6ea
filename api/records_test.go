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
	"sufler/routing/records"
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
	must(w.t, w.store.PutCall(w.t.Context(), records.RowOf(c.Snapshot())))
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
	if boss.Row.Operator != "Anna" || boss.Row.Number != visitorPhone || boss.Row.Queue != "Orders" {
		t.Errorf("got %+v", boss.Row)
	}

	text := w.ask("GET", path, w.as("anna"), "").wants(t, http.StatusOK, "").text
	own := read[Record](t, text)
	if len(own.Tracks) != 2 || len(own.Comments) != 0 || own.Files[0].May != true || own.Files[1].May != false || own.Files[1].Bytes != 0 {
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
		{"track-3.wav", "anna", "", http.StatusUnprocessableEntity, "request_invalid", ""},
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
	got := w.server.recordObject(records.Record{
		Waited: 1500 * time.Millisecond, Guard: mixer.GuardCount{Outside: 9, Granted: 1},
		Intervals: []records.Interval{{Mode: "waiting", To: 10 * time.Second}, {Mode: "whisper", From: 10 * time.Second, To: 20 * time.Second, By: "Sofia"}},
		Tracks:    []records.Track{{Party: records.Party{ID: "s", Role: routing.Supervisor, Name: "Sofia"}, Peaks: []byte{0, 255}}},
	})
	if text := fmt.Sprint(got.WaitedMS, got.Guard, got.Intervals, got.Tracks); text != "1500 {9 1 0} [{waiting 0 10000 } {whisper 10000 20000 Sofia}] [{s supervisor Sofia [0 255]}]" {
		t.Errorf("got %s", text)
	}
}

// kept stores calls that have ended, the first the newest.
func (w *world) kept(rows ...routing.CallRow) {
	w.t.Helper()
	newest := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	for i, row := range rows {
		row.ID = routing.CallID(fmt.Sprintf("call%d", i+1))
		row.Started = newest.Add(-time.Duration(i) * time.Hour)
		row.Talked, row.Ended, row.Cause = row.Started.Add(time.Second), row.Started.Add(2500*time.Millisecond), "hung_up"
		must(w.t, w.store.PutCall(w.t.Context(), row))
	}
}

// listed are the calls of an answer, in order, without their word.
func listed(t *testing.T, text string) string {
	t.Helper()
	found := ""
	for _, r := range read[struct{ Records []RecordRow }](t, text).Records {
		found += strings.TrimPrefix(string(r.Call), "call")
	}
	return found
}

func TestRecordsAreFoundByWhatPeopleWriteAndOnlyOnesOwn(t *testing.T) {
	w := newWorld(t)
	anna, boris := w.id("anna"), w.id("boris")
	w.kept(
		routing.CallRow{Kind: routing.PhoneCall, Queue: "Orders", ClientName: "Jan Novák", Number: "+420777000001", Operator: anna},
		routing.CallRow{Kind: routing.WebCall, Queue: "Repairs", ClientName: "Žofie Nováková", Operator: boris},
		routing.CallRow{Kind: routing.CallbackCall, Queue: "Orders", ClientName: "Ёлкин", Number: "+79031234567"},
		routing.CallRow{Kind: routing.InternalCall, Number: "102"},
	)
	for _, c := range []struct{ query, login, want string }{
		{"", "adam", "1234"},
		{"", "sofia", "13"},
		{"", "karel", "2"},
		{"", "anna", "1"},
		{"", "boris", "2"},
		{"?number=777+000+001", "adam", "1"},
		{"?number=%2B420777", "adam", "1"},
		{"?number=00420+777-000-001", "adam", "1"},
		{"?number=none", "adam", ""},
		{"?text=NOVAK", "adam", "12"},
		{"?text=zofie+novakov", "adam", "2"},
		{"?text=%D0%B5%D0%BB%D0%BA%D0%B8%D0%BD", "adam", "3"},
		{"?text=anna", "adam", "1"},
		{"?text=novak", "anna", "1"},
		{"?text=novak", "karel", "2"},
		{"?kind=web", "adam", "2"},
		{"?queue=Orders", "adam", "13"},
		{"?queue=Orders", "karel", ""},
		{"?from=2026-11-20T11:00:00Z", "adam", "12"},
		{"?to=2026-11-20T12:00:00%2B01:00", "adam", "34"},
		{"?before=call2", "adam", "34"},
		{"?before=call1&queue=Orders", "sofia", "3"},
	} {
		if got := listed(t, w.ask("GET", "/api/v1/records"+c.query, w.as(c.login), "").wants(t, http.StatusOK, "").text); got != c.want {
			t.Errorf("%s asks %s: got %q, want %q", c.login, c.query, got, c.want)
		}
		query := strings.Replace(c.query, "?", "&", 1)
		if strings.Contains(query, "before=") {
			continue
		}
		got := w.ask("GET", "/api/v1/records/export?format=json"+query, w.as(c.login), "").wants(t, http.StatusOK, "").text
		if got := listed(t, got); got != c.want {
			t.Errorf("%s takes away %s: got %q, want %q", c.login, c.query, got, c.want)
		}
	}
	for query, code := range map[string]string{"?kind=fax": "request_invalid", "?from=yesterday": "request_invalid", "?number=" + strings.Repeat("1", 65): "request_invalid"} {
		w.ask("GET", "/api/v1/records"+query, w.as("adam"), "").wants(t, http.StatusUnprocessableEntity, code)
	}
	w.ask("GET", "/api/v1/records?before=nobody", w.as("adam"), "").wants(t, http.StatusNotFound, "call_unknown")
	w.ask("GET", "/api/v1/records/export", "", "").wants(t, http.StatusUnauthorized, "login_needed")
}

func TestAnExportIsASheetWithoutFormulasAndIsWrittenDown(t *testing.T) {
	w := newWorld(t)
	w.kept(
		routing.CallRow{Kind: routing.PhoneCall, Queue: "Orders", ClientName: `=HYPERLINK("http://x","Jan")`, Number: "+420777000001", Operator: w.id("anna")},
		routing.CallRow{Kind: routing.WebCall, Queue: "Orders", ClientName: "Žofie, \"Nová\"\nline", Operator: w.id("anna")},
	)
	got := w.ask("GET", "/api/v1/records/export?text=&queue=Orders", w.as("sofia"), "").wants(t, http.StatusOK, "")
	want := "\uFEFFcall,kind,started_at,talked_s,number,client_name,operator,queue,cause\r\n" +
		`call1,phone,2026-11-20T12:00:00.000Z,1.5,'+420777000001,"'=HYPERLINK(""http://x"",""Jan"")",Anna,Orders,hung_up` + "\r\n" +
		"call2,web,2026-11-20T11:00:00.000Z,1.5,,\"Žofie, \"\"Nová\"\"\r\nline\",Anna,Orders,hung_up\r\n"
	if got.text != want {
		t.Errorf("got  %q\nwant %q", got.text, want)
	}
	if kind := got.Header.Get("Content-Type"); !strings.HasPrefix(kind, "text/csv; charset=utf-8") {
		t.Errorf("got type %s", kind)
	}
	if name := got.Header.Get("Content-Disposition"); !strings.HasPrefix(name, `attachment; filename="records-20`) || !strings.HasSuffix(name, `.csv"`) {
		t.Errorf("got %s", name)
	}
	entries, err := w.store.EntriesSince(t.Context(), auditSession, 0)
	must(t, err)
	if len(entries) != 1 || entries[0].Kind != "record.exported" || entries[0].By != string(w.id("sofia")) || string(entries[0].Data) != `{"format":"csv","queue":"Orders"}` {
		t.Errorf("got %+v, want one row of sofia's", entries)
	}
	nothing := w.ask("GET", "/api/v1/records/export?number=999", w.as("sofia"), "").wants(t, http.StatusOK, "").text
	if strings.Count(nothing, "\n") != 1 {
		t.Errorf("an empty sheet has more than its head: %q", nothing)
	}
	if got := w.ask("GET", "/api/v1/records/export?format=json&number=999", w.as("sofia"), "").text; listed(t, got) != "" {
		t.Errorf("got %q", got)
	}
}

func TestALongExportIsWholeAndInOrder(t *testing.T) {
	w := newWorld(t)
	rows := make([]routing.CallRow, 2*exportPage+1)
	for i := range rows {
		rows[i] = routing.CallRow{Kind: routing.PhoneCall, Operator: w.id("anna")}
	}
	w.kept(rows...)
	list := read[struct{ Records []RecordRow }](t, w.ask("GET", "/api/v1/records/export?format=json", w.as("adam"), "").wants(t, http.StatusOK, "").text).Records
	if len(list) != len(rows) {
		t.Fatalf("got %d rows, want %d", len(list), len(rows))
	}
	for i, r := range list {
		if string(r.Call) != fmt.Sprintf("call%d", i+1) {
			t.Fatalf("got %s at place %d", r.Call, i+1)
		}
	}
}

func TestWithoutAnAuditRowThereIsNoExport(t *testing.T) {
	w := newWorld(t, func(o *Options) { o.Journal = deaf{} })
	w.ask("GET", "/api/v1/records/export", w.as("adam"), "").wants(t, http.StatusServiceUnavailable, "audit_unavailable")
}
