// Package hunttest has the people whom tests of hunts find.
package hunttest

import (
	"slices"
	"sync"
	"time"

	"sufler/routing"
	"sufler/routing/call"
	"sufler/routing/queue"
)

// Crew is queue.People in memory: everybody online with a phone and no desk. It
// learns who is busy from the calls.
type Crew struct {
	mu       sync.Mutex
	all      []queue.Candidate
	reserved map[routing.OperatorID]routing.PlaceID
	calls    map[routing.CallID][]routing.OperatorID // who rings or talks
	watchers map[int]func()
	next     int
}

// NewCrew makes a crew of nobody.
func NewCrew() *Crew {
	return &Crew{
		reserved: make(map[routing.OperatorID]routing.PlaceID), calls: make(map[routing.CallID][]routing.OperatorID),
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
			Online: true, Devices: routing.Devices{Phone: true, Extension: routing.Extension(phone)}, Free: true, IdleSince: time.Unix(int64(len(c.all)), 0),
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
	x.Free = x.Free && c.reserved[x.Operator.ID] == ""
	for _, busy := range c.calls {
		x.Free = x.Free && !slices.Contains(busy, x.Operator.ID)
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

// Reserve implements queue.People.
func (c *Crew) Reserve(id routing.OperatorID, place routing.PlaceID) bool {
	x, ok := c.Candidate(id)
	done := false
	c.change(func() {
		if ok && (x.Free || c.reserved[id] == place) {
			c.reserved[id] = place
			done = true
		}
	})
	return done
}

// Reserved is how many operators are held for a place.
func (c *Crew) Reserved() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.reserved)
}

// Release implements queue.People.
func (c *Crew) Release(id routing.OperatorID, place routing.PlaceID) {
	c.change(func() {
		if c.reserved[id] == place {
			delete(c.reserved, id)
		}
	})
}
