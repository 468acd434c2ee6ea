package sip

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"strconv"
	"strings"

	sipmsg "github.com/emiago/sipgo/sip"
)

// allowed is what we serve within and outside dialogs (RFC 3261 section 20.5).
const allowed = "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, REGISTER"

// keyed is a MAC over the parts, so that tags and nonces need no memory.
func (s *Stack) keyed(parts ...string) []byte {
	mac := hmac.New(sha256.New, s.secret[:])
	for _, p := range parts {
		_, _ = fmt.Fprintf(mac, "%d:%s", len(p), p)
	}
	return mac.Sum(nil)
}

// freshTag is the To tag of everything that we answer to one request outside a
// dialog, the same for its retransmissions (RFC 3261 section 8.2.7).
func (s *Stack) freshTag(req *sipmsg.Request) string {
	branch, _ := req.Via().Params.Get("branch")
	from, _ := req.From().Params.Get("tag")
	return hex.EncodeToString(s.keyed("tag", branch, from, req.CallID().Value(), strconv.Itoa(int(req.CSeq().SeqNo))))[:24]
}

// arrive sees every message before the transactions do, on the reader's
// goroutine.
func (s *Stack) arrive(msg sipmsg.Message) {
	defer s.caught("arrive", nil)
	req, ok := msg.(*sipmsg.Request)
	if !ok {
		return
	}
	s.prepare(req)
	if req.IsAck() && validate(req) == nil {
		s.takeACK(req)
	}
}

// takeACK hands an ACK to its leg. It is called on the reader's goroutine, so
// the ACK comes before the BYE behind it, which sipgo serves in a goroutine of
// its own; and it is seen even when a phone wrongly repeats the INVITE's branch.
func (s *Stack) takeACK(req *sipmsg.Request) {
	if l, ok := s.find(dialogKey{req.CallID().Value(), req.To().Params.GetOr("tag", "")}); ok {
		l.post(func() { l.acked(req) })
	}
}

// prepare puts a request into the shape in which we read it: names of
// parameters without the blanks that RFC 3261 section 25.1 allows around them
// and sipgo keeps, and a To tag of ours where there is none, so that even the
// 487 which sipgo makes by itself belongs to our dialog.
func (s *Stack) prepare(req *sipmsg.Request) {
	from, to := req.From(), req.To()
	if from == nil || to == nil {
		return
	}
	trimParams(from.Params)
	trimParams(to.Params)
	if req.Via() == nil || req.CallID() == nil || req.CSeq() == nil || req.IsCancel() || req.IsAck() {
		return
	}
	if !to.Params.Has("tag") {
		to.Params.Add("tag", s.freshTag(req))
	}
}

func trimParams(params sipmsg.HeaderParams) {
	for i := range params {
		params[i].K = strings.TrimSpace(params[i].K)
		params[i].V = strings.TrimSpace(params[i].V)
	}
}

// initial says that a request is outside any dialog: its To tag is the one that
// prepare gave it.
func (s *Stack) initial(req *sipmsg.Request) bool {
	return req.To().Params.GetOr("tag", "") == s.freshTag(req)
}

// response builds an answer. An empty reason takes the usual phrase.
func (s *Stack) response(req *sipmsg.Request, status int, reason string, headers ...sipmsg.Header) *sipmsg.Response {
	if reason == "" {
		reason = phrases[status]
	}
	res := sipmsg.NewResponseFromRequest(req, status, reason, nil)
	res.SipVersion = "SIP/2.0"
	via, source := res.Via(), peerIP(req.Source())
	if via != nil && source.IsValid() && via.Host != source.String() {
		via.Params.Add("received", source.String()) // RFC 3261 section 18.2.1
	}
	res.AppendHeader(sipmsg.NewHeader("Server", s.opt.UserAgent))
	for _, h := range headers {
		res.AppendHeader(h)
	}
	return res
}

