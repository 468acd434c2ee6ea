package session

import (
	"sync/atomic"
	"testing"
	"time"

	"sufler/routing"
)

// B8: how long a visitor may go without an answer is the group's to say, and holds for
// what is open as soon as it is said.
func TestWhenAnUnansweredVisitorIsMarkedIsTheGroupsRule(t *testing.T) {
	var rules atomic.Pointer[Rules]
	set := func(amber, red time.Duration) {
		now := DefaultRules
		now.Amber, now.Red = amber, red
		rules.Store(&now)
	}
	set(time.Minute, 3*time.Minute)
	var told kept[View]
	inBubbleWith(t, func(o *Options) {
		o.Rules = func(routing.QueueName, routing.OperatorID) Rules { return *rules.Load() }
	}, func(r *rig) {
		v := r.chat("jan", "anna")
		r.say(v, "jan", "2", "Haló?")
		if got := r.get(v); got.Amber != time.Minute || got.Red != 3*time.Minute || got.UnansweredAt.IsZero() {
			t.Errorf("got %+v", got)
		}
		stop := r.Watch(func(e Event) {
			if c, ok := e.(Changed); ok {
				told.add(c.View)
			}
		})
		set(10*time.Second, 20*time.Second)
		r.RulesChanged()
		if got := r.get(v); got.Amber != 10*time.Second || got.Red != 20*time.Second {
			t.Errorf("got %+v", got)
		}
		stop()
		if all := told.all(); len(all) != 1 || all[0].Red != 20*time.Second {
			t.Errorf("the pages were told %+v", all)
		}
	})
}

// B8: what the group says of time holds for a conversation that has begun before.
func TestARuleThatIsShorterNowEndsWhatHasLastedLonger(t *testing.T) {
	var lost atomic.Int64
	lost.Store(int64(10 * time.Minute))
	inBubbleWith(t, func(o *Options) {
		o.Rules = func(routing.QueueName, routing.OperatorID) Rules {
			now := DefaultRules
			now.LostAfter = time.Duration(lost.Load())
			return now
		}
	}, func(r *rig) {
		v := r.chat("jan", "anna")
		r.VisitorChanged("jan", false)
		r.pass(2 * time.Minute)
		r.is(v, "active anna")
		lost.Store(int64(time.Minute))
		r.RulesChanged()
		r.pass(time.Millisecond)
		r.is(v, "wrap_up anna lost")
	})
}
