package rtc_test

import (
	"context"
	"net"
	"net/netip"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"sufler/routing"
	"sufler/rtc"
	"sufler/rtc/browser"
	"sufler/rtc/rtctest"
)

// What is closed holds no port, no timer and no descriptor; that no goroutine is
// left TestMain looks.
func TestCloseGivesEverythingBack(t *testing.T) {
	before := descriptors(t)
	w := newWorld(t)
	addr := w.stack.Addr()
	ringing, arriving, talking, connecting := w.dial(), w.arrive(), w.dial(), w.dial()
	page := w.connect(talking, browser.Options{})
	overTCP := w.connect(arriving, browser.Options{TCP: true})
	rtctest.Next[routing.EarlyMedia](t, arriving.Events)
	rtctest.Next[routing.Answered](t, talking.Events)
	offer, err := rtctest.Open(t, browser.Options{}).Offer(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.stack.Offer(t.Context(), routing.BrowserOwner(anna), connecting.ID(), offer); err != nil {
		t.Fatal(err)
	}
	if err := w.stack.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, leg := range []rung{ringing, arriving, talking, connecting} {
		if e := rtctest.Next[routing.Ended](t, leg.Events); e.Cause != routing.ShuttingDown {
			t.Errorf("ended with %s", e.Cause)
		}
	}
	if n := w.plane.ports(); n != 0 {
		t.Errorf("%d ports are left", n)
	}
	if n := w.clock.running(); n != 0 {
		t.Errorf("%d timers are left", n)
	}
	for _, e := range []*browser.Endpoint{page, overTCP} {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	}
	var config net.ListenConfig
	conn, err := config.ListenPacket(t.Context(), "udp", addr.String())
	if err != nil {
		t.Fatalf("the port is still taken: %v", err)
	}
	_ = conn.Close()
	rtctest.Eventually(t, "all descriptors given back", func() bool {
		// The one endpoint that never got an answer is closed at the test's end.
		return descriptors(t) <= before+2
	})
}

// descriptors counts the open sockets and eventfds of this process.
func descriptors(t *testing.T) int {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, e := range entries {
		target, _ := os.Readlink("/proc/self/fd/" + e.Name())
		if strings.HasPrefix(target, "socket:") || strings.Contains(target, "eventfd") {
			n++
		}
	}
	return n
}

func TestNothingIsTakenAfterClose(t *testing.T) {
	w := newWorld(t)
	if err := w.stack.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, dialled := w.stack.Dial(routing.DialRequest{To: routing.Destination{Browser: anna}}, func(routing.Signal) {})
	_, arrived := w.stack.Arrive(talk, func(routing.Leg) func(routing.Signal) { return nil })
	for _, err := range []error{dialled, arrived} {
		if routing.KindOf(err) != routing.Unavailable {
			t.Errorf("got %v, want unavailable", err)
		}
	}
}

// An offer that came as the leg ended, or whose asker has gone, leaves nothing.
func TestAnOfferGivenUpLeavesNothing(t *testing.T) {
	w := newWorld(t)
	leg := w.dial()
	offer, err := rtctest.Open(t, browser.Options{}).Offer(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range 3 {
		_, _ = w.stack.Offer(ctx, routing.BrowserOwner(anna), leg.ID(), offer)
	}
	leg.Do(routing.Hangup{})
	rtctest.Next[routing.Ended](t, leg.Events)
	if n := w.plane.ports(); n != 0 {
		t.Errorf("%d ports are left", n)
	}
}

func TestTheExternalAddressIsAnnouncedAndNoOther(t *testing.T) {
	w := newWorld(t, func(o *rtc.Options) { o.External = netip.MustParseAddr("192.0.2.99") })
	answer := w.answerTo(w.dial(), browser.Options{})
	if strings.Contains(answer, "127.0.0.1") {
		t.Errorf("the inner address is announced:\n%s", answer)
	}
	for _, protocol := range []string{" udp ", " tcp "} {
		if !slices.ContainsFunc(strings.Split(answer, "\r\n"), func(line string) bool {
			return strings.HasPrefix(line, "a=candidate:") && strings.Contains(line, protocol) && strings.Contains(line, " 192.0.2.99 ")
		}) {
			t.Errorf("no candidate over%swith the external address:\n%s", protocol, answer)
		}
	}
}

// The certificate of the process is not kept for ever: pion's live a month.
func TestTheCertificateIsRenewed(t *testing.T) {
	w := newWorld(t)
	fingerprint := func() string { return first(t, w.answerTo(w.dial(), browser.Options{}), `a=fingerprint:(.*)`) }
	one, two := fingerprint(), fingerprint()
	w.clock.skip(25 * time.Hour)
	if three := fingerprint(); one != two || two == three {
		t.Errorf("fingerprints %q, %q and a day later %q", one, two, three)
	}
}

func TestOnePortTakesBothProtocols(t *testing.T) {
	w := newWorld(t)
	if w.stack.Addr().Port() == 0 {
		t.Fatal("no port")
	}
	answer := w.answerTo(w.dial(), browser.Options{})
	for line := range strings.Lines(answer) {
		if strings.HasPrefix(line, "a=candidate:") && strings.Fields(line)[5] != strings.Split(w.stack.Addr().String(), ":")[1] {
			t.Errorf("another port: %s", line)
		}
	}
}

func TestWatchersAreToldUntilTheyStop(t *testing.T) {
	w := newWorld(t)
	var other shown
	stop := w.stack.Watch(other.tell)
	one := w.dial()
	one.Do(routing.Hangup{})
	rtctest.Next[routing.Ended](t, one.Events)
	stop()
	two := w.dial()
	two.Do(routing.Hangup{Cause: routing.Elsewhere})
	rtctest.Next[routing.Ended](t, two.Events)
	want := []routing.BrowserState{routing.BrowserRings, routing.BrowserEnded}
	if got := other.states(); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := w.shown.all[len(w.shown.all)-1]; got.Cause != routing.Elsewhere || got.State != routing.BrowserEnded {
		t.Errorf("last shown: %+v", got)
	}
}
