// Package smtp hands mails to a mail server (RFC 5321, RFC 6409). It is the one place
// that knows go-mail; it knows nothing of queues and of what the mails are about.
package smtp

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	netmail "net/mail"
	"net/textproto"
	"os"
	"slices"
	"strings"

	gomail "github.com/wneessen/go-mail"
	client "github.com/wneessen/go-mail/smtp"

	"sufler/routing"
	"sufler/routing/mail"
)

// Security is how the connection is encrypted.
type Security uint8

// The choices; zero is invalid on purpose.
const (
	StartTLS Security = iota + 1 // asked for, and wanted (RFC 3207)
	TLS                          // from the first byte (RFC 8314)
	None
)

// Options are what a Sender works with.
type Options struct {
	Address        string // HOST:PORT
	Security       Security
	User, Password string // without a user there is no login
	From, FromName string
	ReplyTo        string         // where answers go when a mail does not say; may be empty
	Roots          *x509.CertPool // who vouches for the server; nil: whom the machine trusts
}

// Sender sends mails, each in a connection of its own. Its methods may be called
// from any goroutine.
type Sender struct {
	opts  Options
	host  string
	hello string
}

// New makes a sender; nothing is sent yet.
func New(o Options) (*Sender, error) {
	host, _, err := net.SplitHostPort(o.Address)
	if err != nil {
		return nil, fmt.Errorf("mail server: %w", err)
	}
	s := &Sender{opts: o, host: host, hello: "localhost"}
	if name, err := os.Hostname(); err == nil && name != "" {
		s.hello = name
	}
	return s, nil
}

// Send hands one mail over and returns the server's answer to it. What went wrong is
// a *mail.Undelivered.
func (s *Sender) Send(ctx context.Context, m routing.Mail) (answer string, err error) {
	letter, err := s.letter(m)
	if err != nil {
		return "", &mail.Undelivered{Answer: err.Error(), Final: true}
	}
	conn, err := s.dial(ctx)
	if err != nil {
		return "", s.undelivered(ctx, "connect", err)
	}
	// The client below knows no context: its connection ends with ours.
	unhook := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer unhook()
	defer func() { _ = conn.Close() }()
	if deadline, ok := ctx.Deadline(); ok {
		_ = conn.SetDeadline(deadline) // AfterFunc closes it all the same
	}
	stage, answer, err := s.talk(conn, m, letter)
	if err != nil {
		return "", s.undelivered(ctx, stage, err)
	}
	return "250 " + answer, nil
}

// letter is the mail as it goes over the wire.
func (s *Sender) letter(m routing.Mail) (*gomail.Msg, error) {
	for _, header := range []string{m.To, m.ToName, m.ReplyTo, m.ReplyToName, m.Subject} {
		if strings.ContainsFunc(header, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			return nil, errors.New("a header with a control character in it")
		}
	}
	letter := gomail.NewMsg(gomail.WithCharset(gomail.CharsetUTF8), gomail.WithEncoding(gomail.EncodingQP))
	letter.FromMailAddress(&netmail.Address{Name: s.opts.FromName, Address: s.opts.From})
	letter.ToMailAddress(&netmail.Address{Name: m.ToName, Address: m.To})
	switch {
	case m.ReplyTo != "":
		letter.ReplyToMailAddress(&netmail.Address{Name: m.ReplyToName, Address: m.ReplyTo})
	case s.opts.ReplyTo != "":
		letter.ReplyToMailAddress(&netmail.Address{Address: s.opts.ReplyTo})
	}
	letter.Subject(m.Subject)
	letter.SetDateWithValue(m.Created)
	// The same in every copy, so that a mailbox that gets two knows them: RFC 5322
	// section 3.6.4.
	letter.SetMessageIDWithValue(string(m.ID) + "@" + s.opts.From[strings.LastIndexByte(s.opts.From, '@')+1:])
	letter.SetUserAgent("Sufler")
	letter.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834 section 5: no holiday notes in return
	letter.SetBodyString(gomail.TypeTextPlain, m.Text)
	return letter, nil
}

func (s *Sender) dial(ctx context.Context) (net.Conn, error) {
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "tcp", s.opts.Address)
	if err != nil || s.opts.Security != TLS {
		return conn, err
	}
	secure := tls.Client(conn, s.tls())
	if err := secure.HandshakeContext(ctx); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return secure, nil
}

