package api

import (
	"crypto/tls"
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"testing"

	"github.com/coder/websocket"

	"sufler/routing"
	"sufler/routing/call"
	"sufler/routing/people"
)

func TestLoginSetsACookieThatScriptsCannotRead(t *testing.T) {
	for _, c := range []struct{ url, name string }{{"", "sufler"}, {"https://calls.example", "__Host-sufler"}} {
		w := newWorld(t, func(o *Options) { o.PublicURL, o.Demo = c.url, nil })
		body := fmt.Sprintf(`{"login":"Anna","password":%q}`, password)
		got := w.ask("POST", "/api/v1/login", "", body).wants(t, http.StatusOK, "")
		cookie := got.Cookies()[0]
		if cookie.Name != c.name || !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.Path != "/" || cookie.Secure != (c.url != "") {
			t.Errorf("got %s", cookie)
		}
		if strings.Contains(got.text, cookie.Value) {
			t.Errorf("the token is in the answer's body")
		}
		sent := cookie.Name + "=" + cookie.Value
		if got := w.ask("GET", "/api/v1/me", "", "", "Cookie", sent).wants(t, http.StatusOK, ""); !strings.Contains(got.text, `"login":"anna"`) || !strings.Contains(got.text, `"waiting.accept"`) {
			t.Errorf("got %s", got.text)
		}
		w.ask("POST", "/api/v1/logout", "", "", "Cookie", sent, "Origin", foreignO).wants(t, http.StatusForbidden, "origin_foreign")
		w.ask("POST", "/api/v1/logout", "x", "", "Cookie", sent, "Sec-Fetch-Site", "same-site").wants(t, http.StatusForbidden, "origin_foreign")
		w.ask("POST", "/api/v1/logout", "", "", "Cookie", sent, "Sec-Fetch-Site", "same-origin").wants(t, http.StatusNoContent, "")
		w.ask("GET", "/api/v1/me", "", "", "Cookie", sent).wants(t, http.StatusUnauthorized, "login_needed")
	}
}

func TestAWrongLoginTellsNothing(t *testing.T) {
	w := newWorld(t)
	var answers []string
	for _, body := range []string{`{"login":"anna","password":"wrong"}`, `{"login":"nobody","password":"wrong"}`, `{"login":"boris","password":""}`} {
		answers = append(answers, w.ask("POST", "/api/v1/login", "", body).wants(t, http.StatusUnauthorized, "login_wrong").text)
	}
	if answers[0] != answers[1] || answers[1] != answers[2] {
		t.Errorf("got %v", answers)
	}
	for range 4 {
		w.ask("POST", "/api/v1/login", "", `{"login":"anna","password":"wrong"}`).wants(t, http.StatusUnauthorized, "login_wrong")
	}
	w.ask("POST", "/api/v1/login", "", `{"login":"anna","password":"wrong"}`).wants(t, http.StatusTooManyRequests, "login_too_often")
}

func TestAddressesAreBelievedFromOurProxiesOnly(t *testing.T) {
	s := &Server{}
	s.opt.TrustedProxies = prefixes("10.0.0.0/8", "127.0.0.1/32")
	for _, c := range []struct{ remote, forwarded, want string }{
		{"203.0.113.7:1234", "198.51.100.1", "203.0.113.7"},
		{"127.0.0.1:1", "198.51.100.1", "198.51.100.1"},
		{"127.0.0.1:1", "198.51.100.1, 203.0.113.9, 10.1.1.1", "203.0.113.9"},
		{"127.0.0.1:1", "garbage", "127.0.0.1"},
		{"127.0.0.1:1", "198.51.100.1, garbage", "127.0.0.1"},
		{"127.0.0.1:1", "", "127.0.0.1"},
		{"[::1]:1", "198.51.100.1", "::1"},
	} {
		r := &http.Request{RemoteAddr: c.remote, Header: http.Header{"X-Forwarded-For": {c.forwarded}}}
		if got := s.address(r); got != c.want {
			t.Errorf("%s, %s: got %s, want %s", c.remote, c.forwarded, got, c.want)
		}
	}
}

