package api

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"sufler/internal/token"
	"sufler/routing"
	"sufler/routing/people"
	"sufler/routing/session"
)

// shopper is a visitor's page of the shop.
type shopper struct {
	w     *world
	token string
}

func (w *world) shopper() shopper { return shopper{w, token.New()} }

func (g shopper) ask(method, path, body string, headers ...string) reply {
	g.w.t.Helper()
	return g.w.ask(method, "/api/v1"+path, g.token, body, append(headers, "Origin", shop)...)
}

// begins asks to write to us.
func (g shopper) begins(text string) VisitorSession {
	g.w.t.Helper()
	body := fmt.Sprintf(`{"name":"Jan Novák","email":"jan@example.com","text":%q,"message_id":"first","page":{"url":"https://shop.example/lampa","title":"Lampa"}}`, text)
	return read[VisitorSession](g.w.t, g.ask("POST", "/sessions", body).wants(g.w.t, http.StatusAccepted, "").text)
}

func (g shopper) says(id, text string) uint64 {
	g.w.t.Helper()
	body := fmt.Sprintf(`{"id":%q,"text":%q}`, id, text)
	return read[struct{ N uint64 }](g.w.t, g.ask("POST", "/sessions/mine/messages", body).wants(g.w.t, http.StatusOK, "").text).N
}

// mine is what the page without a WebSocket reads.
func (g shopper) mine(since uint64) (VisitorSession, []Entry) {
	g.w.t.Helper()
	got := read[struct {
		Session *VisitorSession
		Entries []Entry
	}](g.w.t, g.ask("GET", fmt.Sprintf("/sessions/mine?since=%d", since), "").wants(g.w.t, http.StatusOK, "").text)
	if got.Session == nil {
		g.w.t.Fatal("the visitor has no session")
	}
	return *got.Session, got.Entries
}

// sits opens somebody's desk, with a phone that can ring.
func (w *world) sits(login string) *screen {
	w.t.Helper()
	o, _ := w.people.ByLogin(login)
	w.presence.PhoneChanged(o.Phone, true)
	return w.page(login)
}

// accepts takes the only one who waits.
func (w *world) takes(login string) Session {
	w.t.Helper()
	places := w.line.Snapshot().Places
	if len(places) != 1 {
		w.t.Fatalf("got %d places", len(places))
	}
	answer := w.ask("POST", "/api/v1/waiting/"+string(places[0].ID)+"/accept", w.as(login), "").wants(w.t, http.StatusAccepted, "")
	return read[struct{ Session Session }](w.t, answer.text).Session
}

// chats brings a shopper and anna together.
func (w *world) chats() (shopper, Session) {
	w.t.Helper()
	g := w.shopper()
	g.begins("Máte žlutou lampu?")
	s := w.takes("anna")
	w.waitFor("it is told that she came", func() bool {
		v, err := w.sessions.Get(w.t.Context(), s.ID)
		return err == nil && v.VisitorSeq == 3
	})
	return g, s
}

func (w *world) sessionOf(login string, id routing.SessionID) (Session, []Entry) {
	w.t.Helper()
	got := read[struct {
		Session Session
		Entries []Entry
	}](w.t, w.ask("GET", "/api/v1/sessions/"+string(id), w.as(login), "").wants(w.t, http.StatusOK, "").text)
	return got.Session, got.Entries
}

// linesOf are the entries as words.
func linesOf(t *testing.T, entries []Entry) (lines []string) {
	t.Helper()
	for i, e := range entries {
		if e.N != uint64(i+1) {
			t.Errorf("got n %d at place %d", e.N, i+1)
		}
		line := e.Kind
		if e.Kind == "chat.said" {
			line = e.By.Role + ": " + read[session.Said](t, string(e.Data)).Text
		}
		lines = append(lines, line)
	}
	return lines
}

