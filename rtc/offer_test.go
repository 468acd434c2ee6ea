package rtc

import (
	"errors"
	"strings"
	"testing"

	"sufler/mixer"
	"sufler/routing"
)

// chromium is what Chromium 156 offers for one microphone, shortened to the lines
// that matter and some that must not.
const chromium = "v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n" +
	"a=extmap-allow-mixed\r\na=msid-semantic: WMS\r\n" +
	"m=audio 40000 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126\r\nc=IN IP4 192.0.2.1\r\na=rtcp:9 IN IP4 0.0.0.0\r\n" +
	"a=candidate:1 1 udp 2113937151 0b1c.local 40000 typ host generation 0\r\n" +
	"a=ice-ufrag:Zk0r\r\na=ice-pwd:Yh7rLFqjN0wJOvz8yF0sWQbT\r\na=ice-options:trickle\r\n" +
	"a=fingerprint:sha-256 3F:F9:BD:9A:B9:D1:DB:F2:6E:D9:63:01:02:BB:49:B3:80:DE:27:D9:6B:6B:3A:A7:35:FB:66:CB:D4:F9:59:04\r\n" +
	"a=setup:actpass\r\na=mid:0\r\na=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\na=sendrecv\r\na=msid:- 7f\r\na=rtcp-mux\r\n" +
	"a=rtpmap:111 opus/48000/2\r\na=rtcp-fb:111 transport-cc\r\na=fmtp:111 minptime=10;useinbandfec=1\r\na=rtpmap:63 red/48000/2\r\n" +
	"a=rtpmap:9 G722/8000\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:13 CN/8000\r\na=rtpmap:110 telephone-event/48000\r\n" +
	"a=rtpmap:126 telephone-event/8000\r\na=ssrc:3735928559 cname:abc\r\na=ssrc:3735928559 msid:- 7f\r\n"

func TestABrowsersOfferIsUnderstood(t *testing.T) {
	got, err := readOffer(chromium)
	if err != nil {
		t.Fatal(err)
	}
	want := offer{
		mid: "0", bundled: true, ufrag: "Zk0r", pwd: "Yh7rLFqjN0wJOvz8yF0sWQbT", sends: true, receives: true,
		fingerprint: "sha-256 3F:F9:BD:9A:B9:D1:DB:F2:6E:D9:63:01:02:BB:49:B3:80:DE:27:D9:6B:6B:3A:A7:35:FB:66:CB:D4:F9:59:04",
		codec:       mixer.PCMU, sound: 0, digits: 126, ssrc: 3735928559,
	}
	if got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	again, err := readOffer(got.String())
	if err != nil || again != got {
		t.Errorf("written anew and read: %+v, %v", again, err)
	}
	for _, word := range []string{"candidate", "192.0.2.1", "opus", "extmap", "40000", "abc"} {
		if strings.Contains(got.String(), word) {
			t.Errorf("%q was passed on", word)
		}
	}
}

func TestWhatAPageOffersIsTaken(t *testing.T) {
	for name, c := range map[string]struct {
		from, to string
		check    func(offer) bool
	}{
		"A-law first":          {"9 0 8 13", "9 8 0 13", func(o offer) bool { return o.codec == mixer.PCMA && o.sound == 8 }},
		"a type of its own":    {"a=rtpmap:111 opus/48000/2", "a=rtpmap:111 pcma/8000/1", func(o offer) bool { return o.codec == mixer.PCMA && o.sound == 111 }},
		"no keys":              {"a=rtpmap:126 telephone-event/8000\r\n", "", func(o offer) bool { return o.digits == 0 }},
		"listens only":         {"a=sendrecv", "a=recvonly", func(o offer) bool { return !o.sends && o.receives }},
		"speaks only":          {"a=sendrecv", "a=sendonly", func(o offer) bool { return o.sends && !o.receives }},
		"no source is named":   {"ssrc:3735928559 cname", "x cname", func(o offer) bool { return o.ssrc == 3735928559 }},
		"fingerprint on top":   {"a=extmap-allow-mixed", "a=fingerprint:sha-512 " + strings.Repeat("AB:", 63) + "AB", func(o offer) bool { return o.fingerprint[:7] == "sha-256" }},
		"not in a bundle":      {"a=group:BUNDLE 0\r\n", "", func(o offer) bool { return !o.bundled }},
		"types without rtpmap": {"a=rtpmap:0 PCMU/8000\r\n", "", func(o offer) bool { return o.codec == mixer.PCMU }},
	} {
		t.Run(name, func(t *testing.T) {
			o, err := readOffer(strings.Replace(chromium, c.from, c.to, 1))
			if err != nil || !c.check(o) {
				t.Errorf("got %+v, %v", o, err)
			}
		})
	}
}

