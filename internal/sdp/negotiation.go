package sdp

import (
	"bytes"
	"errors"
	"fmt"
	"net/netip"
	"slices"
)

// ErrNotAcceptable says that a description offers no sound that we can take; in
// SIP it is 488.
var ErrNotAcceptable = errors.New("sdp: no common sound")

// Local is what we can do and where.
type Local struct {
	// Addr and Port are what we announce; RTCPPort is written only when it is not
	// the port after Port (RFC 3605).
	Addr     netip.Addr
	Port     uint16
	RTCPPort uint16
	// Codecs are ours in order of preference; with Digits among them we take and
	// give telephone keys.
	Codecs []Codec
	// PTime and MaxPTime are what we ask for, in milliseconds; 0 leaves them out.
	PTime, MaxPTime int
	// ID names our session in o=, digits only; it stays the same for the whole dialog.
	ID string
}

// Agreed is what an offer and its answer have come to, seen from our side.
type Agreed struct {
	// Codec is what we send, with the far end's payload type and parameters;
	// RecvType is the payload type that the far end sends it with.
	Codec    Codec
	RecvType uint8
	// Digits and RecvDigits are the payload types of telephone-event; 0: none.
	Digits, RecvDigits uint8
	// Remote and RemoteRTCP are where the far end wants to receive.
	Remote, RemoteRTCP netip.AddrPort
	Direction          Direction
	// PTime is how much sound the far end wants in one packet, in milliseconds.
	PTime int
}

// Negotiation is our side of all offers and answers of one dialog (RFC 3264). It
// carries one stream of sound; every other stream that the far end offers is
// refused with port 0. It is used by one goroutine.
type Negotiation struct {
	local  Local
	want   Direction
	codecs []Codec // ours, with the payload types that hold in this dialog

	// lines are the streams as they stand in the dialog, refused ones too: a later
	// offer must list them all again (RFC 3264 section 8). sound is the index of ours.
	lines []Media
	sound int
	met   bool // an offer and an answer have met

	version uint64
	said    []byte // our last description
}

// NewNegotiation begins a dialog's offers and answers.
func NewNegotiation(local Local) *Negotiation {
	return &Negotiation{local: local, want: SendRecv, codecs: slices.Clone(local.Codecs), version: 1}
}

// Want sets our direction in descriptions from now on: SendOnly to hold the far end.
func (n *Negotiation) Want(d Direction) { n.want = d }

// Offer makes an offer (RFC 3264 section 5, a later one: section 8).
func (n *Negotiation) Offer() []byte {
	lines := slices.Clone(n.lines)
	if lines == nil {
		lines = make([]Media, 1)
	}
	lines[n.sound] = n.stream("RTP/AVP", n.codecs, n.want)
	return n.say("0 0", lines)
}

// Answer takes an offer and makes our answer (RFC 3264 section 6). After an error
// everything stands as before.
func (n *Negotiation) Answer(offer []byte) ([]byte, Agreed, error) {
	theirs, err := Parse(offer)
	if err != nil {
		return nil, Agreed{}, err
	}
	index, err := n.choose(theirs)
	if err != nil {
		return nil, Agreed{}, err
	}
	m := &theirs.Media[index]
	codec, ours := n.common(m)
	if codec.Name == "" {
		return nil, Agreed{}, fmt.Errorf("%w: none of %v", ErrNotAcceptable, m.Formats)
	}
	agreed := Agreed{Codec: codec, RecvType: codec.PayloadType, Direction: answerDirection(m, n.want)}
	accepted := []Codec{{codec.PayloadType, codec.Name, codec.Clock, codec.Channels, ours.Params}}
	if digits, ok := n.digits(m); ok {
		agreed.Digits, agreed.RecvDigits = digits.PayloadType, digits.PayloadType
		accepted = append(accepted, Codec{digits.PayloadType, digits.Name, digits.Clock, digits.Channels, Digits.Params})
	}
	agreed.far(m)
	n.sound, n.met = index, true
	n.remember(accepted)
	return n.say(theirs.Time, n.answerLines(theirs, accepted, agreed.Direction)), agreed, nil
}

// Accept takes the far end's answer to our last offer (RFC 3264 section 7).
func (n *Negotiation) Accept(answer []byte) (Agreed, error) {
	theirs, err := Parse(answer)
	if err != nil {
		return Agreed{}, err
	}
	if n.sound >= len(theirs.Media) || !plain(&theirs.Media[n.sound]) || theirs.Media[n.sound].Port == 0 {
		return Agreed{}, fmt.Errorf("%w: refused by the far end", ErrNotAcceptable)
	}
	m := &theirs.Media[n.sound]
	codec, ours := n.common(m)
	if codec.Name == "" || !m.Addr.IsValid() {
		return Agreed{}, fmt.Errorf("%w: none of %v", ErrNotAcceptable, m.Formats)
	}
	agreed := Agreed{Codec: codec, RecvType: ours.PayloadType, Direction: answerDirection(m, n.want)}
	if digits, ok := n.digits(m); ok {
		agreed.Digits, agreed.RecvDigits = digits.PayloadType, n.own(Digits).PayloadType
	}
	agreed.far(m)
	n.met = true
	return agreed, nil
}

