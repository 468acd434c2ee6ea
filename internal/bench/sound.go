package main

import (
	"encoding/binary"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// ear is one leg's far end: a socket that is sent sound at the pace of a call
// and counts what comes back.
type ear struct {
	conn     *net.UDPConn
	remote   atomic.Pointer[net.UDPAddr]
	received atomic.Uint64
	sent     atomic.Uint64
	sequence uint16
}

func (e *ear) port() int { return e.conn.LocalAddr().(*net.UDPAddr).Port }

// sound paces all ears from one goroutine: a packet of 20 ms each.
type sound struct {
	mu   sync.Mutex
	ears []*ear
	stop chan struct{}
	all  sync.WaitGroup
}

func newSound() *sound {
	s := &sound{stop: make(chan struct{})}
	s.all.Go(s.pace)
	return s
}

func (s *sound) open() (*ear, error) {
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return nil, err
	}
	e := &ear{conn: conn}
	s.all.Go(func() {
		buf := make([]byte, 2048)
		for {
			n, _, err := conn.ReadFromUDPAddrPort(buf)
			if err != nil {
				return
			}
			if n > 12 && buf[1]&0x7f == 0 { // PCMU
				e.received.Add(1)
			}
		}
	})
	s.mu.Lock()
	s.ears = append(s.ears, e)
	s.mu.Unlock()
	return e, nil
}

func (s *sound) pace() {
	packet := make([]byte, 12+160)
	packet[0] = 0x80
	for i := range 160 {
		packet[12+i] = 0x80 | byte(i%16) // a steady buzz in mu-law
	}
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-s.stop:
			return
		case <-tick.C:
		}
		s.mu.Lock()
		ears := s.ears
		s.mu.Unlock()
		for i, e := range ears {
			if to := e.remote.Load(); to != nil {
				e.sequence++
				binary.BigEndian.PutUint16(packet[2:], e.sequence)
				binary.BigEndian.PutUint32(packet[4:], uint32(e.sequence)*160)
				binary.BigEndian.PutUint32(packet[8:], uint32(i+1))
				_, _ = e.conn.WriteToUDP(packet, to)
				e.sent.Add(1)
			}
		}
	}
}

// packets are those that all ears have sent and got so far.
func (s *sound) packets() (sent, heard uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.ears {
		sent += e.sent.Load()
		heard += e.received.Load()
	}
	return sent, heard
}

func (s *sound) close() {
	close(s.stop)
	s.mu.Lock()
	for _, e := range s.ears {
		_ = e.conn.Close()
	}
	s.mu.Unlock()
	s.all.Wait()
}
