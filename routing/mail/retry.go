package mail

import "time"

const (
	firstPause   = 15 * time.Second // before a mail is tried again; four times as long each time
	longestPause = 4 * time.Hour
	// attempts is how often a mail is tried before it is given up: for about two days,
	// so that a weekend without a mail server loses nothing.
	attempts = 17
)

// pauseAfter is how long a mail rests after so many attempts: 15 seconds, 1, 4, 16, 64
// minutes, then 4 hours.
func pauseAfter(attempt int) time.Duration {
	pause := firstPause
	for range attempt - 1 {
		pause = min(4*pause, longestPause)
	}
	return pause
}
