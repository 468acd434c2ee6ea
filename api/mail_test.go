package api

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"sufler/routing"
)

func TestAnOwnerIsToldHowMailIs(t *testing.T) {
	w := newWorld(t)
	w.letters.change(func(l *letters) { l.off = true })
	off := read[MailState](t, w.ask("GET", "/api/v1/settings/mail", w.as("adam"), "").wants(t, http.StatusOK, "").text)
	if off.SetUp || off.LastFailure != nil || off.LastSentAt != nil {
		t.Errorf("got %+v", off)
	}
	noon := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	w.letters.change(func(l *letters) {
		l.off = false
		l.summary = routing.MailSummary{Waiting: 2, LastSent: noon, LastFailed: routing.Mail{
			ID: "1", To: "jan@example.com", Subject: "Přepis", Answer: "550 no such mailbox", State: routing.MailFailed, FailedAt: noon,
		}}
	})
	on := read[MailState](t, w.ask("GET", "/api/v1/settings/mail", w.as("adam"), "").wants(t, http.StatusOK, "").text)
	if !on.SetUp || on.From != "info@shop.example" || on.Waiting != 2 || on.LastSentAt == nil || on.LastFailure == nil ||
		*on.LastFailure != (MailFailure{At: "2026-11-20T12:00:00.000Z", To: "jan@example.com", Subject: "Přepis", Answer: "550 no such mailbox", GivenUp: true}) {
		t.Errorf("got %+v, failure %+v", on, on.LastFailure)
	}
}

// PRODUCT B13: the mail server's own answer, in the words of the reader's language.
func TestATestMailIsAnsweredWithTheServersOwnWords(t *testing.T) {
	w := newWorld(t)
	test := func(to string) reply {
		return w.ask("POST", "/api/v1/settings/mail/test", w.as("adam"), `{"to":"`+to+`"}`, "Accept-Language", "cs")
	}
	if got := test("adam@shop.example").wants(t, http.StatusOK, ""); !strings.Contains(got.text, `"answer":"250 taken"`) {
		t.Errorf("got %s", got.text)
	}
	if got := w.letters.tested[0]; got.To != "adam@shop.example" || got.Subject != "Zkušební e-mail (Sufler)" {
		t.Errorf("got %+v", got)
	}
	test("adam").wants(t, http.StatusUnprocessableEntity, "mail_address_invalid")
	for code, err := range map[string]error{
		"mail_off":       routing.Refuse(routing.Unavailable, "mail_off"),
		"mail_refused":   routing.Refuse(routing.Unavailable, "mail_refused", "answer", "550 no such mailbox"),
		"mail_unreached": routing.Refuse(routing.Unavailable, "mail_unreached", "answer", "connection refused"),
	} {
		w.letters.change(func(l *letters) { l.says = err })
		got := test("adam@shop.example").wants(t, http.StatusServiceUnavailable, code)
		if code == "mail_refused" && !strings.Contains(got.text, "Odpověděl: 550 no such mailbox") {
			t.Errorf("got %s", got.text)
		}
	}
}
