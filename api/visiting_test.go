package api

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"sufler/routing"
	"sufler/routing/people"
	"sufler/routing/settings"
)

const firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:127.0) Gecko/20100101 Firefox/127.0"

// opens opens a page of the shop for a visitor and takes the answer to hello.
func (g shopper) opens(url string) (*screen, visitorWelcome) {
	g.w.t.Helper()
	p := g.w.dial(map[string]string{"Origin": shop, "User-Agent": firefox})
	p.say(fmt.Sprintf(`{"id":1,"do":"hello","data":{"as":"visitor","token":%q,"language":"cs","page":{"url":%q,"title":"Lampárna","referrer":"https://search.example/?q=lampa"}}}`, g.token, url))
	answer := p.read()
	if answer.OK == nil {
		g.w.t.Fatalf("hello: got %s", p.heard.String())
	}
	return p, read[visitorWelcome](g.w.t, string(answer.OK))
}

// does says something and takes its answer.
func (p *screen) does(do, data string) told {
	p.t.Helper()
	p.asked++
	id := 100 + p.asked
	p.say(fmt.Sprintf(`{"id":%d,"do":%q,"data":%s}`, id, do, data))
	for {
		if e := p.read(); e.ID == id {
			return e
		}
	}
}

// visitorsOf is the list of who is on the pages.
func (w *world) visitorsOf(login string) (ids []routing.VisitorID, list visitorsHere) {
	w.t.Helper()
	list = read[visitorsHere](w.t, w.ask("GET", "/api/v1/visitors", w.as(login), "").wants(w.t, http.StatusOK, "").text)
	for _, v := range list.Visitors {
		ids = append(ids, v.ID)
	}
	return ids, list
}

// I034, M095: whoever looks at a page is in the list of those who serve its widget, with
// what their browser and page tell; one browser is one visitor, however many pages.
func TestWhoLooksAtAPageIsListed(t *testing.T) {
	w := newWorld(t)
	_, err := w.settings.Parameters.Put(t.Context(), settings.Parameter{Name: "order", Title: "Objednávka", Most: 8, Shown: true})
	must(t, err)
	g := w.shopper()
	p, hello := g.opens("https://jan:secret@shop.example/lampa?token=x#a")
	if hello.Session != nil || hello.Visitor != (VisitorProfile{}) || hello.Now == "" {
		t.Errorf("got %+v", hello)
	}
	second, _ := g.opens("https://shop.example/")
	p.does("parameters.set", `{"order":1234567890,"colour":"red"}`)
	p.does("page.seen", `{"url":"https://shop.example/stolni","title":"Stolní\u0000 lampy"}`)
	for _, login := range []string{"anna", "sofia", "boris", "karel", "adam"} {
		ids, list := w.visitorsOf(login)
		if serves := login != "boris" && login != "karel"; !serves {
			if len(ids) != 0 || list.Total != 0 {
				t.Errorf("%s of another group sees %v", login, ids)
			}
			continue
		}
		if len(ids) != 1 || list.Total != 1 {
			t.Fatalf("%s sees %v", login, ids)
		}
		v := list.Visitors[0]
		if v.Number != 1 || !v.Here || v.HereSince == nil || v.Browser != "Firefox 127" || v.OS != "Windows 10/11" || v.Language != "cs" ||
			v.EntryURL != "https://shop.example/lampa?token=#a" || v.Referrer != "https://search.example/?q=lampa" || v.Widget != settings.DefaultWidget || v.Session != "" {
			t.Errorf("got %+v", v)
		}
		if v.Page == nil || v.Page.URL != "https://shop.example/stolni" || v.Page.Title != "Stolní lampy" || v.Page.At == "" {
			t.Errorf("got page %+v", v.Page)
		}
		if fmt.Sprint(v.Parameters) != "[{order Objednávka 12345678}]" {
			t.Errorf("got parameters %+v", v.Parameters)
		}
	}
	_ = p.ws.CloseNow()
	_ = second.ws.CloseNow()
	w.waitFor("the visitor has left", func() bool {
		_, list := w.visitorsOf("adam")
		return list.Total == 0
	})
}