// withSDP gives a message a body.
func withSDP(msg sipmsg.Message, sdp []byte) {
	msg.AppendHeader(sipmsg.NewHeader("Content-Type", "application/sdp"))
	msg.SetBody(sdp)
}

// here is our address as the peer shall write it into its requests.
func (s *Stack) here(transport string, peer netip.Addr) (string, int) {
	port := s.UDPAddr()
	if transport == "TCP" {
		port = s.TCPAddr()
	}
	return s.localIP(peer).String(), int(port.Port())
}

// localIP is our address towards a peer.
func (s *Stack) localIP(peer netip.Addr) netip.Addr {
	if s.opt.External.IsValid() && !peer.IsLoopback() && !peer.IsPrivate() {
		return s.opt.External
	}
	for _, listening := range []netip.AddrPort{s.UDPAddr(), s.TCPAddr()} {
		if ip := listening.Addr().Unmap(); ip.IsValid() && !ip.IsUnspecified() {
			return ip
		}
	}
	if ip, ok := routeTo(peer); ok && peer.IsValid() {
		return ip
	}
	return netip.AddrFrom4([4]byte{127, 0, 0, 1})
}

// contact is the address that the peer's requests within a dialog come to.
func (s *Stack) contact(user, transport string, peer netip.Addr) *sipmsg.ContactHeader {
	host, port := s.here(transport, peer)
	c := &sipmsg.ContactHeader{Address: sipmsg.Uri{Scheme: "sip", User: user, Host: host, Port: port}}
	if transport == "TCP" {
		c.Address.UriParams = sipmsg.HeaderParams{{K: "transport", V: "tcp"}}
	}
	return c
}

// finish makes a request ready to go: a Via with a branch of its own, the count
// of hops, our name and, for UDP, our socket.
func (s *Stack) finish(req *sipmsg.Request) error {
	peer := peerIP(req.Destination())
	host, port := s.here(req.Transport(), peer)
	via := &sipmsg.ViaHeader{ProtocolName: "SIP", ProtocolVersion: "2.0", Transport: req.Transport(), Host: host, Port: port}
	via.Params = sipmsg.HeaderParams{{K: "branch", V: s.branch + rand.Text()}, {K: "rport"}}
	hops := sipmsg.MaxForwardsHeader(70)
	req.PrependHeader(via, &hops)
	req.AppendHeader(sipmsg.NewHeader("User-Agent", s.opt.UserAgent))
	return s.address(req)
}

// address chooses the socket and refuses what must not leave the house.
func (s *Stack) address(req *sipmsg.Request) error {
	if req.Body() == nil {
		req.SetBody(nil)
	}
	switch {
	case req.Transport() == "UDP" && s.gate == nil:
		return fmt.Errorf("sip: no UDP listener to send %s from", req.Method)
	case req.Transport() == "UDP":
		local := s.gate.LocalAddr().(*net.UDPAddr)
		req.Laddr = sipmsg.Addr{IP: local.IP, Port: local.Port}
	}
	return fit(req)
}

// fit is the last look at a message of ours: no value in it may hold a byte that
// could start another header or end the message.
func fit(req *sipmsg.Request) error {
	if !printable(req.Recipient.String()) {
		return fmt.Errorf("sip: %s: control bytes in the Request-URI", req.Method)
	}
	for _, h := range req.Headers() {
		if !printable(h.Value()) {
			return fmt.Errorf("sip: %s: control bytes in %s", req.Method, h.Name())
		}
	}
	return nil
}

