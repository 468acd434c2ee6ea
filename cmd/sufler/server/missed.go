package server

import (
	"context"
	"sync"
	"time"

	"sufler/routing"
	"sufler/routing/call"
	"sufler/routing/callback"
	"sufler/routing/dialplan"
	"sufler/routing/missed"
	"sufler/routing/offline"
)

// startMissed opens the list of the missed, and the form that adds to it.
func (s *Server) startMissed(context.Context) error {
	s.missed = missed.New(missed.Options{Store: s.store, Clock: s.clock, Log: s.Log, Metrics: missed.NewMetrics(s.registry)})
	s.atClose(s.missed.Close)
	s.offline = offline.New(offline.Options{
		Store: s.store, Missed: s.missed, Mail: s.mail, Writer: s.writer(), Numbers: numbersOf(&s.Config), Zone: time.Local, Clock: s.clock, Log: s.Log,
	})
	talks := &reached{tell: s.missed.Reached, numbers: numbersOf(&s.Config), told: make(map[routing.CallID]bool)}
	stop := s.Calls.Watch(talks.watch)
	s.atClose(func(context.Context) { stop() })
	return nil
}

// missCallback puts on the list who asked to be phoned and was talked to by nobody.
func (s *Server) missCallback(v callback.View) {
	if reason, ok := whyMissed(v); ok {
		s.missed.Add(routing.Missed{
			// The same whoever tells it, so that nobody is on the list twice.
			ID: routing.MissedID(v.ID), Reason: reason, Channel: routing.CallbackChannel, Queue: v.Queue, Session: v.Session,
			Name: v.Name, Phone: v.Number, At: v.EndedAt,
		})
	}
}

// whyMissed is why the visitor of a callback is to be seen to; false: they are not.
func whyMissed(v callback.View) (routing.MissedReason, bool) {
	if v.State != callback.ViewEnded {
		return 0, false
	}
	switch v.Reason {
	case callback.ReasonTalked, callback.ReasonCancelled:
		return 0, false
	case callback.ReasonNobodyFree:
		// Of a talk that lost its operator, too: the visitor waited for the next one in vain.
		return routing.MissedNoAnswer, true
	case callback.ReasonInterrupted:
		return routing.MissedInterrupted, true
	}
	return routing.MissedNotReached, true
}

// reached tells the list of the missed to whom somebody of ours has talked, once for
// each call.
type reached struct {
	tell    func(routing.Contact, time.Time)
	numbers dialplan.Numbers

	mu   sync.Mutex
	told map[routing.CallID]bool // of calls that run
}

func (r *reached) watch(c call.Snapshot) {
	if r.isNew(c) {
		if client, ok := c.Party(routing.Client); ok && client.Number != "" {
			r.tell(routing.Contact{Phone: r.known(client.Number)}, c.TalkedAt)
		}
	}
}

func (r *reached) isNew(c call.Snapshot) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if c.State == call.StateEnded {
		talked := !c.TalkedAt.IsZero() && !r.told[c.Call]
		delete(r.told, c.Call)
		return talked
	}
	if c.TalkedAt.IsZero() || r.told[c.Call] {
		return false
	}
	r.told[c.Call] = true
	return true
}

// known is a number as the list has it.
func (r *reached) known(number string) string {
	if e164, err := r.numbers.E164(number); err == nil {
		return e164
	}
	return number
}