// I034: a desk that shows who is on the pages is told of their coming, their way and
// their going.
func TestADeskIsToldOfVisitors(t *testing.T) {
	w := newWorld(t)
	desk, other := w.page("anna"), w.page("boris")
	for _, d := range []*screen{desk, other} {
		if got := d.does("visitors.watch", `{"on":true}`); got.OK == nil {
			t.Fatalf("got %+v", got)
		}
	}
	g := w.shopper()
	p, _ := g.opens("https://shop.example/")
	came := until(desk, "visitor.changed", func(v VisitorHere) bool { return v.Here })
	p.does("page.seen", `{"url":"https://shop.example/lampa","title":"Lampa"}`)
	until(desk, "visitor.changed", func(v VisitorHere) bool {
		return v.ID == came.ID && v.Page != nil && v.Page.URL == "https://shop.example/lampa"
	})
	_ = p.ws.CloseNow()
	until(desk, "visitor.left", func(v VisitorHere) bool { return v.ID == came.ID })
	desk.does("visitors.watch", `{"on":false}`)
	if heard := other.does("watch", `{"call":""}`); heard.OK == nil || strings.Contains(other.heard.String(), string(came.ID)) {
		t.Errorf("another group's desk was told:\n%s", other.heard.String())
	}
}

func TestADeskIsShownWhoIsThereAlready(t *testing.T) {
	w := newWorld(t)
	g := w.shopper()
	_, _ = g.opens("https://shop.example/")
	desk := w.page("anna")
	desk.say(`{"id":7,"do":"visitors.watch","data":{"on":true}}`)
	if list := read[visitorsHere](t, string(desk.next("visitors.snapshot").Data)); list.Total != 1 || len(list.Visitors) != 1 || !list.Visitors[0].Here {
		t.Errorf("got %+v", list)
	}
}

// What a visitor told of where they are reached is not for all who see them.
func TestContactsAreForThoseWhoMaySeeNumbers(t *testing.T) {
	w := newWorld(t)
	g := w.shopper()
	_, _ = g.opens("https://shop.example/")
	g.ask("PATCH", "/visitor", `{"name":"Jan","phone":"+420 777 000 001","email":"jan@example.com"}`).wants(t, http.StatusOK, "")
	for login, sees := range map[string]bool{"anna": false, "sofia": true, "adam": true} {
		_, list := w.visitorsOf(login)
		if v := list.Visitors[0]; v.Name != "Jan" || (v.Phone != "") != sees || (v.Email != "") != sees {
			t.Errorf("%s: got %+v", login, v)
		}
	}
}

// M091: a second visit with the token brings back what was told; another browser does
// not have it.
func TestAVisitorIsKnownAgainByTheirToken(t *testing.T) {
	w := newWorld(t)
	g := w.shopper()
	g.ask("PATCH", "/visitor", `{"name":"Jan"}`).wants(t, http.StatusNotFound, "visitor_unknown")
	p, _ := g.opens("https://shop.example/")
	got := g.ask("PATCH", "/visitor", `{"name":" Jan  Novák ","email":"jan@example.com","parameters":{"unknown":"x"}}`).wants(t, http.StatusOK, "")
	want := VisitorProfile{Name: "Jan Novák", Email: "jan@example.com"}
	if profile := read[VisitorProfile](t, got.text); profile != want {
		t.Errorf("got %+v", profile)
	}
	g.ask("PATCH", "/visitor", `{"email":"nonsense"}`).wants(t, http.StatusUnprocessableEntity, "email_invalid")
	g.ask("PATCH", "/visitor", `{"phone":"nonsense"}`).wants(t, http.StatusUnprocessableEntity, "phone_invalid")
	_ = p.ws.CloseNow()
	if _, again := g.opens("https://shop.example/"); again.Visitor != want {
		t.Errorf("got %+v", again.Visitor)
	}
	if _, other := w.shopper().opens("https://shop.example/"); other.Visitor != (VisitorProfile{}) {
		t.Errorf("another browser: got %+v", other.Visitor)
	}
}

