package server

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"syscall"
	"time"

	"sufler/api"
	"sufler/configs"
	"sufler/routing"
	"sufler/web"
)

// webClose is how long open requests may take to end.
const webClose = 5 * time.Second

// webSide is the listeners of pages and of figures.
type webSide struct {
	api        *api.Server
	main, side net.Listener
	servers    []*http.Server
	serving    sync.WaitGroup
}

func (s *Server) startWeb(ctx context.Context, demo func(*Server) api.Demo) error {
	c := &s.Config
	w := &webSide{}
	s.web = w
	var err error
	if w.main, err = s.listenMain(ctx); err != nil {
		return err
	}
	if w.side, err = s.listen(ctx, "http.admin", c.HTTP.Admin); err != nil {
		return errors.Join(err, w.main.Close())
	}
	options, err := s.apiOptions()
	if err != nil {
		return errors.Join(err, w.main.Close(), w.side.Close())
	}
	if demo != nil {
		options.Demo = demo(s)
	}
	if w.api, err = api.New(options); err != nil {
		return errors.Join(err, w.main.Close(), w.side.Close())
	}
	w.serve(s.Log, w.main, w.api)
	w.serve(s.Log, w.side, w.api.Admin())
	s.atClose(func(ctx context.Context) { w.close(ctx, s.Log) })
	return nil
}

// listenMain opens http.listen, with a certificate where there is one.
func (s *Server) listenMain(ctx context.Context) (net.Listener, error) {
	l, err := s.listen(ctx, "http.listen", s.Config.HTTP.Listen)
	t := s.Config.HTTP.TLS
	if err != nil || t.CertFile == "" {
		return l, err
	}
	cert, err := newKeyPair(s.Config.Path(t.CertFile), s.Config.Path(t.KeyFile), s.clock, s.Log)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", s.Config.Where("http.tls"), err), l.Close())
	}
	return tls.NewListener(l, cert.config()), nil
}

// listen opens an address, or says where it stands in the file and what to do.
func (s *Server) listen(ctx context.Context, key string, address configs.Address) (net.Listener, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", string(address))
	if err != nil {
		return nil, s.unheard(key, address, err)
	}
	return l, nil
}

// unheard says why an address cannot be listened at and what to do.
func (s *Server) unheard(key string, address configs.Address, err error) error {
	why := err.Error()
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		why = string(address) + " is in use by another program; end it or write another port"
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		why = string(address) + " is no address of this machine; write one that it has, or 0.0.0.0 for all"
	case errors.Is(err, syscall.EACCES):
		why = string(address) + " needs more rights; write a port above 1023"
	}
	return &unheardError{fmt.Sprintf("%s: %s: %s", s.Config.Where(key), key, why), err}
}

// unheardError says in words for the administrator what an error of the system means.
type unheardError struct {
	text string
	err  error
}

func (e *unheardError) Error() string { return e.text }

func (e *unheardError) Unwrap() error { return e.err }

func (w *webSide) serve(log *slog.Logger, l net.Listener, h http.Handler) {
	server := &http.Server{Handler: h, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug)}
	api.Limits(server)
	w.servers = append(w.servers, server)
	w.serving.Go(func() {
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			log.Error("a web listener has ended", slog.Any("err", err))
		}
	})
}

func (w *webSide) close(ctx context.Context, log *slog.Logger) {
	w.api.Close()
	ctx, cancel := context.WithTimeout(ctx, webClose)
	defer cancel()
	for _, server := range w.servers {
		if err := server.Shutdown(ctx); err != nil {
			log.Warn("requests were cut off", slog.Any("err", errors.Join(err, server.Close())))
		}
	}
	w.serving.Wait()
}

// URL is where browsers reach the server.
func (s *Server) URL() string {
	if s.Config.PublicURL != "" {
		return string(s.Config.PublicURL)
	}
	scheme := "http://"
	if s.Config.HTTP.TLS.CertFile != "" {
		scheme = "https://"
	}
	address := s.web.main.Addr().String()
	if host, port, err := net.SplitHostPort(address); err == nil && net.ParseIP(host).IsUnspecified() {
		address = net.JoinHostPort(OwnAddress().String(), port)
	}
	return scheme + address
}

func (s *Server) apiOptions() (api.Options, error) {
	c := &s.Config
	tokens := make(map[string]string, len(c.Callbacks.Tokens))
	for _, t := range c.Callbacks.Tokens {
		token, err := c.ReadSecret(t.Token, t.TokenFile)
		if err != nil {
			return api.Options{}, fmt.Errorf("token %s: %w", t.Name, err)
		}
		tokens[t.Name] = token
	}
	proxies := make([]netip.Prefix, len(c.HTTP.TrustedProxies))
	for i, p := range c.HTTP.TrustedProxies {
		proxies[i] = p.Prefix
	}
	return api.Options{
		Callbacks: s.Callbacks, Talks: s.Talks, Sessions: s.Sessions, Waiting: s.line, Calls: s.Calls, People: s.People, Settings: s.Settings, Visitors: s.visitors, Invitations: s.invitations, Team: s.Presence, Days: s.days, Browsers: s.Browsers, SoundCheck: s.soundCheck, Records: s.archive, Journal: s.journal,
		Phones: phones{s}, Trunks: trunks{s}, Missed: s.missed, Offline: s.offline, Mail: s.mail,
		PublicURL: s.URL(), DemoHosts: s.options.Hosts, TrustedProxies: proxies, Tokens: tokens, File: fileOf(c), Widget: s.widget(),
		Pages: web.Files(), Texts: web.Texts(), Built: web.Built(), Ready: s.ready,
		Clock: s.clock, Log: s.Log, Registry: s.registry, Metrics: s.registry,
	}, nil
}

// fileOf is the configuration file as pages show it.
func fileOf(c *configs.Config) []api.FileValue {
	var all []api.FileValue
	for _, one := range c.Shown() {
		all = append(all, api.FileValue(one))
	}
	return all
}

func (s *Server) widget() api.Widget {
	c := s.Config.Callbacks
	numbers := numbersOf(&s.Config)
	w := api.Widget{Enabled: len(c.Allow) > 0 && len(s.Config.Trunks) > 0, Talks: s.Config.WebRTC.Visitors, Home: numbers.HomePrefix()}
	for _, p := range c.Allow {
		w.Prefixes = append(w.Prefixes, string(p))
	}
	if caller := callerOf(&s.Config); caller != "" {
		w.Caller = numbers.ShowInternational(caller)
	}
	return w
}

// phones shows the accounts and where they are registered.
type phones struct{ s *Server }

// Phones implements api.Phones.
func (p phones) Phones() []api.Phone {
	at := make(map[routing.Extension]api.Phone)
	for _, state := range p.s.Phones.Phones() {
		at[state.Extension] = api.Phone{
			Extension: state.Extension, Registered: state.Registered, UserAgent: state.UserAgent, Address: state.Address, Since: state.Since,
		}
	}
	var all []api.Phone
	for _, account := range p.s.People.Phones() {
		phone := at[account.Extension]
		phone.Extension = account.Extension
		all = append(all, phone)
	}
	return all
}

// trunks shows the trunks and how they are.
type trunks struct{ s *Server }

// Trunks implements api.Trunks.
func (t trunks) Trunks() []api.Trunk {
	var all []api.Trunk
	for _, state := range t.s.Phones.Trunks() {
		all = append(all, api.Trunk{Name: state.Name, State: state.State, Text: state.Text, Since: state.Since})
	}
	return all
}
