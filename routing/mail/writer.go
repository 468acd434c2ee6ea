package mail

import (
	"strings"
	"time"

	"sufler/routing"
)

// Writer writes letters in the reader's language.
type Writer struct {
	// Say fills the sentence of a key of web/shared/texts, "mail." and what follows.
	Say func(language, key string, params map[string]string) string
}

// Line is something that was said, as everybody could read it.
type Line struct {
	At     time.Time
	Who    string // a public name, the visitor's own; nobody's when System
	Text   string // with the markdown of chats
	System bool   // the program says it: "Anna has joined"
}

// Transcript is a chat for its visitor. What is in Lines is mailed, so nothing may be
// in them that not everybody could read: no note, no prompt, no draft, no internal
// name.
type Transcript struct {
	To, Visitor string // the address and the name, which may be empty
	Company     string
	Language    string
	Zone        *time.Location // of the reader; nil: UTC
	Began       time.Time
	Lines       []Line
	Session     routing.SessionID
}

// Transcript is the letter with a chat.
func (w Writer) Transcript(t Transcript) Letter {
	zone := t.Zone
	if zone == nil {
		zone = time.UTC
	}
	var b strings.Builder
	w.paragraph(&b, t.Language, "mail.hello", nil)
	w.paragraph(&b, t.Language, "mail.transcript.intro", map[string]string{
		"company": oneLine(t.Company), "day": w.day(t.Language, t.Began.In(zone)), "zone": zoneName(t.Began.In(zone)),
	})
	w.lines(&b, t.Language, t.Began.In(zone), t.Lines)
	b.WriteString("\n" + oneLine(t.Company) + "\n")
	return Letter{
		To: t.To, ToName: name(t.Visitor), Session: t.Session, Text: b.String(),
		Subject: w.subject(t.Language, "mail.transcript.subject", map[string]string{"company": oneLine(t.Company)}),
	}
}

// Offline is a message that was left while nobody was there, for the mailbox of
// those who should have been.
type Offline struct {
	To       string
	Company  string
	Language string // of the mailbox's readers
	At       time.Time
	Zone     *time.Location // of the mailbox's readers; nil: UTC

	// The visitor's; each may be empty, not Email and Phone both.
	Name, Email, Phone, Page, Speaks, Text string
}

// Offline is the letter with a message; an answer to it goes to the visitor.
func (w Writer) Offline(o Offline) Letter {
	zone := o.Zone
	if zone == nil {
		zone = time.UTC
	}
	at := o.At.In(zone)
	who := name(o.Name)
	for _, other := range []string{o.Email, o.Phone} {
		if who == "" {
			who = oneLine(other)
		}
	}
	var b strings.Builder
	w.paragraph(&b, o.Language, "mail.offline.intro", map[string]string{"company": oneLine(o.Company)})
	for _, f := range []struct{ key, value string }{
		{"mail.field.name", o.Name},
		{"mail.field.email", o.Email},
		{"mail.field.phone", o.Phone},
		{"mail.field.language", o.Speaks},
		{"mail.field.page", o.Page},
		{"mail.field.time", w.day(o.Language, at) + " " + at.Format("15:04") + ", " + zoneName(at)},
	} {
		if value := oneLine(f.value); value != "" {
			b.WriteString(w.Say(o.Language, f.key, map[string]string{"value": value}) + "\n")
		}
	}
	b.WriteString("\n" + visible(o.Text) + "\n")
	l := Letter{To: o.To, Text: b.String(), Subject: w.subject(o.Language, "mail.offline.subject", map[string]string{"who": who})}
	if o.Email != "" {
		l.ReplyTo, l.ReplyToName = o.Email, name(o.Name)
	}
	return l
}

// Reply is what was written to a visitor who had left.
type Reply struct {
	To, Visitor string
	Company     string
	Language    string
	Zone        *time.Location
	Link        string // back to the chat; may be empty
	Lines       []Line
	Session     routing.SessionID
}

// Reply is the letter with it.
func (w Writer) Reply(r Reply) Letter {
	zone := r.Zone
	if zone == nil {
		zone = time.UTC
	}
	var b strings.Builder
	w.paragraph(&b, r.Language, "mail.hello", nil)
	w.paragraph(&b, r.Language, "mail.reply.intro", map[string]string{"company": oneLine(r.Company)})
	if len(r.Lines) > 0 {
		w.lines(&b, r.Language, r.Lines[0].At.In(zone), r.Lines)
	}
	b.WriteString("\n")
	if link := oneLine(r.Link); link != "" {
		w.paragraph(&b, r.Language, "mail.reply.link", map[string]string{"link": link})
	}
	b.WriteString(oneLine(r.Company) + "\n")
	return Letter{
		To: r.To, ToName: name(r.Visitor), Session: r.Session, Text: b.String(),
		Subject: w.subject(r.Language, "mail.reply.subject", map[string]string{"company": oneLine(r.Company)}),
	}
}

// Test is the letter by which an owner tries the mail server.
func (w Writer) Test(to, language string) Letter {
	return Letter{To: to, Subject: w.subject(language, "mail.test.subject", nil), Text: w.Say(language, "mail.test.text", nil) + "\n"}
}

// lines writes who said what and when, and the day where it changes; the first day
// is that of from, and its zone is everybody's.
func (w Writer) lines(b *strings.Builder, language string, from time.Time, lines []Line) {
	day := w.day(language, from)
	for _, l := range lines {
		at := l.At.In(from.Location())
		if d := w.day(language, at); d != day {
			day = d
			b.WriteString("\n" + d + "\n")
		}
		said := strings.ReplaceAll(plain(l.Text), "\n", "\n      ")
		switch who := name(l.Who); {
		case l.System || who == "":
			b.WriteString(at.Format("15:04") + " " + said + "\n")
		default:
			b.WriteString(at.Format("15:04") + " " + who + ": " + said + "\n")
		}
	}
}

func (w Writer) paragraph(b *strings.Builder, language, key string, params map[string]string) {
	b.WriteString(w.Say(language, key, params) + "\n\n")
}

func (w Writer) subject(language, key string, params map[string]string) string {
	return shortened(oneLine(w.Say(language, key, params)), longestSubject)
}

func (w Writer) day(language string, t time.Time) string {
	return w.Say(language, "mail.day", map[string]string{"year": t.Format("2006"), "month": t.Format("01"), "day": t.Format("02")})
}

// zoneName tells people which time is meant, "Europe/Prague (UTC+01)".
func zoneName(t time.Time) string {
	if t.Location() == time.UTC {
		return "UTC"
	}
	return t.Location().String() + " (UTC" + strings.TrimSuffix(t.Format("-07:00"), ":00") + ")"
}

func name(typed string) string { return shortened(oneLine(typed), longestName) }
