package configs

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestMistakesAboutMailAreTold(t *testing.T) {
	for name, c := range map[string]struct{ mail, want string }{
		"no server":            {`{from: info@example.com}`, `x.yaml:1:1: mail.server: is empty beside mail.from; give the mail server as HOST:PORT`},
		"no port":              {`{server: smtp.example.com, from: info@example.com}`, `x.yaml:1:16: mail.server: "smtp.example.com" is no address`},
		"port of nothing":      {`{server: "smtp.example.com:0", from: info@example.com}`, `mail.server: "smtp.example.com:0" names no host or no port`},
		"no sender":            {`{server: "smtp.example.com:587"}`, `mail.from: is empty; give the address that mails come from`},
		"a name and address":   {`{server: "smtp.example.com:587", from: "Shop <info@example.com>"}`, `is no mail address; write one like info@example.com`},
		"two addresses":        {`{server: "smtp.example.com:587", from: "a@example.com, b@example.com"}`, `is no mail address`},
		"a line break":         {`{server: "smtp.example.com:587", from: "a@example.com\nBcc: b@example.com"}`, `is no mail address`},
		"a quoted address":     {`{server: "smtp.example.com:587", from: '"a b"@example.com'}`, `is no mail address`},
		"a foreign script":     {`{server: "smtp.example.com:587", from: "почта@example.com"}`, `is no mail address`},
		"a line break in name": {`{server: "smtp.example.com:587", from: a@example.com, from_name: "Shop\r\nBcc: b@example.com"}`, `mail.from_name: holds a line break`},
		"no password":          {`{server: "smtp.example.com:587", from: a@example.com, user: shop}`, `mail.password: is missing`},
		"no user":              {`{server: "smtp.example.com:587", from: a@example.com, password: secret}`, `mail.user: is missing beside the password`},
		"two passwords":        {`{server: "smtp.example.com:587", from: a@example.com, user: shop, password: x, password_file: y}`, `mail.password_file: stands beside mail.password`},
		"a password for all":   {`{server: "smtp.example.com:25", from: a@example.com, user: shop, password: x, tls: none}`, `mail.tls: is none, so the password would be sent for everybody to read`},
		"an unknown choice":    {`{server: "smtp.example.com:25", from: a@example.com, tls: ssl}`, `"ssl" is not known here; write one of: starttls, tls, none`},
		"forgotten at once":    {`{server: "smtp.example.com:25", from: a@example.com, keep_days: 0}`, `mail.keep_days: must be 1 or more`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Parse("x.yaml", []byte("mail: "+c.mail+"\n"))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q in it", err, c.want)
			}
		})
	}
}

func TestWarningsAboutMail(t *testing.T) {
	for name, c := range map[string]struct{ mail, want string }{
		"usual":                    {`{server: "smtp.example.com:587", from: a@example.com}`, ""},
		"usual, encrypted at once": {`{server: "smtp.example.com:465", from: a@example.com, tls: tls}`, ""},
		"on this machine":          {`{server: "127.0.0.1:25", from: a@example.com, tls: none, user: shop, password: x}`, ""},
		"readable on its way":      {`{server: "smtp.example.com:25", from: a@example.com, tls: none}`, `mail.tls: warning: is none: mails can be read on their way to smtp.example.com`},
		"the other way at 465":     {`{server: "smtp.example.com:465", from: a@example.com}`, `servers at port 465 usually speak tls`},
		"the other way at 587":     {`{server: "smtp.example.com:587", from: a@example.com, tls: tls}`, `servers at port 587 usually speak starttls`},
	} {
		t.Run(name, func(t *testing.T) {
			config, err := Parse("x.yaml", []byte("mail: "+c.mail+"\n"))
			if err != nil {
				t.Fatal(err)
			}
			got := config.Warnings().Error()
			if c.want == "" && got != "" || !strings.Contains(got, c.want) {
				t.Errorf("got %q, want %q in it", got, c.want)
			}
		})
	}
}

func TestTheMailPasswordMayStandInAFile(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "mail.secret"), []byte("long mail secret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Parse(filepath.Join(dir, "sufler.yaml"), []byte("mail: {server: \"smtp.example.com:587\", from: a@example.com, user: shop, password_file: mail.secret}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := c.ReadSecret(c.Mail.Password, c.Mail.PasswordFile); got != "long mail secret" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
	_, err = Parse(filepath.Join(dir, "sufler.yaml"), []byte("mail: {server: \"smtp.example.com:587\", from: a@example.com, user: shop, password_file: gone.secret}\n"))
	if _, told := errors.AsType[Problems](err); !told || !strings.Contains(err.Error(), "cannot be read; create it with the secret in it") {
		t.Errorf("got %v", err)
	}
}
