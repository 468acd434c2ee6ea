package server

import (
	"bytes"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"sufler/routing"
	"sufler/routing/session"
	"sufler/routing/settings"
)

// B 14: what the file names is there from the first start, and is never overwritten.
func TestTheFileIsTheBeginningOfWhatPeopleChange(t *testing.T) {
	const (
		first  = `http: {listen: "127.0.0.1:0", admin: "127.0.0.1:0", origins: ["https://shop.example"]}`
		second = `http: {listen: "127.0.0.1:0", admin: "127.0.0.1:0", origins: ["https://shop.example", "https://cafe.example"]}`
		orders = `callbacks: {allow: ["+420"], company: Lampárna, offer: 7s, queues: [{name: Orders, groups: [all]}]}`
		both   = `callbacks: {allow: ["+420"], company: Kavárna, offer: 9s, queues: [{name: Service, groups: [all]}, {name: Orders, groups: [all]}]}`
	)
	dir := t.TempDir()
	s, err := start(t, config(t, dir, first, orders))
	if err != nil {
		t.Fatal(err)
	}
	widget, _ := s.Settings.Widget("")
	queue, _ := s.Settings.Queues.Get("Orders")
	if widget.Company != "Lampárna" || !slices.Equal(widget.Origins, []string{"https://shop.example"}) || queue.Offer != 7000 || s.Queue() != "Orders" {
		t.Errorf("got %+v %+v", widget, queue)
	}
	queue.Offer, widget.Company = 8000, "Obchod"
	if _, err := s.Settings.Queues.Put(t.Context(), queue); err != nil {
		t.Error(err)
	}
	if _, err := s.Settings.Widgets.Put(t.Context(), widget); err != nil {
		t.Error(err)
	}
	closeAll(t, s)

	var log bytes.Buffer
	s, err = New(t.Context(), config(t, dir, second, both), Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	defer closeAll(t, s)
	widget, _ = s.Settings.Widget("")
	queue, _ = s.Settings.Queues.Get("Orders")
	if widget.Company != "Obchod" || queue.Offer != 8000 {
		t.Errorf("the file has overwritten what people have changed: %+v %+v", widget, queue)
	}
	if _, err := s.line.Queue("Service"); err != nil {
		t.Errorf("the new queue of the file is not there: %v", err)
	}
	if n := strings.Count(log.String(), "belongs to no widget"); n != 1 || !strings.Contains(log.String(), "https://cafe.example") {
		t.Errorf("told %d times of an origin that does nothing:\n%s", n, log.String())
	}
	if p := s.policyOf(routing.Operator{}); p.AwayWeb || !p.AwayForwarded || p.Misses != 3 {
		t.Errorf("got %+v", p)
	}
}

// B8, D2: what is set of a group holds for the conversations of its people; who is in
// several has the longest of each time.
func TestAGroupsRulesHoldForItsPeoplesConversations(t *testing.T) {
	s, err := start(t, config(t, t.TempDir(), `people: {groups: [orders, repairs], operators: [{login: anna, rank: operator, groups: [orders, repairs], password: only-a-test}]}`))
	if err != nil {
		t.Fatal(err)
	}
	defer closeAll(t, s)
	anna, ok := s.People.ByLogin("anna")
	if !ok {
		t.Fatal("anna is nobody")
	}
	if got := s.rulesOf("", anna.ID); got.Amber != time.Minute || got.Red != 3*time.Minute || got.WrapUpMost != 0 {
		t.Errorf("before anything is set: got %+v", got)
	}
	for name, amber := range map[routing.GroupName]settings.Milliseconds{"orders": 10_000, "repairs": 20_000} {
		g := settings.NewGroup(name)
		g.Amber, g.Red, g.WrapUpMost = amber, 3*amber, 6*amber
		if _, err := s.Settings.Groups.Put(t.Context(), g); err != nil {
			t.Fatal(err)
		}
	}
	if got := s.rulesOf("", anna.ID); got.Amber != 20*time.Second || got.Red != time.Minute || got.WrapUpMost != 2*time.Minute {
		t.Errorf("got %+v", got)
	}
	if got := s.rulesOf("", ""); got != session.DefaultRules {
		t.Errorf("where nobody has it: got %+v", got)
	}
}
