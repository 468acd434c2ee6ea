package storetest

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"sufler/routing"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 123e6, time.UTC)

func callback(n int) routing.Callback {
	return routing.Callback{
		ID: routing.NewID[routing.CallbackID](), TokenHash: "5e884898da28", Session: routing.NewID[routing.SessionID](),
		Number: "+420777000001", Name: "Jan Novák", Queue: "Orders", Language: "cs", Origin: "browser-1",
		State: routing.CallbackQueued, Epoch: 1, Holder: "node/boot1",
		Created: noon.Add(time.Duration(n) * time.Second), Changed: noon,
	}
}

func (t place) callbackKeepsEveryField() {
	s := t.opened()
	c := callback(0)
	stored, created, err := s.AddCallback(t.Context(), c, "key")
	ok(t.T, err)
	if !created || stored != c {
		t.Fatalf("got %+v, created %v\nwant %+v", stored, created, c)
	}
	c.TokenHash, c.Session, c.Number, c.Name, c.Language = "another", routing.NewID[routing.SessionID](), "+420777000002", "Jana", "en"
	c.Queue, c.State, c.Reason, c.Attempt, c.Created = "Service", routing.CallbackDone, "hung_up", 2, noon.Add(time.Second)
	c.Call, c.Operator, c.Visitor = routing.NewID[routing.CallID](), routing.NewID[routing.OperatorID](), routing.NewID[routing.VisitorID]()
	c.Changed, c.TalkedAt, c.EndedAt = noon.Add(time.Minute), noon.Add(2*time.Minute), noon.Add(3*time.Minute)
	ok(t.T, s.SaveCallback(t.Context(), c))
	if again := got(s.Callback(t.Context(), c.ID))(t.T); again != c {
		t.Errorf("got  %+v\nwant %+v", again, c)
	}
	if _, err := s.Callback(t.Context(), "nobody"); !errors.Is(err, routing.Refuse(routing.NotFound, "callback_unknown")) {
		t.Errorf("unknown callback: got %v", err)
	}
}

func (t place) sameKeyOfOneOriginIsOneCallback() {
	s := t.opened()
	first, second, foreign := callback(0), callback(1), callback(2)
	foreign.Origin = "browser-2"
	for _, c := range []struct {
		name    string
		add     routing.Callback
		key     string
		want    routing.CallbackID
		created bool
	}{
		{"first", first, "key", first.ID, true},
		{"same key", second, "key", first.ID, false},
		{"another origin", foreign, "key", foreign.ID, true},
		{"no key", callback(3), "", "", true},
		{"no key again", callback(4), "", "", true},
	} {
		stored, created, err := s.AddCallback(t.Context(), c.add, c.key)
		ok(t.T, err)
		if c.want == "" {
			c.want = c.add.ID
		}
		if stored.ID != c.want || created != c.created {
			t.Errorf("%s: got %s created %v, want %s created %v", c.name, stored.ID, created, c.want, c.created)
		}
	}
	for _, c := range []struct {
		origin, key string
		want        routing.CallbackID
	}{{"browser-1", "key", first.ID}, {"browser-2", "key", foreign.ID}, {"browser-1", "", ""}, {"browser-3", "key", ""}} {
		stored, found, err := s.CallbackByKey(t.Context(), c.origin, c.key)
		ok(t.T, err)
		if stored.ID != c.want || found != (c.want != "") {
			t.Errorf("by key %q of %s: got %q, found %v, want %q", c.key, c.origin, stored.ID, found, c.want)
		}
	}
	if n := got(s.CountCallbacks(t.Context(), "", "", noon))(t.T); n != 4 {
		t.Errorf("got %d callbacks, want 4", n)
	}
}

