package call

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"sync"

	"sufler/mixer"
	"sufler/routing"
)

// leg is a scripted leg: the test says what its far end does.
type leg struct {
	id       routing.LegID
	req      routing.DialRequest
	rig      *rig
	sink     func(routing.Signal)
	stubborn bool // does not end when it is hung up

	mu       sync.Mutex
	commands []routing.Command
	over     bool
	said     []mixer.PortID // every port that it had
}

func (l *leg) ID() routing.LegID { return l.id }

func (l *leg) Do(c routing.Command) {
	l.mu.Lock()
	l.commands = append(l.commands, c)
	l.mu.Unlock()
	l.rig.note(fmt.Sprintf("%s %s", l.name(), reflect.TypeOf(c).Name()))
	if h, ok := c.(routing.Hangup); ok && !l.stubborn {
		l.end(h.Cause)
	}
}

func (l *leg) name() string {
	return string(l.req.To.Person) + string(l.req.To.Phone) + l.req.To.Number
}

func (l *leg) say(e routing.LegEvent) {
	l.mu.Lock()
	over := l.over
	l.said = append(l.said, portIn(e))
	l.mu.Unlock()
	if !over {
		l.sink(routing.Signal{Leg: l.id, Event: e})
	}
}

// portIn is the port that an event names; 0: none.
func portIn(e routing.LegEvent) mixer.PortID {
	switch e := e.(type) {
	case routing.EarlyMedia:
		return e.Port
	case routing.Answered:
		return e.Port
	case routing.PortChanged:
		return e.Port
	case routing.MediaBack:
		return e.Port
	default:
		return 0
	}
}

func (l *leg) ports() []mixer.PortID {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.said)
}

// class is what the guard holds the leg to; who calls us as the client is Outside.
func (l *leg) class() mixer.Class { return cmp.Or(l.req.Class, mixer.Outside) }

func (l *leg) end(cause routing.Cause) {
	l.mu.Lock()
	over := l.over
	l.over = true
	l.mu.Unlock()
	if !over {
		l.sink(routing.Signal{Leg: l.id, Event: routing.Ended{Cause: cause, Text: "far end"}})
	}
}

func (l *leg) ended() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.over
}

func (l *leg) told(c routing.Command) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Contains(l.commands, c)
}
