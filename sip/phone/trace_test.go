package phone_test

import (
	"bytes"
	"strings"
	"sync"
	"testing"

	"sufler/sip"
	"sufler/sip/phone"
	"sufler/sip/siptest"
)

// log is what a phone was shown of its network.
type log struct {
	mu       sync.Mutex
	messages []string // "> INVITE sip:..." went, "< SIP/2.0 200 OK" came
	packets  int
}

func (l *log) trace(m sip.Traced) {
	line, _, _ := bytes.Cut(m.Data, []byte("\r\n"))
	l.mu.Lock()
	defer l.mu.Unlock()
	l.messages = append(l.messages, map[bool]string{true: "> ", false: "< "}[m.Out]+m.Peer.String()+" "+string(line))
}

func (l *log) wire(datagram []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(datagram) > 12 && datagram[0]>>6 == 2 {
		l.packets++
	}
}

func (l *log) shows(beginning string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, m := range l.messages {
		if strings.HasPrefix(m, beginning) {
			return true
		}
	}
	return false
}

func TestAPhoneShowsEveryMessageAndDatagram(t *testing.T) {
	t.Parallel()
	var seen log
	a, b := newPhone(t, phone.Options{Trace: seen.trace, Wire: seen.wire}), newPhone(t, phone.Options{})
	b.Serve("102", phone.Behaviour{})
	call := dial(t, a, b, "102", phone.Dial{})
	await(t, "answer", call.Answered())
	siptest.Eventually(t, "packets", func() bool { return call.State().Counts.Received >= 5 })
	call.Hangup()
	await(t, "the end", call.Ended())
	peer := b.Addr().String()
	for _, want := range []string{"> " + peer + " INVITE sip:102@", "< " + peer + " SIP/2.0 200 ", "> " + peer + " ACK ", "> " + peer + " BYE "} {
		if !seen.shows(want) {
			t.Errorf("%q was not shown: %q", want, seen.messages)
		}
	}
	seen.mu.Lock()
	defer seen.mu.Unlock()
	if got := call.State().Counts.Received; uint64(seen.packets) < got {
		t.Errorf("got %d datagrams, want the %d packets that were heard", seen.packets, got)
	}
}
