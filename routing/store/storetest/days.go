package storetest

import (
	"fmt"
	"slices"
	"time"

	"sufler/routing"
)

func (t place) spansAreKept() {
	s := t.opened()
	at := func(minute int) time.Time { return noon.Add(time.Duration(minute) * time.Minute) }
	spans := []routing.Span{
		{ID: "1", Operator: "anna", Kind: routing.PauseSpan, Began: at(0), Ended: at(10)},
		{ID: "2", Operator: "anna", Kind: routing.MissedSpan, Began: at(20), Ended: at(20)},
		{ID: "3", Operator: "boris", Kind: routing.PauseSpan, Began: at(25)},
		{ID: "4", Operator: "anna", Kind: routing.PauseSpan, Began: at(30)},
	}
	for _, one := range slices.Backward(spans) {
		ok(t.T, s.PutSpan(t.Context(), one))
	}
	for since, want := range map[int]string{-1: "124", 9: "124", 10: "24", 20: "24", 21: "4", 99: "4"} {
		var ids []byte
		for _, one := range got(s.Spans(t.Context(), "anna", at(since)))(t.T) {
			ids = append(ids, one.ID...)
		}
		if string(ids) != want {
			t.Errorf("since %d: got %q, want %q", since, ids, want)
		}
	}
	if all := got(s.Spans(t.Context(), "anna", at(0)))(t.T); fmt.Sprint(all) != fmt.Sprint([]routing.Span{spans[0], spans[1], spans[3]}) {
		t.Errorf("got %+v", all)
	}

	ok(t.T, s.EndSpans(t.Context(), at(28))) // before the last one has begun
	for of, want := range map[routing.OperatorID]time.Time{"boris": at(28), "anna": at(30)} {
		if last := got(s.Spans(t.Context(), of, at(25)))(t.T); len(last) != 1 || !last[0].Ended.Equal(want) {
			t.Errorf("%s: got %+v, want an end at %s", of, last, want)
		}
	}
	again := spans[0]
	again.Ended = at(12)
	ok(t.T, s.PutSpan(t.Context(), again))
	if all := got(s.Spans(t.Context(), "anna", at(11)))(t.T); len(all) != 3 || all[0] != again {
		t.Errorf("got %+v", all)
	}
}

func (t place) sessionsOfADayAreFound() {
	s := t.opened()
	for n, closed := range map[int]time.Time{1: noon.Add(time.Hour), 2: {}, 3: noon.Add(2 * time.Hour)} {
		one := session(n)
		one.Closed = closed
		one.Parts = []routing.SessionPart{{Operator: "anna", Accepted: one.Requested}}
		ok(t.T, s.PutSession(t.Context(), one))
	}
	for since, want := range map[time.Duration]string{0: "321", time.Hour: "321", 90 * time.Minute: "32", 3 * time.Hour: "2"} {
		var found []byte
		for _, one := range got(s.Sessions(t.Context(), routing.SessionFilter{Operator: "anna", OpenSince: noon.Add(since)}, 10))(t.T) {
			found = append(found, one.ID[len(one.ID)-1])
		}
		if string(found) != want {
			t.Errorf("open %s after noon: got %q, want %q", since, found, want)
		}
	}
}
