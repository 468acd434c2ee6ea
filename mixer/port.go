package mixer

// Codec is how a port's sound is coded on its wire. The codecs that exist are
// in mixer/codec; zero is invalid.
type Codec uint8

// The codecs; all at 8 kHz with an RTP clock of 8000 (RFC 3551 section 4.5.14).
const (
	PCMU Codec = iota + 1
	PCMA
)

func (c Codec) String() string {
	names := [...]string{PCMU: "PCMU", PCMA: "PCMA"}
	if c == 0 || int(c) >= len(names) {
		return "invalid_codec"
	}
	return names[c]
}

// Attachment opens a port. It waits alone, in a bus of its own, and sends
// constant silence until a plan names it.
type Attachment struct {
	Port        PortID
	Class       Class
	Codec       Codec
	PayloadType uint8
	// DigitsType is the payload type of telephone-event (RFC 4733); 0: none.
	DigitsType uint8
	// PacketFrames is how many frames of 20 ms one packet to the listener holds.
	PacketFrames int
	// SendNothing keeps the wire mute: the far end holds us (a=sendonly, a=inactive).
	SendNothing bool
	// Unwatched ports may be quiet for ever without MediaLost: their wire knows by
	// itself when the far end is gone, as a browser's does by ICE (RFC 7675).
	Unwatched bool
	// Wire is the leg's line; nil only for class Source.
	Wire Wire
	// Sound is what a port of class Source plays.
	Sound Sound
}

// Sound is a source with no ear: it fills frames of 8 kHz, 16 bit, mono. The
// sounds that exist are in mixer/tone. It is called on the shard's thread, never
// blocks and never allocates.
type Sound interface {
	// Next fills one frame and returns false when the sound has ended.
	Next(frame []int16) bool
}
