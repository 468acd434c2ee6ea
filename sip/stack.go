package sip

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"syscall"
	"time"

	sipmsg "github.com/emiago/sipgo/sip"

	"sufler/internal/clock"
	"sufler/routing"
)

// Stack is our end of SIP: its listeners, the legs that live on them, the
// registrar and the trunks. It uses the parser, the transports and the
// transactions of sipgo; everything above is here.
type Stack struct {
	opt       Options
	log       *slog.Logger
	clock     clock.Clock
	timers    Timers
	metrics   *Metrics
	secret    [32]byte // keys tags and nonces; lost with the process
	branch    string   // every branch of ours begins with it
	transport *sipmsg.TransportLayer
	layer     *sipmsg.TransactionLayer
	gate      *gate         // nil without UDP
	listener  *slotListener // nil without TCP
	authority *authority    // nil without Accounts
	registrar *registrar    // nil without Accounts
	trunks    []*trunk
	graves    *graves
	running   sync.WaitGroup

	mu       sync.Mutex
	draining bool // no new legs from outside
	closing  bool // no new legs
	gone     bool // no new goroutines, nothing more is sent
	legs     map[*Leg]struct{}
	dialogs  map[dialogKey]*Leg
	past     map[dialogKey]time.Time // ended legs whose messages may still be repeated
	swept    time.Time
}

// dialogKey finds the leg of a message: the Call-ID and the tag that is ours.
// The other tag is the leg's business, because a forked call has several.
type dialogKey struct{ callID, tag string }

// New opens the listeners and begins to serve.
func New(opt Options) (*Stack, error) {
	s := &Stack{
		opt:     opt,
		log:     opt.Log,
		clock:   opt.Clock,
		timers:  opt.Timers.withDefaults(),
		metrics: opt.Metrics,
		legs:    make(map[*Leg]struct{}),
		dialogs: make(map[dialogKey]*Leg),
		past:    make(map[dialogKey]time.Time),
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.clock == nil {
		s.clock = clock.System{}
	}
	if s.metrics == nil {
		s.metrics = NewMetrics(nil)
	}
	s.opt.UserAgent = cmp.Or(displayName(opt.UserAgent), "Sufler")
	s.opt.Realm = cmp.Or(displayName(opt.Realm), "sufler")
	setGlobals(s.timers)
	_, _ = rand.Read(s.secret[:]) // never fails since Go 1.24
	s.branch = "z9hG4bK" + hex.EncodeToString(s.keyed("branch"))[:12]
	s.graves = newGraves(s)
	s.build()
	if err := s.listen(); err != nil {
		s.shut()
		return nil, err
	}
	if opt.Accounts != nil {
		s.authority = newAuthority(s)
		s.registrar = newRegistrar(s)
	}
	for _, o := range opt.Trunks {
		s.trunks = append(s.trunks, newTrunk(s, o))
	}
	s.serveAll()
	for _, t := range s.trunks {
		t.start()
	}
	return s, nil
}

// build makes sipgo's layers. The order matters: our own handler comes before
// the transactions, so that it sees each request while nobody else does.
func (s *Stack) build() {
	log := slog.New(quiet{s.log.Handler()})
	s.transport = sipmsg.NewTransportLayer(net.DefaultResolver, sipmsg.NewParser(), nil,
		sipmsg.WithTransportLayerLogger(log),
		sipmsg.WithTransportLayerTransports(sipmsg.TransportsConfig{TCP: &sipmsg.TransportTCP{
			WriteTimeout: connectLimit,
			DialerCreate: s.dialer,
		}}))
	s.transport.OnMessage(s.arrive)
	s.layer = sipmsg.NewTransactionLayer(s.transport,
		sipmsg.WithTransactionLayerLogger(log),
		sipmsg.WithTransactionLayerTerminateOnConnClose(),
		sipmsg.WithTransactionLayerUnhandledResponseHandler(s.strayResponse))
	s.layer.OnRequest(s.serve)
}

// dialer opens TCP connections until the stack is gone: sipgo would open one for
// the answer to a request that it takes up later.
func (s *Stack) dialer(local net.Addr) net.Dialer {
	return net.Dialer{Timeout: connectLimit, LocalAddr: local, Control: func(string, string, syscall.RawConn) error {
		if s.isGone() {
			return errClosing
		}
		return nil
	}}
}

// listen opens the sockets.
func (s *Stack) listen() error {
	if s.opt.UDP != "" {
		conn, err := listenUDP(s.opt.UDP)
		if err != nil {
			return fmt.Errorf("sip: listen udp %s: %w", s.opt.UDP, err)
		}
		s.gate = newGate(s, conn)
	}
	if s.opt.TCP != "" {
		var lc net.ListenConfig
		l, err := lc.Listen(context.Background(), "tcp", s.opt.TCP)
		if err != nil {
			return fmt.Errorf("sip: listen tcp %s: %w", s.opt.TCP, err)
		}
		s.listener = newSlotListener(l, maxConnections)
	}
	return nil
}

// serveAll lets messages in, when everything that they meet is there.
func (s *Stack) serveAll() {
	if s.gate != nil {
		s.running.Go(func() { s.ended("udp", s.transport.ServeUDP(s.gate)) })
		// Only then does sipgo know the socket and can send from it.
		<-s.gate.reading
	}
	if s.listener != nil {
		s.running.Go(func() { s.ended("tcp", s.transport.ServeTCP(s.listener)) })
	}
}

// connectLimit bounds every wait for a TCP peer.
const connectLimit = 3 * time.Second

func (s *Stack) ended(network string, err error) {
	s.mu.Lock()
	closing := s.closing
	s.mu.Unlock()
	if !closing {
		s.log.Error("listener ended", slog.String("network", network), slog.Any("err", err))
	}
}

// UDPAddr is where UDP is listened for; invalid when it is not.
func (s *Stack) UDPAddr() netip.AddrPort {
	if s.gate == nil {
		return netip.AddrPort{}
	}
	return s.gate.LocalAddr().(*net.UDPAddr).AddrPort()
}

// TCPAddr is where TCP is listened for; invalid when it is not.
func (s *Stack) TCPAddr() netip.AddrPort {
	if s.listener == nil {
		return netip.AddrPort{}
	}
	return s.listener.Addr().(*net.TCPAddr).AddrPort()
}

// Drain refuses new calls from outside with 503 from now on. Legs that are up go
// on, registrations are renewed, and what we dial ourselves is dialled.
func (s *Stack) Drain() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.draining = true
}

