package main

import (
	"net/http"
	"sync"
	"testing"

	webpage "sufler/cmd/sufler/page"
)

// No row: one more browser than there may be is told so kindly, and when others
// have gone it is let in.
func TestOutsideOneBrowserTooManyIsToldSo(t *testing.T) {
	const limit = 1000
	h := newHouse(t, plan{})
	h.waits(t, limit)
	base := h.figures(t)
	var mu sync.Mutex
	var open []callback
	begin := func(t *testing.T, browser string) reply {
		t.Helper()
		return h.shop().do(t, http.MethodPost, "/api/v1/talks", map[string]string{"browser": browser, "language": "en"})
	}
	name := func(i int) string {
		return "browser-number-" + string(rune('a'+i/100)) + string(rune('a'+i/10%10)) + string(rune('a'+i%10))
	}
	inParallel(limit, func(i int) {
		var c callback
		begin(t, name(i)).into(t, http.StatusAccepted, &c)
		mu.Lock()
		defer mu.Unlock()
		open = append(open, c)
	})
	if len(open) != limit {
		t.Fatalf("%d of %d browsers were let in", len(open), limit)
	}
	late := begin(t, "one too many")
	var p problem
	late.into(t, late.status, &p)
	if p.Code != "browsers_full" || p.Title == "" || p.Detail == "" || late.status != http.StatusConflict {
		t.Errorf("got %d %+v, want browsers_full with words", late.status, p)
	}
	end := func(c callback) {
		h.visitor(c).do(t, http.MethodDelete, "/api/v1/talks/"+c.ID, nil)
	}
	end(open[0])
	until(t, "there is room again", func() bool { return h.figures(t)["sufler_rtc_legs"] < limit })
	again, talk, err := webpage.Visitor(patiently(t), h.pages(), "Jan", "Orders")
	if err != nil {
		t.Fatalf("after one has left: %v", err)
	}
	again.Close()
	end(callback{ID: talk.ID, Token: talk.Token})
	inParallel(limit-1, func(i int) { end(open[i+1]) })
	h.settles(t, base)
}

// waits makes room for so many who wait in Orders beyond those that operators see.
func (h *house) waits(t *testing.T, unseen int) {
	t.Helper()
	adam := h.desk(t, "adam")
	orders := adam.setting(t, "queues")
	orders["pre_size"] = unseen
	adam.do(t, http.MethodPut, "/api/v1/settings/queues/Orders", orders).into(t, http.StatusOK, &orders)
}

// inParallel does something n times, four at once.
func inParallel(n int, do func(i int)) {
	var running sync.WaitGroup
	for first := range 4 {
		running.Go(func() {
			for i := first; i < n; i += 4 {
				do(i)
			}
		})
	}
	running.Wait()
}
