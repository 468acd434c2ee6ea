package session

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"sufler/internal/clock"
	"sufler/mixer"
	"sufler/routing"
	"sufler/routing/call"
	"sufler/routing/journal"
	"sufler/routing/people"
	"sufler/routing/queue"
	"sufler/routing/store"
	"sufler/routing/talk"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// rig is a service on the real line, people, journal and store; only the devices of
// operators are scripted.
type rig struct {
	*Service
	t        *testing.T
	folder   string
	options  func(*Options)
	store    *store.Store
	journal  *journal.Journal
	dir      *people.Directory
	presence *people.Presence
	x        *call.Exchange
	line     *queue.Line
	talk     *talk.Service
	ids      map[string]routing.OperatorID

	mu      sync.Mutex
	legs    []*leg
	views   map[routing.SessionID][]string // how each has looked, as words
	read    map[Reader]map[routing.SessionID][]Told
	drafts  []string
	missed  kept[routing.Session]
	answers kept[[]string] // what is mailed to who is not here
	mailed  kept[[]string]
}

// inBubble runs a test in fake time. Of the people Anna, Boris and Cyril serve the
// orders, Dana the repairs; Robot is a machine. Those of the orders sit at their desks.
func inBubble(t *testing.T, test func(*rig)) {
	t.Helper()
	inBubbleWith(t, func(*Options) {}, test)
}

func inBubbleWith(t *testing.T, options func(*Options), test func(*rig)) {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "data")
	synctest.Test(t, func(t *testing.T) {
		r := &rig{t: t, folder: folder, options: options}
		r.start()
		defer func() { r.stop() }()
		for _, name := range []string{"anna", "boris", "cyril"} {
			r.sit(name)
		}
		test(r)
	})
}

func (r *rig) start() {
	r.t.Helper()
	log := slog.New(slog.DiscardHandler)
	r.views, r.read = make(map[routing.SessionID][]string), make(map[Reader]map[routing.SessionID][]Told)
	var err error
	if r.store, err = store.Open(r.t.Context(), store.Options{Folder: r.folder, Log: log}); err != nil {
		r.t.Fatal(err)
	}
	if r.journal, err = journal.Open(journal.Options{Store: r.store, Spool: filepath.Join(r.folder, "journal"), Clock: clock.System{}, Log: log}); err != nil {
		r.t.Fatal(err)
	}
	person := func(name, group string) people.Person {
		return people.Person{
			Login: name, Name: strings.ToUpper(name), PublicName: name + " of the shop", Rank: routing.RankOperator, Groups: []routing.GroupName{routing.GroupName(group)},
			DeskOnly: true, Robot: name == "robot", Language: "cs",
		}
	}
	r.dir, err = people.Open(r.t.Context(), people.Options{Store: r.store, Clock: clock.System{}, Log: log, Setup: people.Setup{
		Groups: []routing.GroupName{"orders", "repairs"},
		People: []people.Person{person("anna", "orders"), person("boris", "orders"), person("cyril", "orders"), person("dana", "repairs"), person("robot", "repairs")},
	}})
	if err != nil {
		r.t.Fatal(err)
	}
	r.ids = make(map[string]routing.OperatorID)
	for _, o := range r.dir.Operators() {
		r.ids[o.Login] = o.ID
	}
	r.presence = people.NewPresence(people.PresenceOptions{Directory: r.dir, Clock: clock.System{}})
	r.x = call.NewExchange(call.Options{Dialler: r, Plane: r, Journal: r.journal})
	r.x.Watch(r.presence.CallChanged)
	r.line = queue.New(queue.Options{People: r.presence, Queues: []queue.Queue{
		{Name: "orders", Groups: []routing.GroupName{"orders"}, Size: 1000}, {Name: "repairs", Groups: []routing.GroupName{"repairs"}},
	}})
	o := Options{
		Store: r.store, Journal: r.journal, Line: r.line, Calls: r.x, People: r.presence, Log: log, Languages: []string{"cs", "en"},
		Welcome: func(q routing.QueueName, language string) string {
			return "Dobrý den, {operator}! " + string(q) + " " + language
		},
		About: func(routing.VisitorID) (About, bool) { return about, true },
		Redirect: func(ctx context.Context, _ routing.Channel, id routing.SessionID, to queue.Target, by routing.OperatorID) error {
			return r.talk.Redirect(ctx, id, to, by)
		},
		Missed: func(s routing.Session) { r.missed.add(s) },
		Answer: func(_ routing.Session, said []Line) { r.answers.add(textsOf(said)) },
		Transcript: func(_ routing.Session, said []Line) bool {
			r.mailed.add(textsOf(said))
			return true
		},
	}
	r.options(&o)
	r.Service = New(o)
	if err := r.Start(r.t.Context()); err != nil {
		r.t.Fatal(err)
	}
	r.Watch(r.watch)
	r.talk = talk.New(talk.Options{Line: r.line, Calls: r.x, Browsers: r, Journal: r.journal, Languages: []string{"cs"}})
}