// W001, W013: the whole of a callback as the desk sees it.
func TestTheDeskIsToldEachStepOfACallback(t *testing.T) {
	w := newWorld(t)
	w.presence.PhoneChanged("101", true)
	desk := w.page("anna")
	if got := w.ask("GET", "/api/v1/waiting", w.as("anna"), "").wants(t, http.StatusOK, ""); got.text != "{\"places\":[]}\n" {
		t.Errorf("got %s", got.text)
	}
	w.callMe()
	offer := read[Offer](t, string(desk.next("offer.made").Data))
	if offer.Place.Number != "" || offer.Place.Name != "Jan Novák" || offer.Place.State != "offered" {
		t.Errorf("got %+v: the number is not for an operator before accepting", offer)
	}
	w.ask("POST", "/api/v1/waiting/"+string(offer.Place.ID)+"/accept", w.as("boris"), "").wants(t, http.StatusForbidden, "not_allowed")
	answer := w.ask("POST", "/api/v1/waiting/"+string(offer.Place.ID)+"/accept", w.as("anna"), "").wants(t, http.StatusAccepted, "")
	accepted := read[struct{ Call Call }](t, answer.text).Call
	if accepted.State != "ringing_agent" || accepted.Agent.ID != w.id("anna") || accepted.Client.Number != visitorPhone {
		t.Errorf("got %+v", accepted)
	}
	w.answers("101")
	until(desk, "call.changed", func(c Call) bool { return c.State == "ringing_client" })
	w.answers(visitorPhone)
	until(desk, "call.changed", func(c Call) bool { return c.State == "talking" && c.TalkedAt != nil })
	path := "/api/v1/calls/" + string(accepted.ID)
	w.ask("POST", path+"/hangup", w.as("sofia"), "").wants(t, http.StatusForbidden, "not_allowed")
	w.ask("POST", path+"/hangup", w.as("boris"), "").wants(t, http.StatusNotFound, "call_unknown")
	w.ask("POST", path+"/hangup", w.as("anna"), "").wants(t, http.StatusNoContent, "")
	until(desk, "call.changed", func(c Call) bool { return c.State == "ended" && c.EndedAt != nil })
	if got := w.ask("GET", path, w.as("anna"), "").wants(t, http.StatusOK, ""); !strings.Contains(got.text, `"state":"ended"`) {
		t.Errorf("got %s", got.text)
	}
	w.ask("POST", path+"/supervision", w.as("sofia"), `{"mode":"listen"}`).wants(t, http.StatusGone, "call_ended")
	w.waitFor("the place is left", func() bool { return len(w.line.Snapshot().Places) == 0 }) // not in the order of the call's events
	w.ask("POST", "/api/v1/waiting/"+string(offer.Place.ID)+"/skip", w.as("anna"), "").wants(t, http.StatusNotFound, "place_unknown")
}

func TestStatusIsChosenAndShown(t *testing.T) {
	w := newWorld(t)
	desk := w.page("anna")
	w.ask("PUT", "/api/v1/me/status", w.as("anna"), `{"status":"pause"}`).wants(t, http.StatusOK, "")
	until(desk, "member.changed", func(m Member) bool { return m.ID == w.id("anna") && m.Status == "pause" })
	w.ask("PUT", "/api/v1/me/status", w.as("anna"), `{"status":"talking"}`).wants(t, http.StatusUnprocessableEntity, "request_invalid")
	_ = desk.ws.CloseNow()
	w.waitFor("the closed desk is noticed", func() bool {
		m, _ := w.presence.Member(w.id("anna"))
		return m.Status.String() == "offline"
	})
}

