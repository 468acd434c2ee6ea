package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf16"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// secretWord is something that a person must not be sent, in any spelling.
type secretWord struct {
	what  string
	forms [][]byte // compared without regard to the case of ASCII
	exact [][]byte
}

// spelled is a text in every spelling that a protocol of ours could give it.
func spelled(what, text string) secretWord {
	w := secretWord{what: what}
	folded, _, _ := transform.String(transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn))), text)
	for _, s := range []string{text, strings.ToLower(text), strings.ToUpper(text), norm.NFD.String(text), folded, strconv.QuoteToASCII(text)} {
		s = strings.Trim(s, `"`)
		quoted, _ := json.Marshal(s)
		w.forms = append(w.forms, []byte(s), bytes.Trim(quoted, `"`), []byte(url.QueryEscape(s)), []byte(url.PathEscape(s)), utf16LE(s))
		w.exact = append(w.exact, base64s(s)...)
	}
	w.forms = slices.DeleteFunc(w.forms, func(b []byte) bool { return len(b) == 0 })
	return w
}

func utf16LE(s string) (b []byte) {
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return b
}

// base64s are what a text looks like inside Base64, wherever it begins.
func base64s(s string) (all [][]byte) {
	for before := range 3 {
		padded := append(make([]byte, before), s...)
		from, to := (before*8+5)/6, len(padded)*8/6
		for _, e := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			all = append(all, []byte(e.EncodeToString(padded)[from:to]))
		}
	}
	return all
}

// addressed is an address and port, as text and in the bytes of a packet.
func addressed(what string, at netip.AddrPort) secretWord {
	port := strconv.Itoa(int(at.Port()))
	w := spelled(what, at.String())
	ip := at.Addr().As4()
	hi, lo := byte(at.Port()>>8), byte(at.Port())
	w.exact = append(w.exact, append(ip[:], hi, lo), append([]byte{hi, lo}, ip[:]...))
	for _, form := range []string{at.Addr().String() + " " + port, "m=audio " + port + " ", "rtcp:" + port} {
		w.forms = append(w.forms, []byte(form))
	}
	return w
}

// found returns the words that data holds.
func found(data []byte, words []secretWord) (all []string) {
	lower := lowerASCII(data)
	for _, w := range words {
		if slices.ContainsFunc(w.forms, func(f []byte) bool { return bytes.Contains(lower, lowerASCII(f)) }) ||
			slices.ContainsFunc(w.exact, func(f []byte) bool { return bytes.Contains(data, f) }) {
			all = append(all, w.what)
		}
	}
	return all
}

// lowerASCII leaves every other byte as it is: what is searched need not be text.
func lowerASCII(b []byte) []byte {
	b = bytes.Clone(b)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return b
}

// No row: the search itself must be able to fail.
func TestTheSearchFindsASecretInEverySpelling(t *testing.T) {
	at := netip.MustParseAddrPort("127.0.0.1:40961")
	words := []secretWord{spelled("name", leadName), spelled("number", leadPhone), addressed("address", at)}
	inBase64 := func(s string) string { return base64.StdEncoding.EncodeToString([]byte("who: " + s + ", more")) }
	for _, c := range []struct{ name, hides, want string }{
		{"as it is", leadName, "name"},
		{"upper case", strings.ToUpper(leadName), "name"},
		{"lower case", strings.ToLower(leadName), "name"},
		{"without its marks", "zofie dablova", "name"},
		{"JSON in ASCII", `"\u017dofie \u010e\u00e1blov\u00e1"`, "name"},
		{"percent-encoded", url.QueryEscape(leadName), "name"},
		{"as part of a path", strings.ToLower(url.PathEscape(leadName)), "name"},
		{"Base64", inBase64(leadName), "name"},
		{"UTF-16", string(utf16LE(leadName)), "name"},
		{"a number", "<sip:" + leadPhone + "@127.0.0.1>", "number"},
		{"a number in Base64", inBase64(leadPhone), "number"},
		{"an address", "Contact: <sip:x@127.0.0.1:40961>", "address"},
		{"a candidate", "a=candidate:1 1 udp 1 127.0.0.1 40961 typ host", "address"},
		{"an SDP port", "m=audio 40961 RTP/AVP 0", "address"},
		{"an address in bytes", "\x00\x01\xa0\x01\x7f\x00\x00\x01", "address"},
		{"another name", "Jan Novák 127.0.0.1:40962", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := strings.Join(found([]byte("\x80\x00before"+c.hides+"after"), words), " ")
			if got != c.want {
				t.Errorf("found %q, want %q", got, c.want)
			}
		})
	}
}
