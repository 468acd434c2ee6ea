// Package tone makes sounds and measures them: sines, ringback, music, recorded voices
// as sources with no ear, and the ear that tells whose tone it hears. All sound
// is 8 kHz, 16 bit, mono. It is part of the product (phones, self-test, demo)
// and knows no packets and no calls.
package tone

// Rate is the number of samples in a second.
const Rate = 8000

// The tones by which a test tells the parties apart. They were chosen so that
// none of their G.711 distortion products falls on another of them.
const (
	ClientHz     = 433.0
	AgentHz      = 1021.0
	SupervisorHz = 1777.0
)
