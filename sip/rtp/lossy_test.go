package rtp_test

import (
	"net/netip"
	"testing"
	"time"

	pionrtcp "github.com/pion/rtcp"

	"sufler/internal/impair"
	"sufler/mixer"
	"sufler/sip/siptest"
)

// TestAPhoneBehindABadNetworkIsLearntAndItsLossesReported sends through a relay,
// as a phone behind a NAT whose packets come from another port than its SDP says.
func TestAPhoneBehindABadNetworkIsLearntAndItsLossesReported(t *testing.T) {
	r := newRig(t)
	phone, reports := rtcpPeer(t)
	to := r.at(r.offered(netip.AddrPortFrom(netip.MustParseAddr("127.0.0.99"), 4000), ""))
	relay, err := impair.New(to.Addr(), to, impair.Options{Loss: 0.1, Burst: 3, Duplicate: 0.02, Reorder: 0.05, Behind: time.Millisecond, Seed: 5})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(relay.Close)
	phone.sequence = 65500 // the numbers wrap on the way

	const packets = 400
	heard, p := 0, new(mixer.Packet)
	for n := range packets {
		phone.speak(relay.Addr(), 1)
		siptest.Eventually(t, "the relay has it", func() bool { return relay.Counts().Received == n+1 })
		for r.wire().Recv(p) {
			heard++
		}
	}
	// Those delivered and not heard proved who the phone is.
	siptest.Eventually(t, "everything that was delivered is counted", func() bool {
		for r.wire().Recv(p) {
			heard++
		}
		c, s := relay.Counts(), r.stats()
		return c.Delivered == packets-c.Lost+c.Duplicated && uint64(heard) == s.Received && c.Delivered-heard < 20
	})
	lost := relay.Counts().Lost
	if lost < 20 || lost > 70 {
		t.Fatalf("the relay lost %d of %d", lost, packets)
	}
	r.offered(phone.addr(), "") // the report goes straight to the phone
	r.clock.advance(8 * time.Second)
	r.wire().Flush()
	got, err := pionrtcp.Unmarshal(reports.read())
	if err != nil {
		t.Fatal(err)
	}
	block := got[0].(*pionrtcp.ReceiverReport).Reports[0]
	c := relay.Counts()
	// Duplicates count as received (RFC 3550 appendix A.3); the first and last
	// packets may be among those never seen.
	want := int64(lost - c.Duplicated)
	if diff := int64(int32(block.TotalLost<<8)>>8) - want; diff < -8 || diff > 8 {
		t.Errorf("reported as lost: got %d, want about %d", block.TotalLost, want)
	}
	if block.LastSequenceNumber>>16 != 1 {
		t.Errorf("highest sequence number: got %#x, want one turn of the numbers", block.LastSequenceNumber)
	}
}
