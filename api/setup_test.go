package api

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"sufler/routing/people"
)

// empty is a world in which nobody exists.
func empty(t *testing.T) *world {
	t.Helper()
	return newWorldOf(t, people.Setup{})
}

func TestTheFirstOwnerComesByTheLinkOnce(t *testing.T) {
	w := empty(t)
	if got := w.ask("GET", "/api/v1/setup", "", "").wants(t, http.StatusOK, ""); got.text != "{\"needed\":true}\n" {
		t.Errorf("got %s", got.text)
	}
	token := w.people.OpenFounding()
	body := func(token, password string) string {
		return `{"token":"` + token + `","login":"adam","name":"Adam","password":"` + password + `"}`
	}
	w.ask("POST", "/api/v1/setup", "", body("guessed", password)).wants(t, http.StatusForbidden, "setup_link_wrong")
	w.ask("POST", "/api/v1/setup", "", body(token, "short")).wants(t, http.StatusUnprocessableEntity, "password_short")
	w.ask("POST", "/api/v1/setup", "", body(token, password), "Origin", foreignO).wants(t, http.StatusForbidden, "origin_foreign")

	var together sync.WaitGroup
	answers := make(chan reply, 4)
	for range cap(answers) {
		together.Go(func() { answers <- w.ask("POST", "/api/v1/setup", "", body(token, password)) })
	}
	together.Wait()
	close(answers)
	created := 0
	for got := range answers {
		if got.StatusCode != http.StatusOK {
			got.wants(t, http.StatusConflict, "setup_done")
			continue
		}
		created++
		cookies := got.Cookies()
		if len(cookies) != 1 || !strings.Contains(got.text, `"rank":"owner"`) {
			t.Fatalf("got %v %s", cookies, got.text)
		}
		w.ask("GET", "/api/v1/me", "", "", "Cookie", cookies[0].Name+"="+cookies[0].Value).wants(t, http.StatusOK, "")
	}
	if created != 1 {
		t.Errorf("%d owners were created", created)
	}
	if got := w.ask("GET", "/api/v1/setup", "", "").wants(t, http.StatusOK, ""); got.text != "{\"needed\":false}\n" {
		t.Errorf("got %s", got.text)
	}
	if strings.Contains(w.logs.String(), token) {
		t.Error("the token is in the log")
	}
}
