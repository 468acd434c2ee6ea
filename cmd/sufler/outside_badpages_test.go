package main

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"

	webpage "sufler/cmd/sufler/page"
	"sufler/rtc/browser"
)

// turnedDown fails unless a page was refused with a code, a sentence and a way on.
func turnedDown(t *testing.T, what string, err error, codes ...string) {
	t.Helper()
	var r *webpage.Refusal
	if !errors.As(err, &r) || r.Title == "" || r.Detail == "" || r.Title == r.Code {
		t.Errorf("%s: got %v, want a refusal with a sentence and a way on", what, err)
		return
	}
	if !slices.Contains(codes, r.Code) {
		t.Errorf("%s: got %s, want %v", what, r.Code, codes)
	}
}

// offers says sound.offer, not more often than a page may say something.
func (d *tab) offers(t *testing.T, leg, sdp string) error {
	t.Helper()
	select {
	case <-time.After(100 * time.Millisecond): // 20 messages a second are the limit
	case <-t.Context().Done():
	}
	return d.Say(patiently(t), "sound.offer", map[string]string{"leg": leg, "sdp": sdp}, nil)
}

// goodOffer is what a browser offers.
func goodOffer(t *testing.T) string {
	t.Helper()
	line, err := browser.New(browser.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = line.Close() })
	offer, err := line.Offer(patiently(t))
	if err != nil {
		t.Fatal(err)
	}
	return offer
}

// without leaves out the lines of an SDP that begin so.
func without(sdp, beginning string) string {
	var b strings.Builder
	for line := range strings.Lines(sdp) {
		if !strings.HasPrefix(line, beginning) {
			b.WriteString(line)
		}
	}
	return b.String()
}

// No row: the "Bad input".
func TestOutsideAGarbageOfferIsRefusedInWordsAndAGoodOneStillTaken(t *testing.T) {
	t.Parallel()
	h := newHouse(t, plan{})
	anna := h.sits(t, "anna")
	base := h.figures(t)
	p, begun, err := webpage.Visitor(patiently(t), h.pages(), "Jan", "Orders")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	jan := &visitor{tab: tab{Page: p}, talk: begun}
	good := goodOffer(t)
	_, media, _ := strings.Cut(good, "m=audio")
	replaced := func(old, by string) string { return strings.ReplaceAll(good, old, by) }
	for _, c := range []struct{ name, sdp, code string }{
		{"nothing", "", "offer_invalid"},
		{"words", "hello", "offer_invalid"},
		{"bytes", "\x00\x01\u00ff\ufffd\x7f", "offer_invalid"},
		{"JSON", `{"type":"offer"}`, "offer_invalid"},
		{"60 kB of one letter", strings.Repeat("a", 60_000), "offer_invalid"},
		{"60 kB of attributes", good + strings.Repeat("a=x\r\n", 9_000), ""},
		{"no media", strings.TrimSuffix(good, "m=audio"+media), "offer_invalid"},
		{"video alone", replaced("m=audio", "m=video"), "offer_invalid"},
		{"many media", good + strings.Repeat("m=audio"+media, 30), "offer_invalid"},
		{"sound and video", good + "m=video" + media, "offer_invalid"},
		{"data alone", replaced("m=audio", "m=application"), "offer_invalid"},
		{"no fingerprint", without(good, "a=fingerprint"), "offer_invalid"},
		{"a weak fingerprint", replaced("sha-256", "md5"), "offer_invalid"},
		{"no ICE name", without(good, "a=ice-ufrag"), "offer_invalid"},
		{"no ICE password", without(good, "a=ice-pwd"), "offer_invalid"},
		{"no rtcp-mux", without(good, "a=rtcp-mux"), "offer_invalid"},
		{"plain RTP", replaced("UDP/TLS/RTP/SAVPF", "RTP/AVP"), "offer_invalid"},
		{"an answer", replaced("actpass", "active"), "offer_invalid"},
		{"inactive", replaced("a=sendrecv", "a=inactive"), "offer_invalid"},
		{"unknown codecs", strings.NewReplacer("SAVPF 0 8 126", "SAVPF 111", "a=rtpmap:0 PCMU", "a=rtpmap:111 opus", "a=rtpmap:8 PCMA", "a=rtpmap:112 red").Replace(good), "sound_not_common"},
		{"a format that is none", replaced("SAVPF 0 8 126", "SAVPF zero"), "offer_invalid"},
		{"a header inside", replaced("a=mid:0", "a=mid:0\r\nm=audio 9 x"), "offer_invalid"},
	} {
		err := jan.offers(t, begun.Leg, c.sdp)
		if c.code == "" { // long, but every word of it may stand there
			if err != nil {
				t.Errorf("%s: got %v", c.name, err)
			}
			continue
		}
		turnedDown(t, c.name, err, c.code)
	}
	jan.speaks(t, begun.Leg, clientVoice)
	anna.accepts(t, agentVoice)
	hearsFromNow(t, "visitor", jan.ear, ofAgent)
	jan.must(t, http.MethodDelete, "/api/v1/talks/"+begun.ID, nil, nil)
	anna.shows(t, "ended")
	jan.Close()
	h.settles(t, base)
}