func textsOf(lines []Line) (texts []string) {
	for _, l := range lines {
		texts = append(texts, l.Name+": "+l.Text)
	}
	return texts
}

func (r *rig) stop() {
	r.t.Helper()
	if err := r.x.Close(context.Background()); err != nil {
		r.t.Error(err)
	}
	r.talk.Close()
	r.Close(context.Background())
	r.line.Close()
	r.presence.Close()
	r.journal.Close(context.Background())
	if err := r.store.Close(); err != nil {
		r.t.Error(err)
	}
	synctest.Wait()
}

// restart ends the program and starts it again on the same data.
func (r *rig) restart() {
	r.t.Helper()
	r.stop()
	r.start()
}

func (r *rig) watch(e Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch e := e.(type) {
	case Changed:
		v := e.View
		said := v.State.String()
		if v.Operator != "" {
			said += " " + r.name(v.Operator)
		}
		if v.Outcome != 0 {
			said += " " + v.Outcome.String()
		}
		if seen := r.views[v.ID]; len(seen) == 0 || seen[len(seen)-1] != said {
			r.views[v.ID] = append(seen, said)
		}
	case Added:
		for reader, told := range map[Reader]Told{Staff: e.Staff, Visitor: e.Visitor} {
			if r.read[reader] == nil {
				r.read[reader] = make(map[routing.SessionID][]Told)
			}
			if told.N != 0 {
				r.read[reader][e.View.ID] = append(r.read[reader][e.View.ID], told)
			}
		}
	case Drafted:
		r.drafts = append(r.drafts, e.Text)
	case Typed:
		r.drafts = append(r.drafts, fmt.Sprint("typing ", e.On))
	}
}

func (r *rig) name(id routing.OperatorID) string {
	for name, one := range r.ids {
		if one == id {
			return name
		}
	}
	return string(id)
}

func (r *rig) operator(name string) routing.Operator {
	r.t.Helper()
	o, ok := r.dir.Operator(r.ids[name])
	if !ok {
		r.t.Fatalf("there is no %s", name)
	}
	return o
}

// sit opens a desk that can ring.
func (r *rig) sit(name string) {
	r.presence.DeskOpened(r.ids[name])
	r.presence.SetSound(r.ids[name], true)
	synctest.Wait()
}

func (r *rig) standUp(name string) {
	r.presence.DeskClosed(r.ids[name])
	synctest.Wait()
}

// ask is a visitor with a connection who begins to write.
func (r *rig) ask(visitor string) View {
	r.t.Helper()
	r.VisitorChanged(routing.VisitorID(visitor), true)
	return r.must(r.Begin(r.t.Context(), request(visitor)))
}

// about is every visitor, as the pages know them.
var about = About{
	Number: 4821, Name: "Neznámý", Email: "jan@example.com", EntryURL: "https://shop.example/lampa", EntryTitle: "Lampa", Referrer: "https://search.example/",
	Browser: "Firefox 153", OS: "Debian", Params: map[string]string{"order": "17"},
}

func request(visitor string) Request {
	return Request{
		Visitor: routing.VisitorID(visitor), Channel: routing.ChatChannel, Widget: "default", Queue: "orders", Language: "cs", Name: "Jan Novák",
		Text: "Máte žlutou lampu?", MessageID: "first",
	}
}

// chat is a conversation of a visitor with an operator.
func (r *rig) chat(visitor, operator string) View {
	r.t.Helper()
	return r.accept(r.ask(visitor), operator)
}

func (r *rig) accept(v View, operator string) View {
	r.t.Helper()
	v = r.get(v)
	return r.must(r.Accept(r.t.Context(), v.Place, r.ids[operator]))
}

func (r *rig) end(v View, operator string) View {
	r.t.Helper()
	return r.must(r.End(r.t.Context(), v.ID, r.ids[operator]))
}

func (r *rig) ok(v View, operator string) View {
	r.t.Helper()
	return r.must(r.Confirm(r.t.Context(), v.ID, r.ids[operator], WrapUp{}))
}

func (r *rig) say(v View, who, id, text string) uint64 {
	r.t.Helper()
	n, err := r.Say(r.t.Context(), r.message(v, who, id, text))
	if err != nil {
		r.t.Fatalf("%s says %q: %v", who, text, err)
	}
	return n
}

// message is one of an operator, by name, or of the session's visitor.
func (r *rig) message(v View, who, id, text string) Message {
	m := Message{Session: v.ID, ID: id, Text: text}
	if _, ours := r.ids[who]; ours {
		m.Operator = r.operator(who)
	} else {
		m.Visitor = v.Visitor
	}
	return m
}

func (r *rig) must(v View, err error) View {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
	return v
}

func (r *rig) get(v View) View {
	r.t.Helper()
	synctest.Wait()
	return r.must(r.Get(r.t.Context(), v.ID))
}

// pass lets time go by.
func (r *rig) pass(d time.Duration) {
	<-time.NewTimer(d).C
	synctest.Wait()
}

