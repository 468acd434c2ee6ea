package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"

	"sufler/internal/clock"
	"sufler/mixer"
	"sufler/routing"
	"sufler/routing/call"
	"sufler/routing/callback"
	"sufler/routing/day"
	"sufler/routing/dialplan"
	"sufler/routing/invitation"
	"sufler/routing/journal"
	"sufler/routing/mail"
	"sufler/routing/missed"
	"sufler/routing/offline"
	"sufler/routing/people"
	"sufler/routing/queue"
	"sufler/routing/records"
	"sufler/routing/session"
	"sufler/routing/settings"
	"sufler/routing/store"
	"sufler/routing/talk"
	"sufler/routing/visitor"
	"sufler/web"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	// limit is how long a test waits for what must come; it decides nothing else.
	limit        = 30 * time.Second
	visitorPhone = "+420777000001"
	password     = "a long password"
	foreignO     = "https://elsewhere.example"
	shop         = "https://shop.example"
)

// world is the whole program but for its telephones, sound and files, which are
// scripted.
type world struct {
	t        *testing.T
	server   *Server
	http     *httptest.Server
	store    *store.Store
	people   *people.Directory
	settings *settings.Directory
	presence *people.Presence
	line     *queue.Line
	exchange *call.Exchange
	journal  *journal.Journal
	service  *callback.Service
	talks    *talk.Service
	visitors *visitor.Service
	sessions *session.Service
	phones   *phones
	browsers *browsers
	checks   *checks
	missed   *missed.Service
	days     *day.Service
	letters  *letters
	demo     *demo
	logs     *safeBuffer
	figures  *prometheus.Registry

	notReady error
	logins   map[string]string // tokens by login
}

func newWorld(t *testing.T, change ...func(*Options)) *world {
	t.Helper()
	return newWorldOf(t, crew(), change...)
}

func newWorldOf(t *testing.T, setup people.Setup, change ...func(*Options)) *world {
	t.Helper()
	w := &world{t: t, phones: &phones{}, browsers: newBrowsers(), logs: &safeBuffer{}, figures: prometheus.NewRegistry(), logins: map[string]string{}}
	w.checks = &checks{b: w.browsers}
	log := slog.New(slog.NewTextHandler(w.logs, nil))
	folder := t.TempDir()
	var err error
	w.store, err = store.Open(t.Context(), store.Options{Folder: folder, Log: log})
	must(t, err)
	w.people, err = people.Open(t.Context(), people.Options{Store: w.store, Clock: clock.System{}, Log: log, Setup: setup})
	must(t, err)
	w.settings, err = settings.Open(t.Context(), settings.Options{Store: w.store, People: w.people, Languages: web.Languages, Clock: clock.System{}, Log: log, Setup: house()})
	must(t, err)
	w.presence = people.NewPresence(people.PresenceOptions{Directory: w.people, Clock: clock.System{}})
	w.journal, err = journal.Open(journal.Options{Store: w.store, Spool: filepath.Join(folder, "spool"), Clock: clock.System{}, Log: log})
	must(t, err)
	w.exchange = call.NewExchange(call.Options{Dialler: w.dialler(), Plane: w, Journal: w.journal, Log: log})
	stopPresence := w.exchange.Watch(w.presence.CallChanged)
	w.line = queue.New(queue.Options{Queues: w.rules(), People: w.presence, Log: log})
	stopRules := w.settings.Watch(func() { w.line.SetQueues(w.rules()) })
	w.service = callback.New(callback.Options{
		Node: "test", Barred: func(number string) bool { return w.visitors.BannedNumber(number) }, Store: w.store, Line: w.line, Calls: w.exchange, Journal: w.journal, Log: log,
		Numbers: dialplan.Numbers{Home: "CZ", Allow: []string{"+420"}}, Caller: "+420222111000", PerOriginHour: 1000, PerNumberDay: 1000,
	})
	must(t, w.service.Start(t.Context()))
	w.talks = talk.New(talk.Options{Line: w.line, Calls: w.exchange, Browsers: w.browsers, Journal: w.journal, Log: log, PerOriginHour: 1000})
	w.visitors, err = visitor.Open(t.Context(), visitor.Options{Store: w.store, Log: log, Parameters: w.parameters, Grace: 20 * time.Millisecond})
	must(t, err)
	w.sessions = session.New(session.Options{
		Store: w.store, Journal: w.journal, Line: w.line, Calls: w.exchange, People: w.presence, Log: log, Languages: web.Languages,
		About: func(id routing.VisitorID) (session.About, bool) {
			info, known := w.visitors.Info(id)
			return session.AboutOf(info), known
		},
	})
	must(t, w.sessions.Start(t.Context()))
	stopFollowing, err := session.Follow(t.Context(), w.sessions, w.visitors)
	must(t, err)
	w.days = day.New(day.Options{Store: w.store, Log: log})
	stopMembers := w.presence.WatchMembers(w.days.MemberChanged)
	_, stopLine := w.line.Watch(w.days.LineChanged)
	w.missed = missed.New(missed.Options{Store: w.store, Log: log})
	w.letters = &letters{}
	w.demo = &demo{}
	opt := w.options(log)
	for _, f := range change {
		f(&opt)
	}
	w.server, err = New(opt)
	must(t, err)
	w.http = httptest.NewServer(w.server)
	t.Cleanup(func() {
		w.server.Close()
		w.http.Close()
		ctx, cancel := context.WithTimeout(context.Background(), limit)
		defer cancel()
		if err := w.exchange.Close(ctx); err != nil {
			t.Error(err)
		}
		w.service.Close(ctx)
		w.talks.Close()
		stopFollowing()
		stopMembers()
		stopLine()
		w.days.Close(ctx)
		w.sessions.Close(ctx)
		w.missed.Close(ctx)
		w.visitors.Close(ctx)
		stopRules()
		w.line.Close()
		stopPresence()
		w.presence.Close()
		w.journal.Close(ctx)
		if err := w.store.Close(); err != nil {
			t.Error(err)
		}
	})
	return w
}

