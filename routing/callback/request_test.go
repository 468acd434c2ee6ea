package callback

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sufler/internal/token"
	"sufler/routing"
)

func limited(perOrigin, perNumber int) func(*Options) {
	return func(o *Options) { o.PerOriginHour, o.PerNumberDay = perOrigin, perNumber }
}

func inLimits(t *testing.T, perOrigin, perNumber int, test func(*rig)) {
	t.Helper()
	inWorld(t, func(w *world) {
		r := w.boot(limited(perOrigin, perNumber))
		test(r)
		r.shutDown()
	})
}

func refusal(t *testing.T, err error) string {
	t.Helper()
	e, ok := errors.AsType[*routing.Error](err)
	if !ok {
		t.Fatalf("got %v, want a refusal", err)
	}
	return e.Code
}

// I024, M049
func TestABadRequestIsRefusedAndNothingIsStored(t *testing.T) {
	inProcess(t, func(r *rig) {
		for want, bad := range map[string]Request{
			"number_invalid":     {Number: "777000001;x@y"},
			"number_emergency":   {Number: "112"},
			"number_not_allowed": {Number: "+12125552368"},
			"request_invalid":    {Number: "777000001", Name: "Jan\r\nX-Inj: 1"},
			"queue_unknown":      {Number: "777000001", Queue: "nowhere"},
		} {
			if _, _, err := r.Request(r.t.Context(), bad); refusal(t, err) != want {
				t.Errorf("%+v: got %v, want %s", bad, err, want)
			}
		}
		for _, name := range []string{strings.Repeat("x", 61), "Jan\x00", "Jan\u202eevil", "\xff", "a\tb\nc"} {
			if _, _, err := r.Request(r.t.Context(), Request{Number: "777000001", Name: name}); err == nil {
				t.Errorf("name %q was taken", name)
			}
		}
		if n := len(r.store.rows); n != 0 {
			t.Errorf("got %d callbacks stored", n)
		}
	})
}

func TestNothingTypedOnAPageIsMoreThanANameAtThePhone(t *testing.T) {
	inProcess(t, func(r *rig) {
		if _, _, err := r.Request(r.t.Context(), Request{Number: "777000001", Name: `"Jan" <sip:x@y;tag=1>`}); err != nil {
			t.Fatal(err)
		}
		if got := r.leg("101").req.FromName; strings.ContainsAny(got, `;@<>"`) || !strings.Contains(got, "Jan") {
			t.Errorf("got %q", got)
		}
	}, "101")
}

func TestAVisitorWithoutANameIsCalledVisitor(t *testing.T) {
	inProcess(t, func(r *rig) {
		if _, _, err := r.Request(r.t.Context(), Request{Number: "777000001"}); err != nil {
			t.Fatal(err)
		}
		if got := r.leg("101").req.FromName; got != "Call back: Visitor, orders" {
			t.Errorf("got %q", got)
		}
	}, "101")
}

func TestLimitsHoldForRequestsAtOnce(t *testing.T) {
	inLimits(t, 3, 1000, func(r *rig) {
		codes := manyAtOnce(r, 100, func(i int) Request {
			return Request{Number: fmt.Sprintf("7770001%02d", i), Origin: "browser"}
		})
		if codes[""] != 3 || codes["callback_too_often"] != 97 {
			t.Errorf("got %v, want 3 taken", codes)
		}
		r.pass(time.Hour + time.Second)
		codes = manyAtOnce(r, 10, func(i int) Request {
			return Request{Number: fmt.Sprintf("7770002%02d", i), Origin: "browser"}
		})
		if codes[""] != 3 {
			t.Errorf("an hour later got %v, want 3 taken", codes)
		}
		if _, _, err := r.Request(r.t.Context(), Request{Number: "777000300", Origin: "another"}); err != nil {
			t.Error(err)
		}
	})
}

func TestAServerOfOursAsksForAllItsVisitors(t *testing.T) {
	inLimits(t, 3, 1000, func(r *rig) {
		codes := manyAtOnce(r, 20, func(i int) Request {
			return Request{Number: fmt.Sprintf("7770001%02d", i), Origin: "server shop", Trusted: true}
		})
		if codes[""] != 20 {
			t.Errorf("got %v, want all 20 taken", codes)
		}
	})
}

func TestANumberHasOneOpenCallback(t *testing.T) {
	inLimits(t, 1000, 2, func(r *rig) {
		codes := manyAtOnce(r, 100, func(i int) Request {
			return Request{Number: "777000001", Origin: fmt.Sprint(i)}
		})
		if codes[""] != 1 || codes["callback_open"] != 99 {
			t.Errorf("got %v, want 1 taken", codes)
		}
		cancelAll(r)
		r.ask(visitor)
		cancelAll(r)
		_, _, err := r.Request(r.t.Context(), Request{Number: visitor, Origin: "browser"})
		if got := refusal(t, err); got != "number_too_often" {
			t.Errorf("got %s", got)
		}
		r.pass(24*time.Hour + time.Second)
		r.ask(visitor)
	})
}

func cancelAll(r *rig) {
	r.t.Helper()
	err := r.do(r.t.Context(), func() error {
		for _, d := range r.drives {
			d.cancel()
		}
		return nil
	})
	if err != nil {
		r.t.Fatal(err)
	}
	synctest.Wait()
}