// M041, M064, M180, M181: a whole conversation over plain requests, from both sides.
func TestAConversationFromTheFirstWordToTheOK(t *testing.T) {
	w := newWorld(t)
	desk := w.sits("anna")
	g := w.shopper()
	begun := g.begins("Máte žlutou lampu?")
	if begun.State != "waiting" || begun.Place != 1 || begun.Kind != "chat" || begun.Queue != "Orders" || begun.N != 2 {
		t.Errorf("got %+v", begun)
	}
	if again := g.begins("Máte žlutou lampu?"); again.ID != begun.ID || again.N != 2 {
		t.Errorf("got %+v for the same again", again)
	}
	accepted := w.takes("anna")
	if accepted.ID != begun.ID || accepted.State != "active" || accepted.Operator.Name != "Anna" || accepted.Visitor.Name != "Jan Novák" ||
		accepted.Visitor.EntryURL != "https://shop.example/lampa" || accepted.Last.Text != "Máte žlutou lampu?" {
		t.Errorf("got %+v", accepted)
	}
	until(desk, "session.changed", func(s Session) bool { return s.ID == begun.ID && s.State == "active" })
	path := "/api/v1/sessions/" + string(begun.ID)
	said := w.ask("POST", path+"/messages", w.as("anna"), `{"id":"a1","text":"Máme **dvě**."}`).wants(t, http.StatusOK, "")
	if n := read[struct{ N uint64 }](t, said.text).N; n != 5 { // as staff counts, with the page that was seen
		t.Errorf("got n %d", n)
	}
	if n := g.says("m2", "Dobře 👍"); n != 5 {
		t.Errorf("got n %d", n)
	}
	until(desk, "entry.added", func(e struct{ Entry Entry }) bool { return strings.Contains(string(e.Entry.Data), "👍") })
	mine, entries := g.mine(0)
	want := []string{"session.opened", "visitor: Máte žlutou lampu?", "session.accepted", "operator: Máme **dvě**.", "visitor: Dobře 👍"}
	if got := linesOf(t, entries); !slices.Equal(got, want) || mine.State != "active" || mine.Operator == nil || mine.Operator.Name != "Anna" {
		t.Errorf("got %+v\n%q", mine, got)
	}
	w.ask("POST", path+"/close", w.as("anna"), `{}`).wants(t, http.StatusConflict, "session_not_ended")
	ended := read[Session](t, w.ask("POST", path+"/end", w.as("anna"), "").wants(t, http.StatusOK, "").text)
	if ended.State != "wrap_up" || ended.Outcome != "talked" {
		t.Errorf("got %+v", ended)
	}
	g.ask("POST", "/sessions/mine/messages", `{"id":"late","text":"pozdě"}`).wants(t, http.StatusGone, "session_over")
	if mine, _ := g.mine(0); mine.State != "ended" || mine.Reason != "talked" {
		t.Errorf("got %+v", mine)
	}
	closed := read[Session](t, w.ask("POST", path+"/close", w.as("anna"), `{"result":"sold","note":"spokojený"}`).wants(t, http.StatusOK, "").text)
	if closed.State != "closed" || closed.Result != "sold" || closed.Note != "spokojený" {
		t.Errorf("got %+v", closed)
	}
	desk.next("session.left")
}

// B28, I007: whoever comes again asks since what they have, and misses and repeats
// nothing.
func TestAVisitorWithoutASocketReadsOn(t *testing.T) {
	w := newWorld(t)
	w.sits("anna")
	g, s := w.chats()
	var heard []Entry
	for i := range 20 {
		if i%2 == 0 {
			g.says(fmt.Sprint(i), fmt.Sprint("v", i))
		} else {
			w.ask("POST", "/api/v1/sessions/"+string(s.ID)+"/messages", w.as("anna"), fmt.Sprintf(`{"id":"%d","text":"o%d"}`, i, i)).wants(t, http.StatusOK, "")
		}
		_, more := g.mine(uint64(len(heard)))
		heard = append(heard, more...)
	}
	lines := linesOf(t, heard)[3:]
	for i, line := range lines {
		if want := map[int]string{0: fmt.Sprint("visitor: v", i), 1: fmt.Sprint("operator: o", i)}[i%2]; line != want {
			t.Errorf("got %q, want %q", line, want)
		}
	}
	if len(lines) != 20 {
		t.Errorf("got %d lines", len(lines))
	}
}

