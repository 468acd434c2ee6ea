// Package siptest is a SIP peer without manners: it sends and receives text over
// UDP on loopback and does nothing by itself, neither repeat nor answer, so that a
// test can play the races that real phones only have on a bad day.
//
// It knows lines and headers; it must not know the stack that it tests.
package siptest

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// Patience is how long a Peer waits for what must come. It bounds a broken test,
// it measures nothing.
const Patience = 30 * time.Second

// Eventually polls a condition and fails the test when it never holds.
func Eventually(tb testing.TB, what string, holds func() bool) {
	tb.Helper()
	ticker := time.NewTicker(2 * time.Millisecond)
	defer ticker.Stop()
	for limit := time.Now().Add(Patience); !holds(); <-ticker.C {
		if time.Now().After(limit) {
			tb.Fatalf("never happened: %s", what)
		}
	}
}

// Peer is one socket and everything that came in on it.
type Peer struct {
	tb   testing.TB
	conn *net.UDPConn
	addr netip.AddrPort
	done chan struct{}

	mu    sync.Mutex
	all   []*Message
	taken map[*Message]bool
	more  chan struct{} // closed and made anew with each message
}

// New opens a peer on a free port of 127.0.0.1, closed at the end of the test.
func New(tb testing.TB) *Peer {
	tb.Helper()
	var lc net.ListenConfig
	conn, err := lc.ListenPacket(context.Background(), "udp", "127.0.0.1:0")
	if err != nil {
		tb.Fatalf("open a peer: %v", err)
	}
	p := &Peer{tb: tb, conn: conn.(*net.UDPConn), addr: conn.LocalAddr().(*net.UDPAddr).AddrPort(), done: make(chan struct{}), taken: make(map[*Message]bool), more: make(chan struct{})}
	go p.read()
	tb.Cleanup(p.Close)
	return p
}

// Close takes the peer off the network: from then on it is a phone whose cable
// was pulled.
func (p *Peer) Close() {
	_ = p.conn.Close()
	<-p.done
}

// Addr is where the peer listens.
func (p *Peer) Addr() netip.AddrPort { return p.addr }

func (p *Peer) read() {
	defer close(p.done)
	buf := make([]byte, 65536)
	for {
		n, from, err := p.conn.ReadFromUDPAddrPort(buf)
		if err != nil {
			return
		}
		p.take(Parse(string(buf[:n]), from))
	}
}

func (p *Peer) take(m *Message) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.all = append(p.all, m)
	close(p.more)
	p.more = make(chan struct{})
}

// Send sends a message. Lines may end in LF alone; a header "Content-Length: ?"
// is filled in.
func (p *Peer) Send(to netip.AddrPort, text string) {
	p.tb.Helper()
	p.SendRaw(to, []byte(Wire(text)))
}

// SendRaw sends bytes as they are.
func (p *Peer) SendRaw(to netip.AddrPort, data []byte) {
	p.tb.Helper()
	if _, err := p.conn.WriteToUDPAddrPort(data, to); err != nil {
		p.tb.Fatalf("send to %s: %v", to, err)
	}
}

// Wire makes a text written for people into a message as it travels.
func Wire(text string) string {
	head, body, _ := strings.Cut(strings.ReplaceAll(strings.TrimLeft(text, "\n"), "\r\n", "\n"), "\n\n")
	body = strings.ReplaceAll(body, "\n", "\r\n")
	head = strings.ReplaceAll(strings.TrimRight(head, "\n"), "\n", "\r\n")
	head = strings.Replace(head, "Content-Length: ?", fmt.Sprintf("Content-Length: %d", len(body)), 1)
	return head + "\r\n\r\n" + body
}

// Expect waits for the next message that was not yet taken and begins with what
// is given, "INVITE" or "180"; messages of other kinds stay for later.
func (p *Peer) Expect(kind string) *Message {
	p.tb.Helper()
	return p.ExpectThat(kind, func(*Message) bool { return true })
}

// ExpectAny is Expect for messages of any kind.
func (p *Peer) ExpectAny(fits func(*Message) bool) *Message {
	p.tb.Helper()
	return p.ExpectThat("", fits)
}

// ExpectThat is Expect with a further condition.
func (p *Peer) ExpectThat(kind string, fits func(*Message) bool) *Message {
	p.tb.Helper()
	limit := time.After(Patience)
	for {
		m, more := p.next(kind, fits)
		if m != nil {
			return m
		}
		select {
		case <-more:
		case <-limit:
			p.tb.Fatalf("no %s came; got %q", kind, p.Seen())
		}
	}
}

func (p *Peer) next(kind string, fits func(*Message) bool) (*Message, <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, m := range p.all {
		if !p.taken[m] && (kind == "" || m.Kind == kind) && fits(m) {
			p.taken[m] = true
			return m, nil
		}
	}
	return nil, p.more
}

