package api

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"reflect"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"
	"github.com/go-chi/chi/v5"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"sufler/api/live"
	"sufler/internal/clock"
	"sufler/routing"
	"sufler/web"
)

var problemType = reflect.TypeFor[Problem]()

// Server answers browsers and other people's servers.
type Server struct {
	opt     Options
	texts   web.Sentences
	origins originPolicy
	tokens  tokens
	metrics *metrics
	hub     *live.Hub
	handed  handed
	sounds  *sounds
	// Of each address; a browser's own limits are kept by those who are asked.
	talks, callbacks, lines, sessions, comers, messages *addressLimit
	ears                                                *ears
	stops                                               []func() // of watching what pages are told
	api                                                 huma.API
	main                                                http.Handler
}

// New makes a server and begins to tell pages what happens. Its owner ends it with
// Close.
func New(opt Options) (*Server, error) {
	opt.Location = cmp.Or(opt.Location, time.Local)
	if opt.Clock == nil {
		opt.Clock = clock.System{}
	}
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	sentences, err := web.ReadSentences(opt.Texts)
	if err != nil {
		return nil, err
	}
	s := &Server{
		opt: opt, texts: sentences, origins: newOriginPolicy(opt.PublicURL, opt.Settings.IsOnSomeWidget), tokens: hashTokens(opt.Tokens),
		metrics: newMetrics(opt.Registry),
	}
	s.hub = live.NewHub(live.Options{
		Clock: opt.Clock, Log: opt.Log, Metrics: live.NewMetrics(opt.Registry),
		Problem: func(lang string, err error) any { return s.refuse(lang, err) },
	})
	s.sounds = newSounds(s.soundPassed)
	s.talks, s.callbacks = newAddressLimit(opt.Clock, talksPerAddress), newAddressLimit(opt.Clock, callbacksPerAddress)
	s.comers = newAddressLimit(opt.Clock, comersPerAddress)
	s.sessions = newAddressLimit(opt.Clock, sessionsPerAddress)
	s.messages = newAddressLimit(opt.Clock, messagesPerAddress)
	s.lines = newAddressLimit(opt.Clock, linesPerAddress)
	if s.main, err = s.routes(); err != nil {
		return nil, err
	}
	s.ears = newEars()
	s.watch()
	return s, nil
}

// ServeHTTP answers what comes to the main address.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.main.ServeHTTP(w, r) }

// Close tells every page that the server ends and waits until they are gone. The
// HTTP server itself is shut down before or after it.
func (s *Server) Close() {
	for _, stop := range s.stops {
		stop()
	}
	s.ears.close()
	s.hub.Close()
}

// Limits sets the time limits of an http.Server that serves this package; handlers
// bound themselves what takes longer, such as files.
func Limits(h *http.Server) {
	h.ReadHeaderTimeout = 5 * time.Second
	h.IdleTimeout = time.Minute
	h.MaxHeaderBytes = 16 << 10
}

func (s *Server) routes() (http.Handler, error) {
	r := chi.NewRouter()
	r.Use(s.remember, s.measure, s.survive, secure)
	if s.opt.Demo != nil {
		r.Use(s.knownHost)
	}
	r.NotFound(s.nothingHere)
	r.MethodNotAllowed(s.notThisWay(r))
	r.Get("/healthz", alive)
	r.Get("/readyz", s.ready)
	if s.opt.Demo != nil {
		r.With(s.hereOnly).Handle("/metrics", s.figures())
	}
	pages, err := s.pages()
	if err != nil {
		return nil, err
	}
	r.Group(pages)
	r.Group(func(r chi.Router) {
		r.Use(noStore, s.shareWithWidget, s.guardOrigin, s.tooLarge, bound)
		s.resources(r)
		r.Options("/api/*", s.nothingHere) // preflights are answered before
	})
	r.Group(func(r chi.Router) {
		r.Use(noStore)
		r.Get("/api/v1/ws", s.socket)
		if s.opt.Demo != nil {
			r.Get("/api/v1/demo/ear/{role}", s.ear)
		}
	})
	return r, nil
}

