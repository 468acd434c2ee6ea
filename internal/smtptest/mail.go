package smtptest

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"mime"
	"mime/quotedprintable"
	"net/mail"
	"strings"
)

// Mail is a mail as it came.
type Mail struct {
	Hello  string // how the client called itself
	User   string // who had logged in
	From   string // of the envelope
	To     []string
	Secure bool // came over TLS
	Raw    []byte
}

// Header is a header's value in words; empty when there is none or it is broken.
func (m Mail) Header(name string) string {
	message, err := mail.ReadMessage(bytes.NewReader(m.Raw))
	if err != nil {
		return ""
	}
	value, err := new(mime.WordDecoder).DecodeHeader(message.Header.Get(name))
	if err != nil {
		return ""
	}
	return value
}

// Text is the body in words, with plain line ends.
func (m Mail) Text() (string, error) {
	message, err := mail.ReadMessage(bytes.NewReader(m.Raw))
	if err != nil {
		return "", fmt.Errorf("smtptest: %w", err)
	}
	body := message.Body
	switch strings.ToLower(message.Header.Get("Content-Transfer-Encoding")) {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	}
	text, err := io.ReadAll(body)
	if err != nil {
		return "", fmt.Errorf("smtptest: %w", err)
	}
	return strings.ReplaceAll(string(text), "\r\n", "\n"), nil
}
