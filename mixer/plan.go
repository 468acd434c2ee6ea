package mixer

import (
	"iter"
	"slices"
	"time"
)

// FrameTime is the length of one frame; the sound plane ticks at this pace.
const FrameTime = 20 * time.Millisecond

// MaxPorts is the number of ports one bus can hold.
const MaxPorts = 32

// PortID names a port, and a source of sound, for the life of the process. It is
// never used again, so provenance written into a buffer stays true.
type PortID uint64

// CallID names the call that a bus belongs to. The mixer only compares it.
type CallID string

// Class is what the guard holds a port to; a port keeps it for life.
type Class uint8

// The classes; zero is invalid on purpose and is neither heard nor spoken to.
const (
	// Outside is a person who must never hear the prompter unasked: client,
	// consulted, trunk.
	Outside Class = iota + 1
	// Staff is an operator of ours.
	Staff
	// Hidden is a supervisor or trainee: silence for Outside without a grant.
	Hidden
	// Source is music, an announcement, a ringback tone; it has no ear.
	Source
)

func (c Class) String() string {
	names := [...]string{Outside: "outside", Staff: "staff", Hidden: "hidden", Source: "source"}
	if c == 0 || int(c) >= len(names) {
		return "invalid_class"
	}
	return names[c]
}

// Plan is the whole truth about who hears whom in one call from the next frame
// on. It replaces the plan before it; nothing is patched.
type Plan struct {
	Call  CallID
	Epoch uint64 // grows with every plan of the call; an old one is refused
	Rows  []Row
	// Digits says to whom telephone digits of a port are passed on.
	Digits []Row
	Grants []Grant
	// Tracks names the ports whose sound is captured; empty: nothing is recorded.
	Tracks []Track
}

// Row lists the sources that one listener hears. A port of the call that is in
// no row, as listener, gets constant silence.
type Row struct {
	Listener PortID
	Sources  []PortID
}

// Grant lets a Hidden port be heard by Outside ports of one call. Only the barge
// and take-over path issues it, after its audit row is on disk; it holds for
// exactly the plan of its epoch.
type Grant struct {
	Port  PortID
	Call  CallID
	Epoch uint64
}

// Track asks for the capture of one port under a name that the record keeps.
type Track struct {
	Port PortID
	Name string // the party's id
}

// ports iterates over every port that the plan names.
func (p Plan) ports() iter.Seq[PortID] {
	return func(yield func(PortID) bool) {
		seen := make(map[PortID]bool)
		each := func(id PortID) bool {
			if seen[id] {
				return true
			}
			seen[id] = true
			return yield(id)
		}
		for _, rows := range [][]Row{p.Rows, p.Digits} {
			for _, row := range rows {
				if !each(row.Listener) {
					return
				}
				for _, source := range row.Sources {
					if !each(source) {
						return
					}
				}
			}
		}
		for _, track := range p.Tracks {
			if !each(track.Port) {
				return
			}
		}
	}
}

// clone copies a plan whole: what crosses the seam is a value, and whoever sent it
// may go on with his slices.
func (p Plan) clone() Plan {
	p.Rows, p.Digits = cloneRows(p.Rows), cloneRows(p.Digits)
	p.Grants, p.Tracks = slices.Clone(p.Grants), slices.Clone(p.Tracks)
	return p
}

func cloneRows(rows []Row) []Row {
	rows = slices.Clone(rows)
	for i := range rows {
		rows[i].Sources = slices.Clone(rows[i].Sources)
	}
	return rows
}
