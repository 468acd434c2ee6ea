// Package tally counts what each of many does within a time, in memory that
// strangers cannot fill. It knows no limit: who asks compares.
package tally

import "time"

// Tally has the counts by key. It has no lock and no clock: they are its owner's.
type Tally[K comparable] struct {
	within time.Duration
	most   int
	counts map[K]*Count
}

// Count is what one has done until Ends. Its owner may change both.
type Count struct {
	N    int
	Ends time.Time // then it is forgotten
}

// New makes a tally whose counts end after within, counted from the first. It
// remembers most keys, and some are forgotten sooner when more come.
func New[K comparable](within time.Duration, most int) *Tally[K] {
	return &Tally[K]{within: within, most: most, counts: make(map[K]*Count)}
}

// Of is the count of a key, a new one if there is none or it has ended.
func (t *Tally[K]) Of(key K, now time.Time) *Count {
	c := t.counts[key]
	if c != nil && now.Before(c.Ends) {
		return c
	}
	if c == nil && len(t.counts) >= t.most {
		t.makeRoom(now)
	}
	c = &Count{Ends: now.Add(t.within)}
	t.counts[key] = c
	return c
}

// Forget drops the count of a key.
func (t *Tally[K]) Forget(key K) { delete(t.counts, key) }

// makeRoom drops what has ended and, if that is not enough, any down to half, so
// that a flood does not make every count walk the whole map.
func (t *Tally[K]) makeRoom(now time.Time) {
	for key, c := range t.counts {
		if !now.Before(c.Ends) {
			delete(t.counts, key)
		}
	}
	for key := range t.counts {
		if len(t.counts) <= t.most/2 {
			return
		}
		delete(t.counts, key)
	}
}
