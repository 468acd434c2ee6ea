package selftest

import (
	"fmt"
	"strings"

	"sufler/mixer"
	"sufler/mixer/tone"
	"sufler/routing"
)

func sine(hz, dbfs float64) func() mixer.Sound {
	return func() mixer.Sound { return tone.NewSine(hz, dbfs) }
}

var voices = []string{"client", "agent", "supervisor"}

// judge compares what an ear has heard with what it must, and writes a line.
func (t *test) judge(s step, who string, heard []tone.Window) {
	must := map[string]string{"client": s.client, "agent": s.agent, "supervisor": s.supervisor}[who]
	var hears, faults []string
	for i, voice := range voices {
		if voice == who {
			continue
		}
		wanted := strings.IndexByte(must, letters[i]) >= 0
		level := loudest(heard, i)
		switch {
		case wanted && !tone.Present(heard, i):
			t.deaf++
			faults = append(faults, fmt.Sprintf("DEAF to the %s (%.0f dB)", voice, level))
		case !wanted && !tone.Absent(heard, i):
			t.leaks++
			faults = append(faults, fmt.Sprintf("LEAK of the %s (%.0f dB)", voice, level))
		case wanted:
			hears = append(hears, fmt.Sprintf("%s %.0f", voice, level))
		}
	}
	t.ears++
	verdict := "ok"
	if len(faults) > 0 {
		verdict = strings.Join(faults, ", ")
	}
	line := strings.Join(hears, ", ")
	if line == "" {
		line = "nobody"
	}
	fmt.Fprintf(t.out, "%-24s %-12s %-28s %s\n", s.name, who, line, verdict)
}

// loudest is the highest level of a tone in any window, in dBFS.
func loudest(heard []tone.Window, i int) float64 {
	level := -120.0
	for _, w := range heard {
		level = max(level, w.Levels[i])
	}
	return level
}

// verdict closes the table with the guard's own counts.
func (t *test) verdict() {
	state := t.call.Snapshot()
	client, _ := state.Party(routing.Client)
	fmt.Fprintf(t.out, "\n%d ears · %d leaks · %d deaf   (levels in dB below full scale; client %s)\n", t.ears, t.leaks, t.deaf, client.Number)
}
