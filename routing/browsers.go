package routing

import (
	"context"
	"time"
)

// BrowserOwner names whose pages a browser leg leads to: the OperatorID of a desk
// or the TalkID of a visitor, as text. Only pages that have proved to be the
// owner's may touch the leg.
type BrowserOwner string

// Browsers is the sound of pages: legs over WebRTC, and the offers and answers
// that give them their sound. rtc gives it; it also implements Dialler for
// Destination.Browser. Its methods may be called from any goroutine and return
// soon.
type Browsers interface {
	// Arrive makes the leg of a visitor who calls us from a page. take is called
	// once, before anybody can offer, and returns the sink for the leg's events.
	// The port will be of class mixer.Outside. EarlyMedia comes when the page's
	// sound is there, Answered after Answer. A leg that is offered nothing for
	// 30 s ends with NoAnswer. It refuses with "browsers_full" (Busy), as dialling
	// Destination.Browser does.
	Arrive(owner BrowserOwner, take func(Leg) (sink func(Signal))) (Leg, error)
	// Offer gives a leg its sound: the page's SDP offer (RFC 9429) comes in, our
	// whole answer goes out, with every candidate of ours in it (ICE-lite, RFC 8445
	// section 2.5). Offering on a leg that rings answers it once the sound is
	// there; on one that is on the line it replaces the sound before it: a page
	// that was reloaded, another tab, another network. Each offer is that of a new
	// RTCPeerConnection, and our keys are new with each answer. It refuses with
	// "leg_unknown" (NotFound, also for a foreign owner), "leg_ended" (Gone),
	// "offer_invalid" (Invalid) and "sound_not_common" (Invalid).
	Offer(ctx context.Context, owner BrowserOwner, leg LegID, offer string) (answer string, err error)
	// Hangup ends a leg, or declines one that rings. It refuses with "leg_unknown".
	Hangup(owner BrowserOwner, leg LegID) error
	// Legs returns the owner's legs that have not ended, oldest first.
	Legs(owner BrowserOwner) []BrowserLeg
	// Watch calls told with each leg after it has changed, in order for each leg,
	// until stop is called. told must not block.
	Watch(told func(BrowserLeg)) (stop func())
}

// BrowserLeg is a leg as its page may know it.
type BrowserLeg struct {
	Leg   LegID
	Owner BrowserOwner
	Call  CallID // what the page may show with it; empty for a visitor's
	State BrowserState
	// FromName and FromNumber are what a ringing desk shows.
	FromName, FromNumber string
	// Expected: the page answers by itself, its person has just asked for it.
	Expected bool
	// Quiet: nobody is to hear this person yet, so no microphone need be asked for.
	Quiet bool
	Since time.Time // when State began
	Cause Cause     // why it ended; zero: it has not
}

// BrowserState is how a browser's leg is doing.
type BrowserState uint8

// The states; zero is invalid on purpose.
const (
	BrowserRings      BrowserState = iota + 1 // waits for the page's offer
	BrowserConnecting                         // offered, the sound is not there yet
	BrowserOnLine
	BrowserLost // was on the line; waits for a new offer or for packets
	BrowserEnded
)

func (s BrowserState) String() string {
	names := [...]string{
		BrowserRings: "rings", BrowserConnecting: "connecting", BrowserOnLine: "on_line", BrowserLost: "lost", BrowserEnded: "ended",
	}
	if s == 0 || int(s) >= len(names) {
		return "invalid_state"
	}
	return names[s]
}
