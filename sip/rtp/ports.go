package rtp

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"sufler/internal/clock"
)

// rest is how long a port stays unused after its call: what the far end of the
// old call still sends must not reach the next one.
const rest = 5 * time.Second

var errNoPort = errors.New("rtp: every port of the range is in use")

// ports gives out pairs of ports, RTP even and RTCP one above (RFC 3550 section 11).
type ports struct {
	clock clock.Clock
	low   uint16 // even
	count int    // pairs

	mu     sync.Mutex
	next   int
	used   map[uint16]bool
	rested map[uint16]time.Time // when a port may be used again
}

// newPorts takes a range as the configuration has it, both ends included. The
// first pair is a random one, so that ports are not the same after each start.
func newPorts(low, high uint16, c clock.Clock) (*ports, error) {
	first := low + low%2
	count := (int(high) - int(first) + 1) / 2
	if low == 0 || count < 1 {
		return nil, fmt.Errorf("rtp: range %d-%d holds no pair of ports", low, high)
	}
	return &ports{
		clock: c, low: first, count: count, next: rand.IntN(count),
		used: make(map[uint16]bool), rested: make(map[uint16]time.Time),
	}, nil
}

// open binds the next free pair. A port that another program has is passed over.
func (p *ports) open(addr netip.Addr) (*pair, error) {
	for range p.count {
		port, ok := p.take()
		if !ok {
			continue
		}
		l, err := openPair(addr, port)
		if errors.Is(err, syscall.EADDRNOTAVAIL) {
			// The address is that of a NAT in front of us and not on this machine.
			l, err = openPair(anyAddr(addr), port)
		}
		if err == nil {
			l.release = func() { p.give(port) }
			return l, nil
		}
		p.give(port)
		if !errors.Is(err, syscall.EADDRINUSE) {
			return nil, fmt.Errorf("rtp: %w", err)
		}
	}
	return nil, errNoPort
}

func anyAddr(like netip.Addr) netip.Addr {
	if like.Is4() {
		return netip.IPv4Unspecified()
	}
	return netip.IPv6Unspecified()
}

// take looks at one port of the range and keeps it if it is free.
func (p *ports) take() (uint16, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	port := p.low + uint16(2*p.next)
	p.next = (p.next + 1) % p.count
	if p.used[port] || p.clock.Now().Before(p.rested[port]) {
		return 0, false
	}
	p.used[port] = true
	delete(p.rested, port)
	return port, true
}

func (p *ports) give(port uint16) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.used, port)
	p.rested[port] = p.clock.Now().Add(rest)
}

// inUse counts the pairs that are bound now.
func (p *ports) inUse() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.used)
}

// pair is the two sockets of one leg. Two wires may hold it for a moment, while
// the leg's sound moves from one port of the sound plane to another; the last
// one closes it.
type pair struct {
	rtp, rtcp *socket
	port      uint16
	holders   atomic.Int32
	release   func()
}

func openPair(addr netip.Addr, port uint16) (*pair, error) {
	r, err := openSocket(netip.AddrPortFrom(addr, port))
	if err != nil {
		return nil, err
	}
	c, err := openSocket(netip.AddrPortFrom(addr, port+1))
	if err != nil {
		r.close()
		return nil, err
	}
	return &pair{rtp: r, rtcp: c, port: port}, nil
}

func (p *pair) hold() *pair {
	p.holders.Add(1)
	return p
}

// drop gives the pair up; true for the last holder, who has closed it.
func (p *pair) drop() bool {
	if p.holders.Add(-1) > 0 {
		return false
	}
	p.rtp.close()
	p.rtcp.close()
	if p.release != nil {
		p.release()
	}
	return true
}
