package queue

import (
	"slices"
	"sync"
	"time"

	"sufler/routing"
	"sufler/routing/capacity"
)

// crew is People in memory.
type crew struct {
	mu       sync.Mutex
	all      []Candidate
	reserved map[routing.OperatorID]map[routing.PlaceID]Reservation
	watchers []func()
	missed   []routing.OperatorID
	answered []routing.OperatorID
}

// person is an operator with a registered phone and no desk, idle for the given
// time.
func person(name string, idle time.Duration, groups ...routing.GroupName) Candidate {
	return Candidate{
		Operator: routing.Operator{ID: routing.OperatorID(name), Name: name, Phone: routing.Extension("phone of " + name), Groups: groups, Active: true, AnswerOn: routing.AnswerBoth},
		Person:   capacity.Person{Active: true, Status: capacity.Online, Load: capacity.Load{Limit: 3}},
		Devices:  phoneOf(name), IdleSince: start.Add(-idle),
	}
}

func phoneOf(name string) routing.Devices {
	return routing.Devices{Phone: true, Extension: routing.Extension("phone of " + name), AnswerOn: routing.AnswerBoth}
}

// answering makes a person answer in one place only.
func answering(on routing.AnswerOn, c Candidate) Candidate {
	c.Operator.AnswerOn, c.Devices.AnswerOn = on, on
	c.Devices.Phone = c.Devices.Phone && on != routing.AnswerBrowser
	c.Devices.Browser = c.Devices.Browser && on != routing.AnswerPhone
	return c
}

func withDesk(c Candidate) Candidate   { c.Desk = true; return c }
func offline(c Candidate) Candidate    { c.Status = capacity.Offline; return c }
func busy(c Candidate) Candidate       { c.Whole = 1; return c }
func noPhone(c Candidate) Candidate    { c.Devices.Phone = false; return c }
func withSound(c Candidate) Candidate  { c.Devices.Browser = true; return c }
func onlyByDesk(c Candidate) Candidate { c.Operator.DeskOnly = true; return c }
func newCrew(all ...Candidate) *crew {
	return &crew{all: all, reserved: make(map[routing.OperatorID]map[routing.PlaceID]Reservation)}
}

func (c *crew) of(x Candidate) Candidate {
	for _, r := range c.reserved[x.Operator.ID] {
		if capacity.TakesWhole(r.Want.Channel) {
			x.Whole++
		} else {
			x.Chats++
		}
	}
	return x
}

func (c *crew) Candidates(groups []routing.GroupName) []Candidate {
	c.mu.Lock()
	defer c.mu.Unlock()
	var in []Candidate
	for _, x := range c.all {
		if rank(groups, x.Operator) < len(groups) {
			in = append(in, c.of(x))
		}
	}
	return in
}

func (c *crew) Candidate(id routing.OperatorID) (Candidate, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	i := slices.IndexFunc(c.all, func(x Candidate) bool { return x.Operator.ID == id })
	if i < 0 {
		return Candidate{}, false
	}
	return c.of(c.all[i]), true
}

func (c *crew) Watch(changed func()) func() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.watchers = append(c.watchers, changed)
	return func() {}
}

func (c *crew) Reserve(id routing.OperatorID, r Reservation) capacity.Code {
	c.mu.Lock()
	defer c.mu.Unlock()
	i := slices.IndexFunc(c.all, func(x Candidate) bool { return x.Operator.ID == id })
	if i < 0 {
		return capacity.OperatorInactive
	}
	if _, held := c.reserved[id][r.Place]; held {
		return ""
	}
	if code := capacity.CanTake(c.of(c.all[i]).Person, r.Want); code != "" {
		return code
	}
	if c.reserved[id] == nil {
		c.reserved[id] = make(map[routing.PlaceID]Reservation)
	}
	c.reserved[id][r.Place] = r
	c.changedLocked()
	return ""
}

func (c *crew) Release(id routing.OperatorID, place routing.PlaceID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, held := c.reserved[id][place]; held {
		delete(c.reserved[id], place)
		c.changedLocked()
	}
}

func (c *crew) Missed(id routing.OperatorID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.missed = append(c.missed, id)
}

func (c *crew) Answered(id routing.OperatorID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.answered = append(c.answered, id)
}

// set replaces an operator, or adds one.
func (c *crew) set(x Candidate) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all = slices.DeleteFunc(c.all, func(y Candidate) bool { return y.Operator.ID == x.Operator.ID })
	c.all = append(c.all, x)
	c.changedLocked()
}

func (c *crew) remove(id routing.OperatorID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all = slices.DeleteFunc(c.all, func(x Candidate) bool { return x.Operator.ID == id })
	c.changedLocked()
}

func (c *crew) reservations() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := 0
	for _, places := range c.reserved {
		n += len(places)
	}
	return n
}

func (c *crew) changedLocked() {
	for _, changed := range c.watchers {
		changed()
	}
}
