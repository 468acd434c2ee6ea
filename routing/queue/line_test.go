package queue

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"sufler/routing"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// start is when a synctest bubble begins.
var start = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// scene is a line with its people, and everything that was told.
type scene struct {
	*testing.T
	*Line
	crew *crew

	mu      sync.Mutex
	notices []string
	events  []string
}

// orders and repairs are two queues as most tests have them.
var (
	orders  = Queue{Name: "orders", Groups: []routing.GroupName{"orders", "backup"}}
	repairs = Queue{Name: "repairs", Groups: []routing.GroupName{"repairs"}}
)

func play(t *testing.T, people []Candidate, act func(*scene)) {
	t.Helper()
	playBy(t, []Queue{orders, repairs}, people, act)
}

// playBy is play with other rules.
func playBy(t *testing.T, queues []Queue, people []Candidate, act func(*scene)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := &scene{T: t, crew: newCrew(people...)}
		s.Line = New(Options{People: s.crew, Queues: queues})
		_, stop := s.Watch(s.watch)
		act(s)
		stop()
		s.Close()
	})
}

// join puts somebody into the line who is to be phoned.
func (s *scene) join(id string, ago time.Duration) {
	s.Helper()
	s.joins(Join{Place: routing.PlaceID(id), Since: start.Add(-ago)})
}

// chat puts somebody into the line who wants to write.
func (s *scene) chat(id string, more ...func(*Join)) {
	s.Helper()
	j := Join{Place: routing.PlaceID(id), Kind: routing.ChatChannel, Since: time.Now()}
	for _, change := range more {
		change(&j)
	}
	s.joins(j)
}

func (s *scene) joins(j Join) {
	s.Helper()
	if err := s.tryJoin(j); err != nil {
		s.Fatal(err)
	}
}

func (s *scene) tryJoin(j Join) error {
	if j.Kind == 0 {
		j.Kind = routing.CallbackChannel
	}
	id := string(j.Place)
	j.Tell = func(n Notice) { s.notice(id, n) }
	_, err := s.Join(j)
	synctest.Wait()
	return err
}

func (s *scene) notice(id string, n Notice) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch n := n.(type) {
	case OfferedTo:
		how := "desk"
		if n.Phone {
			how = "phone"
		}
		s.notices = append(s.notices, fmt.Sprintf("%s %s? by %s", id, n.Operator.Name, how))
	case Withdrawn:
		s.notices = append(s.notices, fmt.Sprintf("%s %s %s", id, n.Operator, n.Reason))
	case AcceptedBy:
		s.notices = append(s.notices, fmt.Sprintf("%s %s!", id, n.Operator.Name))
	case NobodyFree:
		s.notices = append(s.notices, id+" nobody free")
	case Overflowed:
		s.notices = append(s.notices, strings.TrimSpace(fmt.Sprintf("%s overflowed to %s %s", id, n.To, n.Number)))
	}
}

func (s *scene) watch(e Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch e := e.(type) {
	case PlaceChanged:
		s.events = append(s.events, fmt.Sprintf("%s %d %s %s", e.Place.ID, e.Place.Position, e.Place.State, e.Place.Why.Code))
	case PlaceLeft:
		s.events = append(s.events, fmt.Sprintf("%s left: %s", e.Place, e.Reason))
	case OfferMade:
		s.events = append(s.events, fmt.Sprintf("%s offer to %s for %s", e.Offer.Place.ID, e.Offer.Operator, time.Until(e.Offer.Ends)))
	case OfferEnded:
		s.events = append(s.events, fmt.Sprintf("%s offer to %s ended: %s %s", e.Place, e.Operator, e.Reason, e.Who))
	}
}

// pass lets time go by and everything settle.
func (s *scene) pass(d time.Duration) {
	timer := time.NewTimer(d)
	<-timer.C
	synctest.Wait()
}

