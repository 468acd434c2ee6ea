// Package impair is a bad network for tests: a UDP relay on loopback that loses,
// delays, repeats and reorders packets, always the same ones for the same seed.
//
// It knows datagrams only, nothing of what is in them.
package impair

import (
	"math/rand/v2"
	"time"
)

// Options say how bad the network is. The zero value is a perfect one.
type Options struct {
	// Loss is the share of packets lost, 0 to below 1; Burst is the mean number of
	// packets lost in a row, 0 or 1 for losses independent of each other.
	Loss, Burst float64
	// Delay is one-way; Jitter makes each delay up to that much longer or shorter,
	// and keeps the order.
	Delay, Jitter time.Duration
	// Duplicate is the share of packets that arrive twice, Reorder the share that
	// arrives Behind later than they would, so that others overtake them.
	Duplicate, Reorder float64
	// Behind is 30 ms when zero.
	Behind time.Duration
	Seed   uint64
}

// Counts are what has become of the packets of both directions.
type Counts struct{ Received, Lost, Duplicated, Reordered, Delivered int }

// path is one direction as a value: it decides, and moves nothing.
type path struct {
	opt     Options
	random  *rand.Rand
	losing  bool // in a burst (Gilbert's model of two states)
	ordered time.Time
	counts  Counts
}

func newPath(opt Options, stream uint64) *path {
	if opt.Behind == 0 {
		opt.Behind = 30 * time.Millisecond
	}
	return &path{opt: opt, random: rand.New(rand.NewPCG(opt.Seed, stream))}
}

// arrivals says when a packet sent now arrives: never, once or twice.
func (p *path) arrivals(now time.Time) []time.Time {
	p.counts.Received++
	if p.lose() {
		p.counts.Lost++
		return nil
	}
	at := now.Add(p.opt.Delay)
	if p.opt.Jitter > 0 {
		at = at.Add(time.Duration(p.random.Int64N(2*int64(p.opt.Jitter)+1)) - p.opt.Jitter)
	}
	if at.Before(p.ordered) {
		at = p.ordered
	}
	if p.chance(p.opt.Reorder) {
		p.counts.Reordered++
		at = at.Add(p.opt.Behind)
	} else {
		p.ordered = at
	}
	if p.chance(p.opt.Duplicate) {
		p.counts.Duplicated++
		return []time.Time{at, at}
	}
	return []time.Time{at}
}

// lose moves between a good and a bad state so that the bad one lasts Burst
// packets in the mean and takes Loss of all packets.
func (p *path) lose() bool {
	if p.opt.Burst <= 1 {
		return p.chance(p.opt.Loss)
	}
	leave := 1 / p.opt.Burst
	enter := leave * p.opt.Loss / (1 - p.opt.Loss)
	if p.losing {
		p.losing = !p.chance(leave)
	} else {
		p.losing = p.chance(enter)
	}
	return p.losing
}

func (p *path) chance(share float64) bool { return share > 0 && p.random.Float64() < share }
