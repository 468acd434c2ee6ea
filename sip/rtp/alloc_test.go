//go:build !race

package rtp_test

import (
	"testing"
	"time"

	"sufler/mixer"
)

func TestAPacketAllocatesNothing(t *testing.T) {
	r := newRig(t)
	phone := newPeer(t, "127.0.0.1")
	to := r.at(r.offered(phone.addr(), ""))
	phone.speak(to, 1)
	r.next()
	wire, p := r.wire(), new(mixer.Packet)

	const packets = 100
	phone.speak(to, packets+1)
	heard := 0
	if n := testing.AllocsPerRun(packets, func() {
		for !wire.Recv(p) {
		}
		heard++
	}); n != 0 || heard != packets+1 {
		t.Errorf("Recv: got %v allocations, %d packets; want 0, %d", n, heard, packets+1)
	}
	p.Len = 160
	if n := testing.AllocsPerRun(packets, func() { wire.Send(p) }); n != 0 {
		t.Errorf("Send: got %v allocations, want 0", n)
	}
	if n := testing.AllocsPerRun(packets, func() {
		r.clock.advance(10 * time.Second)
		wire.Flush()
	}); n != 0 {
		t.Errorf("Flush with a report: got %v allocations, want 0", n)
	}
	var s mixer.Stats
	if wire.Report(&s); s.Sent != packets+1 {
		t.Errorf("sent: got %d, want %d", s.Sent, packets+1)
	}
}
