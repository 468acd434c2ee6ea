package people

import (
	"sufler/routing"
	"sufler/routing/capacity"
	"sufler/routing/queue"
)

// Policy is what the administrator has set for an operator.
type Policy struct {
	// AwayWeb and AwayForwarded say whether the operator, while away, is sent visitors
	// from the web, and those whom colleagues forward.
	AwayWeb, AwayForwarded bool
	// Misses is after how many offers in a row that the operator did not answer they
	// are set to pause; 0: never.
	Misses int
}

// DefaultPolicy is what holds until somebody sets something else.
var DefaultPolicy = Policy{AwayForwarded: true, Misses: 3}

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
	c := queue.Candidate{Operator: o, Person: p.personOfLocked(o)}
	if one := p.people[o.ID]; one != nil {
		c.Desk, c.Devices, c.IdleSince = one.work.desk, one.work.devices, one.work.idleSince
		c.StatusSince, c.WrapUpSince = one.work.statusSince, one.work.wrapUpSince
	}
	return c
}

// personOfLocked is an operator as the rules of capacity know them.
func (p *Presence) personOfLocked(o routing.Operator) capacity.Person {
	policy := p.policy(o)
	person := capacity.Person{Active: o.Active, Status: capacity.Offline, AwayWeb: policy.AwayWeb, AwayForwarded: policy.AwayForwarded}
	if one := p.people[o.ID]; one != nil && o.Active {
		person.Status, person.Load = one.work.status, one.work.load
	}
	return person
}

// Watch calls changed after anything of a candidate or a member has changed.
// changed must not block and must not change anything here.
func (p *Presence) Watch(changed func()) (stop func()) {
	return p.watch(watcher{changed: changed})
}

// Reserve holds an operator for a place if they can take it at this moment, or says
// why they cannot. Nothing changes when they are held for this very place.
func (p *Presence) Reserve(id routing.OperatorID, r queue.Reservation) (code capacity.Code) {
	o, known := p.directory.Operator(id)
	if !known || r.Place == "" {
		return capacity.OperatorInactive
	}
	p.change(func() {
		one := p.personLocked(id)
		if _, held := one.reserved[r.Place]; held {
			return
		}
		if code = capacity.CanTake(p.personOfLocked(o), r.Want); code == "" {
			one.reserved[r.Place] = r
		}
	})
	return code
}

// Release gives a reservation back; nothing happens when the place has none.
func (p *Presence) Release(id routing.OperatorID, place routing.PlaceID) {
	p.change(func() {
		if one := p.people[id]; one != nil {
			delete(one.reserved, place)
		}
	})
}

// Missed says that an operator did not answer what their desk has asked. After as
// many in a row as the policy says they are set to pause, unless they are in a call.
func (p *Presence) Missed(id routing.OperatorID) {
	o, known := p.directory.Operator(id)
	if !known {
		return
	}
	p.change(func() {
		one := p.personLocked(id)
		if one.chosen != Online || one.member.Call.ID != "" {
			return
		}
		one.missed++
		if most := p.policy(o).Misses; most > 0 && one.missed >= most {
			one.chosen, one.reason, one.missed, one.silenced = Pause, "", 0, true
		}
	})
}

// Answered says that an operator has answered what was asked, by yes or no.
func (p *Presence) Answered(id routing.OperatorID) {
	p.change(func() { p.personLocked(id).missed = 0 })
}
