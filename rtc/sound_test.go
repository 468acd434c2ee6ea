package rtc_test

import (
	"slices"
	"sync"
	"testing"

	"sufler/mixer"
	"sufler/mixer/tone"
	"sufler/routing"
	"sufler/rtc"
	"sufler/rtc/browser"
	"sufler/rtc/rtctest"
)

// studio is a stack on the real sound plane with the machine's clock.
type studio struct {
	t     *testing.T
	plane *mixer.Plane
	stack *rtc.Stack

	mu   sync.Mutex
	keys []byte
}

func newStudio(t *testing.T) *studio {
	t.Helper()
	s := &studio{t: t}
	s.plane = mixer.NewPlane(mixer.Options{Events: s.event})
	t.Cleanup(s.plane.Close)
	s.stack = newStack(t, rtc.Options{Plane: s.plane, Listen: loopback})
	return s
}

func (s *studio) event(e mixer.Event) {
	if d, ok := e.(mixer.Digit); ok {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.keys = append(s.keys, d.Digit)
	}
}

func (s *studio) pressed() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return string(s.keys)
}

// join connects a page with a leg of a class and returns its port.
func (s *studio) join(class mixer.Class, opt browser.Options) (*browser.Endpoint, mixer.PortID) {
	s.t.Helper()
	events := new(rtctest.Events)
	leg, err := s.stack.Dial(routing.DialRequest{To: routing.Destination{Browser: anna}, Class: class}, events.Sink)
	if err != nil {
		s.t.Fatal(err)
	}
	rtctest.Next[routing.Ringing](s.t, events)
	page := rtctest.Connect(s.t, s.stack, routing.BrowserOwner(anna), leg.ID(), opt)
	return page, rtctest.Next[routing.Answered](s.t, events).Port
}

func (s *studio) talk(epoch uint64, a, b mixer.PortID) {
	s.plane.Apply(mixer.Plan{
		Call: "call", Epoch: epoch,
		Rows:   []mixer.Row{{Listener: a, Sources: []mixer.PortID{b}}, {Listener: b, Sources: []mixer.PortID{a}}},
		Digits: []mixer.Row{{Listener: b, Sources: []mixer.PortID{a}}},
	})
}

// Two pages with different codecs, one of them behind a firewall, hear each other
// through the sound plane and nobody else.
func TestTwoPagesHearEachOther(t *testing.T) {
	s := newStudio(t)
	client, a := s.join(mixer.Outside, browser.Options{Sound: tone.NewSine(tone.ClientHz, -20)})
	agent, b := s.join(mixer.Staff, browser.Options{Codec: mixer.PCMA, TCP: true, Sound: tone.NewSine(tone.AgentHz, -20)})
	s.talk(1, a, b)
	atClient, atAgent := client.Ear(tone.ClientHz, tone.AgentHz), agent.Ear(tone.ClientHz, tone.AgentHz)
	rtctest.Eventually(t, "both hear the other", func() bool {
		return heardOnly(atClient, 1) && heardOnly(atAgent, 0)
	})
	if c := client.Counts(); c.Sent == 0 || c.Received == 0 {
		t.Errorf("the client's packets: %+v", c)
	}
}

// heardOnly says whether the last two seconds had one tone and not the other.
func heardOnly(ear *tone.Ear, present int) bool {
	w := ear.Windows()
	if len(w) < 3 {
		return false
	}
	w = w[len(w)-2:]
	return tone.Present(w, present) && tone.Absent(w, 1-present)
}

func TestKeysOfAPageAreTold(t *testing.T) {
	s := newStudio(t)
	client, a := s.join(mixer.Outside, browser.Options{})
	_, b := s.join(mixer.Staff, browser.Options{})
	s.talk(1, a, b)
	client.SendDigits("12#")
	rtctest.Eventually(t, "the keys are told", func() bool { return s.pressed() == "12#" })
}

// A leg whose page is replaced while it talks goes on with the page's new port.
func TestAReloadedPageIsHeardAgain(t *testing.T) {
	s := newStudio(t)
	events := new(rtctest.Events)
	leg, err := s.stack.Dial(routing.DialRequest{To: routing.Destination{Browser: anna}, Class: mixer.Staff}, events.Sink)
	if err != nil {
		t.Fatal(err)
	}
	client, a := s.join(mixer.Outside, browser.Options{})
	connect := func() *browser.Endpoint {
		return rtctest.Connect(t, s.stack, routing.BrowserOwner(anna), leg.ID(), browser.Options{Sound: tone.NewSine(tone.AgentHz, -20)})
	}
	rtctest.Next[routing.Ringing](t, events)
	page := connect()
	s.talk(1, a, rtctest.Next[routing.Answered](t, events).Port)
	rtctest.Eventually(t, "the first page heard", hears(client))
	page.Drop()
	rtctest.Next[routing.MediaLost](t, events)
	connect()
	s.talk(2, a, rtctest.Next[routing.MediaBack](t, events).Port)
	rtctest.Eventually(t, "the second page heard", hears(client))
}

// hears begins to listen now.
func hears(e *browser.Endpoint) func() bool {
	ear := e.Ear(tone.AgentHz)
	return func() bool {
		return slices.ContainsFunc(ear.Windows(), func(w tone.Window) bool { return w.Levels[0] > tone.PresentAbove })
	}
}
