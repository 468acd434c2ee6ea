package sdp_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sufler/internal/sdp"
)

var update = flag.Bool("update", false, "write the golden files anew")

func local() sdp.Local {
	return sdp.Local{
		Addr: netip.MustParseAddr("198.51.100.1"), Port: 20000, PTime: 20, ID: "1001",
		Codecs: []sdp.Codec{sdp.PCMU, sdp.PCMA, sdp.Digits},
	}
}

// TestAnswersToRealOffers compares our answers, and what we make of the offer,
// with golden files; the offers are shaped like those of telephones and gateways.
func TestAnswersToRealOffers(t *testing.T) {
	offers, err := filepath.Glob("testdata/*.offer")
	if err != nil || len(offers) == 0 {
		t.Fatalf("offers: got %d, %v", len(offers), err)
	}
	for _, name := range offers {
		t.Run(filepath.Base(name), func(t *testing.T) {
			offer := read(t, name)
			body, agreed, err := sdp.NewNegotiation(local()).Answer(offer)
			if err != nil {
				t.Fatalf("Answer: %v", err)
			}
			got := append(body, fmt.Sprintf("agreed: %+v\r\n", agreed)...)
			golden := strings.TrimSuffix(name, ".offer") + ".answer"
			if *update {
				if err := os.WriteFile(golden, got, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if want := read(t, golden); !bytes.Equal(got, want) {
				t.Errorf("answer: got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func TestDirectionOfAnAnswer(t *testing.T) {
	// RFC 3264 section 6.1, the whole table: what they offer, what we would like, what we answer.
	cases := []struct{ offer, want, answer sdp.Direction }{
		{sdp.SendRecv, sdp.SendRecv, sdp.SendRecv},
		{sdp.SendRecv, sdp.SendOnly, sdp.SendOnly},
		{sdp.SendRecv, sdp.RecvOnly, sdp.RecvOnly},
		{sdp.SendRecv, sdp.Inactive, sdp.Inactive},
		{sdp.SendOnly, sdp.SendRecv, sdp.RecvOnly},
		{sdp.SendOnly, sdp.SendOnly, sdp.Inactive},
		{sdp.SendOnly, sdp.RecvOnly, sdp.RecvOnly},
		{sdp.SendOnly, sdp.Inactive, sdp.Inactive},
		{sdp.RecvOnly, sdp.SendRecv, sdp.SendOnly},
		{sdp.RecvOnly, sdp.SendOnly, sdp.SendOnly},
		{sdp.RecvOnly, sdp.RecvOnly, sdp.Inactive},
		{sdp.RecvOnly, sdp.Inactive, sdp.Inactive},
		{sdp.Inactive, sdp.SendRecv, sdp.Inactive},
		{sdp.Inactive, sdp.SendOnly, sdp.Inactive},
		{sdp.Inactive, sdp.RecvOnly, sdp.Inactive},
		{sdp.Inactive, sdp.Inactive, sdp.Inactive},
	}
	for _, c := range cases {
		if got := c.offer.Answer(c.want); got != c.answer {
			t.Errorf("offered %s, wanted %s: got %s, want %s", c.offer, c.want, got, c.answer)
		}
	}
}

func TestVersionGrowsOnlyWithAChange(t *testing.T) {
	n := sdp.NewNegotiation(local())
	first := n.Offer()
	if again := n.Offer(); !bytes.Equal(first, again) {
		t.Errorf("same offer again: got\n%s\nwant\n%s", again, first)
	}
	n.Want(sdp.SendOnly)
	if v := version(t, n.Offer()); v != 2 {
		t.Errorf("version after a hold: got %d, want 2", v)
	}
	n.Want(sdp.SendRecv)
	if v := version(t, n.Offer()); v != 3 {
		t.Errorf("version after a resume: got %d, want 3", v)
	}
}

func TestOfferAndAnswerMeet(t *testing.T) {
	a := sdp.NewNegotiation(local())
	theirs := local()
	theirs.Port, theirs.RTCPPort = 31000, 31007
	theirs.Codecs = []sdp.Codec{sdp.PCMA, {PayloadType: 96, Name: "telephone-event", Clock: 8000}}
	b := sdp.NewNegotiation(theirs)

	answer, atB, err := b.Answer(a.Offer())
	if err != nil {
		t.Fatal(err)
	}
	atA, err := a.Accept(answer)
	if err != nil {
		t.Fatal(err)
	}
	if !atA.Codec.Is(sdp.PCMA) || !atB.Codec.Is(sdp.PCMA) {
		t.Errorf("codec: got %s and %s, want PCMA", atA.Codec.Name, atB.Codec.Name)
	}
	if atA.Digits != 101 || atB.Digits != 101 {
		t.Errorf("digits: got %d and %d, want the offer's 101", atA.Digits, atB.Digits)
	}
	if want := netip.MustParseAddrPort("198.51.100.1:31007"); atA.RemoteRTCP != want {
		t.Errorf("rtcp: got %s, want %s", atA.RemoteRTCP, want)
	}
	again := b.Offer()
	if m := parse(t, again).Media[0]; m.Codecs[1].PayloadType != 101 {
		t.Errorf("payload type in a later offer: got %d, want 101, which the dialog has given to it", m.Codecs[1].PayloadType)
	}
}

func TestALaterOfferListsEveryStreamAgain(t *testing.T) {
	n := sdp.NewNegotiation(local())
	if _, _, err := n.Answer(read(t, "testdata/video-first.offer")); err != nil {
		t.Fatal(err)
	}
	got := parse(t, n.Offer()).Media
	kinds := ""
	for _, m := range got {
		kinds += fmt.Sprintf("%s %d, ", m.Kind, m.Port)
	}
	if want := "video 0, audio 0, audio 20000, image 0, "; kinds != want {
		t.Errorf("streams: got %s, want %s", kinds, want)
	}
	if _, _, err := n.Answer(read(t, "testdata/hold.offer")); !errors.Is(err, sdp.ErrNotAcceptable) {
		t.Errorf("fewer streams than before: got %v, want ErrNotAcceptable", err)
	}
}

func TestASecondOfferMayTakeTheSoundAway(t *testing.T) {
	n := sdp.NewNegotiation(local())
	first := string(read(t, "testdata/softphone.offer"))
	if _, _, err := n.Answer([]byte(first)); err != nil {
		t.Fatal(err)
	}
	body, agreed, err := n.Answer([]byte(strings.Replace(first, "audio 17000", "audio 0", 1)))
	if err != nil {
		t.Fatal(err)
	}
	if m := parse(t, body).Media[0]; m.Port != 0 || agreed.Direction != sdp.Inactive {
		t.Errorf("got port %d, %s, want port 0, inactive", m.Port, agreed.Direction)
	}
}

func TestRefusals(t *testing.T) {
	const head = "v=0\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
	cases := []struct {
		name, offer string
		want        error
	}{
		{"empty", "", sdp.ErrMalformed},
		{"not a description", "hello", sdp.ErrMalformed},
		{"no media", head, sdp.ErrMalformed},
		{"no port", head + "m=audio x RTP/AVP 0\r\n", sdp.ErrMalformed},
		{"port too big", head + "m=audio 70000 RTP/AVP 0\r\n", sdp.ErrMalformed},
		{"control byte in m=", head + "m=audio 5000 RTP/AVP 0\x01\r\n", sdp.ErrMalformed},
		{"a name for an address", "v=0\r\nc=IN IP4 phone.example\r\nm=audio 5000 RTP/AVP 0\r\n", sdp.ErrMalformed},
		{"no address", "v=0\r\nm=audio 5000 RTP/AVP 0\r\n", sdp.ErrNotAcceptable},
		{"secret media only", head + "m=audio 5000 RTP/SAVP 0\r\n", sdp.ErrNotAcceptable},
		{"video only", head + "m=video 5000 RTP/AVP 96\r\n", sdp.ErrNotAcceptable},
		{"no codec of ours", head + "m=audio 5000 RTP/AVP 3 18 101\r\na=rtpmap:101 telephone-event/8000\r\n", sdp.ErrNotAcceptable},
		{"refused from the start", head + "m=audio 0 RTP/AVP 0\r\n", sdp.ErrNotAcceptable},
		{"a hundred streams", head + strings.Repeat("m=audio 0 RTP/AVP 0\r\n", 100), sdp.ErrMalformed},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			n := sdp.NewNegotiation(local())
			before := n.Offer()
			if _, _, err := n.Answer([]byte(c.offer)); !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
			if after := n.Offer(); !bytes.Equal(before, after) {
				t.Errorf("a refusal changed our description: got\n%s\nwant\n%s", after, before)
			}
		})
	}
}

// FuzzAnswer throws mutated offers at the reader. Whatever is accepted must give
// an answer that the reader takes, with as many streams, and a codec of ours.
func FuzzAnswer(f *testing.F) {
	offers, _ := filepath.Glob("testdata/*.offer")
	for _, name := range offers {
		body, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, offer []byte) {
		n := sdp.NewNegotiation(local())
		body, agreed, err := n.Answer(offer)
		if err != nil {
			if !errors.Is(err, sdp.ErrMalformed) && !errors.Is(err, sdp.ErrNotAcceptable) {
				t.Fatalf("an error of no kind: %v", err)
			}
			return
		}
		ours, err := sdp.Parse(body)
		if err != nil {
			t.Fatalf("our own answer: %v\n%s", err, body)
		}
		theirs, _ := sdp.Parse(offer)
		if len(ours.Media) != len(theirs.Media) {
			t.Fatalf("streams: got %d, want %d", len(ours.Media), len(theirs.Media))
		}
		if !agreed.Codec.Is(sdp.PCMU) && !agreed.Codec.Is(sdp.PCMA) {
			t.Fatalf("agreed on %q", agreed.Codec.Name)
		}
		if i := bytes.IndexFunc(body, func(r rune) bool { return r < ' ' && r != '\r' && r != '\n' }); i >= 0 {
			t.Fatalf("control byte in our answer: %q", body)
		}
	})
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	body, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func parse(t *testing.T, body []byte) *sdp.Session {
	t.Helper()
	s, err := sdp.Parse(body)
	if err != nil {
		t.Fatalf("%v\n%s", err, body)
	}
	return s
}

func version(t *testing.T, body []byte) uint64 {
	t.Helper()
	return parse(t, body).Origin.Version
}
