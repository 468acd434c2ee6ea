package record

import (
	"sync/atomic"

	"sufler/mixer"
)

// frameBytes is one frame of 20 ms in G.711.
const frameBytes = 160

// ringSize is a power of two: 40 s of sound of four tracks.
const ringSize = 8192

type entryKind uint8

const (
	captured entryKind = iota + 1
	planned
	ended
)

// entry is what the sound plane's thread leaves for the writer.
type entry struct {
	kind    entryKind
	call    mixer.CallID
	track   string
	codec   mixer.Codec
	frame   uint64
	payload [frameBytes]byte
	plan    mixer.Plan
}

// ring has one producer, which never waits, and one consumer.
type ring struct {
	entries [ringSize]entry
	head    atomic.Uint64 // next to write; the producer's
	tail    atomic.Uint64 // next to read; the consumer's
}

// claim returns the next free entry, or nil when the consumer is too far behind.
// publish hands it over.
func (r *ring) claim() *entry {
	head := r.head.Load()
	if head-r.tail.Load() == ringSize {
		return nil
	}
	return &r.entries[head%ringSize]
}

func (r *ring) publish() { r.head.Add(1) }

// read gives every waiting entry to f.
func (r *ring) read(f func(*entry)) (n int) {
	for tail := r.tail.Load(); tail != r.head.Load(); tail++ {
		e := &r.entries[tail%ringSize]
		f(e)
		e.plan = mixer.Plan{}
		r.tail.Store(tail + 1)
		n++
	}
	return n
}
