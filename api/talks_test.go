package api

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// begin asks for a talk as a visitor on an allowed page does.
func (w *world) begin() Talk {
	w.t.Helper()
	answer := w.ask("POST", "/api/v1/talks", "", `{"name":"Jan Novák","browser":"b1","language":"cs"}`, "Origin", shop)
	return read[Talk](w.t, answer.wants(w.t, http.StatusAccepted, "").text)
}

// visits opens the page of a talk and takes what it is told at first.
func (w *world) visits(talk Talk) *screen {
	w.t.Helper()
	p := w.dial(map[string]string{"Origin": shop})
	p.say(fmt.Sprintf(`{"id":1,"do":"hello","data":{"as":"visitor","talk":%q,"token":%q,"language":"cs"}}`, talk.ID, talk.Token))
	p.answer(1).wants(w.t, "")
	p.next("leg.changed")
	return p
}

// accepts lets anna take who waits in her desk.
func (w *world) accepts(desk *screen) Call {
	w.t.Helper()
	offer := read[Offer](w.t, string(desk.next("offer.made").Data))
	answer := w.ask("POST", "/api/v1/waiting/"+string(offer.Place.ID)+"/accept", w.as("anna"), "").wants(w.t, http.StatusAccepted, "")
	return read[struct{ Call Call }](w.t, answer.text).Call
}

func (p *screen) talkIs(state string) Talk {
	p.t.Helper()
	return until(p, "talk.changed", func(t Talk) bool { return t.State == state })
}

// W002: the whole of a talk as the visitor sees it.
func TestAVisitorIsToldEachStepOfATalk(t *testing.T) {
	w := newWorld(t)
	w.presence.PhoneChanged("101", true)
	desk, talk := w.page("anna"), w.begin()
	if talk.Token == "" || talk.Leg == "" || talk.State != "waiting" || talk.Queue != "Orders" || talk.Operator != "" || talk.WaitMS != nil {
		t.Errorf("got %+v", talk)
	}
	path := "/api/v1/talks/" + string(talk.ID)
	shown := w.ask("GET", path, talk.Token, "", "Origin", shop).wants(t, http.StatusOK, "")
	if strings.Contains(shown.text, talk.Token) || shown.Header.Get("Access-Control-Allow-Origin") != shop {
		t.Errorf("got %s %v", shown.text, shown.Header)
	}
	guest := w.visits(talk)
	c := w.accepts(desk)
	if c.Kind != "web" || c.Client.Name != "Jan Novák" {
		t.Errorf("got %+v", c)
	}
	guest.talkIs("agent_found")
	guest.asks(2, "sound.offer", fmt.Sprintf(`{"leg":%q,"sdp":"v=0"}`, talk.Leg)).wants(t, "")
	w.answers("101")
	if got := guest.talkIs("talking"); got.Operator != "Anna" || got.TalkedAt == nil || got.Token != "" {
		t.Errorf("got %+v", got)
	}
	talking := until(desk, "call.changed", func(c Call) bool { return c.State == "talking" })
	if talking.Client.By != "browser" || talking.Agent == nil || talking.Client.LostUntil != nil {
		t.Errorf("got %+v", talking)
	}
	guest.asks(3, "sound.end", fmt.Sprintf(`{"leg":%q}`, talk.Leg)).wants(t, "")
	for range 2 { // the second time too
		w.ask("DELETE", path, talk.Token, "", "Origin", shop).wants(t, http.StatusOK, "")
	}
	if got := guest.talkIs("ended"); got.Reason != "talked" || got.EndedAt == nil {
		t.Errorf("got %+v", got)
	}
	until(desk, "call.changed", func(c Call) bool { return c.State == "ended" })
}

func TestATalkIsItsVisitorsOnly(t *testing.T) {
	w := newWorld(t)
	talk := w.begin()
	path := "/api/v1/talks/" + string(talk.ID)
	for _, token := range []string{"", "wrong", w.as("anna"), "secret-of-the-crm"} {
		w.ask("GET", path, token, "").wants(t, http.StatusNotFound, "talk_unknown")
		w.ask("DELETE", path, token, "").wants(t, http.StatusNotFound, "talk_unknown")
		p := w.dial(nil)
		p.say(fmt.Sprintf(`{"id":1,"do":"hello","data":{"as":"visitor","talk":%q,"token":%q}}`, talk.ID, token))
		p.answer(1).wants(t, "talk_unknown")
	}
	other := w.dial(nil)
	c := w.callMe()
	other.say(fmt.Sprintf(`{"id":1,"do":"hello","data":{"as":"visitor","callback":%q,"token":%q}}`, c.ID, c.Token))
	other.answer(1).wants(t, "")
	w.ask("DELETE", path, talk.Token, "").wants(t, http.StatusOK, "")
	w.ask("DELETE", "/api/v1/callbacks/"+string(c.ID), c.Token, "").wants(t, http.StatusOK, "")
	until(other, "callback.changed", func(c Callback) bool { return c.State == "ended" })
	if strings.Contains(other.heard.String(), string(talk.ID)) {
		t.Errorf("a visitor was told of another's talk:\n%s", other.heard.String())
	}
}

