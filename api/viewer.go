package api

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"sync"

	"sufler/api/live"
	"sufler/internal/clock"
	"sufler/routing"
	"sufler/routing/call"
	"sufler/routing/callback"
	"sufler/routing/people"
)

// viewAs is what a page shows; it decides which events it gets and what it may say.
type viewAs uint8

// The kinds of pages, as bits: a word may be for several.
const (
	deskView     viewAs = 1 << iota
	callbackView        // of a visitor who is to be phoned
	talkView            // of a visitor who talks by the page
	stageView
	visitorView // of whoever looks at a customer's page
)

// viewer is the page behind a connection: who reads it and what it was told last.
// An object that would look the same to its reader is not sent again, so that the
// moment of an event betrays nothing of what is kept from them either.
type viewer struct {
	s     *Server
	own   bool // the page is one of ours
	from  asking
	token string // the login's

	// Set by Hello, before the connection gets its first event.
	as       viewAs
	lang     string
	operator routing.OperatorID
	callback routing.CallbackID
	talk     routing.TalkID
	visitor  routing.VisitorID
	visit    visiting
	conn     *live.Conn // of a desk
	expiry   clock.Timer

	mu       sync.Mutex
	watching routing.CallID
	visitors list                       // that a desk shows
	opened   map[routing.SessionID]bool // sessions that a desk follows line by line
	// firstLive is the number of the first entry of each session that a visitor's page
	// was told live.
	firstLive map[routing.SessionID]uint64
	calls     map[routing.CallID]seenCall
	last      map[string]json.RawMessage // what was told last, by whom or what it is about
}

// news returns what a page is to be told about something, or nil when it would
// look the same to it as what it was told before.
func (v *viewer) news(about string, raw json.RawMessage) json.RawMessage {
	v.mu.Lock()
	defer v.mu.Unlock()
	if bytes.Equal(v.last[about], raw) {
		return nil
	}
	v.noteLocked(about, raw)
	return raw
}

func (v *viewer) noteLocked(about string, raw json.RawMessage) {
	if v.last == nil {
		v.last = map[string]json.RawMessage{}
	}
	v.last[about] = raw
}

// forget drops what was told of something that is over.
func (v *viewer) forget(about string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	delete(v.last, about)
}

// noteFirst remembers what a snapshot tells, unless a newer event is on its way.
func (v *viewer) noteFirst(about string, raw json.RawMessage) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if _, newer := v.last[about]; !newer {
		v.noteLocked(about, raw)
	}
}

// seenCall is a call as the page knows it.
type seenCall struct {
	snapshot    call.Snapshot
	supervision bool
	object      Call
	raw         json.RawMessage
}

// reader is the operator as they are now: rights that were taken away are gone.
func (v *viewer) reader() routing.Operator {
	o, _ := v.s.opt.People.Operator(v.operator)
	return o
}

// sees cuts a call to the page's reader; false when they may not see it.
func (v *viewer) sees(c call.Snapshot) (seenCall, bool) {
	seen := seenCall{snapshot: c}
	switch v.as {
	case deskView:
		o, object := v.reader(), v.s.objectOfCall(c)
		if people.Can(o, people.CallRead, object) != nil {
			return seen, false
		}
		seen.supervision = v.s.seesSupervisionIn(o, object)
	case stageView:
		if v.s.opt.Demo.Stage().Call != c.Call {
			return seen, false
		}
		seen.supervision = true
	default:
		return seen, false // a visitor is told nothing of a call ever
	}
	seen.object = callObject(c, seen.supervision)
	seen.raw = mustJSON(seen.object)
	return seen, true
}

// callChanged returns what the page is told of a call's change, or nil.
func (v *viewer) callChanged(c call.Snapshot) json.RawMessage {
	now, may := v.sees(c)
	v.mu.Lock()
	defer v.mu.Unlock()
	before, known := v.calls[c.Call]
	switch {
	case known && c.Version < before.snapshot.Version:
		return nil
	case !may && !known:
		return nil
	case !may: // it has passed to others: here it is over
		delete(v.calls, c.Call)
		return mustJSON(over(before.object, live.Stamp(v.s.opt.Clock.Now())))
	}
	if c.State == call.StateEnded {
		delete(v.calls, c.Call)
		return now.raw
	}
	v.rememberLocked(now)
	if known && bytes.Equal(before.raw, now.raw) {
		return nil
	}
	return now.raw
}

// over is a call as it ends for a page whose reader has no part in it any more.
func over(c Call, at string) Call {
	c.State, c.EndedAt, c.Hears = call.StateEnded.String(), &at, []Hears{}
	if c.Agent != nil {
		agent := *c.Agent
		agent.State = call.Gone.String()
		c.Agent = &agent
	}
	return c
}

