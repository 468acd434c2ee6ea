package tone

import (
	"math"
	"math/cmplx"
	"sync"
)

// Music is what a held person hears: soft notes, a minute and a quarter of them
// and then again, at -24 dBFS. The program makes it itself, so nobody's rights
// are in it, and none of it comes near the tones of the tests.
func Music() *Samples { return NewSamples(music(), true) }

// music is played by all who are held at a time.
var music = sync.OnceValue(func() []int16 { return render(melody[:]) })

const (
	musicDBFS  = -24.0
	stepLength = Rate * 2 / 5 // samples from one note to the next: 400 ms
	steps      = 8            // in a bar
)

// note is a key of the piano (69 is 440 Hz) as loud as weight for about so many
// seconds.
type note struct {
	key     uint8
	weight  float64
	seconds float64
}

// chord is what is under the melody in one bar: its lowest key, then three others.
type chord [4]uint8

// The chords are those of eight bars, and are gone through again for the next.
var chords = [...]chord{
	{48, 55, 60, 64},
	{45, 52, 57, 60},
	{53, 57, 60, 65},
	{55, 59, 62, 59},
	{48, 55, 60, 64},
	{52, 55, 59, 64},
	{53, 57, 60, 65},
	{43, 55, 59, 62},
}

// broken says in which steps of a bar the three keys of its chord sound; each
// eight bars differ.
var broken = [...][3]int{{2, 4, 6}, {1, 3, 5}, {2, 5, 7}}

// bar is the melody of one bar, a key for each step; 0 lets the last one fade.
type bar [steps]uint8

var melody = [...]bar{
	{76, 0, 0, 0, 79, 0, 0, 0},
	{76, 0, 0, 74, 72, 0, 0, 0},
	{72, 0, 0, 0, 77, 0, 76, 0},
	{74, 0, 0, 0, 0, 0, 0, 0},
	{76, 0, 0, 0, 79, 0, 0, 0},
	{79, 0, 0, 76, 71, 0, 0, 0},
	{72, 0, 0, 74, 76, 0, 77, 0},
	{74, 0, 0, 0, 71, 0, 0, 0},
	{79, 0, 0, 76, 0, 0, 72, 0},
	{81, 0, 0, 0, 76, 0, 0, 0},
	{77, 0, 0, 76, 0, 0, 72, 0},
	{74, 0, 76, 0, 74, 0, 0, 0},
	{72, 0, 0, 76, 0, 0, 79, 0},
	{76, 0, 0, 0, 71, 0, 0, 0},
	{77, 0, 0, 0, 81, 0, 0, 0},
	{79, 0, 0, 77, 74, 0, 0, 0},
	{72, 0, 0, 0, 0, 0, 0, 0},
	{76, 0, 0, 0, 72, 0, 71, 0},
	{72, 0, 0, 0, 0, 0, 77, 0},
	{74, 0, 0, 0, 79, 0, 0, 0},
	{76, 0, 0, 0, 0, 0, 0, 0},
	{71, 0, 74, 0, 79, 0, 0, 0},
	{81, 0, 0, 0, 77, 0, 0, 0},
	{74, 0, 0, 0, 0, 0, 0, 0},
}

// render plays the bars into samples whose end goes on at their beginning.
func render(bars []bar) []int16 {
	sum := make([]float64, len(bars)*steps*stepLength)
	for i, b := range bars {
		at := i * steps * stepLength
		c := chords[i%len(chords)]
		note{c[0], 0.6, 1.4}.play(sum, at)
		for k, step := range broken[i/len(chords)%len(broken)] {
			note{c[k+1], 0.45, 0.9}.play(sum, at+step*stepLength)
		}
		for step, key := range b {
			if key != 0 {
				note{key, 0.8, 1.1}.play(sum, at+step*stepLength)
			}
		}
	}
	return levelled(sum)
}

// partials are how loud the overtones of a note are, as of a soft electric
// piano; the higher die away sooner.
var partials = [...]float64{1, 0.22, 0.08}

// play adds the note at a sample; what sounds on after the end sounds at the beginning.
func (n note) play(sum []float64, at int) {
	hz := 440 * math.Pow(2, (float64(n.key)-69)/12)
	for i, weight := range partials {
		if f := hz * float64(i+1); isFree(f) {
			ring(sum, at, f, n.weight*weight, n.seconds/float64(i+1))
		}
	}
}

// isFree says whether a frequency is far enough from the tones by which tests
// tell the parties apart: a held person must seem to hear none of them.
func isFree(hz float64) bool {
	for _, tone := range []float64{ClientHz, AgentHz, SupervisorHz} {
		if math.Abs(hz-tone) < 40 {
			return false
		}
	}
	return true
}

const (
	attack    = Rate * 3 / 100 // samples in which a note begins: 30 ms, without a click
	inaudible = 5e-4           // of a note's weight; there it is cut off
)

// ring adds a sine that dies away with a time constant of so many seconds.
func ring(sum []float64, at int, hz, amplitude, seconds float64) {
	turn := cmplx.Rect(math.Exp(-1/(seconds*Rate)), 2*math.Pi*hz/Rate) // from one sample to the next
	wave := complex(amplitude, 0)
	for i := range int(seconds * Rate * math.Log(amplitude/inaudible)) {
		rise := min(1, float64(i)/attack)
		sum[(at+i)%len(sum)] += rise * rise * (3 - 2*rise) * imag(wave)
		wave *= turn
	}
}

// levelled makes samples of a sum, as loud as music is.
func levelled(sum []float64) []int16 {
	var squares float64
	for _, v := range sum {
		squares += v * v
	}
	gain := Amplitude(musicDBFS) / math.Sqrt2 / math.Sqrt(squares/float64(len(sum)))
	out := make([]int16, len(sum))
	for i, v := range sum {
		out[i] = int16(math.Round(v * gain))
	}
	return out
}
