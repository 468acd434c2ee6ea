package tone

import "sync/atomic"

// Decoder turns payload bytes into samples, one for each byte.
type Decoder interface {
	Decode(samples []int16, payload []byte) int
}

// Clip is a recorded sound in G.711, once or for ever. It is played by one
// player at a time; At may be read from elsewhere.
type Clip struct {
	decoder Decoder
	payload []byte
	loop    bool
	at      atomic.Int64
}

// NewClip makes a sound of G.711 bytes; loop plays it again and again.
func NewClip(decoder Decoder, payload []byte, loop bool) *Clip {
	return &Clip{decoder: decoder, payload: payload, loop: loop && len(payload) > 0}
}

// At is how many samples have been played of the current round.
func (c *Clip) At() int { return int(c.at.Load()) }

// Next fills one frame and returns false when the clip is over; what is left of
// the frame is silence.
func (c *Clip) Next(frame []int16) bool {
	at := int(c.at.Load())
	n := 0
	for n < len(frame) {
		if at == len(c.payload) {
			if !c.loop {
				break
			}
			at = 0
		}
		k := c.decoder.Decode(frame[n:], c.payload[at:])
		n, at = n+k, at+k
	}
	c.at.Store(int64(at))
	clear(frame[n:])
	return n == len(frame)
}

// Samples is a sound of 16-bit samples, once or for ever.
type Samples struct {
	samples []int16
	loop    bool
	at      int
}

// NewSamples makes a sound of samples; loop plays it again and again.
func NewSamples(samples []int16, loop bool) *Samples {
	return &Samples{samples: samples, loop: loop && len(samples) > 0}
}

// Next fills one frame and returns false when the sound is over.
func (s *Samples) Next(frame []int16) bool {
	n := 0
	for n < len(frame) {
		if s.at == len(s.samples) {
			if !s.loop {
				break
			}
			s.at = 0
		}
		k := copy(frame[n:], s.samples[s.at:])
		n, s.at = n+k, s.at+k
	}
	clear(frame[n:])
	return n == len(frame)
}
