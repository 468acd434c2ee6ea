package dtmf

import (
	"math/rand/v2"
	"testing"
)

// send plays keys and returns the packets as they would be on the wire.
func send(t *testing.T, text string) (timestamps []uint32, payloads [][]byte) {
	t.Helper()
	var s Sender
	for i := range len(text) {
		if !s.Key(text[i]) {
			t.Fatalf("key %q was not taken", text[i])
		}
	}
	now := uint32(4294967000) // wraps on the way
	for {
		p, ok := s.Next()
		if !ok {
			return timestamps, payloads
		}
		if !p.Pause {
			timestamps = append(timestamps, now-p.Elapsed)
			payloads = append(payloads, append([]byte(nil), p.Payload[:]...))
		}
		now += frameLength
	}
}

func receive(timestamps []uint32, payloads [][]byte, keep func(i int) bool) string {
	var r Receiver
	var heard []byte
	for i := range payloads {
		if keep(i) {
			if key, ok := r.Take(timestamps[i], payloads[i]); ok {
				heard = append(heard, key)
			}
		}
	}
	return string(heard)
}

func TestKeysArriveOnceEach(t *testing.T) {
	const all = "0123456789*#ABCD55"
	timestamps, payloads := send(t, all)
	if got := receive(timestamps, payloads, func(int) bool { return true }); got != all {
		t.Errorf("got %q, want %q", got, all)
	}
	if len(payloads) != len(all)*(soundSteps+repeats) {
		t.Errorf("got %d packets, want %d", len(payloads), len(all)*(soundSteps+repeats))
	}
}

func TestKeysSurviveLossOfHalfThePackets(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	timestamps, payloads := send(t, "1212")
	// Of each key the last end always comes: eight packets in a row are not lost by chance.
	got := receive(timestamps, payloads, func(i int) bool { return i%8 == 7 || random.IntN(2) == 0 })
	if got != "1212" {
		t.Errorf("got %q, want 1212", got)
	}
}

func TestNonsenseIsNoKey(t *testing.T) {
	var r Receiver
	for _, payload := range [][]byte{nil, {1, 2, 3}, {16, 10, 0, 160}, {255, 10, 0, 160}} {
		if key, ok := r.Take(1, payload); ok {
			t.Errorf("%v: got key %q", payload, key)
		}
	}
	var s Sender
	if s.Key('x') || s.Key(0) {
		t.Error("a key that does not exist was taken")
	}
}
