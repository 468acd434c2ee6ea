package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"

	webpage "sufler/cmd/sufler/page"
	"sufler/internal/token"
)

// writer is a visitor who writes to us from a page of the shop.
type writer struct {
	*webpage.Page
	token string
}

// browses opens a page of a visitor.
func (h *house) browses(t *testing.T, token string, since uint64) *writer {
	t.Helper()
	p, err := webpage.Browse(patiently(t), webpage.Options{Base: "http://" + h.http, Origin: shop}, token, since)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return &writer{p, token}
}

// writes opens the page of a new visitor, whose first words begin a chat.
func (h *house) writes(t *testing.T, name, text string) *writer {
	t.Helper()
	w := h.browses(t, token.New(), 0)
	w.begins(t, name, text)
	return w
}

func (w *writer) begins(t *testing.T, name, text string) {
	t.Helper()
	body := map[string]any{"kind": "chat", "name": name, "email": "jan@example.com", "text": text, "message_id": "first"}
	if err := w.Do(patiently(t), http.MethodPost, "/api/v1/sessions", body, nil); err != nil {
		t.Fatal(err)
	}
}

func (w *writer) says(t *testing.T, id, text string) {
	t.Helper()
	if err := w.Say(patiently(t), "chat.say", map[string]string{"id": id, "text": text}, nil); err != nil {
		t.Fatalf("%q: %v", text, err)
	}
}

// entry is an Entry of api/protocol.md.
type entry struct {
	N    uint64
	Kind string
	By   struct{ Role, ID, Name string }
	Data struct{ ID, Text string }
}

// told are the entries that came to the page, and to a desk those of one session.
func told(p *webpage.Page, session string) (all []entry) {
	for _, e := range p.Events() {
		var added struct {
			Session string
			Entry   entry
		}
		if e.Kind == "entry.added" && e.Into(&added) && added.Session == session {
			all = append(all, added.Entry)
		}
	}
	return all
}

// lines are what was said among the entries, each with its author.
func lines(all []entry) (lines []string) {
	for _, e := range all {
		if e.Kind == "chat.said" {
			lines = append(lines, e.By.Role+": "+e.Data.Text)
		}
	}
	return lines
}

// gapless fails unless the numbers of entries are 1, 2, 3 ...
func gapless(t *testing.T, who string, all []entry) {
	t.Helper()
	for i, e := range all {
		if e.N != uint64(i+1) {
			t.Errorf("%s: entry %d has the number %d: %+v", who, i+1, e.N, e)
		}
	}
}

// conversationOf is a session as somebody of ours reads it.
type conversationOf struct {
	Session struct {
		ID, State, Outcome string
		Operator           struct{ Name string }
	}
	Entries []entry
}

func (d *tab) readsChat(t *testing.T, session string) (c conversationOf) {
	t.Helper()
	d.must(t, http.MethodGet, "/api/v1/sessions/"+session, nil, &c)
	return c
}

// place finds who waits by their name, once they do.
func (d *tab) place(t *testing.T, name string) (id string) {
	t.Helper()
	until(t, name+" waits", func() bool {
		var waiting struct {
			Places []struct{ ID, Name string }
		}
		d.must(t, http.MethodGet, "/api/v1/waiting", nil, &waiting)
		for _, p := range waiting.Places {
			if p.Name == name {
				id = p.ID
			}
		}
		return id != ""
	})
	return id
}

// takesChat accepts who waits, by name.
func (d *tab) takesChat(t *testing.T, name string) (session string) {
	t.Helper()
	session, err := d.tries(t, name)
	if err != nil {
		t.Fatal(err)
	}
	return session
}

func (d *tab) tries(t *testing.T, name string) (session string, err error) {
	t.Helper()
	var accepted struct{ Session struct{ ID string } }
	err = d.Do(patiently(t), http.MethodPost, "/api/v1/waiting/"+d.place(t, name)+"/accept", nil, &accepted)
	return accepted.Session.ID, err
}

// finishes ends a chat and gives its OK.
func (d *tab) finishes(t *testing.T, session string, mail bool) {
	t.Helper()
	d.must(t, http.MethodPost, "/api/v1/sessions/"+session+"/end", nil, nil)
	d.must(t, http.MethodPost, "/api/v1/sessions/"+session+"/close", map[string]any{"result": "", "note": "", "mail": mail}, nil)
}

// limits lets the owner say how many chats somebody has at once.
func (h *house) limits(t *testing.T, login string, chats int) reply {
	t.Helper()
	adam := h.desk(t, "adam")
	var all struct {
		Items []struct{ ID, Login string }
	}
	adam.do(t, http.MethodGet, "/api/v1/people", nil).into(t, http.StatusOK, &all)
	for _, p := range all.Items {
		if p.Login == login {
			return adam.do(t, http.MethodPatch, "/api/v1/people/"+p.ID, map[string]int{"chat_limit": chats})
		}
	}
	t.Fatalf("there is no %s", login)
	return reply{}
}

// M041, M080: what is written before anybody accepts is read whole, and what was never
// sent is seen while it is written and kept nowhere.
func TestOutsideWhatIsWrittenEarlyIsReadAndWhatIsNotSentIsNotKept(t *testing.T) {
	t.Parallel()
	onBothDatabases(t, writtenEarlyAndNeverSent)
}