// I022: without a token there is no hello, and nothing is kept; nor is it of a page that
// the widget may not be on.
func TestAPageThatMayNotBeKnownIsNot(t *testing.T) {
	w := newWorld(t)
	g := w.shopper()
	for _, c := range []struct{ origin, data, code string }{
		{shop, `{"as":"visitor"}`, "token_wrong"},
		{shop, `{"as":"visitor","token":"short"}`, "token_wrong"},
		{shop, `{"as":"visitor","token":"` + strings.Repeat("x", 201) + `"}`, "token_wrong"},
		{shop, `{"as":"visitor","widget":"none","token":"` + g.token + `"}`, "widget_unknown"},
		{"https://cafe.example", `{"as":"visitor","token":"` + g.token + `"}`, "origin_foreign"},
		{shop, `{"as":"visitor","page":5,"token":"` + g.token + `"}`, "message_invalid"},
	} {
		w.withCafe(nil)
		p := w.dial(map[string]string{"Origin": c.origin})
		p.say(`{"id":1,"do":"hello","data":` + c.data + `}`)
		if answer := p.read(); answer.Err == nil || read[Problem](t, string(answer.Err)).Code != c.code {
			t.Errorf("%s on %s: got %s", c.data, c.origin, p.heard.String())
		}
	}
	if ids, _ := w.visitorsOf("adam"); len(ids) != 0 {
		t.Errorf("got %v", ids)
	}
	if _, err := w.visitors.ByToken(t.Context(), g.token); err == nil {
		t.Error("a page of nowhere made a visitor")
	}
}

func TestAPageSaysOnlyWhatItMay(t *testing.T) {
	w := newWorld(t)
	p, _ := w.shopper().opens("https://shop.example/")
	for do, code := range map[string]string{
		`"page.seen","data":{"url":5}`:                                     "message_invalid",
		`"parameters.set","data":{"a":{}}`:                                 "message_invalid",
		`"visitors.watch","data":{"on":true}`:                              "message_unknown",
		`"watch","data":{"call":"x"}`:                                      "message_unknown",
		`"sound.take","data":{}`:                                           "message_unknown",
		`"page.seen","data":{"url":"javascript:alert(1)"}`:                 "",
		`"page.seen","data":{"url":"` + strings.Repeat("x", 60<<10) + `"}`: "",
		`"parameters.set","data":{"a":1,"b":true,"c":"x"}`:                 "",
	} {
		p.asked++
		p.say(fmt.Sprintf(`{"id":%d,"do":%s}`, 100+p.asked, do))
		answer := p.read()
		for answer.ID == 0 {
			answer = p.read()
		}
		refused := ""
		if answer.Err != nil {
			refused = read[Problem](t, string(answer.Err)).Code
		}
		if refused != code {
			t.Errorf("%.60s: got %q, want %q", do, refused, code)
		}
	}
	if _, list := w.visitorsOf("adam"); list.Visitors[0].Page.URL != "https://shop.example/" {
		t.Errorf("got %+v", list.Visitors[0].Page)
	}
}

// I009, C 11: a page is told when a way in opens, fills and closes.
func TestAPageIsToldHowTheDoorsAre(t *testing.T) {
	w := newWorld(t)
	p, _ := w.shopper().opens("https://shop.example/")
	state := func(want string) {
		t.Helper()
		until(p, "widget.changed", func(d WidgetDoors) bool { return d.State == want && len(d.Channels) > 0 })
	}
	state("offline")
	w.sits("anna")
	state("online")
	must(t, w.presence.SetStatus(w.id("anna"), people.Pause, ""))
	state("offline")
	must(t, w.presence.SetStatus(w.id("anna"), people.Online, ""))
	state("online")
}

