package household

import (
	"net/netip"
	"testing"
)

func TestOneNetworkIsOneHousehold(t *testing.T) {
	for _, c := range []struct{ address, want string }{
		{"203.0.113.7", "203.0.113.7/32"},
		{"::ffff:203.0.113.7", "203.0.113.7/32"},
		{"2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"},
		{"2001:db8:1:2::", "2001:db8:1:2::/64"},
		{"fe80::1%eth0", "fe80::/64"},
	} {
		if got := Of(netip.MustParseAddr(c.address)).String(); got != c.want {
			t.Errorf("%s: got %s, want %s", c.address, got, c.want)
		}
	}
}
