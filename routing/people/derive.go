package people

import (
	"slices"
	"time"

	"sufler/routing"
	"sufler/routing/call"
	"sufler/routing/capacity"
)

// part is an operator's part in a call that runs.
type part struct {
	in    call.Snapshot
	party call.Party
}

// deriveLocked brings everybody's member and work up to date and returns the
// members that changed, and whether anything did.
func (p *Presence) deriveLocked() (members []Member, changed bool) {
	now := p.clock.Now()
	parts := p.partsLocked()
	changed, p.replaced = p.replaced, false
	for _, o := range p.directory.Operators() {
		one := p.personLocked(o.ID)
		if !o.Active {
			one.member, one.work = Member{}, work{}
			continue
		}
		w := one.deriveWork(o, p.phones[o.Phone], parts[o.ID], now)
		m := one.deriveMember(o, w, p.phones[o.Phone] && o.Phone != "", parts[o.ID], now)
		if m != one.member {
			members = append(members, m)
		}
		changed = changed || m != one.member || w != one.work
		one.member, one.work = m, w
	}
	return members, changed
}

// partsLocked finds everybody's parts in calls, the one that is on the line before
// one that rings.
func (p *Presence) partsLocked() map[routing.OperatorID][]part {
	parts := make(map[routing.OperatorID][]part)
	for _, s := range p.calls {
		for _, party := range s.Parties {
			if party.Operator != "" && party.State != call.Away && party.State != call.Gone {
				parts[party.Operator] = append(parts[party.Operator], part{s, party})
			}
		}
	}
	for _, of := range parts {
		slices.SortFunc(of, func(a, b part) int {
			if onA, onB := a.party.State.Reached(), b.party.State.Reached(); onA != onB {
				if onA {
					return -1
				}
				return 1
			}
			return a.party.Since.Compare(b.party.Since)
		})
	}
	return parts
}

// deriveWork is what the queue sees.
func (one *person) deriveWork(o routing.Operator, registered bool, parts []part, now time.Time) work {
	w := work{
		desk: one.desks > 0, devices: one.devices(o, registered), idleSince: one.work.idleSince, statusSince: one.work.statusSince,
		wrapUpSince: one.wrapUpSince(),
	}
	w.status = one.present(o, w)
	_, w.load = one.load(o, parts)
	if w.status != one.work.status {
		w.statusSince = now
	}
	moved := one.moved(parts)
	if came := w.status == capacity.Online && one.work.status != capacity.Online; moved || came || w.idleSince.IsZero() {
		w.idleSince = now
	}
	return w
}

// present is the status as chosen, unless nothing reaches the person.
func (one *person) present(o routing.Operator, w work) capacity.Status {
	if !w.desk && (o.DeskOnly || !w.devices.Phone) {
		return capacity.Offline
	}
	switch one.chosen {
	case Online:
		return capacity.Online
	case Busy:
		return capacity.Busy
	default:
		return capacity.Pause
	}
}

// devices are those that are there and that the person answers on.
func (one *person) devices(o routing.Operator, registered bool) routing.Devices {
	return routing.Devices{
		Browser:   one.sound && one.desks > 0 && o.AnswerOn != routing.AnswerPhone,
		Phone:     registered && o.Phone != "" && o.AnswerOn != routing.AnswerBrowser,
		Extension: o.Phone,
		AnswerOn:  o.AnswerOn,
	}
}

func (one *person) deriveMember(o routing.Operator, w work, registered bool, parts []part, now time.Time) Member {
	m := Member{
		ID: o.ID, Name: o.Name, Rank: o.Rank, Robot: o.Robot, Phone: o.Phone, PhoneRegistered: registered,
		AnswerOn: o.AnswerOn, Sound: one.sound && w.desk, Chosen: one.chosen,
	}
	open, _ := one.load(o, parts)
	m.Chats, m.ChatLimit, m.WrapUps, m.WrapUpSince = open.Chats, open.ChatLimit(), open.WrapUps(), w.wrapUpSince
	m.Status, m.Apart = one.status(w, open, parts), one.status(w, open.Discreet(), apart(parts))
	if one.status(w, open, nil) == Pause {
		m.Reason, m.Unanswered = one.reason, one.silenced
	}
	if len(parts) > 0 {
		m.showCall(parts[0])
	}
	switch {
	case m.Status == one.member.Status && m.Call.ID == one.member.Call.ID:
		m.Since = one.member.Since // a line that breaks and comes back is no new status
	case len(parts) > 0:
	default:
		m.Since = now
	}
	return m
}

// status is what is shown of somebody: who has no room for a chat is busy by that, or
// has only an OK to give. An offer alone makes nobody busy.
func (one *person) status(w work, open capacity.Load, parts []part) Status {
	switch room := capacity.HasRoom(open, routing.ChatChannel); {
	case len(parts) > 0 && parts[0].party.State.Reached():
		return Talking
	case len(parts) > 0:
		return Ringing
	case w.status == capacity.Offline:
		return Offline
	case one.chosen != Online || room == "":
		return one.chosen
	case room == capacity.WrapUpOpen:
		return WrapUp
	}
	return Busy
}

// apart leaves out what somebody supervises.
func apart(parts []part) []part {
	return slices.DeleteFunc(slices.Clone(parts), func(p part) bool { return p.party.Role == routing.Supervisor })
}

// showCall fills in what a member shows of the call they are in.
func (m *Member) showCall(p part) {
	m.Since, m.Queue = p.party.Since, p.in.Queue
	m.Call = MemberCall{ID: p.in.Call, Since: p.in.StartedAt}
	if !p.in.TalkedAt.IsZero() {
		m.Call.Since = p.in.TalkedAt
	}
	if client, ok := p.in.Party(routing.Client); ok {
		m.Call.With, m.Call.Number = client.Name, client.Number
	}
	if s, ok := p.in.Party(routing.Supervisor); ok && s.State.Reached() && p.party.Role == routing.Agent {
		m.SupervisedBy = Prompter{ID: s.Operator, Name: s.Name, Mode: s.Mode, Since: s.Since}
	}
}
