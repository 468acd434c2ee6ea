package browser

import (
	"net"
	"sync/atomic"
)

// wireCut is a socket that can fall silent without a word, as a page that crashed.
type wireCut struct {
	net.PacketConn
	cut  atomic.Bool
	seen func(datagram []byte) // nil: nobody looks
}

func (c *wireCut) ReadFrom(b []byte) (int, net.Addr, error) {
	for {
		n, from, err := c.PacketConn.ReadFrom(b)
		if err != nil || !c.cut.Load() {
			if c.seen != nil {
				c.seen(b[:n])
			}
			return n, from, err //nolint:wrapcheck // the socket's own error is what pion knows
		}
	}
}

func (c *wireCut) WriteTo(b []byte, to net.Addr) (int, error) {
	if c.cut.Load() {
		return len(b), nil
	}
	return c.PacketConn.WriteTo(b, to) //nolint:wrapcheck // as above
}
