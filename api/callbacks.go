package api

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"

	"sufler/routing"
	"sufler/routing/callback"
	"sufler/routing/settings"
)

type (
	askIn struct {
		Key  string `header:"Idempotency-Key" doc:"The same key from the same sender gives the same callback."`
		Body struct {
			Number   string `json:"number" maxLength:"80" doc:"As a person types it; without a country it is at home." example:"+420777000001"`
			Name     string `json:"name,omitempty" maxLength:"200"`
			Queue    string `json:"queue,omitempty" maxLength:"80"`
			Widget   string `json:"widget,omitempty" maxLength:"60" doc:"Whose button it was; a server may leave it out."`
			Language string `json:"language,omitempty" maxLength:"35"`
			Browser  string `json:"browser,omitempty" maxLength:"200" doc:"The visitor's random token; limits count by it."`
		}
	}
	callbackIn struct {
		ID string `path:"id" maxLength:"64"`
	}
	callbackOut struct{ Body Callback }
)

func (s *Server) callbackRoutes() {
	route(s, anybody, "ask-callback", http.MethodPost, "/callbacks", "Ask to be phoned", http.StatusAccepted, s.askCallback)
	route(s, holder, "get-callback", http.MethodGet, "/callbacks/{id}", "Show a callback to its visitor", http.StatusOK, s.getCallback)
	route(s, holder, "cancel-callback", http.MethodDelete, "/callbacks/{id}", "Cancel a callback", http.StatusOK, s.cancelCallback)
}

func (s *Server) askCallback(ctx context.Context, in *askIn) (*callbackOut, error) {
	r := requestOf(ctx)
	origin, trusted, err := s.sender(r, in.Body.Browser)
	if err != nil {
		return nil, err
	}
	if len(in.Key) > 200 {
		return nil, routing.Refuse(routing.Invalid, "key_invalid")
	}
	way, err := s.callbackWay(r, trusted, routing.WidgetID(in.Body.Widget))
	if err != nil {
		return nil, err
	}
	if err := s.opt.Ready(); err != nil {
		return nil, err
	}
	if !trusted && !s.callbacks.take(s.address(r)) {
		return nil, routing.Refuse(routing.Limited, "callback_too_often")
	}
	who, err := s.knownVisitor(ctx, in.Body.Browser, in.Body.Language, trusted)
	if err != nil {
		return nil, err
	}
	v, token, err := s.opt.Callbacks.Request(ctx, callback.Request{
		Visitor: who, Number: in.Body.Number, Name: in.Body.Name, Queue: cmp.Or(routing.QueueName(in.Body.Queue), way.Queue),
		Language: pickLanguage(in.Body.Language, r.Header.Get("Accept-Language")), Origin: origin, Trusted: trusted, Key: in.Key,
	})
	if err != nil {
		return nil, err
	}
	out := &callbackOut{Body: visitorObject(v)}
	out.Body.Token = token
	return out, nil
}

// callbackWay is by which way in a callback is asked for: that of a widget, or of a
// server of somebody's own, which has none.
func (s *Server) callbackWay(r *http.Request, trusted bool, id routing.WidgetID) (settings.Channel, error) {
	if !trusted {
		_, way, err := s.offered(r, id, routing.CallbackChannel)
		return way, err
	}
	if !s.opt.Widget.Enabled {
		return settings.Channel{}, routing.Refuse(routing.Unavailable, "channel_off")
	}
	return settings.Channel{}, nil
}

// sender is who asks, for the limits: somebody's server by its token, which is
// trusted, or a visitor.
func (s *Server) sender(r *http.Request, browser string) (origin string, trusted bool, err error) {
	if token := bearer(r); token != "" {
		name, ok := s.tokens.name(token)
		if !ok {
			return "", false, routing.Refuse(routing.Unauthorised, "token_wrong")
		}
		return "server " + name, true, nil
	}
	origin, err = s.visitor(r, browser)
	return origin, false, err
}

// visitor is whose page asks: on an allowed page the browser's token or the address,
// and in the demo anybody on this machine.
func (s *Server) visitor(r *http.Request, browser string) (origin string, err error) {
	switch {
	case r.Header.Get("Origin") == "" && s.opt.Demo != nil && isHere(r):
	case r.Header.Get("Origin") == "":
		return "", routing.Refuse(routing.Unauthorised, "token_wrong")
	case !s.origins.isWidgets(r) && !s.origins.isOurs(r):
		return "", foreign(r)
	}
	if browser == "" {
		return "address " + s.address(r), nil
	}
	sum := sha256.Sum256([]byte(browser))
	return "browser " + hex.EncodeToString(sum[:]), nil
}

func (s *Server) getCallback(ctx context.Context, in *callbackIn) (*callbackOut, error) {
	v, err := s.opt.Callbacks.Get(ctx, routing.CallbackID(in.ID), bearer(requestOf(ctx)))
	return shownCallback(v, err)
}

func (s *Server) cancelCallback(ctx context.Context, in *callbackIn) (*callbackOut, error) {
	v, err := s.opt.Callbacks.Cancel(ctx, routing.CallbackID(in.ID), bearer(requestOf(ctx)))
	return shownCallback(v, err)
}

// shownCallback hides whether a callback exists from whoever has no token of it.
func shownCallback(v callback.View, err error) (*callbackOut, error) {
	if kind := routing.KindOf(err); err != nil && (kind == routing.Unauthorised || kind == routing.Forbidden) {
		return nil, routing.Refuse(routing.NotFound, "callback_unknown")
	}
	if err != nil {
		return nil, err
	}
	return &callbackOut{Body: visitorObject(v)}, nil
}

// isRefusal tells whether err is a refusal with that code.
func isRefusal(err error, code string) bool {
	refusal, ok := errors.AsType[*routing.Error](err)
	return ok && refusal.Code == code
}