func (s *scene) wantNotices(want ...string) {
	s.Helper()
	synctest.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	if !slices.Equal(s.notices, want) {
		s.Errorf("got notices\n%q, want\n%q", s.notices, want)
	}
	s.notices = nil
}

func (s *scene) wantEvents(want ...string) {
	s.Helper()
	synctest.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	if !slices.Equal(s.events, want) {
		s.Errorf("got events\n%q, want\n%q", s.events, want)
	}
	s.events = nil
}

func (s *scene) wantRefusal(err error, code string) {
	s.Helper()
	_ = s.refusal(err, code)
}

func (s *scene) refusal(err error, code string) *routing.Error {
	s.Helper()
	refusal, ok := errors.AsType[*routing.Error](err)
	if !ok || refusal.Code != code {
		s.Fatalf("got %v, want %s", err, code)
	}
	return refusal
}

func TestFirstGroupIsAskedFirstThenTheLongestIdle(t *testing.T) {
	people := []Candidate{
		withDesk(person("dana", 90*time.Minute, "backup")), withDesk(person("boris", time.Minute, "orders")), withDesk(person("anna", time.Hour, "backup", "orders")),
		offline(person("emil", 3*time.Hour, "orders")), busy(person("fred", 3*time.Hour, "orders")), withDesk(person("gita", 3*time.Hour, "repairs")),
	}
	play(t, people, func(s *scene) {
		s.join("a", 0)
		s.wantNotices("a anna? by desk")
		s.pass(20 * time.Second)
		s.wantNotices("a anna missed", "a boris? by desk")
		s.pass(20 * time.Second)
		s.wantNotices("a boris missed", "a dana? by desk")
	})
}

func TestAnOfferLastsTwentySecondsAndThreeRounds(t *testing.T) {
	play(t, []Candidate{withDesk(person("anna", time.Hour, "orders")), withDesk(person("boris", time.Minute, "orders"))}, func(s *scene) {
		s.join("a", 0)
		for range 2 {
			s.wantNotices("a anna? by desk")
			s.pass(20*time.Second - time.Nanosecond)
			s.wantNotices()
			s.pass(time.Nanosecond)
			s.wantNotices("a anna missed", "a boris? by desk")
			s.pass(20 * time.Second)
			s.wantNotices("a boris missed")
			s.pass(5 * time.Second)
		}
		s.wantNotices("a anna? by desk")
		s.pass(40 * time.Second)
		s.wantNotices("a anna missed", "a boris? by desk", "a boris missed", "a nobody free")
		s.pass(time.Hour)
		s.wantNotices()
	})
}

func TestWhoWasAskedLastIsNotAskedFirstInTheNextRound(t *testing.T) {
	play(t, []Candidate{withDesk(person("anna", time.Hour, "orders")), withDesk(person("boris", time.Minute, "orders"))}, func(s *scene) {
		s.crew.set(busy(withDesk(person("boris", time.Minute, "orders"))))
		s.join("a", 0)
		s.pass(20 * time.Second)
		s.crew.set(withDesk(person("boris", time.Minute, "orders")))
		s.wantNotices("a anna? by desk", "a anna missed", "a boris? by desk") // within the pause after anna's round
		s.crew.set(busy(withDesk(person("anna", time.Hour, "orders"))))
		s.pass(20 * time.Second)
		s.crew.set(withDesk(person("anna", time.Hour, "orders")))
		s.wantNotices("a boris missed", "a anna? by desk")
	})
}