// No row: the "Bad input".
func TestOutsideNobodyTouchesASoundThatIsNotTheirs(t *testing.T) {
	t.Parallel()
	h := newHouse(t, plan{})
	anna := h.sits(t, "anna")
	base := h.figures(t)
	jan := h.visits(t, "Jan")
	anna.accepts(t, agentVoice)
	jan.becomes(t, "talking")
	eva := h.visits(t, "Eva")
	good := goodOffer(t)
	theirs := func(leg string) map[string]string { return map[string]string{"leg": leg} }
	for what, by := range map[string]*tab{"another visitor": &eva.tab, "a desk": anna} {
		turnedDown(t, what+" offers", by.offers(t, jan.leg, good), "leg_unknown")
		turnedDown(t, what+" ends", by.Say(patiently(t), "sound.end", theirs(jan.leg), nil), "leg_unknown")
	}
	turnedDown(t, "a visitor offers to the desk", eva.offers(t, anna.leg, good), "leg_unknown")
	turnedDown(t, "a visitor ends the desk", eva.Say(patiently(t), "sound.end", theirs(anna.leg), nil), "leg_unknown")
	for _, do := range []string{"sound.take", "sound.leave", "sound.check", "watch"} {
		turnedDown(t, "a visitor says "+do, eva.Say(patiently(t), do, map[string]string{"call": ""}, nil), "message_unknown")
	}
	second, err := anna.Again(patiently(t)) // the same login once more
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(second.Close)
	quiet := &tab{Page: second}
	turnedDown(t, "a desk without the sound", quiet.offers(t, anna.leg, good), "sound_elsewhere")
	stolen := jan.talk
	stolen.Token = eva.talk.Token
	_, err = webpage.Return(patiently(t), h.pages(), stolen)
	turnedDown(t, "another's token", err, "talk_unknown")

	eva.must(t, http.MethodDelete, "/api/v1/talks/"+eva.talk.ID, nil, nil)
	eva.becomes(t, "ended")
	turnedDown(t, "the token of an ended talk", eva.offers(t, eva.talk.Leg, good), "leg_ended", "leg_unknown")
	hearsFromNow(t, "visitor", jan.ear, ofAgent)
	hearsFromNow(t, "agent", anna.ear, ofClient)
	jan.must(t, http.MethodDelete, "/api/v1/talks/"+jan.talk.ID, nil, nil)
	anna.shows(t, "ended")
	for _, p := range []*webpage.Page{second, eva.Page, jan.Page} {
		p.Close()
	}
	h.settles(t, base)
}

// socket is the bare WebSocket of a page.
func (h *house) socket(t *testing.T) *websocket.Conn {
	t.Helper()
	ws, response, err := websocket.Dial(patiently(t), "ws://"+h.http+"/api/v1/ws", &websocket.DialOptions{
		Subprotocols: []string{"sufler.v1"}, HTTPHeader: http.Header{"Origin": {shop}},
	})
	if response != nil && response.Body != nil {
		_ = response.Body.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ws.CloseNow() })
	return ws
}

// greets opens one more page of a talk.
func (v *visitor) greets(t *testing.T, h *house) *websocket.Conn {
	t.Helper()
	ws := h.socket(t)
	hello := map[string]any{"id": 1, "do": "hello", "data": map[string]string{"as": "visitor", "talk": v.talk.ID, "token": v.talk.Token, "language": "en"}}
	if err := wsjson.Write(patiently(t), ws, hello); err != nil {
		t.Fatal(err)
	}
	return ws
}

// closedWith reads to the end of a connection and returns what was said and why
// it was closed.
func closedWith(t *testing.T, ws *websocket.Conn) (said string, code websocket.StatusCode) {
	t.Helper()
	for {
		_, text, err := ws.Read(patiently(t))
		if err != nil {
			return said, websocket.CloseStatus(err)
		}
		said += string(text) + "\n"
	}
}

