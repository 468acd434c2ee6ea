package selftest

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"sync"

	"sufler/mixer/tone"
)

// report collects what was heard and writes it as a table.
type report struct {
	out    io.Writer
	colour bool

	mu          sync.Mutex
	cells       map[*trio][]string // a word for each step
	faults      []string
	ears        int
	leaks, deaf int
	loudest     float64 // where silence is due, dBFS
	quietest    float64 // where a voice is due
}

func newReport(out io.Writer, colour bool) *report {
	return &report{out: out, colour: colour, cells: make(map[*trio][]string), loudest: -120}
}

// judge compares what the ears of one call heard in a step with what they must.
func (r *report) judge(t *trio, s step, heard [3][]tone.Window) {
	r.mu.Lock()
	defer r.mu.Unlock()
	word := "ok"
	for who, windows := range heard {
		if windows == nil {
			continue
		}
		r.ears++
		for voice := range heard {
			if fault := r.compareLocked(role(who), role(voice), windows, s); fault != "" {
				word = strings.Fields(fault)[0]
				r.faults = append(r.faults, fmt.Sprintf("%s (%s, %s, %s), %s: the %s %s",
					s.name, t.devices[client], t.devices[agent], t.devices[supervisor], word, names[who], fault))
			}
		}
	}
	r.cells[t] = append(r.cells[t], word)
}

func (r *report) compareLocked(who, speaker role, heard []tone.Window, s step) (fault string) {
	if who == speaker {
		return ""
	}
	level := levelOf(heard, int(speaker), math.Max)
	if !slices.Contains(s.hears[who], speaker) {
		r.loudest = max(r.loudest, level)
		if tone.Absent(heard, int(speaker)) {
			return ""
		}
		r.leaks++
		return fmt.Sprintf("LEAK of the %s at %.0f dB", names[speaker], level)
	}
	level = levelOf(heard, int(speaker), math.Min)
	r.quietest = min(r.quietest, level)
	if tone.Present(heard, int(speaker)) {
		return ""
	}
	r.deaf++
	return fmt.Sprintf("DEAF to the %s, %.0f dB", names[speaker], level)
}

// levelOf is the highest or the lowest level of a tone in the windows, in dBFS.
func levelOf(heard []tone.Window, i int, pick func(a, b float64) float64) float64 {
	level := heard[0].Levels[i]
	for _, w := range heard[1:] {
		level = pick(level, w.Levels[i])
	}
	return level
}

// write writes the table, the faults and the verdict.
func (r *report) write(trios []*trio) {
	r.mu.Lock()
	defer r.mu.Unlock()
	fmt.Fprintf(r.out, "%-9s%-9s%-12s", "client", "agent", "supervisor")
	for _, s := range steps {
		fmt.Fprintf(r.out, "%-9s", s.name)
	}
	fmt.Fprintln(r.out)
	for _, t := range trios {
		fmt.Fprintf(r.out, "%-9s%-9s%-12s", t.devices[client], t.devices[agent], t.devices[supervisor])
		for _, word := range r.cells[t] {
			fmt.Fprint(r.out, r.paint(word))
		}
		fmt.Fprintln(r.out)
	}
	for _, fault := range r.faults {
		fmt.Fprintln(r.out, fault)
	}
	fmt.Fprintf(r.out, "\n%d ears · %d leaks · %d deaf   (loudest where silence is due %.0f dB, quietest voice %.0f dB below full scale)\n",
		r.ears, r.leaks, r.deaf, r.loudest, r.quietest)
}

// paint colours a word by ECMA-48 section 8.3.117; the word alone says as much.
func (r *report) paint(word string) string {
	padded := fmt.Sprintf("%-9s", word)
	switch {
	case !r.colour:
		return padded
	case word == "ok":
		return "\x1b[32m" + padded + "\x1b[0m"
	default:
		return "\x1b[1;31m" + padded + "\x1b[0m"
	}
}