// parameters are what pages may tell of visitors.
func (w *world) parameters() (defined []visitor.Parameter) {
	for _, p := range w.settings.Parameters.All() {
		defined = append(defined, visitor.Parameter{Name: p.Name, Title: p.Title, Most: p.Most})
	}
	return defined
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// crew: anna and boris are operators of two groups, sofia and karel their
// supervisors, adam owns it all.
func crew() people.Setup {
	person := func(login, phone string, rank routing.Rank, groups ...routing.GroupName) people.Person {
		p := people.Person{Login: login, Name: strings.ToUpper(login[:1]) + login[1:], Rank: rank, Groups: groups, Phone: routing.Extension(phone)}
		if login == "anna" {
			p.Password = password
		}
		return p
	}
	return people.Setup{
		Groups: []routing.GroupName{"orders", "repairs"},
		People: []people.Person{
			person("anna", "101", routing.RankOperator, "orders"), person("boris", "102", routing.RankOperator, "repairs"),
			person("sofia", "201", routing.RankSupervisor, "orders"), person("karel", "202", routing.RankSupervisor, "repairs"),
			person("adam", "901", routing.RankOwner),
		},
	}
}

// rules are what is set of the queues, as far as these tests need it in the line.
func (w *world) rules() (rules []queue.Queue) {
	for _, q := range w.settings.Queues.All() {
		one := queue.Queue{Name: q.Name, Groups: q.Groups, Size: q.Size, PreSize: q.PreSize}
		if h, ok := w.settings.Hours.Get(string(q.Hours)); ok {
			var err error
			one.Hours, err = h.Times()
			must(w.t, err)
		}
		rules = append(rules, one)
	}
	return rules
}

// house is what is set: two queues and the widget of the shop.
func house() settings.Setup {
	orders, repairs, widget := settings.NewQueue("Orders"), settings.NewQueue("Repairs"), settings.NewWidget(settings.DefaultWidget)
	orders.Groups, repairs.Groups, repairs.Order = []routing.GroupName{"orders"}, []routing.GroupName{"repairs"}, 1
	widget.Company, widget.Language, widget.Origins = "Lampárna", "cs", []string{shop}
	results := []settings.Result{{ID: "sold", Title: "Sold", Active: true}, {ID: "sent", Order: 1, Title: "Sent", Active: true}, {ID: "old", Order: 2, Title: "Old"}}
	return settings.Setup{Queues: []settings.Queue{orders, repairs}, Results: results, Widgets: []settings.Widget{widget}}
}

func (w *world) options(log *slog.Logger) Options {
	return Options{
		Callbacks: w.service, Talks: w.talks, Sessions: w.sessions, Waiting: w.line, Calls: w.exchange, People: w.people, Settings: w.settings, Visitors: w.visitors,
		Invitations: invitation.New(invitation.Options{Store: w.store}), Team: w.presence, Days: w.days, Browsers: w.browsers, SoundCheck: w.checks,
		Records: archived{w.store}, Journal: w.journal, Phones: w, Trunks: w, Demo: w.demo,
		Missed: w.missed, Mail: w.letters, Offline: offline.New(offline.Options{
			Store: w.store, Missed: w.missed, Mail: w.letters, Writer: mail.Writer{Say: w.texts().Say}, Numbers: dialplan.Numbers{Home: "CZ"}, PerOriginHour: 3,
		}),
		File:   []FileValue{{Key: "http.listen", Value: "127.0.0.1:8080", Where: "sufler.yaml:2:3"}},
		Tokens: map[string]string{"crm": "secret-of-the-crm"},
		Widget: Widget{Enabled: true, Talks: true, Home: "+420", Prefixes: []string{"+420"}, Caller: "+420 222 111 000"},
		Pages: fstest.MapFS{
			"index.html": {Data: []byte("<title>stage</title>")}, "desk/index.html": {Data: []byte("<title>desk</title>")},
			"demo/index.html": {Data: []byte("<title>shop</title>")}, "widget.js": {Data: []byte("export {}")},
			"i/index.html":        {Data: []byte(`<p lang={{.Language}}>{{.Company}}</p><script src=/widget.js data-invitation="{{.Token}}"></script>`)},
			"assets/desk-1a2b.js": {Data: []byte("let x = 1")},
		},
		Built: true, Texts: web.Texts(), Ready: func() error { return w.notReady }, Location: time.UTC, Log: log,
		Registry: w.figures, Metrics: w.figures,
	}
}

// Apply is the sound plane: every plan holds at once.
func (w *world) Apply(p mixer.Plan) {
	w.exchange.Handle(mixer.Applied{Call: p.Call, Epoch: p.Epoch, Frame: 50 * p.Epoch, At: time.Now()})
}

func (w *world) Phones() []Phone { return []Phone{{Extension: "101", Registered: true}} }
func (w *world) Trunks() []Trunk { return []Trunk{{Name: "north", State: "up"}} }

// records are the real store with one recorded file of each name.
type archived struct{ *store.Store }

func (r archived) Tracks(ctx context.Context, id routing.CallID) ([]records.Track, error) {
	entries, err := r.EntriesOfCall(ctx, id)
	var tracks []records.Track
	for _, p := range records.PartiesOf(entries) {
		tracks = append(tracks, records.Track{Party: p, Peaks: []byte{1, 255}})
	}
	return tracks, err
}

func (archived) Files(context.Context, routing.CallID) ([]File, error) {
	return []File{{Name: ClientFile, Bytes: 10}, {Name: TrainingFile, Bytes: 10}}, nil
}

func (archived) Open(_ context.Context, _ routing.CallID, name string) (io.ReadSeekCloser, error) {
	if name != ClientFile && name != TrainingFile {
		return nil, routing.Refuse(routing.NotFound, "file_unknown")
	}
	return nothingToClose{strings.NewReader("0123456789")}, nil
}

type nothingToClose struct{ io.ReadSeeker }

func (nothingToClose) Close() error { return nil }

func (w *world) waitFor(what string, holds func() bool) {
	w.t.Helper()
	end := time.Now().Add(limit)
	for !holds() {
		if time.Now().After(end) {
			w.t.Fatalf("waited in vain: %s\n%s", what, w.logs)
		}
		runtime.Gosched()
	}
}

// as returns the token of somebody's login.
func (w *world) as(login string) string {
	w.t.Helper()
	if login == "" {
		return ""
	}
	if w.logins[login] == "" {
		o, ok := w.people.ByLogin(login)
		if !ok {
			w.t.Fatalf("nobody is %s", login)
		}
		l, err := w.people.Admit(w.t.Context(), o.ID)
		must(w.t, err)
		w.logins[login] = l.Token
	}
	return w.logins[login]
}

func (w *world) id(login string) routing.OperatorID {
	w.t.Helper()
	o, ok := w.people.ByLogin(login)
	if !ok {
		w.t.Fatalf("nobody is %s", login)
	}
	return o.ID
}

// reply is an answer that was read.
type reply struct {
	*http.Response
	text string
}

// ask makes a request; headers are pairs. The token is a Bearer, "" for none.
func (w *world) ask(method, path, token, body string, headers ...string) reply {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.t.Context(), method, w.http.URL+path, strings.NewReader(body))
	must(w.t, err)
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	defer client.CloseIdleConnections()
	answer, err := client.Do(req)
	must(w.t, err)
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	must(w.t, err)
	return reply{answer, string(text)}
}