// M090, M092, M093, M094, M100, M101, I030: what staff knows and writes is read by
// those who may, and by no visitor.
func TestNotesTagsAndContactAreForStaff(t *testing.T) {
	w := newWorld(t)
	w.sits("anna")
	g, s := w.chats()
	path := "/api/v1/sessions/" + string(s.ID)
	note := read[Entry](t, w.ask("POST", path+"/notes", w.as("anna"), `{"text":"Chce slevu"}`).wants(t, http.StatusCreated, "").text)
	if note.Kind != "note.written" || note.By.Name != "Anna" || note.N == 0 {
		t.Errorf("got %+v", note)
	}
	w.ask("POST", path+"/notes", w.as("sofia"), `{"text":"Dejte mu ji"}`).wants(t, http.StatusCreated, "")
	w.ask("PUT", path+"/tags/jaro", w.as("anna"), "").wants(t, http.StatusNoContent, "")
	w.ask("PUT", path+"/tags/vip", w.as("anna"), "").wants(t, http.StatusNoContent, "")
	w.ask("DELETE", path+"/tags/vip", w.as("anna"), "").wants(t, http.StatusNoContent, "")
	changed := read[Session](t, w.ask("PATCH", path+"/visitor", w.as("anna"), `{"name":"Jan Nový","phone":"+420 777 000 002"}`).wants(t, http.StatusOK, "").text)
	if changed.Visitor.Name != "Jan Nový" || changed.Visitor.Phone == "" || changed.Visitor.Email != "jan@example.com" || !slices.Equal(changed.Tags, []string{"jaro"}) {
		t.Errorf("got %+v", changed)
	}
	w.ask("PATCH", path+"/visitor", w.as("anna"), `{"email":"no address"}`).wants(t, http.StatusUnprocessableEntity, "email_invalid")
	w.waitFor("the row is stored", func() bool {
		row, err := w.store.Session(t.Context(), s.ID)
		return err == nil && row.Name == "Jan Nový" && len(row.Notes) == 2
	})
	for query, found := range map[string]bool{"tag=jaro": true, "tag=vip": false, "text=SLEVU": true, "text=nový": true, "text=kdo": false, "kind=chat&queue=Orders": true, "kind=voice": false} {
		got := read[struct{ Sessions []SessionRow }](t, w.ask("GET", "/api/v1/sessions?"+query, w.as("anna"), "").wants(t, http.StatusOK, "").text).Sessions
		if (len(got) == 1) != found {
			t.Errorf("%s: got %+v", query, got)
		}
	}
	w.waitFor("all is told", func() bool {
		_, entries := w.sessionOf("sofia", s.ID)
		return len(linesOf(t, entries)) == 10
	})
	if _, entries := g.mine(0); len(linesOf(t, entries)) != 3 {
		t.Errorf("the visitor reads %q", linesOf(t, entries))
	}
}

