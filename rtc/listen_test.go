package rtc

import (
	"net"
	"net/netip"
	"slices"
	"testing"
)

func TestPagesAreListenedForAtTheMachinesAddresses(t *testing.T) {
	here := []string{"127.0.0.1/8", "::1/128", "192.0.2.7/24", "198.51.100.7/24", "2001:db8::7/64", "fe80::7/64"}
	for name, c := range map[string]struct {
		asked    string
		external string
		machine  []string
		want     []string
	}{
		"the one asked for":        {"192.0.2.7", "", here, []string{"192.0.2.7"}},
		"loopback when asked for":  {"127.0.0.1", "", here, []string{"127.0.0.1"}},
		"all of IPv4":              {"0.0.0.0", "", here, []string{"192.0.2.7", "198.51.100.7"}},
		"all of both":              {"::", "", here, []string{"192.0.2.7", "198.51.100.7", "2001:db8::7"}},
		"loopback when that's all": {"0.0.0.0", "", here[:2], []string{"127.0.0.1"}},
		"behind a NAT":             {"0.0.0.0", "203.0.113.1", here, []string{"198.51.100.7"}},
		"one behind a NAT":         {"192.0.2.7", "203.0.113.1", here, []string{"192.0.2.7"}},
		"nothing":                  {"0.0.0.0", "", nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			var external netip.Addr
			if c.external != "" {
				external = netip.MustParseAddr(c.external)
			}
			all := func() (all []net.Addr, err error) {
				for _, m := range c.machine {
					ip, prefix, err := net.ParseCIDR(m)
					if err != nil {
						t.Fatal(err)
					}
					all = append(all, &net.IPNet{IP: ip, Mask: prefix.Mask})
				}
				return all, nil
			}
			towards := func(to netip.Addr) (netip.Addr, error) {
				if to != external {
					t.Errorf("asked for the way to %s", to)
				}
				return netip.MustParseAddr("198.51.100.7"), nil
			}
			got, err := machine{all, towards}.addresses(netip.MustParseAddr(c.asked), external)
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
