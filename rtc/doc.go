// Package rtc gives calls to browsers: legs over WebRTC, for the desks of
// operators and the pages of visitors.
//
// It knows offers and answers of browsers, ICE, DTLS and SRTP (all of them
// pion's), and the life of one leg. It does not know who hears whom, what a call
// is, or how a page reaches us: offers come and answers go as text. pion is never
// called on the thread of a shard; between the two stand rings (wire.go).
package rtc
