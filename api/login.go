package api

import (
	"context"
	"net/http"
	"time"

	"sufler/routing/people"
)

type (
	loginIn struct {
		Body struct {
			Login    string `json:"login" maxLength:"200"`
			Password string `json:"password" maxLength:"1000"`
		}
	}
	loginOut struct {
		SetCookie http.Cookie `header:"Set-Cookie"`
		Body      struct {
			Me Operator `json:"me"`
		}
	}
	logoutOut struct {
		SetCookie http.Cookie `header:"Set-Cookie"`
	}
)

func (s *Server) loginRoutes() {
	route(s, anybody, "login", http.MethodPost, "/login", "Log in to the desk", http.StatusOK, s.login)
	route(s, anybody, "logout", http.MethodPost, "/logout", "End the login", http.StatusNoContent, s.logout)
}

func (s *Server) login(ctx context.Context, in *loginIn) (*loginOut, error) {
	l, err := s.opt.People.Login(ctx, s.address(requestOf(ctx)), in.Body.Login, in.Body.Password)
	if err != nil {
		return nil, err
	}
	return s.loggedIn(ctx, l), nil
}

func (s *Server) loggedIn(ctx context.Context, l people.Login) *loginOut {
	out := &loginOut{SetCookie: s.cookie(requestOf(ctx), l)}
	out.Body.Me = operatorObject(l.Operator)
	return out
}

// cookie is out of the reach of scripts and does not go with the requests of other
// sites (RFC 6265bis section 5.6.7).
func (s *Server) cookie(r *http.Request, l people.Login) http.Cookie {
	return http.Cookie{
		Name: s.cookieName(r), Value: l.Token, Path: "/", Expires: l.Expires, HttpOnly: true, Secure: s.https(r), SameSite: http.SameSiteLaxMode,
	}
}

func (s *Server) logout(ctx context.Context, _ *struct{}) (*logoutOut, error) {
	if token := s.deskToken(requestOf(ctx)); token != "" {
		if err := s.opt.People.Logout(ctx, token); err != nil {
			return nil, err
		}
		s.endPages(token)
	}
	gone := s.cookie(requestOf(ctx), people.Login{Expires: time.Unix(1, 0)})
	gone.MaxAge = -1
	return &logoutOut{SetCookie: gone}, nil
}
