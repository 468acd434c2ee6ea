package storetest

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"time"

	"sufler/internal/fold"
	"sufler/routing"
)

func session(n int) routing.Session {
	return routing.Session{
		ID: routing.SessionID(fmt.Sprintf("session%02d", n)), Visitor: "jan", Channel: routing.ChatChannel, Queue: "Orders", Language: "cs",
		State: routing.SessionQueued, Name: "Jan Novák", Requested: noon.Add(time.Duration(n) * time.Minute),
	}
}

func (t place) sessionKeepsEveryField() {
	s := t.opened()
	bare := session(1)
	added, created, err := s.AddSession(t.Context(), bare, "")
	ok(t.T, err)
	if !created || !reflect.DeepEqual(added, bare) {
		t.Errorf("got %+v, created %v\nwant %+v", added, created, bare)
	}
	full := routing.Session{
		ID: bare.ID, Visitor: "jana", Number: 4821, Channel: routing.VideoChannel, Widget: "default", Queue: "Service", Language: "ru",
		State: routing.SessionClosed, Outcome: routing.SessionTalked, Operator: "anna", First: true, For: "boris",
		Groups: []routing.GroupName{"orders", "žluté"}, From: "anna", Handed: "asks for\nČeská \"lampa\"",
		Name: "Jana", Phone: "+420777000001", Email: "jana@example.com", EntryURL: "https://shop.example/lamp?a=1&b=2", EntryTitle: "Lamp <b>",
		Referrer: "https://search.example/", Browser: "Firefox 153", OS: "Debian", Params: map[string]string{"order": "4821", "": "x"},
		Tags: []string{"vip", "spring"}, Notes: []string{"one", "two"}, Call: "call1",
		Parts: []routing.SessionPart{
			{Operator: "anna", Accepted: noon, Left: noon.Add(time.Second), Done: noon.Add(time.Minute), Result: "sold", Note: "nice"},
			{Operator: "boris", Accepted: noon.Add(time.Hour)},
		},
		Requested: noon, Accepted: noon.Add(time.Second), Ended: noon.Add(time.Minute), Closed: noon.Add(time.Hour),
	}
	ok(t.T, s.PutSession(t.Context(), full))
	if again := got(s.Session(t.Context(), full.ID))(t.T); !reflect.DeepEqual(again, full) {
		t.Errorf("got  %+v\nwant %+v", again, full)
	}
	if listed := got(s.Sessions(t.Context(), routing.SessionFilter{}, 10))(t.T); len(listed) != 1 || !reflect.DeepEqual(listed[0], full) {
		t.Errorf("got  %+v\nwant %+v", listed, full)
	}
	unknown := routing.Refuse(routing.NotFound, "session_unknown")
	if _, err := s.Session(t.Context(), "nobody"); !errors.Is(err, unknown) {
		t.Errorf("an unknown session: got %v", err)
	}
	if _, err := s.Sessions(t.Context(), routing.SessionFilter{Before: "nobody"}, 10); !errors.Is(err, unknown) {
		t.Errorf("before an unknown session: got %v", err)
	}
}

func (t place) sameKeyOfOneVisitorIsOneSession() {
	s := t.opened()
	const adds = 20
	ids := make([]routing.SessionID, adds)
	var all sync.WaitGroup
	for i := range adds {
		all.Go(func() {
			stored, created, err := s.AddSession(t.Context(), session(i), "one key")
			if err != nil || created != (stored.ID == session(i).ID) {
				t.Errorf("got %s, created %v, %v", stored.ID, created, err)
			}
			ids[i] = stored.ID
		})
	}
	all.Wait()
	slices.Sort(ids)
	if distinct := slices.Compact(ids); len(distinct) != 1 {
		t.Errorf("got %v, want one session", distinct)
	}
	ok(t.T, s.PutSession(t.Context(), session(40))) // by no key
	foreign := session(41)
	foreign.Visitor = "eva"
	if _, created, err := s.AddSession(t.Context(), foreign, "one key"); err != nil || !created {
		t.Errorf("another visitor's: created %v, %v", created, err)
	}
	for visitor, want := range map[routing.VisitorID]int{"jan": 2, "eva": 1, "nobody": 0} {
		if n := got(s.CountSessions(t.Context(), visitor, session(42).Requested))(t.T); n != want {
			t.Errorf("got %d sessions of %s, want %d", n, visitor, want)
		}
	}
	if n := got(s.CountSessions(t.Context(), "jan", session(40).Requested))(t.T); n != 1 {
		t.Errorf("got %d sessions before the last, want 1", n)
	}
}

