package smtp

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"strings"
	"testing"
	"time"

	client "github.com/wneessen/go-mail/smtp"
	"go.uber.org/goleak"

	"sufler/internal/certificate"
	"sufler/internal/smtptest"
	"sufler/routing"
	"sufler/routing/mail"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// vouched is a certificate of loopback and the pool that vouches for it.
func vouched(t *testing.T) (*tls.Certificate, *x509.CertPool) {
	t.Helper()
	now := time.Now()
	cert, key, err := certificate.SelfSigned([]string{"127.0.0.1"}, now.Add(-time.Hour), now.Add(time.Hour))
	must(t, err)
	pair, err := tls.X509KeyPair(cert, key)
	must(t, err)
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(cert)
	return &pair, pool
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func server(t *testing.T, o smtptest.Options) *smtptest.Server {
	t.Helper()
	s, err := smtptest.Start(o)
	must(t, err)
	t.Cleanup(s.Close)
	return s
}

func sender(t *testing.T, to *smtptest.Server, change ...func(*Options)) *Sender {
	t.Helper()
	o := Options{Address: to.Address(), Security: None, From: "info@shop.example", FromName: "Lampárna, s. r. o."}
	for _, f := range change {
		f(&o)
	}
	s, err := New(o)
	must(t, err)
	return s
}

var letter = routing.Mail{
	ID: "0199", To: "jan@example.com", ToName: "Jan Novák", Subject: "Přepis vašeho chatu: Lampárna", Created: time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC),
	Text: "Dobrý den,\n\n14:02 Jan: Ещё раз\n.\n" + strings.Repeat("dlouhý řádek ", 100) + "\n",
}

func wantUndelivered(t *testing.T, err error) *mail.Undelivered {
	t.Helper()
	u, ok := err.(*mail.Undelivered) //nolint:errorlint // nothing is wrapped around it
	if !ok {
		t.Fatalf("got %v, want an Undelivered", err)
	}
	return u
}

// I021
func TestAMailArrivesAsItWasWritten(t *testing.T) {
	sink := server(t, smtptest.Options{})
	answer, err := sender(t, sink, func(o *Options) { o.ReplyTo = "reply@shop.example" }).Send(t.Context(), letter)
	if err != nil || answer != "250 2.0.0 taken as 1" {
		t.Fatalf("got %q, %v", answer, err)
	}
	m, err := sink.Next(t.Context())
	must(t, err)
	if m.From != "info@shop.example" || strings.Join(m.To, " ") != "jan@example.com" {
		t.Errorf("got envelope %s to %s", m.From, m.To)
	}
	for header, want := range map[string]string{
		"Subject": letter.Subject, "From": `Lampárna, s. r. o. <info@shop.example>`, "To": "Jan Novák <jan@example.com>", "Reply-To": "<reply@shop.example>",
		"Message-ID": "<0199@shop.example>", "Date": "Fri, 20 Nov 2026 12:00:00 +0000", "Auto-Submitted": "auto-generated", "User-Agent": "Sufler",
		"Content-Type": "text/plain; charset=UTF-8",
	} {
		if got := m.Header(header); got != want {
			t.Errorf("%s: got %q, want %q", header, got, want)
		}
	}
	if text, err := m.Text(); err != nil || text != letter.Text {
		t.Errorf("got text %q, %v", text, err)
	}
	for _, b := range m.Raw {
		if b > 0x7e {
			t.Fatalf("the mail is not ASCII on its way: %s", m.Raw)
		}
	}
	reply := letter
	reply.ReplyTo, reply.ReplyToName = "visitor@example.com", "Jana"
	_, err = sender(t, sink).Send(t.Context(), reply)
	must(t, err)
	m, err = sink.Next(t.Context())
	must(t, err)
	if got := m.Header("Reply-To"); got != `"Jana" <visitor@example.com>` {
		t.Errorf("got Reply-To %q", got)
	}
}