// Wait waits until so many messages of a kind have come in all.
func (p *Peer) Wait(kind string, n int) {
	p.tb.Helper()
	limit := time.After(Patience)
	for {
		p.mu.Lock()
		more := p.more
		p.mu.Unlock()
		if p.Count(kind) >= n {
			return
		}
		select {
		case <-more:
		case <-limit:
			p.tb.Fatalf("got %d %s, want %d; got %q", p.Count(kind), kind, n, p.Seen())
		}
	}
}

// Count says how many messages of a kind have come, repeated ones among them.
func (p *Peer) Count(kind string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := 0
	for _, m := range p.all {
		if m.Kind == kind {
			n++
		}
	}
	return n
}

// Seen lists the kinds of all messages in the order in which they came.
func (p *Peer) Seen() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	kinds := make([]string, 0, len(p.all))
	for _, m := range p.all {
		kinds = append(kinds, m.Kind)
	}
	return kinds
}

// Message is a message that came in.
type Message struct {
	Kind  string // the method of a request, the status code of a response
	Start string
	Body  string
	From  netip.AddrPort
	lines []string
}

// Parse takes a message apart at its line ends.
func Parse(raw string, from netip.AddrPort) *Message {
	head, body, _ := strings.Cut(raw, "\r\n\r\n")
	lines := strings.Split(head, "\r\n")
	m := &Message{Start: lines[0], Body: body, From: from, lines: lines[1:]}
	words := strings.SplitN(lines[0], " ", 3)
	m.Kind = words[0]
	if strings.HasPrefix(m.Kind, "SIP/") && len(words) > 1 {
		m.Kind = words[1]
	}
	return m
}

// URI is the Request-URI.
func (m *Message) URI() string {
	words := strings.Split(m.Start, " ")
	if len(words) < 2 {
		return ""
	}
	return words[1]
}

// Header returns the first value of a header, "" when there is none.
func (m *Message) Header(name string) string {
	if all := m.Headers(name); len(all) > 0 {
		return all[0]
	}
	return ""
}

// Headers returns all values of a header, one for each line.
func (m *Message) Headers(name string) []string {
	var values []string
	for _, line := range m.lines {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.EqualFold(strings.TrimSpace(key), name) {
			values = append(values, strings.TrimSpace(value))
		}
	}
	return values
}

// Names lists the names of all headers, one for each line.
func (m *Message) Names() []string {
	var names []string
	for _, line := range m.lines {
		key, _, _ := strings.Cut(line, ":")
		names = append(names, key)
	}
	return names
}

// Param returns a parameter of a header, "tag" of "From".
func (m *Message) Param(header, name string) string {
	parts := strings.Split(m.Header(header), ";")
	i := slices.IndexFunc(parts, func(part string) bool { return strings.HasPrefix(strings.TrimSpace(part), name+"=") })
	if i < 0 {
		return ""
	}
	_, value, _ := strings.Cut(parts[i], "=")
	return strings.Trim(value, "> ")
}

// Contact is the URI of the Contact header.
func (m *Message) Contact() string {
	_, rest, _ := strings.Cut(m.Header("Contact"), "<")
	uri, _, _ := strings.Cut(rest, ">")
	return uri
}

// Reply answers a request: "180 Ringing", with a To tag, further header lines and
// a body. An empty tag leaves the To as it is.
func (p *Peer) Reply(req *Message, status, tag string, rest ...string) {
	p.tb.Helper()
	p.Send(req.From, p.Response(req, status, tag, rest...))
}

// Response is the text that Reply sends. A part of rest that begins with "v=0" is
// the body.
func (p *Peer) Response(req *Message, status, tag string, rest ...string) string {
	var b strings.Builder
	b.WriteString("SIP/2.0 " + status + "\n")
	for _, via := range req.Headers("Via") {
		b.WriteString("Via: " + via + "\n")
	}
	for _, rr := range req.Headers("Record-Route") {
		b.WriteString("Record-Route: " + rr + "\n")
	}
	to := req.Header("To")
	if tag != "" && !strings.Contains(to, ";tag=") {
		to += ";tag=" + tag
	}
	b.WriteString("From: " + req.Header("From") + "\nTo: " + to + "\nCall-ID: " + req.Header("Call-ID") + "\nCSeq: " + req.Header("CSeq") + "\n")
	body := ""
	for _, part := range rest {
		if strings.HasPrefix(part, "v=0") {
			body = part
			continue
		}
		b.WriteString(part + "\n")
	}
	if req.Kind == "INVITE" && !strings.Contains(b.String(), "\nContact:") {
		fmt.Fprintf(&b, "Contact: <sip:peer@%s>\n", p.Addr())
	}
	if body != "" {
		b.WriteString("Content-Type: application/sdp\n")
	}
	return b.String() + "Content-Length: ?\n\n" + body
}
