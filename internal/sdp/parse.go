package sdp

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// ErrMalformed is wrapped by every error of Parse.
var ErrMalformed = errors.New("sdp: malformed")

// The limits of Parse: beyond them a description is an attack, not a telephone.
const (
	maxBytes = 64 << 10
	maxMedia = 32
)

// Parse reads a description. Unknown lines and attributes are passed over, and so
// is whatever cannot be read in an attribute; a broken m= or c= line is an error,
// because nothing good can be guessed from it.
func Parse(body []byte) (*Session, error) {
	if len(body) > maxBytes {
		return nil, malformed("%d bytes", len(body))
	}
	p := parser{session: &Session{Time: "0 0"}, direction: SendRecv}
	for number, line := range strings.FieldsFunc(string(body), func(r rune) bool { return r == '\r' || r == '\n' }) {
		if number == 0 && line != "v=0" {
			return nil, malformed("first line is not v=0")
		}
		if len(line) < 2 || line[1] != '=' {
			continue
		}
		if err := p.line(line[0], strings.TrimSpace(line[2:])); err != nil {
			return nil, err
		}
	}
	p.endMedia()
	if len(p.session.Media) == 0 {
		return nil, malformed("no m= line")
	}
	p.inherit()
	return p.session, nil
}

func malformed(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrMalformed, fmt.Sprintf(format, args...))
}

type parser struct {
	session   *Session
	direction Direction // of the session; media without one of their own take it
	ptime     int
	maxptime  int

	media    *Media // the one being read; nil before the first m= line
	directed bool   // it has a direction of its own
	maps     map[uint8]Codec
	params   map[uint8]string
}

func (p *parser) line(kind byte, value string) error {
	switch kind {
	case 'o':
		p.origin(value)
	case 'c':
		return p.connection(value)
	case 't':
		if p.media == nil && printable(value) {
			p.session.Time = value
		}
	case 'm':
		return p.startMedia(value)
	case 'a':
		p.attribute(value)
	}
	return nil
}

// origin reads "user id version IN IP4 address"; nothing of it is needed to talk,
// so a broken one is left empty.
func (p *parser) origin(value string) {
	f := strings.Fields(value)
	if len(f) != 6 {
		return
	}
	p.session.Origin.User, p.session.Origin.ID = f[0], f[1]
	p.session.Origin.Version, _ = strconv.ParseUint(f[2], 10, 64)
	p.session.Origin.Addr, _ = netip.ParseAddr(f[5])
}

func (p *parser) connection(value string) error {
	f := strings.Fields(value)
	if len(f) < 3 || f[0] != "IN" {
		return malformed("c=%q", value)
	}
	host, _, _ := strings.Cut(f[2], "/") // a TTL follows multicast addresses
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return malformed("c= address %q", host)
	}
	addr = addr.Unmap().WithZone("")
	if p.media == nil {
		p.session.Addr = addr
	} else {
		p.media.Addr = addr
	}
	return nil
}

func (p *parser) startMedia(value string) error {
	p.endMedia()
	if len(p.session.Media) == maxMedia {
		return malformed("more than %d m= lines", maxMedia)
	}
	f := strings.Fields(value)
	if len(f) < 4 {
		return malformed("m=%q", value)
	}
	for _, word := range f {
		if !token(word) {
			return malformed("m=%q", value)
		}
	}
	number, _, _ := strings.Cut(f[1], "/") // a count of ports may follow
	port, err := strconv.ParseUint(number, 10, 16)
	if err != nil {
		return malformed("m= port %q", f[1])
	}
	p.media = &Media{Kind: f[0], Port: uint16(port), Proto: f[2], Formats: f[3:]}
	p.directed, p.maps, p.params = false, map[uint8]Codec{}, map[uint8]string{}
	return nil
}

