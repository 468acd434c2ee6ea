package impair

import (
	"container/heap"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"time"
)

// Relay passes datagrams between whoever sends to it and one target, both ways,
// as badly as its Options say.
type Relay struct {
	front   *net.UDPConn // where senders send
	target  netip.AddrPort
	options Options
	wake    chan struct{}
	closing chan struct{}
	running sync.WaitGroup

	mu      sync.Mutex
	closed  bool
	backs   map[netip.AddrPort]*back
	waiting queue
	order   int
	streams uint64
	paths   []*path
}

// back is the way to the target of one sender, with a port of its own.
type back struct {
	conn     *net.UDPConn
	out, in  *path
	delivers netip.AddrPort
}

// New starts a relay to target on a free port of listen. Its owner ends it with Close.
func New(listen netip.Addr, target netip.AddrPort, opt Options) (*Relay, error) {
	front, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(listen, 0)))
	if err != nil {
		return nil, fmt.Errorf("impair: %w", err)
	}
	r := &Relay{
		front: front, target: target, options: opt, wake: make(chan struct{}, 1), closing: make(chan struct{}),
		backs: make(map[netip.AddrPort]*back),
	}
	r.running.Go(r.readFront)
	r.running.Go(r.deliver)
	return r, nil
}

// Addr is where to send instead of to the target.
func (r *Relay) Addr() netip.AddrPort { return addrPort(r.front) }

// Counts adds up what has happened to both directions so far.
func (r *Relay) Counts() Counts {
	r.mu.Lock()
	defer r.mu.Unlock()
	var sum Counts
	for _, p := range r.paths {
		sum.Received += p.counts.Received
		sum.Lost += p.counts.Lost
		sum.Duplicated += p.counts.Duplicated
		sum.Reordered += p.counts.Reordered
		sum.Delivered += p.counts.Delivered
	}
	return sum
}

// Close ends the relay; packets on their way are lost.
func (r *Relay) Close() {
	r.mu.Lock()
	if r.closed {
		r.mu.Unlock()
		return
	}
	r.closed = true
	close(r.closing)
	_ = r.front.Close()
	for _, b := range r.backs {
		_ = b.conn.Close()
	}
	r.mu.Unlock()
	r.running.Wait()
}

func (r *Relay) readFront() {
	buf := make([]byte, 65535)
	for {
		n, from, err := r.front.ReadFromUDPAddrPort(buf)
		if err != nil {
			if errors.Is(err, net.ErrClosed) {
				return
			}
			continue // an ICMP error of an earlier packet
		}
		b := r.back(from)
		if b == nil {
			return
		}
		r.schedule(b.out, buf[:n], func(packet []byte) { _, _ = b.conn.Write(packet) })
	}
}

// back finds or opens the sender's way to the target; nil after Close.
func (r *Relay) back(from netip.AddrPort) *back {
	r.mu.Lock()
	defer r.mu.Unlock()
	if b, ok := r.backs[from]; ok || r.closed {
		return b
	}
	local := net.UDPAddrFromAddrPort(netip.AddrPortFrom(addrPort(r.front).Addr(), 0))
	conn, err := net.DialUDP("udp", local, net.UDPAddrFromAddrPort(r.target))
	if err != nil {
		return nil
	}
	b := &back{conn: conn, out: newPath(r.options, r.streams), in: newPath(r.options, r.streams+1), delivers: from}
	r.streams += 2
	r.paths = append(r.paths, b.out, b.in)
	r.backs[from] = b
	r.running.Go(func() { r.readBack(b) })
	return b
}

func (r *Relay) readBack(b *back) {
	buf := make([]byte, 65535)
	for {
		n, err := b.conn.Read(buf)
		if err != nil {
			if errors.Is(err, net.ErrClosed) {
				return
			}
			continue
		}
		r.schedule(b.in, buf[:n], func(packet []byte) { _, _ = r.front.WriteToUDPAddrPort(packet, b.delivers) })
	}
}

func (r *Relay) schedule(p *path, packet []byte, send func([]byte)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	copied := append([]byte(nil), packet...)
	for _, at := range p.arrivals(time.Now()) {
		r.order++
		heap.Push(&r.waiting, item{at: at, order: r.order, send: func() { send(copied) }, path: p})
	}
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// deliver sends each packet when its time has come.
func (r *Relay) deliver() {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		timer.Reset(r.due())
		select {
		case <-r.wake:
		case <-timer.C:
		case <-r.closing:
			return
		}
	}
}

// due sends what is due and returns the time until the next packet.
func (r *Relay) due() time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	for len(r.waiting) > 0 {
		if wait := time.Until(r.waiting[0].at); wait > 0 {
			return wait
		}
		next := heap.Pop(&r.waiting).(item)
		next.send() // a UDP write does not wait
		next.path.counts.Delivered++
	}
	return time.Hour
}

func addrPort(c *net.UDPConn) netip.AddrPort {
	a := c.LocalAddr().(*net.UDPAddr).AddrPort()
	return netip.AddrPortFrom(a.Addr().Unmap(), a.Port())
}

// item is one packet on its way; queue is a heap by time, then by order.
type item struct {
	at    time.Time
	order int
	send  func()
	path  *path
}

type queue []item

func (q queue) Len() int { return len(q) }

func (q queue) Less(i, j int) bool {
	if q[i].at.Equal(q[j].at) {
		return q[i].order < q[j].order
	}
	return q[i].at.Before(q[j].at)
}

func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }

func (q *queue) Push(x any) { *q = append(*q, x.(item)) }

func (q *queue) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}
