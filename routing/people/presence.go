package people

import (
	"cmp"
	"maps"
	"slices"
	"sync"
	"time"

	"sufler/internal/clock"
	"sufler/routing"
	"sufler/routing/call"
	"sufler/routing/capacity"
	"sufler/routing/queue"
)

// Presence is the one owner of how everybody is doing now. It is told of desks,
// phones and calls, and derives everything else from them at once: a member's
// status, who can be offered work, since when. All methods may be called from any
// goroutine and none waits for anything outside.
type Presence struct {
	directory *Directory
	clock     clock.Clock
	policy    func(routing.Operator) Policy
	stop      func() // of watching the directory

	// telling is held over a change and the telling of it, so that watchers hear
	// of changes in order. Watchers may read, but not change, from within.
	telling sync.Mutex

	mu       sync.RWMutex
	people   map[routing.OperatorID]*person
	phones   map[routing.Extension]bool       // registered
	calls    map[routing.CallID]call.Snapshot // that run
	replaced bool                             // the directory changed since the last derivation
	watchers map[int]watcher
	watched  int
}

var _ queue.People = (*Presence)(nil)

// person is what was told of one operator, and what was derived from it last.
type person struct {
	desks    int
	sound    bool
	chosen   Status
	reason   string // of a pause
	missed   int    // offers in a row
	silenced bool   // the pause is ours: they did not answer
	reserved map[routing.PlaceID]queue.Reservation
	open     []OpenSession
	talked   map[routing.CallID]bool    // calls that run in which the person has talked
	served   map[routing.SessionID]bool // open, at the last derivation

	member Member
	work   work
}

// work is what the queue wants to know beyond the operator.
type work struct {
	status      capacity.Status
	load        capacity.Load
	desk        bool
	devices     routing.Devices
	idleSince   time.Time
	statusSince time.Time
	wrapUpSince time.Time
}

// watcher is told of members, or only that something has changed.
type watcher struct {
	member  func(Member)
	changed func()
}

// PresenceOptions are what a Presence works with.
type PresenceOptions struct {
	Directory *Directory
	Clock     clock.Clock
	// Policy is what the administrator has set for an operator; nil: DefaultPolicy for
	// everybody. It must not block and must not ask the Presence.
	Policy func(routing.Operator) Policy
}

// NewPresence begins with everybody away. Its owner ends it with Close.
func NewPresence(o PresenceOptions) *Presence {
	p := &Presence{
		directory: o.Directory, clock: o.Clock, policy: o.Policy,
		people: make(map[routing.OperatorID]*person), phones: make(map[routing.Extension]bool),
		calls: make(map[routing.CallID]call.Snapshot), watchers: make(map[int]watcher),
	}
	if p.policy == nil {
		p.policy = func(routing.Operator) Policy { return DefaultPolicy }
	}
	p.stop = o.Directory.Watch(p.PolicyChanged)
	p.PolicyChanged()
	return p
}

// PolicyChanged says that what the administrator has set is another now: people, or
// what Policy says of them.
func (p *Presence) PolicyChanged() { p.change(func() { p.replaced = true }) }

// Close stops listening to the directory.
func (p *Presence) Close() { p.stop() }

// DeskOpened says that one more page of an operator's desk is connected.
func (p *Presence) DeskOpened(id routing.OperatorID) {
	p.change(func() { p.personLocked(id).desks++ })
}

// DeskClosed says that one page less is connected.
func (p *Presence) DeskClosed(id routing.OperatorID) {
	p.change(func() {
		one := p.personLocked(id)
		one.desks = max(0, one.desks-1)
	})
}

// SetSound says whether a page of an operator's desk holds the sound, so that
// calls can ring there.
func (p *Presence) SetSound(id routing.OperatorID, held bool) {
	p.change(func() { p.personLocked(id).sound = held })
}

