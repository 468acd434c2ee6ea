package configs

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The types of the file read themselves: UnmarshalText returns "what is wrong;
// what to do" and nothing else, the loader adds file, line, column and key.

// Duration is a length of time written as "20s" or "2m30s".
type Duration time.Duration

// UnmarshalText reads a positive duration.
func (d *Duration) UnmarshalText(text []byte) error {
	v, err := time.ParseDuration(string(text))
	if err != nil || v <= 0 {
		return fmt.Errorf("%q is no length of time; write 20s, 500ms or 2m30s", text)
	}
	*d = Duration(v)
	return nil
}

func (d Duration) String() string { return time.Duration(d).String() }

// Address is HOST:PORT; an IPv6 host stands in brackets.
type Address string

// UnmarshalText reads host and port.
func (a *Address) UnmarshalText(text []byte) error {
	s := string(text)
	host, port, err := net.SplitHostPort(s)
	_, numErr := strconv.ParseUint(port, 10, 16)
	switch {
	case err != nil:
		return fmt.Errorf("%q is no address; write HOST:PORT, for example 127.0.0.1:8080", s)
	case numErr != nil:
		return fmt.Errorf("%q is no port; write a number from 0 to 65535", port)
	case strings.ContainsAny(host, " /@;"):
		return fmt.Errorf("%q is no host; write a name or an address", host)
	}
	*a = Address(s)
	return nil
}

// Host returns the part before the port.
func (a Address) Host() string {
	host, _, _ := net.SplitHostPort(string(a))
	return host
}

// PortRange is FIRST-LAST, both included.
type PortRange struct{ First, Last uint16 }

// UnmarshalText reads a range of at least four ports.
func (r *PortRange) UnmarshalText(text []byte) error {
	first, last, found := strings.Cut(string(text), "-")
	a, errA := strconv.ParseUint(strings.TrimSpace(first), 10, 16)
	b, errB := strconv.ParseUint(strings.TrimSpace(last), 10, 16)
	if !found || errA != nil || errB != nil {
		return fmt.Errorf("%q is no range of ports; write FIRST-LAST, for example 20000-29999", text)
	}
	if a < 1024 || b < a+3 {
		return fmt.Errorf("%q holds too few ports or some below 1024; each call needs two for every leg", text)
	}
	*r = PortRange{uint16(a), uint16(b)}
	return nil
}

func (r PortRange) String() string { return fmt.Sprintf("%d-%d", r.First, r.Last) }

// Origin is SCHEME://HOST[:PORT] of a page that may carry the widget.
type Origin string

// UnmarshalText reads an origin as in RFC 6454 section 6.2.
func (o *Origin) UnmarshalText(text []byte) error {
	u, err := url.Parse(string(text))
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || (u.Path != "" && u.Path != "/") || u.RawQuery != "" {
		return fmt.Errorf("%q is no origin; write https://www.example.com without a path", text)
	}
	*o = Origin(u.Scheme + "://" + strings.ToLower(u.Host))
	return nil
}

// Network is an address or a range of them, as 192.0.2.1 or 192.0.2.0/24.
type Network struct{ netip.Prefix }

// UnmarshalText reads an address or a range.
func (n *Network) UnmarshalText(text []byte) error {
	s := string(text)
	prefix, err := netip.ParsePrefix(s)
	if address, single := netip.ParseAddr(s); single == nil {
		prefix, err = address.Prefix(address.BitLen())
	}
	if err != nil {
		return fmt.Errorf("%q is no address; write one like 192.0.2.1, or a range like 192.0.2.0/24", s)
	}
	if prefix.Bits() == 0 {
		return fmt.Errorf("%q is everybody, who could then write whatever address limits count by; name the proxy", s)
	}
	*n = Network{prefix.Masked()}
	return nil
}

// E164 is a telephone number with plus and country code, or empty.
type E164 string

// UnmarshalText reads a number as in ITU-T E.164: plus and 7 to 15 digits.
func (n *E164) UnmarshalText(text []byte) error {
	s := strings.ReplaceAll(string(text), " ", "")
	if err := digitsAfterPlus(s, 7, 15); err != nil {
		return fmt.Errorf("%q is no number with country code; write +420222111000", text)
	}
	*n = E164(s)
	return nil
}

