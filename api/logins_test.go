package api

import (
	"net/http"
	"testing"

	"github.com/coder/websocket"
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
