package live

import "time"

// bucket allows so many messages a second, and as many at once.
type bucket struct {
	perSecond float64
	tokens    float64
	last      time.Time
}

func newBucket(perSecond int, now time.Time) *bucket {
	return &bucket{perSecond: float64(perSecond), tokens: float64(perSecond), last: now}
}

// allow takes one token, or returns false when there is none.
func (b *bucket) allow(now time.Time) bool {
	b.tokens = min(b.perSecond, b.tokens+now.Sub(b.last).Seconds()*b.perSecond)
	b.last = now
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}