func (s *Sender) tls() *tls.Config {
	return &tls.Config{ServerName: s.host, RootCAs: s.opts.Roots, MinVersion: tls.VersionTLS12}
}

// talk is the whole conversation; stage is how far it came.
func (s *Sender) talk(conn net.Conn, m routing.Mail, letter *gomail.Msg) (stage, answer string, err error) {
	c, err := client.NewClient(conn, s.host)
	if err != nil {
		return "greeting", "", err
	}
	c.SkipSMTPUTF8(true) // our addresses are ASCII, and a server behind this one may not speak it
	for _, step := range []struct {
		stage string
		do    func() error
	}{
		{"hello", func() error { return c.Hello(s.hello) }},
		{"starttls", func() error { return s.encrypt(c) }},
		{"login", func() error { return s.logIn(c) }},
		{"sender", func() error { return c.Mail("<" + s.opts.From + ">") }},
		{recipient, func() error { return c.Rcpt("<" + m.To + ">") }},
		{content, func() (err error) { answer, err = write(c, letter); return err }},
	} {
		if err := step.do(); err != nil {
			return step.stage, "", err
		}
	}
	_ = c.Quit() // the mail is taken, whatever is said now
	return "", answer, nil
}

// The stages at which a refusal is about the mail itself.
const (
	recipient = "recipient"
	content   = "content"
)

func (s *Sender) encrypt(c *client.Client) error {
	if s.opts.Security != StartTLS {
		return nil
	}
	if offered, _ := c.Extension("STARTTLS"); !offered {
		return errors.New("the server does not offer STARTTLS")
	}
	return c.StartTLS(s.tls())
}

func (s *Sender) logIn(c *client.Client) error {
	if s.opts.User == "" {
		return nil
	}
	offered, mechanisms := c.Extension("AUTH")
	if !offered {
		return errors.New("the server offers no login")
	}
	return c.Auth(s.login(strings.Fields(strings.ToUpper(mechanisms))))
}

// login is the way to log in that gives away least, of those that are offered. The
// client gives a password away only over TLS or to this machine.
func (s *Sender) login(offered []string) client.Auth {
	switch user, password := s.opts.User, s.opts.Password; {
	case slices.Contains(offered, "SCRAM-SHA-256"):
		return client.ScramSHA256Auth(user, password)
	case slices.Contains(offered, "CRAM-MD5"):
		return client.CRAMMD5Auth(user, password)
	case slices.Contains(offered, "LOGIN") && !slices.Contains(offered, "PLAIN"):
		return client.LoginAuth(user, password, s.host, false)
	default:
		return client.PlainAuth("", user, password, s.host, false)
	}
}

func write(c *client.Client, letter *gomail.Msg) (answer string, err error) {
	w, err := c.Data()
	if err != nil {
		return "", err
	}
	if _, err := letter.WriteTo(w); err != nil {
		return "", err
	}
	if err := w.Close(); err != nil {
		return "", err
	}
	if said, ok := w.(interface{ ServerResponse() string }); ok {
		answer = said.ServerResponse()
	}
	return answer, nil
}

// undelivered puts into words why a mail was not taken.
func (s *Sender) undelivered(ctx context.Context, stage string, err error) *mail.Undelivered {
	if said, ok := errors.AsType[*textproto.Error](err); ok {
		answer := strings.Join(strings.Fields(said.Msg), " ")
		return &mail.Undelivered{
			Answer: fmt.Sprintf("%d %s", said.Code, answer), Answered: true,
			Final: isFinal(stage, said),
		}
	}
	where := s.opts.Address + ": " + stage + ": "
	switch cause := ctx.Err(); {
	case errors.Is(cause, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return &mail.Undelivered{Answer: where + "no answer in time"}
	case cause != nil:
		return &mail.Undelivered{Answer: where + "broken off"}
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return &mail.Undelivered{Answer: where + "the server ended the connection"}
	}
	return &mail.Undelivered{Answer: where + err.Error()}
}

// isFinal: only what the server has said of the mail itself. An account, a sender or
// a relay that it does not like (RFC 3463 section 3.8 has them as 5.7) is mended in
// the configuration, and no mail is lost until then.
func isFinal(stage string, said *textproto.Error) bool {
	aboutUs := said.Code == 530 || said.Code == 535 || strings.HasPrefix(said.Msg, "5.7.")
	return said.Code >= 500 && !aboutUs && (stage == recipient || stage == content)
}
