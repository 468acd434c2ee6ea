package api

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// overLine is a page on a line in a test.
type overLine struct {
	w       *world
	headers []string
	id      string
	said    int
	last    uint64
	frames  []told
	heard   strings.Builder
}

// line opens a line with a hello and takes its answer.
func (w *world) openLine(hello string, headers ...string) (*overLine, told) {
	w.t.Helper()
	p := &overLine{w: w, headers: headers}
	got := w.ask("POST", linePath, "", `{"id":1,"do":"hello","data":`+hello+`}`, append([]string{"Content-Type", "text/plain"}, headers...)...)
	b := p.take(got.wants(w.t, http.StatusOK, ""))
	p.id = b.Line
	answer := p.frames[0]
	p.frames = p.frames[1:]
	return p, answer
}

func (p *overLine) take(r reply) LineBatch {
	p.w.t.Helper()
	p.heard.WriteString(r.text + "\n")
	b := read[LineBatch](p.w.t, r.text)
	p.last = b.Last
	for _, f := range b.Frames {
		p.frames = append(p.frames, read[told](p.w.t, string(f)))
	}
	return b
}

func (p *overLine) say(text string) {
	p.w.t.Helper()
	got := p.w.ask("POST", fmt.Sprintf("%s/%s?first=%d", linePath, p.id, p.said+1), "", text, append([]string{"Content-Type", "text/plain"}, p.headers...)...)
	p.said = read[struct{ Taken int }](p.w.t, got.wants(p.w.t, http.StatusOK, "").text).Taken
}

// next reads until a frame is what is wanted.
func (p *overLine) next(what string, wanted func(told) bool) told {
	p.w.t.Helper()
	for {
		for len(p.frames) > 0 {
			f := p.frames[0]
			if p.frames = p.frames[1:]; wanted(f) {
				return f
			}
		}
		got := p.w.ask("GET", fmt.Sprintf("%s/%s?after=%d", linePath, p.id, p.last), "", "", p.headers...).wants(p.w.t, http.StatusOK, "")
		if b := p.take(got); b.Over != "" {
			p.w.t.Fatalf("%s: the line is over: %s; heard so far:\n%s", what, b.Over, p.heard.String())
		}
	}
}

func (p *overLine) answer(id int64) told {
	p.w.t.Helper()
	return p.next(fmt.Sprint("answer ", id), func(f told) bool { return f.Kind == "" && f.ID == id })
}

func helloOf(c Callback) string {
	return fmt.Sprintf(`{"as":"visitor","callback":%q,"token":%q}`, c.ID, c.Token)
}

func TestAVisitorIsToldOverALineWhatAWebSocketTells(t *testing.T) {
	w := newWorld(t)
	c := w.callMe()
	page, answer := w.openLine(helloOf(c), "Origin", shop)
	if answer.ID != 1 || !strings.Contains(string(answer.OK), `"state":"waiting"`) {
		t.Fatalf("got %s", page.heard.String())
	}
	page.say("{\"id\":2,\"do\":\"fly\"}\n{\"id\":3,\"do\":\"fly\"}\n")
	for id := int64(2); id <= 3; id++ {
		if got := page.answer(id); !strings.Contains(string(got.Err), "message_unknown") {
			t.Errorf("got %s", got.Err)
		}
	}
	w.ask("DELETE", "/api/v1/callbacks/"+string(c.ID), c.Token, "", "Origin", shop).wants(t, http.StatusOK, "")
	page.next("the end", func(f told) bool {
		return f.Kind == "callback.changed" && strings.Contains(string(f.Data), `"reason":"cancelled"`)
	})
	if got := w.ask("GET", linePath+"/"+page.id+"?after=0", "", "", "Origin", shop); got.Header.Get("Access-Control-Allow-Origin") != shop {
		t.Errorf("the page may not read the answer: %v", got.Header)
	}
	w.ask("DELETE", linePath+"/"+page.id, "", "", "Origin", shop).wants(t, http.StatusNoContent, "")
	w.ask("GET", linePath+"/"+page.id+"?after=0", "", "", "Origin", shop).wants(t, http.StatusNotFound, "line_unknown")
}

func TestADeskWorksOverALine(t *testing.T) {
	w := newWorld(t, func(o *Options) { o.Demo = nil })
	cookie := []string{"Cookie", "sufler=" + w.as("anna"), "Origin", w.http.URL}
	page, answer := w.openLine(`{"as":"desk"}`, cookie...)
	if !strings.Contains(string(answer.OK), `"login":"anna"`) {
		t.Fatalf("got %s", page.heard.String())
	}
	page.next("the desk", func(f told) bool { return f.Kind == "desk.snapshot" })
	page.say(`{"id":2,"do":"sound.take","data":{"force":false}}`)
	if got := page.answer(2); string(got.OK) != `{"here":true}` {
		t.Errorf("got %s", got.OK)
	}
	if m, _ := w.presence.Member(w.id("anna")); !m.Sound {
		t.Error("the page was not taken for a desk")
	}
	w.ask("DELETE", linePath+"/"+page.id, "", "", cookie...).wants(t, http.StatusNoContent, "")
	w.waitFor("anna has left", func() bool { m, _ := w.presence.Member(w.id("anna")); return !m.Sound })
}

