package main

import (
	"context"
	"fmt"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/icholy/digest"
)

// endpoint is one UDP socket behind which many telephones, or a trunk, live. It
// answers every INVITE at once and BYE with 200.
type endpoint struct {
	conn   *net.UDPConn
	server *net.UDPAddr
	sound  *sound
	next   atomic.Uint64
	all    sync.WaitGroup

	mu      sync.Mutex
	waiting map[string]chan message // final responses, by Call-ID and method
	dialogs map[string]*dialog      // by Call-ID
}

// dialog is a call as one of our telephones sees it.
type dialog struct {
	ear            *ear
	local, remote  string // From and To of requests that we send
	target, callID string
	answered       string // the 200 that we sent, for retransmitted INVITEs
	acked          bool
}

func newEndpoint(server string, s *sound) (*endpoint, error) {
	to, err := net.ResolveUDPAddr("udp", server)
	if err != nil {
		return nil, err
	}
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return nil, err
	}
	_ = conn.SetReadBuffer(4 << 20)
	e := &endpoint{conn: conn, server: to, sound: s, waiting: make(map[string]chan message), dialogs: make(map[string]*dialog)}
	e.all.Go(e.read)
	return e, nil
}

func (e *endpoint) address() string { return e.conn.LocalAddr().String() }

func (e *endpoint) close() {
	_ = e.conn.Close()
	e.all.Wait()
}

func (e *endpoint) read() {
	buf := make([]byte, 65536)
	for {
		n, from, err := e.conn.ReadFromUDP(buf)
		if err != nil {
			return
		}
		m, ok := parse(buf[:n])
		switch {
		case !ok:
		case m.status() >= 200:
			e.deliver(m)
		case m.status() == 0:
			e.request(m, from)
		}
	}
}

func (e *endpoint) deliver(m message) {
	e.mu.Lock()
	ch := e.waiting[m.get("call-id")+m.method()]
	e.mu.Unlock()
	select {
	case ch <- m: // a nil channel is never ready: nobody waits
	default:
	}
}

func (e *endpoint) request(m message, from *net.UDPAddr) {
	switch m.method() {
	case "INVITE":
		e.invited(m, from)
	case "ACK":
		e.acknowledged(m)
	case "BYE", "OPTIONS", "CANCEL":
		e.write(m.response("200 OK", "bench", "", ""), from)
		if m.method() == "BYE" {
			e.over(m.get("call-id"))
		}
	}
}

// over forgets a call that the server has ended: its telephone falls silent.
func (e *endpoint) over(id string) {
	e.mu.Lock()
	d := e.dialogs[id]
	delete(e.dialogs, id)
	e.mu.Unlock()
	if d != nil {
		d.ear.remote.Store(nil)
	}
}

func (e *endpoint) invited(m message, from *net.UDPAddr) {
	id := m.get("call-id")
	e.mu.Lock()
	d := e.dialogs[id]
	e.mu.Unlock()
	if d == nil {
		ear, err := e.sound.open()
		if err != nil {
			e.write(m.response("500 Server Internal Error", "bench", "", ""), from)
			return
		}
		d = &dialog{ear: ear, callID: id, target: uriOf(m.get("contact")), remote: m.get("from"), local: m.get("to") + ";tag=bench"}
		if to, ok := mediaAddress(m.body); ok {
			ear.remote.Store(to)
		}
		extra := fmt.Sprintf("Contact: <sip:bench@%s>\r\nContent-Type: application/sdp\r\n", e.address())
		d.answered = m.response("200 OK", "bench", extra, description(ear.port()))
		e.mu.Lock()
		e.dialogs[id] = d
		e.mu.Unlock()
	}
	e.write(d.answered, from)
}

func (e *endpoint) acknowledged(m message) {
	e.mu.Lock()
	d := e.dialogs[m.get("call-id")]
	if d != nil {
		d.acked = true
	}
	e.mu.Unlock()
}

func (e *endpoint) write(text string, to *net.UDPAddr) {
	_, _ = e.conn.WriteToUDP([]byte(text), to)
}

// inDialog makes a request of an established dialog (RFC 3261 section 12.2.1.1).
func (e *endpoint) inDialog(d *dialog, method string, cseq int) string {
	return fmt.Sprintf("%s %s SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=z9hG4bKbench%d;rport\r\nMax-Forwards: 70\r\nFrom: %s\r\nTo: %s\r\nCall-ID: %s\r\nCSeq: %d %s\r\nContact: <sip:bench@%s>\r\nContent-Length: 0\r\n\r\n",
		method, d.target, e.address(), e.next.Add(1), d.local, d.remote, d.callID, cseq, method, e.address())
}

