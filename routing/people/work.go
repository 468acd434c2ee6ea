package people

import (
	"sufler/routing"
	"sufler/routing/queue"
)

// Candidates returns every active operator who is in at least one of the groups.
func (p *Presence) Candidates(groups []routing.GroupName) []queue.Candidate {
	operators := p.directory.Operators()
	p.mu.RLock()
	defer p.mu.RUnlock()
	var found []queue.Candidate
	for _, o := range operators {
		if o.Active && share(o.Groups, groups) {
			found = append(found, p.candidateLocked(o))
		}
	}
	return found
}

// Candidate returns one operator; false when there is no such active person.
func (p *Presence) Candidate(id routing.OperatorID) (queue.Candidate, bool) {
	o, known := p.directory.Operator(id)
	if !known || !o.Active {
		return queue.Candidate{}, false
	}
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.candidateLocked(o), true
}

func (p *Presence) candidateLocked(o routing.Operator) queue.Candidate {
	c := queue.Candidate{Operator: o}
	if one := p.people[o.ID]; one != nil {
		c.Online, c.Desk, c.Devices = one.work.online, one.work.desk, one.work.devices
		c.Free, c.IdleSince = one.work.free, one.work.idleSince
	}
	return c
}

// Watch calls changed after anything of a candidate or a member has changed.
// changed must not block and must not change anything here.
func (p *Presence) Watch(changed func()) (stop func()) {
	return p.watch(watcher{changed: changed})
}

// Reserve takes a free operator for a place. It is true also when the operator is
// reserved for this very place.
func (p *Presence) Reserve(id routing.OperatorID, place routing.PlaceID) (taken bool) {
	p.change(func() {
		one := p.people[id]
		if one == nil || place == "" {
			return
		}
		if one.reserved == "" && one.work.free {
			one.reserved = place
		}
		taken = one.reserved == place
	})
	return taken
}

// Release gives a reservation back; nothing happens when the place has none.
func (p *Presence) Release(id routing.OperatorID, place routing.PlaceID) {
	p.change(func() {
		if one := p.people[id]; one != nil && one.reserved == place {
			one.reserved = ""
		}
	})
}
