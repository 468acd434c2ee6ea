package api

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"sufler/api/live"
	"sufler/routing"
	"sufler/routing/people"
)

// missedPage is how many of the missed one answer holds.
const missedPage = 200

// MissedList is what *missed.Service does.
type MissedList interface {
	Get(context.Context, routing.MissedID) (routing.Missed, error)
	List(ctx context.Context, wanted routing.MissedFilter, limit int) (list []routing.Missed, open int, err error)
	Done(ctx context.Context, id routing.MissedID, by routing.OperatorID) (routing.Missed, error)
	Watch(watch func(routing.Missed)) (stop func())
}

type (
	listMissedIn struct {
		Open   bool      `query:"open" doc:"Only who is still to be seen to."`
		Since  time.Time `query:"since" doc:"Missed then or later (RFC 3339)."`
		Before string    `query:"before" maxLength:"64" doc:"Missed before this one."`
	}
	listMissedOut struct {
		Body struct {
			Missed []Missed `json:"missed" doc:"The newest first."`
			Open   int      `json:"open" doc:"How many are still to be seen to, of all that the reader may see."`
		}
	}
	missedIn struct {
		ID string `path:"id" maxLength:"64"`
	}
	missedOut struct{ Body Missed }

	// Missed is somebody who came in vain.
	Missed struct {
		ID       routing.MissedID  `json:"id"`
		Reason   string            `json:"reason" enum:"abandoned,no_answer,offline,not_reached,interrupted"`
		Kind     string            `json:"kind" doc:"How they came; empty: by the form."`
		At       string            `json:"at"`
		Queue    routing.QueueName `json:"queue"`
		Language string            `json:"language"`
		Name     string            `json:"name"`
		Phone    string            `json:"phone"`
		Email    string            `json:"email"`
		Text     string            `json:"text"`
		Page     string            `json:"page"`
		Session  routing.SessionID `json:"session"`
		Visitor  routing.VisitorID `json:"visitor"`
		DoneAt   *string           `json:"done_at"`
		DoneBy   string            `json:"done_by" doc:"The operator's name; empty with a time: a later contact has settled it."`
	}
)

func (s *Server) missedRoutes() {
	route(s, may(people.MissedRead), "list-missed", http.MethodGet, "/missed", "Who came in vain", http.StatusOK, s.listMissed)
	route(s, may(people.MissedDone), "end-missed", http.MethodPost, "/missed/{id}/done", "Say that somebody was seen to", http.StatusOK, s.endMissed)
}

func (s *Server) listMissed(ctx context.Context, in *listMissedIn) (*listMissedOut, error) {
	o, err := s.operator(ctx)
	if err != nil {
		return nil, err
	}
	wanted := routing.MissedFilter{Open: in.Open, Since: in.Since, Before: routing.MissedID(in.Before)}
	wanted.Everywhere, wanted.Queues = s.queuesFor(o, people.MissedRead)
	list, open, err := s.opt.Missed.List(ctx, wanted, missedPage)
	if err != nil {
		return nil, err
	}
	out := &listMissedOut{}
	out.Body.Missed, out.Body.Open = []Missed{}, open
	for _, m := range list {
		out.Body.Missed = append(out.Body.Missed, s.missedObject(m))
	}
	return out, nil
}

// queuesFor is what people.Can says of all queues at once; everywhere: of those too
// that there are no more.
func (s *Server) queuesFor(o routing.Operator, action people.Action) (everywhere bool, queues []routing.QueueName) {
	if people.Can(o, action, people.Object{}) == nil {
		return true, nil
	}
	for _, q := range s.opt.Waiting.Queues() {
		if people.Can(o, action, s.objectOfQueue(q.Name)) == nil {
			queues = append(queues, q.Name)
		}
	}
	return false, queues
}

// endMissed hides from who may not see an entry that there is one.
func (s *Server) endMissed(ctx context.Context, in *missedIn) (*missedOut, error) {
	o, err := s.operator(ctx)
	if err != nil {
		return nil, err
	}
	m, err := s.opt.Missed.Get(ctx, routing.MissedID(in.ID))
	if err != nil {
		return nil, err
	}
	if people.Can(o, people.MissedDone, s.objectOfQueue(m.Queue)) != nil {
		return nil, routing.Refuse(routing.NotFound, "missed_unknown")
	}
	if m, err = s.opt.Missed.Done(ctx, m.ID, o.ID); err != nil {
		return nil, err
	}
	return &missedOut{Body: s.missedObject(m)}, nil
}

func (s *Server) missedObject(m routing.Missed) Missed {
	object := Missed{
		ID: m.ID, Reason: m.Reason.String(), At: live.Stamp(m.At), Queue: m.Queue, Language: m.Language, Name: m.Name, Phone: m.Phone, Email: m.Email,
		Text: m.Text, Page: m.Page, Session: m.Session, Visitor: m.Visitor, DoneAt: stamp(m.DoneAt),
	}
	if m.Channel != 0 {
		object.Kind = m.Channel.String()
	}
	if by, ok := s.opt.People.Operator(m.DoneBy); ok {
		object.DoneBy = by.Name
	}
	return object
}

func (s *Server) missedChanged(m routing.Missed) {
	changed, object := mustJSON(s.missedObject(m)), s.objectOfQueue(m.Queue)
	s.tell("missed.changed", func(v *viewer) json.RawMessage {
		return onlyFor(v.as == deskView && people.Can(v.reader(), people.MissedRead, object) == nil, changed)
	}, desks)
}
