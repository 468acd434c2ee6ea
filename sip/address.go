package sip

import (
	"net"
	"net/netip"
	"strconv"
	"strings"

	sipmsg "github.com/emiago/sipgo/sip"
)

// reachable returns where a URI's host can be reached, when that is an address
// that makes sense from here: public, or in the same place as the peer itself.
// A private address written by a peer with another one lies behind its NAT.
func reachable(uri sipmsg.Uri, peer string) (string, bool) {
	ip, err := netip.ParseAddr(strings.Trim(uri.Host, "[]"))
	if err != nil {
		return "", false
	}
	seen, err := netip.ParseAddrPort(peer)
	if err != nil {
		return "", false
	}
	local := ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast() || ip.IsUnspecified()
	if local && ip.Unmap() != seen.Addr().Unmap() {
		return "", false
	}
	return netip.AddrPortFrom(ip, uint16(portOf(uri.Port))).String(), true
}

func portOf(port int) int {
	if port <= 0 || port > 65535 {
		return 5060
	}
	return port
}

// hostPort returns the address of a SIP URI, "host:port".
func hostPort(uri sipmsg.Uri) string {
	return net.JoinHostPort(strings.Trim(uri.Host, "[]"), strconv.Itoa(portOf(uri.Port)))
}

// peerIP is the address part of "host:port"; the zero Addr when it is a name.
func peerIP(addr string) netip.Addr {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return netip.Addr{}
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Addr{}
	}
	return ip.Unmap()
}

// routeTo asks the system which of our addresses a packet to ip leaves from. It
// sends nothing.
func routeTo(ip netip.Addr) (netip.Addr, bool) {
	conn, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(netip.AddrPortFrom(ip, 9)))
	if err != nil {
		return netip.Addr{}, false
	}
	defer conn.Close()
	local, ok := netip.AddrFromSlice(conn.LocalAddr().(*net.UDPAddr).IP)
	return local.Unmap(), ok
}