func (t place) openSessionsAreRead() {
	s := t.opened()
	var want []routing.SessionID
	for n := 9; n > 0; n-- { // the newest is stored first
		one := session(n)
		if n%3 == 0 {
			one.State, one.Closed = routing.SessionClosed, noon
		} else {
			want = append([]routing.SessionID{one.ID}, want...)
		}
		ok(t.T, s.PutSession(t.Context(), one))
	}
	var open []routing.SessionID
	for _, one := range got(s.OpenSessions(t.Context()))(t.T) {
		open = append(open, one.ID)
	}
	if !slices.Equal(open, want) {
		t.Errorf("got %v, want %v", open, want)
	}
}

// M094: tags find exactly what they were put on. M101: notes find what they are in.
func (t place) sessionsAreFound() {
	s := t.opened()
	for n, change := range []func(*routing.Session){
		1: func(s *routing.Session) {
			s.Tags, s.Parts = []string{"vip", "spring"}, []routing.SessionPart{{Operator: "anna", Result: "sold", Note: "Chce ŽLUTOU lampu"}}
		},
		2: func(s *routing.Session) {
			s.Visitor, s.Name, s.Email = "eva", "Eva", "eva@example.com"
			s.Parts = []routing.SessionPart{{Operator: "anna", Result: "sent on"}, {Operator: "boris", Result: "sold"}}
		},
		3: func(s *routing.Session) {
			s.Channel, s.Queue, s.Phone = routing.PhoneChannel, "Repairs", "+420 777 000 002"
		},
		4: func(s *routing.Session) { s.Tags, s.Notes = []string{"vip2"}, []string{"100% sure", "wants a spring"} },
	} {
		if change != nil {
			one := session(n)
			change(&one)
			ok(t.T, s.PutSession(t.Context(), one))
		}
	}
	one := got(s.Session(t.Context(), "session04"))(t.T)
	one.Tags, one.Parts = []string{"other"}, []routing.SessionPart{{Operator: "cyril"}}
	ok(t.T, s.PutSession(t.Context(), one)) // what it was found by before is gone
	minute := func(n int) time.Time { return noon.Add(time.Duration(n) * time.Minute) }
	words := func(of string) routing.SessionFilter { return routing.SessionFilter{Words: []string{fold.Text(of)}} }
	for name, c := range map[string]struct {
		wanted routing.SessionFilter
		want   string
	}{
		"all":                    {routing.SessionFilter{}, "4321"},
		"after one":              {routing.SessionFilter{Before: "session03"}, "21"},
		"from and to":            {routing.SessionFilter{From: minute(2), To: minute(4)}, "32"},
		"a visitor":              {routing.SessionFilter{Visitor: "eva"}, "2"},
		"any operator of it":     {routing.SessionFilter{Operator: "anna"}, "21"},
		"a tag, whole":           {routing.SessionFilter{Tag: "vip"}, "1"},
		"a tag taken off":        {routing.SessionFilter{Tag: "vip2"}, ""},
		"a result":               {routing.SessionFilter{Result: "sold"}, "21"},
		"a kind":                 {routing.SessionFilter{Channel: routing.PhoneChannel}, "3"},
		"a queue":                {routing.SessionFilter{Queue: "Orders"}, "421"},
		"a name":                 {words("novak"), "431"},
		"a note":                 {words("SPRING"), "4"},
		"an operator's note":     {words("žlutou"), "1"},
		"no pattern":             {words("100%_"), ""},
		"an address":             {words("eva@example"), "2"},
		"digits of a phone":      {words("420777000002"), "3"},
		"two words":              {routing.SessionFilter{Words: []string{"novak", "spring"}}, "4"},
		"of one's own":           {routing.SessionFilter{Within: &routing.CallScope{Operators: []routing.OperatorID{"boris"}}}, "2"},
		"of one's group":         {routing.SessionFilter{Within: &routing.CallScope{Operators: []routing.OperatorID{"cyril"}, Queues: []routing.QueueName{"Repairs"}}}, "43"},
		"within nothing":         {routing.SessionFilter{Within: &routing.CallScope{}}, ""},
		"several things at once": {routing.SessionFilter{Tag: "vip", Operator: "anna", Visitor: "jan", Result: "sold"}, "1"},
	} {
		var found []byte
		for _, one := range got(s.Sessions(t.Context(), c.wanted, 10))(t.T) {
			found = append(found, one.ID[len(one.ID)-1])
		}
		if string(found) != c.want {
			t.Errorf("%s: got %q, want %q", name, found, c.want)
		}
	}
	if limited := got(s.Sessions(t.Context(), routing.SessionFilter{}, 2))(t.T); len(limited) != 2 {
		t.Errorf("got %d, want 2", len(limited))
	}
}
