// Package hunttest has the people whom tests of hunts find.
package hunttest

import (
	"slices"
	"sync"
	"time"

	"sufler/routing"
	"sufler/routing/call"
	"sufler/routing/capacity"
	"sufler/routing/queue"
)

// Crew is queue.People in memory: everybody online with a phone and no desk. It
// learns who is busy from the calls.
type Crew struct {
	mu       sync.Mutex
	all      []queue.Candidate
	reserved map[routing.OperatorID]queue.Reservation
	calls    map[routing.CallID][]routing.OperatorID // who rings or talks
	watchers map[int]func()
	next     int
}

// NewCrew makes a crew of nobody.
func NewCrew() *Crew {
	return &Crew{
		reserved: make(map[routing.OperatorID]queue.Reservation), calls: make(map[routing.CallID][]routing.OperatorID),
		watchers: make(map[int]func()),
	}
}

// Add adds an operator named by their phone: "101" is "op101", Anna 101.
func (c *Crew) Add(phone string) {
	c.change(func() {
		c.all = append(c.all, queue.Candidate{
			Operator: routing.Operator{
				ID: routing.OperatorID("op" + phone), Name: "Anna " + phone, PublicName: "Anna of Orders", Phone: routing.Extension(phone),
				Groups: []routing.GroupName{"orders"}, Active: true, Language: "cs",
			},
			Person:  capacity.Person{Active: true, Status: capacity.Online},
			Devices: routing.Devices{Phone: true, Extension: routing.Extension(phone)}, IdleSince: time.Unix(int64(len(c.all)), 0),
		})
	})
}

// Set changes an operator.
func (c *Crew) Set(phone string, f func(*queue.Candidate)) {
	c.change(func() {
		for i := range c.all {
			if c.all[i].Operator.Phone == routing.Extension(phone) {
				f(&c.all[i])
			}
		}
	})
}

func (c *Crew) change(f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f()
	for _, changed := range c.watchers {
		changed()
	}
}

// ReleaseAll forgets what a dead process held.
func (c *Crew) ReleaseAll() {
	c.change(func() {
		clear(c.reserved)
		clear(c.calls)
	})
}

// CallChanged makes those busy who ring or talk.
func (c *Crew) CallChanged(s call.Snapshot) {
	c.change(func() {
		delete(c.calls, s.Call)
		for _, p := range s.Parties {
			if p.Operator != "" && p.State != call.Away && p.State != call.Gone {
				c.calls[s.Call] = append(c.calls[s.Call], p.Operator)
			}
		}
	})
}

func (c *Crew) seen(x queue.Candidate) queue.Candidate {
	if c.reserved[x.Operator.ID].Place != "" {
		x.Whole++
	}
	for _, busy := range c.calls {
		if slices.Contains(busy, x.Operator.ID) {
			x.Whole++
		}
	}
	return x
}

// Candidates implements queue.People; everybody is in every group.
func (c *Crew) Candidates([]routing.GroupName) []queue.Candidate {
	c.mu.Lock()
	defer c.mu.Unlock()
	var all []queue.Candidate
	for _, x := range c.all {
		all = append(all, c.seen(x))
	}
	return all
}

// Candidate implements queue.People.
func (c *Crew) Candidate(id routing.OperatorID) (queue.Candidate, bool) {
	for _, x := range c.Candidates(nil) {
		if x.Operator.ID == id {
			return x, true
		}
	}
	return queue.Candidate{}, false
}

// Watch implements queue.People.
func (c *Crew) Watch(changed func()) func() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.next++
	id := c.next
	c.watchers[id] = changed
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.watchers, id)
	}
}

// Reserve implements queue.People, for one place at a time.
func (c *Crew) Reserve(id routing.OperatorID, r queue.Reservation) (code capacity.Code) {
	x, ok := c.Candidate(id)
	c.change(func() {
		switch {
		case !ok:
			code = capacity.OperatorInactive
		case c.reserved[id].Place == r.Place:
		default:
			if code = capacity.CanTake(x.Person, r.Want); code == "" {
				c.reserved[id] = r
			}
		}
	})
	return code
}

// Missed implements queue.People.
func (c *Crew) Missed(routing.OperatorID) {}

// Answered implements queue.People.
func (c *Crew) Answered(routing.OperatorID) {}

// Reserved is how many operators are held for a place.
func (c *Crew) Reserved() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.reserved)
}

// Release implements queue.People.
func (c *Crew) Release(id routing.OperatorID, place routing.PlaceID) {
	c.change(func() {
		if c.reserved[id].Place == place {
			delete(c.reserved, id)
		}
	})
}
