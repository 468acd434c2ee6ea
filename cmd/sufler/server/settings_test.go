package server

import (
	"bytes"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"sufler/routing"
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
