package queue

import (
	"testing"
	"time"

	"sufler/routing"
	"sufler/routing/capacity"
)

func overflowing(to Overflow, after time.Duration) Queue {
	return Queue{Name: "first", Groups: []routing.GroupName{"orders"}, MaxWait: after, Overflow: to, PreSize: 5}
}

func second() Queue { return Queue{Name: "second", Groups: []routing.GroupName{"backup"}, Size: 2} }

// full is somebody who is there and has no room.
func full(name string, groups ...routing.GroupName) Candidate {
	return with(3, busy(person(name, 0, groups...)))
}

func TestWhoWaitsTooLongGoesToAnotherQueueWithTheirTime(t *testing.T) {
	rules := []Queue{overflowing(Overflow{To: ToQueue, Queue: "second"}, time.Minute), second()}
	playBy(t, rules, []Candidate{full("anna", "orders"), full("boris", "backup")}, func(s *scene) {
		s.joins(Join{Place: "young", Queue: "second", Since: start.Add(30 * time.Second)})
		s.chat("a")
		s.pass(time.Minute - time.Nanosecond)
		s.wantShown("a 1 waiting, second: young 1 waiting")
		s.pass(time.Nanosecond)
		s.wantShown("second: a 1 waiting, second: young 2 waiting")
		s.crew.set(withDesk(person("boris", 0, "backup")))
		s.wantNotices("a boris? by desk")
	})
}

// An offer that is open is withdrawn: who is asked no longer serves the visitor.
func TestAnOfferIsWithdrawnWhenThePlaceMovesOn(t *testing.T) {
	rules := []Queue{overflowing(Overflow{To: ToQueue, Queue: "second"}, 10*time.Second), second()}
	playBy(t, rules, []Candidate{withDesk(person("anna", 0, "orders")), withDesk(person("boris", 0, "backup"))}, func(s *scene) {
		s.chat("a")
		s.pass(10 * time.Second)
		s.wantNotices("a anna? by desk", "a anna gone", "a boris? by desk")
		if n := s.crew.reservations(); n != 1 {
			s.Errorf("got %d operators held, want 1", n)
		}
	})
}

func TestNothingMovesIntoAQueueWithoutRoom(t *testing.T) {
	rules := []Queue{overflowing(Overflow{To: ToQueue, Queue: "second"}, time.Minute), second()}
	playBy(t, rules, []Candidate{full("anna", "orders"), full("boris", "backup")}, func(s *scene) {
		for _, id := range []routing.PlaceID{"x", "y"} {
			s.joins(Join{Place: id, Queue: "second", Since: start})
		}
		s.chat("a")
		s.pass(2 * time.Minute)
		s.wantShown("a 1 waiting, second: x 1 waiting, second: y 2 waiting")
		s.Leave("x", "cancelled")
		s.wantShown("second: a 1 waiting, second: y 2 waiting") // as soon as there is some
	})
}

// Two queues that overflow into each other pass nobody to and fro.
func TestACircleOfQueuesHasAnEnd(t *testing.T) {
	back := second()
	back.MaxWait, back.Overflow = time.Minute, Overflow{To: ToQueue, Queue: "first"}
	playBy(t, []Queue{overflowing(Overflow{To: ToQueue, Queue: "second"}, time.Minute), back}, []Candidate{full("anna", "orders"), full("boris", "backup")}, func(s *scene) {
		s.chat("a")
		s.pass(10 * time.Minute)
		s.wantShown("second: a 1 waiting")
	})
}

func TestADriverLeadsWhoWaitsTooLongElsewhere(t *testing.T) {
	for name, c := range map[string]struct {
		to   Overflow
		kind routing.Channel
		want []string
	}{
		"to a form":             {Overflow{To: ToForm}, routing.ChatChannel, []string{"a overflowed to form"}},
		"to a number":           {Overflow{To: ToNumber, Number: "+420777000001"}, routing.VoiceChannel, []string{"a overflowed to number +420777000001"}},
		"writing to no number":  {Overflow{To: ToNumber, Number: "+420777000001"}, routing.ChatChannel, nil},
		"nowhere":               {Overflow{}, routing.ChatChannel, nil},
		"to a queue not there":  {Overflow{To: ToQueue, Queue: "gone"}, routing.ChatChannel, nil},
		"to a queue without it": {Overflow{To: ToQueue}, routing.ChatChannel, nil},
	} {
		t.Run(name, func(t *testing.T) {
			playBy(t, []Queue{overflowing(c.to, time.Minute)}, []Candidate{full("anna", "orders")}, func(s *scene) {
				s.joins(Join{Place: "a", Kind: c.kind, Since: start})
				s.pass(time.Hour)
				s.wantNotices(c.want...) // once
				s.wantShown("a 1 waiting")
			})
		})
	}
}

// Who is away by choice comes back; where nobody is logged in, nobody waits in vain.
// A desk that is loaded again is nobody's leaving.
func TestWhereNobodyIsLoggedInPlacesMoveOn(t *testing.T) {
	rules := []Queue{overflowing(Overflow{To: ToQueue, Queue: "second"}, 0), second()}
	anna := full("anna", "orders")
	playBy(t, rules, []Candidate{paused(anna), full("boris", "backup")}, func(s *scene) {
		s.chat("a")
		s.pass(time.Hour)
		s.wantShown("a 1 waiting")
		s.crew.set(offline(anna))
		s.pass(nobodyGrace - time.Second)
		s.crew.set(anna)
		s.pass(time.Hour)
		s.wantShown("a 1 waiting")
		s.crew.set(offline(anna))
		s.pass(nobodyGrace)
		s.wantShown("second: a 1 waiting")
		s.chat("b") // the grace runs from the moment in which somebody waits for nobody
		s.pass(nobodyGrace)
		s.wantShown("second: a 1 waiting, second: b 2 waiting")
	})
}

// What a colleague has sent starts its time anew, and what is kept for one person
// does not overflow.
func TestARedirectedPlaceIsNotMovedOnAtOnce(t *testing.T) {
	rules := []Queue{overflowing(Overflow{To: ToQueue, Queue: "second"}, time.Minute), second()}
	playBy(t, rules, []Candidate{full("anna", "orders"), full("boris", "backup"), full("cyril", "repairs")}, func(s *scene) {
		s.chat("a")
		s.chat("b")
		s.pass(50 * time.Second)
		s.redirect("a", Target{Groups: []routing.GroupName{"repairs"}})
		s.redirect("b", Target{For: "cyril"})
		s.pass(50 * time.Second)
		s.wantShown("a 1 waiting, b 1 waiting")
		s.pass(time.Hour)
		s.wantShown("second: a 1 waiting, b 1 waiting")
	})
}

func paused(c Candidate) Candidate { c.Status = capacity.Pause; return c }
