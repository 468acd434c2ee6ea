package rtp

import (
	"net/netip"
	"testing"

	"sufler/routing"
	"sufler/sip"
)

// What Check lets through, Answer takes; what it refuses becomes 488 before
// anybody's phone rings.
func TestAnOfferIsCheckedWithoutOpeningAnything(t *testing.T) {
	m, err := New(Options{Low: 20000, High: 20003})
	if err != nil {
		t.Fatal(err)
	}
	local := sip.MediaSpec{Local: netip.MustParseAddr("127.0.0.1")}
	const head = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
	for offer, good := range map[string]bool{
		head + "m=audio 4000 RTP/AVP 8\r\n":  true,
		head + "m=audio 4000 RTP/AVP 18\r\n": false,
		head + "m=video 4000 RTP/AVP 96\r\n": false,
		"hello":                              false,
		"v=0\r\no=- 1 1 IN IP6 ::1\r\ns=-\r\nc=IN IP6 ::1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n": false,
	} {
		err := m.Check(local, []byte(offer))
		if good != (err == nil) || err != nil && routing.KindOf(err) != routing.Invalid {
			t.Errorf("%q: got %v", offer, err)
		}
	}
	if n := m.InUse(); n != 0 {
		t.Errorf("got %d pairs of ports bound, want 0", n)
	}
}
