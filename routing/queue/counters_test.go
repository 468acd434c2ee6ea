package queue

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"sufler/routing"
	"sufler/routing/capacity"
)

// counted is "free busy paused queued pre-queued".
func (c Counters) counted() string {
	return fmt.Sprint(c.Free, c.Busy, c.Paused, c.Queued, c.PreQueued)
}

// M163-M166: by hand.
func TestPeopleAreCountedWhereTheyCanTakeAChat(t *testing.T) {
	dnd := withDesk(person("dana", 0, "orders"))
	dnd.Status = capacity.Busy
	supervising := withDesk(person("hana", 0, "orders"))
	supervising.InCall = true
	for name, c := range map[string]struct {
		who  Candidate
		want string
	}{
		"nothing open":           {withDesk(person("anna", 0)), "1 0 0 0 0"},
		"two chats of three":     {with(2, person("anna", 0)), "1 0 0 0 0"},
		"three chats of three":   {with(3, person("anna", 0)), "0 1 0 0 0"},
		"a video call":           {busy(person("anna", 0)), "0 1 0 0 0"},
		"one chat to finish":     {finishing("anna", 0), "0 1 0 0 0"}, // M185
		"in a call besides":      {supervising, "0 1 0 0 0"},
		"do not disturb":         {dnd, "0 1 0 0 0"},
		"pause":                  {paused(person("anna", 0)), "0 0 1 0 0"},
		"pause with three chats": {paused(with(3, person("anna", 0))), "0 0 1 0 0"},
		"offline":                {offline(person("anna", 0)), "0 0 0 0 0"},
	} {
		if got := countPerson(c.who).counted(); got != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
}

// M168, M169: who waits is counted at those who may take them, the pre-queue apart.
func TestPlacesAreCountedWhereTheyWait(t *testing.T) {
	rules := Queue{Name: "orders", Groups: []routing.GroupName{"orders", "backup"}, Size: 1, PreSize: 9}
	people := []Candidate{full("anna", "orders"), full("boris", "backup"), paused(withDesk(person("cyril", 0, "repairs")))}
	playBy(t, []Queue{rules, repairs}, people, func(s *scene) {
		for _, id := range []string{"a", "b", "c"} {
			s.chat(id)
		}
		s.chat("r", func(j *Join) { j.Queue = "repairs" })
		s.chat("invited", func(j *Join) { j.Kind, j.For = routing.InvitationChannel, "anna" })
		s.wantCounters(
			"orders 0 1 0 2 2 [anna 0 1 0 2 2]",
			"backup 0 1 0 1 2 [boris 0 1 0 1 2]",
			"repairs 0 0 1 1 0 [cyril 0 0 1 1 0]",
		)
		s.crew.set(with(2, person("anna", 0, "orders")))
		s.accept("a", "anna") // an accepted place is a conversation, no place
		s.wantCounters("orders 0 1 0 2 1 [anna 0 1 0 2 1]", "backup 0 1 0 1 1 [boris 0 1 0 1 1]", "repairs 0 0 1 1 0 [cyril 0 0 1 1 0]")
	})
}

func (s *scene) wantCounters(want ...string) {
	s.Helper()
	all, err := s.Counters(s.Context(), []routing.GroupName{"orders", "backup", "repairs"}, func(c Candidate) Candidate { return c })
	if err != nil {
		s.Fatal(err)
	}
	var got []string
	for _, g := range all {
		line := fmt.Sprintf("%s %s [", g.Group, g.counted())
		for _, m := range g.Members {
			line += m.Name + " " + m.counted()
		}
		got = append(got, line+"]")
	}
	if !slices.Equal(got, want) {
		s.Errorf("got\n%q, want\n%q", got, want)
	}
}

// M163: whatever the team does, the numbers are those of an independent count.
func TestTheCountersAreAnIndependentCount(t *testing.T) {
	groups := []routing.GroupName{"a", "b", "c"}
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 6))
		var people []Candidate
		for i := range r.IntN(8) {
			c := with(r.IntN(5), person(fmt.Sprint("p", i), 0, groups[r.IntN(3)], groups[r.IntN(3)]))
			c.Status = capacity.Status(1 + r.IntN(4))
			c.Whole = r.IntN(2)
			people = append(people, c)
		}
		var places []standing
		for range r.IntN(10) {
			p := standing{groups: groups[r.IntN(3):], before: r.IntN(3) == 0}
			if r.IntN(3) == 0 && len(people) > 0 {
				p.operator = people[r.IntN(len(people))].Operator.ID
			}
			places = append(places, p)
		}
		for _, g := range groups {
			of := slices.DeleteFunc(slices.Clone(people), func(c Candidate) bool { return !slices.Contains(c.Operator.Groups, g) })
			got, want := countGroup(g, of, places), byHand(g, of, places)
			if got.Counters != want {
				t.Fatalf("seed %d: group %s: got %+v, want %+v", seed, g, got.Counters, want)
			}
		}
	}
}

// byHand counts one number after the other.
func byHand(g routing.GroupName, people []Candidate, places []standing) (n Counters) {
	for _, c := range people {
		room := c.Whole == 0 && c.Chats < 3
		switch c.Status {
		case capacity.Online:
			if room {
				n.Free++
			} else {
				n.Busy++
			}
		case capacity.Busy:
			n.Busy++
		case capacity.Pause:
			n.Paused++
		case capacity.Offline:
		}
	}
	for _, p := range places {
		mine := slices.Contains(p.groups, g)
		if p.operator != "" {
			mine = false
			for _, c := range people {
				mine = mine || c.Operator.ID == p.operator
			}
		}
		switch {
		case mine && p.before:
			n.PreQueued++
		case mine:
			n.Queued++
		}
	}
	return n
}