// wants checks the status and, for a refusal, the code and its sentences.
func (r reply) wants(t *testing.T, status int, code string) reply {
	t.Helper()
	if r.StatusCode != status {
		t.Fatalf("got status %d, want %d: %s", r.StatusCode, status, r.text)
	}
	if code == "" {
		return r
	}
	var p Problem
	if err := json.Unmarshal([]byte(r.text), &p); err != nil || p.Code != code || p.Title == "" || p.Detail == "" || p.Status != status {
		t.Fatalf("got %s, want a problem with code %s", r.text, code)
	}
	if got := r.Header.Get("Content-Type"); got != "application/problem+json" {
		t.Fatalf("got Content-Type %s", got)
	}
	return r
}

// read decodes an answer.
func read[T any](t *testing.T, text string) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return v
}

// callMe asks for a callback as a visitor on an allowed page does.
func (w *world) callMe() Callback {
	w.t.Helper()
	body := fmt.Sprintf(`{"number":%q,"name":"Jan Novák","browser":"b1"}`, visitorPhone)
	return read[Callback](w.t, w.ask("POST", "/api/v1/callbacks", "", body, "Origin", shop).wants(w.t, http.StatusAccepted, "").text)
}

// talk brings anna and the visitor together and returns the call.
func (w *world) talk() routing.CallID {
	w.t.Helper()
	id := w.accepted()
	desk := w.page("anna")
	defer func() { _ = desk.ws.CloseNow() }()
	w.answers("101")
	w.answers(visitorPhone)
	// When a page was told of the talk, no page that is opened later is told again.
	for read[Call](w.t, string(desk.next("call.changed").Data)).State != "talking" {
	}
	return id
}

// accepted lets anna take a callback in her desk.
func (w *world) accepted() routing.CallID {
	w.t.Helper()
	w.presence.PhoneChanged("101", true)
	w.presence.PhoneChanged("201", true)
	desk := w.page("anna")
	w.t.Cleanup(func() { _ = desk.ws.CloseNow() })
	w.callMe()
	offer := read[Offer](w.t, string(desk.next("offer.made").Data))
	answer := w.ask("POST", "/api/v1/waiting/"+string(offer.Place.ID)+"/accept", w.as("anna"), "").wants(w.t, http.StatusAccepted, "")
	return read[struct{ Call Call }](w.t, answer.text).Call.ID
}

type safeBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// deaf is a journal whose database does not answer.
type deaf struct{ routing.Journal }

func (deaf) Commit(context.Context, routing.SessionID, routing.CallID, string, routing.Audience, routing.Fact) error {
	return errors.New("the database does not answer")
}