// W004, W009: one supervisor at a time; the second reads who, the agent nothing.
func TestTheAgentIsToldNothingOfTheSupervisor(t *testing.T) {
	w := newWorld(t)
	id := w.talk()
	path := "/api/v1/calls/" + string(id)
	agent, boss := w.page("anna"), w.page("sofia")
	before := w.ask("GET", path, w.as("anna"), "").text
	free := func(login string) string {
		return w.ask("GET", "/api/v1/counters?kind=voice", w.as(login), "").wants(t, http.StatusOK, "").text
	}
	whole, nothing := free("adam"), free("anna")

	w.ask("POST", path+"/supervision", w.as("karel"), `{"mode":"listen"}`).wants(t, http.StatusNotFound, "call_unknown")
	w.ask("POST", path+"/supervision", w.as("anna"), `{"mode":"listen"}`).wants(t, http.StatusForbidden, "not_allowed")
	w.ask("PATCH", path+"/supervision", w.as("sofia"), `{"mode":"listen"}`).wants(t, http.StatusNotFound, "supervision_unknown")
	w.ask("POST", path+"/supervision", w.as("sofia"), `{"mode":"shout"}`).wants(t, http.StatusUnprocessableEntity, "request_invalid")
	w.ask("POST", path+"/supervision", w.as("sofia"), `{"mode":"whisper"}`).wants(t, http.StatusAccepted, "")
	w.answers("201")
	var shown Call
	for supervised := false; !supervised || shown.Supervisor == nil || shown.Supervisor.State != "talking"; { // calls and people are told apart
		switch e := boss.read(); e.Kind {
		case "call.changed":
			shown = read[Call](t, string(e.Data))
		case "member.changed":
			m := read[Member](t, string(e.Data))
			supervised = supervised || m.SupervisedBy != nil && m.SupervisedBy.Mode == "whisper"
		}
	}
	if shown.Supervisor.ID != w.id("sofia") || shown.Supervisor.Mode != "whisper" || len(shown.Hears) != 5 {
		t.Errorf("got %+v", shown)
	}
	w.presence.PhoneChanged("901", true)
	taken := w.ask("POST", path+"/supervision", w.as("adam"), `{"mode":"listen"}`).wants(t, http.StatusConflict, "supervision_taken")
	if p := read[Problem](t, taken.text); p.Params["who"] != "Sofia" || p.Params["since"] == "" || !strings.Contains(p.Title, "Sofia") {
		t.Errorf("got %+v", p)
	}
	w.ask("PATCH", path+"/supervision", w.as("sofia"), `{"mode":"barge"}`).wants(t, http.StatusOK, "")
	barged := until(boss, "call.changed", func(c Call) bool { return c.Supervisor != nil && c.Supervisor.Mode == "barge" })
	if len(barged.Hears) != 6 {
		t.Errorf("got %v", barged.Hears)
	}
	if got := w.ask("GET", path, w.as("anna"), "").text; got != before {
		t.Errorf("the agent's view of the call has changed:\n%s\n%s", before, got)
	}
	if got := free("anna"); got != nothing || free("adam") == whole {
		t.Errorf("whom a visitor can be sent to tells the agent, or not the owner, that somebody supervises:\n%s\n%s", nothing, got)
	}
	agent.say(fmt.Sprintf(`{"id":2,"do":"watch","data":{"call":%q}}`, id))
	boss.say(fmt.Sprintf(`{"id":2,"do":"watch","data":{"call":%q}}`, id))
	for _, p := range []*screen{agent, boss} {
		for p.read().ID != 2 {
		}
	}
	w.meter(id)
	if m := read[Meter](t, string(boss.next("call.metered").Data)); len(m.Levels) != 3 || m.Guard.Granted != 7 {
		t.Errorf("the supervisor got %+v", m)
	}
	if m := read[Meter](t, string(agent.next("call.metered").Data)); len(m.Levels) != 2 || len(m.Cells) != 2 || m.Guard.Granted != 0 {
		t.Errorf("the agent got %+v", m)
	}
	w.ask("DELETE", path+"/supervision", w.as("sofia"), "").wants(t, http.StatusNoContent, "")
	until(boss, "call.changed", func(c Call) bool { return c.Supervisor == nil })
	w.ask("POST", path+"/hangup", w.as("anna"), "").wants(t, http.StatusNoContent, "")
	until(agent, "call.changed", func(c Call) bool { return c.State == "ended" })
	heard := agent.heard.String()
	for _, secret := range []string{"Sofia", string(w.id("sofia")), string(shown.Supervisor.Party), "whisper", "barge"} {
		if strings.Contains(heard, secret) {
			t.Errorf("the agent was told %q:\n%s", secret, heard)
		}
	}
	if n := strings.Count(heard, `"kind":"call.changed"`); n != 1 {
		t.Errorf("the agent got %d call.changed, want that of the end only: their moments tell of the supervisor\n%s", n, heard)
	}
}

