package settings

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"sufler/internal/clock"
	"sufler/routing"
	"sufler/routing/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// staff is who works here.
type staff struct {
	groups []routing.GroupName
	people []routing.Operator
}

func (s staff) Groups() []routing.GroupName { return s.groups }

func (s staff) Operators() []routing.Operator { return s.people }

func (s staff) Operator(id routing.OperatorID) (routing.Operator, bool) {
	i := slices.IndexFunc(s.people, func(o routing.Operator) bool { return o.ID == id })
	if i < 0 {
		return routing.Operator{}, false
	}
	return s.people[i], true
}

var (
	anna  = routing.Operator{ID: "anna", Groups: []routing.GroupName{"front"}, Active: true}
	boris = routing.Operator{ID: "boris", Groups: []routing.GroupName{"robots"}, Active: true}
	crew  = staff{groups: []routing.GroupName{"front", "orders", "robots"}, people: []routing.Operator{anna, boris}}
)

// house is a directory on a real store.
type house struct {
	*testing.T
	store *store.Store
	dir   *Directory
	log   *strings.Builder
}

func open(t *testing.T, setup Setup) *house {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{Folder: t.TempDir(), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	h := &house{T: t, store: s, log: &strings.Builder{}}
	h.dir = h.another(setup)
	return h
}

// another is the directory of another process on the same store.
func (h *house) another(setup Setup) *Directory {
	h.Helper()
	d, err := Open(h.Context(), Options{
		Store: h.store, People: crew, Languages: []string{"en", "cs", "ru"}, Clock: clock.System{}, Log: slog.New(slog.NewTextHandler(h.log, nil)), Setup: setup,
	})
	if err != nil {
		h.Fatal(err)
	}
	return d
}

// put puts a setting that must be good.
func put[T document[T]](h *house, s *Shelf[T], v T) T {
	h.Helper()
	v, err := s.Put(h.Context(), v)
	if err != nil {
		h.Fatalf("%v: %s", err, flawsOf(err))
	}
	return v
}

// flawsOf writes what a refusal says: "at code, at code".
func flawsOf(err error) string {
	refusal, ok := errors.AsType[*routing.Error](err)
	if !ok || refusal.Code != "setting_invalid" {
		return fmt.Sprint(err)
	}
	var all []string
	for _, flaw := range refusal.Flaws {
		all = append(all, flaw.At+" "+flaw.Code)
	}
	return strings.Join(all, ", ")
}

func queueOf(name routing.QueueName, change func(*Queue)) Queue {
	q := NewQueue(name)
	q.Groups = []routing.GroupName{"front"}
	if change != nil {
		change(&q)
	}
	return q
}
