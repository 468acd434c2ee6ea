package tone

import (
	"math"
	"math/cmplx"
	"slices"
	"testing"
	"time"
)

// hold plays a player's music for a while.
func hold(s *Samples, length time.Duration) []int16 {
	out := make([]int16, samples(length))
	for at := 0; at < len(out); at += 160 {
		s.Next(out[at : at+160])
	}
	return out
}

func TestMusicIsQuietAndEndless(t *testing.T) {
	heard := hold(Music(), 3*time.Minute)
	if got := RMS(heard); math.Abs(got+24) > 0.5 {
		t.Errorf("got %.1f dBFS, want -24", got)
	}
	for at := 0; at < len(heard); at += 2 * Rate {
		if got := RMS(heard[at : at+2*Rate]); got < -30 || got > -21 {
			t.Errorf("got %.1f dBFS in second %d, want it as loud all the time", got, at/Rate)
		}
	}
	jump := 0
	for i := range heard[1:] {
		jump = max(jump, int(heard[i+1])-int(heard[i]), int(heard[i])-int(heard[i+1]))
	}
	if peak := slices.Max(heard); peak > 16000 || jump > 8000 {
		t.Errorf("got a peak of %d and a jump of %d: it is harsh", peak, jump)
	}
}

func TestMusicIsTheSameForEverybodyAndLongUntilItRepeats(t *testing.T) {
	heard := hold(Music(), 2*time.Minute)
	if !slices.Equal(heard, hold(Music(), 2*time.Minute)) {
		t.Error("two who are held hear different music")
	}
	frame := heard[:160]
	for at := 1; at < 60*Rate; at++ {
		if slices.Equal(frame, heard[at:at+160]) {
			t.Fatalf("it begins again after %v", time.Duration(at)*time.Second/Rate)
		}
	}
}

// Silence tests listen for the tones of the parties: a held person must seem to
// hear none of them.
func TestMusicKeepsAwayFromTheTonesOfTheTests(t *testing.T) {
	const length = Rate / 2
	heard := hold(Music(), 77*time.Second)
	for _, hz := range []float64{ClientHz, AgentHz, SupervisorHz} {
		for off := -24.0; off <= 24; off += 6 {
			for at := 0; at+length <= len(heard); at += length {
				if got := levelAt(heard[at:at+length], hz+off); got > -50 {
					t.Errorf("got %.1f dBFS at %v Hz in second %.1f", got, hz+off, float64(at)/Rate)
				}
			}
		}
	}
	ear := NewEar(AgentHz, SupervisorHz)
	ear.Hear(heard)
	if w := ear.Windows(); !Absent(w, 0) || !Absent(w, 1) {
		t.Error("an ear takes music for somebody's tone")
	}
}

// levelAt is how loud a frequency is, in dBFS, by a window that lets no loud
// neighbour in (Hann).
func levelAt(heard []int16, hz float64) float64 {
	turn := cmplx.Rect(1, -2*math.Pi*hz/Rate)
	var sum complex128
	wave := complex(1, 0)
	for i, s := range heard {
		weight := 1 - math.Cos(2*math.Pi*float64(i)/float64(len(heard)))
		sum += wave * complex(float64(s)/32768*weight, 0)
		wave *= turn
	}
	amplitude := 2 * cmplx.Abs(sum) / float64(len(heard))
	return 20 * math.Log10(max(amplitude/math.Sqrt2, 1e-6))
}
