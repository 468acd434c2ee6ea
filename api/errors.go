package api

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"sufler/routing"
)

// statuses maps what sort of refusal an error is to HTTP; sip/status.go does the
// same for SIP. Nothing else in this package chooses a status of a refusal.
var statuses = map[routing.Kind]int{
	routing.Invalid:      http.StatusUnprocessableEntity,
	routing.Unauthorised: http.StatusUnauthorized,
	routing.Forbidden:    http.StatusForbidden,
	routing.NotFound:     http.StatusNotFound,
	routing.Busy:         http.StatusConflict,
	routing.Conflict:     http.StatusConflict,
	routing.Gone:         http.StatusGone,
	routing.Limited:      http.StatusTooManyRequests,
	routing.Unavailable:  http.StatusServiceUnavailable,
	routing.Internal:     http.StatusInternalServerError,
}

// Problem is a refusal as application/problem+json (RFC 9457). Title is the
// sentence, Detail the thing to do next, both in the reader's language.
type Problem struct {
	Status int               `json:"status" doc:"The HTTP status."`
	Code   string            `json:"code" doc:"Stable; docs/messages.md lists them." example:"call_ended"`
	Title  string            `json:"title" doc:"A sentence in the reader's language."`
	Detail string            `json:"detail" doc:"What to do next."`
	Params map[string]string `json:"params,omitempty" doc:"The values in the sentence."`
	Flaws  []Flaw            `json:"flaws,omitempty" doc:"What is wrong with each of several values."`
}

// Flaw is what is wrong with one of several values.
type Flaw struct {
	At    string `json:"at" doc:"Where the value stands in the body." example:"overflow.queue"`
	Code  string `json:"code"`
	Title string `json:"title" doc:"A sentence in the reader's language."`
}

func (p *Problem) Error() string { return p.Code }

// GetStatus gives huma the status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType gives huma the media type of RFC 9457 section 3.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// refuse turns any error into what a reader of that language may see. What is no
// refusal is logged and shown as "internal".
func (s *Server) refuse(lang string, err error) *Problem {
	if p, ok := errors.AsType[*Problem](err); ok {
		return p
	}
	refusal, ok := errors.AsType[*routing.Error](err)
	switch {
	case ok:
	case errors.Is(err, context.DeadlineExceeded):
		refusal = routing.Refuse(routing.Unavailable, "request_slow")
	case errors.Is(err, context.Canceled): // nobody reads the answer
		refusal = routing.Refuse(routing.Unavailable, "request_slow")
	default:
		s.opt.Log.Error("request failed", slog.Any("err", err))
		s.metrics.failed.Inc()
		refusal = routing.Refuse(routing.Internal, "internal")
	}
	if refusal.Kind == routing.Internal && refusal.Err != nil {
		s.opt.Log.Error("request failed", slog.Any("err", err))
	}
	return s.problem(lang, refusal)
}

func (s *Server) problem(lang string, refusal *routing.Error) *Problem {
	status, ok := statuses[refusal.Kind]
	if !ok {
		status = http.StatusInternalServerError
	}
	shown := s.readable(refusal.Params)
	var flaws []Flaw
	for _, f := range refusal.Flaws {
		flaws = append(flaws, Flaw{At: f.At, Code: f.Code, Title: s.texts.Say(lang, "flaw."+f.Code, f.Params)})
	}
	return &Problem{
		Status: status, Code: refusal.Code, Params: refusal.Params, Flaws: flaws,
		Title:  s.texts.Say(lang, "error."+refusal.Code, shown),
		Detail: s.texts.Say(lang, "error."+refusal.Code+".next", shown),
	}
}

// readable turns moments into the time of day where the server stands; pages that
// know better write the sentence anew from the params.
func (s *Server) readable(params map[string]string) map[string]string {
	shown := maps.Clone(params)
	if at, err := time.Parse(time.RFC3339, params["since"]); err == nil {
		shown["since"] = at.In(s.opt.Location).Format("15:04")
	}
	return shown
}

// unify turns huma's own refusals (bad JSON, a missing member, a number that is
// none) into our shape: huma calls it with everything that is about to be written.
func (s *Server) unify(hctx huma.Context, _ string, v any) (any, error) {
	model, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	refusal := routing.Refuse(routing.Invalid, "request_invalid", "at", whatIsWrong(model))
	switch model.Status {
	case http.StatusRequestEntityTooLarge:
		refusal = routing.Refuse(routing.Invalid, "body_too_large")
	case http.StatusUnsupportedMediaType, http.StatusNotAcceptable:
		refusal = routing.Refuse(routing.Invalid, "type_unsupported")
	case http.StatusRequestTimeout:
		refusal = routing.Refuse(routing.Unavailable, "request_slow")
	case http.StatusInternalServerError:
		s.opt.Log.Error("request failed", slog.String("err", whatIsWrong(model)))
		refusal = routing.Refuse(routing.Internal, "internal")
	}
	p := s.problem(languageOf(hctx.Context()), refusal)
	p.Status = model.Status
	return p, nil
}

func whatIsWrong(model *huma.ErrorModel) string {
	var parts []string
	for _, e := range model.Errors {
		if e == nil {
			continue
		}
		part := e.Message
		if e.Location != "" {
			part = e.Location + ": " + part
		}
		parts = append(parts, part)
	}
	if len(parts) == 0 {
		return model.Detail
	}
	return strings.Join(parts, "; ")
}

// writeProblem refuses a request outside huma: in the middleware, for files and
// for WebSockets.
func (s *Server) writeProblem(w http.ResponseWriter, r *http.Request, err error) {
	p := s.refuse(languageOf(r.Context()), err)
	s.write(w, p)
}

func (s *Server) write(w http.ResponseWriter, p *Problem) {
	w.Header().Set("Content-Type", p.ContentType(""))
	w.Header().Set("Cache-Control", "no-store")
	if p.Status == http.StatusServiceUnavailable || p.Status == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", "60")
	}
	w.WriteHeader(p.Status)
	writeJSON(w, p)
}