// choose finds the stream of sound to take: the one that is ours already, or the
// first that is plain RTP. A port of 0 takes the sound away for the time being,
// which only a later offer may do (RFC 3264 section 8.2).
func (n *Negotiation) choose(theirs *Session) (int, error) {
	if len(theirs.Media) < len(n.lines) {
		return 0, fmt.Errorf("%w: %d streams, there were %d", ErrNotAcceptable, len(theirs.Media), len(n.lines))
	}
	if n.met {
		if m := &theirs.Media[n.sound]; plain(m) && (m.Port == 0 || m.Addr.IsValid()) {
			return n.sound, nil
		}
	}
	for i := range theirs.Media {
		if m := &theirs.Media[i]; plain(m) && m.Port != 0 && m.Addr.IsValid() {
			return i, nil
		}
	}
	return 0, fmt.Errorf("%w: no stream of plain sound", ErrNotAcceptable)
}

func plain(m *Media) bool {
	return m.Kind == "audio" && (m.Proto == "RTP/AVP" || m.Proto == "RTP/AVPF")
}

// common is the far end's first codec that is ours too, as it and as we write it.
// The far end's order decides (RFC 3264 section 6.1).
func (n *Negotiation) common(m *Media) (theirs, ours Codec) {
	for _, c := range m.Codecs {
		if c.Is(Digits) {
			continue
		}
		if own := n.own(c); own.Name != "" {
			return c, own
		}
	}
	return Codec{}, Codec{}
}

// digits is the far end's telephone-event, when we take it too.
func (n *Negotiation) digits(m *Media) (Codec, bool) {
	if n.own(Digits).Name == "" {
		return Codec{}, false
	}
	return m.Codec(Digits)
}

func (n *Negotiation) own(c Codec) Codec {
	for _, own := range n.codecs {
		if own.Is(c) {
			return own
		}
	}
	return Codec{}
}

// remember keeps the far end's payload types: within a dialog a number is never
// given to another codec (RFC 3264 section 8.3.2).
func (n *Negotiation) remember(accepted []Codec) {
	for _, c := range accepted {
		for i := range n.codecs {
			if n.codecs[i].Is(c) {
				n.codecs[i].PayloadType = c.PayloadType
			}
		}
	}
}

// answerDirection is our direction towards a stream of theirs. An address of all
// zeros is the hold of old phones (RFC 2543; RFC 3264 section 8.4): nothing may be
// sent there, whatever the attribute says.
func answerDirection(m *Media, want Direction) Direction {
	theirs := m.Direction
	if m.Port == 0 {
		theirs = Inactive
	}
	if m.Addr.IsUnspecified() {
		theirs &= SendOnly
	}
	return theirs.Answer(want)
}

// far fills in where and how the far end wants to receive.
func (a *Agreed) far(m *Media) {
	a.Remote, a.RemoteRTCP, a.PTime = m.Remote(), m.RemoteRTCP(), m.PTime
	if a.PTime == 0 {
		a.PTime = 20 // RFC 3551 section 4.2: the default packet time
	}
	if m.MaxPTime > 0 {
		a.PTime = min(a.PTime, m.MaxPTime)
	}
}

// stream is our own m= line.
func (n *Negotiation) stream(proto string, codecs []Codec, d Direction) Media {
	m := Media{
		Kind: "audio", Port: n.local.Port, Proto: proto, Codecs: codecs, Addr: n.local.Addr,
		Direction: d, PTime: n.local.PTime, MaxPTime: n.local.MaxPTime,
	}
	for _, c := range codecs {
		m.Formats = append(m.Formats, fmt.Sprint(c.PayloadType))
	}
	if n.local.RTCPPort != 0 && n.local.RTCPPort != n.local.Port+1 {
		m.RTCP = netip.AddrPortFrom(netip.Addr{}, n.local.RTCPPort)
	}
	return m
}

// answerLines answers every stream in its place: ours, the others with port 0.
func (n *Negotiation) answerLines(theirs *Session, accepted []Codec, d Direction) []Media {
	lines := make([]Media, len(theirs.Media))
	for i, m := range theirs.Media {
		if i == n.sound && m.Port != 0 {
			lines[i] = n.stream(m.Proto, accepted, d)
			continue
		}
		lines[i] = Media{Kind: m.Kind, Proto: m.Proto, Formats: m.Formats}
	}
	return lines
}

// say writes our description and raises its version exactly when it differs from
// the one before (RFC 3264 section 8).
func (n *Negotiation) say(when string, lines []Media) []byte {
	n.lines = lines
	s := Session{
		Origin: Origin{User: "-", ID: n.local.ID, Version: n.version, Addr: n.local.Addr},
		Addr:   n.local.Addr, Time: when, Media: lines,
	}
	body := s.Bytes()
	if n.said != nil && !bytes.Equal(body, n.said) {
		n.version++
		s.Origin.Version = n.version
		body = s.Bytes()
	}
	n.said = body
	return slices.Clone(body)
}
