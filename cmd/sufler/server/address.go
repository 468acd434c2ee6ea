package server

import (
	"net"
	"net/netip"
)

// OwnAddress is where other machines find this one: its first private IPv4 address,
// or 127.0.0.1 when it has none.
func OwnAddress() netip.Addr {
	all, _ := net.InterfaceAddrs() // none is an answer, too
	for _, a := range all {
		prefix, err := netip.ParsePrefix(a.String())
		if ip := prefix.Addr().Unmap(); err == nil && ip.Is4() && ip.IsPrivate() {
			return ip
		}
	}
	return netip.AddrFrom4([4]byte{127, 0, 0, 1})
}
