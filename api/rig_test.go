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

	"github.com/coder/websocket"
	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"

	"sufler/internal/clock"
	"sufler/mixer"
	"sufler/routing"
	"sufler/routing/call"
	"sufler/routing/callback"
	"sufler/routing/dialplan"
	"sufler/routing/journal"
	"sufler/routing/people"
	"sufler/routing/queue"
	"sufler/routing/session"
	"sufler/routing/store"
	"sufler/web"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	// limit is how long a test waits for what must come; it decides nothing else.
	limit    = 30 * time.Second
	visitor  = "+420777000001"
	password = "a long password"
	foreignO = "https://elsewhere.example"
	shop     = "https://shop.example"
)

// world is the whole program but for its telephones, sound and files, which are
// scripted.
type world struct {
	t        *testing.T
	server   *Server
	http     *httptest.Server
	store    *store.Store
	people   *people.Directory
	presence *people.Presence
	line     *queue.Line
	exchange *call.Exchange
	journal  *journal.Journal
	service  *callback.Service
	phones   *phones
	demo     *demo
	logs     *safeBuffer
	figures  *prometheus.Registry

	notReady error
	logins   map[string]string // tokens by login
}

func newWorld(t *testing.T, change ...func(*Options)) *world {
	t.Helper()
	w := &world{t: t, phones: &phones{}, logs: &safeBuffer{}, figures: prometheus.NewRegistry(), logins: map[string]string{}}
	log := slog.New(slog.NewTextHandler(w.logs, nil))
	folder := t.TempDir()
	var err error
	w.store, err = store.Open(t.Context(), store.Options{Folder: folder, Log: log})
	must(t, err)
	w.people, err = people.Open(t.Context(), people.Options{Store: w.store, Clock: clock.System{}, Log: log, Setup: crew()})
	must(t, err)
	w.presence = people.NewPresence(w.people, clock.System{})
	w.journal, err = journal.Open(journal.Options{Store: w.store, Spool: filepath.Join(folder, "spool"), Clock: clock.System{}, Log: log})
	must(t, err)
	w.exchange = call.NewExchange(call.Options{Dialler: w.phones, Plane: w, Journal: w.journal, Log: log})
	stopPresence := w.exchange.Watch(w.presence.CallChanged)
	w.line = queue.New(queue.Options{Queues: []queue.Queue{
		{Name: "Orders", Groups: []routing.GroupName{"orders"}}, {Name: "Repairs", Groups: []routing.GroupName{"repairs"}},
	}, People: w.presence, Log: log})
	w.service = callback.New(callback.Options{
		Node: "test", Store: w.store, Line: w.line, Calls: callback.On(w.exchange), Journal: w.journal, Log: log,
		Numbers: dialplan.Numbers{Home: "CZ", Allow: []string{"+420"}}, Caller: "+420222111000", PerOriginHour: 1000, PerNumberDay: 1000,
	})
	must(t, w.service.Start(t.Context()))
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

func (w *world) options(log *slog.Logger) Options {
	return Options{
		Callbacks: w.service, Waiting: w.line, Calls: w.exchange, People: w.people, Team: w.presence,
		Records: records{w.store}, Journal: w.journal, Phones: w, Trunks: w, Demo: w.demo,
		Origins: []string{shop}, Tokens: map[string]string{"crm": "secret-of-the-crm"},
		Widget: Widget{Company: "Lampárna", Language: "cs", Enabled: true, Home: "+420", Prefixes: []string{"+420"}, Caller: "+420 222 111 000"},
		Pages: fstest.MapFS{
			"index.html": {Data: []byte("<title>stage</title>")}, "desk/index.html": {Data: []byte("<title>desk</title>")},
			"demo/index.html": {Data: []byte("<title>shop</title>")}, "widget.js": {Data: []byte("export {}")},
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
type records struct{ *store.Store }

func (r records) Tracks(ctx context.Context, id routing.CallID) ([]session.Track, error) {
	entries, err := r.EntriesOfCall(ctx, id)
	var tracks []session.Track
	for _, p := range session.PartiesOf(entries) {
		tracks = append(tracks, session.Track{Party: p, Peaks: []byte{1, 255}})
	}
	return tracks, err
}

func (records) Files(context.Context, routing.CallID) ([]File, error) {
	return []File{{Name: ClientFile, Bytes: 10}, {Name: TrainingFile, Bytes: 10}}, nil
}

func (records) Open(_ context.Context, _ routing.CallID, name string) (io.ReadSeekCloser, error) {
	if name != ClientFile && name != TrainingFile {
		return nil, routing.Refuse(routing.NotFound, "file_unknown")
	}
	return nothingToClose{strings.NewReader("0123456789")}, nil
}

type nothingToClose struct{ io.ReadSeeker }

func (nothingToClose) Close() error { return nil }

// phones are scripted telephones: each rings until the test says what it does.
type phones struct {
	mu   sync.Mutex
	legs []*leg
	port mixer.PortID
}

type leg struct {
	id   routing.LegID
	to   string
	sink func(routing.Signal)

	mu   sync.Mutex
	over bool
}

func (p *phones) Dial(req routing.DialRequest, sink func(routing.Signal)) (routing.Leg, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := &leg{id: req.Leg, to: string(req.To.Phone) + req.To.Number, sink: sink}
	p.legs = append(p.legs, l)
	return l, nil
}

func (l *leg) ID() routing.LegID { return l.id }

func (l *leg) Do(c routing.Command) {
	if h, ok := c.(routing.Hangup); ok {
		l.end(h.Cause)
	}
}

func (l *leg) end(cause routing.Cause) {
	l.mu.Lock()
	over := l.over
	l.over = true
	l.mu.Unlock()
	if !over {
		l.sink(routing.Signal{Leg: l.id, Event: routing.Ended{Cause: cause}})
	}
}

// rings waits until a telephone rings.
func (w *world) rings(to string) *leg {
	w.t.Helper()
	var found *leg
	w.waitFor(to+" rings", func() bool {
		w.phones.mu.Lock()
		defer w.phones.mu.Unlock()
		for _, l := range w.phones.legs {
			l.mu.Lock()
			if l.to == to && !l.over {
				found = l
			}
			l.mu.Unlock()
		}
		return found != nil
	})
	return found
}

// answers lets a telephone ring and be picked up.
func (w *world) answers(to string) *leg {
	w.t.Helper()
	l := w.rings(to)
	w.phones.mu.Lock()
	w.phones.port++
	port := w.phones.port
	w.phones.mu.Unlock()
	l.sink(routing.Signal{Leg: l.id, Event: routing.Ringing{}})
	l.sink(routing.Signal{Leg: l.id, Event: routing.Answered{Port: port}})
	return l
}

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

// demo is a scripted stage.
type demo struct {
	mu      sync.Mutex
	call    routing.CallID
	prompts map[int]func(Prompt)
	hears   map[int]func([]int16)
	modes   []routing.Mode
	n       int
}

func (d *demo) Stage() Stage {
	d.mu.Lock()
	defer d.mu.Unlock()
	return Stage{Call: d.call, Ears: []Ear{{Role: routing.Client, Name: "Jan", Phone: "701"}}, Language: "cs", Voice: "machine"}
}

func (d *demo) SetMode(_ context.Context, m routing.Mode) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.call == "" {
		return routing.Refuse(routing.Unavailable, "stage_dark")
	}
	d.modes = append(d.modes, m)
	return nil
}

func (d *demo) Prompt(context.Context) (Prompt, error) {
	p := Prompt{Text: "Offer him free delivery", Length: 1500 * time.Millisecond}
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, watch := range d.prompts {
		watch(p)
	}
	return p, nil
}

func (d *demo) WatchPrompts(watch func(Prompt)) func() { return listen(d, &d.prompts, watch) }

func (d *demo) Listen(role routing.Role, phone routing.Extension, hear func([]int16)) (func(), error) {
	if role != routing.Client && phone != "201" {
		return nil, routing.Refuse(routing.NotFound, "ear_unknown")
	}
	return listen(d, &d.hears, hear), nil
}

func (d *demo) Voice(role routing.Role) []int16 { return []int16{int16(role), -2, 300} }

func listen[T any](d *demo, to *map[int]func(T), f func(T)) func() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if *to == nil {
		*to = map[int]func(T){}
	}
	d.n++
	n := d.n
	(*to)[n] = f
	return func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		delete(*to, n)
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
	body := fmt.Sprintf(`{"number":%q,"name":"Jan Novák","browser":"b1"}`, visitor)
	return read[Callback](w.t, w.ask("POST", "/api/v1/callbacks", "", body, "Origin", shop).wants(w.t, http.StatusAccepted, "").text)
}

// talk brings anna and the visitor together and returns the call.
func (w *world) talk() routing.CallID {
	w.t.Helper()
	id := w.accepted()
	desk := w.page("anna")
	defer func() { _ = desk.ws.CloseNow() }()
	w.answers("101")
	w.answers(visitor)
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

// page is a WebSocket of a page in a test.
type screen struct {
	t     *testing.T
	ws    *websocket.Conn
	seq   uint64
	heard bytes.Buffer // every byte that came
}

// told is an event as it came.
type told struct {
	Seq  uint64
	At   string
	Kind string
	By   string
	Data json.RawMessage
	OK   json.RawMessage
	Err  json.RawMessage `json:"error"`
	ID   int64
}

// page opens somebody's desk and takes the answer to hello and the snapshot.
func (w *world) page(login string) *screen {
	w.t.Helper()
	p := w.dial(map[string]string{})
	p.say(fmt.Sprintf(`{"id":1,"do":"hello","data":{"as":"desk","token":%q,"language":"cs"}}`, w.as(login)))
	if answer := p.read(); answer.ID != 1 || answer.OK == nil {
		w.t.Fatalf("hello: got %s", p.heard.String())
	}
	p.next("desk.snapshot")
	return p
}

func (w *world) dial(headers map[string]string) *screen {
	w.t.Helper()
	ws, err := w.tryDial(headers)
	must(w.t, err)
	w.t.Cleanup(func() { _ = ws.CloseNow() })
	return &screen{t: w.t, ws: ws}
}

func (w *world) tryDial(headers map[string]string) (*websocket.Conn, error) {
	h := http.Header{}
	for name, value := range headers {
		h.Set(name, value)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	opt := &websocket.DialOptions{Subprotocols: []string{"sufler.v1"}, HTTPHeader: h, HTTPClient: client}
	ctx, cancel := context.WithTimeout(w.t.Context(), limit)
	defer cancel()
	ws, answer, err := websocket.Dial(ctx, w.http.URL+"/api/v1/ws", opt)
	if err != nil && answer != nil {
		return nil, fmt.Errorf("%d: %w", answer.StatusCode, err)
	}
	if err == nil {
		ws.SetReadLimit(-1)
	}
	return ws, err
}

func (p *screen) say(text string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), limit)
	defer cancel()
	must(p.t, p.ws.Write(ctx, websocket.MessageText, []byte(text)))
}

func (p *screen) read() told {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), limit)
	defer cancel()
	_, raw, err := p.ws.Read(ctx)
	if err != nil {
		p.t.Fatalf("%v; heard so far:\n%s", err, p.heard.String())
	}
	p.heard.Write(append(raw, '\n'))
	e := read[told](p.t, string(raw))
	if e.Seq > 0 {
		if e.Seq != p.seq+1 {
			p.t.Fatalf("got seq %d after %d", e.Seq, p.seq)
		}
		p.seq = e.Seq
	}
	return e
}

// next reads until an event of a kind comes.
func (p *screen) next(kind string) told {
	p.t.Helper()
	for {
		if e := p.read(); e.Kind == kind {
			return e
		}
	}
}

// until reads until an event of a kind holds what is wanted.
func until[T any](p *screen, kind string, wanted func(T) bool) T {
	p.t.Helper()
	for {
		if v := read[T](p.t, string(p.next(kind).Data)); wanted(v) {
			return v
		}
	}
}

// closed reads until the end and returns the status.
func (p *screen) closed() websocket.StatusCode {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), limit)
	defer cancel()
	for {
		_, raw, err := p.ws.Read(ctx)
		if errors.Is(err, context.DeadlineExceeded) {
			p.t.Fatal("the page was not closed")
		}
		if err != nil {
			return websocket.CloseStatus(err)
		}
		p.heard.Write(append(raw, '\n'))
	}
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
