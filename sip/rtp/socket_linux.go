package rtp

import (
	"fmt"
	"net/netip"
	"unsafe"

	"golang.org/x/sys/unix"
)

// socket is a UDP socket that the Go runtime does not know: a net.UDPConn would
// wake a thread for each packet that arrives, and a shard looks by itself.
type socket struct {
	fd   int
	from unix.RawSockaddrAny // the kernel writes here; it must not move
	size uint32
}

// expedited is the traffic class of voice, EF in the upper six bits (RFC 3246, RFC 4594).
const expedited = 0xb8

// openSocket binds a socket to an address; port 0 takes a free one.
func openSocket(at netip.AddrPort) (*socket, error) {
	family := unix.AF_INET6
	if at.Addr().Is4() {
		family = unix.AF_INET
	}
	fd, err := unix.Socket(family, unix.SOCK_DGRAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("socket: %w", err)
	}
	if err := unix.Bind(fd, sockaddr(at)); err != nil {
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

// recv takes one datagram, or returns false. It does by hand what unix.Recvfrom
// does, because that allocates an address for each packet.
func (s *socket) recv(buf []byte) (n int, from netip.AddrPort, ok bool) {
	for {
		s.size = unix.SizeofSockaddrAny
		r, _, errno := unix.Syscall6(unix.SYS_RECVFROM, uintptr(s.fd),
			uintptr(unsafe.Pointer(unsafe.SliceData(buf))), uintptr(len(buf)), 0,
			uintptr(unsafe.Pointer(&s.from)), uintptr(unsafe.Pointer(&s.size)))
		switch errno {
		case 0:
			return int(r), s.sender(), true
		case unix.EINTR, unix.ECONNREFUSED:
			// ECONNREFUSED tells of an earlier packet of ours; the next call reads on.
			continue
		default:
			return 0, netip.AddrPort{}, false
		}
	}
}

func (s *socket) sender() netip.AddrPort {
	switch s.from.Addr.Family {
	case unix.AF_INET:
		a := (*unix.RawSockaddrInet4)(unsafe.Pointer(&s.from))
		return netip.AddrPortFrom(netip.AddrFrom4(a.Addr), networkOrder(a.Port))
	case unix.AF_INET6:
		a := (*unix.RawSockaddrInet6)(unsafe.Pointer(&s.from))
		return netip.AddrPortFrom(netip.AddrFrom16(a.Addr).Unmap(), networkOrder(a.Port))
	default:
		return netip.AddrPort{}
	}
}

// networkOrder reads a port as the kernel wrote it, high byte first.
func networkOrder(port uint16) uint16 {
	b := (*[2]byte)(unsafe.Pointer(&port))
	return uint16(b[0])<<8 | uint16(b[1])
}

// send puts one datagram on its way and returns false when the kernel would not take it.
func (s *socket) send(buf []byte, to unix.Sockaddr) bool {
	return unix.Sendto(s.fd, buf, unix.MSG_NOSIGNAL, to) == nil
}

func (s *socket) close() { _ = unix.Close(s.fd) }

// sockaddr makes an address once, so that sending to it allocates nothing.
func sockaddr(a netip.AddrPort) unix.Sockaddr {
	if a.Addr().Is4() {
		return &unix.SockaddrInet4{Addr: a.Addr().As4(), Port: int(a.Port())}
	}
	return &unix.SockaddrInet6{Addr: a.Addr().As16(), Port: int(a.Port())}
}
