package rtc

import (
	"sync"
	"testing"

	pionrtp "github.com/pion/rtp"

	"sufler/mixer"
)

// BenchmarkPacket is one packet in and one out on the shard's side and on the
// rings, without pion.
func BenchmarkPacket(b *testing.B) {
	w, err := newWire(0, 126, NewMetrics(nil))
	if err != nil {
		b.Fatal(err)
	}
	var writer sync.WaitGroup
	writer.Go(func() { w.speak(func(*pionrtp.Header, []byte) error { return nil }) })
	b.Cleanup(func() { w.Close(); writer.Wait() })
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