// resources are the requests of protocol.md, described by /api/openapi.json.
func (s *Server) resources(r chi.Router) {
	config := huma.DefaultConfig("Sufler", "1")
	config.OpenAPIPath, config.DocsPath, config.SchemasPath = "/api/openapi", "", ""
	config.CreateHooks = nil
	config.AllowAdditionalPropertiesByDefault = true
	config.Components.SecuritySchemes = schemes()
	config.Transformers = []huma.Transformer{s.unify}
	s.api = humachi.New(r, config)
	s.callbackRoutes()
	s.talkRoutes()
	s.sessionRoutes()
	s.widgetRoutes()
	s.lineRoutes()
	s.loginRoutes()
	s.setupRoutes()
	s.meRoutes()
	s.personalRoutes()
	s.peopleRoutes()
	s.settingsRoutes()
	s.waitingRoutes()
	s.visitorRoutes()
	s.invitationRoutes()
	s.banRoutes()
	s.teamRoutes()
	s.callRoutes()
	s.supervisionRoutes()
	s.commentRoutes()
	s.recordRoutes()
	s.phoneRoutes()
	s.trunkRoutes()
	s.missedRoutes()
	s.offlineRoutes()
	s.mailRoutes()
	if s.opt.Demo != nil {
		s.demoRoutes()
	}
	describeNulls(s.api.OpenAPI().Components.Schemas)
	delete(s.api.OpenAPI().Components.Schemas.Map(), "ErrorModel")
	delete(s.api.OpenAPI().Components.Schemas.Map(), "ErrorDetail")
}

// route is one request of the API and who may make it: handlers are plain functions.
func route[I, O any](s *Server, who right, id, method, path, summary string, status int, handler func(context.Context, *I) (*O, error), change ...func(*huma.Operation)) {
	op := huma.Operation{
		OperationID: id, Method: method, Path: "/api/v1" + path, Summary: summary, DefaultStatus: status, MaxBodyBytes: maxBody, Middlewares: s.admit(who),
		Responses: map[string]*huma.Response{"default": {
			Description: "A refusal.",
			Content: map[string]*huma.MediaType{"application/problem+json": {
				Schema: s.api.OpenAPI().Components.Schemas.Schema(problemType, true, ""),
			}},
		}},
	}
	who.describe(&op)
	for _, f := range change {
		f(&op)
	}
	huma.Register(s.api, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := handler(ctx, in)
		if err != nil {
			return nil, s.refuse(languageOf(ctx), err)
		}
		return out, nil
	})
}

// Admin is the handler of the administrator's address: figures and health.
func (s *Server) Admin() http.Handler {
	r := chi.NewRouter()
	r.Use(s.remember, s.survive, secure, noStore)
	r.NotFound(s.nothingHere)
	r.Handle("/metrics", s.figures())
	r.Get("/healthz", alive)
	r.Get("/readyz", s.ready)
	return r
}

func (s *Server) figures() http.Handler {
	return promhttp.HandlerFor(s.opt.Metrics, promhttp.HandlerOpts{})
}

func alive(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	writeJSON(w, map[string]string{"status": "alive"})
}

// ready says whether new calls are taken: what a load balancer asks.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	if err := s.opt.Ready(); err != nil {
		s.writeProblem(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	writeJSON(w, map[string]string{"status": "ready"})
}

func (s *Server) nothingHere(w http.ResponseWriter, r *http.Request) {
	s.writeProblem(w, r, routing.Refuse(routing.NotFound, "route_unknown"))
}

// notThisWay tells a wrong method at an address that exists from an address that
// does not: the pages' wildcard matches both.
func (s *Server) notThisWay(routes *chi.Mux) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var allowed []string
		for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
			if pattern := routes.Find(chi.NewRouteContext(), method, r.URL.Path); pattern != "" && pattern != "/*" {
				allowed = append(allowed, method)
			}
		}
		if len(allowed) == 0 {
			s.nothingHere(w, r)
			return
		}
		p := s.problem(languageOf(r.Context()), routing.Refuse(routing.Invalid, "method_not_allowed", "method", r.Method))
		p.Status = http.StatusMethodNotAllowed
		w.Header().Set("Allow", strings.Join(allowed, ", ")) // RFC 9110 section 15.5.6
		s.write(w, p)
	}
}
