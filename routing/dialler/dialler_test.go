package dialler

import (
	"errors"
	"fmt"
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

// network is both diallers and the devices behind them; what the person hears of
// is in told.
type network struct {
	*testing.T
	devices routing.Devices
	trouble error            // what Devices says
	refuse  map[string]error // by device

	mu    sync.Mutex
	rung  map[string]*device
	order []string // commands and what was told, in their order
	told  []routing.Signal
}

// device is a scripted leg.
type device struct {
	name string
	req  routing.DialRequest
	sink func(routing.Signal)
	n    *network

	mu   sync.Mutex
	over bool
}

func (d *device) ID() routing.LegID { return d.req.Leg }

func (d *device) Do(c routing.Command) {
	d.n.note(fmt.Sprintf("%s %T%+v", d.name, c, c))
	if h, ok := c.(routing.Hangup); ok {
		d.end(h.Cause)
	}
}

func (d *device) say(e routing.LegEvent) { d.sink(routing.Signal{Leg: d.req.Leg, Event: e}) }

func (d *device) end(cause routing.Cause) {
	d.mu.Lock()
	over := d.over
	d.over = true
	d.mu.Unlock()
	if !over {
		d.say(routing.Ended{Cause: cause, Text: d.name})
	}
}

// by is one of the two diallers of a network.
type by struct {
	*network
	name string
}

func (b by) Dial(req routing.DialRequest, sink func(routing.Signal)) (routing.Leg, error) {
	if err := b.refuse[b.name]; err != nil {
		return nil, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	d := &device{name: b.name, req: req, sink: sink, n: b.network}
	b.rung[b.name] = d
	return d, nil
}

func (n *network) note(what string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.order = append(n.order, strings.ReplaceAll(what, "routing.", ""))
}

func (n *network) sink(s routing.Signal) {
	n.mu.Lock()
	n.told = append(n.told, s)
	n.mu.Unlock()
	n.note(fmt.Sprintf("told %T%+v", s.Event, s.Event))
}

func newNetwork(t *testing.T) *network {
	t.Helper()
	return &network{
		T: t, rung: make(map[string]*device), refuse: make(map[string]error),
		devices: routing.Devices{Browser: true, Phone: true, Extension: "101", AnswerOn: routing.AnswerBoth},
	}
}

func (n *network) dial(to routing.Destination) (routing.Leg, error) {
	d := New(Options{
		Devices:  func(routing.OperatorID) (routing.Devices, error) { return n.devices, n.trouble },
		Phones:   by{n, "phone"},
		Browsers: by{n, "browser"},
	})
	return d.Dial(routing.DialRequest{Leg: "leg", To: to, RingTimeout: time.Second, Expected: true}, n.sink)
}

// both rings both devices of Anna in a bubble of fake time.
func both(t *testing.T, test func(n *network, l routing.Leg, phone, browser *device)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t)
		l, err := n.dial(routing.Destination{Person: "anna"})
		if err != nil {
			t.Fatal(err)
		}
		phone, browser := n.rung["phone"], n.rung["browser"]
		test(n, l, phone, browser)
		phone.end(routing.Unreachable)
		browser.end(routing.Unreachable)
		synctest.Wait()
		n.mustHaveEndedOnce()
	})
}

func (n *network) mustHaveEndedOnce() {
	n.Helper()
	n.mu.Lock()
	defer n.mu.Unlock()
	ends := 0
	for i, s := range n.told {
		if _, ok := s.Event.(routing.Ended); ok {
			ends++
			if i != len(n.told)-1 {
				n.Errorf("got %v after the end", n.told[i+1:])
			}
		}
		if s.Leg != "leg" {
			n.Errorf("got an event of leg %q", s.Leg)
		}
	}
	if ends != 1 {
		n.Errorf("got %d ends, want 1", ends)
	}
}

// story is all that was told and commanded.
func (n *network) story() string {
	synctest.Wait()
	n.mu.Lock()
	defer n.mu.Unlock()
	return strings.Join(n.order, "; ")
}

