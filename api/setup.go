package api

import (
	"context"
	"net/http"

	"sufler/routing"
	"sufler/routing/people"
)

type (
	setupOut struct {
		Body struct {
			Needed bool `json:"needed" doc:"Nobody exists yet."`
		}
	}
	foundIn struct {
		Body struct {
			Token    string `json:"token" maxLength:"100" doc:"From the link that sufler run has printed."`
			Login    string `json:"login" minLength:"1" maxLength:"200"`
			Name     string `json:"name" maxLength:"200"`
			Password string `json:"password" maxLength:"1000"`
		}
	}
)

func (s *Server) setupRoutes() {
	route(s, anybody, "get-setup", http.MethodGet, "/setup", "Tell whether the first owner is to be created", http.StatusOK, s.getSetup)
	route(s, anybody, "found", http.MethodPost, "/setup", "Create the first owner and log them in", http.StatusOK, s.found)
}

func (s *Server) getSetup(context.Context, *struct{}) (*setupOut, error) {
	out := &setupOut{}
	out.Body.Needed = !s.opt.People.Founded()
	return out, nil
}

func (s *Server) found(ctx context.Context, in *foundIn) (*loginOut, error) {
	l, err := s.opt.People.Found(ctx, in.Body.Token, people.Person{
		Login: in.Body.Login, Name: in.Body.Name, Password: in.Body.Password, AnswerOn: routing.AnswerBrowser, DeskOnly: true, Language: languageOf(ctx),
	})
	if err != nil {
		return nil, err
	}
	return s.loggedIn(ctx, l), nil
}
