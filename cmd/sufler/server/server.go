// Package server puts the parts of the program together: it translates the
// configuration into each part's own Options, starts them in order and ends them
// in the other. It decides nothing itself.
package server

import (
	"context"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"sufler/api"
	"sufler/configs"
	"sufler/internal/clock"
	"sufler/mixer"
	"sufler/mixer/record"
	"sufler/routing"
	"sufler/routing/call"
	"sufler/routing/callback"
	"sufler/routing/day"
	"sufler/routing/invitation"
	"sufler/routing/journal"
	"sufler/routing/mail"
	"sufler/routing/missed"
	"sufler/routing/offline"
	"sufler/routing/people"
	"sufler/routing/queue"
	"sufler/routing/session"
	"sufler/routing/settings"
	"sufler/routing/soundcheck"
	"sufler/routing/store"
	"sufler/routing/talk"
	"sufler/routing/visitor"
	"sufler/rtc"
	"sufler/sip"
	"sufler/web"
)

// Options are what the configuration does not say.
type Options struct {
	Log *slog.Logger
	// NewPasswords makes those of the configuration hold for people and phones that
	// exist already: the demo's.
	NewPasswords bool
	// Hosts are the names, beside this machine's own, by which browsers may ask a demo.
	Hosts []string
	// PasswordHint is added to the warning of a phone's wrong password.
	PasswordHint string
	// Demo makes the parts of the demo from the running server; nil outside it.
	Demo func(*Server) api.Demo
	// Settings adds to what people change by day what is there from the first start;
	// nil: only what the configuration names.
	Settings func(*settings.Setup)
}

// Server is the whole program, running.
type Server struct {
	Config    configs.Config
	Log       *slog.Logger
	People    *people.Directory
	Settings  *settings.Directory
	Presence  *people.Presence
	Calls     *call.Exchange
	Callbacks *callback.Service
	Talks     *talk.Service
	Sessions  *session.Service
	Phones    *sip.Stack
	Browsers  *rtc.Stack

	options     Options
	registry    *prometheus.Registry
	clock       clock.Clock
	store       *store.Store
	journal     *journal.Journal
	recorder    *record.Writer
	plane       *mixer.Plane
	line        *queue.Line
	soundCheck  *soundcheck.Service
	visitors    *visitor.Service
	invitations *invitation.Service
	texts       web.Sentences
	mail        *mail.Service
	letters     *letters
	missed      *missed.Service
	days        *day.Service
	offline     *offline.Service
	archive     *archive
	web         *webSide
	dialler     *lateDialler
	receiver    *lateReceiver
	closing     atomic.Bool
	closers     []func(context.Context)
}

// New starts everything. When it fails, what had started is ended.
func New(ctx context.Context, config configs.Config, o Options) (*Server, error) {
	s := &Server{
		Config: config, Log: o.Log, options: o, registry: prometheus.NewRegistry(), clock: clock.System{},
		dialler: newLateDialler(), receiver: newLateReceiver(),
	}
	s.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	var err error
	if s.texts, err = web.ReadSentences(web.Texts()); err != nil {
		return nil, err
	}
	for _, start := range []func(context.Context) error{
		s.startStore, s.startPeople, s.startSettings, s.startVisitors, s.startPresence, s.startSound, s.startCalls, s.startBrowsers, s.startSoundCheck, s.startPhones, s.startMail, s.startMissed, s.startLine, s.startDays, s.startSessions, s.startTalks, s.startCallbacks,
		s.startDialplan,
		func(ctx context.Context) error { return s.startWeb(ctx, o.Demo) },
	} {
		if err := start(ctx); err != nil {
			s.Close(context.WithoutCancel(ctx))
			return nil, err
		}
	}
	return s, nil
}

// Close ends everything in the order opposite to the start: first the pages, then
// the calls are hung up, last the database is closed. Calls that should end by
// themselves are waited for by Drain, before.
func (s *Server) Close(ctx context.Context) {
	s.closing.Store(true)
	for _, end := range slices.Backward(s.closers) {
		end(ctx)
	}
	s.closers = nil
}

func (s *Server) atClose(f func(context.Context)) { s.closers = append(s.closers, f) }

func (s *Server) dir(name string) string { return filepath.Join(s.Config.Files.Dir, name) }

func (s *Server) startPeople(ctx context.Context) error {
	setup, err := setupOf(&s.Config)
	if err != nil {
		return err
	}
	setup.Overwrite = s.options.NewPasswords
	if s.People, err = people.Open(ctx, people.Options{Store: s.store, Clock: s.clock, Log: s.Log, Setup: setup, ActiveMost: s.activeMost}); err != nil {
		return err
	}
	s.follow(ctx, s.People.Follow)
	return nil
}

// follow runs something until the server ends.
func (s *Server) follow(ctx context.Context, run func(context.Context)) {
	following, stop := context.WithCancel(context.WithoutCancel(ctx))
	var followed sync.WaitGroup
	followed.Go(func() { run(following) })
	s.atClose(func(context.Context) {
		stop()
		followed.Wait()
	})
}

func (s *Server) startPresence(context.Context) error {
	s.Presence = people.NewPresence(people.PresenceOptions{Directory: s.People, Clock: s.clock, Policy: s.policyOf})
	s.atClose(func(context.Context) { s.Presence.Close() })
	stop := s.Settings.Watch(s.Presence.PolicyChanged)
	s.atClose(func(context.Context) { stop() })
	return nil
}

func (s *Server) startCalls(context.Context) error {
	s.Calls = call.NewExchange(call.Options{
		Dialler: s.dialler, Plane: s.plane, Sounds: sounds{s.plane, string(s.Config.Callbacks.Home)}, Journal: s.journal,
		Clock: s.clock, Log: s.Log, Metrics: call.NewMetrics(s.registry),
		SupervisorsPerCall: s.Config.Supervision.PerCall, RingTimeout: time.Duration(s.Config.SIP.RingTimeout),
		Grace: durationOf(s.Config.WebRTC.ReturnTime),
	})
	s.archive = &archive{Store: s.store, recordings: recordings{done: s.dir("files/calls")}}
	rows := newRows(s.store, s.clock, s.Log)
	stopRows := s.Calls.Watch(rows.watch)
	stopPresence := s.Calls.Watch(s.Presence.CallChanged)
	s.atClose(func(context.Context) {
		stopRows()
		stopPresence()
		rows.close()
	})
	return nil
}

// ready says whether new calls and callbacks are taken.
func (s *Server) ready() error {
	if s.closing.Load() {
		return routing.Refuse(routing.Unavailable, "server_closing")
	}
	return nil
}
