package record

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"sufler/mixer"
)

// line is one applied plan as the log keeps it, in terms of tracks: who hears
// whom from a frame on. Ports that are not tracked (tones, music) are left out.
type line struct {
	Frame  uint64              `json:"frame"`
	Epoch  uint64              `json:"epoch"`
	Tracks []string            `json:"tracks"`
	Hears  map[string][]string `json:"hears"`
}

func lineOf(plan mixer.Plan, frame uint64) line {
	names := make(map[mixer.PortID]string)
	l := line{Frame: frame, Epoch: plan.Epoch, Hears: make(map[string][]string)}
	for _, t := range plan.Tracks {
		names[t.Port] = t.Name
		l.Tracks = append(l.Tracks, t.Name)
	}
	for _, row := range plan.Rows {
		listener, tracked := names[row.Listener]
		if !tracked {
			continue
		}
		for _, source := range row.Sources {
			if name := names[source]; name != "" {
				l.Hears[listener] = append(l.Hears[listener], name)
			}
		}
	}
	return l
}

// readPlans reads the log of a call: its plans by epoch and the first frame of
// all. A line that cannot be read is a plan that is not known.
func readPlans(dir string) (plans map[uint64]line, first uint64, err error) {
	plans = make(map[uint64]line)
	file, err := os.Open(filepath.Join(dir, plansFile))
	if errors.Is(err, fs.ErrNotExist) {
		return plans, 0, nil
	}
	if err != nil {
		return nil, 0, fmt.Errorf("recording: %w", err)
	}
	defer func() { _ = file.Close() }()
	scanner := bufio.NewScanner(file)
	scanner.Buffer(nil, 1<<20)
	for scanner.Scan() {
		var l line
		if json.Unmarshal(scanner.Bytes(), &l) != nil {
			continue
		}
		if len(plans) == 0 {
			first = l.Frame
		}
		plans[l.Epoch] = l
	}
	return plans, first, scanner.Err()
}

// said reports whether anybody was let hear a track.
func (l line) said(track string) bool {
	for _, sources := range l.Hears {
		if slices.Contains(sources, track) {
			return true
		}
	}
	return false
}
