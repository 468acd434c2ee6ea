package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/coder/websocket"
)

func TestACallbackIsAskedForShownAndCancelledByItsToken(t *testing.T) {
	w := newWorld(t)
	c := w.callMe()
	if c.Token == "" || c.State != "waiting" || c.Place != 1 || c.Number != visitorPhone || c.NumberShown != "777 000 001" || c.Queue != "Orders" {
		t.Fatalf("got %+v", c)
	}
	path := "/api/v1/callbacks/" + string(c.ID)
	shown := w.ask("GET", path, c.Token, "").wants(t, http.StatusOK, "")
	if strings.Contains(shown.text, c.Token) || !strings.Contains(shown.text, `"state":"waiting"`) {
		t.Errorf("got %s", shown.text)
	}
	for _, token := range []string{"", "wrong", w.as("adam"), "secret-of-the-crm"} {
		w.ask("GET", path, token, "").wants(t, http.StatusNotFound, "callback_unknown")
		w.ask("DELETE", path, token, "", "Origin", shop).wants(t, http.StatusNotFound, "callback_unknown")
	}
	w.ask("GET", "/api/v1/callbacks/0199-nothing", c.Token, "").wants(t, http.StatusNotFound, "callback_unknown")
	for range 2 {
		if got := w.ask("DELETE", path, c.Token, "", "Origin", shop).wants(t, http.StatusOK, ""); !strings.Contains(got.text, `"reason":"cancelled"`) {
			t.Errorf("got %s", got.text)
		}
	}
}

func TestWhoMayAskForACallback(t *testing.T) {
	for _, c := range []struct {
		name, token string
		headers     []string
		outside     bool // of the demo
		status      int
		code        string
	}{
		{name: "the widget on an allowed page", headers: []string{"Origin", shop, "Sec-Fetch-Site", "cross-site"}, outside: true, status: http.StatusAccepted},
		{name: "somebody's server", token: "secret-of-the-crm", outside: true, status: http.StatusAccepted},
		{name: "anybody on this machine in the demo", status: http.StatusAccepted},
		{name: "nobody else outside the demo", outside: true, status: http.StatusUnauthorized, code: "token_wrong"},
		{name: "a wrong token", token: "secret", status: http.StatusUnauthorized, code: "token_wrong"},
		{name: "a foreign page", headers: []string{"Origin", foreignO}, status: http.StatusForbidden, code: "origin_foreign"},
		{name: "a foreign page without origin", headers: []string{"Sec-Fetch-Site", "cross-site"}, status: http.StatusForbidden, code: "origin_foreign"},
		{name: "a page without an origin of its own", headers: []string{"Origin", "null"}, status: http.StatusForbidden, code: "origin_foreign"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, func(o *Options) {
				if c.outside {
					o.Demo = nil
				}
			})
			w.ask("POST", "/api/v1/callbacks", c.token, `{"number":"777 000 001"}`, c.headers...).wants(t, c.status, c.code)
		})
	}
}

// Who invents a new browser for every request is held by the address; a server of
// ours, which answers for its visitors, is not.
func TestAnAddressIsHeldToItsShareOfCallbacks(t *testing.T) {
	w := newWorld(t, func(o *Options) { o.Demo, o.TrustedProxies = nil, prefixes("127.0.0.0/8") })
	next := 0
	ask := func(address, token string) reply {
		next++
		return w.ask("POST", "/api/v1/callbacks", token, fmt.Sprintf(`{"number":"777%06d","browser":"b%[1]d"}`, next),
			"Origin", shop, "X-Forwarded-For", address)
	}
	for range callbacksPerAddress {
		ask("203.0.113.7", "").wants(t, http.StatusAccepted, "")
	}
	ask("203.0.113.7", "").wants(t, http.StatusTooManyRequests, "callback_too_often")
	ask("203.0.113.8", "").wants(t, http.StatusAccepted, "")
	ask("203.0.113.7", "secret-of-the-crm").wants(t, http.StatusAccepted, "")
}

