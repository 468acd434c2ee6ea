package main

import (
	"testing"

	"sufler/mixer"
	"sufler/mixer/tone"
)

// A talk's first sound is timed by tones, so nothing else may be taken for them.
func TestSpotterKnowsItsToneFromEverythingElse(t *testing.T) {
	tests := map[string]struct {
		sound mixer.Sound
		want  bool
	}{
		"the tone":                 {newSteady(visitorHz), true},
		"the other's tone":         {newSteady(operatorHz), false},
		"the music of the queue":   {tone.Music(), false},
		"a tone beside it":         {tone.NewSine(visitorHz+100, -20), false},
		"the tone, hardly audible": {tone.NewSine(visitorHz, -70), false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newSpotter(visitorHz)
			var samples [frame]int16
			for range 50 * 10 {
				test.sound.Next(samples[:])
				s.hear(samples[:])
			}
			if got := len(s.came) == 1; got != test.want {
				t.Errorf("spotted: %v, want %v", got, test.want)
			}
		})
	}
}

func TestPercentileIsOneOfTheValues(t *testing.T) {
	values := []float64{5, 1, 4, 2, 3}
	for p, want := range map[float64]float64{50: 3, 95: 5, 20: 1, 100: 5} {
		if got := percentile(values, p); got != want {
			t.Errorf("p%v of %v is %v, want %v", p, values, got, want)
		}
	}
}
