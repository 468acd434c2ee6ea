package settings

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sufler/internal/clock"
	"sufler/internal/follow"
	"sufler/routing"
)

func TestWhatIsPutIsKeptAndFoundAgain(t *testing.T) {
	h := open(t, Setup{})
	told := 0
	stop := h.dir.Watch(func() { told++ })
	want := put(h, h.dir.Queues, queueOf("Orders", func(q *Queue) { q.Welcome = map[string]string{"cs": " Dobrý den ", "en": ""} }))
	if want.Welcome["cs"] != "Dobrý den" || len(want.Welcome) != 1 {
		t.Errorf("got %v", want.Welcome)
	}
	put(h, h.dir.Queues, want) // nothing new
	stop()
	put(h, h.dir.Policies, Policy{UnknownParameters: Refused})
	if told != 1 {
		t.Errorf("told %d times, want once", told)
	}
	again := h.another(Setup{})
	if got := again.Queues.All(); !reflect.DeepEqual(got, []Queue{want}) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if got := again.Policy(); got != (Policy{UnknownParameters: Refused}) {
		t.Errorf("got %+v", got)
	}
}

func TestSetupAddsWhatIsMissingAndChangesNothingElse(t *testing.T) {
	setup := Setup{Queues: []Queue{queueOf("Orders", nil)}, Widgets: []Widget{NewWidget(DefaultWidget)}, Results: []Result{{ID: "sold", Title: "Sold", Active: true}}}
	h := open(t, setup)
	changed := put(h, h.dir.Queues, queueOf("Orders", func(q *Queue) { q.Size = 7 }))
	setup.Queues = append(setup.Queues, queueOf("Service", func(q *Queue) { q.Order = 1 }))
	again := h.another(setup)
	if got := again.Queues.All(); len(got) != 2 || !reflect.DeepEqual(got[0], changed) || got[1].Name != "Service" {
		t.Errorf("got %+v", got)
	}
	if w, ok := again.Widget(""); !ok || w.ID != DefaultWidget {
		t.Errorf("got %+v", w)
	}
}

func TestWhatAnotherProcessChangesIsFollowed(t *testing.T) {
	h := open(t, Setup{})
	other := h.another(Setup{})
	put(h, h.dir.Tags, Tag{Name: "autumn"})
	put(h, h.dir.Tags, Tag{Name: "winter"})
	if err := h.dir.Tags.Delete(t.Context(), "autumn"); err != nil {
		t.Fatal(err)
	}
	if err := other.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := other.Tags.All(); !reflect.DeepEqual(got, []Tag{{Name: "winter"}}) {
		t.Errorf("got %v", got)
	}
	put(h, h.dir.Tags, Tag{Name: "autumn"})
	if err := h.dir.Tags.Delete(t.Context(), "winter"); err != nil {
		t.Fatal(err)
	}
	if err := other.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := other.Tags.All(); !reflect.DeepEqual(got, []Tag{{Name: "autumn"}}) {
		t.Errorf("got %v", got)
	}
}

// scripted is a store whose answer the test changes.
type scripted struct {
	routing.SettingsStore

	mu   sync.Mutex
	err  error
	rows []routing.Setting
}

func (s *scripted) Settings(context.Context) ([]routing.Setting, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.rows, s.err
}

func (s *scripted) answers(err error, rows ...routing.Setting) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rows, s.err = rows, err
}

func TestFollowingGoesOnWhenTheDatabaseComesBack(t *testing.T) {
	h := open(t, Setup{})
	synctest.Test(t, func(t *testing.T) {
		away := &scripted{}
		d := h.another(Setup{})
		d.store, d.clock = away, clock.System{}
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { defer close(done); d.Follow(ctx) }()
		away.answers(errors.New("no way"))
		<-time.After(2*follow.Every + time.Second)
		away.answers(nil, routing.Setting{Kind: KindTag, ID: "autumn", Data: json.RawMessage(`{"name": "autumn"}`)})
		<-time.After(follow.Every)
		stop()
		<-done
		if _, ok := d.Tags.Get("autumn"); !ok {
			t.Error("what was changed meanwhile is not known")
		}
	})
	if n := strings.Count(h.log.String(), "no way"); n != 1 {
		t.Errorf("told %d times, want once:\n%s", n, h.log)
	}
}

func TestARowThatCannotBeReadLeavesTheRest(t *testing.T) {
	h := open(t, Setup{})
	for id, data := range map[string]string{"a": `{"name": 5}`, "b": `{"name": "other"}`, "c": `{"name": "c", "from_later": true}`} {
		if err := h.store.PutSetting(t.Context(), routing.Setting{Kind: KindTag, ID: id, Data: json.RawMessage(data)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := h.store.PutSetting(t.Context(), routing.Setting{Kind: "from_later", ID: "x", Data: json.RawMessage(`{}`)}); err != nil {
		t.Fatal(err)
	}
	if err := h.dir.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := h.dir.Tags.All(); !reflect.DeepEqual(got, []Tag{{Name: "c"}}) {
		t.Errorf("got %v", got)
	}
	if n := strings.Count(h.log.String(), "cannot be read"); n != 2 {
		t.Errorf("told %d times, want twice:\n%s", n, h.log)
	}
}

func TestWhatAnOlderVersionDidNotSayHoldsAsNew(t *testing.T) {
	h := open(t, Setup{})
	if err := h.store.PutSetting(t.Context(), routing.Setting{Kind: KindPolicy, ID: policyID, Data: json.RawMessage(`{"away_web": true}`)}); err != nil {
		t.Fatal(err)
	}
	if err := h.dir.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := NewPolicy()
	want.AwayWeb = true
	if got := h.dir.Policy(); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestWhatAnotherNeedsIsNotTakenAway(t *testing.T) {
	h := open(t, Setup{Widgets: []Widget{NewWidget(DefaultWidget)}})
	put(h, h.dir.Hours, Hours{ID: "day", Name: "Day", Zone: "Europe/Prague"})
	put(h, h.dir.Queues, queueOf("Orders", func(q *Queue) { q.Hours = "day" }))
	put(h, h.dir.Queues, queueOf("Service", func(q *Queue) { q.Overflow = Overflow{To: ToQueue, Queue: "Orders"} }))
	shop := NewWidget("shop")
	shop.Channels.Voice.Queue = "Service"
	put(h, h.dir.Widgets, shop)
	used, unknown := routing.Refuse(routing.Conflict, "setting_used"), routing.Refuse(routing.NotFound, "setting_unknown")
	for name, c := range map[string]struct {
		err  error
		want error
	}{
		"hours":              {h.dir.Hours.Delete(t.Context(), "day"), used},
		"overflow":           {h.dir.Queues.Delete(t.Context(), "Orders"), used},
		"a widget's queue":   {h.dir.Queues.Delete(t.Context(), "Service"), used},
		"the default widget": {h.dir.Widgets.Delete(t.Context(), "default"), used},
		"nothing":            {h.dir.Tags.Delete(t.Context(), "none"), unknown},
	} {
		if !errors.Is(c.err, c.want) {
			t.Errorf("%s: got %v, want %v", name, c.err, c.want)
		}
	}
	for _, err := range []error{
		h.dir.Widgets.Delete(t.Context(), "shop"), h.dir.Queues.Delete(t.Context(), "Service"), h.dir.Queues.Delete(t.Context(), "Orders"), h.dir.Hours.Delete(t.Context(), "day"),
	} {
		if err != nil {
			t.Error(err)
		}
	}
}