func TestAnOpenDeskGetsTheOfferAndAPhoneIsRungWithoutOne(t *testing.T) {
	play(t, []Candidate{withDesk(person("anna", time.Hour, "orders")), onlyByDesk(person("boris", time.Hour, "orders")), person("cyril", time.Minute, "orders")}, func(s *scene) {
		s.join("a", 0)
		s.join("b", 0)
		s.wantNotices("a anna? by desk", "b cyril? by phone")
		s.wantEvents("a 1 offered being_offered", "a offer to anna for 20s",
			"b 2 offered being_offered", "b offer to cyril for 20s")
		if err := s.Accept(s.Context(), "a", "anna"); err != nil {
			s.Fatal(err)
		}
		s.PickedUp("b", "cyril")
		s.wantNotices("a anna!", "b cyril!")
		s.wantEvents("a offer to anna ended: accepted ", "a 0 accepted accepted", "b 1 offered being_offered",
			"b offer to cyril ended: accepted ", "b 0 accepted accepted")
		s.Leave("a", "talking")
		s.wantEvents("a left: talking")
	})
}

// A person with a browser alone is asked in the desk; once its sound is off, not at all.
func TestABrowserIsAskedInTheDeskWhileItHoldsTheSound(t *testing.T) {
	anna := withSound(noPhone(withDesk(person("anna", time.Hour, "orders"))))
	play(t, []Candidate{anna}, func(s *scene) {
		s.join("a", 0)
		s.crew.set(noPhone(anna))
		s.wantNotices("a anna? by desk")
		anna.Devices.Browser = false
		s.crew.set(anna)
		s.wantNotices("a anna gone")
		s.wantEvents("a 1 offered being_offered", "a offer to anna for 20s", "a offer to anna ended: gone ", "a 1 waiting sound_off_all")
	})
}

func TestAClosedDeskLosesItsOfferAtOnce(t *testing.T) {
	play(t, []Candidate{withDesk(onlyByDesk(person("anna", time.Hour, "orders")))}, func(s *scene) {
		s.join("a", 0)
		s.crew.set(offline(person("anna", time.Hour, "orders")))
		s.wantNotices("a anna? by desk", "a anna gone")
		s.wantEvents("a 1 offered being_offered", "a offer to anna for 20s", "a offer to anna ended: gone ", "a 1 waiting nobody_online")
	})
}

// I005
func TestOfAThousandWhoAcceptAtOnceOneWins(t *testing.T) {
	const many = 1000
	var people []Candidate
	for i := range many {
		people = append(people, withDesk(person(fmt.Sprintf("p%d", i), 0, "orders")))
	}
	play(t, people, func(s *scene) {
		s.join("a", 0)
		var all sync.WaitGroup
		results := make([]error, many)
		for i := range many {
			all.Go(func() { results[i] = s.Accept(s.Context(), "a", routing.OperatorID(fmt.Sprintf("p%d", i))) })
		}
		all.Wait()
		winner := slices.Index(results, nil)
		if winner < 0 {
			s.Fatal("nobody won")
		}
		for i, err := range results {
			if i == winner {
				continue
			}
			if who := s.refusal(err, "place_taken").Params["who"]; who != fmt.Sprintf("p%d", winner) {
				s.Fatalf("got %q as the winner, want p%d", who, winner)
			}
		}
		if n := s.crew.reservations(); n != 1 {
			s.Errorf("got %d operators held, want 1", n)
		}
		s.Leave("a", "talking")
		s.wantRefusal(s.Accept(s.Context(), "a", "p0"), "place_taken")
	})
}

func TestAnybodyFreeMayTakeAnyPlaceAndTheOneAskedIsTold(t *testing.T) {
	play(t, []Candidate{person("anna", time.Hour, "orders"), withDesk(person("boris", time.Minute, "orders"))}, func(s *scene) {
		s.join("a", time.Minute)
		s.join("b", 0)
		s.wantNotices("a anna? by phone", "b boris? by desk")
		if err := s.Accept(s.Context(), "a", "boris"); err != nil {
			s.Fatal(err)
		}
		s.wantNotices("b boris skipped", "a anna taken", "a boris!", "b anna? by phone")
		s.PickedUp("a", "anna")
		s.wantNotices("a anna taken")
		s.wantRefusal(s.Accept(s.Context(), "a", "anna"), "place_taken")
	})
}

