package rtc

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	pionsdp "github.com/pion/sdp/v3"

	"sufler/mixer"
	"sufler/routing"
)

// maxOffer is the longest offer that is read, in bytes. Chromium's for one stream
// of sound is under 4 kB.
const maxOffer = 64 << 10

// offer is what we have understood of a page's offer (RFC 9429): one stream of
// sound, and how to reach the page. Everything else in it is left out, so that
// nothing that we have not checked goes any further.
type offer struct {
	mid         string
	bundled     bool
	ufrag, pwd  string
	fingerprint string // hash and value, as in SDP
	sends       bool   // the page sends
	receives    bool
	codec       mixer.Codec
	sound       uint8 // payload types, which the page has chosen
	digits      uint8 // 0: none
	ssrc        uint32
}

// mixerCodecs are the codecs of SDP as the sound plane names them.
var mixerCodecs = map[string]mixer.Codec{"PCMU/8000": mixer.PCMU, "PCMA/8000": mixer.PCMA}

// digitsCodec is the codec of keys (RFC 4733) with the clock of our sound.
const digitsCodec = "TELEPHONE-EVENT/8000"

// readOffer understands an offer. It refuses with "offer_invalid" and
// "sound_not_common".
func readOffer(text string) (offer, error) {
	if len(text) > maxOffer {
		return offer{}, invalid(fmt.Errorf("%d bytes", len(text)))
	}
	var d pionsdp.SessionDescription
	if err := d.UnmarshalString(text); err != nil {
		return offer{}, invalid(err)
	}
	if n := len(d.MediaDescriptions); n != 1 {
		return offer{}, invalid(fmt.Errorf("%d media, want one stream of sound", n))
	}
	m := d.MediaDescriptions[0]
	if m.MediaName.Media != "audio" {
		return offer{}, invalid(fmt.Errorf("media %q, want audio", m.MediaName.Media))
	}
	o, err := readTransport(&d, m)
	if err != nil {
		return offer{}, invalid(err)
	}
	return o, o.readSound(m)
}

func invalid(err error) error {
	return &routing.Error{Kind: routing.Invalid, Code: "offer_invalid", Err: fmt.Errorf("rtc: offer: %w", err)}
}

// readTransport reads how the page is reached and checks that it is a browser's
// way: SRTP keyed by DTLS (RFC 8827 section 6.5), ICE, and RTCP on the same port.
func readTransport(d *pionsdp.SessionDescription, m *pionsdp.MediaDescription) (offer, error) {
	get := func(key string) string {
		if v, ok := m.Attribute(key); ok {
			return v
		}
		v, _ := d.Attribute(key)
		return v
	}
	o := offer{mid: get("mid"), ufrag: get("ice-ufrag"), pwd: get("ice-pwd"), fingerprint: get("fingerprint")}
	group, _ := d.Attribute("group")
	o.bundled = group == "BUNDLE "+o.mid
	_, mux := m.Attribute("rtcp-mux")
	o.ssrc = firstSSRC(m)
	switch {
	case strings.Join(m.MediaName.Protos, "/") != "UDP/TLS/RTP/SAVPF":
		return o, fmt.Errorf("protocol %q", strings.Join(m.MediaName.Protos, "/"))
	case !isToken(o.mid, 1, 32):
		return o, errors.New("no mid")
	case !isICE(o.ufrag, 4) || !isICE(o.pwd, 22): // RFC 8839 section 5.4
		return o, errors.New("no ice-ufrag and ice-pwd")
	case !isFingerprint(o.fingerprint):
		return o, errors.New("no fingerprint")
	case get("setup") != "actpass": // RFC 9429 section 5.2.1
		return o, fmt.Errorf("setup %q", get("setup"))
	case !mux:
		return o, errors.New("no rtcp-mux")
	}
	return o, nil
}

// readSound chooses the page's first codec that we have, and reads the direction.
func (o *offer) readSound(m *pionsdp.MediaDescription) error {
	o.sends, o.receives = directions(m)
	if !o.sends && !o.receives {
		return invalid(errors.New("neither sends nor receives"))
	}
	names := codecNames(m)
	for _, format := range m.MediaName.Formats {
		t, err := strconv.ParseUint(format, 10, 7)
		if err != nil {
			return invalid(fmt.Errorf("format %q", format))
		}
		name := names[uint8(t)]
		if codec := mixerCodecs[name]; codec != 0 && o.codec == 0 {
			o.codec, o.sound = codec, uint8(t)
		}
		if name == digitsCodec && o.digits == 0 {
			o.digits = uint8(t)
		}
	}
	if o.codec == 0 {
		return routing.Refuse(routing.Invalid, "sound_not_common")
	}
	return nil
}

