package rtc

import (
	"testing"

	pionrtp "github.com/pion/rtp"

	"sufler/mixer"
)

// BenchmarkPacket is one packet in and one out on the shard's side and on the
// rings, without pion.
func BenchmarkPacket(b *testing.B) {
	w, page := rigged(b)
	go func() {
		for range page { //nolint:revive // the page takes what comes
		}
	}()
	var header pionrtp.Header
	in, p := packet(b, pionrtp.Header{SSRC: 7}, string(make([]byte, 160))), new(mixer.Packet)
	b.ReportAllocs()
	for b.Loop() {
		w.hear(&header, in)
		if !w.Recv(p) {
			b.Fatal("nothing came")
		}
		w.Send(p)
		w.Flush()
	}
}

// BenchmarkReadOffer is the reading of a browser's offer and its writing anew.
func BenchmarkReadOffer(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		o, err := readOffer(chromium)
		if err != nil {
			b.Fatal(err)
		}
		_ = o.String()
	}
}
