package mail

import (
	"strings"
	"time"

	"sufler/routing"
)

// Letter is what is to be mailed, to one person.
type Letter struct {
	To, ToName           string // the name may be empty
	ReplyTo, ReplyToName string // where the answer goes; empty: as the configuration says
	Subject, Text        string
	Session              routing.SessionID // may be empty
}

// check refuses a letter that cannot be sent with "mail_address_invalid" (address)
// or "request_invalid" (at).
func (l *Letter) check() (err error) {
	if l.To, err = Address(l.To); err != nil {
		return err
	}
	if l.ReplyTo != "" {
		if l.ReplyTo, err = Address(l.ReplyTo); err != nil {
			return err
		}
	}
	for at, text := range map[string]string{"name": l.ToName, "reply_to": l.ReplyToName} {
		if !isHeader(text, longestName) {
			return routing.Refuse(routing.Invalid, "request_invalid", "at", at)
		}
	}
	if l.Subject == "" || !isHeader(l.Subject, longestSubject) {
		return routing.Refuse(routing.Invalid, "request_invalid", "at", "subject")
	}
	if strings.TrimSpace(l.Text) == "" {
		return routing.Refuse(routing.Invalid, "request_invalid", "at", "text")
	}
	return nil
}

// mail is the letter as it is kept.
func (l Letter) mail(id routing.MailID, now time.Time) routing.Mail {
	return routing.Mail{
		ID: id, To: l.To, ToName: l.ToName, ReplyTo: l.ReplyTo, ReplyToName: l.ReplyToName, Subject: l.Subject, Text: l.Text,
		Session: l.Session, State: routing.MailWaiting, Due: now, Created: now,
	}
}
