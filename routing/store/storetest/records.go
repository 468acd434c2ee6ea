package storetest

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"sufler/routing"
)

func call(started time.Time) routing.CallRow {
	return routing.CallRow{
		ID: routing.NewID[routing.CallID](), Session: routing.NewID[routing.SessionID](), Kind: routing.CallbackCall, Queue: "Orders",
		ClientName: "Jan Novák", Number: "+420777000001", Started: started,
	}
}

func (t place) callsAreListed() {
	s := t.opened()
	var want []routing.CallID
	for i := range 10 { // in pairs of the same millisecond
		c := call(noon.Add(time.Duration(i/2) * time.Second))
		ok(t.T, s.PutCall(t.Context(), c))
		want = append([]routing.CallID{c.ID}, want...)
	}
	var pages []routing.CallID
	for before := routing.CallID(""); ; before = pages[len(pages)-1] {
		page := got(s.Calls(t.Context(), routing.CallFilter{Before: before}, 3))(t.T)
		for _, c := range page {
			pages = append(pages, c.ID)
		}
		if len(page) < 3 {
			break
		}
	}
	if !slices.Equal(pages, want) {
		t.Errorf("got %v\nwant %v", pages, want)
	}
	unknown := routing.Refuse(routing.NotFound, "call_unknown")
	if _, err := s.Calls(t.Context(), routing.CallFilter{Before: "nobody"}, 3); !errors.Is(err, unknown) {
		t.Errorf("before an unknown call: got %v", err)
	}
	if _, err := s.Call(t.Context(), "nobody"); !errors.Is(err, unknown) {
		t.Errorf("an unknown call: got %v", err)
	}
}

// named is a call with a client's name and number, a kind, a queue and an operator.
func named(minute int, name, number string, kind routing.CallKind, queue routing.QueueName, operator routing.OperatorID) routing.CallRow {
	c := call(noon.Add(time.Duration(minute) * time.Minute))
	c.ID = routing.CallID(fmt.Sprintf("call%d", minute))
	c.ClientName, c.Number, c.Kind, c.Queue, c.Operator = name, number, kind, queue, operator
	return c
}

func (t place) callsAreFound() {
	s := t.opened()
	for _, c := range []routing.CallRow{
		named(1, "Jan Novák", "+420777000001", routing.CallbackCall, "Orders", "anna"),
		named(2, "Žofie Nováková", "+420777000002", routing.PhoneCall, "Repairs", "boris"),
		named(3, "Андрей Ёлкин", "+79031234567", routing.WebCall, "Orders", ""),
		named(4, "100% _sure_!", "102", routing.InternalCall, "", "anna"),
		named(5, "NUL \x00 name", "anonymous", routing.PhoneCall, "Orders", "boris"),
	} {
		ok(t.T, s.PutCall(t.Context(), c))
	}
	minute := func(n int) time.Time { return noon.Add(time.Duration(n) * time.Minute) }
	word := func(text string, operators ...routing.OperatorID) routing.CallWord {
		return routing.CallWord{Text: text, Operators: operators}
	}
	for name, c := range map[string]struct {
		wanted routing.CallFilter
		want   string
	}{
		"all":                    {routing.CallFilter{}, "54321"},
		"part of a number":       {routing.CallFilter{Digits: "777000"}, "21"},
		"a whole number":         {routing.CallFilter{Digits: "420777000001"}, "1"},
		"an extension":           {routing.CallFilter{Digits: "102"}, "4"},
		"a number of nobody":     {routing.CallFilter{Digits: "999"}, ""},
		"a word":                 {routing.CallFilter{Words: []routing.CallWord{word("novak")}}, "21"},
		"two words in any order": {routing.CallFilter{Words: []routing.CallWord{word("novak"), word("jan")}}, "1"},
		"cyrillic":               {routing.CallFilter{Words: []routing.CallWord{word("елкин")}}, "3"},
		"signs of LIKE":          {routing.CallFilter{Words: []routing.CallWord{word("%"), word("_s"), word("!")}}, "4"},
		"an operator's name":     {routing.CallFilter{Words: []routing.CallWord{word("ann", "anna", "hanna")}}, "41"},
		"client and operator":    {routing.CallFilter{Words: []routing.CallWord{word("jan"), word("anna", "anna")}}, "1"},
		"from":                   {routing.CallFilter{From: minute(4)}, "54"},
		"to":                     {routing.CallFilter{To: minute(4)}, "321"},
		"from and to":            {routing.CallFilter{From: minute(2), To: minute(4)}, "32"},
		"a kind":                 {routing.CallFilter{Kind: routing.WebCall}, "3"},
		"a queue":                {routing.CallFilter{Queue: "Orders"}, "531"},
		"going on":               {routing.CallFilter{Queue: "Orders", Before: "call3"}, "1"},
		"one's own":              {routing.CallFilter{Within: &routing.CallScope{Operators: []routing.OperatorID{"anna"}}}, "41"},
		"a group's":              {routing.CallFilter{Within: &routing.CallScope{Operators: []routing.OperatorID{"anna"}, Queues: []routing.QueueName{"Repairs"}}}, "421"},
		"nobody's":               {routing.CallFilter{Within: &routing.CallScope{}}, ""},
		"everything at once": {routing.CallFilter{
			Digits: "777", Words: []routing.CallWord{word("nov")}, From: minute(1), To: minute(9), Kind: routing.PhoneCall, Queue: "Repairs",
			Within: &routing.CallScope{Operators: []routing.OperatorID{"boris"}}, Before: "call4",
		}, "2"},
	} {
		var ids []string
		for _, row := range got(s.Calls(t.Context(), c.wanted, 100))(t.T) {
			ids = append(ids, strings.TrimPrefix(string(row.ID), "call"))
		}
		if found := strings.Join(ids, ""); found != c.want {
			t.Errorf("%s: got %q, want %q", name, found, c.want)
		}
	}
}

