package rtp_test

import (
	"net/netip"
	"testing"
	"time"

	"sufler/internal/sdp"
	"sufler/mixer"
)

func described(tb testing.TB, body []byte) netip.AddrPort {
	tb.Helper()
	s, err := sdp.Parse(body)
	if err != nil {
		tb.Fatal(err)
	}
	return s.Media[0].Remote()
}

func TestSoundGoesBothWays(t *testing.T) {
	r := newRig(t)
	phone := newPeer(t, "127.0.0.1")
	to := r.at(r.offered(phone.addr(), ""))
	phone.speak(to, 1)
	if p := r.next(); p.SSRC != 1 || p.Sequence != 101 || p.Timestamp != 101*160 || p.Len != 160 || p.PayloadType != 0 {
		t.Errorf("heard %d, sequence %d, timestamp %d, %d bytes of type %d", p.SSRC, p.Sequence, p.Timestamp, p.Len, p.PayloadType)
	}
	r.send(9)
	if p := phone.packet(); p.SSRC != 77 || p.SequenceNumber != 9 || len(p.Payload) != 160 {
		t.Errorf("phone got %v", p)
	}
}

// TestForeignSourceIsNeverHeardAndNeverAnswered plays the intruder who sends RTP
// into a live call from other addresses, and from another port of the same one.
func TestForeignSourceIsNeverHeardAndNeverAnswered(t *testing.T) {
	r := newRig(t)
	phone, stranger, neighbour := newPeer(t, "127.0.0.1"), newPeer(t, "127.0.0.2"), newPeer(t, "127.0.0.1")
	to := r.at(r.offered(phone.addr(), ""))

	stranger.speak(to, 20) // before the phone's own first packet
	r.until("the stranger counted", func(s mixer.Stats) bool { return s.Foreign == 20 })
	phone.speak(to, 1)
	r.next()
	stranger.speak(to, 20)
	neighbour.speak(to, 20)
	r.until("both counted", func(s mixer.Stats) bool { return s.Foreign == 60 })
	r.send(1)
	phone.packet()
	stranger.empty()
	neighbour.empty()
	phone.speak(to, 1)
	r.next() // and the phone is still heard
}

func TestAPhoneBehindANATIsLearntAfterFourPackets(t *testing.T) {
	r := newRig(t)
	phone := newPeer(t, "127.0.0.1")
	to := r.at(r.offered(netip.MustParseAddrPort("127.0.0.99:4000"), ""))
	phone.speak(to, 5)
	if p := r.next(); p.Sequence != 104 {
		t.Errorf("first packet heard: got %d, want 104, the fourth", p.Sequence)
	}
	r.send(1)
	phone.packet()
	if s := r.stats(); s.Foreign != 0 {
		t.Errorf("foreign: got %d, want 0: the packets that proved the phone are its own", s.Foreign)
	}
	late := newPeer(t, "127.0.0.1")
	r.next()
	late.speak(to, 10)
	r.until("the second candidate counted", func(s mixer.Stats) bool { return s.Foreign == 10 })
}

func TestNoAddressIsLearntAfterTheFirstSeconds(t *testing.T) {
	r := newRig(t)
	phone := newPeer(t, "127.0.0.1")
	to := r.at(r.offered(netip.MustParseAddrPort("127.0.0.99:4000"), ""))
	phone.speak(to, 1)
	phone.raw(to, []byte("junk"))
	r.until("the first packet taken", func(s mixer.Stats) bool { return s.Malformed == 1 })
	r.clock.advance(6 * time.Second)
	phone.speak(to, 10)
	r.until("all counted", func(s mixer.Stats) bool { return s.Foreign == 10 })
	r.send(1)
	phone.empty()
}

func TestPacketsOutOfSequenceProveNothing(t *testing.T) {
	r := newRig(t)
	phone := newPeer(t, "127.0.0.1")
	to := r.at(r.offered(netip.MustParseAddrPort("127.0.0.99:4000"), ""))
	for range 10 {
		phone.speak(to, 3)
		phone.sequence += 7
	}
	phone.raw(to, []byte("end of it"))
	r.until("all taken", func(s mixer.Stats) bool { return s.Malformed == 1 })
}

