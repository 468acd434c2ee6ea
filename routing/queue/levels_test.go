package queue

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sufler/routing"
	"sufler/routing/hours"
)

// small takes two whom operators see and one whom they do not.
func small() Queue {
	return Queue{Name: "small", Groups: []routing.GroupName{"orders"}, Size: 2, PreSize: 1}
}

// M168, M169, D13: two levels, each bounded; behind them nobody is let in.
func TestAQueueHasTwoLevelsAndAnEnd(t *testing.T) {
	playBy(t, []Queue{small()}, nil, func(s *scene) {
		for _, id := range []string{"a", "b", "c"} {
			s.chat(id)
		}
		s.wantShown("a 1 waiting, b 2 waiting, c 3 pre_queued")
		refusal := s.refusal(s.tryJoin(Join{Place: "d"}), "queue_full")
		if refusal.Kind != routing.Busy || refusal.Params["queue"] != "small" {
			s.Errorf("got %+v", refusal)
		}
		s.wantRefusal(s.MayJoin("small"), "queue_full")
		s.Leave("a", "cancelled")
		s.wantShown("b 1 waiting, c 2 waiting")
		s.chat("d")
		s.wantShown("b 1 waiting, c 2 waiting, d 3 pre_queued")
	})
}

// Whom no operator sees nobody can take, and nobody is asked about.
func TestThePreQueueIsOutOfReach(t *testing.T) {
	playBy(t, []Queue{small()}, nil, func(s *scene) {
		for _, id := range []string{"a", "b", "c"} {
			s.chat(id)
		}
		s.crew.set(withDesk(person("anna", 0, "orders")))
		s.wantNotices("a anna? by desk", "b anna? by desk")
		s.wantRefusal(s.Accept(s.Context(), "c", "anna"), "place_unknown")
		s.wantRefusal(s.Redirect(s.Context(), "c", Target{For: "anna"}, "anna"), "place_unknown")
		s.accept("a", "anna")
		s.wantNotices("a anna!", "c anna? by desk") // a place is taken: the next one comes up
	})
}

func TestWhoWasCutOffOrIsSentIsBeforeTheOperatorsEyes(t *testing.T) {
	playBy(t, []Queue{small()}, nil, func(s *scene) {
		s.crew.set(busy(withDesk(person("anna", 0, "orders"))))
		for _, id := range []string{"a", "b", "c"} {
			s.chat(id)
		}
		s.chat("lost", func(j *Join) { j.First = true })
		s.chat("sent", func(j *Join) { j.Forwarded, j.Admitted = true, true })
		s.chat("invited", func(j *Join) { j.Kind, j.For = routing.InvitationChannel, "anna" })
		s.chat("known", func(j *Join) { j.Admitted = true })
		s.wantShown("lost 1 waiting, a 2 waiting, b 3 waiting, c 4 pre_queued, invited 1 waiting, known 5 pre_queued, sent 6 waiting")
		s.wantRefusal(s.MayJoin(""), "queue_full")
	})
}

// An operator who has invited half the world is not buried by it.
func TestInvitationsOfOneOperatorHaveAnEnd(t *testing.T) {
	playBy(t, []Queue{small()}, []Candidate{busy(withDesk(person("anna", 0, "orders")))}, func(s *scene) {
		invited := func(id routing.PlaceID, by routing.OperatorID) error {
			return s.tryJoin(Join{Place: id, Kind: routing.InvitationChannel, For: by})
		}
		if err := errors.Join(invited("a", "anna"), invited("b", "anna"), invited("c", "boris")); err != nil {
			s.Fatal(err)
		}
		s.wantRefusal(invited("d", "anna"), "queue_full")
	})
}

// Of a thousand who come at once exactly as many get in as there is room.
func TestTheRoomIsHeldToAlsoWhenAllComeAtOnce(t *testing.T) {
	rules := small()
	rules.Size, rules.PreSize = 20, 50
	playBy(t, []Queue{rules}, nil, func(s *scene) {
		var all sync.WaitGroup
		results := make([]error, 1000)
		for i := range results {
			all.Go(func() { _, results[i] = s.Join(Join{Kind: routing.ChatChannel, Since: time.Now()}) })
		}
		all.Wait()
		synctest.Wait()
		in := 0
		for _, err := range results {
			if err == nil {
				in++
			} else {
				s.wantRefusal(err, "queue_full")
			}
		}
		if n := len(s.Line.Snapshot().Places); in != 70 || n != 70 {
			s.Errorf("got %d in and %d places, want 70", in, n)
		}
	})
}