func TestAMailGoesOverTLSOrNotAtAll(t *testing.T) {
	cert, pool := vouched(t)
	for name, c := range map[string]struct {
		server   smtptest.Options
		security Security
		roots    *x509.CertPool
		want     string // in the trouble
	}{
		"starttls":                {smtptest.Options{Certificate: cert}, StartTLS, pool, ""},
		"at once":                 {smtptest.Options{Certificate: cert, AtOnce: true}, TLS, pool, ""},
		"starttls of a stranger":  {smtptest.Options{Certificate: cert}, StartTLS, nil, "starttls: tls: failed to verify certificate"},
		"at once from a stranger": {smtptest.Options{Certificate: cert, AtOnce: true}, TLS, nil, "connect: tls: failed to verify certificate"},
		"not offered":             {smtptest.Options{}, StartTLS, pool, "starttls: the server does not offer STARTTLS"},
		"offered and not wanted":  {smtptest.Options{Certificate: cert}, None, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			sink := server(t, c.server)
			_, err := sender(t, sink, func(o *Options) { o.Security, o.Roots = c.security, c.roots }).Send(t.Context(), letter)
			if c.want != "" {
				if u := wantUndelivered(t, err); u.Answered || u.Final || !strings.Contains(u.Answer, c.want) || sink.Kept() != 0 {
					t.Errorf("got %+v, %d kept, want %q", u, sink.Kept(), c.want)
				}
				return
			}
			must(t, err)
			if m, err := sink.Next(t.Context()); err != nil || m.Secure != (c.security != None) {
				t.Errorf("got secure %v, %v", m.Secure, err)
			}
		})
	}
}

func TestWhatTheServerSaysDecidesWhetherItIsTriedAgain(t *testing.T) {
	for name, c := range map[string]struct {
		at    smtptest.Stage
		reply string
		final bool
	}{
		"no such mailbox":    {smtptest.To, "550 5.1.1 no such mailbox", true},
		"mailbox full":       {smtptest.To, "452 4.2.2 mailbox full", false},
		"asked to log in":    {smtptest.To, "530 5.7.0 log in first", false},
		"no relay":           {smtptest.To, "554 5.7.1 relay access denied", false},
		"not this sender":    {smtptest.From, "553 5.7.1 not your address", false},
		"sender unknown":     {smtptest.From, "550 5.1.8 who is that", false},
		"content not wanted": {smtptest.Body, "554 5.6.0 no", true},
		"content, later":     {smtptest.Body, "451 4.3.0 try later", false},
		"no data now":        {smtptest.Data, "451 4.3.0 try later", false},
		"not at home":        {smtptest.Connect, "554 5.3.2 no mail here", false},
		"come later":         {smtptest.Connect, "421 4.3.2 too busy", false},
	} {
		t.Run(name, func(t *testing.T) {
			sink := server(t, smtptest.Options{})
			sink.At(c.at, smtptest.Deed{Reply: c.reply})
			_, err := sender(t, sink).Send(t.Context(), letter)
			if u := wantUndelivered(t, err); u.Answer != c.reply || !u.Answered || u.Final != c.final {
				t.Errorf("got %+v, want %q, final %v", u, c.reply, c.final)
			}
		})
	}
}

func TestALoginIsMadeAndAWrongOneIsSaid(t *testing.T) {
	sink := server(t, smtptest.Options{User: "shop", Password: "secret"})
	as := func(password string) func(*Options) {
		return func(o *Options) { o.User, o.Password = "shop", password }
	}
	_, err := sender(t, sink, as("secret")).Send(t.Context(), letter)
	must(t, err)
	if m, err := sink.Next(t.Context()); err != nil || m.User != "shop" {
		t.Errorf("got user %q, %v", m.User, err)
	}
	_, err = sender(t, sink, as("wrong")).Send(t.Context(), letter)
	if u := wantUndelivered(t, err); u.Answer != "535 5.7.8 wrong user or password" || u.Final {
		t.Errorf("got %+v", u)
	}
	_, err = sender(t, server(t, smtptest.Options{}), as("secret")).Send(t.Context(), letter)
	if u := wantUndelivered(t, err); !strings.Contains(u.Answer, "login: the server offers no login") {
		t.Errorf("got %+v", u)
	}
}

func TestEachWayToLogInIsChosenByWhatIsOffered(t *testing.T) {
	s := sender(t, server(t, smtptest.Options{}), func(o *Options) { o.User, o.Password = "shop", "secret" })
	for offered, want := range map[string]string{
		"PLAIN LOGIN": "PLAIN", "LOGIN": "LOGIN", "LOGIN CRAM-MD5 PLAIN": "CRAM-MD5", "PLAIN SCRAM-SHA-256 CRAM-MD5": "SCRAM-SHA-256", "XOAUTH2": "PLAIN",
	} {
		got, _, err := s.login(strings.Fields(offered)).Start(&client.ServerInfo{Name: "127.0.0.1"})
		if err != nil || got != want {
			t.Errorf("%s: got %s, %v, want %s", offered, got, err, want)
		}
	}
}

