// Package smtptest is a mail server for tests (RFC 5321): it takes mails on
// loopback and keeps them, or refuses, stalls and breaks off as it is told. It
// forwards nothing.
package smtptest

import (
	"context"
	"crypto/tls"
	"fmt"
	"maps"
	"net"
	"slices"
	"sync"
)

// Options say how the server meets its clients; the zero value speaks plainly to
// everybody.
type Options struct {
	Certificate *tls.Certificate // offered by STARTTLS
	AtOnce      bool             // TLS from the first byte instead
	User        string           // wanted, with Password, before a mail
	Password    string
}

// Stage is a moment of the conversation at which the server may be told to behave
// in another way.
type Stage string

// The stages.
const (
	Connect Stage = "connect"
	Hello   Stage = "EHLO"
	From    Stage = "MAIL"
	To      Stage = "RCPT"
	Data    Stage = "DATA"
	Body    Stage = "body" // all of the mail has come
)

// Deed is what the server does at a stage instead of going on.
type Deed struct {
	Reply string // "550 no such mailbox"; a mail whose body is answered so is not kept
	Drop  bool   // ends the connection without a word; a mail is kept nevertheless
	Stall bool   // says nothing any more until the client leaves
}

// Server is a mail server. Its owner ends it with Close.
type Server struct {
	options  Options
	listener net.Listener
	serving  sync.WaitGroup

	stalled chan struct{} // one for each conversation that stalls

	mu     sync.Mutex
	deeds  map[Stage]Deed
	mails  []Mail
	read   int
	more   chan struct{} // closed and made anew when a mail has come
	conns  map[net.Conn]struct{}
	closed bool
}

// Start listens at a free port of loopback.
func Start(o Options) (*Server, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("smtptest: %w", err)
	}
	if o.AtOnce {
		l = tls.NewListener(l, &tls.Config{Certificates: []tls.Certificate{*o.Certificate}, MinVersion: tls.VersionTLS12})
	}
	s := &Server{
		options: o, listener: l, stalled: make(chan struct{}, 100), deeds: map[Stage]Deed{}, more: make(chan struct{}), conns: map[net.Conn]struct{}{},
	}
	s.serving.Go(s.serve)
	return s, nil
}

// Address is where it listens, as HOST:PORT.
func (s *Server) Address() string { return s.listener.Addr().String() }

// Close ends every conversation.
func (s *Server) Close() {
	s.mu.Lock()
	s.closed = true
	conns := slices.Collect(maps.Keys(s.conns))
	s.mu.Unlock()
	_ = s.listener.Close() // nobody is left to be told
	for _, c := range conns {
		_ = c.Close()
	}
	s.serving.Wait()
}

// At tells the server what to do at a stage from now on; the zero Deed lets it go
// on as usual.
func (s *Server) At(stage Stage, d Deed) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.deeds[stage] = d
}

// Next waits for the next mail that was kept, the oldest first.
func (s *Server) Next(ctx context.Context) (Mail, error) {
	for {
		s.mu.Lock()
		if s.read < len(s.mails) {
			s.read++
			m := s.mails[s.read-1]
			s.mu.Unlock()
			return m, nil
		}
		more := s.more
		s.mu.Unlock()
		select {
		case <-more:
		case <-ctx.Done():
			return Mail{}, fmt.Errorf("smtptest: no mail: %w", ctx.Err())
		}
	}
}

// Stalled gives one value for each conversation that the server has let stall.
func (s *Server) Stalled() <-chan struct{} { return s.stalled }

// Kept is how many mails were kept until now.
func (s *Server) Kept() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.mails)
}

func (s *Server) deed(stage Stage) Deed {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.deeds[stage]
}

func (s *Server) keep(m Mail) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mails = append(s.mails, m)
	close(s.more)
	s.more = make(chan struct{})
}

func (s *Server) serve() {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return // closed
		}
		if !s.enter(conn) {
			_ = conn.Close()
			return
		}
		s.serving.Go(func() {
			defer s.leave(conn)
			newConversation(s, conn).run()
		})
	}
}

func (s *Server) enter(conn net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.conns[conn] = struct{}{}
	}
	return !s.closed
}

func (s *Server) leave(conn net.Conn) {
	s.mu.Lock()
	delete(s.conns, conn)
	s.mu.Unlock()
	_ = conn.Close()
}
