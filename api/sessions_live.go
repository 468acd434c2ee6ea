package api

import (
	"context"
	"encoding/json"
	"log/slog"

	"sufler/api/live"
	"sufler/routing"
	"sufler/routing/people"
	"sufler/routing/session"
)

// This file is sessions on the WebSocket: what pages are told and what they say.

// sessionChanged tells pages what has happened to a session.
func (s *Server) sessionChanged(e session.Event) {
	switch e := e.(type) {
	case session.Changed:
		s.sessionTold(e.View)
	case session.Added:
		s.entryAdded(e)
	case session.Drafted:
		draft := mustJSON(struct {
			Session routing.SessionID `json:"session"`
			Text    string            `json:"text"`
		}{e.View.ID, e.Text})
		s.publish(live.Event{Kind: "draft.changed", Passing: true, To: readersOf(e.View)}, func(v *viewer) json.RawMessage {
			return onlyFor(v.reads(e.View), draft)
		})
	case session.Typed:
		typing := mustJSON(struct {
			On bool `json:"on"`
		}{e.On})
		s.publish(live.Event{Kind: "operator.typing", To: []live.Topic{aboutVisitor(e.View.Visitor)}}, func(v *viewer) json.RawMessage {
			return onlyFor(v.as == visitorView, typing)
		})
	}
}

// readersOf are the pages that follow a session line by line: its operator's, and those
// that have opened it.
func readersOf(v session.View) []live.Topic {
	topics := []live.Topic{aboutSession(v.ID)}
	if v.Operator != "" {
		topics = append(topics, desksOf(v.Operator))
	}
	return topics
}

// sessionTold tells the desks and the visitor how a session is now.
func (s *Server) sessionTold(view session.View) {
	s.handed.follow(view, s.nameOf(view.From))
	s.tell("session.changed", func(v *viewer) json.RawMessage { return v.sessionChanged(view) }, desks)
	s.tell("session.left", func(v *viewer) json.RawMessage { return v.sessionLeft(view) }, desks)
	if view.Visitor == "" || !isWritten(view.Channel) {
		return
	}
	shown := mustJSON(s.visitorSessionObject(view))
	s.tell("session.changed", func(v *viewer) json.RawMessage {
		if v.as != visitorView {
			return nil
		}
		return v.news(string(view.ID), shown)
	}, aboutVisitor(view.Visitor))
}

// isWritten tells whether visitor and operator write to one another.
func isWritten(c routing.Channel) bool {
	return c == routing.ChatChannel || c == routing.InvitationChannel
}

// entryAdded tells an entry to each reader as they may read it.
func (s *Server) entryAdded(e session.Added) {
	staff := mustJSON(struct {
		Session routing.SessionID `json:"session"`
		Entry   Entry             `json:"entry"`
	}{e.View.ID, s.entryObject(e.Staff)})
	s.tell("entry.added", func(v *viewer) json.RawMessage { return onlyFor(v.reads(e.View), staff) }, readersOf(e.View)...)
	if e.Visitor.N == 0 || e.View.Visitor == "" || !isWritten(e.View.Channel) {
		return
	}
	visitor := mustJSON(struct {
		Entry Entry `json:"entry"`
	}{visitorEntry(e.Visitor)})
	s.tell("entry.added", func(v *viewer) json.RawMessage {
		return onlyFor(v.as == visitorView && v.follows(e.View.ID, e.Visitor.N), visitor)
	}, aboutVisitor(e.View.Visitor))
}

// lists reports whether a desk has a session among those that it shows: its person's
// own, those of the groups that they supervise, and what the page has opened.
func (v *viewer) lists(view session.View) bool {
	o := v.reader()
	open := view.State == routing.SessionActive || view.State == routing.SessionWrapUp
	switch {
	case v.as != deskView || !o.Active:
		return false
	case open && view.Operator == o.ID:
		return true
	case v.hasOpened(view.ID) && v.mayRead(view):
		return true
	}
	return view.State == routing.SessionActive && o.Rank != routing.RankOperator &&
		people.Can(o, people.SessionRead, v.s.objectOfSession(o, view.Session)) == nil
}

