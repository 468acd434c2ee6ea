package rtc_test

import (
	"context"
	"testing"
	"time"

	"sufler/routing"
	"sufler/rtc/browser"
	"sufler/rtc/rtctest"
)

// All pages share one socket, and pion would stop what others are just sending
// when one of them leaves it.
func TestEveryPageIsToldGoodbyeThoughAllLeaveAtOnce(t *testing.T) {
	w := newWorld(t)
	const many = 24
	legs := make([]rung, many)
	pages := make([]*browser.Endpoint, many)
	for i := range legs {
		legs[i] = w.dial()
		pages[i] = w.connect(legs[i], browser.Options{NoVoice: true})
		rtctest.Next[routing.Answered](t, legs[i].Events)
	}
	for _, l := range legs {
		l.Do(routing.Hangup{Cause: routing.HungUp})
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second) // before pion gives a silent line up by itself
	defer cancel()
	for i, p := range pages {
		select {
		case <-p.Ended():
		case <-ctx.Done():
			t.Fatalf("page %d was told nothing", i)
		}
	}
}
