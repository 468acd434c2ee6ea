package codec

import (
	"math"
	"testing"
)

// The words of ITU-T G.711 tables 1a, 2a: zero, the ends of the range, and silence.
func TestLawsAgreeWithTheRecommendation(t *testing.T) {
	for _, c := range []struct {
		law    *Law
		word   byte
		sample int16
	}{
		{MuLaw, 0xff, 0},
		{MuLaw, 0x80, 32124},
		{MuLaw, 0x00, -32124},
		{MuLaw, 0xfe, 8},
		{ALaw, 0xd5, 8},
		{ALaw, 0x55, -8},
		{ALaw, 0xaa, 32256},
		{ALaw, 0x2a, -32256},
	} {
		var got [1]int16
		c.law.Decode(got[:], []byte{c.word})
		if got[0] != c.sample {
			t.Errorf("word %#x: got %d, want %d", c.word, got[0], c.sample)
		}
	}
}

func TestWordsSurviveARoundTrip(t *testing.T) {
	for name, law := range map[string]*Law{"mu": MuLaw, "a": ALaw} {
		for i := range 256 {
			var s [1]int16
			var b [1]byte
			law.Decode(s[:], []byte{byte(i)})
			law.Encode(b[:], s[:])
			// mu-law has two words for zero; they sound the same.
			if b[0] != byte(i) && s[0] != 0 {
				t.Errorf("%s-law: %#x came back as %#x", name, i, b[0])
			}
		}
	}
}

func TestNoiseStaysBelowTheSignal(t *testing.T) {
	for name, law := range map[string]*Law{"mu": MuLaw, "a": ALaw} {
		var signal, noise float64
		for i := range 8000 {
			s := int16(10000 * math.Sin(2*math.Pi*1021*float64(i)/8000))
			var b [1]byte
			var back [1]int16
			law.Encode(b[:], []int16{s})
			law.Decode(back[:], b[:])
			signal += float64(s) * float64(s)
			noise += float64(s-back[0]) * float64(s-back[0])
		}
		if db := 10 * math.Log10(signal/noise); db < 35 {
			t.Errorf("%s-law: got %.1f dB between signal and noise, want 35 or more", name, db)
		}
	}
}
