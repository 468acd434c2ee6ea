package sip

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	sipmsg "github.com/emiago/sipgo/sip"
)

// readBuffer is asked of the system for the one UDP socket: a burst of 300
// datagrams loses half of them in the default of 208 KiB.
const readBuffer = 8 << 20

func listenUDP(addr string) (*net.UDPConn, error) {
	var lc net.ListenConfig
	conn, err := lc.ListenPacket(context.Background(), "udp", addr)
	if err != nil {
		return nil, err
	}
	udp := conn.(*net.UDPConn)
	_ = udp.SetReadBuffer(readBuffer) // capped by net.core.rmem_max; less is not an error
	return udp, nil
}

// gate is the UDP socket as sipgo sees it. Behind it every source gets an entry
// in a pool that is never emptied and every request a transaction that lives for
// 32 s; so whatever needs neither is answered or dropped here: what is not SIP,
// floods, malformed messages, requests that must first show a password, and
// those of dialogs that do not exist. It is read by one goroutine.
type gate struct {
	*net.UDPConn
	stack   *Stack
	parser  *sipmsg.Parser
	limit   *limiter
	sources sources
	shut    atomic.Bool   // nothing more is let in
	reading chan struct{} // closed when sipgo begins to read
	once    sync.Once
}

func newGate(s *Stack, conn *net.UDPConn) *gate {
	return &gate{
		UDPConn: conn, stack: s, parser: sipmsg.NewParser(),
		limit:   newLimiter(2000, 4000),
		sources: sources{seen: make(map[string]time.Time)},
		reading: make(chan struct{}),
	}
}

// ReadFrom returns the next datagram that sipgo should see. Only a closed socket
// is an error: any other would make sipgo stop listening.
func (g *gate) ReadFrom(buf []byte) (int, net.Addr, error) {
	g.once.Do(func() { close(g.reading) })
	for {
		n, addr, err := g.ReadFromUDPAddrPort(buf)
		if errors.Is(err, net.ErrClosed) {
			g.leavePool()
			return 0, nil, err
		}
		if err != nil {
			continue
		}
		from := netip.AddrPortFrom(addr.Addr().Unmap(), addr.Port())
		g.traced(false, from, buf[:n])
		if g.shut.Load() || !g.admit(buf[:n], from) {
			continue
		}
		g.sources.note(from.String(), g.stack.clock.Now(), g.stack.transport)
		return n, net.UDPAddrFromAddrPort(from), nil
	}
}

// leavePool puts a closed connection in the place of ours. sipgo takes every
// request up in a goroutine that nobody can wait for, and opens a socket of its
// own when it does not find the source in its pool: one that is taken up only
// after the end shall find something there.
func (g *gate) leavePool() {
	pool, gone := g.stack.transport.Pool("udp"), closedConn{g.LocalAddr()}
	pool.Add(g.LocalAddr().String(), gone)
	for source := range g.sources.seen {
		pool.Add(source, gone)
	}
}

func (g *gate) admit(data []byte, from netip.AddrPort) (pass bool) {
	defer g.stack.caught("gate", func() { pass = false })
	if reason := g.dropped(data, from); reason != "" {
		g.stack.metrics.dropped.WithLabelValues(reason).Inc()
		return false
	}
	msg, err := g.parser.ParseSIP(data)
	if err != nil {
		g.stack.metrics.dropped.WithLabelValues(dropMalformed).Inc()
		if answer := salvage(data); answer != nil {
			g.answer(answer, from)
		}
		return false
	}
	msg.SetTransport("UDP")
	msg.SetSource(from.String())
	return g.judge(msg, from)
}

// dropped says why a datagram needs no parsing.
func (g *gate) dropped(data []byte, from netip.AddrPort) string {
	switch {
	case len(data) < 20: // also the keepalives of RFC 5626 section 3.5.1
		return dropNotSIP
	case !bytes.HasPrefix(data, []byte("SIP/2.0 ")) && !bytes.Contains(firstLine(data), []byte(" SIP/")):
		return dropNotSIP
	case !g.limit.allow(from.Addr(), g.stack.clock.Now()):
		return dropFlood
	}
	return ""
}