// codecNames reads the codecs' names, in upper case with their clock.
func codecNames(m *pionsdp.MediaDescription) map[uint8]string {
	// RFC 3551 section 6: these types need no rtpmap.
	names := map[uint8]string{0: "PCMU/8000", 8: "PCMA/8000"}
	for _, a := range m.Attributes {
		if a.Key != "rtpmap" {
			continue
		}
		format, name, _ := strings.Cut(a.Value, " ")
		if t, err := strconv.ParseUint(format, 10, 7); err == nil {
			names[uint8(t)] = strings.TrimSuffix(strings.ToUpper(strings.TrimSpace(name)), "/1")
		}
	}
	return names
}

func directions(m *pionsdp.MediaDescription) (sends, receives bool) {
	has := func(key string) bool { _, ok := m.Attribute(key); return ok }
	switch {
	case has("inactive"):
		return false, false
	case has("sendonly"):
		return true, false
	case has("recvonly"):
		return false, true
	}
	return true, true
}

// firstSSRC is the source that the page declares (RFC 5576 section 4.1), or 0.
func firstSSRC(m *pionsdp.MediaDescription) uint32 {
	value, _ := m.Attribute("ssrc")
	number, _, _ := strings.Cut(value, " ")
	ssrc, _ := strconv.ParseUint(number, 10, 32)
	return uint32(ssrc)
}

func isToken(s string, least, most int) bool {
	return len(s) >= least && len(s) <= most && !strings.ContainsFunc(s, func(r rune) bool {
		return !isLetterOrDigit(r) && !strings.ContainsRune("-_.+", r)
	})
}

// isICE checks the signs of ICE's names and passwords (RFC 8839 section 5.1).
func isICE(s string, least int) bool {
	return len(s) >= least && len(s) <= 256 && !strings.ContainsFunc(s, func(r rune) bool {
		return !isLetterOrDigit(r) && r != '+' && r != '/'
	})
}

func isLetterOrDigit(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
}

// hashes are those of a certificate that may be believed, with their length in bytes.
var hashes = map[string]int{"sha-256": 32, "sha-384": 48, "sha-512": 64}

// isFingerprint checks a certificate's fingerprint (RFC 8122 section 5).
func isFingerprint(s string) bool {
	hash, value, _ := strings.Cut(s, " ")
	bytes := strings.Split(value, ":")
	return len(bytes) == hashes[strings.ToLower(hash)] && !slices.ContainsFunc(bytes, func(b string) bool {
		_, err := strconv.ParseUint(b, 16, 8)
		return err != nil || len(b) != 2
	})
}

// String writes the offer anew, from what was understood alone. It has no
// candidates: a lite agent never looks for the page, the page finds it
// (RFC 8445 section 2.5).
func (o offer) String() string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\r\n", args...) }
	line("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0")
	if o.bundled {
		line("a=group:BUNDLE %s", o.mid)
	}
	formats := strconv.Itoa(int(o.sound))
	if o.digits != 0 {
		formats += " " + strconv.Itoa(int(o.digits))
	}
	line("m=audio 9 UDP/TLS/RTP/SAVPF %s\r\nc=IN IP4 0.0.0.0", formats)
	line("a=mid:%s\r\na=ice-ufrag:%s\r\na=ice-pwd:%s\r\na=fingerprint:%s", o.mid, o.ufrag, o.pwd, o.fingerprint)
	line("a=setup:actpass\r\na=rtcp-mux\r\na=%s", o.direction())
	line("a=rtpmap:%d %s/8000", o.sound, o.codec)
	if o.digits != 0 {
		line("a=rtpmap:%d telephone-event/8000", o.digits)
	}
	if o.ssrc != 0 && o.sends {
		line("a=msid:page sound\r\na=ssrc:%d cname:page", o.ssrc)
	}
	return b.String()
}

func (o offer) direction() string {
	switch {
	case o.sends && o.receives:
		return "sendrecv"
	case o.sends:
		return "sendonly"
	}
	return "recvonly"
}
