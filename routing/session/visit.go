package session

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"github.com/google/uuid"

	"sufler/internal/clock"
	"sufler/routing"
	"sufler/routing/queue"
)

// visit is one session. All of it belongs to the service's loop.
type visit struct {
	s   *Service
	log *slog.Logger
	row routing.Session

	past int // how many sessions the visitor had before; known a moment later

	// In the line.
	place    routing.PlaceID // empty: nowhere
	position int
	expected time.Duration // how long they will wait, as they are told; 0: not known
	stand    int           // counts how often it was joined, so that late notices are known

	// log.go
	ledger  ledger
	held    []routing.Entry // that came while the journal is read; only while reading
	reading bool
	waiting map[routing.FactID][]chan<- answered // who waits for an entry to be on disk

	// chat.go, draft.go
	draft  string
	typing bool
	rates  map[string][]time.Time // of messages, by author

	// sound.go
	talked  bool         // with the operator who has it
	handing *Redirection // whoever drives the call is letting its operator go

	// patience.go
	left     time.Time // since when the visitor has no connection; zero: they are here
	deskGone time.Time // since when the operator has no desk; zero: they have one
	reminded time.Time // when the visitor was; zero: was not since they spoke
	unmailed []Line    // said to somebody who is not here
	timer    clock.Timer
	forget   clock.Timer // set when it is closed

	// save.go
	version, durable uint64
	saving           bool
	pause            time.Duration
}

// adopt makes a session one of this process's own.
func (s *Service) adopt(row routing.Session) *visit {
	v := &visit{s: s, row: row, waiting: make(map[routing.FactID][]chan<- answered), rates: make(map[string][]time.Time)}
	v.log = s.log.With(slog.String("session", string(row.ID)))
	if v.written() && !s.here[row.Visitor] {
		v.left = s.now()
	}
	s.visits[row.ID] = v
	if v.written() && row.Visitor != "" {
		s.chats[row.Visitor] = v
	}
	s.opts.Metrics.open.Inc()
	v.count()
	return v
}

// count asks how many sessions the visitor had before; it is not missed where the
// database is away.
func (v *visit) count() {
	if v.row.Visitor == "" {
		return
	}
	row := v.row
	v.s.work.Go(func() {
		ctx, cancel := context.WithTimeout(v.s.working, readLimit)
		defer cancel()
		n, err := v.s.opts.Store.CountSessions(ctx, row.Visitor, row.Requested)
		if err == nil && n > 0 {
			v.s.own.Send(func() {
				v.past = n
				v.publish()
			})
		}
	})
}

// written reports whether visitor and operator write to one another, so that the
// session is driven here.
func (v *visit) written() bool { return isWritten(v.row.Channel) }

func isWritten(c routing.Channel) bool {
	return c == routing.ChatChannel || c == routing.InvitationChannel
}

// can reports whether a trigger has a place in the session's state.
func (v *visit) can(t Trigger) bool {
	_, ok := next[v.row.State][t]
	return ok
}

// fire moves the session along its table; false when the trigger has no place in
// its state.
func (v *visit) fire(t Trigger) bool {
	to, ok := next[v.row.State][t]
	if !ok {
		v.log.Warn("trigger refused", slog.Any("err", &TransitionError{Session: v.row.ID, State: v.row.State, Trigger: t}))
		return false
	}
	v.row.State = to
	if outcome, ends := outcomes[t]; ends {
		v.row.Outcome, v.row.Ended = outcome, v.s.now()
		v.s.opts.Metrics.ended.WithLabelValues(v.row.Channel.String(), outcome.String()).Inc()
	}
	if to == closed {
		v.close()
	}
	return true
}

// close is what follows from the last state.
func (v *visit) close() {
	v.row.Closed = v.s.now()
	v.s.opts.Metrics.open.Dec()
	v.log.Info("session closed", slog.String("outcome", v.row.Outcome.String()))
	v.forget = v.s.opts.Clock.AfterFunc(v.s.opts.Remember, func() { v.s.own.Send(v.forgotten) })
}

