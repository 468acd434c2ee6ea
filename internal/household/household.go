// Package household says for whom an address stands when strangers are counted.
package household

import "net/netip"

// Of is the network whose addresses one party has at will: in IPv6 whoever has one
// address of a network has all 2^64 of them (RFC 4291 section 2.5.1). In IPv4 it is
// the address alone.
func Of(a netip.Addr) netip.Prefix {
	a = a.Unmap().WithZone("")
	bits := a.BitLen()
	if a.Is6() {
		bits = 64
	}
	return netip.PrefixFrom(a, bits).Masked()
}
