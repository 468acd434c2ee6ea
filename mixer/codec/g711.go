package codec

import "github.com/zaf/g711"

// Law is one of the two laws of ITU-T G.711: a byte for each sample at 8 kHz.
type Law struct {
	decode [256]int16
	encode [65536]byte
}

// The laws as whole tables: a look-up is five times faster than the arithmetic.
var (
	MuLaw = newLaw(g711.DecodeUlawFrame, g711.EncodeUlawFrame)
	ALaw  = newLaw(g711.DecodeAlawFrame, g711.EncodeAlawFrame)
)

func newLaw(decode func(uint8) int16, encode func(int16) uint8) *Law {
	l := &Law{}
	for i := range l.decode {
		l.decode[i] = decode(uint8(i))
	}
	for i := range l.encode {
		l.encode[i] = encode(int16(uint16(i)))
	}
	return l
}

// Decode fills samples from a payload and returns how many: one for each byte,
// at most len(samples).
func (l *Law) Decode(samples []int16, payload []byte) int {
	n := min(len(samples), len(payload))
	for i, b := range payload[:n] {
		samples[i] = l.decode[b]
	}
	return n
}

// Encode fills a payload from samples and returns its length: one byte for each
// sample, at most len(payload).
func (l *Law) Encode(payload []byte, samples []int16) int {
	n := min(len(samples), len(payload))
	for i, s := range samples[:n] {
		payload[i] = l.encode[uint16(s)]
	}
	return n
}
