package queue

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sufler/routing"
	"sufler/routing/capacity"
)

// with gives somebody open chats.
func with(chats int, c Candidate) Candidate {
	c.Chats = chats
	return withDesk(c)
}

func TestEachStrategyAsksInItsOwnOrder(t *testing.T) {
	people := []Candidate{
		with(1, person("anna", 3*time.Hour, "orders")), with(0, person("boris", time.Minute, "orders")), with(2, person("cyril", 4*time.Hour, "orders")),
		with(0, person("dana", time.Hour, "orders")), with(1, person("emil", 5*time.Hour, "backup")),
	}
	for name, c := range map[string]struct {
		strategy Strategy
		turn     routing.OperatorID
		sticky   routing.OperatorID
		last     routing.OperatorID
		want     string
	}{
		"longest idle":                      {strategy: LongestIdle, want: "dana boris cyril anna emil"},
		"nothing is said":                   {want: "dana boris cyril anna emil"},
		"round robin from the beginning":    {strategy: RoundRobin, want: "anna boris cyril dana emil"},
		"round robin after boris":           {strategy: RoundRobin, turn: "boris", want: "cyril dana anna boris emil"},
		"round robin after the last":        {strategy: RoundRobin, turn: "dana", want: "anna boris cyril dana emil"},
		"least busy":                        {strategy: LeastBusy, want: "dana boris anna cyril emil"},
		"the sticky one is before all":      {strategy: LongestIdle, sticky: "emil", want: "emil dana boris cyril anna"},
		"who was asked last comes last":     {strategy: LongestIdle, last: "dana", want: "boris cyril anna emil dana"},
		"ring all has an order for phones":  {strategy: RingAll, want: "dana boris cyril anna emil"},
		"a sticky one who serves it no way": {strategy: LongestIdle, sticky: "zoe", want: "dana boris cyril anna emil"},
	} {
		t.Run(name, func(t *testing.T) {
			choice := choice{
				groups: []routing.GroupName{"orders", "backup"}, want: capacity.Want{Channel: routing.ChatChannel}, strategy: c.strategy,
				turn: c.turn, sticky: c.sticky, asked: askedNobody(c.last),
			}
			order, over := choice.next(people)
			var names []string
			for _, c := range order {
				names = append(names, c.Operator.Name)
			}
			if got := strings.Join(names, " "); got != c.want || over {
				t.Errorf("got %q, over %v, want %q", got, over, c.want)
			}
		})
	}
}

func TestARoundRobinRemembersWhoWasAskedLast(t *testing.T) {
	rules := orders
	rules.Strategy = RoundRobin
	people := []Candidate{withDesk(person("anna", 0, "orders")), withDesk(person("boris", 0, "orders")), withDesk(person("cyril", 0, "orders"))}
	playBy(t, []Queue{rules}, people, func(s *scene) {
		for i, want := range []string{"anna", "boris", "cyril", "anna", "boris"} {
			id := fmt.Sprint(i)
			s.chat(id)
			if got := s.asked(id); got != want {
				s.Errorf("visitor %d: got %s asked, want %s", i, got, want)
			}
			s.accept(routing.PlaceID(id), routing.OperatorID(want))
			s.Leave(routing.PlaceID(id), "over")
		}
	})
}

// The one who knows the visitor is asked first, but nobody waits for who is not there.
func TestTheStickyOperatorIsAskedFirstOnlyWhenTheyCanTakeIt(t *testing.T) {
	people := []Candidate{withDesk(person("anna", time.Hour, "orders")), withDesk(person("boris", 0, "orders"))}
	knowsBoris := func(j *Join) { j.Sticky = "boris" }
	play(t, people, func(s *scene) {
		s.chat("a", knowsBoris)
		s.wantNotices("a boris? by desk")
		s.pass(20 * time.Second)
		s.wantNotices("a boris missed", "a anna? by desk")
		s.crew.set(offline(person("boris", 0, "orders")))
		s.chat("b", knowsBoris)
		s.wantNotices("b anna? by desk")
		s.crew.set(with(3, person("boris", 0, "orders")))
		s.chat("c", knowsBoris)
		s.wantNotices("c anna? by desk")
	})
}

func ringAll() []Queue {
	rules := orders
	rules.Strategy = RingAll
	return []Queue{rules}
}

func TestRingingAllAsksEverybodyAtOnce(t *testing.T) {
	people := []Candidate{
		withDesk(person("anna", time.Hour, "orders")), withDesk(person("boris", 0, "backup")), busy(withDesk(person("cyril", 0, "orders"))),
	}
	playBy(t, ringAll(), people, func(s *scene) {
		s.join("a", 0)
		s.wantNotices("a anna? by desk", "a boris? by desk")
		if p := s.place("a"); p.State != Offered || p.Operator != "" || p.Why.Code != WhyOfferedAll || p.Why.Count != 2 {
			s.Errorf("got %+v", p)
		}
		s.crew.set(withDesk(person("cyril", 0, "orders"))) // who becomes free joins in
		s.wantNotices("a cyril? by desk")
		if err := s.Skip(s.Context(), "a", "anna"); err != nil {
			s.Fatal(err)
		}
		s.wantNotices("a anna skipped")
		s.accept("a", "boris")
		s.wantNotices("a cyril taken", "a boris!")
		if n := s.crew.reservations(); n != 1 {
			s.Errorf("got %d operators held, want 1", n)
		}
		s.wantRefusal(s.Accept(s.Context(), "a", "anna"), "place_taken")
	})
}

