package rtc_test

import (
	"testing"

	"sufler/routing"
	"sufler/rtc/browser"
	"sufler/rtc/rtctest"
)

// BenchmarkOffer is the server's share of a page's set-up until the answer, and
// the end of the leg.
func BenchmarkOffer(b *testing.B) {
	w := newWorld(b)
	offer, err := rtctest.Open(b, browser.Options{}).Offer(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		leg := w.dial()
		if _, err := w.stack.Offer(b.Context(), routing.BrowserOwner(anna), leg.ID(), offer); err != nil {
			b.Fatal(err)
		}
		leg.Do(routing.Hangup{})
		rtctest.Next[routing.Ended](b, leg.Events)
	}
}
