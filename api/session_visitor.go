package api

import (
	"sufler/api/live"
	"sufler/routing"
	"sufler/routing/session"
)

// What a visitor's page reads of a session. Of an operator there is the public name and
// no id, of a supervisor nothing: entries and states come from mappings of their own.

// VisitorSession is a session as its visitor sees it.
type VisitorSession struct {
	ID          routing.SessionID `json:"id"`
	Kind        string            `json:"kind"`
	State       string            `json:"state" enum:"waiting,active,ended"`
	Place       int               `json:"place" doc:"In the queue, 1 is next; 0: not known."`
	WaitMS      *int64            `json:"wait_ms" doc:"The expected wait; null: not known."`
	Queue       routing.QueueName `json:"queue"`
	Operator    *PublicOperator   `json:"operator"`
	Reason      string            `json:"reason" doc:"Why it ended."`
	RequestedAt string            `json:"requested_at"`
	AcceptedAt  *string           `json:"accepted_at"`
	EndedAt     *string           `json:"ended_at"`
	N           uint64            `json:"n" doc:"The number of the newest entry."`
}

// PublicOperator is an operator as visitors may know them.
type PublicOperator struct {
	Name string `json:"name"`
}

func (s *Server) visitorSessionObject(v session.View) VisitorSession {
	o := VisitorSession{
		ID: v.ID, Kind: v.Channel.String(), Queue: v.Queue, RequestedAt: live.Stamp(v.Requested), AcceptedAt: stamp(v.Accepted), EndedAt: stamp(v.Ended),
		N: v.VisitorSeq,
	}
	switch v.State {
	case routing.SessionRequested, routing.SessionQueued:
		o.State, o.Place, o.WaitMS = "waiting", v.Position, waitMS(v.Wait)
	case routing.SessionActive:
		o.State = "active"
		if who, ok := s.opt.People.Operator(v.Operator); ok {
			o.Operator = &PublicOperator{Name: who.PublicName}
		}
	case routing.SessionWrapUp, routing.SessionClosed:
		o.State, o.Reason = "ended", session.ReasonFor(v.Outcome)
	}
	return o
}

// visitorEntry is an entry for a visitor.
func visitorEntry(t session.Told) Entry {
	role, name := session.AuthorOf(t.Entry)
	return Entry{N: t.N, At: live.Stamp(t.At), Kind: t.Kind, By: EntryBy{Role: role, Name: name}, Data: t.Data}
}

func visitorEntries(told []session.Told) []Entry {
	entries := make([]Entry, len(told))
	for i, t := range told {
		entries[i] = visitorEntry(t)
	}
	return entries
}
