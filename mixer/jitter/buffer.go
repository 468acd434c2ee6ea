// Package jitter puts the sound of one sender back on an even line of time. It
// knows samples and RTP timestamps, no codecs and no clock: whoever pulls gives
// the pace.
package jitter

const (
	// size is how many samples the line holds: half a second at 8 kHz.
	size = 4096
	// lateInARow is how many packets may come too late one after another before
	// the line is laid anew: the sender's clock is behind, or the path got longer.
	lateInARow = 5
	// fadeFrames is how long a gap is filled with what came before it.
	fadeFrames = 3
)

// Verdict says what became of a packet.
type Verdict uint8

// The verdicts; zero is invalid on purpose.
const (
	Kept Verdict = iota + 1
	Late
	Duplicate
)

// Buffer has a fixed delay: the first packet is heard so many samples after it
// came, and packets that come within this time are put in order. Reordering,
// duplicates, gaps, jumps of the timestamp and another sender are all taken.
type Buffer struct {
	delay   uint32
	started bool
	ssrc    uint32
	next    uint32 // RTP timestamp of the sample that is pulled next
	newest  uint32 // end of the newest packet
	late    int
	crowded int // pulls in a row at which more waited than twice the delay

	samples [size]int16
	filled  [size]bool

	last [160]int16 // the last whole frame, to fill a gap with
	gap  int        // frames in a row that had one
}

// New makes a buffer that delays by so many samples.
func New(delay int) *Buffer { return &Buffer{delay: uint32(delay)} }

// Put takes the samples of one packet (RFC 3550 section 5.1).
func (b *Buffer) Put(ssrc, timestamp uint32, samples []int16) Verdict {
	if !b.started || ssrc != b.ssrc {
		b.lay(ssrc, timestamp)
	}
	ahead := int32(timestamp - b.next)
	if int(ahead)+len(samples) > size || ahead < -size {
		b.lay(ssrc, timestamp) // the timestamp jumped
		ahead = int32(b.delay)
	}
	if ahead+int32(len(samples)) <= 0 {
		if b.late++; b.late < lateInARow {
			return Late
		}
		b.lay(ssrc, timestamp)
	}
	b.late = 0
	if b.filled[timestamp%size] && ahead >= 0 {
		return Duplicate
	}
	for i, s := range samples {
		at := timestamp + uint32(i)
		if int32(at-b.next) < 0 {
			continue // this part has been pulled as a gap already
		}
		b.samples[at%size], b.filled[at%size] = s, true
	}
	if end := timestamp + uint32(len(samples)); int32(end-b.newest) > 0 {
		b.newest = end
	}
	return Kept
}

// lay begins the line anew so that the packet is heard after the delay.
func (b *Buffer) lay(ssrc, timestamp uint32) {
	b.started, b.ssrc = true, ssrc
	b.next, b.newest = timestamp-b.delay, timestamp
	b.late, b.crowded = 0, 0
	clear(b.filled[:])
}

// Pull fills one frame and reports whether all of it had come; what had not is
// filled with what came before, fading.
func (b *Buffer) Pull(frame []int16) (whole bool) {
	if !b.started {
		clear(frame)
		return true
	}
	b.relax(len(frame))
	whole = true
	for i := range frame {
		at := (b.next + uint32(i)) % size
		if !b.filled[at] {
			whole = false
			b.samples[at] = b.conceal(i)
		}
		frame[i], b.filled[at] = b.samples[at], false
	}
	b.next += uint32(len(frame))
	if whole {
		b.gap = 0
	} else {
		b.gap++
	}
	if b.gap <= fadeFrames {
		copy(b.last[:], frame)
	}
	return whole
}

// conceal gives a sample for the place i of a frame with a gap: the frame before
// once more, half as loud each time, then silence.
func (b *Buffer) conceal(i int) int16 {
	if b.gap >= fadeFrames {
		return 0
	}
	return b.last[i%len(b.last)] / 2
}

// relax drops a frame when for half a second more has waited than twice the
// delay: the sender's clock is ahead, or the path got shorter.
func (b *Buffer) relax(frame int) {
	if int32(b.newest-b.next) <= int32(2*b.delay)+int32(frame) {
		b.crowded = 0
		return
	}
	if b.crowded++; b.crowded < 25 {
		return
	}
	for i := range frame {
		b.filled[(b.next+uint32(i))%size] = false
	}
	b.next += uint32(frame)
	b.crowded = 0
}