func writtenEarlyAndNeverSent(t *testing.T, database string) {
	t.Helper()
	const kept, drafted = "rozmarýnový", "heřmánkový"
	sink, edit := mailServer(t)
	h := newHouse(t, plan{edit: edit, database: database})
	anna := h.sits(t, "anna")
	jan := h.writes(t, "Jan", "one")
	jan.says(t, "2", "two "+kept)
	jan.says(t, "3", "three")
	session := anna.takesChat(t, "Jan")
	if got, want := lines(anna.readsChat(t, session).Entries), []string{"visitor: one", "visitor: two " + kept, "visitor: three"}; !slices.Equal(got, want) {
		t.Fatalf("got %q, want %q", got, want)
	}
	for _, text := range []string{"Chci " + drafted, "Chci " + drafted + " čaj"} {
		if err := jan.Say(patiently(t), "chat.draft", map[string]string{"text": text}, nil); err != nil {
			t.Fatal(err)
		}
		var draft struct{ Session, Text string }
		_, err := anna.Await(patiently(t), "the draft is seen", func(e webpage.Event) bool {
			return e.Kind == "draft.changed" && e.Into(&draft) && draft.Session == session && draft.Text == text
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	jan.says(t, "4", "four")
	if err := jan.Say(patiently(t), "chat.draft", map[string]string{"text": drafted}, nil); err != nil {
		t.Fatal(err) // and is left so
	}
	anna.finishes(t, session, true)
	mail, err := sink.Next(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	transcript, err := mail.Text()
	if err != nil {
		t.Fatal(err)
	}
	later := h.sits(t, "sofia")
	for _, path := range []string{"/sessions", "/sessions?text=" + drafted, "/sessions/" + session, "/records", "/records/export?format=json", "/missed"} {
		later.must(t, http.MethodGet, "/api/v1"+path, nil, nil)
	}
	send(t, h.process, syscall.SIGTERM)
	if code := exit(t, h.process, patience); code != 0 {
		t.Errorf("exit code %d\n%s", code, h.process.Log())
	}
	words := []secretWord{spelled("sent", kept), spelled("drafted", drafted)}
	for where, data := range map[string][]byte{
		"database": h.contents(t, database), "transcript": []byte(transcript), "later desk": later.Bytes(), "log": []byte(h.process.Log()),
	} {
		if got := found(data, words); !slices.Equal(got, []string{"sent"}) && (where != "log" || len(got) > 0) {
			t.Errorf("in the %s stands what was %q, want what was sent alone", where, got)
		}
	}
}

// contents is all that the program has on disk, files and database.
func (h *house) contents(t *testing.T, database string) []byte {
	t.Helper()
	var all bytes.Buffer
	err := filepath.WalkDir(h.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		content, err := os.ReadFile(path)
		all.Write(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if database == "" {
		return all.Bytes()
	}
	db, err := pgx.Connect(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close(t.Context()) }()
	tables := rowsOf(t, db, "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'")
	for _, table := range tables {
		all.WriteString(strings.Join(rowsOf(t, db, "SELECT row::text FROM "+table+" AS row"), "\n"))
	}
	return all.Bytes()
}

func rowsOf(t *testing.T, db *pgx.Conn, query string) []string {
	t.Helper()
	rows, err := db.Query(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// M002, M042: an operator has as many chats at once as the owner says, and not one
// more; the one who is refused stays in the line.
func TestOutsideOneChatMoreThanTheLimitIsRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t, plan{})
	anna := h.sits(t, "anna")
	for _, wrong := range []int{0, 11} {
		h.limits(t, "anna", wrong).refused(t, http.StatusUnprocessableEntity, "setting_invalid")
	}
	allow := func(limit int) {
		t.Helper()
		if got := h.limits(t, "anna", limit); got.status != http.StatusOK {
			t.Fatalf("to %d: got %d %s", limit, got.status, got.body)
		}
	}
	allow(1) // before anybody comes: what she is asked about already she may take
	var open []string
	all := map[string]*writer{}
	for i := range 11 {
		name := fmt.Sprintf("Visitor %c", 'A'+i)
		all[name] = h.writes(t, name, "from "+name)
	}
	next := func() string { return fmt.Sprintf("Visitor %c", 'A'+len(open)) }
	for _, limit := range []int{1, 3, 10} {
		allow(limit)
		for len(open) < limit {
			open = append(open, anna.takesChat(t, next()))
		}
		_, err := anna.tries(t, next())
		turnedDown(t, fmt.Sprintf("one more than %d", limit), err, "chats_full")
	}
	for i, session := range open {
		name := fmt.Sprintf("Visitor %c", 'A'+i)
		all[name].says(t, "2", "still "+name)
		c := anna.readsChat(t, session)
		if got, want := lines(c.Entries), []string{"visitor: from " + name, "visitor: still " + name}; !slices.Equal(got, want) || c.Session.State != "active" {
			t.Errorf("%s: got %s %q, want %q", name, c.Session.State, got, want)
		}
	}
	anna.must(t, http.MethodPost, "/api/v1/sessions/"+open[0]+"/end", nil, nil)
	_, err := anna.tries(t, next())
	turnedDown(t, "before the OK", err, "wrapup_open")
	anna.must(t, http.MethodPost, "/api/v1/sessions/"+open[0]+"/close", json.RawMessage(`{}`), nil)
	anna.takesChat(t, next())
}
