package rtp_test

import (
	"net"
	"net/netip"
	"testing"
	"time"

	pionrtcp "github.com/pion/rtcp"

	"sufler/mixer"
	"sufler/sip/siptest"
)

// rtcpPeer is a far end with the port after its RTP port for reports.
func rtcpPeer(t *testing.T) (media, reports *peer) {
	t.Helper()
	for range 50 {
		media := newPeer(t, "127.0.0.1")
		conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: int(media.addr().Port()) + 1})
		if err == nil {
			t.Cleanup(func() { _ = conn.Close() })
			return media, &peer{t: t, conn: conn}
		}
	}
	t.Fatal("no two ports in a row")
	return nil, nil
}

func TestReportsTellWhatWeSentAndHeard(t *testing.T) {
	r := newRig(t)
	phone, reports := rtcpPeer(t)
	to := r.at(r.offered(phone.addr(), ""))
	phone.speak(to, 8)
	phone.sequence += 2 // two are lost
	phone.speak(to, 10)
	for range 18 {
		r.next()
	}
	for n := range uint16(5) {
		r.send(n)
	}
	r.clock.advance(8 * time.Second)
	r.wire().Flush()

	packets, err := pionrtcp.Unmarshal(reports.read())
	if err != nil {
		t.Fatal(err)
	}
	sr, ok := packets[0].(*pionrtcp.SenderReport)
	if !ok || len(sr.Reports) != 1 {
		t.Fatalf("first packet: %v, want a sender report with one block", packets[0])
	}
	if sr.SSRC != 77 || sr.PacketCount != 5 || sr.OctetCount != 800 || sr.RTPTime != 4*160+8*8000 {
		t.Errorf("sender: got %+v", sr)
	}
	if b := sr.Reports[0]; b.SSRC != 1 || b.TotalLost != 2 || b.FractionLost != 2*256/20 || b.LastSequenceNumber != 120 {
		t.Errorf("block: got %+v", b)
	}
	names, ok := packets[1].(*pionrtcp.SourceDescription)
	if !ok || len(names.Chunks) != 1 || len(names.Chunks[0].Items[0].Text) != 24 {
		t.Errorf("second packet: %v, want a description with a random name of 24 signs", packets[1])
	}

	r.clock.advance(8 * time.Second)
	r.wire().Flush()
	packets, err = pionrtcp.Unmarshal(reports.read())
	if err != nil {
		t.Fatal(err)
	}
	rr, ok := packets[0].(*pionrtcp.ReceiverReport)
	if !ok || len(rr.Reports) != 1 || rr.Reports[0].FractionLost != 0 || rr.Reports[0].TotalLost != 2 {
		t.Errorf("nothing was sent since: got %v, want a receiver report with no new loss", packets[0])
	}
}

func TestReportsOfTheFarEndAreReadFromItsAddressOnly(t *testing.T) {
	r := newRig(t)
	phone, reports := rtcpPeer(t)
	stranger := newPeer(t, "127.0.0.2")
	to := r.at(r.offered(phone.addr(), ""))
	phone.speak(to, 1)
	r.next()
	r.send(1)

	report := func(lost uint32) []byte {
		b, err := pionrtcp.Marshal([]pionrtcp.Packet{
			&pionrtcp.SenderReport{SSRC: 1, NTPTime: 5 << 32, Reports: []pionrtcp.ReceptionReport{{SSRC: 5}, {SSRC: 77, TotalLost: lost, Jitter: 33}}},
			&pionrtcp.SourceDescription{Chunks: []pionrtcp.SourceDescriptionChunk{{Source: 1, Items: []pionrtcp.SourceDescriptionItem{{Type: 1, Text: "x"}}}}},
		})
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	rtcp := netip.AddrPortFrom(to.Addr(), to.Port()+1)
	stranger.raw(rtcp, report(9))
	reports.raw(rtcp, report(7))
	siptest.Eventually(t, "the report read", func() bool {
		r.wire().Flush()
		return r.stats().RemoteLost != 0
	})
	if s := r.stats(); s.RemoteLost != 7 || s.RemoteJitter != 33 || s.Foreign != 1 {
		t.Errorf("got lost %d, jitter %d, foreign %d; want 7, 33, 1", s.RemoteLost, s.RemoteJitter, s.Foreign)
	}
	phone.raw(to, report(11)) // on the port of the sound (RFC 5761)
	r.until("the mixed-in report read", func(s mixer.Stats) bool { return s.RemoteLost == 11 })

	r.clock.advance(8 * time.Second)
	r.wire().Flush()
	packets, err := pionrtcp.Unmarshal(reports.read())
	if err != nil {
		t.Fatal(err)
	}
	if b := packets[0].(*pionrtcp.SenderReport).Reports[0]; b.LastSenderReport != 5<<16 || b.Delay != 8<<16 {
		t.Errorf("round trip: got last report %x, delay %x; want 50000, 80000", b.LastSenderReport, b.Delay)
	}
}