func (v *viewer) rememberLocked(seen seenCall) {
	if v.calls == nil {
		v.calls = map[routing.CallID]seenCall{}
	}
	if seen.snapshot.Version >= v.calls[seen.snapshot.Call].snapshot.Version {
		v.calls[seen.snapshot.Call] = seen
	}
}

// metered returns the levels of a call if the page shows them.
func (v *viewer) metered(m call.Meter) json.RawMessage {
	v.mu.Lock()
	seen, known := v.calls[m.Call]
	watching := v.as == stageView || v.watching == m.Call
	v.mu.Unlock()
	if !known || !watching {
		return nil
	}
	return mustJSON(meterObject(m, shownParties(seen.snapshot, seen.supervision), seen.supervision))
}

func (v *viewer) memberChanged(m people.Member) json.RawMessage {
	if v.as != deskView {
		return nil
	}
	member, may := v.s.memberFor(v.reader(), m)
	if !may {
		return nil
	}
	return v.news(string(m.ID), mustJSON(member))
}

// colleagueChanged is what those who do not see the team are told of each other.
func (v *viewer) colleagueChanged(m people.Member) json.RawMessage {
	if v.as != deskView {
		return nil
	}
	c, may := v.s.colleagueFor(v.reader(), m)
	if !may {
		return nil
	}
	return v.news(colleagueKey(c.ID), mustJSON(c))
}

func (v *viewer) callbackChanged(view callback.View) json.RawMessage {
	if v.as != callbackView || v.callback != view.ID {
		return nil
	}
	return v.news(string(view.ID), mustJSON(visitorObject(view)))
}

// snapshotDesk is the whole state of the desk.
func (v *viewer) snapshotDesk() []live.Event {
	o, line := v.reader(), v.s.opt.Waiting.Snapshot()
	state := struct {
		Places []Place  `json:"places"`
		People []Member `json:"people"`
		// Colleagues are the other operators, for who does not see them as Members.
		Colleagues []Colleague `json:"colleagues"`
		Calls      []Call      `json:"calls"`
		Offers     []Offer     `json:"offers"`
		// Sessions are the person's own that are open, and those that they supervise.
		Sessions []Session `json:"sessions"`
	}{v.s.placesFor(o, line), v.snapshotMembers(o), v.snapshotColleagues(o), v.snapshotCalls(), v.s.offersFor(o, line), v.snapshotSessions()}
	return append([]live.Event{whole("desk.snapshot", mustJSON(state))}, v.snapshotSound()...)
}

// snapshotMembers notes what the page gets to know, unless a newer event is on its way.
func (v *viewer) snapshotMembers(o routing.Operator) []Member {
	members := v.s.membersFor(o)
	for _, m := range members {
		v.noteFirst(string(m.ID), mustJSON(m))
	}
	return members
}

func (v *viewer) snapshotColleagues(o routing.Operator) []Colleague {
	colleagues := []Colleague{}
	for _, m := range v.s.opt.Team.Members() {
		if c, may := v.s.colleagueFor(o, m); may {
			v.noteFirst(colleagueKey(c.ID), mustJSON(c))
			colleagues = append(colleagues, c)
		}
	}
	return colleagues
}

func colleagueKey(id routing.OperatorID) string { return "colleague " + string(id) }

func (v *viewer) snapshotCalls() []Call {
	calls := []Call{}
	for _, c := range v.s.opt.Calls.Running() {
		if seen, may := v.sees(c); may {
			calls = append(calls, seen.object)
			v.mu.Lock()
			v.rememberLocked(seen)
			v.mu.Unlock()
		}
	}
	return calls
}

func (v *viewer) snapshotStage() []live.Event {
	var events []live.Event
	for _, c := range v.snapshotCalls() {
		events = append(events, whole("call.changed", mustJSON(c)))
	}
	return events
}

// snapshotCallback tells its visitor what may have changed since hello was answered.
func (v *viewer) snapshotCallback(token string) func() []live.Event {
	return func() []live.Event {
		ctx, cancel := context.WithTimeout(context.Background(), requestLimit)
		defer cancel()
		view, err := v.s.opt.Callbacks.Get(ctx, v.callback, token)
		if err != nil {
			v.s.opt.Log.Warn("callback not read for its page", slog.Any("err", err))
			return nil
		}
		return []live.Event{whole("callback.changed", mustJSON(visitorObject(view)))}
	}
}

func whole(kind string, data json.RawMessage) live.Event {
	return live.Event{Kind: kind, For: func(*live.Conn) json.RawMessage { return data }}
}
