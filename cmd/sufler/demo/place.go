package demo

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"syscall"

	"sufler/configs"
)

// tries is how often ports are chosen anew that somebody took in between, such as
// another demo that was started in the same instant.
const tries = 8

// isTaken tells whether a start has failed because of a port.
func isTaken(err error) bool { return errors.Is(err, syscall.EADDRINUSE) }

// place chooses the ports: those asked for, the usual ones, or the next free.
func place(ctx context.Context, c *configs.Config, o Options) (err error) {
	host := "127.0.0.1"
	if o.LAN.IsValid() {
		host = o.LAN.String()
	}
	for _, a := range []struct {
		address           *configs.Address
		host, flag, asked string
	}{
		{&c.HTTP.Listen, host, "-http", o.HTTP},
		{&c.HTTP.Admin, "127.0.0.1", "", ""},
		{&c.SIP.Listen, host, "-sip", o.SIP},
		{&c.WebRTC.Listen, host, "", ""},
		{&c.Trunks[0].Address, "127.0.0.1", "", ""},
	} {
		if a.asked == "" {
			*a.address, err = nextFree(ctx, a.host, *a.address, taken(c))
		} else {
			*a.address, err = exactly(ctx, a.flag, a.asked, o.LAN.IsValid())
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// exactly returns the address that a flag asked for; with port 0 a free one.
func exactly(ctx context.Context, flag, asked string, lan bool) (configs.Address, error) {
	host, text, err := net.SplitHostPort(asked)
	if err != nil {
		return "", fmt.Errorf("%s %s: write an address like 127.0.0.1:8080", flag, asked)
	}
	port, err := strconv.Atoi(text)
	if err != nil {
		return "", fmt.Errorf("%s %s: %q is not a port", flag, asked, text)
	}
	if ip, err := netip.ParseAddr(host); !lan && host != "localhost" && (err != nil || !ip.IsLoopback()) {
		return "", fmt.Errorf("%s %s: others can reach it, and everybody knows the demo's passwords; -lan makes new ones", flag, asked)
	}
	free, ok := isFree(ctx, host, port)
	if !ok {
		return "", fmt.Errorf("%s %s cannot be opened: it may be in use; without %[1]s the next free port is taken", flag, asked)
	}
	return free, nil
}

// taken are the ports that this configuration uses already.
func taken(c *configs.Config) map[configs.Address]int {
	used := make(map[configs.Address]int)
	for _, a := range []configs.Address{c.HTTP.Listen, c.HTTP.Admin, c.SIP.Listen, c.WebRTC.Listen, c.Trunks[0].Address} {
		used[a]++
	}
	return used
}

// nextFree returns the address with the first port from its own on that is free
// for TCP and UDP and that nothing else of the demo uses.
func nextFree(ctx context.Context, host string, a configs.Address, used map[configs.Address]int) (configs.Address, error) {
	_, text, err := net.SplitHostPort(string(a))
	if err != nil {
		return "", err
	}
	first, err := strconv.Atoi(text)
	if err != nil {
		return "", err
	}
	for port := first; port < first+200; port++ {
		free, ok := isFree(ctx, host, port)
		if ok && (free == a || used[free] == 0) {
			return free, nil
		}
	}
	return "", fmt.Errorf("%s: this port and the 200 after it are in use, or %s is no address of this machine", a, host)
}

func isFree(ctx context.Context, host string, port int) (configs.Address, bool) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", net.JoinHostPort(host, strconv.Itoa(port)))
	if err != nil {
		return "", false
	}
	defer func() { _ = l.Close() }()
	address := l.Addr().String()
	u, err := lc.ListenPacket(ctx, "udp", address)
	if err != nil {
		return "", false
	}
	_ = u.Close()
	return configs.Address(address), true
}