// ask sends a request in a transaction and tells of every answer: res for each,
// err once when none will come. A final answer is the last but for
// retransmissions of a 2xx. tell must not block.
func (s *Stack) ask(req *sipmsg.Request, tell func(res *sipmsg.Response, err error)) (*sipmsg.ClientTx, error) {
	if !s.begin() {
		return nil, errClosing
	}
	defer s.running.Done()
	ctx, cancel := context.WithTimeout(context.Background(), connectLimit)
	defer cancel()
	tx, err := s.layer.NewClientTransaction(ctx, req)
	if err != nil {
		return nil, fmt.Errorf("sip: %s to %s: %w", req.Method, req.Destination(), err)
	}
	tx.OnRetransmission(func(res *sipmsg.Response) { tell(res, nil) })
	// The reader starts before the request goes out: sipgo hands an answer over
	// while it holds the transaction.
	var failed error
	started := s.spawn(func() {
		s.metrics.transactions.Inc()
		defer s.metrics.transactions.Dec()
		if err := listenTo(tx, tell); err != nil {
			tell(nil, cmp.Or(failed, err))
		}
	})
	if !started {
		tx.Terminate()
		return nil, errClosing
	}
	if err := tx.Init(); err != nil {
		failed = fmt.Errorf("sip: %s to %s: %w", req.Method, req.Destination(), err)
		tx.Terminate()
	}
	return tx, nil
}

// spawn starts a goroutine that Close waits for; false when it has begun to.
func (s *Stack) spawn(f func()) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.gone {
		return false
	}
	s.running.Go(f)
	return true
}

func listenTo(tx *sipmsg.ClientTx, tell func(*sipmsg.Response, error)) error {
	for {
		select {
		case res := <-tx.Responses():
			tell(res, nil)
			if res.StatusCode >= 200 {
				return nil
			}
		case <-tx.Done():
			return cmp.Or(tx.Err(), sipmsg.ErrTransactionTerminated)
		}
	}
}

// write sends a request that has no transaction: an ACK for a 2xx.
func (s *Stack) write(req *sipmsg.Request) error {
	if !s.begin() {
		return errClosing
	}
	defer s.running.Done()
	if err := s.transport.WriteMsg(req); err != nil {
		return fmt.Errorf("sip: %s to %s: %w", req.Method, req.Destination(), err)
	}
	return nil
}

// leaveWith sends a request whose answer changes nothing any more, a BYE or a
// CANCEL, and repeats it no longer than Linger. A challenge is answered once
// when credentials are known.
func (s *Stack) leaveWith(req *sipmsg.Request, credentials Credentials) {
	var tx *sipmsg.ClientTx
	ready := make(chan struct{})
	given := false
	tell := func(res *sipmsg.Response, err error) {
		<-ready
		if res == nil || res.StatusCode < 200 || given {
			return
		}
		given = true
		if again, ok := authorized(req, res, credentials); ok {
			s.leaveOnce(again)
		}
	}
	tx, err := s.ask(req, tell)
	close(ready)
	if err != nil {
		s.log.Debug("could not say goodbye", slog.Any("err", err))
		return
	}
	s.endAfterLinger(tx)
}

func (s *Stack) leaveOnce(req *sipmsg.Request) {
	if err := s.readdress(req); err != nil {
		return
	}
	tx, err := s.ask(req, func(*sipmsg.Response, error) {})
	if err != nil {
		return
	}
	s.endAfterLinger(tx)
}

// endAfterLinger stops repeating a request after Linger and takes the timer
// away when the transaction ends before.
func (s *Stack) endAfterLinger(tx *sipmsg.ClientTx) {
	timer := s.clock.AfterFunc(s.timers.Linger, tx.Terminate)
	if !tx.OnTerminate(func(string, error) { timer.Stop() }) {
		timer.Stop()
	}
}

// readdress gives a repeated request (with credentials) a branch of its own.
func (s *Stack) readdress(req *sipmsg.Request) error {
	if via := req.Via(); via != nil {
		via.Params.Add("branch", s.branch+rand.Text())
	}
	return s.address(req)
}

// ours says that a response answers a request of ours: nobody else can know how
// our branches begin.
func (s *Stack) ours(res *sipmsg.Response) bool {
	via := res.Via()
	if via == nil || validateResponse(res) != nil {
		return false
	}
	branch, _ := via.Params.Get("branch")
	return strings.HasPrefix(branch, s.branch)
}
