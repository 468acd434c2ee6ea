package tone

import (
	"math"
	"sync"
)

// The limits of hearing, in dBFS. Between them an ear says neither.
const (
	PresentAbove = -35.0
	AbsentBelow  = -60.0
	floor        = -120.0
)

const (
	piece  = Rate / 10 // samples of one piece of 100 ms
	window = 10        // pieces of one window of 1 s
)

// Ear listens for tones. It measures each in pieces of 100 ms, averages the
// powers of ten pieces into a window of 1 s, and remembers every window. It may
// be read while it is filled.
type Ear struct {
	mu      sync.Mutex
	tones   []detector
	n       int // samples in the current piece
	pieces  int // pieces in the current window
	spoiled bool
	windows []Window
}

// Window is one second of hearing.
type Window struct {
	// Levels are those of the ear's tones, in dBFS (RMS), in their order.
	Levels []float64
	// Lost says that the receiver counted lost packets meanwhile: what is missing
	// then proves nothing, what is there still does.
	Lost bool
}

// detector is the filter of Goertzel for one frequency. Its pieces begin and end
// softly against the leaking of loud neighbours.
type detector struct {
	hz, coefficient float64
	s1, s2          float64
	power           float64 // summed over the pieces of a window
}

// NewEar makes an ear for tones in Hz.
func NewEar(hz ...float64) *Ear {
	e := &Ear{tones: make([]detector, len(hz))}
	for i, f := range hz {
		e.tones[i] = detector{hz: f, coefficient: 2 * math.Cos(2*math.Pi*f/Rate)}
	}
	return e
}

// ramp is how many samples a piece takes to begin and to end: 10 ms. It is half
// of a frame, so that no frame can hide between two pieces, as it could with
// longer ramps.
const ramp = Rate / 100

// weights is the window function (Tukey): flat, with ramps of half a cosine.
var weights = func() (w [piece]float64) {
	for i := range w {
		edge := min(i, piece-1-i)
		w[i] = 1
		if edge < ramp {
			w[i] = 0.5 - 0.5*math.Cos(math.Pi*(float64(edge)+0.5)/ramp)
		}
	}
	return w
}()

// weightsGain is what the weights take away from a sine.
const weightsGain = float64(piece-ramp) / piece

// Hear takes samples as they come.
func (e *Ear) Hear(samples []int16) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, s := range samples {
		e.takeLocked(float64(s) / 32768)
	}
}

func (e *Ear) takeLocked(x float64) {
	x *= weights[e.n]
	for i := range e.tones {
		d := &e.tones[i]
		d.s1, d.s2 = x+d.coefficient*d.s1-d.s2, d.s1
	}
	if e.n++; e.n == piece {
		e.endPieceLocked()
	}
}

// Finish ends the last second, however short: it proves absence only. It is
// called when no sample comes any more.
func (e *Ear) Finish() {
	e.mu.Lock()
	defer e.mu.Unlock()
	for e.n > 0 || e.pieces > 0 {
		e.spoiled = true
		e.takeLocked(0)
	}
}

// Lose says that the receiver has lost a packet in the current window.
func (e *Ear) Lose() {
	e.mu.Lock()
	e.spoiled = true
	e.mu.Unlock()
}

func (e *Ear) endPieceLocked() {
	for i := range e.tones {
		d := &e.tones[i]
		magnitude := math.Sqrt(max(0, d.s1*d.s1+d.s2*d.s2-d.coefficient*d.s1*d.s2))
		amplitude := 2 * magnitude / (piece * weightsGain)
		d.power += amplitude * amplitude / 2
		d.s1, d.s2 = 0, 0
	}
	e.n = 0
	if e.pieces++; e.pieces < window {
		return
	}
	w := Window{Levels: make([]float64, len(e.tones)), Lost: e.spoiled}
	for i := range e.tones {
		w.Levels[i] = max(floor, 10*math.Log10(max(e.tones[i].power/window, 1e-12)))
		e.tones[i].power = 0
	}
	e.windows = append(e.windows, w)
	e.pieces, e.spoiled = 0, false
}

// Windows returns the whole seconds heard so far.
func (e *Ear) Windows() []Window {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]Window(nil), e.windows...)
}

// Present reports whether the tone at index i was there: above -35 dBFS in nine
// of ten of the windows in which nothing was lost. Without such a window it is false.
func Present(windows []Window, i int) bool {
	whole, heard := 0, 0
	for _, w := range windows {
		if w.Lost {
			continue
		}
		whole++
		if w.Levels[i] > PresentAbove {
			heard++
		}
	}
	return whole > 0 && heard*10 >= whole*9
}

// Absent reports whether the tone at index i was below -60 dBFS in every window,
// those with losses too. Without a window it is false: nothing was proved.
func Absent(windows []Window, i int) bool {
	for _, w := range windows {
		if w.Levels[i] >= AbsentBelow {
			return false
		}
	}
	return len(windows) > 0
}

// RMS is the level of samples in dBFS, -96 for silence.
func RMS(samples []int16) float64 {
	var sum float64
	for _, s := range samples {
		sum += float64(s) * float64(s)
	}
	if sum == 0 {
		return -96
	}
	return max(-96, 10*math.Log10(sum/float64(len(samples))/(32768*32768)))
}
