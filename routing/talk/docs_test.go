package talk

import (
	"bytes"
	"flag"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sufler/internal/lifetable"
	"sufler/routing"
	"sufler/routing/call"
)

//go:generate go test -run TestTheDocumentIsFresh -update .

var update = flag.Bool("update", false, "write docs/talk.md anew")

func TestTheDocumentIsFresh(t *testing.T) {
	if err := lifetable.Check(filepath.Join("..", "..", "docs", "talk.md"), page(), *update); err != nil {
		t.Error(err)
	}
}

func page() []byte {
	var p bytes.Buffer
	p.WriteString(`# The life of a talk by the browser

Generated from the table in routing/talk/machine.go by ` + "`go generate ./routing/talk`" + `; not edited by hand.
The words of the states are those that the visitor's page reads.

` + lifetable.Draw(next, Ended, Break) + `
A trigger without a state in its row is refused and changes nothing. "lose" out of talking or away puts the visitor,
who stays on the line, at the head of the queue.

`)
	fmt.Fprintf(&p, "Reasons of an end: `%s`.\n", strings.Join(reasons, "`, `"))
	return p.Bytes()
}

func TestEveryStateButTheLastCanEnd(t *testing.T) {
	for s := Waiting; s <= Ended; s++ {
		row, known := next[s]
		if !known {
			t.Errorf("%s has no row", s)
		}
		for _, trigger := range []Trigger{Cancel, Break} {
			if to, ok := row[trigger]; ok != (s != Ended) || ok && to != Ended {
				t.Errorf("%s: %s leads to %s, %v", s, trigger, to, ok)
			}
		}
	}
	if len(next) != int(Ended) {
		t.Errorf("got %d rows", len(next))
	}
}

func TestEveryStateAndTriggerHasAWord(t *testing.T) {
	var words []string
	for s := State(0); s <= Ended+1; s++ {
		words = append(words, s.String())
	}
	for trigger := Trigger(0); trigger <= Break+1; trigger++ {
		words = append(words, trigger.String())
	}
	if got := slices.Compact(slices.Sorted(slices.Values(words))); len(got) != len(words)-2 { // the two invalid ones of each
		t.Errorf("got %q", got)
	}
}

func TestEveryEndOfACallIsAReasonThatPagesKnow(t *testing.T) {
	for cause := routing.HungUp; cause <= routing.ShuttingDown; cause++ {
		for _, by := range []string{"client", "agent", "system"} {
			for _, talked := range []bool{true, false} {
				e := call.Ended{Cause: cause, By: by, Talked: talked}
				if got := reasonOf(e); !slices.Contains(reasons, got) || got == ReasonTalked && !talked || got == ReasonNobodyFree {
					t.Errorf("%+v: got %q", e, got)
				}
			}
		}
	}
}
