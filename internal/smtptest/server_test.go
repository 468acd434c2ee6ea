package smtptest

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"net"
	"net/smtp"
	"regexp"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"sufler/internal/certificate"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func started(t *testing.T, o Options) *Server {
	t.Helper()
	s, err := Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func own(t *testing.T) *tls.Certificate {
	t.Helper()
	now := time.Now()
	cert, key, err := certificate.SelfSigned([]string{"127.0.0.1"}, now.Add(-time.Hour), now.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	pair, err := tls.X509KeyPair(cert, key)
	if err != nil {
		t.Fatal(err)
	}
	return &pair
}

const letter = "Subject: =?utf-8?q?P=C5=99epis?=\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nDobr=C3=BD den\r\n.\r\n..dots\r\n"

func send(s *Server) error {
	return smtp.SendMail(s.Address(), nil, "a@example.com", []string{"b@example.com", "c@example.com"}, []byte(letter))
}

func TestAMailIsKeptAsItCame(t *testing.T) {
	s := started(t, Options{})
	if err := send(s); err != nil {
		t.Fatal(err)
	}
	m, err := s.Next(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	text, err := m.Text()
	if m.From != "a@example.com" || strings.Join(m.To, " ") != "b@example.com c@example.com" || m.Header("Subject") != "Přepis" ||
		text != "Dobrý den\n.\n..dots\n" || err != nil || m.Secure {
		t.Errorf("got %+v, %q, %v", m, text, err)
	}
}

func TestTheServerBehavesAsItIsTold(t *testing.T) {
	for name, c := range map[string]struct {
		at   Stage
		deed Deed
		want string
		kept int
	}{
		"full":              {Connect, Deed{Reply: "421 4.3.2 come later"}, "421", 0},
		"no such mailbox":   {To, Deed{Reply: "550 5.1.1 no such mailbox"}, "550", 0},
		"sender not wanted": {From, Deed{Reply: "553 5.7.1 not yours"}, "553", 0},
		"not taken":         {Body, Deed{Reply: "554 5.6.0 no"}, "554", 0},
		"gone before":       {Data, Deed{Drop: true}, "EOF", 0},
		"gone after":        {Body, Deed{Drop: true}, "EOF", 1},
	} {
		t.Run(name, func(t *testing.T) {
			s := started(t, Options{})
			s.At(c.at, c.deed)
			if err := send(s); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
			if got := s.Kept(); got != c.kept {
				t.Errorf("got %d kept, want %d", got, c.kept)
			}
			s.At(c.at, Deed{})
			if err := send(s); err != nil {
				t.Errorf("told to go on as usual: %v", err)
			}
		})
	}
}

func TestAStalledConversationEndsWithTheServer(t *testing.T) {
	s := started(t, Options{})
	s.At(Hello, Deed{Stall: true})
	conn, err := net.Dial("tcp", s.Address())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	in := bufio.NewReader(conn)
	if greeting, err := in.ReadString('\n'); err != nil || greeting != "220 smtptest\r\n" {
		t.Errorf("got %q, %v", greeting, err)
	}
	if _, err := conn.Write([]byte("EHLO here\r\n")); err != nil {
		t.Fatal(err)
	}
	<-s.Stalled()
	s.Close()
	if said, err := in.ReadString('\n'); err == nil {
		t.Errorf("a stalled server said %q", said)
	}
}

func TestWhoMustLogInIsAskedTo(t *testing.T) {
	s := started(t, Options{User: "shop", Password: "secret"})
	if err := send(s); err == nil || !strings.Contains(err.Error(), "530") {
		t.Errorf("without a login: got %v", err)
	}
	for password, want := range map[string]string{"wrong": "535", "secret": ""} {
		err := smtp.SendMail(s.Address(), smtp.PlainAuth("", "shop", password, "127.0.0.1"), "a@example.com", []string{"b@example.com"}, []byte(letter))
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("with %s: got %v, want %q", password, err, want)
		}
	}
}

func TestTLSIsOfferedOrSpokenAtOnce(t *testing.T) {
	trusting := &tls.Config{InsecureSkipVerify: true}
	for _, atOnce := range []bool{false, true} {
		s := started(t, Options{Certificate: own(t), AtOnce: atOnce})
		var conn net.Conn
		var err error
		if atOnce {
			conn, err = tls.Dial("tcp", s.Address(), trusting)
		} else {
			conn, err = net.Dial("tcp", s.Address())
		}
		if err != nil {
			t.Fatal(err)
		}
		c, err := smtp.NewClient(conn, "127.0.0.1")
		if err == nil && !atOnce {
			err = c.StartTLS(trusting)
		}
		for _, step := range []func() error{func() error { return c.Mail("a@example.com") }, func() error { return c.Rcpt("b@example.com") }} {
			if err == nil {
				err = step()
			}
		}
		if err != nil {
			t.Fatal(err)
		}
		w, err := c.Data()
		if err != nil {
			t.Fatal(err)
		}
		_, _ = w.Write([]byte(letter))
		if err := w.Close(); err != nil {
			t.Error(err)
		}
		if m, err := s.Next(t.Context()); err != nil || !m.Secure {
			t.Errorf("at once %v: got secure %v, %v", atOnce, m.Secure, err)
		}
		_ = c.Close()
	}
}

var reply = regexp.MustCompile(`^\d{3}[ -][ -~]*$`)

// Whatever a client says, every answer is a line of a code and words, the
// conversation ends with it, and a kept mail has a sender and a recipient.
func FuzzConversation(f *testing.F) {
	f.Add([]byte("EHLO a\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n.\r\n..\r\n.\r\nQUIT\r\n"))
	f.Add([]byte("AUTH LOGIN\r\n====\r\n\r\nAUTH PLAIN AGEAYg==\r\nSTARTTLS\r\nRSET\r\nMAIL FROM:><\r\nRCPT TO:\n"))
	f.Add(bytes.Repeat([]byte("x"), longestLine+1))
	f.Fuzz(func(t *testing.T, said []byte) {
		s := &Server{options: Options{User: "a", Password: "b"}, deeds: map[Stage]Deed{}, more: make(chan struct{})}
		client := &script{says: bytes.NewReader(said)}
		newConversation(s, client).run()
		for line := range strings.Lines(client.heard.String()) {
			if whole, ok := strings.CutSuffix(line, "\r\n"); !ok || !reply.MatchString(whole) {
				t.Errorf("answered %q", line)
			}
		}
		for _, m := range s.mails {
			if m.From == "" || len(m.To) == 0 {
				t.Errorf("kept %+v", m)
			}
		}
	})
}

// script is a connection whose client says what is written down.
type script struct {
	net.Conn
	says  *bytes.Reader
	heard bytes.Buffer
}

func (s *script) Read(to []byte) (int, error) { return s.says.Read(to) }
func (s *script) Write(b []byte) (int, error) { return s.heard.Write(b) }