func TestALineIsForThePagesOfAWebSocket(t *testing.T) {
	w := newWorld(t)
	hello := `{"id":1,"do":"hello","data":` + helloOf(w.callMe()) + `}`
	for name, headers := range map[string][]string{
		"a foreign page":                     {"Origin", foreignO},
		"a foreign page with a token":        {"Origin", foreignO, "Authorization", "Bearer x"},
		"a foreign page without its address": {"Sec-Fetch-Site", "cross-site"},
		"a page without an origin":           {"Origin", "null"},
	} {
		got := w.ask("POST", linePath, "", hello, headers...)
		if got.StatusCode != http.StatusForbidden || !strings.Contains(got.text, "origin_foreign") {
			t.Errorf("%s: got %d %s", name, got.StatusCode, got.text)
		}
	}
	for _, hello := range []string{fmt.Sprintf(`{"as":"desk","token":%q}`, w.as("adam")), `{"as":"stage"}`} {
		page, answer := w.openLine(hello, "Origin", shop)
		if page.id != "" || !strings.Contains(string(answer.Err), `"origin_foreign"`) {
			t.Errorf("a widget's page opened a desk: %s", page.heard.String())
		}
	}
	page, answer := w.openLine(`{"as":"visitor","callback":"0199-nothing","token":"x"}`, "Origin", shop)
	if page.id != "" || !strings.Contains(string(answer.Err), `"callback_unknown"`) || !strings.Contains(page.heard.String(), `"over":"refused"`) {
		t.Errorf("got %s", page.heard.String())
	}
}

func TestWhatALineCannotTakeIsAnsweredWithAnError(t *testing.T) {
	w := newWorld(t)
	page, _ := w.openLine(helloOf(w.callMe()), "Origin", shop)
	page.say(`{"id":2,"do":"` + strings.Repeat("x", maxBody) + `"}` + "\ngarbage")
	if got := page.answer(2); !strings.Contains(string(got.Err), "message_too_long") {
		t.Errorf("got %s", got.Err)
	}
	if got := page.answer(0); !strings.Contains(string(got.Err), "message_invalid") {
		t.Errorf("got %s", got.Err)
	}
	to := fmt.Sprintf("%s/%s?first=3", linePath, page.id)
	w.ask("POST", to, "", strings.Repeat("x", lineBody+1), "Origin", shop).wants(t, http.StatusRequestEntityTooLarge, "body_too_large")
	for _, path := range []string{page.id + "?first=5", page.id + "?first=0", page.id, page.id + "?first=x"} {
		w.ask("POST", linePath+"/"+path, "", "{}", "Origin", shop).wants(t, http.StatusUnprocessableEntity, "request_invalid")
	}
	w.ask("GET", linePath+"/"+page.id+"?after=1000", "", "", "Origin", shop).wants(t, http.StatusUnprocessableEntity, "request_invalid")
	page.say(`{"id":4,"do":"fly"}`)
	if got := page.answer(4); !strings.Contains(string(got.Err), "message_unknown") {
		t.Errorf("got %s", got.Err)
	}
}

// A guesser is soon refused, and those who have a line at the same address are not.
func TestWhoGuessesLinesIsHeld(t *testing.T) {
	w := newWorld(t, func(o *Options) { o.Demo, o.TrustedProxies = nil, prefixes("127.0.0.0/8") })
	guesser := []string{"Origin", shop, "X-Forwarded-For", "203.0.113.7"}
	page, _ := w.openLine(helloOf(w.callMe()), guesser...)
	guess := func(method, path string) reply { return w.ask(method, linePath+"/guess"+path, "", "{}", guesser...) }
	guess("GET", "?after=0").wants(t, http.StatusNotFound, "line_unknown")
	guess("POST", "?first=1").wants(t, http.StatusNotFound, "line_unknown")
	guess("DELETE", "").wants(t, http.StatusNotFound, "line_unknown")
	for w.server.lines.take("203.0.113.7") { // and so on
	}
	guess("GET", "?after=0").wants(t, http.StatusTooManyRequests, "line_too_often")
	w.ask("POST", linePath, "", `{"id":1,"do":"hello"}`, guesser...).wants(t, http.StatusTooManyRequests, "line_too_often")
	page.say(`{"id":2,"do":"fly"}`)
	page.answer(2)
	w.ask("GET", linePath+"/guess?after=0", "", "", "Origin", shop, "X-Forwarded-For", "203.0.113.8").wants(t, http.StatusNotFound, "line_unknown")
}
