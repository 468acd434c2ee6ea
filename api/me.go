package api

import (
	"context"
	"net/http"

	"sufler/routing"
	"sufler/routing/people"
)

type (
	meOut struct {
		Body struct {
			Me   Operator        `json:"me"`
			May  []people.Action `json:"may" doc:"What this person may do to at least something."`
			Demo bool            `json:"demo"`
		}
	}
	statusIn struct {
		Body struct {
			Status string `json:"status" enum:"online,busy,pause"`
		}
	}
	memberOut struct{ Body Member }
)

func (s *Server) meRoutes() {
	route(s, "get-me", http.MethodGet, "/me", "Who I am and what I may do", http.StatusOK, s.getMe)
	route(s, "put-status", http.MethodPut, "/me/status", "Choose a status", http.StatusOK, s.putStatus)
}

func (s *Server) getMe(ctx context.Context, _ *struct{}) (*meOut, error) {
	o, err := s.operator(ctx)
	if err != nil {
		return nil, err
	}
	out := &meOut{}
	out.Body.Me, out.Body.May, out.Body.Demo = operatorObject(o), people.May(o), s.opt.Demo != nil
	return out, nil
}

func (s *Server) putStatus(ctx context.Context, in *statusIn) (*memberOut, error) {
	o, err := s.operator(ctx)
	if err != nil {
		return nil, err
	}
	status, ok := people.ParseStatus(in.Body.Status)
	if !ok {
		return nil, routing.Refuse(routing.Invalid, "status_unknown", "status", in.Body.Status)
	}
	if err := s.opt.Team.SetStatus(o.ID, status); err != nil {
		return nil, err
	}
	m, _ := s.opt.Team.Member(o.ID)
	return &memberOut{Body: memberObject(m, s.seesSupervision(o))}, nil
}
