package main

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	webpage "sufler/cmd/sufler/page"
)

// burst is what one side of a chat says until the program is killed, and what was
// acknowledged of it.
type burst struct {
	author string
	say    func(id, text string) error
	acked  []string
}

func (b *burst) text(i int) string { return fmt.Sprintf("%s %d", b.author, i) }

// runs says one after another; after each that was acknowledged said is told.
func (b *burst) runs(n int, said func()) {
	for i := range n {
		if b.say(fmt.Sprint(i), b.text(i)) != nil {
			return // the program is gone
		}
		b.acked = append(b.acked, b.text(i))
		said()
	}
}

// I007, I008: of a chat that is cut off by a kill everything that was acknowledged is
// there, once and in order, for both who read it.
func TestOutsideAKillInAChatLosesNoMessage(t *testing.T) {
	t.Parallel()
	onBothDatabases(t, aKillInAChat)
}

func aKillInAChat(t *testing.T, database string) {
	t.Helper()
	const each, enough = 15, 8
	h := newHouse(t, plan{database: database})
	anna := h.sits(t, "anna")
	jan := h.writes(t, "Jan", "first")
	session := anna.takesChat(t, "Jan")
	visitor, operator := &burst{author: "visitor"}, &burst{author: "operator"}
	speak := func(jan *writer, anna *tab) {
		visitor.say = func(id, text string) error {
			return jan.Say(patiently(t), "chat.say", map[string]string{"id": "v" + id, "text": text}, nil)
		}
		operator.say = func(id, text string) error {
			return anna.Say(patiently(t), "chat.say", map[string]string{"session": session, "id": "o" + id, "text": text}, nil)
		}
	}
	speak(jan, anna)
	var said atomic.Int32
	var both sync.WaitGroup
	for _, b := range []*burst{visitor, operator} {
		both.Go(func() {
			b.runs(each, func() {
				if said.Add(1) == enough {
					_ = syscall.Kill(h.process.PID(), syscall.SIGKILL) // while both go on
				}
			})
		})
	}
	both.Wait()
	<-h.process.Done()
	if n := len(visitor.acked) + len(operator.acked); n < enough || n == 2*each {
		t.Fatalf("%d messages were acknowledged before the kill", n)
	}

	h.start(t)
	anna, jan = h.sits(t, "anna"), h.browses(t, jan.token, 0)
	speak(jan, anna)
	readers := func() map[string][]entry {
		var mine struct{ Entries []entry }
		if err := jan.Do(patiently(t), http.MethodGet, "/api/v1/sessions/mine", nil, &mine); err != nil {
			t.Fatal(err)
		}
		return map[string][]entry{"visitor": mine.Entries, "operator": anna.readsChat(t, session).Entries}
	}
	for reader, all := range readers() {
		gapless(t, reader, all)
		for _, b := range []*burst{visitor, operator} {
			if got := b.among(all); len(got) < len(b.acked) || !slices.Equal(got[:len(b.acked)], b.acked) {
				t.Errorf("the %s reads of the %s %q, and %q was acknowledged", reader, b.author, got, b.acked)
			}
		}
	}
	for _, b := range []*burst{visitor, operator} { // as a page does that does not know
		acked := len(b.acked)
		for i := max(0, acked-1); i < each; i++ {
			if err := b.say(fmt.Sprint(i), b.text(i)); err != nil {
				t.Fatalf("%s again: %v", b.text(i), err)
			}
		}
	}
	for reader, all := range readers() {
		gapless(t, reader, all)
		for _, b := range []*burst{visitor, operator} {
			var want []string
			for i := range each {
				want = append(want, b.text(i))
			}
			if got := b.among(all); !slices.Equal(got, want) {
				t.Errorf("the %s reads of the %s %q, want each once and in order", reader, b.author, got)
			}
		}
	}
	until(t, "the page is told the same", func() bool { return len(visitor.among(told(jan.Page, ""))) == each })
	gapless(t, "the visitor's page", told(jan.Page, ""))
}

// among is what the side has said of the burst, as somebody reads it.
func (b *burst) among(all []entry) (texts []string) {
	for _, line := range lines(all) {
		if text, ours := strings.CutPrefix(line, b.author+": "); ours && strings.HasPrefix(text, b.author) {
			texts = append(texts, text)
		}
	}
	return texts
}

// I008: an operator whose desk is gone for good is replaced; the visitor is told, and
// stands before those who came later.
func TestOutsideAChatWhoseOperatorIsLostIsTheFirstInTheLine(t *testing.T) {
	t.Parallel()
	h := newHouse(t, plan{})
	adam := h.desk(t, "adam")
	orders := adam.setting(t, "queues")
	orders["return_ms"] = 1000
	adam.do(t, http.MethodPut, "/api/v1/settings/queues/Orders", orders).into(t, http.StatusOK, &orders)
	anna := h.sits(t, "anna")
	jan := h.writes(t, "Jan", "one")
	anna.takesChat(t, "Jan")
	for _, away := range []string{"busy", "online"} { // nothing is lost by a status
		anna.must(t, http.MethodPut, "/api/v1/me/status", map[string]string{"status": away}, nil)
	}
	boris := h.sits(t, "boris") // somebody is there when Eva comes, and takes nobody
	boris.must(t, http.MethodPut, "/api/v1/me/status", map[string]string{"status": "busy"}, nil)
	eva := h.writes(t, "Eva", "I came later")
	anna.Close()
	first := func(p *webpage.Page, place int) func() bool {
		return func() bool { now := stands(p); return now.State == "waiting" && now.Place == place }
	}
	until(t, "Jan waits as the first", first(jan.Page, 1))
	until(t, "Eva is behind", first(eva.Page, 2))
	until(t, "the visitor is told why", func() bool {
		return slices.Contains(kindsOf(told(jan.Page, "")), "session.returned")
	})
	jan.says(t, "2", "two")
	boris.must(t, http.MethodPut, "/api/v1/me/status", map[string]string{"status": "online"}, nil)
	session := boris.takesChat(t, "Jan")
	c := boris.readsChat(t, session)
	if got := lines(c.Entries); !slices.Equal(got, []string{"visitor: one", "visitor: two"}) || c.Session.Operator.Name != "Boris Nový" {
		t.Errorf("Boris reads %q of %+v", got, c.Session)
	}
	gapless(t, "Boris", c.Entries)
}

// standing is what a visitor is told of their own session.
type standing struct {
	State, Reason string
	Place         int
}

// stands is the newest state of its session that a visitor's page was told.
func stands(p *webpage.Page) (now standing) {
	for _, e := range p.Events() {
		if e.Kind == "session.changed" {
			e.Into(&now)
		}
	}
	return now
}

func kindsOf(all []entry) (kinds []string) {
	for _, e := range all {
		kinds = append(kinds, e.Kind)
	}
	return kinds
}
