package session

import (
	"bytes"
	"flag"
	"path/filepath"
	"slices"
	"testing"

	"sufler/internal/lifetable"
	"sufler/routing"
)

//go:generate go test -run TestTheDocumentIsFresh -update .

var update = flag.Bool("update", false, "write docs/session.md anew")

func TestTheDocumentIsFresh(t *testing.T) {
	if err := lifetable.Check(filepath.Join("..", "..", "docs", "session.md"), page(), *update); err != nil {
		t.Error(err)
	}
}

func page() []byte {
	var p bytes.Buffer
	p.WriteString(`# The life of a session

Generated from the table in routing/session/machine.go by ` + "`go generate ./routing/session`" + `; not edited by hand.
A visitor's page reads requested and queued as "waiting", wrap_up and closed as "ended".

` + lifetable.Draw(next, closed, Break) + `
A trigger without a state in its row is refused and changes nothing. "return" puts the visitor before all others; "confirm"
is the operator's OK, and only it takes the session off what the operator has open. What becomes of a session:

| trigger | outcome |
|---|---|
`)
	for t := Promote; t <= Break; t++ {
		if o, ends := outcomes[t]; ends {
			p.WriteString("| " + t.String() + " | " + o.String() + " |\n")
		}
	}
	return p.Bytes()
}

// I001: every state has its row, every way ends, and an end has its outcome.
func TestEverySessionCanEnd(t *testing.T) {
	reached := map[routing.SessionState]bool{requested: true}
	for range next {
		for from, row := range next {
			for trigger, to := range row {
				reached[to] = reached[to] || reached[from]
				if _, ends := outcomes[trigger]; ends != (to == wrapUp || to == closed && trigger != Confirm) {
					t.Errorf("%s: %s leads to %s", from, trigger, to)
				}
			}
		}
	}
	for s := requested; s <= closed; s++ {
		row, known := next[s]
		_, banned := row[Ban]
		if !known || !reached[s] || banned != (s != wrapUp && s != closed) {
			t.Errorf("%s: known %v, reached %v, can be banned %v", s, known, reached[s], banned)
		}
	}
	if len(next) != int(closed) {
		t.Errorf("got %d rows", len(next))
	}
}

func TestEveryTriggerHasAWord(t *testing.T) {
	var words []string
	for trigger := Trigger(0); trigger <= Break+1; trigger++ {
		words = append(words, trigger.String())
	}
	if got := slices.Compact(slices.Sorted(slices.Values(words))); len(got) != len(words)-1 { // the two invalid ones
		t.Errorf("got %q", got)
	}
}
