package visitor

import (
	"context"
	"encoding/json"
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

// rig is a service on a real store in fake time, with a journal that remembers and a
// watcher that writes down.
type rig struct {
	*testing.T
	*Service
	store *store.Store

	mu      sync.Mutex
	events  []string
	journal []string
	broken  error // what Commit says
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
	o := Options{Store: r.store, Journal: r, Parameters: func() []Parameter {
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
	case Changed:
		r.events = append(r.events, fmt.Sprintf("changed here=%t page=%s", e.Info.Here, e.Info.Page.URL))
	case Introduced:
		r.events = append(r.events, "introduced "+e.Visitor.Name)
	case Left:
		r.events = append(r.events, "left")
	case Seen:
		r.events = append(r.events, "seen "+e.Page.URL)
	case Told:
		r.events = append(r.events, "told "+e.Value.Name+"="+e.Value.Value)
	}
}

// told are the events since it was asked last.
func (r *rig) told() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	text := strings.Join(r.events, "\n")
	r.events = nil
	return text
}

// Add is the journal's.
func (r *rig) Add(session routing.SessionID, _ routing.CallID, by string, audience routing.Audience, fact routing.Fact) {
	r.mu.Lock()
	defer r.mu.Unlock()
	raw, err := json.Marshal(fact)
	if err != nil || audience != routing.StaffOnly || by == "" {
		r.Errorf("got %v by %q to %d: %v", fact, by, audience, err)
	}
	r.journal = append(r.journal, fmt.Sprintf("%s %s %s", session, fact.Kind(), raw))
}

// Commit is the journal's.
func (r *rig) Commit(_ context.Context, session routing.SessionID, call routing.CallID, by string, audience routing.Audience, fact routing.Fact) error {
	if r.broken != nil {
		return r.broken
	}
	r.Add(session, call, by, audience, fact)
	return nil
}

// written is what the journal took since it was asked last.
func (r *rig) written() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	text := strings.Join(r.journal, "\n")
	r.journal = nil
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