// A call rings on one phone at a time: the desks and the first phone at once, then
// the next phone.
func TestRingingAllRingsOnePhoneAtATime(t *testing.T) {
	people := []Candidate{person("anna", 2*time.Hour, "orders"), person("boris", time.Hour, "orders"), withDesk(person("cyril", 0, "orders"))}
	playBy(t, ringAll(), people, func(s *scene) {
		s.join("a", 0)
		s.wantNotices("a cyril? by desk", "a anna? by phone")
		s.Return("a", "anna", OfferMissed, false)
		s.wantNotices("a anna missed", "a boris? by phone")
		s.PickedUp("a", "boris")
		s.wantNotices("a cyril taken", "a boris!")
	})
}

func TestRingingAllAsksInRoundsAndTheStickyOneAlone(t *testing.T) {
	people := []Candidate{withDesk(person("anna", time.Hour, "orders")), withDesk(person("boris", 0, "orders"))}
	playBy(t, ringAll(), people, func(s *scene) {
		s.chat("a", func(j *Join) { j.Sticky = "boris" })
		s.wantNotices("a boris? by desk")
		s.crew.set(withDesk(person("cyril", 0, "orders"))) // does not join in with the sticky one
		s.wantNotices()
		s.pass(20 * time.Second)
		s.wantNotices("a boris missed", "a anna? by desk", "a cyril? by desk")
		s.pass(20 * time.Second)
		for range 2 {
			s.pass(5 * time.Second)
			s.pass(20 * time.Second)
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		asked, last := strings.Count(strings.Join(s.notices, ""), "?"), s.notices[len(s.notices)-1]
		if asked != 2*3 || last != "a nobody free" {
			s.Errorf("got %d asked in two rounds, want 6; at the end %q", asked, last)
		}
	})
}

// I005: with everybody asked at once there still is one winner.
func TestOfAThousandWhoAreRungAtOnceOneWins(t *testing.T) {
	const many = 1000
	var people []Candidate
	for i := range many {
		people = append(people, withDesk(person(fmt.Sprintf("p%d", i), 0, "orders")))
	}
	playBy(t, ringAll(), people, func(s *scene) {
		s.chat("a")
		if n := s.crew.reservations(); n != many {
			s.Fatalf("got %d asked, want %d", n, many)
		}
		var all sync.WaitGroup
		results := make([]error, many)
		for i := range many {
			all.Go(func() { results[i] = s.Accept(s.Context(), "a", routing.OperatorID(fmt.Sprintf("p%d", i))) })
		}
		all.Wait()
		winners := 0
		for _, err := range results {
			if err == nil {
				winners++
			} else {
				s.wantRefusal(err, "place_taken")
			}
		}
		if n := s.crew.reservations(); winners != 1 || n != 1 {
			s.Errorf("got %d winners and %d operators held, want one of each", winners, n)
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		lost := slices.DeleteFunc(slices.Clone(s.notices), func(n string) bool { return !strings.HasSuffix(n, " taken") })
		if len(lost) != many-1 {
			s.Errorf("got %d who were told that another was first, want %d", len(lost), many-1)
		}
	})
}

// M002, M042: an operator is asked about as many chats as they may have, and not more.
func TestAnOperatorIsAskedAboutSeveralChats(t *testing.T) {
	anna := withDesk(person("anna", 0, "orders"))
	play(t, []Candidate{anna}, func(s *scene) {
		for _, id := range []string{"a", "b", "c", "d"} {
			s.chat(id)
		}
		s.wantNotices("a anna? by desk", "b anna? by desk", "c anna? by desk")
		s.join("e", 0)
		s.accept("b", "anna")
		s.accept("a", "anna")
		s.wantNotices("b anna!", "a anna!")
		s.wantRefusal(s.Accept(s.Context(), "e", "anna"), "conversation_open")
		if err := s.Skip(s.Context(), "c", "anna"); err != nil {
			s.Fatal(err)
		}
		s.wantNotices("c anna skipped", "d anna? by desk")
		s.accept("c", "anna") // the one she is asked about steps back
		s.wantNotices("d anna skipped", "c anna!")
		s.wantRefusal(s.Accept(s.Context(), "d", "anna"), "chats_full")
	})
}

// Writing needs an open desk and nothing that rings.
func TestAChatIsOfferedInTheDeskAlone(t *testing.T) {
	silent := withDesk(person("anna", 0, "orders"))
	silent.Devices = routing.Devices{}
	play(t, []Candidate{silent, person("boris", 0, "orders")}, func(s *scene) {
		s.chat("a")
		s.wantNotices("a anna? by desk")
		if err := s.Skip(s.Context(), "a", "anna"); err != nil {
			s.Fatal(err)
		}
		s.pass(time.Minute)
		if got := s.asked("a"); strings.Contains(got, "boris") {
			s.Error("a phone was rung for a chat")
		}
		s.accept("a", "anna")
	})
}
