package rtc

import (
	"time"

	"sufler/routing"
)

// The limits of a leg's life.
const (
	offerLimit   = 30 * time.Second // for a visitor's page to offer
	ringLimit    = 3 * time.Minute  // for a desk to offer, when nobody said how long
	connectLimit = 15 * time.Second // from an offer to its sound
	lostLimit    = 60 * time.Second // for a lost page to come back
)

// trigger is what moves a leg from state to state.
type trigger uint8

const (
	offered trigger = iota + 1 // the page's offer was answered
	connected
	lost
	back
	over
)

func (t trigger) String() string {
	return [...]string{"invalid", "offered", "connected", "lost", "back", "over"}[min(t, over)]
}

// next is the whole life of a leg. An offer on a leg that is on the line, or lost,
// does not move it: the sound before it is there until the new one is.
var next = map[routing.BrowserState]map[trigger]routing.BrowserState{
	routing.BrowserRings: {
		offered: routing.BrowserConnecting, over: routing.BrowserEnded,
	},
	routing.BrowserConnecting: {
		offered: routing.BrowserConnecting, connected: routing.BrowserOnLine, over: routing.BrowserEnded,
	},
	routing.BrowserOnLine: {
		offered: routing.BrowserOnLine, connected: routing.BrowserOnLine, lost: routing.BrowserLost, over: routing.BrowserEnded,
	},
	routing.BrowserLost: {
		offered: routing.BrowserLost, connected: routing.BrowserOnLine, back: routing.BrowserOnLine, over: routing.BrowserEnded,
	},
	routing.BrowserEnded: {},
}
