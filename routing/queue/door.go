package queue

import (
	"sufler/routing"
	"sufler/routing/capacity"
)

// Door is what a visitor finds who would come by a channel now.
type Door uint8

// The doors; zero is invalid on purpose.
const (
	DoorOpen   Door = iota + 1 // somebody can take them
	DoorBusy                   // somebody is there, and they would wait
	DoorClosed                 // nobody is there
)

func (d Door) String() string {
	names := [...]string{DoorOpen: "open", DoorBusy: "busy", DoorClosed: "closed"}
	if d == 0 || int(d) >= len(names) {
		return "invalid_door"
	}
	return names[d]
}

// DoorOf returns what those who serve a queue make of a channel.
func DoorOf(candidates []Candidate, channel routing.Channel) Door {
	want := capacity.Want{Channel: channel}
	door := DoorClosed
	for _, c := range candidates {
		switch {
		case isFree(c, want):
			return DoorOpen
		case capacity.IsThere(c.Person, false) == "" && reachOf(c, channel) != unreachable:
			door = DoorBusy
		}
	}
	return door
}