func (t place) hundredParallelAdds() {
	s := t.opened()
	const adds = 100
	ids := make([]routing.CallbackID, adds)
	fresh := make([]bool, adds)
	var all sync.WaitGroup
	for i := range adds {
		all.Go(func() {
			stored, created, err := s.AddCallback(t.Context(), callback(i), "one key")
			if err != nil {
				t.Error(err)
			}
			ids[i], fresh[i] = stored.ID, created
		})
	}
	all.Wait()
	slices.Sort(ids)
	if distinct := slices.Compact(ids); len(distinct) != 1 {
		t.Errorf("got %d answers, want one", len(distinct))
	}
	if created := len(slices.DeleteFunc(fresh, func(f bool) bool { return !f })); created != 1 {
		t.Errorf("got %d that were created, want 1", created)
	}
	if n := got(s.CountCallbacks(t.Context(), "", "", time.Time{}))(t.T); n != 1 {
		t.Errorf("got %d rows, want 1", n)
	}
}

func (t place) onlyTheHolderWrites() {
	s := t.opened()
	fenced := routing.Refuse(routing.Conflict, "callback_fenced")
	old := callback(0)
	got(first(s.AddCallback(t.Context(), old, "")))(t.T)
	claimed := got(s.ClaimCallbacks(t.Context(), "node/boot2"))(t.T)
	if len(claimed) != 1 || claimed[0].Epoch != 2 || claimed[0].Holder != "node/boot2" {
		t.Fatalf("got %+v, want one of epoch 2", claimed)
	}
	old.State = routing.CallbackDialling
	if err := s.SaveCallback(t.Context(), old); !errors.Is(err, fenced) {
		t.Errorf("the old holder: got %v, want callback_fenced", err)
	}
	sameEpoch := claimed[0]
	sameEpoch.Holder = old.Holder
	if err := s.SaveCallback(t.Context(), sameEpoch); !errors.Is(err, fenced) {
		t.Errorf("right epoch, wrong holder: got %v, want callback_fenced", err)
	}
	if c := got(s.Callback(t.Context(), old.ID))(t.T); c != claimed[0] {
		t.Errorf("a fenced write changed the row: %+v", c)
	}
	claimed[0].State = routing.CallbackDialling
	ok(t.T, s.SaveCallback(t.Context(), claimed[0]))
	if err := s.SaveCallback(t.Context(), callback(1)); !errors.Is(err, routing.Refuse(routing.NotFound, "callback_unknown")) {
		t.Errorf("a callback that is not there: got %v", err)
	}
}

func (t place) claimTakesOpenCallbacks() {
	s := t.opened()
	var want []routing.CallbackID
	for n := 7; n >= 1; n-- { // the newest is stored first
		c := callback(n)
		c.State = routing.CallbackState(n)
		got(first(s.AddCallback(t.Context(), c, fmt.Sprint(n))))(t.T)
		if c.State <= routing.CallbackBridged {
			want = append([]routing.CallbackID{c.ID}, want...)
		}
	}
	var claimed []routing.CallbackID
	for _, c := range got(s.ClaimCallbacks(t.Context(), "node/boot2"))(t.T) {
		claimed = append(claimed, c.ID)
	}
	if !slices.Equal(claimed, want) {
		t.Errorf("got %v, want %v", claimed, want)
	}
}

func (t place) callbacksAreCounted() {
	s := t.opened()
	for i := range 6 {
		c := callback(i)
		c.Origin = fmt.Sprintf("browser-%d", i%2)
		c.Number = fmt.Sprintf("+42077700000%d", i%3)
		got(first(s.AddCallback(t.Context(), c, "")))(t.T)
	}
	for _, c := range []struct {
		origin, number string
		since          time.Time
		want           int
	}{
		{"", "", noon, 6},
		{"browser-0", "", noon, 3},
		{"", "+420777000002", noon, 2},
		{"browser-0", "+420777000000", noon, 1},
		{"", "", noon.Add(4 * time.Second), 2},
		{"browser-7", "", noon, 0},
	} {
		if n := got(s.CountCallbacks(t.Context(), c.origin, c.number, c.since))(t.T); n != c.want {
			t.Errorf("origin %q, number %q: got %d, want %d", c.origin, c.number, n, c.want)
		}
	}
}

// first drops whether the callback is new.
func first(c routing.Callback, _ bool, err error) (routing.Callback, error) { return c, err }
