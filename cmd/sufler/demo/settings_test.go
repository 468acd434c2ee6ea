package demo

import (
	"context"
	"log/slog"
	"testing"

	"sufler/internal/clock"
	"sufler/routing"
	"sufler/routing/settings"
	"sufler/routing/store"
	"sufler/web"
)

// nobody is a house without people.
type nobody struct{}

func (nobody) Groups() []routing.GroupName { return []routing.GroupName{"orders"} }

func (nobody) Operators() []routing.Operator { return nil }

func (nobody) Operator(routing.OperatorID) (routing.Operator, bool) {
	return routing.Operator{}, false
}

// What the demo begins with is what its owner could have put in: each can be saved again.
func TestTheDemoIsFurnishedWithWhatCanBeSaved(t *testing.T) {
	s, err := store.Open(t.Context(), store.Options{Folder: t.TempDir(), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	queue := settings.NewQueue("Orders")
	queue.Groups = []routing.GroupName{"orders"}
	setup := settings.Setup{Queues: []settings.Queue{queue}, Widgets: []settings.Widget{settings.NewWidget(settings.DefaultWidget)}}
	furnish(&setup)
	d, err := settings.Open(t.Context(), settings.Options{
		Store: s, People: nobody{}, Languages: web.Languages, Clock: clock.System{}, Log: slog.New(slog.DiscardHandler), Setup: setup,
	})
	if err != nil {
		t.Fatal(err)
	}
	save(t, d.Queues)
	save(t, d.Widgets)
	save(t, d.Templates)
	save(t, d.Results)
	save(t, d.Tags)
}

func save[T any](t *testing.T, shelf interface {
	All() []T
	Put(ctx context.Context, v T) (T, error)
},
) {
	t.Helper()
	if len(shelf.All()) == 0 {
		t.Errorf("there is no %T", *new(T))
	}
	for _, v := range shelf.All() {
		if _, err := shelf.Put(t.Context(), v); err != nil {
			t.Errorf("%+v: %v", v, err)
		}
	}
}
