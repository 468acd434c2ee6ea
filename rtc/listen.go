package rtc

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"syscall"
	"time"

	"github.com/pion/ice/v4"
	"golang.org/x/sys/unix"
)

const (
	// expedited is the traffic class of voice, EF in the upper six bits (RFC 3246, RFC 4594).
	expedited = 0xb8
	// udpBuffer is what the one socket of all pages asks of the kernel, in bytes: half
	// a second of a thousand of them.
	udpBuffer = 8 << 20
	// firstWord is how long a TCP connection may say nothing.
	firstWord = 5 * time.Second
	// tcpBuffer is what may wait for a page behind a slow TCP connection, in bytes.
	tcpBuffer = 16 << 10
)

// listener is one port number, UDP and TCP, that all pages share: the first
// packets of each say whose it is (RFC 8445 section 7.3, RFC 6544).
type listener struct {
	udp      ice.UDPMux
	tcp      ice.TCPMux
	at       netip.AddrPort // as asked, with the number that was given
	addrs    []netip.Addr   // those that are announced, unless an external one is
	loopback bool
}

// listen opens a port at every address. Port 0 takes a number that is free in
// both protocols.
func listen(at netip.AddrPort, external netip.Addr, log *slog.Logger) (*listener, error) {
	addrs, err := machine{net.InterfaceAddrs, towards}.addresses(at.Addr(), external)
	if err != nil {
		return nil, err
	}
	tries := 1
	if at.Port() == 0 {
		tries = 20 // the number that TCP gave may be taken in UDP
	}
	for {
		l, err := listenOnce(at, addrs, log)
		if tries--; err == nil || tries == 0 {
			return l, err
		}
	}
}

func listenOnce(at netip.AddrPort, addrs []netip.Addr, log *slog.Logger) (*listener, error) {
	var config net.ListenConfig
	tcp, err := config.Listen(context.Background(), networkOf("tcp", at.Addr()), at.String())
	if err != nil {
		return nil, fmt.Errorf("rtc: %w", err)
	}
	port := tcp.Addr().(*net.TCPAddr).AddrPort().Port()
	logger := pionLog{log}
	config.Control = markVoice
	var muxes []ice.UDPMux
	for _, addr := range addrs {
		conn, err := config.ListenPacket(context.Background(), networkOf("udp", addr), netip.AddrPortFrom(addr, port).String())
		if err != nil {
			closeAll(muxes)
			return nil, errors.Join(fmt.Errorf("rtc: %w", err), tcp.Close())
		}
		_ = conn.(*net.UDPConn).SetReadBuffer(udpBuffer) // the kernel gives what it may
		muxes = append(muxes, ice.NewUDPMuxDefault(ice.UDPMuxParams{Logger: logger.NewLogger("ice"), UDPConn: steady{conn}}))
	}
	return &listener{
		udp: ice.NewMultiUDPMuxDefault(muxes...),
		tcp: ice.NewTCPMuxDefault(ice.TCPMuxParams{
			Listener: tcp, Logger: logger.NewLogger("ice"), ReadBufferSize: slots, WriteBufferSize: tcpBuffer,
			FirstStunBindTimeout: firstWord, AliveDurationForConnFromStun: firstWord,
		}),
		at: netip.AddrPortFrom(at.Addr(), port), addrs: addrs, loopback: addrs[0].IsLoopback(),
	}, nil
}

// steady is a socket whose writes nobody can break off. Pion breaks them off for
// all pages of the socket when one leaves it in the middle of a write, and the
// others lose what they were being sent; a write of UDP does not block.
type steady struct{ net.PacketConn }

func (steady) SetWriteDeadline(time.Time) error { return nil }

func closeAll(muxes []ice.UDPMux) {
	for _, m := range muxes {
		_ = m.Close()
	}
}

func (l *listener) close() error { return errors.Join(l.udp.Close(), l.tcp.Close()) }

// networkOf is the network of an address's family; "::" is both.
func networkOf(network string, addr netip.Addr) string {
	switch {
	case addr.Is4():
		return network + "4"
	case addr.IsUnspecified():
		return network
	}
	return network + "6"
}

// markVoice asks the network to be quick. One that ignores it does no harm; neither
// does a kernel that refuses.
func markVoice(network, _ string, conn syscall.RawConn) error {
	return conn.Control(func(fd uintptr) {
		if network == "udp4" {
			_ = unix.SetsockoptInt(int(fd), unix.IPPROTO_IP, unix.IP_TOS, expedited)
			return
		}
		_ = unix.SetsockoptInt(int(fd), unix.IPPROTO_IPV6, unix.IPV6_TCLASS, expedited)
	})
}

// machine is where we run: its addresses, and the one from which it sends to another.
type machine struct {
	all     func() ([]net.Addr, error)
	towards func(netip.Addr) (netip.Addr, error)
}

// addresses returns those to listen at: the one that was asked for, or all of the
// machine, or behind a NAT the one that the NAT leads to. Loopback is among them
// only when there is nothing else.
func (m machine) addresses(asked, external netip.Addr) ([]netip.Addr, error) {
	switch {
	case !asked.IsValid():
		return nil, errors.New("rtc: listen: an address is missing")
	case !asked.IsUnspecified():
		return []netip.Addr{asked}, nil
	case external.IsValid():
		// pion knows a candidate by what is announced: one external address can stand
		// for one inner address only.
		inner, err := m.towards(external)
		if err != nil {
			return nil, fmt.Errorf("rtc: listen: the address behind %s: %w", external, err)
		}
		return []netip.Addr{inner}, nil
	}
	return m.open(asked)
}

// towards asks the kernel from which address it would send; nothing is sent.
func towards(to netip.Addr) (netip.Addr, error) {
	var dialer net.Dialer
	conn, err := dialer.Dial("udp", netip.AddrPortFrom(to, 9).String())
	if err != nil {
		return netip.Addr{}, err
	}
	defer func() { _ = conn.Close() }()
	return conn.LocalAddr().(*net.UDPAddr).AddrPort().Addr().Unmap(), nil
}

func (m machine) open(asked netip.Addr) ([]netip.Addr, error) {
	all, err := m.all()
	if err != nil {
		return nil, fmt.Errorf("rtc: addresses of this machine: %w", err)
	}
	var open, loopback []netip.Addr
	for _, a := range all {
		prefix, err := netip.ParsePrefix(a.String())
		if err != nil {
			continue
		}
		addr := prefix.Addr().Unmap()
		switch {
		case asked.Is4() && !addr.Is4(), addr.IsLinkLocalUnicast(): // RFC 8445 section 5.1.1.1
		case addr.IsLoopback():
			loopback = append(loopback, addr)
		case !slices.Contains(open, addr):
			open = append(open, addr)
		}
	}
	if len(open) == 0 {
		open = loopback
	}
	if len(open) == 0 {
		return nil, fmt.Errorf("rtc: listen: this machine has no address for %s", asked)
	}
	return open, nil
}