// M050
func TestWhoCannotTakeAPlaceIsToldWhy(t *testing.T) {
	noExtension := func(name string, on routing.AnswerOn) Candidate {
		c := answering(on, noPhone(withDesk(person(name, 0, "orders"))))
		c.Operator.Phone, c.Devices.Extension = "", ""
		return c
	}
	people := []Candidate{
		busy(person("anna", 0, "orders")), answering(routing.AnswerPhone, noPhone(person("boris", 0, "orders"))), noExtension("cyril", routing.AnswerPhone),
		offline(person("dana", 0, "orders")), answering(routing.AnswerBrowser, withDesk(person("emil", 0, "orders"))), noExtension("fred", routing.AnswerBoth),
		noPhone(person("gita", 0, "orders")),
	}
	play(t, people, func(s *scene) {
		s.join("a", 0)
		s.wantRefusal(s.Accept(s.Context(), "a", "anna"), "conversation_open")
		if phone := s.refusal(s.Accept(s.Context(), "a", "boris"), "phone_unregistered").Params["phone"]; phone != "phone of boris" {
			s.Errorf("got phone %q", phone)
		}
		s.wantRefusal(s.Accept(s.Context(), "a", "cyril"), "phone_missing")
		s.wantRefusal(s.Accept(s.Context(), "a", "dana"), "operator_offline")
		s.wantRefusal(s.Accept(s.Context(), "a", "emil"), "sound_off")
		s.wantRefusal(s.Accept(s.Context(), "a", "fred"), "sound_off")
		s.wantRefusal(s.Accept(s.Context(), "a", "gita"), "nowhere_to_ring")
		s.wantRefusal(s.Accept(s.Context(), "a", "nobody"), "not_allowed")
		s.wantRefusal(s.Accept(s.Context(), "x", "anna"), "place_unknown")
		s.Leave("a", "cancelled")
		s.wantRefusal(s.Accept(s.Context(), "a", "anna"), "place_unknown")
		_, err := s.Join(Join{Queue: "nowhere"})
		s.wantRefusal(err, "queue_unknown")
	})
}

// An answer is yes or no; a phone that rings in vain is nobody's miss.
func TestMissesOfTheDeskAreNoted(t *testing.T) {
	people := []Candidate{withDesk(person("anna", 3*time.Hour, "orders")), withDesk(person("boris", 2*time.Hour, "orders")), person("cyril", time.Hour, "orders")}
	play(t, people, func(s *scene) {
		s.join("a", 0)
		s.pass(20 * time.Second)
		if err := s.Skip(s.Context(), "a", "boris"); err != nil {
			s.Fatal(err)
		}
		s.pass(25 * time.Second)
		if err := s.Accept(s.Context(), "a", "anna"); err != nil {
			s.Fatal(err)
		}
		s.wantNotices("a anna? by desk", "a anna missed", "a boris? by desk", "a boris skipped", "a cyril? by phone", "a cyril missed", "a anna!")
		if missed, answered := fmt.Sprint(s.crew.missed), fmt.Sprint(s.crew.answered); missed != "[anna]" || answered != "[boris anna]" {
			s.Errorf("got %s missed, %s answered", missed, answered)
		}
	})
}

func TestASkippedOfferGoesToTheNext(t *testing.T) {
	play(t, []Candidate{withDesk(person("anna", time.Hour, "orders")), withDesk(person("boris", 0, "orders"))}, func(s *scene) {
		s.join("a", 0)
		if err := errors.Join(s.Skip(s.Context(), "a", "boris"), s.Skip(s.Context(), "a", "anna"), s.Skip(s.Context(), "gone", "anna")); err != nil {
			s.Fatal(err)
		}
		s.wantNotices("a anna? by desk", "a anna skipped", "a boris? by desk")
	})
}