// ask sends a request and waits for its final response, sending it again each
// half second as UDP wants (RFC 3261 section 17.1).
func (e *endpoint) ask(ctx context.Context, callID, method, text string) (message, error) {
	ch := make(chan message, 1)
	key := callID + method
	e.mu.Lock()
	e.waiting[key] = ch
	e.mu.Unlock()
	defer func() {
		e.mu.Lock()
		delete(e.waiting, key)
		e.mu.Unlock()
	}()
	again := time.NewTicker(500 * time.Millisecond)
	defer again.Stop()
	for range 60 {
		e.write(text, e.server)
		select {
		case m := <-ch:
			return m, nil
		case <-ctx.Done():
			return message{}, ctx.Err()
		case <-again.C:
		}
	}
	return message{}, fmt.Errorf("%s: no answer from the server", method)
}

// register registers one telephone (RFC 3261 section 10.2, RFC 7616).
func (e *endpoint) register(ctx context.Context, user, password string) error {
	id := fmt.Sprintf("r%d-%s@bench", e.next.Add(1), user)
	uri := "sip:" + e.server.String()
	request := func(cseq int, authorization string) string {
		return fmt.Sprintf("REGISTER %s SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=z9hG4bKbench%d;rport\r\nMax-Forwards: 70\r\nFrom: <sip:%s@%s>;tag=f\r\nTo: <sip:%s@%s>\r\nCall-ID: %s\r\nCSeq: %d REGISTER\r\nContact: <sip:%s@%s>\r\nExpires: 600\r\n%sContent-Length: 0\r\n\r\n",
			uri, e.address(), e.next.Add(1), user, e.server, user, e.server, id, cseq, user, e.address(), authorization)
	}
	m, err := e.ask(ctx, id, "REGISTER", request(1, ""))
	if err != nil {
		return err
	}
	challenge, err := digest.ParseChallenge(m.get("www-authenticate"))
	if err != nil {
		return fmt.Errorf("%s: %w", m.start, err)
	}
	answer, err := digest.Digest(challenge, digest.Options{Method: "REGISTER", URI: uri, Username: user, Password: password})
	if err != nil {
		return err
	}
	m, err = e.ask(ctx, id, "REGISTER", request(2, "Authorization: "+answer.String()+"\r\n"))
	if err != nil {
		return err
	}
	if m.status() != 200 {
		return fmt.Errorf("phone %s: %s", user, m.start)
	}
	return nil
}

// call places a call as the trunk does and waits until it is answered.
func (e *endpoint) call(ctx context.Context, to string) (*dialog, error) {
	ear, err := e.sound.open()
	if err != nil {
		return nil, err
	}
	n := e.next.Add(1)
	d := &dialog{ear: ear, callID: fmt.Sprintf("c%d@bench", n), target: fmt.Sprintf("sip:%s@%s", to, e.server)}
	d.local = fmt.Sprintf("<sip:+420777%06d@%s>;tag=t%d", n, e.address(), n)
	d.remote = "<" + d.target + ">"
	body := description(ear.port())
	text := strings.Replace(e.inDialog(d, "INVITE", 1), "Content-Length: 0\r\n\r\n",
		fmt.Sprintf("Content-Type: application/sdp\r\nContent-Length: %d\r\n\r\n%s", len(body), body), 1)
	m, err := e.ask(ctx, d.callID, "INVITE", text)
	if err != nil {
		return nil, err
	}
	if m.status() != 200 {
		return nil, fmt.Errorf("call to %s: %s", to, m.start)
	}
	d.remote, d.target = m.get("to"), uriOf(m.get("contact"))
	if to, ok := mediaAddress(m.body); ok {
		ear.remote.Store(to)
	}
	e.mu.Lock()
	e.dialogs[d.callID] = d
	e.mu.Unlock()
	e.write(e.inDialog(d, "ACK", 1), e.server)
	return d, nil
}

// hangUp ends a call from our side.
func (e *endpoint) hangUp(ctx context.Context, d *dialog) error {
	d.ear.remote.Store(nil)
	_, err := e.ask(ctx, d.callID, "BYE", e.inDialog(d, "BYE", 2))
	return err
}
