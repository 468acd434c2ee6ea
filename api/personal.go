package api

import (
	"context"
	"encoding/json"
	"net/http"

	"sufler/routing"
	"sufler/routing/settings"
)

type (
	personalOut = settingOut[settings.Personal]
	favouriteIn struct {
		Template string `path:"template" maxLength:"80"`
	}
	shortcutsIn struct {
		Body struct {
			Shortcuts map[string]string `json:"shortcuts" doc:"By action, as Alt+KeyC or KeyG KeyC (KeyboardEvent.code); empty: off."`
		}
	}
)

func (s *Server) personalRoutes() {
	route(s, staff, "get-personal", http.MethodGet, "/me/personal", "My favourites and shortcuts", http.StatusOK, s.getPersonal)
	route(s, staff, "put-favourite", http.MethodPut, "/me/favourites/{template}", "Star a template", http.StatusOK, s.putFavourite)
	route(s, staff, "delete-favourite", http.MethodDelete, "/me/favourites/{template}", "Take a star away", http.StatusOK, s.deleteFavourite)
	route(s, staff, "put-shortcuts", http.MethodPut, "/me/shortcuts", "Choose my own keys", http.StatusOK, s.putShortcuts)
}

func (s *Server) getPersonal(ctx context.Context, _ *struct{}) (*personalOut, error) {
	o, err := s.operator(ctx)
	if err != nil {
		return nil, err
	}
	return &personalOut{Body: s.opt.Settings.Personal(o)}, nil
}

func (s *Server) putFavourite(ctx context.Context, in *favouriteIn) (*personalOut, error) {
	return s.star(ctx, in.Template, true)
}

func (s *Server) deleteFavourite(ctx context.Context, in *favouriteIn) (*personalOut, error) {
	return s.star(ctx, in.Template, false)
}

func (s *Server) star(ctx context.Context, template string, starred bool) (*personalOut, error) {
	o, err := s.operator(ctx)
	if err != nil {
		return nil, err
	}
	p, err := s.opt.Settings.Star(ctx, o, routing.TemplateID(template), starred)
	return &personalOut{Body: p}, err
}

func (s *Server) putShortcuts(ctx context.Context, in *shortcutsIn) (*personalOut, error) {
	o, err := s.operator(ctx)
	if err != nil {
		return nil, err
	}
	p, err := s.opt.Settings.SetShortcuts(ctx, o, in.Body.Shortcuts)
	return &personalOut{Body: p}, err
}

// settingChanged tells desks that something is set another way: what it is, they ask
// for. What is somebody's own is told to them alone.
func (s *Server) settingChanged(kind, id string) {
	told := mustJSON(struct {
		Kind string `json:"kind"`
	}{kind})
	to := desks
	if kind == settings.KindPersonal {
		to = desksOf(routing.OperatorID(id))
	}
	s.tell("setting.changed", func(v *viewer) json.RawMessage { return onlyFor(v.as == deskView, told) }, to)
}
