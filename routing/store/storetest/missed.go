package storetest

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"sufler/routing"
)

func missed(id string, second int, queue routing.QueueName) routing.Missed {
	return routing.Missed{
		ID: routing.MissedID(id), Reason: routing.MissedNoAnswer, Channel: routing.CallbackChannel, Queue: queue,
		Session: "s", Visitor: routing.VisitorID("v" + id), Name: "Jan Novák", Phone: "+42077700000" + id, Email: "Jan" + id + "@Example.com",
		Text: "Zavolejte", Page: "https://shop.example/lamp", Language: "cs", At: noon.Add(time.Duration(second) * time.Second),
	}
}

func (t place) miss(s Store, all ...routing.Missed) {
	t.Helper()
	for _, m := range all {
		if !got(s.AddMissed(t.Context(), m))(t.T) {
			t.Fatalf("%s was not added", m.ID)
		}
	}
}

func namesOf(all []routing.Missed) string {
	var ids []string
	for _, m := range all {
		ids = append(ids, string(m.ID))
	}
	return strings.Join(ids, "")
}

func (t place) missedKeepEveryField() {
	s := t.opened()
	m := missed("1", 0, "Orders")
	t.miss(s, m)
	changed := m
	changed.Name = "another"
	if got(s.AddMissed(t.Context(), changed))(t.T) {
		t.Error("the same one was added twice")
	}
	if back := got(s.MissedByID(t.Context(), "1"))(t.T); back != m {
		t.Errorf("got  %+v\nwant %+v", back, m)
	}
	if _, err := s.MissedByID(t.Context(), "2"); !errors.Is(err, routing.Refuse(routing.NotFound, "missed_unknown")) {
		t.Errorf("unknown: got %v", err)
	}
}

func (t place) missedAreFound() {
	s := t.opened()
	t.miss(s, missed("1", 1, "Orders"), missed("2", 2, "Repairs"), missed("3", 3, "Orders"), missed("4", 3, ""), missed("5", 5, "Orders"))
	got(ended(s.EndMissed(t.Context(), "3", "anna", noon.Add(time.Minute))))(t.T)
	orders := []routing.QueueName{"Orders"}
	for name, c := range map[string]struct {
		wanted routing.MissedFilter
		want   string
		count  int
	}{
		"nothing is said":   {routing.MissedFilter{}, "", 0},
		"everywhere":        {routing.MissedFilter{Everywhere: true}, "54321", 5},
		"of a queue":        {routing.MissedFilter{Queues: orders}, "531", 3},
		"of two queues":     {routing.MissedFilter{Queues: []routing.QueueName{"Orders", "Repairs"}}, "5321", 4},
		"still open":        {routing.MissedFilter{Queues: orders, Open: true}, "51", 2},
		"since":             {routing.MissedFilter{Everywhere: true, Since: noon.Add(3 * time.Second)}, "543", 3},
		"going on":          {routing.MissedFilter{Everywhere: true, Before: "4"}, "321", 5},
		"going on in queue": {routing.MissedFilter{Queues: orders, Open: true, Before: "5"}, "1", 2},
	} {
		if found := namesOf(got(s.Missed(t.Context(), c.wanted, 10))(t.T)); found != c.want {
			t.Errorf("%s: got %q, want %q", name, found, c.want)
		}
		if n := got(s.CountMissed(t.Context(), c.wanted))(t.T); n != c.count {
			t.Errorf("%s: counted %d, want %d", name, n, c.count)
		}
	}
	if found := namesOf(got(s.Missed(t.Context(), routing.MissedFilter{Everywhere: true}, 2))(t.T)); found != "54" {
		t.Errorf("two at most: got %q", found)
	}
	if _, err := s.Missed(t.Context(), routing.MissedFilter{Everywhere: true, Before: "none"}, 2); !errors.Is(err, routing.Refuse(routing.NotFound, "missed_unknown")) {
		t.Errorf("before an unknown one: got %v", err)
	}
}

func (t place) oneEndsAMissed() {
	s := t.opened()
	t.miss(s, missed("1", 0, "Orders"))
	var all sync.WaitGroup
	by := make([]routing.OperatorID, 20)
	won := make([]bool, len(by))
	for i := range by {
		all.Go(func() {
			m, mine, err := s.EndMissed(t.Context(), "1", routing.OperatorID(rune('a'+i)), noon.Add(time.Minute))
			if err != nil {
				t.Error(err)
			}
			by[i], won[i] = m.DoneBy, mine
		})
	}
	all.Wait()
	if winners := len(slices.DeleteFunc(won, func(w bool) bool { return !w })); winners != 1 {
		t.Errorf("%d ended it, want 1", winners)
	}
	slices.Sort(by)
	if len(slices.Compact(by)) != 1 {
		t.Errorf("they were told of different people: %v", by)
	}
	if _, _, err := s.EndMissed(t.Context(), "none", "a", noon); !errors.Is(err, routing.Refuse(routing.NotFound, "missed_unknown")) {
		t.Errorf("an unknown one: got %v", err)
	}
}

