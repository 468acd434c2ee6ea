package call

import (
	"bytes"
	"flag"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sufler/internal/lifetable"
	"sufler/mixer"
	"sufler/routing"
)

//go:generate go test -run TestTheDocumentsAreFresh -update .

var update = flag.Bool("update", false, "write docs/matrix.md and docs/call.md anew")

func mixerPort(n int) mixer.PortID { return mixer.PortID(n) }

func isGranted(plan mixer.Plan, port mixer.PortID) bool {
	return slices.ContainsFunc(plan.Grants, func(g mixer.Grant) bool {
		return g.Port == port && g.Call == plan.Call && g.Epoch == plan.Epoch
	})
}

func TestTheDocumentsAreFresh(t *testing.T) {
	for name, want := range map[string][]byte{"matrix.md": matrixPage(), "call.md": callPage()} {
		if err := lifetable.Check(filepath.Join("..", "..", "docs", name), want, *update); err != nil {
			t.Error(err)
		}
	}
}

func matrixPage() []byte {
	var page bytes.Buffer
	page.WriteString(`# Who hears whom

Generated from the function ` + "`hears`" + ` in routing/call/matrix.go by ` + "`go generate ./routing/call`" + `; not edited by hand.

C is the client, A the agent, S the supervisor, K a consulted outsider, M music, an announcement or a tone.
"-" hears nobody; an empty cell is not in the call. What is not named is silence.

| state | C hears | A hears | S hears | K hears | S has a grant |
|---|---|---|---|---|---|
`)
	for _, sc := range scenes {
		fmt.Fprintf(&page, "| %s |", sc.name)
		for _, heard := range ears(sc.in, sc.seats) {
			fmt.Fprintf(&page, " %s |", strings.Join(strings.Split(strings.Trim(heard, "."), ""), ", "))
		}
		fmt.Fprintf(&page, " %s |\n", grantWord(sc.in, sc.seats))
	}
	page.WriteString(`
The grant is what the guard of the sound plane asks for before it lets a supervisor through to a client or an
outsider. It is decided apart from the table above, and only after its audit row is on disk.

## Whose telephone digits reach whom

| state | C gets | A gets | S gets | K gets |
|---|---|---|---|---|
`)
	for _, sc := range scenes {
		reached := keys(sc.in, sc.seats)
		if reached == [4]string{} {
			continue
		}
		fmt.Fprintf(&page, "| %s |", sc.name)
		for _, got := range reached {
			fmt.Fprintf(&page, " %s |", got)
		}
		page.WriteString("\n")
	}
	page.WriteString("\n(C) only when the agent has asked for the client's digits. A supervisor's digits are commands and reach nobody;\n" +
		"in states that are not in this table nobody's digits reach anybody.\n")
	return page.Bytes()
}

func grantWord(in phase, seats []seat) string {
	for _, s := range seats {
		if granted(voice{seat: s, audited: true}, in) {
			return "yes"
		}
	}
	return ""
}

func keys(in phase, seats []seat) [4]string {
	var got [4]string
	for i, role := range []routing.Role{routing.Client, routing.Agent, routing.Supervisor, routing.Consulted} {
		for _, l := range seats {
			for _, s := range seats {
				asked := l
				asked.askDigits = true
				switch {
				case l.role != role || l == s:
				case digits(l, s, in):
					got[i] = letters[s.role]
				case digits(asked, s, in):
					got[i] = "(" + letters[s.role] + ")"
				}
			}
		}
	}
	return got
}

func callPage() []byte {
	var page bytes.Buffer
	page.WriteString(`# The life of a call

Generated from the tables in routing/call/states.go by ` + "`go generate ./routing/call`" + `; not edited by hand.

` + lifetable.Draw(next, StateEnded, Finished) + `
A trigger without a state in its row is refused and changes nothing. "client" is a client whom we called,
"caller" one who called us. An agent who is lost in the talk and does not come back within the grace time is
dropped: the client stays and talks to the next one.

## The wire of a party

` + "```mermaid\nstateDiagram-v2\n    [*] --> " + Away.String() + "\n")
	for from := Away; from <= Gone; from++ {
		for _, to := range nextParty[from] {
			fmt.Fprintf(&page, "    %s --> %s\n", from, to)
		}
	}
	page.WriteString("```\n\nA wire that is lost brings nothing any more but has not ended: a page that is reloaded, or without a network.\n" +
		"It goes back to where it stood, or is hung up after the grace time. The client hears music while the agent is\n" +
		"lost, the agent hears silence, and a supervisor who is lost is heard by nobody. What a\n" +
		"supervisor may say ends with the agent for whom it was granted: when another one is found, he listens.\n")
	return page.Bytes()
}