// forgotten lets a session go that is closed and on disk.
func (v *visit) forgotten() {
	if v.version > v.durable {
		v.forget = v.s.opts.Clock.AfterFunc(v.s.opts.Remember, func() { v.s.own.Send(v.forgotten) })
		return
	}
	delete(v.s.visits, v.row.ID)
	if v.s.chats[v.row.Visitor] == v {
		delete(v.s.chats, v.row.Visitor)
	}
}

// changed is what follows from every change: the row goes to disk, time is looked at
// again, and pages are told.
func (v *visit) changed() {
	v.save()
	v.wait()
	v.publish()
}

// publish tells watchers how the session looks now.
func (v *visit) publish() { v.s.watchers.Tell(Changed{View: v.view()}) }

// part is the share of who has the session, nil when nobody has it.
func (v *visit) part() *routing.SessionPart {
	if n := len(v.row.Parts); n > 0 && v.row.Parts[n-1].Done.IsZero() {
		return &v.row.Parts[n-1]
	}
	return nil
}

// begin makes an operator the one who has the session.
func (v *visit) begin(op routing.OperatorID) {
	now := v.s.now()
	v.row.Operator = op
	v.row.Parts = append(slices.Clone(v.row.Parts), routing.SessionPart{Operator: op, Accepted: now})
	if v.row.Accepted.IsZero() {
		v.row.Accepted = now
	}
	v.deskGone, v.talked = time.Time{}, false
}

// leave ends the share of the operator who has it; done: it takes nothing of their
// capacity any more.
func (v *visit) leave(done bool) {
	v.row.Parts = slices.Clone(v.row.Parts) // others read the old ones
	p := v.part()
	if p == nil {
		return
	}
	if p.Left.IsZero() {
		p.Left = v.s.now()
	}
	if done {
		p.Done = v.s.now()
	}
}

// join takes a place in the line: by the time of the request, or before all others.
func (v *visit) join(last routing.OperatorID) error {
	v.stand++
	stand := v.stand
	place := routing.NewID[routing.PlaceID]()
	_, err := v.s.opts.Line.Join(queue.Join{
		Place: place, Kind: v.row.Channel, Name: v.row.Name, Queue: v.row.Queue, Language: v.row.Language, Session: v.row.ID,
		Visitor: v.row.Visitor, Since: v.row.Requested, First: v.row.First, Last: last,
		For: v.row.For, Groups: v.row.Groups, Forwarded: v.row.From != "", Admitted: true,
		Tell: func(n queue.Notice) {
			v.s.own.Send(func() {
				if v.stand == stand {
					v.told(n)
				}
			})
		},
	})
	if err != nil {
		return err
	}
	v.place, v.position, v.expected = place, 0, 0
	v.s.places[place] = v
	return nil
}

// depart takes the place out of the line; the desks are told the reason.
func (v *visit) depart(reason string) {
	if v.place == "" {
		return
	}
	if v.written() {
		v.stand++
		v.s.opts.Line.Leave(v.place, reason)
	}
	delete(v.s.places, v.place)
	v.place, v.position, v.expected = "", 0, 0
}

// rest leaves the session to the next process.
func (v *visit) rest() {
	v.mailUnread()
	v.depart("server_closing")
	for _, t := range []clock.Timer{v.timer, v.forget} {
		if t != nil {
			t.Stop()
		}
	}
}

// fact writes down what happened, without waiting.
func (v *visit) fact(by string, audience routing.Audience, fact routing.Fact) {
	v.s.opts.Journal.Add(v.row.ID, v.row.Call, by, audience, fact)
}

// idOf is the id of a fact that its author names, so that one that is told twice is
// one.
func (v *visit) idOf(author, name string) routing.FactID {
	space, err := uuid.Parse(string(v.row.ID))
	if err != nil {
		space = uuid.NewSHA1(uuid.Nil, []byte(v.row.ID))
	}
	return routing.FactID(uuid.NewSHA1(space, []byte(author+"\n"+name)).String()) // RFC 9562 section 5.5
}
