package jitter

import (
	"math/rand/v2"
	"slices"
	"testing"
)

const (
	frame = 160
	delay = 2 * frame
)

// counting returns the samples of the n-th packet of a source that counts: each
// sample is its own number, so that a lost or repeated one is seen.
func counting(n int) []int16 {
	s := make([]int16, frame)
	for i := range s {
		s[i] = int16((n*frame+i)%30000 + 1)
	}
	return s
}

func TestEverySampleComesOutOnceAndInOrder(t *testing.T) {
	b := New(delay)
	var heard []int16
	out := make([]int16, frame)
	for n := range 300 {
		if v := b.Put(1, uint32(n*frame)+4294960000, counting(n)); v != Kept { // the timestamp wraps on the way
			t.Fatalf("packet %d: got %d, want kept", n, v)
		}
		b.Pull(out)
		heard = append(heard, out...)
	}
	for i, s := range heard[delay:] {
		if want := int16(i%30000 + 1); s != want {
			t.Fatalf("sample %d: got %d, want %d", i, s, want)
		}
	}
	if !slices.Equal(heard[:delay], make([]int16, delay)) {
		t.Error("there was sound before the first packet was due")
	}
}

func TestOrderAndDuplicatesDoNotMatterWithinTheDelay(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	b := New(delay)
	var heard []int16
	out := make([]int16, frame)
	for n := 0; n < 300; n += 2 {
		pair := []int{n, n + 1}
		if random.IntN(2) == 0 {
			slices.Reverse(pair)
		}
		for _, p := range pair {
			b.Put(1, uint32(1000+p*frame), counting(p))
			if v := b.Put(1, uint32(1000+p*frame), counting(p)); v != Duplicate {
				t.Fatalf("the second packet %d: got %d, want duplicate", p, v)
			}
		}
		for range pair {
			if !b.Pull(out) && n > 4 {
				t.Fatalf("a gap at packet %d though all have come", n)
			}
			heard = append(heard, out...)
		}
	}
	// The first pair may be swapped, then the line begins with the second packet.
	start := slices.Index(heard, 1)
	if start < 0 {
		start = slices.Index(heard, 161) - frame
	}
	for i, s := range heard[start+frame:] {
		if want := int16((i+frame)%30000 + 1); s != want {
			t.Fatalf("sample %d: got %d, want %d", i, s, want)
		}
	}
}

func TestAGapFadesAndIsCounted(t *testing.T) {
	b := New(0)
	loud := slices.Repeat([]int16{8000}, frame)
	out := make([]int16, frame)
	b.Put(1, 0, loud)
	b.Pull(out)
	var peaks []int16
	for range 5 {
		if b.Pull(out) {
			t.Error("a gap was called whole")
		}
		peaks = append(peaks, slices.Max(out))
	}
	if want := []int16{4000, 2000, 1000, 0, 0}; !slices.Equal(peaks, want) {
		t.Errorf("got %v, want %v", peaks, want)
	}
}

func TestLatePacketsAreDroppedUntilTheLineIsLaidAnew(t *testing.T) {
	b := New(delay)
	out := make([]int16, frame)
	b.Put(1, 0, counting(0))
	for range 20 {
		b.Pull(out)
	}
	var verdicts []Verdict
	for n := range lateInARow {
		verdicts = append(verdicts, b.Put(1, uint32((n+1)*frame), counting(n+1)))
	}
	want := append(slices.Repeat([]Verdict{Late}, lateInARow-1), Kept)
	if !slices.Equal(verdicts, want) {
		t.Errorf("got %v, want %v", verdicts, want)
	}
	b.Pull(out)
	b.Pull(out)
	if b.Pull(out); out[0] != counting(lateInARow)[0] {
		t.Errorf("got %d after the line was laid anew, want %d", out[0], counting(lateInARow)[0])
	}
}

func TestAnotherSenderAndAJumpBeginAnew(t *testing.T) {
	for name, next := range map[string]struct{ ssrc, timestamp uint32 }{
		"another SSRC": {2, 77}, "a jump ahead": {1, 900000}, "a jump back": {1, 4000000000},
	} {
		b := New(delay)
		out := make([]int16, frame)
		b.Put(1, 5000, counting(0))
		b.Pull(out)
		if v := b.Put(next.ssrc, next.timestamp, counting(7)); v != Kept {
			t.Errorf("%s: got %d, want kept", name, v)
		}
		b.Pull(out)
		b.Pull(out)
		if b.Pull(out); out[0] != counting(7)[0] {
			t.Errorf("%s: got %d, want %d", name, out[0], counting(7)[0])
		}
	}
}

func TestASenderThatIsTooFastDoesNotPileUp(t *testing.T) {
	b := New(delay)
	out := make([]int16, frame)
	n := 0
	for i := range 2000 {
		b.Put(1, uint32(n*frame), counting(n))
		n++
		if i%50 == 0 { // two per cent too fast
			b.Put(1, uint32(n*frame), counting(n))
			n++
		}
		b.Pull(out)
	}
	if waiting := int32(b.newest - b.next); waiting > 4*delay {
		t.Errorf("got %d samples waiting, want at most %d", waiting, 4*delay)
	}
}

func FuzzBuffer(f *testing.F) {
	f.Add([]byte{1, 0, 160, 2, 1, 80})
	f.Fuzz(func(t *testing.T, script []byte) {
		b := New(delay)
		out := make([]int16, frame)
		for i := 0; i+2 < len(script); i += 3 {
			b.Put(uint32(script[i]%2), uint32(script[i+1])<<uint(script[i]%25), make([]int16, script[i+2]))
			b.Pull(out)
		}
		for range 2 * size / frame {
			b.Pull(out)
		}
		if slices.Max(out) != 0 || slices.Min(out) != 0 {
			t.Error("there is sound long after the last packet")
		}
	})
}
