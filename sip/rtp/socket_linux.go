package rtp

import (
	"net/netip"
	"unsafe"

	"golang.org/x/sys/unix"
)

// socketFlags make a socket non-blocking and private to this program at its birth.
const socketFlags = unix.SOCK_NONBLOCK | unix.SOCK_CLOEXEC

// source is where the kernel writes whom a datagram is from; it must not move.
type source struct {
	addr unix.RawSockaddrAny
	size uint32
}

// recv takes one datagram, or returns false. It does by hand what unix.Recvfrom
// does, because that allocates an address for each packet.
func (s *socket) recv(buf []byte) (n int, from netip.AddrPort, ok bool) {
	for {
		s.from.size = unix.SizeofSockaddrAny
		r, _, errno := unix.Syscall6(unix.SYS_RECVFROM, uintptr(s.fd),
			uintptr(unsafe.Pointer(unsafe.SliceData(buf))), uintptr(len(buf)), 0,
			uintptr(unsafe.Pointer(&s.from.addr)), uintptr(unsafe.Pointer(&s.from.size)))
		switch errno {
		case 0:
			return int(r), s.from.read(), true
		case unix.EINTR, unix.ECONNREFUSED:
			// ECONNREFUSED tells of an earlier packet of ours; the next call reads on.
			continue
		default:
			return 0, netip.AddrPort{}, false
		}
	}
}

func (f *source) read() netip.AddrPort {
	switch f.addr.Addr.Family {
	case unix.AF_INET:
		a := (*unix.RawSockaddrInet4)(unsafe.Pointer(&f.addr))
		return netip.AddrPortFrom(netip.AddrFrom4(a.Addr), networkOrder(a.Port))
	case unix.AF_INET6:
		a := (*unix.RawSockaddrInet6)(unsafe.Pointer(&f.addr))
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
