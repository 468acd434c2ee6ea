package rtc

import (
	"maps"
	"testing"

	"sufler/routing"
)

// A leg can end from every state, gets on the line from every other, and never
// comes back from the end. // I002
func TestTheLifeOfALegIsATable(t *testing.T) {
	for s := routing.BrowserRings; s <= routing.BrowserEnded; s++ {
		row, ok := next[s]
		if !ok {
			t.Errorf("%s is not in the table", s)
		}
		if s == routing.BrowserEnded {
			if len(row) != 0 {
				t.Errorf("from the end one gets to %v", row)
			}
			continue
		}
		if row[over] != routing.BrowserEnded {
			t.Errorf("%s cannot end", s)
		}
		if row[offered] == 0 {
			t.Errorf("%s takes no offer", s)
		}
		if !reaches(s, routing.BrowserOnLine) {
			t.Errorf("%s never gets on the line", s)
		}
	}
	for from, row := range next {
		for trigger, to := range row {
			if to == routing.BrowserRings {
				t.Errorf("%s, %s: rings again", from, trigger)
			}
		}
	}
}

func reaches(from, to routing.BrowserState) bool {
	seen := map[routing.BrowserState]bool{from: true}
	for grown := true; grown; {
		grown = false
		for s := range maps.Clone(seen) {
			for _, n := range next[s] {
				grown = grown || !seen[n]
				seen[n] = true
			}
		}
	}
	return seen[to]
}
