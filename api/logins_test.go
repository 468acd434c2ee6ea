package api

import (
	"net/http"
	"testing"

	"github.com/coder/websocket"

	"sufler/routing"
)

func TestThePagesOfALoginThatIsTakenAwayEnd(t *testing.T) {
	for name, take := range map[string]func(*world){
		"a new password": func(w *world) { must(w.t, w.people.SetPassword(w.t.Context(), w.id("anna"), "another long password")) },
		"no more active": func(w *world) {
			o, _ := w.people.Operator(w.id("anna"))
			o.Active = false
			must(w.t, w.people.UpdateOperator(w.t.Context(), o))
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			anna, sofia := w.page("anna"), w.page("sofia")
			take(w)
			if got := anna.closed(); got != websocket.StatusPolicyViolation {
				t.Errorf("got %v", got)
			}
			w.ask("PUT", "/api/v1/me/status", w.as("sofia"), `{"status":"busy"}`).wants(t, http.StatusOK, "")
			sofia.next("member.changed")
		})
	}
}

// W015: who may not supervise any more does not go on with what has begun.
func TestASupervisionEndsWithTheRightToIt(t *testing.T) {
	change := func(w *world, do func(*routing.Operator)) {
		o, _ := w.people.Operator(w.id("sofia"))
		do(&o)
		must(w.t, w.people.UpdateOperator(w.t.Context(), o))
	}
	for name, take := range map[string]func(*world){
		"no more active": func(w *world) { change(w, func(o *routing.Operator) { o.Active = false }) },
		"another group":  func(w *world) { change(w, func(o *routing.Operator) { o.Groups = []routing.GroupName{"repairs"} }) },
		"another rank":   func(w *world) { change(w, func(o *routing.Operator) { o.Rank = routing.RankOperator }) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			id := w.talk()
			owner := w.page("adam")
			w.ask("POST", "/api/v1/calls/"+string(id)+"/supervision", w.as("sofia"), `{"mode":"whisper"}`).wants(t, http.StatusAccepted, "")
			w.answers("201")
			until(owner, "call.changed", func(c Call) bool { return c.Supervisor != nil && c.Supervisor.State == "talking" })
			take(w)
			left := until(owner, "call.changed", func(c Call) bool { return c.Supervisor == nil })
			if left.State != "talking" {
				t.Errorf("got the call %s, want it to go on", left.State)
			}
		})
	}
}