func TestTheSameKeyGivesTheSameCallback(t *testing.T) {
	w := newWorld(t)
	ask := func(key string) reply {
		return w.ask("POST", "/api/v1/callbacks", "secret-of-the-crm", `{"number":"+420777000001"}`, "Idempotency-Key", key)
	}
	first := read[Callback](t, ask("k1").wants(t, http.StatusAccepted, "").text)
	second := read[Callback](t, ask("k1").wants(t, http.StatusAccepted, "").text)
	if first.ID != second.ID || first.Token != second.Token {
		t.Errorf("got %+v, want %+v again", second, first)
	}
	ask("k2").wants(t, http.StatusConflict, "callback_open")
	ask(strings.Repeat("k", 201)).wants(t, http.StatusUnprocessableEntity, "key_invalid")
}

func TestNumbersThatMustNotBeCalledAreRefused(t *testing.T) {
	w := newWorld(t)
	for number, code := range map[string]string{
		"+12125550100": "number_not_allowed", "12": "number_invalid", "": "number_invalid", "777000001\\r\\nX-Evil: 1": "number_invalid",
		"777000001;phone-context=x": "number_invalid", "sip:a@b": "number_invalid", "112": "number_emergency",
	} {
		answer := w.ask("POST", "/api/v1/callbacks", "secret-of-the-crm", fmt.Sprintf(`{"number":"%s"}`, number))
		var p Problem
		if err := json.Unmarshal([]byte(answer.text), &p); err != nil || p.Code != code || p.Title == "" || p.Detail == "" {
			t.Errorf("%q: got %s, want %s", number, answer.text, code)
		}
	}
	if got := len(w.line.Snapshot().Places); got != 0 {
		t.Errorf("%d places wait", got)
	}
}

func TestOnlyTheWidgetsRoutesAreSharedWithItsPages(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		path, origin string
		shared       bool
	}{
		{"/api/v1/callbacks", shop, true},
		{"/api/v1/callbacks/x", shop, true},
		{"/api/v1/widget", shop, true},
		{"/api/v1/me", shop, false},
		{"/api/v1/waiting", shop, false},
		{"/api/v1/callbacks", foreignO, false},
		{"/api/v1/widget", "null", false},
	} {
		got := w.ask("OPTIONS", c.path, "", "", "Origin", c.origin, "Access-Control-Request-Method", "POST")
		want := ""
		if c.shared {
			want = c.origin
		}
		if got.Header.Get("Access-Control-Allow-Origin") != want || got.Header.Get("Access-Control-Allow-Credentials") != "" {
			t.Errorf("%s for %s: got %v", c.path, c.origin, got.Header)
		}
	}
	got := w.ask("GET", "/api/v1/widget", "", "", "Origin", shop).wants(t, http.StatusOK, "")
	if got.Header.Get("Access-Control-Allow-Origin") != shop || !strings.Contains(got.text, `"state":"offline"`) {
		t.Errorf("got %s %v", got.text, got.Header)
	}
	told := w.ask("GET", "/api/v1/widget", "", "", "Origin", foreignO).wants(t, http.StatusForbidden, "origin_foreign")
	if told.Header.Get("Access-Control-Allow-Origin") != foreignO || !strings.Contains(told.text, foreignO) {
		t.Errorf("a foreign page cannot read which origin to allow: %s %v", told.text, told.Header)
	}
	w.presence.PhoneChanged("101", true)
	if got := w.ask("GET", "/api/v1/widget", "", ""); !strings.Contains(got.text, `"state":"online"`) || strings.Contains(got.text, "Anna") {
		t.Errorf("got %s", got.text)
	}
}