// meter lets the sound plane tell the levels of everybody in a call.
func (w *world) meter(id routing.CallID) {
	w.t.Helper()
	c, err := w.exchange.Find(id)
	must(w.t, err)
	m := call.Meter{Call: id, Frame: 100}
	m.Guard.Outside, m.Guard.Granted = 100, 7
	parties := c.Snapshot().Parties
	for _, a := range parties {
		m.Levels = append(m.Levels, call.Level{Party: a.ID, DBFS: -20})
		for _, b := range parties {
			if a.ID != b.ID {
				m.Cells = append(m.Cells, call.Cell{Listener: a.ID, Speaker: b.ID, Frames: 3})
			}
		}
	}
	w.server.metered(m)
}

func TestLevelsGoOnlyToThoseWhoWatch(t *testing.T) {
	w := newWorld(t)
	id := w.talk()
	watching, other, stranger := w.page("sofia"), w.page("sofia"), w.page("karel")
	for _, p := range []*screen{watching, stranger} {
		p.say(fmt.Sprintf(`{"id":2,"do":"watch","data":{"call":%q}}`, id))
		for p.read().ID != 2 {
		}
	}
	w.meter(id)
	watching.next("call.metered")
	w.ask("POST", "/api/v1/calls/"+string(id)+"/hangup", w.as("anna"), "").wants(t, http.StatusNoContent, "")
	until(other, "call.changed", func(c Call) bool { return c.State == "ended" })
	w.ask("PUT", "/api/v1/me/status", w.as("karel"), `{"status":"pause"}`).wants(t, http.StatusOK, "")
	until(stranger, "member.changed", func(m Member) bool { return m.Status == "pause" })
	for _, p := range []*screen{other, stranger} {
		if strings.Contains(p.heard.String(), "call.metered") {
			t.Error("a page got levels that it does not show or may not see")
		}
	}
	if strings.Contains(stranger.heard.String(), string(id)) {
		t.Errorf("a supervisor of another group was told of the call:\n%s", stranger.heard.String())
	}
}

func TestACallThatPassesToAnotherEndsInTheFirstDesk(t *testing.T) {
	w := newWorld(t)
	id := w.accepted()
	desk := w.page("anna")
	v := &viewer{s: w.server, as: deskView, operator: w.id("anna")}
	c, err := w.exchange.Find(id)
	must(t, err)
	now := c.Snapshot()
	if raw := v.callChanged(now); !strings.Contains(string(raw), `"state":"ringing_agent"`) {
		t.Fatalf("got %s", raw)
	}
	now.Version++
	now.Parties = []call.Party{now.Parties[0], {ID: "p", Role: routing.Agent, Operator: w.id("boris"), Name: "Boris", State: call.Ringing}}
	if raw := string(v.callChanged(now)); !strings.Contains(raw, `"state":"ended"`) || strings.Contains(raw, "Boris") {
		t.Errorf("got %s", raw)
	}
	now.Version++
	if raw := v.callChanged(now); raw != nil {
		t.Errorf("got %s of somebody else's call", raw)
	}
	_ = desk.ws.CloseNow()
}

func TestLogoutEndsThePagesOfThatLoginOnly(t *testing.T) {
	w := newWorld(t)
	one, other := w.page("anna"), w.page("sofia")
	w.ask("POST", "/api/v1/logout", w.as("anna"), "").wants(t, http.StatusNoContent, "")
	if got := one.closed(); got != websocket.StatusPolicyViolation {
		t.Errorf("got status %d, want 1008", got)
	}
	w.ask("PUT", "/api/v1/me/status", w.as("sofia"), `{"status":"busy"}`).wants(t, http.StatusOK, "")
	other.next("member.changed")
}

func TestTheServersEndIsToldToPages(t *testing.T) {
	w := newWorld(t)
	desk := w.page("anna")
	var closing sync.WaitGroup
	closing.Go(w.server.Close)
	desk.next("server.closing")
	if got := desk.closed(); got != websocket.StatusServiceRestart {
		t.Errorf("got status %d, want 1012", got)
	}
	closing.Wait()
	late, err := w.tryDial(nil)
	must(t, err)
	if got := (&screen{t: t, ws: late}).closed(); got != websocket.StatusTryAgainLater {
		t.Errorf("got status %d for a late page, want 1013", got)
	}
}

