package live

import "time"

// bucket allows so many in a second, and at once what has gathered so far.
type bucket struct {
	perSecond, most float64
	tokens          float64
	last            time.Time
}

func newBucket(perSecond, most int, now time.Time) bucket {
	return bucket{perSecond: float64(perSecond), most: float64(most), tokens: float64(most), last: now}
}

// allow takes one token, or returns false when there is none.
func (b *bucket) allow(now time.Time) bool {
	b.tokens = min(b.most, b.tokens+now.Sub(b.last).Seconds()*b.perSecond)
	b.last = now
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}