func refusal(t *testing.T, err error) string {
	t.Helper()
	e, ok := errors.AsType[*routing.Error](err)
	if !ok {
		t.Fatalf("got %v, want a refusal", err)
	}
	return e.Code
}

// is checks state, operator and outcome: "active anna", "closed anna talked".
func (r *rig) is(v View, want string) {
	r.t.Helper()
	v = r.get(v)
	got := v.State.String()
	for _, more := range []string{r.name(v.Operator), v.Outcome.String()} {
		if more != "" {
			got += " " + more
		}
	}
	if got != want {
		r.t.Errorf("got %q, want %q", got, want)
	}
}

func (r *rig) wantViews(v View, want ...string) {
	r.t.Helper()
	synctest.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	if got := r.views[v.ID]; !slices.Equal(got, want) {
		r.t.Errorf("got views\n%q, want\n%q", got, want)
	}
}

// story is what a reader has of a session, as words: chat lines with their author.
func story(told []Told) (words []string) {
	for i, t := range told {
		word := t.Kind
		if s, ok := saidOf(t.Entry); ok {
			word = s.From + ": " + s.Text
		}
		if t.N != uint64(i+1) {
			word = fmt.Sprintf("%d! %s", t.N, word)
		}
		words = append(words, word)
	}
	return words
}

// wantStory checks what a reader was told live, and that asking gives the same.
func (r *rig) wantStory(reader Reader, v View, want ...string) {
	r.t.Helper()
	r.pass(10 * time.Millisecond) // facts are stored in groups
	asked, err := r.Entries(r.t.Context(), v.ID, reader, 0)
	if err != nil {
		r.t.Fatal(err)
	}
	r.mu.Lock()
	live := slices.Clone(r.read[reader][v.ID])
	r.mu.Unlock()
	for how, told := range map[string][]Told{"live": live, "asked": asked} {
		if got := story(told); !slices.Equal(got, want) {
			r.t.Errorf("%s, reader %d: got\n%q, want\n%q", how, reader, got, want)
		}
	}
}

// stored is the session as the next process would read it.
func (r *rig) stored(v View) routing.Session {
	r.t.Helper()
	synctest.Wait()
	s, err := r.store.Session(r.t.Context(), v.ID)
	if err != nil {
		r.t.Fatal(err)
	}
	return s
}

// Apply implements call.Plane.
func (r *rig) Apply(p mixer.Plan) { r.x.Handle(mixer.Applied{Call: p.Call, Epoch: p.Epoch}) }

// Dial makes the scripted leg of an operator.
func (r *rig) Dial(req routing.DialRequest, sink func(routing.Signal)) (routing.Leg, error) {
	return r.add(&leg{id: req.Leg, name: r.name(req.To.Person), sink: sink}), nil
}

// Arrive makes the scripted leg of a page.
func (r *rig) Arrive(owner routing.BrowserOwner, take func(routing.Leg) func(routing.Signal)) (routing.Leg, error) {
	l := &leg{id: routing.NewID[routing.LegID](), name: "page"}
	l.sink = take(l)
	return r.add(l), nil
}

func (r *rig) add(l *leg) *leg {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.legs = append(r.legs, l)
	return l
}

// leg returns the newest leg of a name.
func (r *rig) leg(name string) *leg {
	r.t.Helper()
	synctest.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, l := range slices.Backward(r.legs) {
		if l.name == name {
			return l
		}
	}
	r.t.Fatalf("there is no leg of %s", name)
	return nil
}

// leg is a device or a page at the far end.
type leg struct {
	id   routing.LegID
	name string
	sink func(routing.Signal)

	mu   sync.Mutex
	over bool
}

// ID implements routing.Leg.
func (l *leg) ID() routing.LegID { return l.id }

// Do answers as a page does whose sound is there.
func (l *leg) Do(c routing.Command) {
	switch c := c.(type) {
	case routing.Answer:
		l.say(routing.Answered{Port: 2, By: routing.ByBrowser})
	case routing.Hangup:
		l.end(c.Cause)
	}
}

func (l *leg) say(e routing.LegEvent) {
	l.mu.Lock()
	over := l.over
	l.mu.Unlock()
	if !over {
		l.sink(routing.Signal{Leg: l.id, Event: e})
	}
}

func (l *leg) answer() { l.say(routing.Answered{Port: 1}) }

func (l *leg) end(cause routing.Cause) {
	l.say(routing.Ended{Cause: cause})
	l.mu.Lock()
	l.over = true
	l.mu.Unlock()
}

func (l *leg) isOver() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.over
}

// kept is what was handed over, by whichever goroutine.
type kept[T any] struct {
	mu   sync.Mutex
	list []T
}

func (k *kept[T]) add(one T) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.list = append(k.list, one)
}

func (k *kept[T]) all() []T {
	k.mu.Lock()
	defer k.mu.Unlock()
	return slices.Clone(k.list)
}
