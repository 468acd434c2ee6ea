package rtc

import (
	"net"
	"net/netip"
	"slices"
	"testing"
)

func TestPagesAreListenedForAtTheMachinesAddresses(t *testing.T) {
	machine := []string{"127.0.0.1/8", "::1/128", "192.0.2.7/24", "198.51.100.7/24", "2001:db8::7/64", "fe80::7/64"}
	for name, c := range map[string]struct {
		asked   string
		machine []string
		want    []string
	}{
		"the one asked for":        {"192.0.2.7", machine, []string{"192.0.2.7"}},
		"loopback when asked for":  {"127.0.0.1", machine, []string{"127.0.0.1"}},
		"all of IPv4":              {"0.0.0.0", machine, []string{"192.0.2.7", "198.51.100.7"}},
		"all of both":              {"::", machine, []string{"192.0.2.7", "198.51.100.7", "2001:db8::7"}},
		"loopback when that's all": {"0.0.0.0", machine[:2], []string{"127.0.0.1"}},
		"nothing":                  {"0.0.0.0", nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := addressesOf(netip.MustParseAddr(c.asked), func() (all []net.Addr, err error) {
				for _, m := range c.machine {
					ip, prefix, err := net.ParseCIDR(m)
					if err != nil {
						t.Fatal(err)
					}
					all = append(all, &net.IPNet{IP: ip, Mask: prefix.Mask})
				}
				return all, nil
			})
			var want []netip.Addr
			for _, w := range c.want {
				want = append(want, netip.MustParseAddr(w))
			}
			if !slices.Equal(got, want) || (err == nil) != (want != nil) {
				t.Errorf("got %v, %v, want %v", got, err, want)
			}
		})
	}
}
