package api

import (
	"context"
	"net/http"

	"sufler/routing"
	"sufler/routing/people"
)

type superviseIn struct {
	ID   string `path:"id" maxLength:"64"`
	Body struct {
		Mode string `json:"mode" enum:"listen,whisper,barge"`
	}
}

func (s *Server) supervisionRoutes() {
	route(s, may(people.SupervisionListen), "supervise", http.MethodPost, "/calls/{id}/supervision", "Ring my phone to listen, whisper or barge in", http.StatusAccepted, s.supervise)
	route(s, may(people.SupervisionListen), "change-mode", http.MethodPatch, "/calls/{id}/supervision", "Change the mode; answered once it holds", http.StatusOK, s.changeMode)
	route(s, may(people.SupervisionListen), "unsupervise", http.MethodDelete, "/calls/{id}/supervision", "Leave; the call goes on", http.StatusNoContent, s.unsupervise)
}

func (s *Server) supervise(ctx context.Context, in *superviseIn) (*callOut, error) {
	mode, err := parseMode(in.Body.Mode)
	if err != nil {
		return nil, err
	}
	o, c, err := s.callWho(ctx, in.ID, people.Supervise(mode))
	if err != nil {
		return nil, err
	}
	if err := c.Supervise(ctx, o, mode); err != nil {
		return nil, err
	}
	return s.answerCall(ctx, o, c.Snapshot()), nil
}

func (s *Server) changeMode(ctx context.Context, in *superviseIn) (*callOut, error) {
	mode, err := parseMode(in.Body.Mode)
	if err != nil {
		return nil, err
	}
	o, c, err := s.callWho(ctx, in.ID, people.Supervise(mode))
	if err != nil {
		return nil, err
	}
	if err := c.SetMode(ctx, o.ID, mode); err != nil {
		return nil, err
	}
	return s.answerCall(ctx, o, c.Snapshot()), nil
}

func (s *Server) unsupervise(ctx context.Context, in *callIn) (*struct{}, error) {
	o, c, err := s.callWho(ctx, in.ID, people.SupervisionListen)
	if err != nil {
		return nil, err
	}
	return nil, c.Unsupervise(ctx, o.ID)
}

func parseMode(word string) (routing.Mode, error) {
	mode, ok := routing.ParseMode(word)
	if !ok {
		return 0, routing.Refuse(routing.Invalid, "mode_unknown", "mode", word)
	}
	return mode, nil
}