// No row: the "Bad input".
func TestOutsideAPageThatSaysTooMuchIsClosedAndComesAgain(t *testing.T) {
	t.Parallel()
	h := newHouse(t, plan{})
	anna := h.sits(t, "anna")
	base := h.figures(t)
	jan := h.visits(t, "Jan")
	anna.accepts(t, agentVoice)
	jan.becomes(t, "talking")

	early := h.socket(t)
	if err := wsjson.Write(patiently(t), early, map[string]any{"id": 1, "do": "sound.offer", "data": map[string]string{"leg": jan.leg}}); err != nil {
		t.Fatal(err)
	}
	if said, code := closedWith(t, early); code != websocket.StatusPolicyViolation || !strings.Contains(said, `"title":"`) {
		t.Errorf("an offer before hello: got %d, %s", code, said)
	}
	for _, c := range []struct {
		name string
		say  func(*websocket.Conn)
		code websocket.StatusCode
	}{
		{"more than 1 MB", func(ws *websocket.Conn) {
			_ = ws.Write(patiently(t), websocket.MessageText, []byte(offerOf(1<<20+1)))
		}, websocket.StatusMessageTooBig},
		{"200 messages at once", func(ws *websocket.Conn) {
			for i := range 200 {
				if wsjson.Write(patiently(t), ws, map[string]any{"id": i + 2, "do": "sound.end", "data": map[string]string{"leg": ""}}) != nil {
					return // closed by now
				}
			}
		}, websocket.StatusPolicyViolation},
	} {
		ws := jan.greets(t, h)
		c.say(ws)
		if said, code := closedWith(t, ws); code != c.code {
			t.Errorf("%s: closed with %d, want %d:\n%.2000s", c.name, code, c.code, said)
		}
		again, err := webpage.Return(patiently(t), h.pages(), jan.talk)
		if err != nil {
			t.Fatalf("after %s: %v", c.name, err)
		}
		again.Close()
		hearsFromNow(t, "visitor after "+c.name, jan.ear, ofAgent)
	}
	jan.must(t, http.MethodDelete, "/api/v1/talks/"+jan.talk.ID, nil, nil)
	anna.shows(t, "ended")
	jan.Close()
	h.settles(t, base)
}

// offerOf is a message of so many bytes.
func offerOf(size int) string {
	frame := `{"id":2,"do":"sound.offer","data":{"leg":"","sdp":"` // the rest is filling
	return frame + strings.Repeat("a", size-len(frame)-3) + `"}}`
}

// silentLine offers and never connects, as a page behind a firewall.
type silentLine struct{ *browser.Endpoint }

func (silentLine) Accept(string) error { return nil }

// neverConnects offers on a leg and lets nothing follow.
func (d *tab) neverConnects(t *testing.T, leg string) {
	t.Helper()
	line, err := browser.New(browser.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = line.Close() })
	soon, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if err := d.Carry(soon, leg, silentLine{line}); err == nil || !strings.Contains(err.Error(), "the sound did not come") {
		t.Fatalf("got %v", err)
	}
}

// B 4: the place goes back to the line when the sound of an operator never comes.
func TestOutsideSoundThatNeverComesEndsTheTalkOrAsksTheNext(t *testing.T) {
	t.Parallel()
	h := newHouse(t, plan{})
	base := h.figures(t)
	anna := h.sits(t, "anna")
	boris := h.sits(t, "boris")
	p, begun, err := webpage.Visitor(patiently(t), h.pages(), "Eva", "Orders")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	eva := &visitor{tab: tab{Page: p}, talk: begun}
	eva.neverConnects(t, begun.Leg)
	jan := h.visits(t, "Jan")
	first, next := whoIsAsked(t, "Jan", anna, boris)
	first.acceptsOnly(t, "Jan")
	first.neverConnects(t, first.shows(t, "rings"))
	next.acceptsOnly(t, "Jan")
	next.speaks(t, next.shows(t, "rings"), agentVoice)
	if now := jan.becomes(t, "talking"); now.State != "talking" {
		t.Errorf("got %+v", now)
	}
	hearsFromNow(t, "visitor", jan.ear, ofAgent)
	if now := eva.becomes(t, "ended"); now.Reason != "no_sound" {
		t.Errorf("got %+v, want no_sound", now)
	}
	jan.must(t, http.MethodDelete, "/api/v1/talks/"+jan.talk.ID, nil, nil)
	next.shows(t, "ended")
	for _, page := range []*webpage.Page{eva.Page, jan.Page, anna.Page, boris.Page} {
		page.Close()
	}
	h.settles(t, base)
}

// askedFor is an offer of somebody who waits.
func askedFor(name string, place *string) func(webpage.Event) bool {
	return func(e webpage.Event) bool {
		var offer struct{ Place struct{ ID, Name string } }
		if e.Kind != "offer.made" || !e.Into(&offer) || offer.Place.Name != name {
			return false
		}
		*place = offer.Place.ID
		return true
	}
}

// whoIsAsked tells which of two desks is offered somebody.
func whoIsAsked(t *testing.T, name string, a, b *tab) (asked, other *tab) {
	t.Helper()
	var place string
	has := func(d *tab) bool { return slices.ContainsFunc(d.Events(), askedFor(name, &place)) }
	until(t, "somebody is asked", func() bool { return has(a) || has(b) })
	if has(a) {
		return a, b
	}
	return b, a
}

// acceptsOnly takes somebody whom the queue offers and leaves the sound to come.
func (d *tab) acceptsOnly(t *testing.T, name string) {
	t.Helper()
	var place string
	if _, err := d.Await(patiently(t), "an offer of "+name, askedFor(name, &place)); err != nil {
		t.Fatal(err)
	}
	d.must(t, http.MethodPost, "/api/v1/waiting/"+place+"/accept", nil, nil)
}
