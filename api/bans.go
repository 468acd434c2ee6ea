package api

import (
	"context"
	"net/http"
	"strings"
	"time"

	"sufler/api/live"
	"sufler/routing"
	"sufler/routing/people"
	"sufler/routing/visitor"
)

// Ban is a visitor who is kept out. To them it looks as if nobody were there.
type Ban struct {
	Visitor struct {
		ID     routing.VisitorID `json:"id"`
		Number int64             `json:"number"`
		Name   string            `json:"name"`
	} `json:"visitor"`
	Session routing.SessionID `json:"session" doc:"In which it was decided; empty: in none."`
	Reason  string            `json:"reason"`
	By      struct {
		ID   routing.OperatorID `json:"id"`
		Name string             `json:"name"`
	} `json:"by"`
	At    string  `json:"at"`
	Until *string `json:"until" doc:"Null: for ever."`
}

func (s *Server) banObject(k visitor.Kept) Ban {
	o := Ban{Session: k.Ban.Session, Reason: k.Ban.Reason, At: live.Stamp(k.Ban.At), Until: stamp(k.Ban.Until)}
	o.Visitor.ID, o.Visitor.Number, o.Visitor.Name = k.Visitor.ID, k.Visitor.Number, k.Visitor.Name
	o.By.ID = k.Ban.By
	if by, ok := s.opt.People.Operator(k.Ban.By); ok {
		o.By.Name = by.Name
	}
	return o
}

type (
	bansOut struct {
		Body struct {
			Bans []Ban `json:"bans"`
		}
	}
	banIn struct {
		Visitor string `path:"visitor" maxLength:"64"`
	}
	keepOutIn struct {
		ID   string `path:"id" maxLength:"64"`
		Body struct {
			Reason string     `json:"reason" maxLength:"2000"`
			Until  *time.Time `json:"until,omitempty" nullable:"true" doc:"Null: for ever."`
		}
	}
)

func (s *Server) banRoutes() {
	route(s, may(people.VisitorBan), "keep-out", http.MethodPost, "/sessions/{id}/ban", "Keep the visitor of a session out, and end it", http.StatusNoContent, s.keepOut)
	route(s, may(people.BanLift), "list-bans", http.MethodGet, "/bans", "Who is kept out", http.StatusOK, s.listBans)
	route(s, may(people.BanLift), "lift-ban", http.MethodDelete, "/bans/{visitor}", "Let a visitor in again", http.StatusNoContent, s.liftBan)
}

// keepOut bans the visitor of a session. The ban holds first: who is thrown out does not
// come in again in between.
func (s *Server) keepOut(ctx context.Context, in *keepOutIn) (*struct{}, error) {
	o, v, err := s.sessionWho(ctx, in.ID, people.VisitorBan)
	if err != nil {
		return nil, err
	}
	if o.Rank == routing.RankOperator && !s.opt.Settings.Policy().OperatorsMayBan {
		return nil, routing.Refuse(routing.Forbidden, "not_allowed")
	}
	ban := routing.Ban{Visitor: v.Visitor, Session: v.ID, Reason: in.Body.Reason, By: o.ID}
	if strings.HasPrefix(v.Phone, "+") { // as the numbers that are called are written
		ban.Number = v.Phone
	}
	if in.Body.Until != nil {
		ban.Until = *in.Body.Until
	}
	ban, err = s.opt.Visitors.Ban(ctx, ban)
	if err != nil {
		return nil, err
	}
	_, err = s.opt.Sessions.Ban(ctx, v.ID, o.ID, ban.Reason)
	if routing.KindOf(err) == routing.NotFound {
		return nil, nil // it ended long ago
	}
	return nil, err
}

// bansFor are the bans that somebody may see: their own, and those by people of their
// groups.
func (s *Server) bansFor(ctx context.Context, o routing.Operator) (shown []visitor.Kept, hidden map[routing.VisitorID]bool, err error) {
	kept, err := s.opt.Visitors.Bans(ctx)
	hidden = map[routing.VisitorID]bool{}
	for _, k := range kept {
		if people.Can(o, people.BanLift, s.objectOfPerson(k.Ban.By)) == nil {
			shown = append(shown, k)
		} else {
			hidden[k.Visitor.ID] = true
		}
	}
	return shown, hidden, err
}

func (s *Server) listBans(ctx context.Context, _ *struct{}) (*bansOut, error) {
	o, err := s.operator(ctx)
	if err != nil {
		return nil, err
	}
	shown, _, err := s.bansFor(ctx, o)
	if err != nil {
		return nil, err
	}
	out := &bansOut{}
	out.Body.Bans = []Ban{}
	for _, k := range shown {
		out.Body.Bans = append(out.Body.Bans, s.banObject(k))
	}
	return out, nil
}

// liftBan ends all bans of a visitor; who may not end one of them ends none.
func (s *Server) liftBan(ctx context.Context, in *banIn) (*struct{}, error) {
	o, err := s.operator(ctx)
	if err != nil {
		return nil, err
	}
	_, hidden, err := s.bansFor(ctx, o)
	if err != nil {
		return nil, err
	}
	id := routing.VisitorID(in.Visitor)
	if hidden[id] {
		return nil, routing.Refuse(routing.Forbidden, "not_allowed")
	}
	return nil, s.opt.Visitors.Lift(ctx, id, o.ID)
}