func TestAReofferMovesTheSoundAndKeepsThePort(t *testing.T) {
	r := newRig(t)
	before, after := newPeer(t, "127.0.0.1"), newPeer(t, "127.0.0.3")
	to := r.at(r.offered(before.addr(), ""))
	port := r.media.Port()
	before.speak(to, 1)
	r.next()
	if again := r.at(r.offered(after.addr(), "")); again != to || r.media.Port() != port {
		t.Errorf("after the re-offer: at %s, port %d; want %s, port %d", again, r.media.Port(), to, port)
	}
	after.speak(to, 1)
	r.next()
	before.speak(to, 3)
	r.until("the old address is foreign", func(s mixer.Stats) bool { return s.Foreign == 3 })
	r.send(1)
	after.packet()
	before.empty()
}

func TestHoldSendsNothingAndLeavesNoHole(t *testing.T) {
	r := newRig(t)
	phone := newPeer(t, "127.0.0.1")
	r.offered(phone.addr(), "")
	r.send(1)
	first := phone.packet()
	for i, hold := range []string{"a=sendonly\r\n", "a=inactive\r\n"} {
		r.offered(phone.addr(), hold)
		r.send(uint16(2 + 2*i))
		r.send(uint16(3 + 2*i))
		phone.empty()
	}
	r.offered(netip.AddrPortFrom(netip.IPv4Unspecified(), phone.addr().Port()), "") // the old way
	r.send(6)
	phone.empty()
	r.offered(phone.addr(), "")
	r.send(7)
	p := phone.packet()
	if want := first.SequenceNumber + 1; p.SequenceNumber != want || p.Timestamp != 7*160 {
		t.Errorf("after the hold: got sequence %d, timestamp %d; want %d, 1120", p.SequenceNumber, p.Timestamp, want)
	}
	if !p.Marker {
		t.Error("first packet after the hold has no marker")
	}
}

func TestAnotherCodecOpensAnotherPort(t *testing.T) {
	r := newRig(t)
	phone := newPeer(t, "127.0.0.1")
	to := r.at(r.offered(phone.addr(), ""))
	body, err := r.media.Answer(offer(phone.addr(), "8", ""))
	if err != nil {
		t.Fatal(err)
	}
	if again := r.at(body); again != to {
		t.Errorf("at %s, want the same address %s", again, to)
	}
	want := []string{"attach 1 PCMU", "detach 1", "attach 2 PCMA"}
	if len(r.plane.log) != 3 || r.plane.log[0] != want[0] || r.plane.log[1] != want[1] || r.plane.log[2] != want[2] {
		t.Errorf("the sound plane saw %q, want %q", r.plane.log, want)
	}
	phone.speak(to, 1)
	r.next()
}

func TestEachSideHasPayloadTypesOfItsOwn(t *testing.T) {
	r := newRig(t)
	phone := newPeer(t, "127.0.0.1")
	to := described(t, mustOffer(t, r))
	answer := offer(phone.addr(), "0 97", "a=rtpmap:97 telephone-event/8000\r\na=ptime:60\r\n")
	if err := r.media.Accept(answer); err != nil {
		t.Fatal(err)
	}
	a := r.plane.attached[r.media.Port()]
	if a.DigitsType != 97 || a.PacketFrames != 3 {
		t.Errorf("attached with digits %d, %d frames; want 97, 3", a.DigitsType, a.PacketFrames)
	}
	phone.raw(to, []byte{2 << 6, 101, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 5, 0x8a, 3, 0x20})
	if p := r.next(); p.PayloadType != 97 {
		t.Errorf("type of a digit: got %d, want 97, as the port knows it", p.PayloadType)
	}
}

func mustOffer(t *testing.T, r *rig) []byte {
	t.Helper()
	body, err := r.media.Offer()
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func TestMalformedPacketsAreCountedAndDropped(t *testing.T) {
	r := newRig(t)
	phone := newPeer(t, "127.0.0.1")
	to := r.at(r.offered(phone.addr(), ""))
	cases := [][]byte{
		{},
		{0x80},
		make([]byte, 172),                       // version 0
		{0x8f, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1}, // sources that are not there
		{0x90, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0xbe, 0xde, 0xff, 0xff},              // an extension too long
		{0xa0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1},                                      // padding of nothing
		{0xa0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 200},                                 // padding longer than all
		append([]byte{0x80, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1}, make([]byte, 1500)...), // too long
	}
	for _, b := range cases {
		phone.raw(to, b)
	}
	r.until("all counted", func(s mixer.Stats) bool { return s.Malformed == uint64(len(cases)) })
	phone.raw(to, []byte{0xa0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 42, 42, 0, 0, 3})
	if p := r.next(); p.Len != 2 {
		t.Errorf("payload with three bytes of padding: got %d bytes, want 2", p.Len)
	}
}