func TestPlacesAreServedByTheTimeOfTheRequestAndTheCutOffFirst(t *testing.T) {
	play(t, nil, func(s *scene) {
		s.join("young", time.Minute)
		s.join("old", time.Hour)
		s.join("middle", 30*time.Minute)
		s.crew.set(person("anna", 0, "orders"))
		s.wantNotices("old anna? by phone")
		s.PickedUp("old", "anna")
		s.Return("old", "anna", OfferMissed, false)
		s.wantNotices("old anna!", "old anna missed", "middle anna? by phone")
		s.PickedUp("middle", "anna")
		s.Return("middle", "anna", OfferMissed, true)
		s.wantNotices("middle anna!", "middle anna missed", "young anna? by phone")
		var order []routing.PlaceID
		for i, p := range s.Line.Snapshot().Places {
			order = append(order, p.ID)
			if p.Position != i+1 {
				s.Errorf("got position %d of %s, want %d", p.Position, p.ID, i+1)
			}
		}
		if want := []routing.PlaceID{"middle", "old", "young"}; !slices.Equal(order, want) {
			s.Errorf("got %q, want %q", order, want)
		}
	})
}

// Whatever happens in whatever order: positions count from 1, an operator is
// held by at most one place, and only by one that shows it.
func TestAnyOrderOfEventsKeepsTheLineWhole(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 1))
		play(t, []Candidate{person("p0", 0, "orders"), withDesk(person("p1", 0, "orders")), person("p2", 0, "backup")}, func(s *scene) {
			for range 60 {
				disturb(s, r)
				synctest.Wait()
				checkWhole(s, seed)
			}
			for _, p := range s.Line.Snapshot().Places {
				s.Leave(p.ID, "gone")
			}
			synctest.Wait()
			if n := s.crew.reservations(); n != 0 {
				s.Errorf("seed %d: got %d operators held by nobody", seed, n)
			}
		})
	}
}

func disturb(s *scene, r *rand.Rand) {
	place := routing.PlaceID(fmt.Sprintf("a%d", r.IntN(5)))
	who := routing.OperatorID(fmt.Sprintf("p%d", r.IntN(3)))
	switch r.IntN(8) {
	case 0:
		if !slices.ContainsFunc(s.Line.Snapshot().Places, func(p Place) bool { return p.ID == place }) {
			s.join(string(place), time.Duration(r.IntN(100))*time.Second)
		}
	case 1:
		s.Leave(place, "gone")
	case 2:
		_ = s.Accept(s.Context(), place, who)
	case 3:
		_ = s.Skip(s.Context(), place, who)
	case 4:
		s.PickedUp(place, who)
	case 5:
		s.Return(place, who, OfferMissed, r.IntN(2) == 0)
	case 6:
		c := person(string(who), 0, "orders")
		c.Desk, c.Devices.Phone, c.Devices.Browser = r.IntN(2) == 0, r.IntN(4) > 0, r.IntN(4) == 0
		if r.IntN(4) == 0 {
			c = offline(c)
		}
		s.crew.set(c)
	case 7:
		s.pass(time.Duration(r.IntN(30)) * time.Second)
	}
}

func checkWhole(s *scene, seed uint64) {
	s.Helper()
	holds := make(map[routing.OperatorID]routing.PlaceID)
	position := 0
	for _, p := range s.Line.Snapshot().Places {
		if p.State != Accepted {
			position++
			if p.Position != position {
				s.Fatalf("seed %d: got position %d of %s, want %d", seed, p.Position, p.ID, position)
			}
		}
		if p.State == Waiting {
			continue
		}
		if other, twice := holds[p.Operator]; twice {
			s.Fatalf("seed %d: %s is held by %s and %s", seed, p.Operator, other, p.ID)
		}
		holds[p.Operator] = p.ID
	}
	if n := s.crew.reservations(); n != len(holds) {
		s.Fatalf("seed %d: got %d reservations, want %d", seed, n, len(holds))
	}
}