func (p *parser) attribute(value string) {
	name, value, _ := strings.Cut(value, ":")
	if d, ok := parseDirection(name); ok {
		p.setDirection(d)
		return
	}
	switch name {
	case "ptime":
		setMillis(value, p.field(&p.ptime, func(m *Media) *int { return &m.PTime }))
	case "maxptime":
		setMillis(value, p.field(&p.maxptime, func(m *Media) *int { return &m.MaxPTime }))
	case "rtpmap":
		p.rtpmap(value)
	case "fmtp":
		if pt, rest, ok := payloadType(value); ok && p.media != nil && printable(rest) {
			p.params[pt] = rest
		}
	case "rtcp":
		p.rtcp(value)
	}
}

func (p *parser) setDirection(d Direction) {
	if p.media == nil {
		p.direction = d
		return
	}
	p.media.Direction, p.directed = d, true
}

// field picks the session's value before the first m= line and the media's after.
func (p *parser) field(session *int, media func(*Media) *int) *int {
	if p.media == nil {
		return session
	}
	return media(p.media)
}

// setMillis reads milliseconds; some phones write "20.0".
func setMillis(value string, to *int) {
	f, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err == nil && f >= 1 && f <= 1000 {
		*to = int(f)
	}
}

func (p *parser) rtpmap(value string) {
	pt, rest, ok := payloadType(value)
	if !ok || p.media == nil {
		return
	}
	parts := strings.Split(rest, "/")
	if len(parts) < 2 || !token(parts[0]) {
		return
	}
	clock, err := strconv.Atoi(parts[1])
	if err != nil || clock <= 0 {
		return
	}
	c := Codec{PayloadType: pt, Name: parts[0], Clock: clock, Channels: 1}
	if len(parts) > 2 {
		if n, err := strconv.Atoi(parts[2]); err == nil && n > 0 {
			c.Channels = n
		}
	}
	p.maps[pt] = c
}

// rtcp reads "port" or "port IN IP4 address" (RFC 3605 section 2.1).
func (p *parser) rtcp(value string) {
	f := strings.Fields(value)
	if p.media == nil || len(f) == 0 {
		return
	}
	port, err := strconv.ParseUint(f[0], 10, 16)
	if err != nil || port == 0 {
		return
	}
	var addr netip.Addr
	if len(f) >= 4 {
		if addr, err = netip.ParseAddr(f[3]); err != nil {
			return
		}
	}
	p.media.RTCP = netip.AddrPortFrom(addr.Unmap().WithZone(""), uint16(port))
}

// endMedia puts the media being read into the session, its codecs in the order
// of the m= line, which is the order of preference (RFC 3264 section 5.1).
func (p *parser) endMedia() {
	if p.media == nil {
		return
	}
	m := p.media
	for _, format := range m.Formats {
		pt, err := strconv.ParseUint(format, 10, 7)
		if err != nil {
			continue
		}
		c, ok := p.maps[uint8(pt)]
		if !ok {
			c, ok = static[uint8(pt)]
		}
		if ok {
			c.Params = p.params[uint8(pt)]
			m.Codecs = append(m.Codecs, c)
		}
	}
	if !p.directed {
		m.Direction = p.direction
	}
	if m.PTime == 0 {
		m.PTime = p.ptime
	}
	if m.MaxPTime == 0 {
		m.MaxPTime = p.maxptime
	}
	p.session.Media = append(p.session.Media, *m)
	p.media = nil
}

// inherit gives the session's connection address to media without one.
func (p *parser) inherit() {
	for i := range p.session.Media {
		if m := &p.session.Media[i]; !m.Addr.IsValid() {
			m.Addr = p.session.Addr
		}
	}
}

func payloadType(value string) (pt uint8, rest string, ok bool) {
	number, rest, _ := strings.Cut(value, " ")
	n, err := strconv.ParseUint(number, 10, 7)
	return uint8(n), strings.TrimSpace(rest), err == nil && rest != ""
}

// token reports whether s may be repeated in a description of ours: visible
// ASCII (RFC 8866 section 9, token and the slash of proto).
func token(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return s != ""
}

func printable(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return s != ""
}
