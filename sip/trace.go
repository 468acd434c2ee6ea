package sip

import (
	"net"
	"net/netip"
)

// Traced is one datagram of the UDP listener, as it came or went.
type Traced struct {
	Out  bool           // we sent it
	Peer netip.AddrPort // to or from whom
	Data []byte         // valid during the call only
}

// traced tells who traces of a datagram.
func (g *gate) traced(out bool, peer netip.AddrPort, data []byte) {
	if trace := g.stack.opt.Trace; trace != nil {
		trace(Traced{Out: out, Peer: netip.AddrPortFrom(peer.Addr().Unmap(), peer.Port()), Data: data})
	}
}

// WriteTo sends one datagram, for sipgo and for the gate itself.
func (g *gate) WriteTo(data []byte, to net.Addr) (int, error) {
	if udp, ok := to.(*net.UDPAddr); ok {
		g.traced(true, udp.AddrPort(), data)
	}
	return g.UDPConn.WriteTo(data, to) //nolint:wrapcheck // the socket's own error is what sipgo knows
}
