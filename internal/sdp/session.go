// Package sdp reads and makes session descriptions: the one place in the program
// where that is done for plain RTP.
//
// It knows the text (RFC 8866) and the rules of offer and answer (RFC 3264) for
// one stream of sound. It must not know sockets, SIP, who hears whom, or what the
// sound plane does with a codec. The reader is lenient on purpose: telephones
// send lines out of order, unknown lines and rubbish after the last line, and a
// call is worth more than their grammar.
package sdp

import (
	"bytes"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// Session is a description as far as this program uses it.
type Session struct {
	// Origin is what follows "o=" (RFC 8866 section 5.2).
	Origin Origin
	// Addr is the session's own connection address; media may have another.
	Addr netip.Addr
	// Time is what follows "t="; an answer repeats that of the offer.
	Time  string
	Media []Media
}

// Origin names a session and its version.
type Origin struct {
	User    string
	ID      string // numbers, but of any length on the wire
	Version uint64
	Addr    netip.Addr
}

// Media is one m= line and its attributes (RFC 8866 section 5.14).
type Media struct {
	Kind  string // "audio", "video", "image"
	Port  uint16 // 0: refused or removed (RFC 3264 section 6)
	Proto string // "RTP/AVP"
	// Formats are the formats as listed, which for RTP are payload types.
	Formats []string
	// Codecs are those of the formats whose codec is known, in the same order.
	Codecs []Codec
	// Addr is where the sound is to be sent; it is that of the session when the
	// media has none. Not valid when neither has one.
	Addr      netip.Addr
	Direction Direction
	// PTime and MaxPTime are milliseconds of sound per packet; 0: not said.
	PTime, MaxPTime int
	// RTCP is where reports are to be sent (RFC 3605); port 0: the port after Port.
	RTCP netip.AddrPort
}

// Codec is one payload type (a=rtpmap) and its parameters (a=fmtp).
type Codec struct {
	PayloadType uint8
	Name        string // compared without case
	Clock       int    // in Hz
	Channels    int    // 1 when not said
	Params      string
}

// Is reports whether both are the same codec, whatever their payload types.
func (c Codec) Is(other Codec) bool {
	return strings.EqualFold(c.Name, other.Name) && c.Clock == other.Clock && max(c.Channels, 1) == max(other.Channels, 1)
}

// The codecs that have a payload type of their own (RFC 3551 section 6) and
// telephone-event, whose type is agreed by each offer (RFC 4733 section 2).
var (
	PCMU   = Codec{PayloadType: 0, Name: "PCMU", Clock: 8000, Channels: 1}
	PCMA   = Codec{PayloadType: 8, Name: "PCMA", Clock: 8000, Channels: 1}
	G722   = Codec{PayloadType: 9, Name: "G722", Clock: 8000, Channels: 1}
	Digits = Codec{PayloadType: 101, Name: "telephone-event", Clock: 8000, Channels: 1, Params: "0-15"}
)

// static are the payload types that need no a=rtpmap.
var static = map[uint8]Codec{
	PCMU.PayloadType: PCMU,
	PCMA.PayloadType: PCMA,
	G722.PayloadType: G722,
	3:                {PayloadType: 3, Name: "GSM", Clock: 8000, Channels: 1},
	18:               {PayloadType: 18, Name: "G729", Clock: 8000, Channels: 1},
}

// Codec returns the media's own entry for a codec: the payload type and the
// parameters that its sender gave it.
func (m *Media) Codec(want Codec) (Codec, bool) {
	for _, c := range m.Codecs {
		if c.Is(want) {
			return c, true
		}
	}
	return Codec{}, false
}

// Remote returns where the sound of this media is to be sent.
func (m *Media) Remote() netip.AddrPort { return netip.AddrPortFrom(m.Addr, m.Port) }

// RemoteRTCP returns where reports are to be sent: a=rtcp if given (RFC 3605),
// otherwise the next port (RFC 3550 section 11).
func (m *Media) RemoteRTCP() netip.AddrPort {
	if m.RTCP.Port() == 0 {
		return netip.AddrPortFrom(m.Addr, m.Port+1)
	}
	if !m.RTCP.Addr().IsValid() {
		return netip.AddrPortFrom(m.Addr, m.RTCP.Port())
	}
	return m.RTCP
}

// Bytes writes the description in the order that RFC 8866 section 5 wants.
func (s *Session) Bytes() []byte {
	var b bytes.Buffer
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\r\n", args...) }
	line("v=0")
	line("o=%s %s %d IN %s", s.Origin.User, s.Origin.ID, s.Origin.Version, network(s.Origin.Addr))
	line("s=-")
	if s.Addr.IsValid() {
		line("c=IN %s", network(s.Addr))
	}
	line("t=%s", s.Time)
	for i := range s.Media {
		s.Media[i].write(line, s.Addr)
	}
	return b.Bytes()
}

func (m *Media) write(line func(string, ...any), session netip.Addr) {
	line("m=%s %d %s %s", m.Kind, m.Port, m.Proto, strings.Join(m.Formats, " "))
	if m.Addr.IsValid() && m.Addr != session {
		line("c=IN %s", network(m.Addr))
	}
	if m.Port == 0 {
		return // attributes of a refused stream mean nothing
	}
	for _, c := range m.Codecs {
		line("a=rtpmap:%d %s", c.PayloadType, c.encoding())
		if c.Params != "" {
			line("a=fmtp:%d %s", c.PayloadType, c.Params)
		}
	}
	if m.PTime > 0 {
		line("a=ptime:%d", m.PTime)
	}
	if m.MaxPTime > 0 {
		line("a=maxptime:%d", m.MaxPTime)
	}
	if m.RTCP.Port() != 0 {
		line("a=rtcp:%s", rtcpValue(m.RTCP))
	}
	line("a=%s", m.Direction)
}

func (c Codec) encoding() string {
	s := c.Name + "/" + strconv.Itoa(c.Clock)
	if c.Channels > 1 {
		s += "/" + strconv.Itoa(c.Channels)
	}
	return s
}

func rtcpValue(a netip.AddrPort) string {
	if !a.Addr().IsValid() {
		return strconv.Itoa(int(a.Port()))
	}
	return strconv.Itoa(int(a.Port())) + " IN " + network(a.Addr())
}

// network writes an address as in c= and o=: "IP4 192.0.2.1".
func network(a netip.Addr) string {
	switch {
	case !a.IsValid():
		return "IP4 0.0.0.0"
	case a.Unmap().Is4():
		return "IP4 " + a.Unmap().String()
	default:
		return "IP6 " + a.WithZone("").String()
	}
}
