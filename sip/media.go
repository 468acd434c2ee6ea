package sip

import (
	"net/netip"

	"sufler/mixer"
)

// Media is the sound of one leg as seen from its signalling: SDP in and out, and
// the port behind it. sip/rtp gives it for RTP; cmd plugs it in. It is used by
// the leg's own goroutine only.
type Media interface {
	// Offer returns our offer (RFC 3264 section 5). It may be called again.
	Offer() ([]byte, error)
	// Answer takes their offer and returns our answer (RFC 3264 section 6), also
	// for a re-INVITE. A refusal of kind Invalid means 488.
	Answer(offer []byte) ([]byte, error)
	// Accept takes their answer to our offer. It is called again when a later
	// answer differs: a call that forks gives one with its early sound and
	// another, perhaps of another device, with its 2xx (RFC 3261 section
	// 13.2.1). The last one holds.
	Accept(answer []byte) error
	// Port is the port of the sound plane, attached once an offer and an answer
	// have met; 0 before.
	Port() mixer.PortID
	// Close detaches the port and frees its sockets.
	Close()
}

// MediaSpec says what a leg's sound is for.
type MediaSpec struct {
	// Class is the guard's class of the port, for life.
	Class mixer.Class
	// Local is our address towards the peer; it is what SDP announces unless an
	// external address is set.
	Local netip.Addr
	// Peer is where the peer's signalling comes from; media that comes from
	// elsewhere than the SDP said is learnt from this address only.
	Peer netip.Addr
}

// MediaMaker opens the sound of new legs.
type MediaMaker interface {
	Make(MediaSpec) (Media, error)
	// Check refuses an offer that Answer would refuse, of kind Invalid, and opens
	// nothing: nobody's phone need ring for a call that cannot be heard.
	Check(spec MediaSpec, offer []byte) error
}

// DigitSender is a Media that can play telephone digits to the peer
// (RFC 4733). It must not block.
type DigitSender interface {
	SendDigits(digits string)
}
