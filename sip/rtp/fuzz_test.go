package rtp

import (
	"net/netip"
	"testing"
	"time"

	"sufler/internal/clock"
	"sufler/mixer"
)

// FuzzPacket throws bytes at the wire as they come from the locked address.
// Whatever is given on must fit its packet and be counted; the rest is counted too.
func FuzzPacket(f *testing.F) {
	f.Add([]byte{0x80, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 2, 3})
	f.Add([]byte{0xb1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 9, 0xbe, 0xde, 0, 1, 0x10, 7, 0, 0, 5, 5, 2})
	f.Add([]byte{0x81, 200, 0, 12, 0, 0, 0, 1, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 1})
	f.Add([]byte{0x81, 201, 0, 7, 0, 0, 0, 1, 0, 0, 0, 9, 0xff, 0xff, 0xff, 0xff})
	at := netip.MustParseAddrPort("127.0.0.1:4000")
	f.Fuzz(func(t *testing.T, b []byte) {
		w := newWire(&pair{}, &far{rtp: at, rtcp: at, peer: at.Addr(), rate: 8000}, "name", 9, clock.System{}, NewMetrics(nil))
		w.lock.locked = true
		var p mixer.Packet
		var s mixer.Stats
		taken := w.take(&p, b, at)
		w.Report(&s)
		report := len(b) >= 2 && b[1] >= 192 && b[1] <= 223
		switch {
		case taken && (s.Received != 1 || p.Len < 0 || p.Len > len(b)-12):
			t.Fatalf("taken: %d bytes of %d, counted %+v", p.Len, len(b), s)
		case !taken && !report && s.Malformed != 1:
			t.Fatalf("dropped uncounted: %+v", s)
		}
		compose(w.report[:], &w.out, &w.in, "name", true, time.Unix(1, 0))
	})
}