// M062, M063: a preview shows and changes nothing, and is for those who have it.
func TestAPreviewChangesNothing(t *testing.T) {
	w := newWorld(t)
	w.sits("anna")
	g := w.shopper()
	begun := g.begins("Máte žlutou lampu?")
	place := w.line.Snapshot().Places[0]
	path := "/api/v1/waiting/" + string(place.ID) + "/preview"
	w.ask("GET", path, w.as("anna"), "").wants(t, http.StatusForbidden, "not_allowed")
	w.ask("GET", path, w.as("karel"), "").wants(t, http.StatusForbidden, "not_allowed")
	anna, _ := w.people.ByLogin("anna")
	anna.Preview = true
	must(t, w.people.UpdateOperator(t.Context(), anna))
	seen := read[struct {
		Session Session
		Entries []Entry
	}](t, w.ask("GET", path, w.as("anna"), "").wants(t, http.StatusOK, "").text)
	if seen.Session.ID != begun.ID || seen.Session.State != "queued" || len(seen.Entries) != 3 || seen.Session.Visitor.Phone != "" {
		t.Errorf("got %+v", seen)
	}
	if mine, entries := g.mine(0); mine.State != "waiting" || len(entries) != 2 {
		t.Errorf("the visitor reads %+v, %q", mine, linesOf(t, entries))
	}
	if again := w.line.Snapshot().Places[0]; again.State != place.State || again.Operator != place.Operator {
		t.Errorf("got %+v", again)
	}
	w.takes("anna")
}

// I005, M002: of two who accept at once one wins.
func TestOneOfTwoAcceptsAChat(t *testing.T) {
	w := newWorld(t)
	w.sits("anna")
	w.sits("sofia")
	w.shopper().begins("Ahoj")
	place := string(w.line.Snapshot().Places[0].ID)
	waits := read[struct{ Places []Place }](t, w.ask("GET", "/api/v1/waiting", w.as("anna"), "").wants(t, http.StatusOK, "").text).Places
	if len(waits) != 1 || waits[0].Visitor == 0 {
		t.Errorf("got %+v, want a visitor with a number", waits)
	}
	statuses := make(chan int, 2)
	var all sync.WaitGroup
	for _, login := range []string{"anna", "sofia"} {
		bearer := w.as(login)
		all.Go(func() { statuses <- w.ask("POST", "/api/v1/waiting/"+place+"/accept", bearer, "").StatusCode })
	}
	all.Wait()
	if a, b := <-statuses, <-statuses; min(a, b) != http.StatusAccepted || max(a, b) != http.StatusConflict && max(a, b) != http.StatusNotFound {
		t.Errorf("got %d and %d", a, b)
	}
}

func TestAVisitorLeavesTheirOwnSessionOnly(t *testing.T) {
	w := newWorld(t)
	w.sits("anna")
	g, s := w.chats()
	other := w.shopper()
	for _, path := range []string{"/sessions/mine", "/sessions/mine?since=0"} {
		other.ask("GET", path, "").wants(t, http.StatusNotFound, "visitor_unknown")
	}
	other.ask("DELETE", "/sessions/mine", "").wants(t, http.StatusNotFound, "visitor_unknown")
	ended := read[VisitorSession](t, g.ask("DELETE", "/sessions/mine", "").wants(t, http.StatusOK, "").text)
	if ended.State != "ended" || ended.ID != s.ID {
		t.Errorf("got %+v", ended)
	}
	g.ask("DELETE", "/sessions/mine", "").wants(t, http.StatusOK, "") // the second time, too
	if now, _ := w.sessionOf("anna", s.ID); now.State != "wrap_up" {
		t.Errorf("got %+v", now)
	}
}

