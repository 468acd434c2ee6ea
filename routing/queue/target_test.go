package queue

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"sufler/routing"
)

func (s *scene) redirect(place routing.PlaceID, to Target) {
	s.Helper()
	if err := s.Redirect(s.Context(), place, to, "sofia"); err != nil {
		s.Fatal(err)
	}
	synctest.Wait()
}

// three are three operators in three groups; anna is asked first.
func three() []Candidate {
	return []Candidate{
		withDesk(person("anna", time.Hour, "orders")), withDesk(person("boris", 0, "orders")), withDesk(person("cyril", 0, "repairs")),
	}
}

// M055: the invited visitor waits for whoever has invited, and for nobody else.
func TestAnInvitationWaitsForWhoHasInvited(t *testing.T) {
	boris := withDesk(person("boris", 0, "orders"))
	play(t, three(), func(s *scene) {
		s.crew.set(busy(boris))
		s.chat("a", func(j *Join) { j.Kind, j.For = routing.InvitationChannel, "boris" })
		if p := s.place("a"); p.State != Waiting || p.For != "boris" || p.ForName != "boris" || p.Why.Code != WhyAllBusy {
			s.Errorf("got %+v", p)
		}
		s.wantRefusal(s.Accept(s.Context(), "a", "anna"), "not_allowed")
		s.crew.set(offline(boris))
		s.pass(time.Hour)
		s.wantNotices()
		s.crew.set(boris)
		s.wantNotices("a boris? by desk")
		s.pass(time.Hour) // he does not look
		if got := s.asked("a"); got != "boris boris" {
			s.Errorf("got %q asked later, want boris twice more", got)
		}
		s.accept("a", "boris")
		if slices.Contains(s.notices, "a nobody free") {
			s.Error("an invitation was given up")
		}
	})
}

// M065, M160, M167: sent to a person, without being accepted, with the time it has waited.
func TestAWaitingPlaceIsRedirectedToAPerson(t *testing.T) {
	play(t, three(), func(s *scene) {
		s.join("a", time.Minute)
		s.join("b", 0)
		s.wantNotices("a anna? by desk", "b boris? by desk")
		s.redirect("a", Target{For: "cyril"})
		s.wantNotices("a anna gone", "a cyril? by desk")
		p := s.place("a")
		if p.For != "cyril" || p.Queue != "orders" || !p.Since.Equal(start.Add(-time.Minute)) {
			s.Errorf("got %+v", p)
		}
		s.wantRefusal(s.Accept(s.Context(), "a", "anna"), "not_allowed")
		s.accept("a", "cyril")
		s.wantNotices("a cyril!")
		s.wantRefusal(s.Redirect(s.Context(), "a", Target{For: "boris"}, "anna"), "place_taken")
		s.Leave("a", "talking")
		s.wantRefusal(s.Redirect(s.Context(), "a", Target{For: "boris"}, "anna"), "place_taken")
		s.wantRefusal(s.Redirect(s.Context(), "x", Target{For: "boris"}, "anna"), "place_unknown")
	})
}

// M161: sent to groups, whose people are asked by the rules of its queue.
func TestAWaitingPlaceIsRedirectedToGroups(t *testing.T) {
	play(t, three(), func(s *scene) {
		s.chat("a")
		s.redirect("a", Target{Groups: []routing.GroupName{"repairs"}})
		s.wantNotices("a anna? by desk", "a anna gone", "a cyril? by desk")
		if p := s.place("a"); !slices.Equal(p.Groups, []routing.GroupName{"repairs"}) || p.Queue != "orders" {
			s.Errorf("got %+v", p)
		}
		s.redirect("a", Target{Queue: "repairs"})
		if p := s.place("a"); p.Queue != "repairs" || p.For != "" {
			s.Errorf("got %+v", p)
		}
		s.wantShown("repairs: a 1 offered")
	})
}

func TestWhoRedirectsIsAskedLast(t *testing.T) {
	play(t, three(), func(s *scene) {
		s.chat("a")
		if err := s.Redirect(s.Context(), "a", Target{Groups: []routing.GroupName{"orders"}}, "anna"); err != nil {
			s.Fatal(err)
		}
		s.wantNotices("a anna? by desk", "a anna gone", "a boris? by desk")
	})
}

