package callback

import (
	"bytes"
	"flag"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"sufler/internal/lifetable"
	"sufler/routing"
)

//go:generate go test -run TestTheDocumentIsFresh -update .

var update = flag.Bool("update", false, "write docs/callback.md anew")

func TestTheDocumentIsFresh(t *testing.T) {
	if err := lifetable.Check(filepath.Join("..", "..", "docs", "callback.md"), page(), *update); err != nil {
		t.Error(err)
	}
}

func page() []byte {
	var p bytes.Buffer
	p.WriteString(`# The life of a callback

Generated from the table in routing/callback/machine.go by ` + "`go generate ./routing/callback`" + `; not edited by hand.
These states are on disk. Each is written before what follows from it: the request before its sender is told, the
intent to dial before the visitor's phone can ring, the talk as soon as both are on the line.

` + lifetable.Draw(next, routing.CallbackCancelled, Interrupt) + `
A trigger without a state in its row is refused and changes nothing. "interrupt" is the end of the program, planned
or not: who waited or was being called goes on in the next process, flagged when the phone may ring a second time;
who talked is not called again, not even when the operator was lost in the talk: the visitor is on the line
then and hears music, the place goes before all others, and the next operator talks to them at once.

## What the visitor sees

| state | no operator yet | an operator's phone rings, or the operator is on the line | the visitor's phone rings | the operator's line broke |
|---|---|---|---|---|
`)
	for s := routing.CallbackQueued; s <= routing.CallbackCancelled; s++ {
		fmt.Fprintf(&p, "| %s | %s | %s | %s | %s |\n", s, viewState(s, nothing), viewState(s, agentFound), viewState(s, visitorRung), viewState(s, parted))
	}
	fmt.Fprintf(&p, "\nReasons of an end: `%s`.\n", strings.Join(reasons, "`, `"))
	return p.Bytes()
}

func TestTheTableLeadsFromEveryOpenStateToAnEnd(t *testing.T) {
	for s := routing.CallbackQueued; s <= routing.CallbackCancelled; s++ {
		row, known := next[s]
		if !known {
			t.Errorf("%s has no row", s)
		}
		if ends := reachesEnd(s, map[routing.CallbackState]bool{}); !ends {
			t.Errorf("%s leads to no end", s)
		}
		if _, ok := row[Cancel]; ok == isFinal(s) {
			t.Errorf("%s can be cancelled: %v", s, ok)
		}
		if _, ok := row[Interrupt]; ok == isFinal(s) {
			t.Errorf("%s survives the end of the program: %v", s, ok)
		}
	}
	if isFinal(routing.CallbackQueued) || len(next) != int(routing.CallbackCancelled) {
		t.Errorf("got %d rows", len(next))
	}
}

func reachesEnd(s routing.CallbackState, seen map[routing.CallbackState]bool) bool {
	if isFinal(s) {
		return true
	}
	seen[s] = true
	for _, to := range next[s] {
		if !seen[to] && reachesEnd(to, seen) {
			return true
		}
	}
	return false
}

func TestEveryCauseHasAReasonThatPagesKnow(t *testing.T) {
	for cause := routing.HungUp; cause <= routing.ShuttingDown; cause++ {
		if got := reasonOf(cause); !strings.Contains(strings.Join(reasons, " "), got) {
			t.Errorf("%s: got %q", cause, got)
		}
	}
}