func firstLine(data []byte) []byte {
	line, _, _ := bytes.Cut(data[:min(len(data), 2048)], []byte("\r\n"))
	return line
}

func (g *gate) judge(msg sipmsg.Message, from netip.AddrPort) bool {
	req, ok := msg.(*sipmsg.Request)
	if !ok {
		if g.stack.ours(msg.(*sipmsg.Response)) {
			return true
		}
		g.stack.metrics.dropped.WithLabelValues(dropStray).Inc()
		return false
	}
	g.stack.prepare(req)
	v := g.stack.screen(req)
	switch {
	case v.pass:
		return true
	case v.res == nil && req.IsAck() && validate(req) == nil:
		g.stack.takeACK(req)
	case v.res == nil:
		g.stack.metrics.dropped.WithLabelValues(dropStray).Inc()
	default:
		g.stack.metrics.answered(string(req.Method), v.res.StatusCode)
		g.answer([]byte(v.res.String()), answerTo(req, from))
	}
	return false
}

func (g *gate) answer(data []byte, to netip.AddrPort) {
	_, _ = g.WriteTo(data, net.UDPAddrFromAddrPort(to))
}

// answerTo is where a response goes that no transaction carries
// (RFC 3261 section 18.2.2, RFC 3581 section 4).
func answerTo(req *sipmsg.Request, from netip.AddrPort) netip.AddrPort {
	if via := req.Via(); via != nil && !via.Params.Has("rport") {
		return netip.AddrPortFrom(from.Addr(), uint16(portOf(via.Port)))
	}
	return from
}

// closedConn is a connection of sipgo's over which nothing goes.
type closedConn struct{ local net.Addr }

func (c closedConn) LocalAddr() net.Addr           { return c.local }
func (c closedConn) WriteMsg(sipmsg.Message) error { return net.ErrClosed }
func (c closedConn) Ref(int) int                   { return 1 }
func (c closedConn) TryClose() (int, error)        { return 1, nil }
func (c closedConn) Close() error                  { return nil }

// sources remembers which peers sipgo keeps in its pool and takes them out again
// when they have been silent for longer than any transaction lives.
type sources struct {
	seen  map[string]time.Time
	swept time.Time
}

const sourceLife = 3 * time.Minute

func (s *sources) note(addr string, now time.Time, layer *sipmsg.TransportLayer) {
	s.seen[addr] = now
	if now.Sub(s.swept) < sourceLife/3 {
		return
	}
	s.swept = now
	var gone []string
	for a, at := range s.seen {
		if now.Sub(at) > sourceLife {
			gone = append(gone, a)
			delete(s.seen, a)
		}
	}
	layer.Pool("udp").DeleteMultiple(gone)
}

// limiter is a token bucket per address.
type limiter struct {
	rate, burst float64 // messages per second; messages
	buckets     map[netip.Addr]*bucket
}

type bucket struct {
	tokens float64
	at     time.Time
}

// maxBuckets bounds the memory that forged addresses can cost.
const maxBuckets = 1 << 14

func newLimiter(rate, burst float64) *limiter {
	return &limiter{rate: rate, burst: burst, buckets: make(map[netip.Addr]*bucket)}
}

func (l *limiter) allow(ip netip.Addr, now time.Time) bool {
	b, ok := l.buckets[ip]
	if !ok {
		if len(l.buckets) >= maxBuckets {
			clear(l.buckets)
		}
		b = &bucket{tokens: l.burst, at: now}
		l.buckets[ip] = b
	}
	b.tokens = min(l.burst, b.tokens+now.Sub(b.at).Seconds()*l.rate)
	b.at = now
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}
