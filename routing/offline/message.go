package offline

import (
	"net/url"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"sufler/routing"
	"sufler/routing/callername"
	"sufler/routing/mail"
)

const (
	longestText = 4000 // letters
	longestPage = 2000 // bytes
)

// Message is what a visitor leaves.
type Message struct {
	Widget   routing.WidgetID
	Queue    routing.QueueName
	Visitor  routing.VisitorID // may be empty
	Name     string            // may be empty
	Email    string            // one of the two is needed
	Phone    string
	Text     string
	Page     string // an address; anything else is left out
	Language string
	Consent  bool // they agreed that it is kept
	// Origin is who asks: the hash of a browser's token, an address. The limit counts by it.
	Origin string
	Key    string // the Idempotency-Key; may be empty

	// The widget's: whether it asks for consent, its mailbox, which may be empty, the
	// language of those who read that, and the name of the company.
	AsksConsent              bool
	Mailbox, ReadIn, Company string
}

// read checks what was typed and makes a request of it.
func (s *Service) read(m Message) (r routing.OfflineRequest, err error) {
	r = routing.OfflineRequest{
		ID: routing.NewID[routing.OfflineID](), Widget: m.Widget, Queue: m.Queue, Visitor: m.Visitor, Text: tidy(m.Text), Page: page(m.Page),
		Language: m.Language, Origin: m.Origin, Consent: m.Consent, Created: s.now(),
	}
	if r.Origin == "" { // an empty one is everybody's
		r.Origin = "unknown"
	}
	if r.Name, err = callername.Tidy(m.Name); err != nil {
		return r, err
	}
	if email := strings.TrimSpace(m.Email); email != "" {
		if r.Email, err = mail.Address(email); err != nil {
			return r, err
		}
	}
	if phone := strings.TrimSpace(m.Phone); phone != "" {
		if r.Phone, err = s.opts.Numbers.E164(phone); err != nil {
			return r, err
		}
	}
	switch {
	case r.Text == "":
		return r, routing.Refuse(routing.Invalid, "text_missing")
	case utf8.RuneCountInString(r.Text) > longestText:
		return r, routing.Refuse(routing.Invalid, "text_too_long", "most", strconv.Itoa(longestText))
	case r.Email == "" && r.Phone == "":
		return r, routing.Refuse(routing.Invalid, "contact_missing")
	case m.AsksConsent && !m.Consent:
		return r, routing.Refuse(routing.Invalid, "consent_missing")
	}
	return r, nil
}

// tidy takes out what no text needs.
func tidy(typed string) string {
	kept := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, strings.ToValidUTF8(typed, "\uFFFD"))
	return strings.TrimSpace(kept)
}

// page is the address of a page of the web, or nothing: a desk makes a link of it.
func page(typed string) string {
	u, err := url.Parse(typed)
	if err != nil || len(typed) > longestPage || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return ""
	}
	return u.String()
}