func TestTalksAreRefusedWhereTheyCannotBe(t *testing.T) {
	w := newWorld(t, func(o *Options) { o.Demo, o.TrustedProxies = nil, prefixes("127.0.0.0/8") })
	begin := func(body string, headers ...string) reply {
		return w.ask("POST", "/api/v1/talks", "", body, headers...)
	}
	begin(`{}`).wants(t, http.StatusUnauthorized, "token_wrong")
	begin(`{}`, "Origin", foreignO).wants(t, http.StatusForbidden, "origin_foreign")
	w.ask("POST", "/api/v1/talks", "secret-of-the-crm", `{}`).wants(t, http.StatusUnauthorized, "token_wrong") // a server has no voice
	begin(`{"queue":"Nowhere"}`, "Origin", shop).wants(t, http.StatusNotFound, "queue_unknown")
	for i := range talksPerAddress {
		begin(fmt.Sprintf(`{"browser":"b%d"}`, i), "Origin", shop, "X-Forwarded-For", "203.0.113.7").wants(t, http.StatusAccepted, "")
	}
	begin(`{"browser":"new"}`, "Origin", shop, "X-Forwarded-For", "203.0.113.7").wants(t, http.StatusTooManyRequests, "talk_too_often")
	begin(`{"browser":"new"}`, "Origin", shop, "X-Forwarded-For", "203.0.113.8").wants(t, http.StatusAccepted, "")
	w.notReady = fmt.Errorf("planted")
	begin(`{"browser":"late"}`, "Origin", shop).wants(t, http.StatusInternalServerError, "internal")

	off := newWorld(t, func(o *Options) { o.Widget.Talks = false })
	off.ask("POST", "/api/v1/talks", "", `{}`, "Origin", shop).wants(t, http.StatusServiceUnavailable, "channel_off")
	for _, of := range []struct {
		w    *world
		want string
	}{{w, `"talk":{"enabled":true}`}, {off, `"talk":{"enabled":false}`}} {
		if got := of.w.ask("GET", "/api/v1/widget", "", "", "Origin", shop); !strings.Contains(got.text, of.want) {
			t.Errorf("got %s, want %s", got.text, of.want)
		}
	}
}

// W002: every byte that a visitor is sent, over HTTP and WebSocket, is the same
// with a supervisor in the call and without.
func TestAVisitorCannotTellASupervisedTalk(t *testing.T) {
	plain, _ := visit(t, false)
	supervised, secrets := visit(t, true)
	if len(plain) < 8 || !slices.Equal(plain, supervised) {
		t.Errorf("without a supervisor:\n%s\nwith one:\n%s", strings.Join(plain, "\n"), strings.Join(supervised, "\n"))
	}
	for _, line := range supervised {
		for _, secret := range secrets {
			if strings.Contains(line, secret) {
				t.Errorf("the visitor was told %q: %s", secret, line)
			}
		}
	}
}

// visit returns what a visitor was sent in a talk, a line for each answer and event.
func visit(t *testing.T, supervised bool) (lines, secrets []string) {
	t.Helper()
	w := newWorld(t)
	w.presence.PhoneChanged("101", true)
	desk, talk := w.page("anna"), w.begin()
	path := "/api/v1/talks/" + string(talk.ID)
	guest := w.visits(talk)
	c := w.accepts(desk)
	guest.talkIs("agent_found")
	guest.asks(2, "sound.offer", fmt.Sprintf(`{"leg":%q,"sdp":"v=0"}`, talk.Leg))
	w.answers("101")
	guest.talkIs("talking")
	if supervised {
		secrets = w.supervises(c)
	}
	answers := w.ask("GET", path, talk.Token, "", "Origin", shop).text + w.ask("DELETE", path, talk.Token, "", "Origin", shop).text
	guest.talkIs("ended")
	until(desk, "call.changed", func(c Call) bool { return c.State == "ended" })
	w.server.Close()
	guest.closed()
	return alike(answers + guest.heard.String()), secrets
}

// supervises lets sofia go through every mode and leave.
func (w *world) supervises(c Call) (secrets []string) {
	w.t.Helper()
	w.presence.PhoneChanged("201", true)
	boss := w.page("sofia")
	path := "/api/v1/calls/" + string(c.ID) + "/supervision"
	w.ask("POST", path, w.as("sofia"), `{"mode":"listen"}`).wants(w.t, http.StatusAccepted, "")
	w.answers("201")
	seen := until(boss, "call.changed", func(c Call) bool { return c.Supervisor != nil && c.Supervisor.State == "talking" })
	for _, mode := range []string{"whisper", "barge", "listen"} {
		w.ask("PATCH", path, w.as("sofia"), fmt.Sprintf(`{"mode":%q}`, mode)).wants(w.t, http.StatusOK, "")
	}
	w.ask("DELETE", path, w.as("sofia"), "").wants(w.t, http.StatusNoContent, "")
	until(boss, "call.changed", func(c Call) bool { return c.Supervisor == nil })
	return []string{"Sofia", "201", "listen", "whisper", "barge", "supervis", string(w.id("sofia")), string(seen.Supervisor.Party), string(c.ID)}
}

// What differs between two runs in any case.
var (
	anyID   = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)
	anyTime = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`)
	anySeq  = regexp.MustCompile(`"seq":\d+`)
)

// alike makes the lines of two runs comparable. Their order is left out: a leg and
// a talk change in goroutines of their own.
func alike(text string) []string {
	text = anySeq.ReplaceAllString(anyTime.ReplaceAllString(anyID.ReplaceAllString(text, "ID"), "TIME"), `"seq":N`)
	lines := strings.Split(strings.TrimSpace(text), "\n")
	slices.Sort(lines)
	return lines
}