func TestAPasswordIsNotGivenToAStrangerInTheClear(t *testing.T) {
	s, err := New(Options{Address: "smtp.example.com:25", Security: None, User: "shop", Password: "secret"})
	must(t, err)
	for _, offered := range []string{"PLAIN", "LOGIN"} {
		if _, said, err := s.login([]string{offered}).Start(&client.ServerInfo{Name: "smtp.example.com"}); err == nil {
			t.Errorf("%s: got %q", offered, said)
		}
	}
}

func TestAServerThatFallsSilentIsLeft(t *testing.T) {
	for _, stage := range []smtptest.Stage{smtptest.Connect, smtptest.Hello, smtptest.To, smtptest.Body} {
		sink := server(t, smtptest.Options{})
		sink.At(stage, smtptest.Deed{Stall: true})
		ctx, cancel := context.WithCancel(t.Context())
		over := make(chan error)
		go func() {
			_, err := sender(t, sink).Send(ctx, letter)
			over <- err
		}()
		<-sink.Stalled()
		cancel()
		if u := wantUndelivered(t, <-over); !strings.Contains(u.Answer, "broken off") || u.Final {
			t.Errorf("%s: got %+v", stage, u)
		}
		ctx, cancel = context.WithTimeout(t.Context(), 50*time.Millisecond)
		_, err := sender(t, sink).Send(ctx, letter)
		if u := wantUndelivered(t, err); !strings.Contains(u.Answer, "no answer in time") || u.Final {
			t.Errorf("%s: got %+v", stage, u)
		}
		cancel()
	}
}

// The server has taken the mail and says nothing any more: it is sent again with the
// same Message-ID, by which its reader's mailbox knows it.
func TestACopyHasTheSameMessageID(t *testing.T) {
	sink := server(t, smtptest.Options{})
	sink.At(smtptest.Body, smtptest.Deed{Drop: true})
	s := sender(t, sink)
	_, err := s.Send(t.Context(), letter)
	if u := wantUndelivered(t, err); u.Final || !strings.Contains(u.Answer, "the server ended the connection") {
		t.Errorf("got %+v", u)
	}
	sink.At(smtptest.Body, smtptest.Deed{})
	_, err = s.Send(t.Context(), letter)
	must(t, err)
	first, err := sink.Next(t.Context())
	must(t, err)
	second, err := sink.Next(t.Context())
	must(t, err)
	if first.Header("Message-ID") != second.Header("Message-ID") || string(first.Raw) != string(second.Raw) {
		t.Errorf("got\n%s\nand\n%s", first.Raw, second.Raw)
	}
}

func TestNobodyIsThere(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	must(t, l.Close())
	s, err := New(Options{Address: l.Addr().String(), Security: None, From: "a@example.com"})
	must(t, err)
	_, err = s.Send(t.Context(), letter)
	if u := wantUndelivered(t, err); u.Answered || u.Final || !strings.Contains(u.Answer, "connection refused") {
		t.Errorf("got %+v", u)
	}
	if _, err := New(Options{Address: "smtp.example.com"}); err == nil {
		t.Error("an address without a port was taken")
	}
}

// What reached the database in another way than by mail.Service adds no header.
func TestNoHeaderIsSmuggledIn(t *testing.T) {
	sink := server(t, smtptest.Options{})
	s := sender(t, sink)
	for _, bad := range []func(*routing.Mail){
		func(m *routing.Mail) { m.Subject = "x\r\nBcc: all@example.com" },
		func(m *routing.Mail) { m.ToName = "x\nBcc: all@example.com" },
		func(m *routing.Mail) { m.To = "jan@example.com\r\nBcc: all@example.com" },
		func(m *routing.Mail) { m.ReplyTo = "jan@example.com\rX: y" },
		func(m *routing.Mail) { m.ReplyToName = "x\x00y" },
	} {
		m := letter
		bad(&m)
		_, err := s.Send(t.Context(), m)
		if u := wantUndelivered(t, err); !u.Final {
			t.Errorf("got %+v for %+v", u, m)
		}
	}
	if n := sink.Kept(); n != 0 {
		t.Errorf("%d mails were sent", n)
	}
}
