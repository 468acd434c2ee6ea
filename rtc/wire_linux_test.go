package rtc

import (
	"encoding/binary"
	"testing"

	pionrtp "github.com/pion/rtp"

	"sufler/mixer"
)

// The number of a closed descriptor is soon another's: what is written to it then
// is written into a stranger's socket.
func TestNobodyElseIsRungWhenAWireCloses(t *testing.T) {
	for range 2000 {
		w, err := newWire(0, 126, NewMetrics(nil))
		if err != nil {
			t.Fatal(err)
		}
		next := make(chan *bell)
		go func() {
			w.speak(func(*pionrtp.Header, []byte) error { return nil })
			b, err := newBell() // takes the number that has become free
			if err != nil {
				t.Error(err)
			}
			next <- b
		}()
		w.Send(&mixer.Packet{Len: 160})
		w.Flush()
		w.Close()
		b := <-next
		b.ring()
		var rings [8]byte
		if _, err := b.file.Read(rings[:]); err != nil || binary.NativeEndian.Uint64(rings[:]) != 1 {
			t.Fatalf("another's bell was rung: %v %v", rings, err)
		}
		b.close()
	}
}