func (t place) contactSettles() {
	s := t.opened()
	nobody := missed("0", 0, "Orders")
	nobody.Visitor, nobody.Phone, nobody.Email = "", "", ""
	t.miss(s, nobody, missed("1", 1, "Orders"), missed("2", 2, "Orders"), missed("3", 3, "Orders"), missed("4", 4, "Orders"))
	settle := func(who routing.Contact, at time.Duration) string {
		settled := got(s.SettleMissed(t.Context(), who, noon.Add(at)))(t.T)
		for _, m := range settled {
			if !m.DoneAt.Equal(noon.Add(at)) || m.DoneBy != "" {
				t.Errorf("%+v: got %+v", who, m)
			}
		}
		return namesOf(settled)
	}
	for _, c := range []struct {
		who  routing.Contact
		want string
	}{
		{routing.Contact{}, ""},
		{routing.Contact{Visitor: "v1"}, "1"},
		{routing.Contact{Phone: "+420777000002"}, "2"},
		{routing.Contact{Email: "jAN3@example.COM"}, "3"},
		{routing.Contact{Visitor: "v9", Phone: "+420777000009", Email: "jan4@example.com"}, "4"},
	} {
		for at, want := range []string{"", c.want, ""} { // before it was missed, afterwards, and again
			if settled := settle(c.who, time.Duration(at)*time.Minute); settled != want {
				t.Errorf("%+v: got %q settled, want %q", c.who, settled, want)
			}
		}
	}
}

// ended drops whether it was this one who ended it.
func ended(m routing.Missed, _ bool, err error) (routing.Missed, error) { return m, err }

func (t place) offlineRequestIsWhole() {
	s := t.opened()
	request := func(id string) (routing.OfflineRequest, routing.Missed, routing.Mail) {
		r := routing.OfflineRequest{
			ID: routing.OfflineID(id), Widget: "w", Queue: "Orders", Visitor: "v", Name: "Jan Novák", Email: "jan@example.com", Phone: "+420777000001",
			Text: "Zavolejte", Page: "https://shop.example/", Language: "cs", Origin: "browser-1", Consent: true, Created: noon,
		}
		m := mail(0)
		m.ID = routing.MailID(id)
		return r, missed(id, 0, "Orders"), m
	}
	r, row, m := request("1")
	stored, created, err := s.AddOfflineRequest(t.Context(), r, "key", row, &m)
	ok(t.T, err)
	if !created || stored != r {
		t.Fatalf("got %+v, created %v\nwant %+v", stored, created, r)
	}
	again, row2, m2 := request("2")
	if stored, created, err := s.AddOfflineRequest(t.Context(), again, "key", row2, &m2); err != nil || created || stored != r {
		t.Errorf("the same key: got %+v, created %v, %v", stored, created, err)
	}
	if stored, found, err := s.OfflineRequestByKey(t.Context(), "browser-1", "key"); err != nil || !found || stored != r {
		t.Errorf("by key: got %+v, found %v, %v", stored, found, err)
	}
	if _, found, err := s.OfflineRequestByKey(t.Context(), "browser-2", "key"); err != nil || found {
		t.Errorf("another's key: found %v, %v", found, err)
	}
	third, row3, _ := request("3")
	got(offline(s.AddOfflineRequest(t.Context(), third, "", row3, nil)))(t.T)
	if all := namesOf(got(s.Missed(t.Context(), routing.MissedFilter{Everywhere: true}, 10))(t.T)); all != "31" {
		t.Errorf("got %q missed, want each request once", all)
	}
	if sum := got(s.MailSummary(t.Context()))(t.T); sum.Waiting != 1 {
		t.Errorf("got %d mails, want 1", sum.Waiting)
	}
	for since, want := range map[time.Time]int{noon: 2, noon.Add(time.Second): 0} {
		if n := got(s.CountOfflineRequests(t.Context(), "browser-1", since))(t.T); n != want {
			t.Errorf("since %s: got %d, want %d", since, n, want)
		}
	}
}

// offline drops whether the request is new.
func offline(r routing.OfflineRequest, _ bool, err error) (routing.OfflineRequest, error) {
	return r, err
}
