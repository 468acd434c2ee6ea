package api

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"sufler/routing"
	"sufler/web"
)

const (
	maxBody        = 64 << 10
	requestLimit   = 15 * time.Second // for everything but files and WebSockets
	contentPolicy  = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; media-src 'self' blob:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; require-trusted-types-for 'script'"
	featuresPolicy = "camera=(), geolocation=(), payment=(), usb=(), microphone=(self), display-capture=()"
)

type contextKey int

const (
	languageKey contextKey = iota
	requestKey
	operatorKey
)

// languageOf is the language of the reader of a request's answer.
func languageOf(ctx context.Context) string {
	lang, ok := ctx.Value(languageKey).(string)
	if !ok {
		return web.Languages[0]
	}
	return lang
}

// requestOf is the request behind a handler of huma.
func requestOf(ctx context.Context) *http.Request {
	r, ok := ctx.Value(requestKey).(*http.Request)
	if !ok {
		panic("api: a handler was called without its request")
	}
	return r
}

// remember puts what handlers ask of a request into its context.
func (s *Server) remember(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := context.WithValue(r.Context(), languageKey, pickLanguage(r.Header.Get("Accept-Language")))
		r = r.WithContext(ctx)
		next.ServeHTTP(w, r.WithContext(context.WithValue(ctx, requestKey, r)))
	})
}

// survive answers 500 when a handler panics: one request is lost, the program is not.
func (s *Server) survive(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			p := recover()
			if p == nil {
				return
			}
			if err, ok := p.(error); ok && errors.Is(err, http.ErrAbortHandler) {
				panic(p) // the way to end a connection, not a fault
			}
			s.metrics.panics.Inc()
			s.opt.Log.Error("request panicked", slog.Any("err", p), slog.String("stack", string(debug.Stack())))
			s.write(w, s.problem(pickLanguage(r.Header.Get("Accept-Language")), routing.Refuse(routing.Internal, "internal")))
		}()
		next.ServeHTTP(w, r)
	})
}

// secure sets what every answer says to browsers.
func secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Permissions-Policy", featuresPolicy)
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		next.ServeHTTP(w, r)
	})
}

// bound limits how much and how long a request may be.
func bound(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, roomFor(r))
		ctx, cancel := context.WithTimeout(r.Context(), requestLimit)
		defer cancel()
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// noStore keeps answers of the API out of caches.
func noStore(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// tooLarge refuses a body that says that it is too large before it is read.
func (s *Server) tooLarge(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength > roomFor(r) {
			p := s.problem(languageOf(r.Context()), routing.Refuse(routing.Invalid, "body_too_large"))
			p.Status = http.StatusRequestEntityTooLarge
			s.write(w, p)
			return
		}
		next.ServeHTTP(w, r)
	})
}