// mayRead reports whether a desk's person may read a session: of one that waits,
// whoever has the preview.
func (v *viewer) mayRead(view session.View) bool {
	o := v.reader()
	object := v.s.objectOfSession(o, view.Session)
	if people.Can(o, people.SessionRead, object) == nil {
		return true
	}
	return view.State == routing.SessionQueued && people.Can(o, people.WaitingPreview, object) == nil
}

// reads reports whether a page gets a session's entries.
func (v *viewer) reads(view session.View) bool {
	if v.as != deskView || !v.reader().Active {
		return false
	}
	return view.Operator == v.operator || v.hasOpened(view.ID) && v.mayRead(view)
}

// sessionChanged returns what a desk is told of a session's change, or nil.
func (v *viewer) sessionChanged(view session.View) json.RawMessage {
	if !v.lists(view) {
		return nil
	}
	return v.news(string(view.ID), mustJSON(v.s.sessionObject(view, v.seesNumber(view))))
}

// sessionLeft tells a desk that a session is none of those any more that it shows.
func (v *viewer) sessionLeft(view session.View) json.RawMessage {
	if v.as != deskView || v.lists(view) || !v.knows(string(view.ID)) {
		return nil
	}
	v.forget(string(view.ID))
	return mustJSON(struct {
		ID routing.SessionID `json:"id"`
	}{view.ID})
}

// seesNumber: the number of somebody who waits is not for everybody who sees them.
func (v *viewer) seesNumber(view session.View) bool {
	return view.State != routing.SessionQueued || v.s.maySeeNumberIn(v.reader(), view.Queue)
}

func (v *viewer) knows(about string) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	_, known := v.last[about]
	return known
}

func (v *viewer) hasOpened(id routing.SessionID) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.opened[id]
}

// follows notes that a visitor's page gets an entry live: what its snapshot tells ends
// before the first of them.
func (v *viewer) follows(id routing.SessionID, n uint64) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.firstLive[id] == 0 {
		if v.firstLive == nil {
			v.firstLive = map[routing.SessionID]uint64{}
		}
		v.firstLive[id] = n
	}
	return true
}

// streamFor is the snapshot of a visitor's page: the entries after a number, once and
// in order, and how the session is.
func (v *viewer) streamFor(since uint64) func() []live.Event {
	return func() []live.Event {
		ctx, cancel := context.WithTimeout(context.Background(), requestLimit)
		defer cancel()
		view, found, err := v.s.opt.Sessions.OfVisitor(ctx, v.visitor)
		if err != nil || !found {
			return nil
		}
		told, err := v.s.opt.Sessions.Entries(ctx, view.ID, session.Visitor, since)
		if err != nil {
			v.s.opt.Log.Warn("session not read for its page", slog.Any("err", err))
		}
		v.mu.Lock()
		first := v.firstLive[view.ID]
		v.mu.Unlock()
		var events []live.Event
		for _, t := range told {
			if first == 0 || t.N < first {
				events = append(events, whole("entry.added", mustJSON(struct {
					Entry Entry `json:"entry"`
				}{visitorEntry(t)})))
			}
		}
		shown := mustJSON(v.s.visitorSessionObject(view))
		v.noteFirst(string(view.ID), shown)
		return append(events, whole("session.changed", shown))
	}
}

// snapshotSessions are the sessions that a desk shows.
func (v *viewer) snapshotSessions() []Session {
	ctx, cancel := context.WithTimeout(context.Background(), requestLimit)
	defer cancel()
	all, err := v.s.opt.Sessions.Open(ctx)
	if err != nil {
		v.s.opt.Log.Warn("sessions not read for a desk", slog.Any("err", err))
	}
	sessions := []Session{}
	for _, view := range all {
		if v.lists(view) {
			o := v.s.sessionObject(view, v.seesNumber(view))
			v.noteFirst(string(view.ID), mustJSON(o))
			sessions = append(sessions, o)
		}
	}
	return sessions
}