// W016: not a byte to the visitor tells of the supervisor, nor of who talks to them.
func TestTheVisitorGetsNothingOfTheSupervisor(t *testing.T) {
	w := newWorld(t)
	w.presence.PhoneChanged("101", true)
	w.presence.PhoneChanged("201", true)
	c := w.callMe()
	page := w.dial(map[string]string{"Origin": shop})
	page.say(fmt.Sprintf(`{"id":1,"do":"hello","data":{"as":"visitor","callback":%q,"token":%q}}`, c.ID, c.Token))
	if answer := page.read(); answer.OK == nil {
		t.Fatalf("got %s", page.heard.String())
	}
	page.next("callback.changed")
	w.answers("101") // no desk is open: the phone is rung
	until(page, "callback.changed", func(c Callback) bool { return c.State == "agent_found" })
	w.answers(visitorPhone)
	until(page, "callback.changed", func(c Callback) bool { return c.State == "talking" })
	id := w.exchange.Running()[0].Call
	asked := w.ask("POST", "/api/v1/calls/"+string(id)+"/supervision", w.as("sofia"), `{"mode":"listen"}`).wants(t, http.StatusAccepted, "")
	supervisor := read[struct{ Call Call }](t, asked.text).Call.Supervisor
	w.answers("201")
	for _, mode := range []string{"whisper", "barge", "listen"} {
		w.waitFor("supervision", func() bool {
			return strings.Contains(w.ask("GET", "/api/v1/calls/"+string(id), w.as("sofia"), "").text, `"state":"talking","since"`)
		})
		w.ask("PATCH", "/api/v1/calls/"+string(id)+"/supervision", w.as("sofia"), `{"mode":"`+mode+`"}`).wants(t, http.StatusOK, "")
	}
	heard := w.ask("GET", "/api/v1/callbacks/"+string(c.ID), c.Token, "").text
	w.ask("DELETE", "/api/v1/callbacks/"+string(c.ID), c.Token, "", "Origin", shop).wants(t, http.StatusOK, "")
	until(page, "callback.changed", func(c Callback) bool { return c.State == "ended" })
	heard += page.heard.String()
	if page.seq > 6 {
		t.Errorf("the visitor got %d events, more than there were changes of the callback:\n%s", page.seq, heard)
	}
	for _, secret := range []string{"Sofia", "sofia", "201", string(w.id("sofia")), string(supervisor.Party), "supervis", "whisper", "barge", "listen", "Anna", string(w.id("anna")), "101"} {
		if secret == "101" || secret == "201" {
			secret = `"` + secret + `"` // the digits alone are in every time of day
		}
		if strings.Contains(heard, secret) {
			t.Errorf("the visitor was told %q:\n%s", secret, heard)
		}
	}
}

func TestAVisitorsPageNeedsTheToken(t *testing.T) {
	w := newWorld(t)
	c := w.callMe()
	for _, hello := range []string{
		fmt.Sprintf(`{"as":"visitor","callback":%q,"token":"wrong"}`, c.ID), fmt.Sprintf(`{"as":"visitor","callback":%q}`, c.ID),
	} {
		page := w.dial(map[string]string{"Origin": shop})
		page.say(`{"id":1,"do":"hello","data":` + hello + `}`)
		if got := page.read(); !strings.Contains(string(got.Err), `"callback_unknown"`) {
			t.Errorf("got %s", page.heard.String())
		}
		if got := page.closed(); got != websocket.StatusPolicyViolation {
			t.Errorf("got status %d, want 1008", got)
		}
	}
}

func TestAWidgetsPageCannotOpenADesk(t *testing.T) {
	w := newWorld(t)
	for _, hello := range []string{fmt.Sprintf(`{"as":"desk","token":%q}`, w.as("adam")), `{"as":"stage"}`} {
		page := w.dial(map[string]string{"Origin": shop, "Cookie": "sufler=" + w.as("adam")})
		page.say(`{"id":1,"do":"hello","data":` + hello + `}`)
		if got := page.read(); !strings.Contains(string(got.Err), `"origin_foreign"`) {
			t.Errorf("got %s", page.heard.String())
		}
	}
	if _, err := w.tryDial(map[string]string{"Origin": foreignO}); err == nil || !strings.HasPrefix(err.Error(), "403") {
		t.Errorf("a foreign page: got %v, want 403", err)
	}
	if m, _ := w.presence.Member(w.id("adam")); m.Status.String() != "offline" {
		t.Errorf("adam is %s", m.Status)
	}
}