// M024, M167, D4: who is offline cannot be sent anybody; who is away, by their own
// administrator's word; who has no room is waited for.
func TestATargetThatCouldNeverTakeItIsRefused(t *testing.T) {
	dana, emil := paused(withDesk(person("dana", 0, "orders"))), paused(withDesk(person("emil", 0, "orders")))
	emil.AwayForwarded = true
	people := append(three(), dana, emil, offline(person("fred", 0, "night")), full("gita", "orders"))
	play(t, people, func(s *scene) {
		s.chat("a")
		redirect := func(to Target) error { return s.Redirect(s.Context(), "a", to, "anna") }
		if who := s.refusal(redirect(Target{For: "fred"}), "target_offline").Params["who"]; who != "fred" {
			s.Errorf("got %q", who)
		}
		s.wantRefusal(redirect(Target{For: "dana"}), "target_away")
		s.wantRefusal(redirect(Target{For: "nobody"}), "operator_unknown")
		s.wantRefusal(redirect(Target{Groups: []routing.GroupName{"night"}}), "target_nobody")
		s.wantRefusal(redirect(Target{Queue: "nowhere"}), "queue_unknown")
		if p := s.place("a"); p.For != "" || p.Why.Who != "anna" {
			s.Errorf("got %+v after refusals", p)
		}
		s.redirect("a", Target{For: "gita"})
		s.redirect("a", Target{For: "emil"})
		s.accept("a", "emil") // on pause, and asked to
	})
}

// A person who is not there any more, or does not answer, keeps nobody waiting.
func TestARedirectedPlaceComesBackToItsGroups(t *testing.T) {
	for name, c := range map[string]struct {
		lose func(s *scene)
		want []string
	}{
		"gone":              {func(s *scene) { s.crew.set(offline(person("cyril", 0, "repairs"))) }, []string{"a cyril? by desk", "a cyril gone", "a anna? by desk"}},
		"deactivated":       {func(s *scene) { s.crew.remove("cyril") }, []string{"a cyril? by desk", "a cyril gone", "a anna? by desk"}},
		"away, and closed":  {func(s *scene) { s.crew.set(paused(withDesk(person("cyril", 0, "repairs")))) }, []string{"a cyril? by desk", "a cyril gone", "a anna? by desk"}},
		"does not answer":   {func(s *scene) { s.pass(70 * time.Second) }, []string{"a cyril? by desk", "a cyril missed", "a cyril? by desk", "a cyril missed", "a cyril? by desk", "a cyril missed", "a anna? by desk"}},
		"declines for good": {func(s *scene) { s.skipAll("a", "cyril") }, []string{"a cyril? by desk", "a cyril skipped", "a cyril? by desk", "a cyril skipped", "a cyril? by desk", "a cyril skipped", "a anna? by desk"}},
	} {
		t.Run(name, func(t *testing.T) {
			play(t, three(), func(s *scene) {
				s.crew.set(busy(withDesk(person("anna", time.Hour, "orders"))))
				s.crew.set(busy(withDesk(person("boris", 0, "orders"))))
				s.chat("a")
				s.redirect("a", Target{For: "cyril"})
				s.crew.set(withDesk(person("anna", time.Hour, "orders")))
				c.lose(s)
				s.wantNotices(c.want...)
				if p := s.place("a"); p.For != "" || !p.Since.Equal(start) {
					s.Errorf("got %+v", p)
				}
			})
		})
	}
}

// skipAll declines in each round.
func (s *scene) skipAll(place routing.PlaceID, by routing.OperatorID) {
	s.Helper()
	for range 3 {
		if err := s.Skip(s.Context(), place, by); err != nil {
			s.Fatal(err)
		}
		s.pass(5 * time.Second)
	}
}

// The desks that see a place no more can tell from the event.
func TestAChangeTellsHowThePlaceWasBefore(t *testing.T) {
	play(t, three(), func(s *scene) {
		var last PlaceChanged
		_, stop := s.Watch(func(e Event) {
			if e, ok := e.(PlaceChanged); ok {
				last = e
			}
		})
		defer stop()
		s.chat("a")
		if last.Was.ID != "" {
			s.Errorf("got %+v before it was there", last.Was)
		}
		s.redirect("a", Target{For: "cyril"})
		if last.Place.For != "cyril" || last.Was.For != "" || last.Was.ID != "a" {
			s.Errorf("got %+v", last)
		}
	})
}