func TestWhatAVisitorMayNotBeginIsRefused(t *testing.T) {
	w := newWorld(t)
	g := w.shopper()
	g.ask("POST", "/sessions", `{}`).wants(t, http.StatusServiceUnavailable, "nobody_online")
	w.sits("anna")
	w.ask("POST", "/api/v1/sessions", g.token, `{}`, "Origin", foreignO).wants(t, http.StatusForbidden, "origin_foreign")
	w.ask("POST", "/api/v1/sessions", "", `{}`, "Origin", shop).wants(t, http.StatusUnauthorized, "token_wrong")
	g.ask("POST", "/sessions", `{"queue":"nowhere"}`).wants(t, http.StatusServiceUnavailable, "nobody_online")
	g.ask("POST", "/sessions", `{"text":"`+strings.Repeat("x", 4001)+`"}`).wants(t, http.StatusUnprocessableEntity, "text_too_long")
	g.ask("POST", "/sessions", `{"kind":"invitation","code":"0000-0000"}`).wants(t, http.StatusNotFound, "invitation_wrong")
	g.ask("POST", "/sessions", `{}`, "Idempotency-Key", strings.Repeat("k", 201)).wants(t, http.StatusUnprocessableEntity, "key_invalid")
	g.ask("POST", "/sessions/mine/messages", `{"id":"1","text":"x"}`).wants(t, http.StatusNotFound, "session_unknown")
	begun := g.begins("Ahoj")
	w.presence.DeskClosed(w.id("anna")) // who has a session goes on with it
	if again := g.begins("Ahoj"); again.ID != begun.ID {
		t.Errorf("got %+v", again)
	}
}

// M065, M102, M160, M164, M166: a visitor is sent on, out of the line and out of a
// conversation, and the note comes with them.
func TestWhoWaitsIsSentOn(t *testing.T) {
	w := newWorld(t)
	w.sits("anna")
	lead := w.sits("sofia")
	g := w.shopper()
	begun := g.begins("Ahoj")
	path := "/api/v1/waiting/" + string(w.line.Snapshot().Places[0].ID) + "/redirect"
	to := fmt.Sprintf(`{"operator":%q,"note":"Chce fakturu"}`, w.id("sofia"))
	for login, want := range map[string]int{"boris": http.StatusForbidden, "karel": http.StatusForbidden} {
		w.ask("POST", path, w.as(login), to).wants(t, want, "not_allowed")
	}
	w.ask("POST", path, w.as("anna"), `{}`).wants(t, http.StatusUnprocessableEntity, "request_invalid")
	w.ask("POST", path, w.as("anna"), `{"operator":"a","group":"b"}`).wants(t, http.StatusUnprocessableEntity, "request_invalid")
	w.ask("POST", path, w.as("anna"), to).wants(t, http.StatusNoContent, "")
	sent := until(lead, "place.changed", func(p Place) bool { return p.Session == begun.ID && p.Redirected != nil })
	if sent.Redirected.Note != "Chce fakturu" || sent.Redirected.From != "Anna" {
		t.Errorf("got %+v", sent.Redirected)
	}
	accepted := w.takes("sofia")
	if accepted.Redirected == nil || accepted.Redirected.Note != "Chce fakturu" {
		t.Errorf("got %+v", accepted)
	}
	back := fmt.Sprintf(`{"operator":%q,"note":"Fakturu má","result":"sent"}`, w.id("anna"))
	for range 2 { // a double click
		queued := read[Session](t, w.ask("POST", "/api/v1/sessions/"+string(begun.ID)+"/redirect", w.as("sofia"), back).wants(t, http.StatusOK, "").text)
		if queued.State != "queued" || queued.Result != "sent" {
			t.Errorf("got %+v", queued)
		}
	}
	lead.next("session.left")
	if taken := w.takes("anna"); taken.Redirected.Note != "Fakturu má" || taken.Operator.Name != "Anna" {
		t.Errorf("got %+v", taken)
	}
}

