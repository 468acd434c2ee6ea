package main

import (
	"context"
	"errors"
	"math"
	"sync"
	"time"
)

// The tones by which visitor and operator know each other, in Hz. A frame of 20 ms
// holds a whole number of periods of each.
const (
	visitorHz  = 2350
	operatorHz = 2850
	frame      = 160 // samples
)

// steady is an endless tone that costs next to nothing: each frame is the same.
type steady [frame]int16

func newSteady(hz float64) *steady {
	s := new(steady)
	for i := range s {
		s[i] = int16(4000 * math.Sin(2*math.Pi*hz*float64(i)/8000))
	}
	return s
}

// Next fills one frame.
func (s *steady) Next(into []int16) bool {
	copy(into, s[:])
	return true
}

// spotter waits for the first packet that holds a tone and hardly anything else:
// the music of the queue does not count.
type spotter struct {
	hz   float64
	once sync.Once
	came chan time.Time
}

func newSpotter(hz float64) *spotter { return &spotter{hz: hz, came: make(chan time.Time, 1)} }

// hear takes the sound of one packet.
func (s *spotter) hear(samples []int16) {
	if share(samples, s.hz) > 0.8 {
		s.once.Do(func() { s.came <- time.Now() })
	}
}

// wait returns when the tone came.
func (s *spotter) wait(ctx context.Context) (time.Time, error) {
	select {
	case at := <-s.came:
		return at, nil
	case <-ctx.Done():
		return time.Time{}, errors.New("the other's tone did not come")
	}
}

// share is the part of the samples' energy that a tone has, 0 of silence.
func share(samples []int16, hz float64) float64 {
	var in, quarter, all float64
	for i, s := range samples {
		x, phase := float64(s), 2*math.Pi*hz*float64(i)/8000
		in += x * math.Cos(phase)
		quarter += x * math.Sin(phase)
		all += x * x
	}
	if all < 1e6 {
		return 0
	}
	return 2 * (in*in + quarter*quarter) / (float64(len(samples)) * all)
}