// M036: who is kept out finds nobody, whatever they ask for, and is not told why; the
// list says who decided, and they come in again once that is lifted.
func TestWhoIsKeptOutFindsNobody(t *testing.T) {
	w := newWorld(t)
	w.sits("anna")
	g, s := w.chats()
	p, hello := g.opens("https://shop.example/")
	if hello.Session == nil || hello.Session.ID != s.ID {
		t.Fatalf("got %+v", hello)
	}
	until(p, "widget.changed", func(d WidgetDoors) bool { return d.State != "offline" })
	ban := func(login, body string) reply {
		return w.ask("POST", "/api/v1/sessions/"+string(s.ID)+"/ban", w.as(login), body)
	}
	ban("boris", `{"reason":"rude"}`).wants(t, http.StatusNotFound, "session_unknown")
	ban("anna", `{"reason":" "}`).wants(t, http.StatusUnprocessableEntity, "ban_reason_missing")
	ban("anna", `{"reason":"rude","until":"2020-01-01T00:00:00Z"}`).wants(t, http.StatusUnprocessableEntity, "ban_over")
	policy := w.settings.Policy()
	policy.OperatorsMayBan = false
	_, err := w.settings.Policies.Put(t.Context(), policy)
	must(t, err)
	ban("anna", `{"reason":"rude"}`).wants(t, http.StatusForbidden, "not_allowed")
	ban("sofia", `{"reason":"rude","until":null}`).wants(t, http.StatusNoContent, "")

	until(p, "widget.changed", func(d WidgetDoors) bool { return d.State == "offline" })
	w.waitFor("the session is over and says why", func() bool {
		now, entries := w.sessionOf("sofia", s.ID)
		return now.Outcome == "banned" && now.Visitor.Banned && slices.ContainsFunc(entries, func(e Entry) bool {
			return e.Kind == "visitor.banned" && e.By.ID == string(w.id("sofia")) && strings.Contains(string(e.Data), "rude")
		})
	})
	finds := func() {
		t.Helper()
		g.ask("POST", "/sessions", `{"text":"Haló?"}`).wants(t, http.StatusServiceUnavailable, "nobody_online")
		w.ask("POST", "/api/v1/callbacks", "", fmt.Sprintf(`{"number":"777000002","browser":%q}`, g.token), "Origin", shop).wants(t, http.StatusServiceUnavailable, "nobody_online")
		w.ask("POST", "/api/v1/talks", "", fmt.Sprintf(`{"browser":%q}`, g.token), "Origin", shop).wants(t, http.StatusServiceUnavailable, "nobody_online")
		made := read[Invitation](t, w.ask("POST", "/api/v1/invitations", w.as("anna"), `{}`).text)
		g.ask("POST", "/sessions", fmt.Sprintf(`{"kind":"invitation","code":%q}`, made.Code)).wants(t, http.StatusServiceUnavailable, "nobody_online")
	}
	finds()
	again, _ := g.opens("https://shop.example/")
	until(again, "widget.changed", func(d WidgetDoors) bool { return d.State == "offline" })
	for _, heard := range []string{p.heard.String(), again.heard.String()} {
		if strings.Contains(heard, "rude") || strings.Contains(heard, "ban") {
			t.Errorf("the visitor was told:\n%s", heard)
		}
	}
	w.ask("DELETE", "/api/v1/bans/"+string(s.Visitor.ID), w.as("adam"), "").wants(t, http.StatusNoContent, "")
	until(again, "widget.changed", func(d WidgetDoors) bool { return d.State != "offline" })
	g.ask("POST", "/sessions", `{"text":"Haló?"}`).wants(t, http.StatusAccepted, "")
}

// The number that a visitor who is kept out was to be phoned at is not called, whoever
// asks.
func TestTheNumberOfWhoIsKeptOutIsNotCalled(t *testing.T) {
	w := newWorld(t)
	v := w.known("jan")
	_, err := w.visitors.Ban(t.Context(), routing.Ban{Visitor: v.ID, Number: visitorPhone, Reason: "rude", By: w.id("anna")})
	must(t, err)
	for _, token := range []string{"", "secret-of-the-crm"} {
		w.ask("POST", "/api/v1/callbacks", token, `{"number":"777 000 001"}`, "Origin", shop).wants(t, http.StatusServiceUnavailable, "nobody_online")
	}
	w.ask("POST", "/api/v1/callbacks", "", `{"number":"777 000 002"}`, "Origin", shop).wants(t, http.StatusAccepted, "")
}

// M098, I001: a visitor browses until they ask for something; whoever has the session
// sees where they go, as it happens and in order, the pages before it as well.
func TestAnOperatorSeesWhereTheVisitorGoes(t *testing.T) {
	w := newWorld(t)
	desk := w.sits("anna")
	g := w.shopper()
	p, _ := g.opens("https://shop.example/")
	p.does("page.seen", `{"url":"https://shop.example/stolni","title":"Stolní"}`)
	if _, list := w.visitorsOf("anna"); !list.Visitors[0].Browsing {
		t.Errorf("got %+v", list.Visitors[0])
	}
	g.begins("Máte žlutou lampu?")
	s := w.takes("anna")
	if _, list := w.visitorsOf("anna"); list.Visitors[0].Browsing || list.Visitors[0].Session != s.ID {
		t.Errorf("got %+v", list.Visitors[0])
	}
	p.does("page.seen", `{"url":"https://shop.example/kosik","title":"Košík"}`)
	var urls []string
	seen := func(e Entry) {
		var page struct{ URL, At string }
		if e.Kind != "page.seen" {
			return
		}
		if page = read[struct{ URL, At string }](t, string(e.Data)); page.At == "" || e.By.Role != "visitor" {
			t.Errorf("got %+v", e)
		}
		urls = append(urls, page.URL)
	}
	for !slices.Contains(urls, "https://shop.example/kosik") {
		seen(read[struct{ Entry Entry }](t, string(desk.next("entry.added").Data)).Entry)
	}
	urls = nil
	_, entries := w.sessionOf("anna", s.ID)
	for _, e := range entries {
		seen(e)
	}
	if want := "[https://shop.example/ https://shop.example/stolni https://shop.example/lampa https://shop.example/kosik]"; fmt.Sprint(urls) != want {
		t.Errorf("got %v\nwant %s", urls, want)
	}
	if strings.Contains(p.heard.String(), "page.seen") {
		t.Errorf("the visitor is told that they are watched:\n%s", p.heard.String())
	}
}

