package storetest

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
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
		page := got(s.Calls(t.Context(), before, 3))(t.T)
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
	if _, err := s.Calls(t.Context(), "nobody", 3); !errors.Is(err, unknown) {
		t.Errorf("before an unknown call: got %v", err)
	}
	if _, err := s.Call(t.Context(), "nobody"); !errors.Is(err, unknown) {
		t.Errorf("an unknown call: got %v", err)
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
