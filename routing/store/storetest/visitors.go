package storetest

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"sufler/routing"
)

func visitor(token string) routing.Visitor {
	return routing.Visitor{
		ID: routing.NewID[routing.VisitorID](), TokenHash: token, Name: "Jan Novák", Phone: "+420777000001", Email: "jan@example.com",
		Language: "cs", Created: noon, Seen: noon.Add(time.Second),
	}
}

func (t place) visitorKeepsEveryField() {
	s := t.opened()
	v := visitor("hash")
	stored, created, err := s.AddVisitor(t.Context(), v)
	ok(t.T, err)
	if v.Number = 1; !created || stored != v {
		t.Fatalf("got %+v, created %v\nwant %+v", stored, created, v)
	}
	v.Name, v.Phone, v.Email, v.Language, v.Seen = "Jana", "777", "jana@example.com", "ru", noon.Add(time.Hour)
	ok(t.T, s.SaveVisitor(t.Context(), v))
	if again := got(s.Visitor(t.Context(), v.ID))(t.T); again != v {
		t.Errorf("got  %+v\nwant %+v", again, v)
	}
	if again := got(s.VisitorByToken(t.Context(), "hash"))(t.T); again != v {
		t.Errorf("by token: got  %+v\nwant %+v", again, v)
	}
	unknown := routing.Refuse(routing.NotFound, "visitor_unknown")
	_, byID := s.Visitor(t.Context(), "nobody")
	_, byToken := s.VisitorByToken(t.Context(), "nobody")
	for _, err := range []error{byID, byToken, s.SaveVisitor(t.Context(), visitor("other"))} {
		if !errors.Is(err, unknown) {
			t.Errorf("got %v, want visitor_unknown", err)
		}
	}
}

func (t place) oneTokenIsOneVisitor() {
	s := t.opened()
	const tabs = 50
	ids, fresh := make([]routing.VisitorID, tabs), make([]bool, tabs)
	var all sync.WaitGroup
	for i := range tabs {
		all.Go(func() {
			v, created, err := s.AddVisitor(t.Context(), visitor("one token"))
			if err != nil {
				t.Error(err)
			}
			ids[i], fresh[i] = v.ID, created
		})
	}
	all.Wait()
	slices.Sort(ids)
	if distinct := slices.Compact(ids); len(distinct) != 1 {
		t.Errorf("got %d visitors of one token", len(distinct))
	}
	if created := len(slices.DeleteFunc(fresh, func(f bool) bool { return !f })); created != 1 {
		t.Errorf("got %d that were created, want 1", created)
	}
	if next, _, err := s.AddVisitor(t.Context(), visitor("next")); err != nil || next.Number != 2 {
		t.Errorf("the next visitor has the number %d, %v, want 2", next.Number, err)
	}
}

func (t place) visitorsAreNumbered() {
	s := t.opened()
	const many = 30
	numbers := make([]int64, many)
	var all sync.WaitGroup
	for i := range many {
		all.Go(func() {
			v, _, err := s.AddVisitor(t.Context(), visitor(fmt.Sprint(i)))
			if err != nil {
				t.Error(err)
			}
			numbers[i] = v.Number
		})
	}
	all.Wait()
	slices.Sort(numbers)
	for i, n := range numbers {
		if n != int64(i+1) {
			t.Fatalf("got the numbers %v", numbers)
		}
	}
}

func (t place) visitorsAreSeen() {
	s := t.opened()
	seen := map[routing.VisitorID]time.Time{"nobody": noon}
	var ids []routing.VisitorID
	for i := range 3 {
		v, _, err := s.AddVisitor(t.Context(), visitor(fmt.Sprint(i)))
		ok(t.T, err)
		ids = append(ids, v.ID)
		seen[v.ID] = noon.Add(time.Duration(i) * time.Minute)
	}
	ok(t.T, s.SeeVisitors(t.Context(), seen))
	want := []time.Time{noon.Add(time.Second), noon.Add(time.Minute), noon.Add(2 * time.Minute)} // never earlier than before
	for i, id := range ids {
		if v := got(s.Visitor(t.Context(), id))(t.T); !v.Seen.Equal(want[i]) {
			t.Errorf("visitor %d: got %v, want %v", i, v.Seen, want[i])
		}
	}
}

func (t place) bansHold() {
	s := t.opened()
	ban := func(visitor routing.VisitorID, n int, until time.Time) routing.Ban {
		return routing.Ban{
			ID: routing.BanID(fmt.Sprintf("ban%d", n)), Visitor: visitor, Number: "+420777000001", Session: "s", Reason: "rude", By: "anna",
			At: noon.Add(time.Duration(n) * time.Second), Until: until,
		}
	}
	forEver, short, other := ban("jan", 1, time.Time{}), ban("jan", 2, noon.Add(time.Hour)), ban("eva", 3, noon.Add(time.Hour))
	for _, b := range []routing.Ban{forEver, short, other} {
		ok(t.T, s.AddBan(t.Context(), b))
	}
	if list := got(s.BansThatHold(t.Context(), noon.Add(time.Minute)))(t.T); !slices.Equal(list, []routing.Ban{other, short, forEver}) {
		t.Errorf("got %+v", list)
	}
	if list := got(s.BansThatHold(t.Context(), noon.Add(time.Hour)))(t.T); !slices.Equal(list, []routing.Ban{forEver}) {
		t.Errorf("an hour later: got %+v", list)
	}
	later := noon.Add(2 * time.Hour)
	for i, want := range []int{1, 0} { // the short one is over by itself, the second time there is none
		if n := got(s.LiftBans(t.Context(), "jan", "sofia", later))(t.T); n != want {
			t.Errorf("lift %d: got %d bans, want %d", i+1, n, want)
		}
	}
	forEver.LiftedBy, forEver.LiftedAt = "sofia", later
	if list := got(s.Bans(t.Context(), "jan"))(t.T); !slices.Equal(list, []routing.Ban{short, forEver}) {
		t.Errorf("what there was: got %+v", list)
	}
	if list := got(s.BansThatHold(t.Context(), later))(t.T); len(list) != 0 {
		t.Errorf("after lifting: got %+v", list)
	}
}
