package queue

import (
	"maps"
	"slices"
	"time"

	"sufler/routing"
	"sufler/routing/capacity"
)

// Wait is how long somebody is told that they will wait.
type Wait struct {
	Step Step
	// Reason is why it is longer than they were told before: WaitFewer or
	// WaitOvertaken, whose sentence is "why.REASON"; empty when it is not, or by one
	// step only.
	Reason string
}

// Why a wait has become longer.
const (
	WaitFewer     = "wait_fewer_operators" // fewer people serve the queue now
	WaitOvertaken = "wait_others_first"    // others were put before them
)

// Step is how exactly a wait is said.
type Step uint8

// The steps.
const (
	Unknown Step = iota // too little is known, or nobody is there
	UnderOne
	AboutTwo
	AboutFive
	TenOrMore
)

// Minutes is a step as a length: 1, 2, 5 or 10 minutes, 0 when it is not known.
func (s Step) Minutes() int {
	lengths := [...]int{UnderOne: 1, AboutTwo: 2, AboutFive: 5, TenOrMore: 10}
	if int(s) >= len(lengths) {
		return 0
	}
	return lengths[s]
}

// stepOf rounds a length to the step that is nearest by ratio.
func stepOf(d time.Duration) Step {
	switch m := d.Minutes(); {
	case m < 1.2:
		return UnderOne
	case m < 3.2: // the root of 2 times 5
		return AboutTwo
	case m < 7.1: // the root of 5 times 10
		return AboutFive
	}
	return TenOrMore
}

const (
	leastSamples = 5
	mostSamples  = 20
)

// samples are how the last who came by one channel into one queue have waited.
type samples struct {
	came int // how many are known
	// works are, of those who found nobody free, the time of one operator that each
	// place before them and their own has cost.
	works []time.Duration
}

// history is what is known by queue and channel.
type history map[stream]samples

type stream struct {
	queue   routing.QueueName
	channel routing.Channel
}

// ahead is what somebody had before them when they came.
type ahead struct {
	position int // 1: nobody
	servers  int // who was there and serves the queue
	free     int // of those, who could have taken them at once
}

// isServedAtOnce reports whether somebody is free for the one at that position.
func (a ahead) isServedAtOnce() bool { return a.position <= a.free }

// learn adds how long one has waited.
func (s samples) learn(wait time.Duration, a ahead) samples {
	s.came = min(s.came+1, mostSamples)
	if a.isServedAtOnce() || a.servers == 0 || a.position == 0 {
		return s
	}
	work := wait * time.Duration(a.servers) / time.Duration(a.position)
	s.works = append(slices.Clone(s.works), work)
	s.works = s.works[max(0, len(s.works)-mostSamples):]
	return s
}

// estimate is how long somebody will wait: the median of what a place has cost, by
// their position and the people who are there.
func (s samples) estimate(a ahead) Step {
	switch {
	case a.servers == 0 || s.came < leastSamples:
		return Unknown
	case a.isServedAtOnce():
		return UnderOne
	case len(s.works) < leastSamples:
		return Unknown
	}
	sorted := slices.Sorted(slices.Values(s.works))
	return stepOf(sorted[len(sorted)/2] * time.Duration(a.position) / time.Duration(a.servers))
}

// said is what somebody was told of their wait, and what they had before them then.
type said struct {
	wait    Wait
	least   Step  // the shortest they were told
	by      ahead // when it was
	came    ahead // when they came
	counted bool  // the wait is known to history
}

// say makes of an estimate what is told. A wait grows by one step above the shortest
// that was told and no further, unless there is a reason, which is told, too.
func (s said) say(step Step, now ahead) said {
	if s.came.position == 0 {
		s.came = now
	}
	reason := s.reason(now)
	switch {
	case step == Unknown || s.least == Unknown || step <= s.least:
		if step != Unknown {
			s.least, s.by = step, now
		}
		s.wait = Wait{Step: step}
	case step == s.least+1:
		s.wait = Wait{Step: step}
	case reason != "":
		s.wait, s.least, s.by = Wait{Step: step, Reason: reason}, step, now
	default:
		s.wait = Wait{Step: s.least + 1}
	}
	return s
}

// reason is why one may wait longer than when they were told.
func (s said) reason(now ahead) string {
	switch {
	case now.position > s.by.position:
		return WaitOvertaken
	case now.servers < s.by.servers:
		return WaitFewer
	}
	return ""
}

// forecast is what is told of a place's wait.
func (l *Line) forecast(w *waiting, position int) Wait {
	now := ahead{position: position}
	want := w.want()
	for _, c := range l.candidates(w) {
		if capacity.IsThere(c.Person, want.Forwarded) != "" {
			continue
		}
		now.servers++
		if isFree(c, want) {
			now.free++
		}
	}
	if len(w.asks) > 0 {
		now.free = max(now.free, position) // whoever is asked was free
	}
	w.said = w.said.say(l.history[w.stream()].estimate(now), now)
	return w.said.wait
}

func (w *waiting) stream() stream { return stream{w.queue.Name, w.join.Kind} }

// learn notes how long somebody has waited who was not here before.
func (l *Line) learn(w *waiting) {
	if w.said.counted || w.join.First || w.said.came.position == 0 {
		return
	}
	w.said.counted = true
	l.history = maps.Clone(l.history) // others read the one before
	l.history[w.stream()] = l.history[w.stream()].learn(l.clock.Now().Sub(w.entered), w.said.came)
}
