package smtptest

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
)

const (
	longestLine = 2000    // RFC 5321 section 4.5.3.1.6 wants 1000 at least
	longestMail = 4 << 20 // bytes
)

var errTooLong = errors.New("too long")

// conversation is one connection. It belongs to its goroutine.
type conversation struct {
	server   *Server
	conn     net.Conn
	in       *bufio.Reader
	isSecure bool
	loggedIn bool
	mail     Mail
}

func newConversation(s *Server, conn net.Conn) *conversation {
	return &conversation{server: s, conn: conn, in: bufio.NewReaderSize(conn, longestLine), isSecure: s.options.AtOnce}
}

// run talks until one of the two ends it.
func (c *conversation) run() {
	if !c.at(Connect, func() bool { return c.say("220 smtptest") }) {
		return
	}
	for {
		line, err := c.line()
		if errors.Is(err, errTooLong) {
			c.say("500 line too long")
		}
		if err != nil || !c.take(line) {
			return
		}
	}
}

// at goes on as usual unless the server was told otherwise; false ends the
// conversation.
func (c *conversation) at(stage Stage, usual func() bool) bool {
	d := c.server.deed(stage)
	switch {
	case d.Stall:
		c.server.stalled <- struct{}{}
		_, _ = io.Copy(io.Discard, c.in) // until the client leaves
		return false
	case d.Drop:
		return false
	case d.Reply != "":
		return c.say(d.Reply)
	}
	return usual()
}

func (c *conversation) say(lines ...string) bool {
	for i, line := range lines {
		if i < len(lines)-1 {
			line = line[:3] + "-" + line[4:]
		}
		if _, err := io.WriteString(c.conn, line+"\r\n"); err != nil {
			return false
		}
	}
	return true
}

// line reads one line without its end.
func (c *conversation) line() (string, error) {
	raw, err := c.in.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		return "", errTooLong
	}
	if err != nil {
		return "", err
	}
	return strings.TrimRight(string(raw), "\r\n"), nil
}

// take answers one command; false ends the conversation.
func (c *conversation) take(line string) bool {
	verb, rest, _ := strings.Cut(line, " ")
	switch strings.ToUpper(verb) {
	case "EHLO", "HELO":
		return c.at(Hello, func() bool { c.mail.Hello = rest; return c.say(c.greeting()...) })
	case "STARTTLS":
		return c.startTLS()
	case "AUTH":
		return c.auth(rest)
	case "MAIL":
		return c.at(From, func() bool { return c.from(rest) })
	case "RCPT":
		return c.at(To, func() bool { return c.to(rest) })
	case "DATA":
		return c.at(Data, c.data)
	case "RSET":
		c.reset()
		return c.say("250 2.0.0 reset")
	case "NOOP":
		return c.say("250 2.0.0 here")
	case "QUIT":
		c.say("221 2.0.0 bye")
		return false
	}
	return c.say("500 5.5.1 unknown command")
}

func (c *conversation) greeting() []string {
	lines := []string{"250 smtptest", "250 8BITMIME"}
	if c.server.options.Certificate != nil && !c.isSecure {
		lines = append(lines, "250 STARTTLS")
	}
	if c.server.options.User != "" {
		lines = append(lines, "250 AUTH PLAIN LOGIN")
	}
	return append(lines, "250 ENHANCEDSTATUSCODES")
}

func (c *conversation) startTLS() bool {
	if c.server.options.Certificate == nil || c.isSecure {
		return c.say("502 5.5.1 not offered")
	}
	if !c.say("220 2.0.0 go ahead") {
		return false
	}
	secure := tls.Server(c.conn, &tls.Config{Certificates: []tls.Certificate{*c.server.options.Certificate}, MinVersion: tls.VersionTLS12})
	c.conn, c.in, c.isSecure = secure, bufio.NewReaderSize(secure, longestLine), true
	return true
}

// auth: RFC 4954, by PLAIN (RFC 4616) or LOGIN.
func (c *conversation) auth(rest string) bool {
	mechanism, first, _ := strings.Cut(rest, " ")
	var user, password string
	switch strings.ToUpper(mechanism) {
	case "PLAIN":
		parts := strings.Split(decoded(first), "\x00")
		if len(parts) == 3 {
			user, password = parts[1], parts[2]
		}
	case "LOGIN":
		user, password = c.ask("VXNlcm5hbWU6"), c.ask("UGFzc3dvcmQ6")
	}
	o := c.server.options
	c.loggedIn = o.User != "" && user == o.User && password == o.Password
	if !c.loggedIn {
		return c.say("535 5.7.8 wrong user or password")
	}
	c.mail.User = user
	return c.say("235 2.7.0 welcome")
}

func (c *conversation) ask(challenge string) string {
	c.say("334 " + challenge)
	line, err := c.line()
	if err != nil {
		return ""
	}
	return decoded(line)
}

func decoded(text string) string {
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return ""
	}
	return string(raw)
}

func (c *conversation) from(rest string) bool {
	address, ok := path(rest, "FROM:")
	switch {
	case !ok:
		return c.say("501 5.1.7 no sender")
	case c.server.options.User != "" && !c.loggedIn:
		return c.say("530 5.7.0 log in first")
	}
	c.reset()
	c.mail.From = address
	return c.say("250 2.1.0 sender taken")
}

func (c *conversation) to(rest string) bool {
	address, ok := path(rest, "TO:")
	switch {
	case !ok:
		return c.say("501 5.1.3 no recipient")
	case c.mail.From == "":
		return c.say("503 5.5.1 who sends it?")
	}
	c.mail.To = append(c.mail.To, address)
	return c.say("250 2.1.5 recipient taken")
}

// path is the address in angle brackets behind a word.
func path(rest, word string) (string, bool) {
	if len(rest) < len(word) || !strings.EqualFold(rest[:len(word)], word) {
		return "", false
	}
	open, end := strings.IndexByte(rest, '<'), strings.IndexByte(rest, '>')
	if open < 0 || end < open+2 {
		return "", false
	}
	return rest[open+1 : end], true
}

func (c *conversation) data() bool {
	if len(c.mail.To) == 0 {
		return c.say("503 5.5.1 for whom?")
	}
	if !c.say("354 end it with a dot") {
		return false
	}
	body, err := c.body()
	if errors.Is(err, errTooLong) {
		c.say("552 5.3.4 too long")
	}
	if err != nil {
		return false
	}
	mail := c.mail
	mail.Secure, mail.Raw = c.isSecure, body
	c.reset()
	if c.server.deed(Body).Drop {
		c.server.keep(mail)
	}
	return c.at(Body, func() bool {
		c.server.keep(mail)
		return c.say(fmt.Sprintf("250 2.0.0 taken as %d", c.server.Kept()))
	})
}

// body reads until the line that is a dot alone: RFC 5321 section 4.5.2.
func (c *conversation) body() ([]byte, error) {
	var body bytes.Buffer
	for {
		line, err := c.line()
		if err != nil {
			return nil, err
		}
		if line == "." {
			return body.Bytes(), nil
		}
		body.WriteString(strings.TrimPrefix(line, "."))
		body.WriteString("\r\n")
		if body.Len() > longestMail {
			return nil, errTooLong
		}
	}
}

func (c *conversation) reset() { c.mail = Mail{Hello: c.mail.Hello, User: c.mail.User} }
