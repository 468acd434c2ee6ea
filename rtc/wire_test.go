package rtc

import (
	"testing"

	pionrtcp "github.com/pion/rtcp"
	pionrtp "github.com/pion/rtp"

	"sufler/mixer"
	"sufler/rtc/rtctest"
)

// said is one packet as the page was sent it.
type said struct {
	header  pionrtp.Header
	payload string
}

// rigged is a wire whose writer gives its packets to a channel.
func rigged(tb testing.TB) (w *wire, page chan said) {
	tb.Helper()
	w, err := newWire(0, 126, NewMetrics(nil))
	if err != nil {
		tb.Fatal(err)
	}
	page, ended := make(chan said), make(chan struct{})
	go func() {
		defer close(ended)
		w.speak(func(h *pionrtp.Header, payload []byte) error {
			page <- said{h.Clone(), string(payload)}
			return nil
		})
	}()
	tb.Cleanup(func() {
		w.Close()
		for {
			select {
			case <-page:
			case <-ended:
				return
			}
		}
	})
	return w, page
}

func stats(w *wire) (s mixer.Stats) {
	w.Report(&s)
	return s
}

func packet(tb testing.TB, h pionrtp.Header, payload string) []byte {
	tb.Helper()
	h.Version = 2
	b, err := (&pionrtp.Packet{Header: h, Payload: []byte(payload)}).Marshal()
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

func TestPacketsArriveAsTheyWere(t *testing.T) {
	w, _ := rigged(t)
	var header pionrtp.Header
	// Out of order, across the end of the numbers, with a marker and a key between.
	sent := []pionrtp.Header{
		{SequenceNumber: 65535, Timestamp: 320, SSRC: 7, Marker: true},
		{SequenceNumber: 1, Timestamp: 640, SSRC: 7},
		{SequenceNumber: 0, Timestamp: 480, SSRC: 7, PayloadType: 126},
		{SequenceNumber: 9, Timestamp: 1, SSRC: 8},
	}
	for _, h := range sent {
		w.hear(&header, packet(t, h, "sound"))
	}
	var p mixer.Packet
	for _, h := range sent {
		if !w.Recv(&p) {
			t.Fatalf("packet %d is missing", h.SequenceNumber)
		}
		got := pionrtp.Header{SequenceNumber: p.Sequence, Timestamp: p.Timestamp, SSRC: p.SSRC, Marker: p.Marker, PayloadType: p.PayloadType}
		if got.SequenceNumber != h.SequenceNumber || got.Timestamp != h.Timestamp || got.SSRC != h.SSRC || got.Marker != h.Marker ||
			got.PayloadType != h.PayloadType || string(p.Payload()) != "sound" {
			t.Errorf("got %+v, want %+v", got, h)
		}
	}
	if w.Recv(&p) {
		t.Error("there is one more")
	}
	if s := stats(w); s.Received != 4 {
		t.Errorf("received: got %d, want 4", s.Received)
	}
}

func TestForeignTypesAndWhatIsNoRTPAreDropped(t *testing.T) {
	w, _ := rigged(t)
	var header pionrtp.Header
	w.hear(&header, packet(t, pionrtp.Header{PayloadType: 111}, "opus"))
	w.hear(&header, packet(t, pionrtp.Header{}, string(make([]byte, maxSound+1))))
	w.hear(&header, []byte("hello"))
	padded := packet(t, pionrtp.Header{}, "\x09") // 9 bytes of padding in 1
	padded[0] |= 0x20
	w.hear(&header, padded)
	w.hear(&header, nil)
	if s := stats(w); s.Foreign != 1 || s.Malformed != 4 || s.Received != 0 {
		t.Errorf("got %+v, want 1 foreign and 4 malformed", s)
	}
	if w.Recv(new(mixer.Packet)) {
		t.Error("one was given on")
	}
}

func TestMoreThanCanBeHeardIsDroppedAndCounted(t *testing.T) {
	w, _ := rigged(t)
	var header pionrtp.Header
	for n := range uint16(slots + 5) {
		w.hear(&header, packet(t, pionrtp.Header{SequenceNumber: n}, "x"))
	}
	if s := stats(w); s.Overflow != 5 || s.Received != slots+5 {
		t.Errorf("got %d of %d dropped, want 5 of %d", s.Overflow, s.Received, slots+5)
	}
	var p mixer.Packet
	for n := range uint16(slots) {
		if !w.Recv(&p) || p.Sequence != n {
			t.Fatalf("at %d: got %d", n, p.Sequence)
		}
	}
}

func TestAPageThatCannotFollowLosesPacketsAndBlocksNobody(t *testing.T) {
	w, page := rigged(t)
	p := &mixer.Packet{Len: 160}
	refused := 0
	for n := range uint16(slots * 3) {
		p.Sequence = n
		if !w.Send(p) {
			refused++
		}
		w.Flush()
	}
	// The writer holds at most one besides those in the ring, which keeps its slot.
	if refused != slots*2 || stats(w).SendErrors != uint64(refused) {
		t.Errorf("refused %d and counted %d, want %d", refused, stats(w).SendErrors, slots*2)
	}
	for n := range uint16(slots) {
		if got := <-page; got.header.SequenceNumber != n {
			t.Fatalf("at %d: the page got %d", n, got.header.SequenceNumber)
		}
	}
	rtctest.Eventually(t, "all that was sent is counted", func() bool { return stats(w).Sent == slots })
}

func TestNumbersAndMarkerGoOutUnchanged(t *testing.T) {
	w, page := rigged(t)
	for _, want := range []pionrtp.Header{
		{SequenceNumber: 65535, Timestamp: 4294967200, Marker: true},
		{SequenceNumber: 0, Timestamp: 64},
		{SequenceNumber: 1, Timestamp: 64, PayloadType: 126, Marker: true},
	} {
		p := &mixer.Packet{Sequence: want.SequenceNumber, Timestamp: want.Timestamp, Marker: want.Marker, PayloadType: want.PayloadType}
		p.Len = copy(p.Buf[:], "sound")
		if !w.Send(p) {
			t.Fatal("not sent")
		}
		w.Flush()
		got := <-page
		if got.header.SequenceNumber != want.SequenceNumber || got.header.Timestamp != want.Timestamp || got.header.Marker != want.Marker ||
			got.header.PayloadType != want.PayloadType || got.payload != "sound" {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
}

func TestTheFarEndsReportIsTold(t *testing.T) {
	w, _ := rigged(t)
	w.told(pionrtcp.ReceptionReport{TotalLost: 1<<24 - 3, Jitter: 33})
	if s := stats(w); s.RemoteLost != -3 || s.RemoteJitter != 33 {
		t.Errorf("got %d lost and jitter %d, want -3 and 33", s.RemoteLost, s.RemoteJitter)
	}
}
