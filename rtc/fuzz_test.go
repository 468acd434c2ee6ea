package rtc_test

import (
	"testing"

	"sufler/routing"
	"sufler/rtc"
	"sufler/rtc/browser"
	"sufler/rtc/rtctest"
)

// FuzzOffer throws texts at a leg that rings. Each is refused as invalid or answered;
// the leg, its port and what pion began for it are gone afterwards. What is refused
// never gets as far as pion.
func FuzzOffer(f *testing.F) {
	for _, opt := range []browser.Options{{}, {TCP: true}} {
		e, err := browser.New(opt)
		if err != nil {
			f.Fatal(err)
		}
		offer, err := e.Offer(f.Context())
		if err != nil {
			f.Fatal(err)
		}
		if err := e.Close(); err != nil {
			f.Fatal(err)
		}
		f.Add(offer)
	}
	f.Add("")
	f.Add("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\n")
	f.Fuzz(func(t *testing.T, text string) {
		again, err := rtc.Reads(text)
		if err != nil {
			if routing.KindOf(err) != routing.Invalid {
				t.Fatalf("refused with %v", err)
			}
			return
		}
		if twice, err := rtc.Reads(again); err != nil || twice != again {
			t.Fatalf("%q became %q, %v", again, twice, err)
		}
		takes(t, text)
	})
}

// takes offers what was understood to a leg that rings.
func takes(t *testing.T, text string) {
	t.Helper()
	w := newWorld(t)
	leg := w.dial()
	if answer, err := w.stack.Offer(t.Context(), routing.BrowserOwner(anna), leg.ID(), text); err != nil || answer == "" {
		t.Fatalf("understood, and then %q, %v", answer, err)
	}
	leg.Do(routing.Hangup{})
	if e := rtctest.Next[routing.Ended](t, leg.Events); e.Cause != routing.Cancelled {
		t.Fatalf("ended with %+v", e)
	}
	if n := w.plane.ports() + w.clock.running(); n != 0 {
		t.Fatalf("%d ports and timers are left", n)
	}
}
