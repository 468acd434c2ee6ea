package main

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// operatorCLI runs "sufler operator" with a password on its standard input.
func (h *house) operatorCLI(t *testing.T, password string, args ...string) string {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), path, append([]string{"operator"}, args...)...)
	cmd.Dir, cmd.Stdin = h.dir, strings.NewReader(password+"\n")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %v\n%s", args, err, out)
	}
	return string(out)
}

// No row: PRODUCT's "first owner, first run, no mail server".
func TestOutsideTheFirstOwnerAndTheOthersComeWithoutAMailServer(t *testing.T) {
	t.Parallel()
	onBothDatabases(t, firstOwner)
}

func firstOwner(t *testing.T, database string) {
	t.Helper()
	web := ports(t, 4)
	h := &house{dir: t.TempDir(), http: loopback(web), admin: loopback(web + 1)}
	h.config = filepath.Join(h.dir, "house.yaml")
	text := fmt.Sprintf("http: {listen: %q, admin: %q}\nsip: {listen: %q}\nwebrtc: {listen: %q}\ndatabase: {url: %q}\npeople: {groups: [orders]}\n", h.http, h.admin, loopback(web+2), loopback(web+3), database)
	if err := os.WriteFile(h.config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	link := regexp.MustCompile(`http://` + regexp.QuoteMeta(h.http) + `/desk/#setup=([\w-]{43})\n`)
	starts := 0
	printed := func() string {
		starts++
		h.process = launch(t, h.dir, nil, "run", "-config", h.config)
		var links [][]string
		until(t, "the link is printed", func() bool {
			links = link.FindAllStringSubmatch(h.process.Log(), -1)
			return len(links) == starts
		})
		return links[starts-1][1]
	}
	old := printed()
	send(t, h.process, syscall.SIGTERM)
	if code := exit(t, h.process, patience); code != 0 {
		t.Fatalf("exit: got %d\n%s", code, h.process.Log())
	}
	token := printed()
	if token == old {
		t.Error("the second start printed the first link again")
	}
	browser := page{base: "http://" + h.http, origin: "http://" + h.http}
	adam := map[string]string{"token": old, "login": "adam", "name": "Adam", "password": "a sentence is a password"}
	browser.do(t, http.MethodPost, "/api/v1/setup", adam).refused(t, http.StatusForbidden, "setup_link_wrong")
	adam["token"] = token
	created := browser.do(t, http.MethodPost, "/api/v1/setup", adam)
	if created.status != http.StatusOK || len(created.cookies) != 1 {
		t.Fatalf("owner: got %d %s", created.status, created.body)
	}
	browser.cookie = created.cookies[0]
	if got := browser.do(t, http.MethodGet, "/api/v1/trunks", nil); got.status != http.StatusOK {
		t.Errorf("the owner asks for trunks: got %d %s", got.status, got.body)
	}
	browser.do(t, http.MethodPost, "/api/v1/setup", adam).refused(t, http.StatusConflict, "setup_done")

	const first, second = "anna has a password", "anna has another one"
	h.operatorCLI(t, first, "add", "anna", "-config", h.config, "-groups", "orders")
	anna := page{base: browser.base, origin: browser.origin}
	login := func(password string) reply {
		return anna.do(t, http.MethodPost, "/api/v1/login", map[string]string{"login": "anna", "password": password})
	}
	known := func() bool {
		return strings.Contains(string(browser.do(t, http.MethodGet, "/api/v1/team", nil).body), `"anna"`)
	}
	until(t, "the running server knows anna", known)
	entered := login(first)
	if entered.status != http.StatusOK {
		t.Fatalf("login: got %d %s", entered.status, entered.body)
	}
	anna.cookie = entered.cookies[0]
	h.operatorCLI(t, second, "password", "anna", "-config", h.config)
	anna.do(t, http.MethodGet, "/api/v1/me", nil).refused(t, http.StatusUnauthorized, "login_needed")
	h.operatorCLI(t, "", "deactivate", "anna", "-config", h.config)
	until(t, "the running server knows anna no more", func() bool { return !known() })
	login(second).refused(t, http.StatusUnauthorized, "login_wrong")
	if listed := h.operatorCLI(t, "", "list", "-config", h.config); !regexp.MustCompile(`(?m)^anna .* no$`).MatchString(listed) {
		t.Errorf("got %s", listed)
	}
	if strings.Contains(h.process.Log(), first) || strings.Contains(h.process.Log(), second) {
		t.Error("a password is in the log")
	}
}