type (
	openData struct {
		Session routing.SessionID `json:"session"`
		Since   uint64            `json:"since"`
	}
	opened struct {
		Session Session `json:"session"`
		Entries []Entry `json:"entries"`
		Draft   string  `json:"draft"`
	}
	sayData struct {
		Session routing.SessionID `json:"session"`
		ID      string            `json:"id"`
		Text    string            `json:"text"`
	}
	seenData struct {
		Session routing.SessionID `json:"session"`
		N       uint64            `json:"n"`
	}
	typingData struct {
		Session routing.SessionID `json:"session"`
		On      bool              `json:"on"`
	}
	draftData struct {
		Text string `json:"text"`
	}
	numbered struct {
		N uint64 `json:"n"`
	}
)

// openSession lets a page follow a session line by line.
func (v *viewer) openSession(ctx context.Context, data openData) (any, error) {
	view, err := v.s.sessionOf(ctx, data.Session)
	if err != nil {
		return nil, err
	}
	if !v.mayRead(view) {
		return nil, routing.Refuse(routing.NotFound, "session_unknown")
	}
	v.setOpened(view.ID, true)
	v.conn.Join(aboutSession(view.ID))
	told, err := v.s.opt.Sessions.Entries(ctx, view.ID, session.Staff, data.Since)
	if err != nil {
		return nil, err
	}
	if now, err := v.s.opt.Sessions.Get(ctx, view.ID); err == nil {
		view = now
	}
	return opened{Session: v.s.sessionObject(view, v.seesNumber(view)), Entries: v.s.entryObjects(told), Draft: view.Draft}, nil
}

// shutSession ends that.
func (v *viewer) shutSession(_ context.Context, data openData) (any, error) {
	v.setOpened(data.Session, false)
	v.conn.Part(aboutSession(data.Session))
	return nil, nil
}

// mostOpened is how many sessions a page follows at a time.
const mostOpened = 50

func (v *viewer) setOpened(id routing.SessionID, open bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if !open {
		delete(v.opened, id)
		return
	}
	if v.opened == nil {
		v.opened = map[routing.SessionID]bool{}
	}
	if len(v.opened) < mostOpened {
		v.opened[id] = true
	}
}

func (v *viewer) chatSay(ctx context.Context, data sayData) (any, error) {
	var n uint64
	var err error
	if v.as == visitorView {
		n, err = v.s.sayOfVisitor(ctx, v.visitor, data.ID, data.Text)
	} else {
		n, err = v.s.opt.Sessions.Say(ctx, session.Message{Session: data.Session, Operator: v.reader(), ID: data.ID, Text: data.Text})
	}
	if err != nil {
		return nil, err
	}
	return numbered{N: n}, nil
}

func (v *viewer) chatSeen(ctx context.Context, data seenData) (any, error) {
	m := session.Message{Session: data.Session, Operator: v.reader()}
	if v.as == visitorView {
		view, found, err := v.s.opt.Sessions.OfVisitor(ctx, v.visitor)
		if err != nil || !found {
			return nil, err
		}
		m = session.Message{Session: view.ID, Visitor: v.visitor}
	}
	return nil, v.s.opt.Sessions.Read(ctx, m, data.N)
}

func (v *viewer) chatTyping(ctx context.Context, data typingData) (any, error) {
	return nil, v.s.opt.Sessions.Typing(ctx, data.Session, v.operator, data.On)
}

func (v *viewer) chatDraft(ctx context.Context, data draftData) (any, error) {
	return nil, v.s.opt.Sessions.Draft(ctx, v.visitor, data.Text)
}