func prefixes(texts ...string) []netip.Prefix {
	var all []netip.Prefix
	for _, text := range texts {
		all = append(all, netip.MustParsePrefix(text))
	}
	return all
}

func TestHTTPSIsBelievedFromOurProxiesOnly(t *testing.T) {
	for _, c := range []struct {
		remote, public, proto string
		tls                   *tls.ConnectionState
		want                  string
	}{
		{"127.0.0.1:1", "http://127.0.0.1:8080", "https", nil, "__Host-sufler"},
		{"127.0.0.1:1", "http://127.0.0.1:8080", "", nil, "sufler"},
		{"203.0.113.7:1", "http://127.0.0.1:8080", "https", nil, "sufler"},
		{"203.0.113.7:1", "", "", &tls.ConnectionState{}, "__Host-sufler"},
		{"203.0.113.7:1", "https://calls.example.com", "", nil, "__Host-sufler"},
	} {
		s := &Server{opt: Options{PublicURL: c.public, TrustedProxies: prefixes("127.0.0.1/32")}}
		r := &http.Request{RemoteAddr: c.remote, TLS: c.tls, Header: http.Header{"X-Forwarded-Proto": {c.proto}}}
		if got := s.cookieName(r); got != c.want {
			t.Errorf("%+v: got %s", c, got)
		}
		if cookie := s.cookie(r, people.Login{}); cookie.Secure != (c.want == "__Host-sufler") {
			t.Errorf("%+v: Secure is %v", c, cookie.Secure)
		}
	}
}

func TestThePortThatASchemeMeansAnywayIsNoPartOfAnOrigin(t *testing.T) {
	for address, want := range map[string]string{
		"https://calls.example.com:443": "https://calls.example.com", "http://calls.example.com:80/desk": "http://calls.example.com",
		"https://calls.example.com:80": "https://calls.example.com:80", "https://Calls.example.com": "https://calls.example.com",
	} {
		if got := originOf(address); got != want {
			t.Errorf("%s: got %s, want %s", address, got, want)
		}
	}
}

// B 3: where calls ring is the person's own choice; it is remembered and shown.
func TestOnesChoiceWhereToAnswerIsKept(t *testing.T) {
	w := newWorld(t)
	desk := w.page("anna")
	if got := w.ask("GET", "/api/v1/me", w.as("anna"), "").wants(t, http.StatusOK, ""); !strings.Contains(got.text, `"answer_on":"both"`) {
		t.Errorf("got %s", got.text)
	}
	for _, on := range []string{"phone", "browser", "both"} {
		got := w.ask("PUT", "/api/v1/me/answer_on", w.as("anna"), fmt.Sprintf(`{"answer_on":%q}`, on)).wants(t, http.StatusOK, "")
		want := fmt.Sprintf(`"answer_on":%q`, on)
		if !strings.Contains(got.text, want) || !strings.Contains(w.ask("GET", "/api/v1/me", w.as("anna"), "").text, want) {
			t.Errorf("got %s, want %s", got.text, want)
		}
		until(desk, "member.changed", func(m Member) bool { return m.AnswerOn == on })
	}
	w.ask("PUT", "/api/v1/me/answer_on", w.as("anna"), `{"answer_on":"fax"}`).wants(t, http.StatusUnprocessableEntity, "request_invalid")
}

// M021: an operator is told how the others are doing, and nothing more of them.
func TestOperatorsAreToldEachOthersStatus(t *testing.T) {
	w := newWorld(t)
	w.sits("boris")
	anna := w.page("anna")
	for _, status := range []string{"busy", "pause", "online"} {
		w.ask("PUT", "/api/v1/me/status", w.as("boris"), fmt.Sprintf(`{"status":%q}`, status)).wants(t, http.StatusOK, "")
		until(anna, "colleague.changed", func(c Colleague) bool {
			return c == Colleague{ID: w.id("boris"), Name: "Boris", Status: status}
		})
	}
	w.ask("PUT", "/api/v1/me/status", w.as("boris"), `{"status":"away"}`).wants(t, http.StatusUnprocessableEntity, "request_invalid")
	if heard := anna.heard.String(); strings.Contains(heard, `"kind":"member.changed"`) {
		t.Errorf("an operator does not see the team:\n%s", heard)
	}
}
