package queue

import (
	"fmt"
	"testing"
	"time"

	"sufler/routing"
)

// I009, M025: what the widget shows is the server's truth.
func TestTheEntranceSaysWhatAwaitsAVisitor(t *testing.T) {
	closed := small()
	closed.Hours = opensAtEight(t)
	onward := small()
	onward.Overflow = Overflow{To: ToQueue, Queue: "second"}
	free, anna := withDesk(person("anna", 0, "orders")), full("anna", "orders")
	for name, c := range map[string]struct {
		rules  []Queue
		people []Candidate
		waits  int
		want   string
	}{
		"somebody is free":           {[]Queue{small()}, []Candidate{free, anna}, 0, "open"},
		"all talk":                   {[]Queue{small()}, []Candidate{anna}, 0, "busy 1"},
		"all talk, two wait":         {[]Queue{small()}, []Candidate{anna}, 2, "busy 3"},
		"the queue is full":          {[]Queue{small()}, []Candidate{anna}, 3, "busy full"},
		"all are away":               {[]Queue{small()}, []Candidate{paused(free)}, 0, "closed"},
		"nobody is logged in":        {[]Queue{small()}, []Candidate{offline(free)}, 0, "closed"},
		"nobody is there, all wait":  {[]Queue{small()}, []Candidate{offline(free)}, 3, "closed"},
		"closed":                     {[]Queue{closed}, []Candidate{free}, 0, "closed until 2000-01-03 08:00"},
		"a phone only":               {[]Queue{small()}, []Candidate{person("boris", 0, "orders")}, 0, "closed"},
		"others serve the overflow":  {[]Queue{onward, second()}, []Candidate{offline(free), withDesk(person("boris", 0, "backup"))}, 0, "open"},
		"nobody there behind either": {[]Queue{onward, second()}, []Candidate{offline(free)}, 0, "closed"},
	} {
		t.Run(name, func(t *testing.T) {
			playBy(t, c.rules, c.people, func(s *scene) {
				for i := range c.waits {
					s.chat(fmt.Sprint(i), func(j *Join) { j.Admitted = true })
				}
				at, err := s.Entrance("", routing.ChatChannel)
				if err != nil {
					s.Fatal(err)
				}
				got := at.Door.String()
				switch {
				case at.Full:
					got += " full"
				case at.Position > 0:
					got += fmt.Sprint(" ", at.Position)
				case !at.Opens.IsZero():
					got += at.Opens.Format(" until 2006-01-02 15:04")
				}
				if got != c.want {
					s.Errorf("got %s, want %s", got, c.want)
				}
			})
		})
	}
}

func TestTheEntranceIsOfTheChannel(t *testing.T) {
	play(t, []Candidate{with(1, withSound(noPhone(person("anna", 0, "orders"))))}, func(s *scene) {
		for channel, want := range map[routing.Channel]Door{routing.ChatChannel: DoorOpen, routing.VideoChannel: DoorBusy} {
			if at, err := s.Entrance("orders", channel); err != nil || at.Door != want {
				s.Errorf("%s: got %+v, %v, want %s", channel, at, err, want)
			}
		}
		_, err := s.Entrance("nowhere", routing.ChatChannel)
		s.wantRefusal(err, "queue_unknown")
	})
}

// C 10: who comes reads the same wait as they will be told inside.
func TestTheEntranceTellsTheWait(t *testing.T) {
	play(t, []Candidate{full("anna", "orders")}, func(s *scene) {
		past := samples{}
		for range leastSamples {
			past = past.learn(5*time.Minute, ahead{position: 1, servers: 1})
		}
		_ = s.do(s.Context(), func() error {
			s.history[stream{"orders", routing.ChatChannel}] = past
			return nil
		})
		at, err := s.Entrance("", routing.ChatChannel)
		if err != nil || at.Wait.Step != AboutFive {
			s.Errorf("got %+v, %v", at, err)
		}
		s.chat("a")
		if p := s.place("a"); p.Wait.Step != AboutFive {
			s.Errorf("got %+v inside", p.Wait)
		}
	})
}