func TestWhatIsNoBrowsersOfferIsRefused(t *testing.T) {
	const video = "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:1\r\na=rtpmap:96 VP8/90000\r\n"
	for name, c := range map[string]struct{ from, to, code string }{
		"nothing":                 {chromium, "", "offer_invalid"},
		"garbage":                 {chromium, "hello", "offer_invalid"},
		"64 kB":                   {"s=-", "s=" + strings.Repeat("x", 64<<10), "offer_invalid"},
		"no stream":               {chromium[strings.Index(chromium, "m=audio"):], "", "offer_invalid"},
		"video":                   {"m=audio", "m=video", "offer_invalid"},
		"sound and video":         {"a=ssrc:3735928559 cname:abc\r\n", video, "offer_invalid"},
		"two streams of sound":    {"m=audio", "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\nm=audio", "offer_invalid"},
		"plain RTP":               {"UDP/TLS/RTP/SAVPF", "RTP/AVP", "offer_invalid"},
		"SRTP with keys in SDP":   {"UDP/TLS/RTP/SAVPF", "RTP/SAVP", "offer_invalid"},
		"no name":                 {"a=ice-ufrag:Zk0r", "a=x", "offer_invalid"},
		"a name of other signs":   {"a=ice-ufrag:Zk0r", "a=ice-ufrag:Zk0:r", "offer_invalid"},
		"a short password":        {"Yh7rLFqjN0wJOvz8yF0sWQbT", "Yh7r", "offer_invalid"},
		"no fingerprint":          {"a=fingerprint", "a=x", "offer_invalid"},
		"a weak hash":             {"sha-256", "sha-1", "offer_invalid"},
		"a hash of another kind":  {"sha-256", "sha-512", "offer_invalid"},
		"a fingerprint not hex":   {"3F:F9", "3G:F9", "offer_invalid"},
		"no mid":                  {"a=mid:0\r\n", "", "offer_invalid"},
		"a mid of other signs":    {"a=mid:0", "a=mid:0 1", "offer_invalid"},
		"a role already taken":    {"a=setup:actpass", "a=setup:active", "offer_invalid"},
		"RTCP on another port":    {"a=rtcp-mux\r\n", "", "offer_invalid"},
		"neither hears nor says":  {"a=sendrecv", "a=inactive", "offer_invalid"},
		"formats that are none":   {"111 63 9 0 8", "x", "offer_invalid"},
		"opus alone":              {"111 63 9 0 8 13 110 126", "111 126", "sound_not_common"},
		"G.711 at another rate":   {"111 63 9 0 8 13 110 126\r\n", "112\r\na=rtpmap:112 PCMU/16000\r\n", "sound_not_common"},
		"G.711's type, otherwise": {"111 63 9 0 8 13 110 126\r\n", "0\r\na=rtpmap:0 L16/8000\r\n", "sound_not_common"},
	} {
		t.Run(name, func(t *testing.T) {
			changed := strings.Replace(chromium, c.from, c.to, 1)
			if name == "G.711's type, otherwise" {
				changed = strings.Replace(changed, "a=rtpmap:0 PCMU/8000\r\n", "", 1)
			}
			_, err := readOffer(changed)
			if !errors.Is(err, routing.Refuse(0, c.code)) && codeOf(err) != c.code || routing.KindOf(err) != routing.Invalid {
				t.Errorf("got %v, want %s", err, c.code)
			}
		})
	}
}