// I007: every page of one visitor is told the same, and one that comes later what it has
// missed.
func TestEveryPageOfAVisitorIsToldTheSame(t *testing.T) {
	w := newWorld(t)
	w.sits("anna")
	g := w.shopper()
	first, _ := g.opens("https://shop.example/")
	second, _ := g.opens("https://shop.example/lampa")
	g.begins("Máte žlutou lampu?")
	s := w.takes("anna")
	w.ask("POST", "/api/v1/sessions/"+string(s.ID)+"/messages", w.as("anna"), `{"id":"1","text":"Máme dvě."}`).wants(t, http.StatusOK, "")
	hears := func(p *screen) {
		t.Helper()
		until(p, "entry.added", func(added struct{ Entry Entry }) bool {
			return added.Entry.Kind == "chat.said" && strings.Contains(string(added.Entry.Data), "Máme dvě.")
		})
	}
	hears(first)
	hears(second)
	third, hello := g.opens("https://shop.example/kosik")
	if hello.Session == nil || hello.Session.ID != s.ID {
		t.Fatalf("got %+v", hello)
	}
	hears(third)
	if ids, _ := w.visitorsOf("anna"); len(ids) != 1 {
		t.Errorf("got %v", ids)
	}
}

// A page that makes up visitors fills no list; who is known comes in still.
func TestNewVisitorsOfOneAddressAreCounted(t *testing.T) {
	w := newWorld(t)
	known := w.known("jan")
	for n := range comersPerAddress {
		must(t, w.server.mayCome(t.Context(), tokenOf(fmt.Sprint(n)), "203.0.113.7"))
	}
	if err := w.server.mayCome(t.Context(), tokenOf("new"), "203.0.113.7"); !isRefusal(err, "visitor_too_often") {
		t.Errorf("one more: got %v", err)
	}
	must(t, w.server.mayCome(t.Context(), tokenOf("jan"), "203.0.113.7"))
	must(t, w.server.mayCome(t.Context(), tokenOf("new"), "203.0.113.8"))
	if known.Number != 1 {
		t.Errorf("got %+v", known)
	}
}

// M055: who brings an invitation waits at the operator who has invited, and nobody else
// gets them.
func TestAGuestWaitsForWhoHasInvited(t *testing.T) {
	w := newWorld(t)
	w.sits("anna")
	w.sits("sofia")
	made := read[Invitation](t, w.ask("POST", "/api/v1/invitations", w.as("sofia"), `{"once":true}`).wants(t, http.StatusCreated, "").text)
	begin := func(g shopper, code string) reply {
		return g.ask("POST", "/sessions", fmt.Sprintf(`{"kind":"invitation","code":%q}`, code))
	}
	guest := w.shopper()
	s := read[VisitorSession](t, begin(guest, made.Code).wants(t, http.StatusAccepted, "").text)
	if s.Kind != "invitation" || s.State != "waiting" {
		t.Errorf("got %+v", s)
	}
	place := w.line.Snapshot().Places[0]
	w.ask("POST", "/api/v1/waiting/"+string(place.ID)+"/accept", w.as("anna"), "").wants(t, http.StatusForbidden, "not_allowed")
	begin(w.shopper(), made.Code).wants(t, http.StatusGone, "invitation_old")
	begin(w.shopper(), "0000-0000").wants(t, http.StatusNotFound, "invitation_wrong")
	w.ask("POST", "/api/v1/waiting/"+string(place.ID)+"/accept", w.as("sofia"), "").wants(t, http.StatusAccepted, "")
}