func TestAFullQueueOverflowsIntoTheNextOne(t *testing.T) {
	first, second := small(), Queue{Name: "second", Groups: []routing.GroupName{"backup"}, Size: 1}
	first.PreSize, first.Overflow, second.Overflow = 0, Overflow{To: ToQueue, Queue: "second"}, Overflow{To: ToQueue, Queue: "small"}
	playBy(t, []Queue{first, second}, nil, func(s *scene) {
		for _, id := range []string{"a", "b", "c"} {
			s.chat(id)
		}
		s.wantShown("a 1 waiting, b 2 waiting, second: c 1 waiting")
		s.wantRefusal(s.tryJoin(Join{Place: "d"}), "queue_full") // the circle has an end
		s.Leave("a", "cancelled")
		synctest.Wait()
		s.chat("e")
		s.wantShown("b 1 waiting, second: c 1 waiting, e 2 waiting")
	})
}

func TestAFullQueueOverflowsToANumberForWhoTalks(t *testing.T) {
	rules := small()
	rules.Size, rules.PreSize, rules.Overflow = 1, 0, Overflow{To: ToNumber, Number: "+420777000001"}
	playBy(t, []Queue{rules}, nil, func(s *scene) {
		s.chat("a")
		s.join("b", 0)
		s.wantNotices("b overflowed to number +420777000001")
		s.wantRefusal(s.tryJoin(Join{Place: "c", Kind: routing.ChatChannel}), "queue_full")
	})
}

// opensAt eight on workdays.
func opensAtEight(t *testing.T) *hours.Hours {
	t.Helper()
	day := []hours.Window{{From: 8 * 60, To: 16 * 60}}
	h := &hours.Hours{Zone: "UTC", Week: hours.Week{Mon: day, Tue: day, Wed: day, Thu: day, Fri: day}}
	if err := h.Validate(); err != nil {
		t.Fatal(err)
	}
	return h
}

func TestAClosedQueueSaysWhenItOpens(t *testing.T) {
	rules, other := small(), Queue{Name: "other", Groups: []routing.GroupName{"orders"}, Overflow: Overflow{To: ToQueue, Queue: "small"}, Size: 1}
	rules.Hours = opensAtEight(t)
	playBy(t, []Queue{rules, other}, []Candidate{full("anna", "orders")}, func(s *scene) { // a Saturday at midnight
		refusal := s.refusal(s.tryJoin(Join{Place: "a"}), "queue_closed")
		if refusal.Kind != routing.Unavailable || refusal.Params["opens"] != "2000-01-03T08:00:00Z" {
			s.Errorf("got %+v", refusal)
		}
		s.wantRefusal(s.MayJoin(""), "queue_closed")
		s.chat("invited", func(j *Join) { j.Kind, j.For = routing.InvitationChannel, "anna" })
		s.chat("known", func(j *Join) { j.Admitted = true })
		s.chat("b", func(j *Join) { j.Queue = "other" })
		s.wantRefusal(s.tryJoin(Join{Place: "c", Queue: "other"}), "queue_full") // nothing overflows into a closed one
		s.wantRefusal(s.Redirect(s.Context(), "b", Target{Queue: "small"}, "anna"), "queue_closed")
		s.pass(56 * time.Hour)
		s.chat("d")
		s.pass(8 * time.Hour) // it has closed: who waits goes on waiting
		s.wantShown("other: b 1 waiting, invited 1 waiting, known 1 waiting, d 2 waiting")
		never := rules
		never.Hours = &hours.Hours{Zone: "UTC"}
		s.SetQueues([]Queue{never})
		if refusal := s.refusal(s.tryJoin(Join{Place: "e"}), "queue_closed"); refusal.Params["opens"] != "" {
			s.Errorf("got %+v of a queue that never opens", refusal)
		}
	})
}

func TestRulesAreReplacedWithoutLosingAnybody(t *testing.T) {
	playBy(t, []Queue{small(), repairs}, nil, func(s *scene) {
		s.crew.set(withDesk(person("anna", 0, "orders")))
		s.crew.set(busy(withDesk(person("boris", 0, "repairs"))))
		for i := range 3 {
			s.chat(fmt.Sprint(i))
		}
		s.joins(Join{Place: "r", Queue: "repairs", Since: start})
		s.accept("0", "anna")
		s.forget()
		bigger := small()
		bigger.Size, bigger.Groups = 10, []routing.GroupName{"backup"}
		s.SetQueues([]Queue{bigger})
		synctest.Wait()
		s.wantShown("0 0 accepted, 1 1 offered, 2 2 offered, repairs: r 1 waiting")
		s.pass(time.Minute)
		if got := s.asked("1"); got != "" {
			s.Errorf("%q was asked, who does not serve it any more", got)
		}
		_, err := s.Join(Join{Queue: "repairs"})
		s.wantRefusal(err, "queue_unknown")
		s.crew.set(withDesk(person("boris", 0, "repairs"))) // what waits there is served by the old rules
		s.accept("r", "boris")
		for i := range 9 {
			s.chat(fmt.Sprint("more", i))
		}
		if p := s.place("more7"); p.State != Waiting {
			s.Errorf("got %s for the tenth", p.State)
		}
	})
}