// Devices is where an operator can be rung now, by their own choice. It refuses
// with "operator_unknown" for who is nobody of ours or not active.
func (p *Presence) Devices(id routing.OperatorID) (routing.Devices, error) {
	p.mu.RLock()
	defer p.mu.RUnlock()
	if one := p.people[id]; one != nil && one.member.ID != "" {
		return one.work.devices, nil
	}
	return routing.Devices{}, routing.Refuse(routing.NotFound, "operator_unknown")
}

// SetStatus is an operator's choice: Online, Busy or Pause, which may have a reason.
// Others are refused with code "status_unknown", a reason that is no line of text
// with "request_invalid" (at).
func (p *Presence) SetStatus(id routing.OperatorID, s Status, reason string) error {
	if s != Online && s != Busy && s != Pause {
		return routing.Refuse(routing.Invalid, "status_unknown", "status", s.String())
	}
	reason, err := tidyReason(reason)
	if err != nil {
		return err
	}
	if _, known := p.directory.Operator(id); !known {
		return routing.Refuse(routing.NotFound, "operator_unknown")
	}
	p.change(func() { p.personLocked(id).choose(s, reason) })
	return nil
}

// SessionsChanged says which sessions of an operator are open: all that they have
// taken and not confirmed with OK. Those of one operator come in order.
func (p *Presence) SessionsChanged(id routing.OperatorID, open []OpenSession) {
	p.change(func() { p.personLocked(id).open = slices.Clone(open) })
}

// PhoneChanged says whether a phone is registered.
func (p *Presence) PhoneChanged(phone routing.Extension, registered bool) {
	p.change(func() {
		if registered {
			p.phones[phone] = true
		} else {
			delete(p.phones, phone)
		}
	})
}

// CallChanged takes a call's newest snapshot: who rings, talks, supervises, and
// when that is over. Snapshots of one call come in order.
func (p *Presence) CallChanged(s call.Snapshot) {
	p.change(func() {
		if s.State == call.StateEnded {
			delete(p.calls, s.Call)
		} else {
			p.calls[s.Call] = s
		}
	})
}

// Members returns everybody who is active, by name.
func (p *Presence) Members() []Member {
	p.mu.RLock()
	defer p.mu.RUnlock()
	members := make([]Member, 0, len(p.people))
	for _, one := range p.people {
		if one.member.ID != "" {
			members = append(members, one.member)
		}
	}
	slices.SortFunc(members, func(a, b Member) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	return members
}

// Member returns one member; false when there is no such active person.
func (p *Presence) Member(id routing.OperatorID) (Member, bool) {
	p.mu.RLock()
	defer p.mu.RUnlock()
	one := p.people[id]
	if one == nil || one.member.ID == "" {
		return Member{}, false
	}
	return one.member, true
}

// WatchMembers calls told with each member after it has changed, in order, until
// stop is called. told must not block and must not change anything here.
func (p *Presence) WatchMembers(told func(Member)) (stop func()) {
	return p.watch(watcher{member: told})
}

func (p *Presence) watch(w watcher) (stop func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.watched++
	n := p.watched
	p.watchers[n] = w
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.watchers, n)
	}
}

// change does something to what was told, derives the rest and tells the watchers.
func (p *Presence) change(do func()) {
	p.telling.Lock()
	defer p.telling.Unlock()
	p.mu.Lock()
	do()
	members, changed := p.deriveLocked()
	watchers := slices.Collect(maps.Values(p.watchers))
	p.mu.Unlock()
	for _, w := range watchers {
		if w.changed != nil && changed {
			w.changed()
		}
		for _, m := range members {
			if w.member != nil {
				w.member(m)
			}
		}
	}
}

func (p *Presence) personLocked(id routing.OperatorID) *person {
	one := p.people[id]
	if one == nil {
		one = &person{
			chosen: Online, reserved: make(map[routing.PlaceID]queue.Reservation),
			talked: make(map[routing.CallID]bool), served: make(map[routing.SessionID]bool),
		}
		p.people[id] = one
	}
	return one
}