// M163, M164, M165, M166, M168: the counters say who is free, and why somebody is not.
func TestTheCountersSayWhoCanBeSentAVisitor(t *testing.T) {
	w := newWorld(t)
	w.sits("anna")
	w.sits("sofia")
	w.ask("PUT", "/api/v1/me/status", w.as("sofia"), `{"status":"pause"}`).wants(t, http.StatusOK, "")
	w.chats()
	counted := func(kind string) map[string]GroupCounters {
		all := map[string]GroupCounters{}
		for _, g := range read[struct{ Groups []GroupCounters }](t, w.ask("GET", "/api/v1/counters?kind="+kind, w.as("anna"), "").wants(t, http.StatusOK, "").text).Groups {
			all[string(g.Name)] = g
		}
		return all
	}
	orders := counted("chat")["orders"]
	if want := (Counters{Free: 1, Paused: 1}); orders.Counters != want || orders.May != "" || len(orders.People) != 2 {
		t.Errorf("got %+v", orders)
	}
	if repairs := counted("chat")["repairs"]; repairs.Counters != (Counters{}) || repairs.May != "operator_offline" {
		t.Errorf("got %+v", repairs)
	}
	for _, p := range counted("voice")["orders"].People {
		want := map[string]string{"Anna": "conversation_open", "Sofia": ""}[p.Name]
		if p.May != want || p.Status == "" {
			t.Errorf("got %+v, want %q", p, want)
		}
	}
}

// W020, I030: every request about a session of anna's, by everybody.
func TestEveryRequestAboutASessionForEveryRank(t *testing.T) {
	w := newWorld(t)
	w.sits("anna")
	_, s := w.chats()
	path := "/api/v1/sessions/" + string(s.ID)
	for _, c := range []struct{ method, path, body, may string }{
		{"GET", "", "", "anna sofia adam"},
		{"POST", "/messages", `{"id":"1","text":"x"}`, "anna"},
		{"PATCH", "/visitor", `{"name":"Jan"}`, "anna sofia adam"},
		{"POST", "/notes", `{"text":"x"}`, "anna sofia adam"},
		{"PUT", "/tags/vip", "", "anna sofia adam"},
		{"DELETE", "/tags/vip", "", "anna sofia adam"},
		{"POST", "/redirect", `{"operator":"nobody"}`, ""},
		{"POST", "/end", "", "anna"},
		{"POST", "/close", `{}`, "anna"},
	} {
		for _, login := range []string{"boris", "karel", "sofia", "adam", "anna"} {
			got := w.ask(c.method, path+c.path, w.as(login), c.body)
			allowed := got.StatusCode < 300
			if allowed != strings.Contains(c.may, login) || !allowed && got.StatusCode != http.StatusForbidden && got.StatusCode != http.StatusNotFound {
				t.Errorf("%s %s by %s: got %d %s", c.method, c.path, login, got.StatusCode, got.text)
			}
		}
	}
	for login, want := range map[string]int{"anna": 1, "boris": 0, "sofia": 1, "karel": 0, "adam": 1} {
		got := read[struct{ Sessions []SessionRow }](t, w.ask("GET", "/api/v1/sessions", w.as(login), "").wants(t, http.StatusOK, "").text).Sessions
		if len(got) != want {
			t.Errorf("%s lists %d sessions", login, len(got))
		}
	}
}

// M020, M060: whoever waits is on the desk of those who may take them, and the
// sessions of one's own come with the desk.
func TestADeskBeginsWithItsOpenSessions(t *testing.T) {
	w := newWorld(t)
	w.sits("anna")
	_, s := w.chats()
	for login, want := range map[string]int{"anna": 1, "boris": 0, "sofia": 1, "karel": 0, "adam": 1} {
		p := w.dial(map[string]string{})
		p.say(fmt.Sprintf(`{"id":1,"do":"hello","data":{"as":"desk","token":%q}}`, w.as(login)))
		got := read[struct{ Sessions []Session }](t, string(p.next("desk.snapshot").Data)).Sessions
		if len(got) != want || want == 1 && got[0].ID != s.ID {
			t.Errorf("%s: got %+v", login, got)
		}
	}
}