// Prefix is the beginning of telephone numbers, plus and digits.
type Prefix string

// UnmarshalText reads a prefix.
func (p *Prefix) UnmarshalText(text []byte) error {
	s := strings.ReplaceAll(string(text), " ", "")
	if err := digitsAfterPlus(s, 1, 15); err != nil {
		return fmt.Errorf("%q is no prefix; write plus and digits, for example +420", text)
	}
	*p = Prefix(s)
	return nil
}

func digitsAfterPlus(s string, least, most int) error {
	digits, ok := strings.CutPrefix(s, "+")
	if !ok || len(digits) < least || len(digits) > most || strings.Trim(digits, "0123456789") != "" {
		return errors.New("not plus and digits")
	}
	return nil
}

// Country is an ISO 3166 code of two letters.
type Country string

// UnmarshalText reads two letters.
func (c *Country) UnmarshalText(text []byte) error {
	s := strings.ToUpper(string(text))
	if len(s) != 2 || strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return fmt.Errorf("%q is no country; write two letters, for example CZ", text)
	}
	*c = Country(s)
	return nil
}

// Secret is a password or token. "${NAME}" is taken from the environment.
type Secret string

// UnmarshalText reads a secret or the name of an environment variable.
func (s *Secret) UnmarshalText(text []byte) error {
	v := string(text)
	if name, ok := strings.CutPrefix(v, "${"); ok && strings.HasSuffix(name, "}") {
		name = strings.TrimSuffix(name, "}")
		v, ok = os.LookupEnv(name)
		if !ok || v == "" {
			return fmt.Errorf("the environment has no %s; set it, or use the key with _file", name)
		}
	}
	*s = Secret(v)
	return nil
}

func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return "(hidden)"
}

// The words that stand for a choice each have a type of their own.
type (
	// Transport is how SIP reaches a trunk.
	Transport string
	// RecordingMode says which calls are recorded.
	RecordingMode string
	// Rank is what a person may do in general.
	Rank string
	// Available says when a person counts as online.
	Available string
	// AnswerOn says where a person's calls ring.
	AnswerOn string
	// Language is a language of the pages.
	Language string
)

// The values of the choices.
const (
	TransportUDP Transport = "udp"
	TransportTCP Transport = "tcp"

	RecordingOff RecordingMode = "off"
	RecordingOn  RecordingMode = "on"

	RankOperator   Rank = "operator"
	RankSupervisor Rank = "supervisor"
	RankOwner      Rank = "owner"

	AvailableDesk  Available = "desk"
	AvailablePhone Available = "phone"

	AnswerBrowser AnswerOn = "browser"
	AnswerPhone   AnswerOn = "phone"
	AnswerBoth    AnswerOn = "both"
)

// UnmarshalText reads udp or tcp.
func (t *Transport) UnmarshalText(text []byte) error {
	return choose(t, text, TransportUDP, TransportTCP)
}

// UnmarshalText reads off or on.
func (m *RecordingMode) UnmarshalText(text []byte) error {
	return choose(m, text, RecordingOff, RecordingOn)
}

// UnmarshalText reads operator, supervisor or owner.
func (r *Rank) UnmarshalText(text []byte) error {
	return choose(r, text, RankOperator, RankSupervisor, RankOwner)
}

// UnmarshalText reads desk or phone.
func (a *Available) UnmarshalText(text []byte) error {
	return choose(a, text, AvailableDesk, AvailablePhone)
}

// UnmarshalText reads browser, phone or both.
func (a *AnswerOn) UnmarshalText(text []byte) error {
	return choose(a, text, AnswerBrowser, AnswerPhone, AnswerBoth)
}

// UnmarshalText reads a language the pages have.
func (l *Language) UnmarshalText(text []byte) error {
	return choose(l, text, "en", "cs", "ru")
}

func choose[T ~string](to *T, text []byte, values ...T) error {
	if v := T(text); slices.Contains(values, v) {
		*to = v
		return nil
	}
	words := make([]string, len(values))
	for i, v := range values {
		words[i] = string(v)
	}
	return fmt.Errorf("%q is not known here; write one of: %s", text, strings.Join(words, ", "))
}
