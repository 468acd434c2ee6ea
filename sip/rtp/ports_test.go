package rtp_test

import (
	"errors"
	"net"
	"net/netip"
	"testing"
	"time"

	"sufler/mixer"
	"sufler/routing"
	"sufler/sip"
	"sufler/sip/rtp"
)

var loopback = sip.MediaSpec{Class: mixer.Staff, Local: netip.MustParseAddr("127.0.0.1"), Peer: netip.MustParseAddr("127.0.0.1")}

// freeRange finds a range of ports that nobody has bound.
func freeRange(t *testing.T, size int) (low uint16) {
	t.Helper()
	for low := 40000; low < 60000; low += size {
		if allFree(low, size) {
			return uint16(low)
		}
	}
	t.Fatal("no free range of ports")
	return 0
}

func allFree(low, size int) bool {
	for port := low; port < low+size; port++ {
		c, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port})
		if err != nil {
			return false
		}
		_ = c.Close()
	}
	return true
}

func TestPortsAreEvenNeverTwiceAndRestAfterACall(t *testing.T) {
	low := freeRange(t, 8)
	r := newRig(t)
	maker, err := rtp.New(rtp.Options{Plane: r.plane, Clock: r.clock, Low: low, High: low + 7})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[uint16]sip.Media{}
	for range 4 {
		m, err := maker.Make(loopback)
		if err != nil {
			t.Fatal(err)
		}
		body, err := m.Offer()
		if err != nil {
			t.Fatal(err)
		}
		port := described(t, body).Port()
		if port%2 != 0 || port < low || port > low+6 || seen[port] != nil {
			t.Errorf("port %d: odd, out of range or given before", port)
		}
		seen[port] = m
	}
	if _, err := maker.Make(loopback); routing.KindOf(err) != routing.Unavailable {
		t.Errorf("fifth leg of four pairs: got %v, want a refusal of kind unavailable", err)
	}
	for _, m := range seen {
		m.Close()
		m.Close() // twice is once
	}
	if n := maker.InUse(); n != 0 {
		t.Errorf("in use after all closed: %d", n)
	}
	if _, err := maker.Make(loopback); err == nil {
		t.Error("a port was used again at once; want a rest of some seconds")
	}
	r.clock.advance(6 * time.Second)
	m, err := maker.Make(loopback)
	if err != nil {
		t.Fatalf("after the rest: %v", err)
	}
	m.Close()
}

func TestAPortOfAnotherProgramIsPassedOver(t *testing.T) {
	low := freeRange(t, 4)
	other, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: int(low) + 1})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.Close() }()
	maker, err := rtp.New(rtp.Options{Plane: newRig(t).plane, Low: low, High: low + 3})
	if err != nil {
		t.Fatal(err)
	}
	m, err := maker.Make(loopback)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	body, _ := m.Offer()
	if port := described(t, body).Port(); port != low+2 {
		t.Errorf("port: got %d, want %d", port, low+2)
	}
}

func TestAnAddressInFrontOfUsIsAnnouncedAndNotBound(t *testing.T) {
	maker, err := rtp.New(rtp.Options{Plane: newRig(t).plane, Low: 30000, High: 39999})
	if err != nil {
		t.Fatal(err)
	}
	m, err := maker.Make(sip.MediaSpec{Class: mixer.Outside, Local: netip.MustParseAddr("192.0.2.1"), Peer: netip.MustParseAddr("198.51.100.7")})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	body, _ := m.Offer()
	if at := described(t, body).Addr().String(); at != "192.0.2.1" {
		t.Errorf("announced %s, want 192.0.2.1", at)
	}
}

func TestRangesWithoutAPairAreRefused(t *testing.T) {
	for _, c := range [][2]uint16{{20001, 20001}, {20001, 20002}, {20010, 20000}} {
		if _, err := rtp.New(rtp.Options{Low: c[0], High: c[1]}); err == nil {
			t.Errorf("range %d-%d: taken, want an error", c[0], c[1])
		}
	}
}

func TestRefusedOffersBindNothing(t *testing.T) {
	r := newRig(t)
	for _, body := range []string{"", "v=0\r\nc=IN IP4 127.0.0.1\r\nm=audio 9 RTP/AVP 18\r\n", "v=0\r\nc=IN IP6 ::1\r\nm=audio 9 RTP/AVP 0\r\n"} {
		_, err := r.media.Answer([]byte(body))
		if routing.KindOf(err) != routing.Invalid {
			t.Errorf("%q: got %v, want a refusal of kind invalid", body, err)
		}
	}
	if len(r.plane.log) != 0 || r.media.Port() != 0 {
		t.Errorf("the sound plane saw %q", r.plane.log)
	}
	r.media.Close()
	if n := r.maker.InUse(); n != 0 {
		t.Errorf("in use: %d", n)
	}
}

// fullPlane takes no port.
type fullPlane struct{ hand }

var errFull = errors.New("full")

func (*fullPlane) Attach(mixer.Attachment) error { return errFull }

func TestAPlaneThatRefusesLeavesNoPort(t *testing.T) {
	maker, err := rtp.New(rtp.Options{Plane: &fullPlane{}, Low: 30000, High: 39999})
	if err != nil {
		t.Fatal(err)
	}
	m, err := maker.Make(loopback)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Answer(offer(netip.MustParseAddrPort("127.0.0.1:9"), "0", "")); !errors.Is(err, errFull) {
		t.Errorf("got %v, want %v", err, errFull)
	}
	m.Close()
	if n := maker.InUse(); n != 0 {
		t.Errorf("in use: %d", n)
	}
}
