package queue

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"sufler/routing"
)

func TestAPriorityIsAHeadStart(t *testing.T) {
	vip, orders := Queue{Name: "vip", Groups: []routing.GroupName{"orders"}, Priority: 10}, orders
	playBy(t, []Queue{orders, vip}, nil, func(s *scene) {
		at := func(id string, q routing.QueueName, ago time.Duration, first bool) {
			s.joins(Join{Place: routing.PlaceID(id), Queue: q, Since: start.Add(-ago), First: first})
		}
		at("a", "orders", 5*time.Minute, false)
		at("b", "orders", 15*time.Minute, false)
		at("c", "vip", 0, false)
		at("d", "vip", time.Minute, false)
		at("e", "orders", 0, true)
		s.wantShown("e 1 waiting, b 2 waiting, vip: d 1 waiting, vip: c 2 waiting, a 3 waiting")
	})
}

// However many come later with whatever priority, who waits is served: no more go
// first than come within the head start.
func TestNobodyIsStarved(t *testing.T) {
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 5))
		high := 1 + r.IntN(100)
		low := turn{since: start}
		now := start
		for compareTurns(turn{since: now, priority: high}, low) <= 0 {
			if now.Sub(start) > time.Duration(high)*priorityWorth {
				t.Fatalf("seed %d: priority %d goes first after %s", seed, high, now.Sub(start))
			}
			now = now.Add(time.Duration(1+r.IntN(60)) * time.Second) // one more comes with priority
		}
		for range 100 { // and nobody who comes after that
			now = now.Add(time.Duration(r.IntN(600)) * time.Second)
			if p := r.IntN(high + 1); compareTurns(turn{since: now, priority: p}, low) <= 0 {
				t.Fatalf("seed %d: priority %d goes first again", seed, p)
			}
		}
	}
}

// The same through the line: one operator, a stream of important visitors, and one
// who is not.
func TestTheUnimportantOneIsServedWithinTheHeadStart(t *testing.T) {
	vip := Queue{Name: "vip", Groups: []routing.GroupName{"orders"}, Priority: 10, Size: 1000}
	playBy(t, []Queue{orders, vip}, []Candidate{withDesk(person("anna", 0, "orders"))}, func(s *scene) {
		anna := withDesk(person("anna", 0, "orders"))
		s.crew.set(busy(anna))
		s.joins(Join{Place: "low", Queue: "orders", Since: time.Now()})
		served := 0
		for i := range 100 {
			s.joins(Join{Place: routing.PlaceID(fmt.Sprintf("vip %d", i)), Queue: "vip", Since: time.Now()})
			s.joins(Join{Place: routing.PlaceID(fmt.Sprintf("more %d", i)), Queue: "vip", Since: time.Now()})
			s.crew.set(anna)
			offers := s.Line.Snapshot().Offers
			s.accept(offers[0].Place.ID, "anna")
			if offers[0].Place.ID == "low" {
				break
			}
			served++
			s.pass(time.Minute) // talks
			s.Leave(offers[0].Place.ID, "over")
		}
		if served < 10 || served > 30 {
			s.Errorf("%d important ones went first, want those of 10 minutes", served)
		}
	})
}