// M171: of one who waits, their group's people alone are told, and only who has the
// preview may read.
func TestASessionIsOpenedByWhoMay(t *testing.T) {
	w := newWorld(t)
	w.sits("anna")
	g, s := w.chats()
	open := func(p *screen, id int) told {
		p.say(fmt.Sprintf(`{"id":%d,"do":"session.open","data":{"session":%q}}`, id, s.ID))
		for {
			if e := p.read(); e.ID == int64(id) {
				return e
			}
		}
	}
	for login, may := range map[string]bool{"boris": false, "karel": false, "sofia": true, "anna": true} {
		got := open(w.page(login), 2)
		if (got.OK != nil) != may || !may && !strings.Contains(string(got.Err), "session_unknown") {
			t.Errorf("%s: got %s %s", login, got.OK, got.Err)
		}
	}
	lead := w.page("sofia")
	whole := read[struct {
		Session Session
		Entries []Entry
	}](t, string(open(lead, 2).OK))
	if got := linesOf(t, whole.Entries); len(got) != 4 {
		t.Errorf("got %q", got)
	}
	g.says("m2", "Slyšíte mě?")
	until(lead, "entry.added", func(e struct{ Entry Entry }) bool { return e.Entry.N == 5 })
	lead.say(fmt.Sprintf(`{"id":3,"do":"session.shut","data":{"session":%q}}`, s.ID))
	for lead.read().ID != 3 {
	}
	g.says("m3", "A teď?")
	until(lead, "session.changed", func(s Session) bool { return s.Last != nil && s.Last.Text == "A teď?" })
	if strings.Contains(lead.heard.String(), `"id":"m3"`) {
		t.Errorf("a page that has shut it was told more:\n%s", lead.heard.String())
	}
}

func TestTheDeskWritesByItsSocket(t *testing.T) {
	w := newWorld(t)
	desk := w.sits("anna")
	g, s := w.chats()
	answers := func(id int, do, data string) told {
		desk.say(fmt.Sprintf(`{"id":%d,"do":%q,"data":%s}`, id, do, data))
		for {
			if e := desk.read(); e.ID == int64(id) {
				return e
			}
		}
	}
	if got := answers(2, "chat.say", fmt.Sprintf(`{"session":%q,"id":"a1","text":"Máme."}`, s.ID)); string(got.OK) != `{"n":5}` {
		t.Errorf("got %s %s", got.OK, got.Err)
	}
	if got := answers(3, "chat.typing", fmt.Sprintf(`{"session":%q,"on":true}`, s.ID)); got.OK == nil {
		t.Errorf("got %s", got.Err)
	}
	if got := answers(4, "chat.seen", fmt.Sprintf(`{"session":%q,"n":2}`, s.ID)); got.OK == nil {
		t.Errorf("got %s", got.Err)
	}
	if got := answers(5, "chat.say", `{"session":"nothing","id":"a1","text":"x"}`); !strings.Contains(string(got.Err), "session_unknown") {
		t.Errorf("got %s %s", got.OK, got.Err)
	}
	if got := answers(6, "chat.draft", `{"text":"x"}`); !strings.Contains(string(got.Err), "message_unknown") {
		t.Errorf("got %s %s", got.OK, got.Err)
	}
	until(desk, "entry.added", func(e struct{ Entry Entry }) bool { return e.Entry.Kind == "chat.seen" })
	_, entries := g.mine(0)
	if got := linesOf(t, entries); !slices.Equal(got[3:], []string{"operator: Máme.", "chat.seen"}) {
		t.Errorf("got %q", got)
	}
}

// Whoever is made inactive says nothing more, and no desk of theirs is told.
func TestAnInactiveOperatorSaysNothing(t *testing.T) {
	w := newWorld(t)
	w.sits("anna")
	_, s := w.chats()
	bearer := w.as("anna")
	anna, _ := w.people.ByLogin("anna")
	anna.Active = false
	must(t, w.people.UpdateOperator(t.Context(), anna))
	w.ask("POST", "/api/v1/sessions/"+string(s.ID)+"/messages", bearer, `{"id":"1","text":"x"}`).wants(t, http.StatusUnauthorized, "login_needed")
	if people.Can(anna, people.SessionWrite, people.Object{Operator: anna.ID}) == nil {
		t.Error("an inactive person may write")
	}
}
