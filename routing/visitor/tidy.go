package visitor

import (
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"sufler/routing"
	"sufler/routing/callername"
)

const (
	urlRead      = 8192 // bytes of an address that are looked at
	urlKept      = 1000 // bytes of one that is kept
	titleKept    = 200  // characters
	emailMost    = 254  // bytes (RFC 5321 section 4.5.3.1.3)
	phoneMost    = 40
	languageMost = 35 // bytes (RFC 5646 section 4.4.1)
)

// secrets are the names in an address whose values are nobody's business here: who
// has a link with one of them may be taken for the visitor.
var secrets = []string{
	"access_token", "auth", "id_token", "jsessionid", "passwd", "password", "phpsessid", "pwd", "refresh_token", "secret", "session_id", "sid", "sig",
	"signature", "token",
}

// TidyURL is the address of a page as it may be kept and shown: of the web, without
// user and password, without the values that are keys to something, and not too long.
// It is empty for anything else.
func TidyURL(raw string) string {
	if len(raw) > urlRead || !utf8.ValidString(raw) || strings.ContainsFunc(raw, isHidden) {
		return ""
	}
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return ""
	}
	u.User, u.Host = nil, strings.ToLower(u.Host)
	u.RawQuery = withoutSecrets(u.RawQuery)
	if strings.Contains(u.Fragment, "=") { // a way of giving tokens back (RFC 6749 section 4.2.2)
		u.Fragment, u.RawFragment = withoutSecrets(u.Fragment), ""
	}
	for _, shorten := range []func(){
		func() {},
		func() { u.RawQuery = "" },
		func() { u.Fragment, u.RawFragment = "", "" },
		func() { u.Path, u.RawPath = "/", "" },
	} {
		shorten()
		if text := u.String(); len(text) <= urlKept {
			return text
		}
	}
	return ""
}

// withoutSecrets leaves the values of secrets out of a query, and the rest as it was.
func withoutSecrets(query string) string {
	if query == "" {
		return ""
	}
	parts := strings.Split(query, "&")
	for i, part := range parts {
		name, _, valued := strings.Cut(part, "=")
		plain, err := url.QueryUnescape(name)
		if err != nil {
			plain = name
		}
		if valued && slices.Contains(secrets, strings.ToLower(plain)) {
			parts[i] = name + "="
		}
	}
	return strings.Join(parts, "&")
}

// TidyTitle is what a page calls itself, as one line of plain text.
func TidyTitle(raw string) string { return oneLine(raw, titleKept) }

// oneLine takes out what hides or turns text around and cuts the rest.
func oneLine(raw string, most int) string {
	if len(raw) > most*16 { // whatever it is, no more of it will be kept
		raw = raw[:most*16]
	}
	plain := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.IsControl(r) {
			return ' '
		}
		if unicode.Is(unicode.Cf, r) || r == utf8.RuneError {
			return -1
		}
		return r
	}, raw)
	plain = strings.Join(strings.Fields(plain), " ")
	if utf8.RuneCountInString(plain) > most {
		plain = strings.TrimSpace(string([]rune(plain)[:most]))
	}
	return plain
}

func isHidden(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }

// tidyLanguage is a language tag, or nothing.
func tidyLanguage(raw string) string {
	for _, r := range raw {
		if r != '-' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') {
			return ""
		}
	}
	if len(raw) > languageMost {
		return ""
	}
	return raw
}

// tidyPhone is a telephone number as it was typed. It refuses with "phone_invalid".
func tidyPhone(typed string) (string, error) {
	phone := strings.Join(strings.Fields(typed), " ")
	digits := 0
	for _, r := range phone {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case !strings.ContainsRune("+-/(). #*", r):
			return "", routing.Refuse(routing.Invalid, "phone_invalid")
		}
	}
	if phone != "" && digits < 3 || len(phone) > phoneMost {
		return "", routing.Refuse(routing.Invalid, "phone_invalid")
	}
	return phone, nil
}

// tidyEmail is a mail address. It refuses with "email_invalid".
func tidyEmail(typed string) (string, error) {
	mail := strings.TrimSpace(typed)
	if mail == "" {
		return "", nil
	}
	at := strings.LastIndexByte(mail, '@')
	if len(mail) > emailMost || at < 1 || at == len(mail)-1 || !utf8.ValidString(mail) ||
		strings.ContainsFunc(mail, func(r rune) bool { return unicode.IsSpace(r) || isHidden(r) || strings.ContainsRune(`<>()[]\,;:"`, r) }) {
		return "", routing.Refuse(routing.Invalid, "email_invalid")
	}
	return mail, nil
}

// IsToken tells whether a text can be the token of a visitor: long and random ones are.
func IsToken(text string) bool {
	if len(text) < 32 || len(text) > 200 {
		return false
	}
	for _, r := range text {
		if r != '-' && r != '_' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') {
			return false
		}
	}
	return true
}

// apply changes what a Change names. It refuses with "request_invalid" (at),
// "phone_invalid" and "email_invalid".
func (c Change) apply(v *routing.Visitor) error {
	for _, field := range []struct {
		typed *string
		tidy  func(string) (string, error)
		to    *string
	}{
		{c.Name, callername.Tidy, &v.Name},
		{c.Phone, tidyPhone, &v.Phone},
		{c.Email, tidyEmail, &v.Email},
		{c.Language, func(typed string) (string, error) { return tidyLanguage(typed), nil }, &v.Language},
	} {
		if field.typed == nil {
			continue
		}
		tidied, err := field.tidy(*field.typed)
		if err != nil {
			return err
		}
		*field.to = tidied
	}
	return nil
}
