//go:build !race

package rtc

import (
	"testing"

	pionrtp "github.com/pion/rtp"

	"sufler/mixer"
)

func TestAPacketAllocatesNothing(t *testing.T) {
	// No writer runs beside it: what is counted is the thread of the shard, and pion's reader.
	w, err := newWire(0, 126, NewMetrics(nil))
	if err != nil {
		t.Fatal(err)
	}
	defer w.bell.close()
	var header pionrtp.Header
	b, p := packet(t, pionrtp.Header{SSRC: 7}, string(make([]byte, 160))), new(mixer.Packet)
	if n := testing.AllocsPerRun(100, func() {
		w.hear(&header, b)
		if !w.Recv(p) {
			t.Error("nothing came")
		}
	}); n != 0 {
		t.Errorf("in: got %v allocations, want 0", n)
	}
	p.Len = 160
	if n := testing.AllocsPerRun(100, func() {
		w.Send(p)
		w.Flush()
		w.out.drop()
	}); n != 0 {
		t.Errorf("out: got %v allocations, want 0", n)
	}
}
