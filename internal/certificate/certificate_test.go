package certificate

import (
	"crypto/tls"
	"testing"
	"time"
)

func TestItIsForItsHostsAndItsTimeAlone(t *testing.T) {
	from := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	cert, key, err := SelfSigned([]string{"192.0.2.1", "desk.example.com"}, from, from.AddDate(0, 1, 0))
	if err != nil {
		t.Fatal(err)
	}
	pair, err := tls.X509KeyPair(cert, key)
	if err != nil {
		t.Fatal(err)
	}
	for host, want := range map[string]bool{"192.0.2.1": true, "desk.example.com": true, "192.0.2.2": false, "example.com": false} {
		if got := pair.Leaf.VerifyHostname(host) == nil; got != want {
			t.Errorf("%s: got %v, want %v", host, got, want)
		}
	}
	if !pair.Leaf.NotBefore.Equal(from) || !pair.Leaf.NotAfter.Equal(from.AddDate(0, 1, 0)) {
		t.Errorf("got %v to %v", pair.Leaf.NotBefore, pair.Leaf.NotAfter)
	}
}
