package queue

import (
	"testing"

	"sufler/routing"
	"sufler/routing/capacity"
)

// M025, I009: whoever is away and may not be sent visitors is nobody for them.
func TestTheDoorIsAsThoseAreWhoServe(t *testing.T) {
	person := func(status capacity.Status, chats int, awayWeb bool) Candidate {
		return Candidate{
			Operator: routing.Operator{DeskOnly: true}, Desk: true, Devices: routing.Devices{Browser: true},
			Person: capacity.Person{Active: true, Status: status, AwayWeb: awayWeb, Load: capacity.Load{Limit: 2, Chats: chats}},
		}
	}
	free, full, one, away := person(capacity.Online, 0, false), person(capacity.Online, 2, false), person(capacity.Online, 1, false), person(capacity.Pause, 0, false)
	silent := free
	silent.Devices.Browser = false
	for name, c := range map[string]struct {
		who     []Candidate
		channel routing.Channel
		want    Door
	}{
		"nobody":                     {nil, routing.ChatChannel, DoorClosed},
		"somebody free":              {[]Candidate{full, free}, routing.ChatChannel, DoorOpen},
		"room for one more chat":     {[]Candidate{one}, routing.ChatChannel, DoorOpen},
		"none for a talk beside it":  {[]Candidate{one}, routing.VoiceChannel, DoorBusy},
		"all full":                   {[]Candidate{full, away}, routing.ChatChannel, DoorBusy},
		"away":                       {[]Candidate{away}, routing.ChatChannel, DoorClosed},
		"away and may be sent some":  {[]Candidate{person(capacity.Pause, 0, true)}, routing.ChatChannel, DoorOpen},
		"nothing that could ring":    {[]Candidate{silent}, routing.VoiceChannel, DoorClosed},
		"writes without any of that": {[]Candidate{silent}, routing.ChatChannel, DoorOpen},
	} {
		if got := DoorOf(c.who, c.channel); got != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
}
