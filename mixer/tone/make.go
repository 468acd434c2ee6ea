package tone

import (
	"math"
	"time"
)

// Amplitude is the peak of a sine whose root mean square has the given level in
// dB below full scale, in units of 16-bit samples.
func Amplitude(dbfs float64) float64 {
	return 32768 * math.Sqrt2 * math.Pow(10, dbfs/20)
}

// Sine is an endless sine.
type Sine struct {
	step, phase, amplitude float64
}

// NewSine makes a sine of a frequency in Hz at a level in dBFS (RMS).
func NewSine(hz, dbfs float64) *Sine {
	return &Sine{step: 2 * math.Pi * hz / Rate, amplitude: min(Amplitude(dbfs), 32767)}
}

// Next fills one frame; it never ends.
func (s *Sine) Next(frame []int16) bool {
	for i := range frame {
		frame[i] = int16(math.Round(s.amplitude * math.Sin(s.phase)))
		s.phase += s.step
	}
	s.phase = math.Mod(s.phase, 2*math.Pi)
	return true
}

// Cadence is a sine that sounds and pauses in turn, as telephone signals do.
type Cadence struct {
	sine    *Sine
	on, all int // samples
	at      int
}

// Ringback is what a caller hears while the far phone rings: by country of two
// letters after ITU-T E.180, Supplement 2; unknown countries sound as CZ.
func Ringback(country string) *Cadence {
	switch country {
	case "RU":
		return NewCadence(425, -20, 800*time.Millisecond, 3200*time.Millisecond)
	case "US", "CA":
		return NewCadence(440, -20, 2*time.Second, 4*time.Second)
	}
	return NewCadence(425, -20, time.Second, 4*time.Second)
}

// NewCadence makes a signal of a frequency in Hz at a level in dBFS that sounds
// for on and pauses for off.
func NewCadence(hz, dbfs float64, on, off time.Duration) *Cadence {
	return &Cadence{sine: NewSine(hz, dbfs), on: samples(on), all: samples(on + off)}
}

// Next fills one frame; it never ends.
func (c *Cadence) Next(frame []int16) bool {
	c.sine.Next(frame)
	for i := range frame {
		if c.at >= c.on {
			frame[i] = 0
		}
		c.at = (c.at + 1) % c.all
	}
	return true
}

func samples(d time.Duration) int { return int(d * Rate / time.Second) }