func (n *network) mustTell(want string) {
	n.Helper()
	if got := n.story(); got != want {
		n.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestAPersonIsRungWhereTheyAre(t *testing.T) {
	cases := []struct {
		name    string
		devices routing.Devices
		want    string
	}{
		{"phone", routing.Devices{Phone: true, Extension: "101", AnswerOn: routing.AnswerPhone}, "phone"},
		{"browser", routing.Devices{Browser: true, Extension: "101", AnswerOn: routing.AnswerBrowser}, "browser"},
		{"both, only the phone there", routing.Devices{Phone: true, Extension: "101", AnswerOn: routing.AnswerBoth}, "phone"},
		{"both, only the browser there", routing.Devices{Browser: true, Extension: "101", AnswerOn: routing.AnswerBoth}, "browser"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			n := newNetwork(t)
			n.devices = tc.devices
			if _, err := n.dial(routing.Destination{Person: "anna"}); err != nil {
				t.Fatal(err)
			}
			d := n.rung[tc.want]
			if len(n.rung) != 1 || d == nil {
				t.Fatalf("got %v rung, want the %s", n.rung, tc.want)
			}
			want := map[string]routing.Destination{"phone": {Phone: "101"}, "browser": {Browser: "anna"}}[tc.want]
			if d.req.To != want || d.req.Leg != "leg" || !d.req.Expected {
				t.Errorf("got %+v, want the request as it was, to %+v", d.req, want)
			}
			d.end(routing.NoAnswer)
			n.mustHaveEndedOnce()
		})
	}
}

func TestWhoHasNothingToRingIsRefused(t *testing.T) {
	cases := []struct {
		devices routing.Devices
		want    string
		phone   string
	}{
		{routing.Devices{Extension: "101", AnswerOn: routing.AnswerPhone}, "phone_unregistered", "101"},
		{routing.Devices{AnswerOn: routing.AnswerPhone}, "phone_missing", ""},
		{routing.Devices{Extension: "101", AnswerOn: routing.AnswerBrowser}, "sound_off", ""},
		{routing.Devices{Extension: "101", AnswerOn: routing.AnswerBoth}, "nowhere_to_ring", "101"},
		{routing.Devices{AnswerOn: routing.AnswerBoth}, "sound_off", ""},
		{routing.Devices{}, "sound_off", ""},
	}
	for _, tc := range cases {
		n := newNetwork(t)
		n.devices = tc.devices
		_, err := n.dial(routing.Destination{Person: "anna"})
		refusal, ok := errors.AsType[*routing.Error](err)
		if !ok || refusal.Code != tc.want || refusal.Params["phone"] != tc.phone || len(n.rung) != 0 {
			t.Errorf("%+v: got %v, want %s of phone %q", tc.devices, err, tc.want, tc.phone)
		}
	}
	n := newNetwork(t)
	n.trouble = routing.Refuse(routing.NotFound, "operator_unknown")
	if _, err := n.dial(routing.Destination{Person: "nobody"}); !errors.Is(err, n.trouble) {
		t.Errorf("got %v, want %v", err, n.trouble)
	}
}

func TestOtherDestinationsGoToTheirDialler(t *testing.T) {
	for want, to := range map[string][]routing.Destination{
		"phone":   {{Phone: "102"}, {Number: "+420777000001", Trunk: "north"}},
		"browser": {{Browser: "boris"}},
	} {
		for _, to := range to {
			n := newNetwork(t)
			if _, err := n.dial(to); err != nil {
				t.Fatal(err)
			}
			if d := n.rung[want]; len(n.rung) != 1 || d == nil || d.req.To != to || d.req.Leg != "leg" {
				t.Errorf("%+v: got %v", to, n.rung)
			}
		}
	}
}

func TestTheFirstToAnswerWinsAndTheOtherIsHungUpAtOnce(t *testing.T) {
	both(t, func(n *network, l routing.Leg, phone, browser *device) {
		if browser.req.Expected || phone.req.RingTimeout != time.Second || phone.req.Leg == browser.req.Leg || l.ID() != "leg" {
			t.Errorf("got %+v and %+v", phone.req, browser.req)
		}
		phone.say(routing.Ringing{})
		browser.say(routing.Ringing{})
		browser.say(routing.Answered{Port: 7, By: routing.ByBrowser})
		synctest.Wait()
		phone.say(routing.Answered{Port: 8}) // too late
		l.Do(routing.SendDigits{Digits: "1"})
		browser.say(routing.MediaLost{})
		browser.say(routing.MediaBack{Port: 9})
		browser.say(routing.PortChanged{Port: 10})
		browser.end(routing.HungUp)
		n.mustTell("told Ringing{}; told Answered{Port:7 By:browser}; phone Hangup{Cause:elsewhere}; browser SendDigits{Digits:1}; " +
			"told MediaLost{}; told MediaBack{Port:9}; told PortChanged{Port:10}; told Ended{Cause:hung_up Fault:none Text:browser}")
	})
}

// Both pick up in the same moment: one has the talk, the other is hung up.
func TestOfTwoThatAnswerAtOnceOneWins(t *testing.T) {
	for range 200 {
		both(t, func(n *network, _ routing.Leg, phone, browser *device) {
			var all sync.WaitGroup
			for _, d := range []*device{phone, browser} {
				all.Go(func() { d.say(routing.Answered{Port: 1}) })
			}
			all.Wait()
			story := n.story()
			if strings.Count(story, "told Answered") != 1 || strings.Count(story, "Hangup{Cause:elsewhere}") != 1 {
				t.Fatal(story)
			}
			over := func(d *device) bool { d.mu.Lock(); defer d.mu.Unlock(); return d.over }
			if over(phone) == over(browser) {
				t.Fatalf("phone hung up: %t, browser hung up: %t", over(phone), over(browser))
			}
		})
	}
}

func TestTheEndSaysWhatTellsMost(t *testing.T) {
	const c, e = routing.Unreachable, routing.NotMedia
	cases := []struct {
		first, second, want routing.Cause
	}{
		{routing.NoAnswer, routing.Unreachable, routing.NoAnswer},
		{routing.Unreachable, routing.NoAnswer, routing.NoAnswer},
		{routing.BusyHere, routing.NoAnswer, routing.NoAnswer},
		{routing.NoAnswer, routing.BusyHere, routing.BusyHere},
		{routing.BusyHere, routing.Declined, routing.Declined},
		{c, e, e},
		{e, c, c},
	}
	for _, tc := range cases {
		both(t, func(n *network, _ routing.Leg, phone, browser *device) {
			phone.end(tc.first)
			if story := n.story(); story != "" {
				t.Errorf("got %s while the browser rings", story)
			}
			browser.end(tc.second)
			if got := n.story(); !strings.HasPrefix(got, "told Ended{Cause:"+tc.want.String()) {
				t.Errorf("%s, %s: got %s, want %s", tc.first, tc.second, got, tc.want)
			}
		})
	}
}

func TestWhoDeclinesOnOneDeviceDeclinesOnBoth(t *testing.T) {
	both(t, func(n *network, _ routing.Leg, phone, browser *device) {
		browser.end(routing.Declined)
		phone.say(routing.Answered{Port: 3}) // in the same moment, by somebody else's hand
		n.mustTell("phone Hangup{Cause:elsewhere}; told Ended{Cause:declined Fault:none Text:browser}")
	})
}

func TestHangingUpStopsBothDevices(t *testing.T) {
	both(t, func(n *network, l routing.Leg, _, _ *device) {
		l.Do(routing.Hangup{Cause: routing.Cancelled})
		story := n.story()
		if strings.Count(story, "Hangup{Cause:cancelled}") != 2 || strings.Count(story, "told Ended{Cause:cancelled") != 1 {
			t.Error(story)
		}
		l.Do(routing.Hangup{Cause: routing.Cancelled})
	})
}

func TestEarlySoundOfThePhoneIsTakenBackWithIt(t *testing.T) {
	both(t, func(n *network, _ routing.Leg, phone, browser *device) {
		phone.say(routing.EarlyMedia{Port: 5})
		phone.end(routing.NoAnswer)
		synctest.Wait()
		browser.say(routing.Answered{Port: 6})
		n.mustTell("told EarlyMedia{Port:5}; told PortChanged{Port:0}; told Answered{Port:6 By:}")
	})
}

func TestADeviceThatCannotBeRungLeavesTheOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t)
		n.refuse["phone"] = routing.Refuse(routing.Unavailable, "phone_unregistered")
		if _, err := n.dial(routing.Destination{Person: "anna"}); err != nil {
			t.Fatal(err)
		}
		if d := n.rung["browser"]; d == nil || !d.req.Expected || d.req.Leg != "leg" {
			t.Errorf("got %+v, want the browser rung alone", d)
		}
		n.rung["browser"].end(routing.NoAnswer)
		n.mustHaveEndedOnce()

		n = newNetwork(t)
		n.refuse["browser"] = routing.Refuse(routing.Busy, "browsers_full")
		if _, err := n.dial(routing.Destination{Person: "anna"}); err != nil {
			t.Fatal(err)
		}
		n.rung["phone"].say(routing.Answered{Port: 2})
		n.rung["phone"].end(routing.HungUp)
		n.mustTell("told Answered{Port:2 By:}; told Ended{Cause:hung_up Fault:none Text:phone}")

		n = newNetwork(t)
		n.refuse["phone"], n.refuse["browser"] = errors.New("phone"), errors.New("browser")
		if _, err := n.dial(routing.Destination{Person: "anna"}); err == nil || len(n.told) != 0 {
			t.Errorf("got %v and %v, want an error and no event", err, n.told)
		}
	})
}

// Whatever order the world chooses, there is one end and no event after it.
func TestEveryOrderOfTwoDevicesEndsOnce(t *testing.T) {
	steps := []string{"Pr", "Pa", "P-", "Ba", "B-", "hang"}
	permute(steps, func(order []string) {
		both(t, func(_ *network, l routing.Leg, phone, browser *device) {
			for _, step := range order {
				d := map[byte]*device{'P': phone, 'B': browser}[step[0]]
				switch {
				case d == nil:
					l.Do(routing.Hangup{Cause: routing.Cancelled})
				case step[1] == 'r':
					d.say(routing.Ringing{})
				case step[1] == 'a':
					d.say(routing.Answered{Port: 1})
				default:
					d.end(routing.NoAnswer)
				}
				synctest.Wait()
			}
		})
	})
}

func permute(steps []string, f func([]string)) {
	if len(steps) == 0 {
		f(nil)
		return
	}
	for i, step := range steps {
		rest := slices.Concat(steps[:i], steps[i+1:])
		permute(rest, func(order []string) { f(append([]string{step}, order...)) })
	}
}
