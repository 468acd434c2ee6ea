package queue

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"sufler/routing"
	"sufler/routing/capacity"
)

func TestWhyAPlaceWaits(t *testing.T) {
	anna, boris := person("anna", 0, "orders"), person("boris", 0, "orders")
	for name, c := range map[string]struct {
		people []Candidate
		pace   pace
		want   Why
	}{
		"no people":          {nil, asking, Why{Code: WhyNoQueue}},
		"all are away":       {[]Candidate{offline(anna), offline(boris)}, asking, Why{Code: WhyNobodyOnline}},
		"phones are off":     {[]Candidate{offline(anna), answering(routing.AnswerPhone, noPhone(withDesk(boris)))}, asking, Why{Code: WhyNoPhones, Count: 1}},
		"sound is off":       {[]Candidate{answering(routing.AnswerPhone, noPhone(anna)), noPhone(withDesk(boris))}, asking, Why{Code: WhySoundOff, Count: 2}},
		"one has sound":      {[]Candidate{noPhone(anna), withSound(noPhone(withDesk(boris)))}, asking, Why{Code: WhyNext}},
		"all talk":           {[]Candidate{busy(anna), busy(boris)}, asking, Why{Code: WhyAllBusy, Count: 2}},
		"all were asked":     {[]Candidate{anna, busy(boris)}, pausing, Why{Code: WhyPause}},
		"in this moment":     {[]Candidate{anna}, asking, Why{Code: WhyNext}},
		"all on pause":       {[]Candidate{paused(anna), paused(boris), offline(anna)}, asking, Why{Code: WhyAllAway, Count: 2}},
		"asked out":          {[]Candidate{anna}, askedOut, Why{Code: WhyAllAsked}},
		"desk only, no desk": {[]Candidate{onlyByDesk(anna)}, asking, Why{Code: WhySoundOff, Count: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := summary(c.people, capacity.Want{Channel: routing.CallbackChannel}, c.pace); !reflect.DeepEqual(got, c.want) {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}

// finishing is somebody with a chat that waits for OK, and no room for more.
func finishing(name string, since time.Duration) Candidate {
	c := with(3, person(name, 0, "orders"))
	c.ChatWrapUps, c.WrapUpSince = 1, start.Add(-since)
	return c
}

func TestWhyAChatWaits(t *testing.T) {
	anna, boris := withDesk(person("anna", 0, "orders")), person("boris", 0, "orders")
	chat := capacity.Want{Channel: routing.ChatChannel}
	for name, c := range map[string]struct {
		people []Candidate
		want   Why
	}{
		"somebody has room":  {[]Candidate{anna, with(3, boris)}, Why{Code: WhyNext}},
		"only phones":        {[]Candidate{boris, offline(anna)}, Why{Code: WhyNoDesk, Count: 1}},
		"all full":           {[]Candidate{with(3, anna), with(3, boris)}, Why{Code: WhyAllBusy, Count: 2}},
		"only an OK missing": {[]Candidate{with(3, anna), finishing("boris", time.Minute)}, Why{Code: WhyWaitsForOK, Who: "boris", Since: start.Add(-time.Minute)}},
		"the oldest wrap-up": {[]Candidate{finishing("anna", time.Second), finishing("boris", time.Minute)}, Why{Code: WhyWaitsForOK, Who: "boris", Since: start.Add(-time.Minute)}},
		"an OK, and a free":  {[]Candidate{finishing("boris", time.Minute), anna}, Why{Code: WhyNext}},
		"no sound is needed": {[]Candidate{noPhone(anna)}, Why{Code: WhyNext}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := summary(c.people, chat, asking); !reflect.DeepEqual(got, c.want) {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}

// M046, M184: each of those who could take a visitor is accounted for, by the same
// reasons as a refusal would give.
func TestWhatKeepsEachOperatorIsSaid(t *testing.T) {
	away := paused(withDesk(person("gita", 0, "orders")))
	away.StatusSince = start.Add(-10 * time.Minute)
	supervising := withDesk(person("hana", 0, "orders"))
	supervising.InCall = true
	people := []Candidate{
		with(3, person("anna", 0, "orders")), finishing("boris", 250*time.Second), finishing("cyril", time.Minute), busy(withDesk(person("dana", 0, "orders"))),
		person("emil", 0, "orders"), offline(person("fred", 0, "orders")), away, supervising, withDesk(person("ivan", 0, "orders")),
	}
	show := func(details []Detail) string {
		var all []string
		for _, d := range details {
			one := fmt.Sprintf("%d %s", d.Count, d.Code)
			if d.Who != "" {
				one += " " + d.Who
			}
			if !d.Since.IsZero() {
				one += " since " + start.Sub(d.Since).String()
			}
			if d.Chats > 0 {
				one += fmt.Sprintf(" %d chats", d.Chats)
			}
			all = append(all, one)
		}
		return strings.Join(all, ", ")
	}
	tried := map[routing.OperatorID]bool{"ivan": true}
	for channel, want := range map[routing.Channel]string{
		routing.ChatChannel: "2 wrapup_open boris since 4m10s, 1 chats_full anna 3 chats, 1 conversation_open dana, 1 in_call, 1 asked ivan, 1 no_desk emil, " +
			"1 operator_away gita since 10m0s, 1 operator_offline fred",
		routing.VideoChannel: "4 conversation_open, 1 in_call, 1 asked ivan, 1 operator_away gita since 10m0s, 1 operator_offline fred",
	} {
		if got := show(details(people, capacity.Want{Channel: channel}, tried)); got != want {
			t.Errorf("%s: got\n%s, want\n%s", channel, got, want)
		}
	}
	silent := noPhone(withDesk(person("jan", 0, "orders")))
	if got := show(details([]Candidate{silent}, capacity.Want{Channel: routing.VoiceChannel}, nil)); got != "1 no_device jan" {
		t.Errorf("got %s", got)
	}
	if got := why(people, capacity.Want{Channel: routing.ChatChannel}, nil, asking); len(got.Details) == 0 || got.Code != WhyNext {
		t.Errorf("got %+v", got)
	}
}

// M185: the line says for whose OK the visitor waits, from the moment in which it is so.
func TestThePlaceSaysForWhoseOKItWaits(t *testing.T) {
	play(t, []Candidate{with(3, person("anna", 0, "orders"))}, func(s *scene) {
		s.chat("a")
		if p := s.place("a"); p.Why.Code != WhyAllBusy || len(p.Why.Details) != 1 || p.Why.Details[0].Code != string(capacity.ChatsFull) {
			s.Errorf("got %+v", p.Why)
		}
		s.crew.set(finishing("anna", time.Minute))
		if p := s.place("a"); p.Why.Code != WhyWaitsForOK || p.Why.Who != "anna" {
			s.Errorf("got %+v", p.Why)
		}
		s.crew.set(with(2, person("anna", 0, "orders")))
		s.wantNotices("a anna? by desk")
	})
}