func (t place) commentsAreReplaced() {
	s := t.opened()
	first := routing.Comment{ID: "1", Call: "c", By: "sofia", Text: "good", Changed: noon}
	second := routing.Comment{ID: "2", Call: "c", By: "adam", Text: "as well", Changed: noon.Add(time.Second)}
	foreign := routing.Comment{ID: "3", Call: "d", By: "adam", Text: "elsewhere", Changed: noon}
	for _, c := range []routing.Comment{first, second, foreign} {
		ok(t.T, s.PutComment(t.Context(), c))
	}
	first.Text, first.Changed = "very good", noon.Add(time.Minute)
	ok(t.T, s.PutComment(t.Context(), first))
	if list := got(s.Comments(t.Context(), "c"))(t.T); !slices.Equal(list, []routing.Comment{second, first}) {
		t.Errorf("got %+v", list)
	}
}

func (t place) everythingOutlivesReopening() {
	s := t.open()
	c, row, o := callback(0), call(noon), operator("anna")
	got(first(s.AddCallback(t.Context(), c, "key")))(t.T)
	ok(t.T, s.PutCall(t.Context(), row))
	row.Operator, row.Talked, row.Ended, row.Cause = "anna", noon.Add(time.Second), noon.Add(time.Minute), "hung_up"
	ok(t.T, s.PutCall(t.Context(), row))
	ok(t.T, s.AddOperator(t.Context(), o))
	for i := range 3 {
		got(s.AppendEntries(t.Context(), []routing.Entry{entry("s", i)}))(t.T)
	}
	closed(t.T, s)

	s = t.opened()
	if back := got(s.Callback(t.Context(), c.ID))(t.T); back != c {
		t.Errorf("callback: got %+v, want %+v", back, c)
	}
	if stored, created, err := s.AddCallback(t.Context(), callback(1), "key"); err != nil || created || stored.ID != c.ID {
		t.Errorf("the key was forgotten: %+v, created %v, %v", stored, created, err)
	}
	if back := got(s.Call(t.Context(), row.ID))(t.T); back != row {
		t.Errorf("call: got %+v, want %+v", back, row)
	}
	if back := got(s.Operators(t.Context()))(t.T); !reflect.DeepEqual(back, []routing.Operator{o}) {
		t.Errorf("operators: got %+v", back)
	}
	if next := got(s.AppendEntries(t.Context(), []routing.Entry{entry("s", 4)}))(t.T); next[0].Seq != 4 {
		t.Errorf("got seq %d after reopening, want 4", next[0].Seq)
	}
	for i, e := range mustCount(t.T, s, "s", 4)[:3] {
		if want := fmt.Sprintf(`{"n": %d}`, i); string(e.Data) != want {
			t.Errorf("got %s, want %s", e.Data, want)
		}
	}
}
