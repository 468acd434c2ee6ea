package lifetable

import (
	"os"
	"path/filepath"
	"testing"
)

type lamp uint8

func (l lamp) String() string { return [...]string{"", "off", "on", "broken"}[l] }

type hand uint8

func (h hand) String() string { return [...]string{"", "press", "drop"}[h] }

var lamps = map[lamp]map[hand]lamp{1: {1: 2, 2: 3}, 2: {1: 1, 2: 3}, 3: {}}

const picture = "```mermaid\nstateDiagram-v2\n    [*] --> off\n    off --> on: press\n    off --> broken: drop\n" +
	"    on --> off: press\n    on --> broken: drop\n    broken --> [*]\n```\n\n" +
	"| state | press | drop |\n|---|---|---|\n| off | on | broken |\n| on | off | broken |\n| broken | | |\n"

func TestAMachineIsDrawnWithItsEndsAndItsGaps(t *testing.T) {
	if got := Draw(lamps, 3, hand(2)); got != picture {
		t.Errorf("got\n%s\nwant\n%s", got, picture)
	}
}

func TestAStalePageIsFoundAndWrittenAnew(t *testing.T) {
	file := filepath.Join(t.TempDir(), "lamp.md")
	if err := Check(file, []byte("new"), false); err == nil {
		t.Error("a missing page passes")
	}
	if err := os.WriteFile(file, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Check(file, []byte("new"), false); err == nil {
		t.Error("a stale page passes")
	}
	if err := Check(file, []byte("new"), true); err != nil {
		t.Fatal(err)
	}
	if err := Check(file, []byte("new"), false); err != nil {
		t.Errorf("a fresh page: %v", err)
	}
}
