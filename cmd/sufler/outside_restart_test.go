package main

import (
	"syscall"
	"testing"

	"sufler/sip/phone"
)

// M049.
func TestOutsideAfterAKillNoCallbackIsLostAndNoneTalksTwice(t *testing.T) {
	t.Parallel()
	onBothDatabases(t, callbacksOutliveAKill)
}

func callbacksOutliveAKill(t *testing.T, database string) {
	t.Helper()
	const talks, rang, waits = "+420777000001", "+420777000002", "+420777000003"
	network := newHandset(t).on(talks, byHand).on(rang, byHand).on(waits, byHand)
	h := newHouse(t, plan{trunk: network.Addr().String(), database: database})
	anna, boris := newHandset(t).on("101", phone.Behaviour{}).at(t, h, "101"), newHandset(t).on("102", phone.Behaviour{})
	talking := h.ask(t, talks, "Jan")
	network.next(t).Answer()
	h.becomes(t, talking, "talking")
	ringing := h.ask(t, rang, "Eva")
	boris.at(t, h, "102")
	network.next(t)
	h.becomes(t, ringing, "ringing")
	waiting := h.ask(t, waits, "Ota")

	send(t, h.process, syscall.SIGKILL)
	<-h.process.Done()
	h.start(t)

	if now := h.show(t, talking); now.State != "ended" || now.Reason != "interrupted" {
		t.Errorf("who talked: got %+v, want interrupted", now)
	}
	if now := h.show(t, ringing); now.State != "waiting" || now.Place != 1 || !now.CutOff {
		t.Errorf("who was rung: got %+v, want the first place", now)
	}
	if now := h.show(t, waiting); now.State != "waiting" || now.Place != 2 || now.CutOff {
		t.Errorf("who waited: got %+v, want the second place", now)
	}
	anna.at(t, h, "101")
	again := network.next(t)
	if again.Number() != rang {
		t.Fatalf("called first: got %s, want %s", again.Number(), rang)
	}
	again.Answer()
	h.becomes(t, ringing, "talking")
	again.Hangup()
	h.becomes(t, ringing, "ended")
	last := network.next(t)
	if last.Number() != waits {
		t.Fatalf("called then: got %s, want %s", last.Number(), waits)
	}
	last.Answer()
	h.becomes(t, waiting, "talking")
	answered := make(map[string]int)
	network.mu.Lock()
	for _, c := range network.calls {
		select {
		case <-c.Answered():
			answered[c.Number()]++
		default:
		}
	}
	network.mu.Unlock()
	for _, number := range []string{talks, rang, waits} {
		if answered[number] != 1 {
			t.Errorf("conversations with %s: got %d, want 1", number, answered[number])
		}
	}
	if n := network.count(); n != 4 {
		t.Errorf("calls to visitors: got %d, want 4: one of them twice", n)
	}
}
