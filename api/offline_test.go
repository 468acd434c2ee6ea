package api

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"sufler/routing"
	"sufler/routing/settings"
)

const left = `{"name":"Jan Novák","email":"jan@example.com","text":"Zavolejte mi","page":"https://shop.example/lamp","language":"cs","browser":"b1","consent":true}`

func (w *world) leave(body string, headers ...string) reply {
	w.t.Helper()
	return w.ask("POST", "/api/v1/widgets/default/messages", "", body, append([]string{"Origin", shop}, headers...)...)
}

// widgetWith changes the default widget.
func (w *world) widgetWith(change func(*settings.Widget)) {
	w.t.Helper()
	widget, ok := w.settings.Widget("")
	if !ok {
		w.t.Fatal("there is no default widget")
	}
	change(&widget)
	_, err := w.settings.Widgets.Put(w.t.Context(), widget)
	must(w.t, err)
}

// M025, PRODUCT B10: what is left while nobody is there reaches the mailbox and the list.
func TestAMessageThatIsLeftIsMissedAndMailed(t *testing.T) {
	w := newWorld(t)
	w.widgetWith(func(s *settings.Widget) { s.OfflineMail = "info@shop.example" })
	answer := w.leave(left, "Idempotency-Key", "k1").wants(t, http.StatusAccepted, "")
	id := read[struct{ ID string }](t, answer.text).ID
	if again := w.leave(left, "Idempotency-Key", "k1").wants(t, http.StatusAccepted, ""); again.text != answer.text {
		t.Errorf("the same key: got %s, want %s", again.text, answer.text)
	}
	list := read[missedAnswer](t, w.ask("GET", "/api/v1/missed", w.as("anna"), "").wants(t, http.StatusOK, "").text)
	if len(list.Missed) != 1 {
		t.Fatalf("got %+v, want one", list)
	}
	if m := list.Missed[0]; string(m.ID) != id || m.Reason != "offline" || m.Kind != "" || m.Queue != "Orders" || m.Email != "jan@example.com" ||
		m.Text != "Zavolejte mi" || m.Page != "https://shop.example/lamp" || m.Language != "cs" {
		t.Errorf("got %+v", m)
	}
	sum, err := w.store.MailSummary(t.Context())
	if err != nil || sum.Waiting != 1 || w.letters.woken != 1 {
		t.Errorf("got %d mails, %v, woken %d times", sum.Waiting, err, w.letters.woken)
	}
}

func TestWhoMayLeaveAMessageAndWhat(t *testing.T) {
	for _, c := range []struct {
		name, body string
		headers    []string
		change     func(*settings.Widget)
		status     int
		code       string
	}{
		{name: "a page of the widget", body: left, headers: []string{"Origin", shop, "Sec-Fetch-Site", "cross-site"}, status: http.StatusAccepted},
		{name: "a foreign page", body: left, headers: []string{"Origin", foreignO}, status: http.StatusForbidden, code: "origin_foreign"},
		{name: "no page", body: left, headers: []string{}, status: http.StatusUnauthorized, code: "token_wrong"},
		{name: "nothing", body: `{"text":" ","email":"a@example.com"}`, status: http.StatusUnprocessableEntity, code: "text_missing"},
		{name: "too much", body: fmt.Sprintf(`{"text":%q,"email":"a@example.com"}`, strings.Repeat("x", 4001)), status: http.StatusUnprocessableEntity, code: "request_invalid"},
		{name: "no answer possible", body: `{"text":"x"}`, status: http.StatusUnprocessableEntity, code: "contact_missing"},
		{name: "no address", body: `{"text":"x","email":"a"}`, status: http.StatusUnprocessableEntity, code: "mail_address_invalid"},
		{name: "no number", body: `{"text":"x","phone":"a"}`, status: http.StatusUnprocessableEntity, code: "number_invalid"},
		{
			name: "no consent", body: `{"text":"x","email":"a@example.com"}`, change: func(s *settings.Widget) { s.Consent.Ask = true },
			status: http.StatusUnprocessableEntity, code: "consent_missing",
		},
		{name: "a long key", body: left, headers: []string{"Origin", shop, "Idempotency-Key", strings.Repeat("k", 201)}, status: http.StatusUnprocessableEntity, code: "key_invalid"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, func(o *Options) { o.Demo = nil })
			if c.change != nil {
				w.widgetWith(c.change)
			}
			if c.headers == nil {
				c.headers = []string{"Origin", shop}
			}
			w.ask("POST", "/api/v1/widgets/default/messages", "", c.body, c.headers...).wants(t, c.status, c.code)
		})
	}
	w := newWorld(t)
	w.ask("POST", "/api/v1/widgets/none/messages", "", left, "Origin", shop).wants(t, http.StatusNotFound, "widget_unknown")
}

func TestABrowserAndAnAddressLeaveSoManyMessages(t *testing.T) {
	w := newWorld(t, func(o *Options) { o.Demo, o.TrustedProxies = nil, prefixes("127.0.0.0/8") })
	next := 0
	leave := func(browser, address string) reply {
		next++
		return w.leave(strings.Replace(left, "b1", browser, 1), "X-Forwarded-For", address)
	}
	for range 3 { // of the rig
		leave("b1", "203.0.113.7").wants(t, http.StatusAccepted, "")
	}
	leave("b1", "203.0.113.7").wants(t, http.StatusTooManyRequests, "offline_too_often")
	for i := range messagesPerAddress - 4 {
		leave(fmt.Sprint("new", i), "203.0.113.7").wants(t, http.StatusAccepted, "")
	}
	leave("one more", "203.0.113.7").wants(t, http.StatusTooManyRequests, "offline_too_often")
	leave("b2", "203.0.113.8").wants(t, http.StatusAccepted, "")
	if n, err := w.store.CountMissed(t.Context(), routing.MissedFilter{Everywhere: true}); err != nil || n != messagesPerAddress {
		t.Errorf("got %d, %v, want %d", n, err, messagesPerAddress)
	}
}

// Who is kept out notices nothing, and reaches nobody.
func TestAMessageOfSomebodyWhoIsKeptOutReachesNobody(t *testing.T) {
	w := newWorld(t)
	token := strings.Repeat("b", 43)
	v, err := w.visitors.Known(t.Context(), token, "cs")
	must(t, err)
	leave := func() string {
		return read[struct{ ID string }](t, w.leave(strings.Replace(left, "b1", token, 1)).wants(t, http.StatusAccepted, "").text).ID
	}
	first := leave()
	_, err = w.visitors.Ban(t.Context(), routing.Ban{Visitor: v.ID, Reason: "rude", By: w.id("anna")})
	must(t, err)
	if second := leave(); second == "" || second == first {
		t.Errorf("got %q after %q", second, first)
	}
	list := read[missedAnswer](t, w.ask("GET", "/api/v1/missed", w.as("adam"), "").wants(t, http.StatusOK, "").text)
	if len(list.Missed) != 1 || string(list.Missed[0].ID) != first || list.Missed[0].Visitor != v.ID {
		t.Errorf("got %+v, want the one from before", list.Missed)
	}
}
