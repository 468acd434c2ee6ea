package main

import (
	"fmt"
	"net/http"
	"strings"
	"syscall"
	"testing"

	webpage "sufler/cmd/sufler/page"
	"sufler/internal/smtptest"
	"sufler/routing"
	"sufler/sip/phone"
)

// mailServer starts one for a house, and what the house's file says of it.
func mailServer(t *testing.T) (*smtptest.Server, func(config string) string) {
	t.Helper()
	sink, err := smtptest.Start(smtptest.Options{User: "house", Password: secret})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sink.Close)
	return sink, mailsBy(sink.Address())
}

func mailsBy(address string) func(config string) string {
	return func(config string) string {
		mail := fmt.Sprintf("mail: {server: %q, tls: none, user: house, password: %s, from: info@shop.example, from_name: Shop}\n", address, secret)
		return mail + config
	}
}

type mailState struct {
	SetUp       bool `json:"set_up"`
	Waiting     int
	LastSentAt  *string                      `json:"last_sent_at"`
	LastFailure *struct{ Answer, To string } `json:"last_failure"`
}

func (p page) mail(t *testing.T) (m mailState) {
	t.Helper()
	p.do(t, http.MethodGet, "/api/v1/settings/mail", nil).into(t, http.StatusOK, &m)
	return m
}

type missedList struct {
	Missed []struct {
		ID, Reason, Name, Email, Phone, Text string
		DoneAt                               *string `json:"done_at"`
		DoneBy                               string  `json:"done_by"`
	}
	Open int
}

func (p page) missed(t *testing.T) (l missedList) {
	t.Helper()
	p.do(t, http.MethodGet, "/api/v1/missed", nil).into(t, http.StatusOK, &l)
	return l
}

// mailbox lets an owner give the widget a mailbox.
func (p page) mailbox(t *testing.T, address string) {
	t.Helper()
	widget := p.setting(t, "widgets")
	widget["offline_mail"] = address
	p.do(t, http.MethodPut, fmt.Sprintf("/api/v1/settings/widgets/%v", widget["id"]), widget).into(t, http.StatusOK, &widget)
}

func (h *house) leave(t *testing.T, text string) {
	t.Helper()
	var left struct{ ID string }
	h.shop().do(t, http.MethodPost, "/api/v1/widgets/default/messages", map[string]any{
		"name": "Jan Novák", "email": "jan@example.com", "text": text, "page": shop + "/lamp", "browser": strings.Repeat("b", 43), "consent": true,
	}).into(t, http.StatusAccepted, &left)
	if left.ID == "" {
		t.Error("a message has no id")
	}
}

