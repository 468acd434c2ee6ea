package configs

import (
	"fmt"
	"net/mail"
	"strings"
	"unicode"
)

// Mail is the server that mails go out by; without Server nothing is mailed.
type Mail struct {
	Server       Address     `yaml:"server"`
	TLS          MailTLS     `yaml:"tls"`
	User         string      `yaml:"user"`
	Password     Secret      `yaml:"password"`
	PasswordFile string      `yaml:"password_file"`
	From         MailAddress `yaml:"from"`
	FromName     string      `yaml:"from_name"`
	ReplyTo      MailAddress `yaml:"reply_to"`
	KeepDays     int         `yaml:"keep_days"`
}

// MailTLS is how the connection to the mail server is encrypted.
type MailTLS string

// The values of MailTLS.
const (
	MailStartTLS MailTLS = "starttls"
	MailOverTLS  MailTLS = "tls"
	MailPlain    MailTLS = "none"
)

// UnmarshalText reads starttls, tls or none.
func (t *MailTLS) UnmarshalText(text []byte) error {
	return choose(t, text, MailStartTLS, MailOverTLS, MailPlain)
}

// MailAddress is the address of a mailbox, or empty.
type MailAddress string

// UnmarshalText reads an address without a name and without the quotes and comments
// that RFC 5322 section 3.4.1 would allow: it goes into headers as it stands here.
func (a *MailAddress) UnmarshalText(text []byte) error {
	parsed, err := mail.ParseAddress(string(text))
	if err != nil || parsed.Address != string(text) || strings.ContainsAny(parsed.Address, "\"\\()[]<>") || strings.ContainsFunc(parsed.Address, isForeign) {
		return fmt.Errorf("%q is no mail address; write one like info@example.com, without a name around it", text)
	}
	*a = MailAddress(text)
	return nil
}

func isForeign(r rune) bool { return r > unicode.MaxASCII }

func (v *check) mail() {
	m := v.config.Mail
	if m.Server == "" {
		for key, value := range map[string]string{
			"user": m.User, "password": string(m.Password), "password_file": m.PasswordFile, "from": string(m.From), "reply_to": string(m.ReplyTo),
		} {
			if value != "" {
				v.wrong("mail.server", "is empty beside mail."+key+"; give the mail server as HOST:PORT, for example smtp.example.com:587", "mail."+key)
				break
			}
		}
		return
	}
	if m.Server.Host() == "" || m.Server.port() == 0 {
		v.wrong("mail.server", fmt.Sprintf("%q names no host or no port; write HOST:PORT, for example smtp.example.com:587", m.Server))
	}
	if m.From == "" {
		v.wrong("mail.from", "is empty; give the address that mails come from")
	}
	if strings.ContainsFunc(m.FromName, unicode.IsControl) {
		v.wrong("mail.from_name", "holds a line break or another control character; write the name on one line")
	}
	if m.KeepDays < 1 {
		v.wrong("mail.keep_days", "must be 1 or more; 14 is usual")
	}
	v.secret("mail.password", m.Password, m.PasswordFile, m.User != "")
	if m.User == "" && (m.Password != "" || m.PasswordFile != "") {
		v.wrong("mail.user", "is missing beside the password; write the account of the mail server", "mail.password", "mail.password_file")
	}
	v.mailTLS()
}

// mailTLS finds what would give the password away, and what is probably a slip.
func (v *check) mailTLS() {
	m := v.config.Mail
	switch port := m.Server.port(); {
	case m.TLS == MailPlain && m.User != "" && !isLoopback(m.Server.Host()):
		v.wrong("mail.tls", "is none, so the password would be sent for everybody to read; write starttls or tls", "mail.server", "mail.user")
	case m.TLS == MailPlain && !isLoopback(m.Server.Host()):
		v.warn("mail.tls", "is none: mails can be read on their way to "+m.Server.Host()+"; write starttls if the server offers it", "mail.server")
	case m.TLS == MailStartTLS && port == 465:
		v.warn("mail.tls", "is starttls, and servers at port 465 usually speak tls; write tls, or port 587", "mail.server")
	case m.TLS == MailOverTLS && (port == 25 || port == 587):
		v.warn("mail.tls", fmt.Sprintf("is tls, and servers at port %d usually speak starttls; write starttls, or port 465", port), "mail.server")
	}
}
