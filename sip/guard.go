package sip

import (
	"context"
	"log/slog"
	"net"
	"runtime/debug"
	"sync"
)

// caught is deferred around everything that a message of somebody else can
// reach. A panic there would end the process and every call in it.
func (s *Stack) caught(where string, then func()) {
	r := recover()
	if r == nil {
		return
	}
	s.metrics.panics.Inc()
	s.log.Error("caught a panic", slog.String("where", where), slog.Any("err", r), slog.String("stack", string(debug.Stack())))
	if then != nil {
		then()
	}
}

// quiet is the log of sipgo's insides: it speaks of every unparsable packet as an
// error and prints it whole. What a person should know is logged by us; the rest
// is for debugging, and short.
type quiet struct{ next slog.Handler }

func (q quiet) Enabled(ctx context.Context, _ slog.Level) bool {
	return q.next.Enabled(ctx, slog.LevelDebug)
}

func (q quiet) Handle(ctx context.Context, r slog.Record) error {
	short := slog.NewRecord(r.Time, slog.LevelDebug, r.Message, r.PC)
	r.Attrs(func(a slog.Attr) bool {
		short.AddAttrs(slog.String(a.Key, shorten(a.Value.String(), 200)))
		return true
	})
	return q.next.Handle(ctx, short)
}

func (q quiet) WithAttrs(attrs []slog.Attr) slog.Handler { return quiet{q.next.WithAttrs(attrs)} }
func (q quiet) WithGroup(name string) slog.Handler       { return quiet{q.next.WithGroup(name)} }

// maxConnections is how many TCP connections are open at once; more wait.
const maxConnections = 2048

// slotListener accepts only so many connections at a time.
type slotListener struct {
	net.Listener
	slots  chan struct{}
	closed chan struct{}
	once   sync.Once
}

func newSlotListener(l net.Listener, n int) *slotListener {
	return &slotListener{Listener: l, slots: make(chan struct{}, n), closed: make(chan struct{})}
}

// Accept waits for a slot and then for a connection.
func (l *slotListener) Accept() (net.Conn, error) {
	select {
	case l.slots <- struct{}{}:
	case <-l.closed:
		return nil, net.ErrClosed
	}
	conn, err := l.Listener.Accept()
	if err != nil {
		<-l.slots
		return nil, err
	}
	return &slotConn{Conn: conn, free: sync.OnceFunc(func() { <-l.slots })}, nil
}

// Close ends Accept.
func (l *slotListener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return l.Listener.Close()
}

type slotConn struct {
	net.Conn
	free func()
}

// Close gives the slot back.
func (c *slotConn) Close() error {
	defer c.free()
	return c.Conn.Close()
}