// Close hangs up every leg, waits for their endings until ctx is done, and
// closes the listeners. No goroutine of the stack is left after it.
func (s *Stack) Close(ctx context.Context) error {
	s.mu.Lock()
	if s.closing {
		s.mu.Unlock()
		return nil
	}
	s.closing = true
	legs := make([]*Leg, 0, len(s.legs))
	for l := range s.legs {
		legs = append(legs, l)
	}
	s.mu.Unlock()
	for _, t := range s.trunks {
		t.stop()
	}
	for _, l := range legs {
		l.Do(routing.Hangup{Cause: routing.ShuttingDown})
	}
	var err error
	for _, l := range legs {
		select {
		case <-l.own.Done():
		case <-ctx.Done():
			err = fmt.Errorf("sip: close: legs still up: %w", ctx.Err())
			l.abandon()
		}
	}
	s.mu.Lock()
	s.gone = true
	s.mu.Unlock()
	s.shut()
	s.running.Wait()
	// A connection may have come or been made while the others closed.
	s.hangUpTCP()
	if s.registrar != nil {
		s.registrar.close()
	}
	return err
}

// shut closes what listen opened.
func (s *Stack) shut() {
	s.mu.Lock()
	s.closing = true
	s.mu.Unlock()
	if s.gate != nil {
		s.gate.shut.Store(true)
	}
	s.layer.Close()
	if s.gate != nil {
		_ = s.gate.Close()
	}
	if s.listener != nil {
		_ = s.listener.Close()
	}
	s.hangUpTCP()
}

// hangUpTCP closes every TCP connection. The UDP socket is the gate's, and what
// it leaves in sipgo's pool must stay there.
func (s *Stack) hangUpTCP() { _ = s.transport.Pool("tcp").Clear() }

var errClosing = errors.New("sip: closing")

// begin counts something that sends in, so that Close waits for its end, which is
// running.Done; false when the stack is gone.
func (s *Stack) begin() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.gone {
		s.running.Add(1)
	}
	return !s.gone
}

func (s *Stack) isGone() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.gone
}

// enter counts a leg in; it fails while the stack closes.
func (s *Stack) enter(l *Leg) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing {
		return errClosing
	}
	s.legs[l] = struct{}{}
	s.metrics.legs.Inc()
	return nil
}

// bind lets messages with our tag find the leg.
func (s *Stack) bind(key dialogKey, l *Leg) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dialogs[key] = l
	l.keys = append(l.keys, key)
}

// leave forgets a leg.
func (s *Stack) leave(l *Leg) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.legs[l]; !ok {
		return
	}
	delete(s.legs, l)
	now := s.clock.Now()
	for _, key := range l.keys {
		delete(s.dialogs, key)
		s.past[key] = now.Add(s.timers.ackWait())
	}
	s.metrics.legs.Dec()
	s.sweepLocked(now)
}

func (s *Stack) sweepLocked(now time.Time) {
	if now.Sub(s.swept) < s.timers.ackWait()/4 {
		return
	}
	s.swept = now
	for key, until := range s.past {
		if now.After(until) {
			delete(s.past, key)
		}
	}
}

// was says that a leg has ended so lately that sipgo may still have to answer
// repeated messages of it.
func (s *Stack) was(key dialogKey) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.past[key]
	return ok
}

func (s *Stack) find(key dialogKey) (*Leg, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l, ok := s.dialogs[key]
	return l, ok
}

// Phones lists the phones that are or were registered since the start.
func (s *Stack) Phones() []PhoneState {
	if s.registrar == nil {
		return nil
	}
	return s.registrar.list()
}

// Trunks lists the trunks in the order of the configuration.
func (s *Stack) Trunks() []TrunkState {
	states := make([]TrunkState, 0, len(s.trunks))
	for _, t := range s.trunks {
		states = append(states, t.current())
	}
	return states
}
