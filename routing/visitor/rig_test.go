package visitor

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"sufler/routing"
	"sufler/routing/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// rig is a service on a real store in fake time, with a watcher that writes down.
type rig struct {
	*testing.T
	*Service
	store *store.Store

	mu     sync.Mutex
	events []string
}

// inBubble runs a test in fake time and checks that nothing is left.
func inBubble(t *testing.T, test func(*rig), change ...func(*Options)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := &rig{T: t}
		r.openStore(t.TempDir())
		r.open(change...)
		test(r)
		r.shut()
	})
}

func (r *rig) openStore(folder string) {
	r.Helper()
	s, err := store.Open(context.Background(), store.Options{Folder: folder, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		r.Fatal(err)
	}
	r.store = s
}

func (r *rig) open(change ...func(*Options)) {
	r.Helper()
	o := Options{Store: r.store, Parameters: func() []Parameter {
		return []Parameter{{Name: "order", Title: "Order", Most: 8}, {Name: "plan", Title: "Plan", Most: 20}}
	}}
	for _, c := range change {
		c(&o)
	}
	s, err := Open(context.Background(), o)
	if err != nil {
		r.Fatal(err)
	}
	r.Service = s
	s.Watch(r.watch)
}

func (r *rig) shut() {
	r.Helper()
	r.Close(context.Background())
	if err := r.store.Close(); err != nil {
		r.Error(err)
	}
}

func (r *rig) watch(e Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch e := e.(type) {
	case Barred:
		r.events = append(r.events, "barred")
	case Changed:
		r.events = append(r.events, fmt.Sprintf("changed here=%t page=%s", e.Info.Here, e.Info.Page.URL))
	case Introduced:
		r.events = append(r.events, fmt.Sprintf("introduced %s <%s> by %s%s", e.Visitor.Name, e.Visitor.Email, e.By, within(e.Session)))
	case Left:
		r.events = append(r.events, "left")
	case Seen:
		r.events = append(r.events, fmt.Sprintf("seen %s %q %s%s", e.Page.URL, e.Page.Title, e.Page.At.UTC().Format("15:04:05"), within(e.Session)))
	case Told:
		r.events = append(r.events, "told "+e.Value.Name+"="+e.Value.Value+within(e.Session))
	}
}

func within(session routing.SessionID) string {
	if session == "" {
		return ""
	}
	return " in " + string(session)
}

// sees is the event of a page that is seen now.
func sees(url, session string) string {
	return fmt.Sprintf("seen %s %q %s%s", url, "A shop", time.Now().UTC().Format("15:04:05"), within(routing.SessionID(session)))
}

// told are the events since it was asked last.
func (r *rig) told() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	text := strings.Join(r.events, "\n")
	r.events = nil
	return text
}

func tokenOf(name string) string { return name + strings.Repeat("0", 40) }

// arrives opens a page of somebody's.
func (r *rig) arrives(name, url string) (routing.Visitor, PageID) {
	r.Helper()
	v, page, err := r.Arrive(r.Context(), Arrival{Token: tokenOf(name), Widget: "shop", Language: "cs", URL: url, Title: "A shop"})
	if err != nil {
		r.Fatal(err)
	}
	return v, page
}

func (r *rig) wants(what, got string, want ...string) {
	r.Helper()
	if wanted := strings.Join(want, "\n"); got != wanted {
		r.Errorf("%s: got\n%s\nwant\n%s", what, got, wanted)
	}
}

func (r *rig) refuses(err error, kind routing.Kind, code string) {
	r.Helper()
	if refusal, ok := errors.AsType[*routing.Error](err); !ok || refusal.Kind != kind || refusal.Code != code {
		r.Errorf("got %v, want %s", err, code)
	}
}

func (r *rig) must(err error) {
	r.Helper()
	if err != nil {
		r.Fatal(err)
	}
}

// pass lets fake time go by and everything that it wakes be done.
func (r *rig) pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

// names are those of everybody who is here.
func (r *rig) names() []string {
	var names []string
	for _, info := range r.Here() {
		names = append(names, info.Visitor.Name)
	}
	slices.Sort(names)
	return names
}
