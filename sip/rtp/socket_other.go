//go:build unix && !linux

package rtp

import (
	"errors"
	"net/netip"

	"golang.org/x/sys/unix"
)

const socketFlags = 0

type source struct{}

// recv takes one datagram, or returns false. It allocates an address for each:
// good enough to develop on, not to run many calls on.
func (s *socket) recv(buf []byte) (n int, from netip.AddrPort, ok bool) {
	for {
		n, sender, err := unix.Recvfrom(s.fd, buf, 0)
		switch {
		case errors.Is(err, unix.EINTR), errors.Is(err, unix.ECONNREFUSED):
			continue
		case err != nil:
			return 0, netip.AddrPort{}, false
		}
		switch a := sender.(type) {
		case *unix.SockaddrInet4:
			from = netip.AddrPortFrom(netip.AddrFrom4(a.Addr), uint16(a.Port))
		case *unix.SockaddrInet6:
			from = netip.AddrPortFrom(netip.AddrFrom16(a.Addr).Unmap(), uint16(a.Port))
		}
		return n, from, true
	}
}
