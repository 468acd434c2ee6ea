package api

import (
	"fmt"
	"net/http"
	"testing"
)

// M181, M182: a result is one of those that the administrator lets be chosen, or none.
func TestAResultIsOneOfTheListOrNone(t *testing.T) {
	w := newWorld(t)
	w.sits("anna")
	w.sits("sofia")
	_, s := w.chats()
	path := "/api/v1/sessions/" + string(s.ID)
	send := func(result string) string { return fmt.Sprintf(`{"operator":%q,"result":%q}`, w.id("sofia"), result) }
	for _, result := range []string{"nothing", "Sold", "old"} {
		w.ask("POST", path+"/redirect", w.as("anna"), send(result)).wants(t, http.StatusUnprocessableEntity, "result_unknown")
	}
	w.ask("POST", path+"/end", w.as("anna"), "").wants(t, http.StatusOK, "")
	for _, result := range []string{"nothing", "Sold", "old"} {
		w.ask("POST", path+"/close", w.as("anna"), fmt.Sprintf(`{"result":%q}`, result)).wants(t, http.StatusUnprocessableEntity, "result_unknown")
	}
	if now, _ := w.sessionOf("anna", s.ID); now.State != "wrap_up" || now.Result != "" {
		t.Errorf("got %+v", now)
	}
	w.ask("POST", path+"/close", w.as("anna"), `{}`).wants(t, http.StatusOK, "")
}