// I021, PRODUCT B10 and B13.
func TestOutsideAMessageThatIsLeftReachesTheMailboxAndTheList(t *testing.T) {
	t.Parallel()
	sink, edit := mailServer(t)
	h := newHouse(t, plan{edit: edit})
	adam, anna := h.desk(t, "adam"), h.desk(t, "anna")

	var tested struct{ Answer string }
	adam.do(t, http.MethodPost, "/api/v1/settings/mail/test", map[string]string{"to": "adam@shop.example"}).into(t, http.StatusOK, &tested)
	if tested.Answer != "250 2.0.0 taken as 1" {
		t.Errorf("got %q, want the mail server's own words", tested.Answer)
	}
	anna.do(t, http.MethodPost, "/api/v1/settings/mail/test", map[string]string{"to": "anna@shop.example"}).refused(t, http.StatusForbidden, "not_allowed")
	sink.At(smtptest.To, smtptest.Deed{Reply: "550 5.1.1 no such mailbox"})
	refused := adam.do(t, http.MethodPost, "/api/v1/settings/mail/test", map[string]string{"to": "adam@shop.example"}).refused(t, http.StatusServiceUnavailable, "mail_refused")
	if refused.Params["answer"] != "550 5.1.1 no such mailbox" {
		t.Errorf("got %+v", refused)
	}
	sink.At(smtptest.To, smtptest.Deed{})
	if _, err := sink.Next(t.Context()); err != nil {
		t.Fatal(err)
	}

	adam.mailbox(t, "orders@shop.example")
	h.leave(t, "Lampa nesvítí.\r\nZavolejte mi.")
	mail, err := sink.Next(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	text, err := mail.Text()
	if err != nil || strings.Join(mail.To, " ") != "orders@shop.example" || mail.Header("Subject") != "Message from Jan Novák" || mail.User != "house" ||
		!strings.Contains(mail.Header("Reply-To"), "jan@example.com") || !strings.Contains(text, "Lampa nesvítí.\nZavolejte mi.") || !strings.Contains(text, shop+"/lamp") {
		t.Errorf("got %+v, %q, %v", mail, text, err)
	}
	until(t, "it is known that the mail was sent", func() bool { m := adam.mail(t); return m.SetUp && m.Waiting == 0 && m.LastSentAt != nil })

	list := anna.missed(t)
	if len(list.Missed) != 1 || list.Open != 1 || list.Missed[0].Reason != "offline" || list.Missed[0].Email != "jan@example.com" {
		t.Fatalf("got %+v", list)
	}
	var done struct {
		DoneBy string `json:"done_by"`
	}
	anna.do(t, http.MethodPost, "/api/v1/missed/"+list.Missed[0].ID+"/done", nil).into(t, http.StatusOK, &done)
	if done.DoneBy != "Anna Malá" || anna.missed(t).Open != 0 {
		t.Errorf("got %+v", done)
	}
}

// chats lets somebody write to us, with an address, and whoever has a desk take it.
func (h *house) chats(t *testing.T, d *tab, address, text string) (session string) {
	t.Helper()
	visitor := h.shop()
	visitor.bearer = "Bearer " + strings.Repeat("v", 43)
	var begun struct{ State string }
	visitor.do(t, http.MethodPost, "/api/v1/sessions", map[string]any{
		"kind": "chat", "name": "Jan Novák", "email": address, "language": "cs", "text": text, "message_id": "1", "page": map[string]string{"url": shop + "/lamp"},
	}).into(t, http.StatusAccepted, &begun)
	var offer struct{ Place struct{ ID, Name string } }
	_, err := d.Await(patiently(t), "an offer", func(e webpage.Event) bool {
		return e.Kind == "offer.made" && e.Into(&offer) && offer.Place.Name == "Jan Novák"
	})
	if err != nil {
		t.Fatal(err)
	}
	var accepted struct{ Session struct{ ID string } }
	d.must(t, http.MethodPost, "/api/v1/waiting/"+offer.Place.ID+"/accept", nil, &accepted)
	return accepted.Session.ID
}

// M183, I021: the transcript is what everybody could read: no note, no draft, no
// internal name.
func TestOutsideTheTranscriptOfAChatIsMailedToItsVisitor(t *testing.T) {
	t.Parallel()
	sink, edit := mailServer(t)
	h := newHouse(t, plan{edit: func(config string) string {
		return strings.Replace(edit(config), "name: Anna Malá,", "name: Anna Malá, public_name: Anička,", 1)
	}})
	anna := h.sits(t, "anna")
	session := h.chats(t, anna, "jan@example.com", "Lampa **nesvítí**")
	path := "/api/v1/sessions/" + session
	anna.must(t, http.MethodPost, path+"/messages", map[string]string{"id": "1", "text": "Zkuste [návod](https://shop.example/lamp)"}, nil)
	anna.must(t, http.MethodPost, path+"/notes", map[string]string{"text": "a note for staff"}, nil)
	anna.must(t, http.MethodPut, path+"/tags/rude", nil, nil)
	if err := anna.Say(patiently(t), "chat.typing", map[string]any{"session": session, "on": true}, nil); err != nil {
		t.Error(err)
	}
	anna.must(t, http.MethodPost, path+"/end", nil, nil)
	anna.must(t, http.MethodPost, path+"/close", map[string]any{"result": "", "note": "another note", "mail": true}, nil)
	mail, err := sink.Next(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	text, err := mail.Text()
	if err != nil || strings.Join(mail.To, " ") != "jan@example.com" || mail.Header("Subject") != "Přepis vašeho chatu: Shop" ||
		!strings.Contains(text, " Jan Novák: Lampa nesvítí\n") || !strings.Contains(text, " Anička: Zkuste návod (https://shop.example/lamp)\n") {
		t.Errorf("got %+v, %q, %v", mail, text, err)
	}
	for _, kept := range []string{"note", "rude", "Malá", "anna", session} {
		if strings.Contains(string(mail.Raw)+text, kept) {
			t.Errorf("%q is in the mail:\n%s", kept, mail.Raw)
		}
	}
	if n := sink.Kept(); n != 1 {
		t.Errorf("%d mails came, want one", n)
	}
}

// PRODUCT B10: a chat that nobody takes is in the list, until its visitor is written to.
func TestOutsideAChatThatNobodyTakesIsMissed(t *testing.T) {
	t.Parallel()
	h := newHouse(t, plan{})
	anna := h.sits(t, "anna")
	visitor := h.shop()
	visitor.bearer = "Bearer " + strings.Repeat("v", 43)
	begin := map[string]any{"kind": "chat", "name": "Jan", "email": "jan@example.com", "text": "Haló", "message_id": "1"}
	visitor.do(t, http.MethodPost, "/api/v1/sessions", begin).into(t, http.StatusAccepted, &struct{}{})
	visitor.do(t, http.MethodDelete, "/api/v1/sessions/mine", nil).into(t, http.StatusOK, &struct{}{})
	desk := h.desk(t, "anna")
	until(t, "who left is missed", func() bool {
		l := desk.missed(t)
		return l.Open == 1 && l.Missed[0].Reason == "abandoned" && l.Missed[0].Email == "jan@example.com"
	})
	h.chats(t, anna, "JAN@example.com", "Ještě jednou")
	until(t, "who is written to is missed no more", func() bool {
		l := desk.missed(t)
		return l.Open == 0 && len(l.Missed) == 1 && l.Missed[0].DoneBy == ""
	})
}

// I021: what was left is mailed once, after a kill and when the mail server is there again.
func TestOutsideAKilledProgramMailsWhatWasLeft(t *testing.T) {
	t.Parallel()
	onBothDatabases(t, mailsOutliveAKill)
}

func mailsOutliveAKill(t *testing.T, database string) {
	t.Helper()
	sink, edit := mailServer(t)
	sink.At(smtptest.Connect, smtptest.Deed{Reply: "421 4.3.2 come later"})
	h := newHouse(t, plan{edit: edit, database: database})
	adam := h.desk(t, "adam")
	adam.mailbox(t, "orders@shop.example")
	h.leave(t, "before the kill")
	until(t, "an attempt has failed", func() bool {
		m := adam.mail(t)
		return m.Waiting == 1 && m.LastFailure != nil && m.LastFailure.Answer == "421 4.3.2 come later"
	})
	send(t, h.process, syscall.SIGKILL)
	<-h.process.Done()
	sink.At(smtptest.Connect, smtptest.Deed{})
	h.start(t)

	h.leave(t, "after the kill")
	var texts []string
	for range 2 {
		mail, err := sink.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		text, err := mail.Text()
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, text)
	}
	if all := strings.Join(texts, "\n"); !strings.Contains(all, "before the kill") || !strings.Contains(all, "after the kill") {
		t.Errorf("got %q", texts)
	}
	if n := sink.Kept(); n != 2 {
		t.Errorf("%d mails came, want each once", n)
	}
}

// Without a mail server the program says so and mails nothing.
func TestOutsideWithoutAMailServerItIsSaid(t *testing.T) {
	t.Parallel()
	h := newHouse(t, plan{edit: func(config string) string {
		_, rest, _ := strings.Cut(mailsBy("")(config), "\n")
		return rest
	}})
	adam := h.desk(t, "adam")
	if m := adam.mail(t); m.SetUp {
		t.Errorf("got %+v", m)
	}
	adam.do(t, http.MethodPost, "/api/v1/settings/mail/test", map[string]string{"to": "adam@shop.example"}).refused(t, http.StatusServiceUnavailable, "mail_off")
	h.leave(t, "nobody is mailed")
	if list := adam.missed(t); len(list.Missed) != 1 {
		t.Errorf("got %+v", list)
	}
}

// PRODUCT B10: a callback that came to nothing is in the list until somebody talks to
// that visitor.
func TestOutsideWhoIsNotReachedIsMissedUntilTheyAre(t *testing.T) {
	t.Parallel()
	const number = "+420777000001"
	network := newHandset(t).on(number, byHand)
	h := newHouse(t, plan{trunk: network.Addr().String()})
	newHandset(t).on("101", phone.Behaviour{}).at(t, h, "101")
	anna := h.desk(t, "anna")
	first := h.ask(t, number, "Jan")
	network.next(t).Refuse(routing.BusyHere)
	h.becomes(t, first, "ended")
	until(t, "who is busy is missed", func() bool {
		l := anna.missed(t)
		return l.Open == 1 && l.Missed[0].Reason == "not_reached" && l.Missed[0].Phone == number && l.Missed[0].Name == "Jan"
	})
	second := h.ask(t, number, "Jan")
	call := network.next(t)
	call.Answer()
	h.becomes(t, second, "talking")
	until(t, "who is talked to is missed no more", func() bool {
		l := anna.missed(t)
		return l.Open == 0 && len(l.Missed) == 1 && l.Missed[0].DoneAt != nil && l.Missed[0].DoneBy == ""
	})
	call.Hangup()
}
