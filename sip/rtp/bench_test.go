package rtp_test

import (
	"testing"

	"sufler/mixer"
)

// BenchmarkPacket is one packet in and one out of one leg, without the far end's share.
func BenchmarkPacket(b *testing.B) {
	r := newRig(b)
	phone := newPeer(b, "127.0.0.1")
	to := r.at(r.offered(phone.addr(), ""))
	phone.speak(to, 1)
	r.next()
	wire, p := r.wire(), new(mixer.Packet)
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		phone.speak(to, 1)
		b.StartTimer()
		if !wire.Recv(p) {
			b.Fatal("nothing came")
		}
		wire.Send(p)
		wire.Flush()
	}
}
