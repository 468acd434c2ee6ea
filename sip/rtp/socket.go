package rtp

import (
	"fmt"
	"net/netip"

	"golang.org/x/sys/unix"
)

// socket is a UDP socket that the Go runtime does not know: a net.UDPConn would
// wake a thread for each packet that arrives, and a shard looks by itself.
type socket struct {
	fd   int
	from source
}

// expedited is the traffic class of voice, EF in the upper six bits (RFC 3246, RFC 4594).
const expedited = 0xb8

// openSocket binds a socket to an address; port 0 takes a free one.
func openSocket(at netip.AddrPort) (*socket, error) {
	family := unix.AF_INET6
	if at.Addr().Is4() {
		family = unix.AF_INET
	}
	fd, err := unix.Socket(family, unix.SOCK_DGRAM|socketFlags, 0)
	if err != nil {
		return nil, fmt.Errorf("socket: %w", err)
	}
	if socketFlags == 0 {
		unix.CloseOnExec(fd)
		err = unix.SetNonblock(fd, true)
	}
	if err == nil {
		err = unix.Bind(fd, sockaddr(at))
	}
	if err != nil {
		_ = unix.Close(fd)
		return nil, fmt.Errorf("bind %s: %w", at, err)
	}
	// A network that ignores the class does no harm; neither does a kernel that refuses it.
	if family == unix.AF_INET {
		_ = unix.SetsockoptInt(fd, unix.IPPROTO_IP, unix.IP_TOS, expedited)
	} else {
		_ = unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_TCLASS, expedited)
	}
	return &socket{fd: fd}, nil
}

// send puts one datagram on its way and returns false when the kernel would not take it.
func (s *socket) send(buf []byte, to unix.Sockaddr) bool {
	return unix.Sendto(s.fd, buf, 0, to) == nil
}

func (s *socket) close() { _ = unix.Close(s.fd) }

// sockaddr makes an address once, so that sending to it allocates nothing.
func sockaddr(a netip.AddrPort) unix.Sockaddr {
	if a.Addr().Is4() {
		return &unix.SockaddrInet4{Addr: a.Addr().As4(), Port: int(a.Port())}
	}
	return &unix.SockaddrInet6{Addr: a.Addr().As16(), Port: int(a.Port())}
}