func manyAtOnce(r *rig, n int, request func(i int) Request) map[string]int {
	r.t.Helper()
	codes := make(map[string]int)
	var mu sync.Mutex
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			_, _, err := r.Request(r.t.Context(), request(i))
			code := ""
			if err != nil {
				code = refusal(r.t, err)
			}
			mu.Lock()
			defer mu.Unlock()
			codes[code]++
		})
	}
	all.Wait()
	return codes
}

func TestTheSameKeyGivesTheSameCallback(t *testing.T) {
	inLimits(t, 1, 1, func(r *rig) {
		type answer struct {
			id    routing.CallbackID
			token string
		}
		answers := make(map[answer]int)
		var mu sync.Mutex
		var all sync.WaitGroup
		for range 100 {
			all.Go(func() {
				v, token, err := r.Request(r.t.Context(), Request{Number: visitor, Origin: "browser", Key: "k1"})
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				answers[answer{v.ID, token}]++
			})
		}
		all.Wait()
		if len(answers) != 1 || len(r.store.rows) != 1 {
			t.Fatalf("got %d answers, %d rows, want 1 and 1", len(answers), len(r.store.rows))
		}
		_, _, err := r.Request(r.t.Context(), Request{Number: "777000002", Origin: "browser", Key: "k1"})
		if got := refusal(t, err); got != "key_reused" {
			t.Errorf("got %s", got)
		}
	})
}

func TestARepeatedKeyAfterARestartGivesAWorkingToken(t *testing.T) {
	inWorld(t, func(w *world) {
		ask := Request{Number: visitor, Origin: "browser", Key: "k1"}
		first := w.boot()
		v, _, err := first.Request(w.t.Context(), ask)
		if err != nil {
			t.Fatal(err)
		}
		first.crash()
		second := w.boot()
		defer second.shutDown()
		again, token, err := second.Request(w.t.Context(), ask)
		if err != nil || again.ID != v.ID {
			t.Fatalf("got %+v, %v", again, err)
		}
		if got, err := second.Get(w.t.Context(), v.ID, token); err != nil || got.State != ViewWaiting {
			t.Errorf("got %+v, %v", got, err)
		}
		if _, err := second.Cancel(w.t.Context(), v.ID, token); err != nil {
			t.Error(err)
		}
		ended, token, err := second.Request(w.t.Context(), ask)
		if err != nil || ended.State != ViewEnded {
			t.Fatalf("got %+v, %v", ended, err)
		}
		if _, err := second.Get(w.t.Context(), v.ID, token); err != nil {
			t.Error(err)
		}
	})
}

func TestAWrongTokenTellsNothing(t *testing.T) {
	inProcess(t, func(r *rig) {
		v, secret := r.ask(visitor)
		for _, c := range []struct {
			id     routing.CallbackID
			secret string
		}{{v.ID, ""}, {v.ID, secret + "x"}, {v.ID, token.Hash(secret)}, {"unknown", secret}} {
			if _, err := r.Get(r.t.Context(), c.id, c.secret); refusal(t, err) != "callback_unknown" {
				t.Errorf("got %v", err)
			}
			if _, err := r.Cancel(r.t.Context(), c.id, c.secret); refusal(t, err) != "callback_unknown" {
				t.Errorf("got %v", err)
			}
		}
		if c := r.store.byNumber(visitor); strings.Contains(fmt.Sprintf("%+v", c), secret) {
			t.Error("the token is stored")
		}
	})
}

func TestWithoutADiskNothingIsPromised(t *testing.T) {
	inProcess(t, func(r *rig) {
		r.store.breakWith(errDisk)
		_, _, err := r.Request(r.t.Context(), Request{Number: visitor, Origin: "browser"})
		if got := refusal(t, err); got != "store_unavailable" || routing.KindOf(err) != routing.Unavailable {
			t.Errorf("got %s", got)
		}
		if n := len(r.line.Snapshot().Places); n != 0 {
			t.Errorf("got %d places", n)
		}
	})
}

func TestACancelIsOnDiskBeforeItIsAnswered(t *testing.T) {
	inProcess(t, func(r *rig) {
		v, token := r.ask(visitor)
		r.store.breakWith(errDisk)
		answered := make(chan error, 1)
		go func() {
			_, err := r.Cancel(r.t.Context(), v.ID, token)
			answered <- err
		}()
		r.pass(time.Minute)
		select {
		case err := <-answered:
			t.Errorf("answered %v while the disk was away", err)
		default:
		}
		r.store.breakWith(nil)
		if err := <-answered; err != nil {
			t.Error(err)
		}
		r.wantStored(v.ID, routing.CallbackCancelled, ReasonCancelled)
	})
}

// Nothing that a visitor may read names an operator.
func TestWhatEverybodyMayReadNamesNoOperator(t *testing.T) {
	inProcess(t, func(r *rig) {
		onTheLine(r)
		r.leg("101").end(routing.HungUp)
		r.pass(10 * time.Second)
		r.leg("101").answer()
		r.leg(visitor).answer()
		synctest.Wait()
		seen := 0
		for i, f := range r.journal.facts {
			if r.journal.to[i] != routing.Everybody {
				continue
			}
			seen++
			if said := fmt.Sprintf("%+v", f); strings.Contains(said, "op101") || strings.Contains(said, "Anna") {
				t.Errorf("%s says %s", f.Kind(), said)
			}
		}
		if seen != 5 { // requested, found, ringing, found again, talking
			t.Errorf("got %d facts for everybody", seen)
		}
	}, "101")
}
