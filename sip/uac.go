package sip

import (
	"crypto/rand"
	"fmt"
	"log/slog"
	"time"

	sipmsg "github.com/emiago/sipgo/sip"

	"sufler/internal/clock"
	"sufler/mixer"
	"sufler/routing"
)

// invitation is everything that an outgoing call says of itself.
type invitation struct {
	leg         routing.LegID
	class       mixer.Class
	targets     []Target
	to          string // the URI of the To header
	fromName    string
	fromUser    string
	fromHost    string
	identity    string // P-Asserted-Identity (RFC 3325), empty: none
	credentials Credentials
	ringTimeout time.Duration
	autoAnswer  bool
	person      bool // a phone rings, not a carrier
	media       MediaSpec
}

// outgoing is the calling half of a leg.
type outgoing struct {
	invitation
	attempts []*attempt
	offer    []byte
	heard    []byte        // their SDP that the sound was last set up with
	quit     routing.Cause // why we gave up; 0 while we have not
	rang     bool
	limit    clock.Timer
	telling  outcome // of the attempt whose answer says most
	status   int
	text     string
}

// attempt is one INVITE to one device.
type attempt struct {
	target  Target
	invite  *sipmsg.Request
	tx      *sipmsg.ClientTx
	tries   int
	alive   bool          // something answered
	quit    routing.Cause // why it is to be cancelled; 0: it is not
	asked   bool          // the CANCEL went out
	done    bool          // nothing is owed any more
	early   map[string]*dialog
	byes    map[string]bool            // To tags that hung up before we saw their 2xx
	acks    map[string]*sipmsg.Request // by To tag, to be repeated with the 2xx
	patient clock.Timer
}

func (o *outgoing) done() bool {
	for _, a := range o.attempts {
		if !a.done {
			return false
		}
	}
	return true
}

func (o *outgoing) stopRinging() {
	if o.limit != nil {
		o.limit.Stop()
	}
}

func (a *attempt) stop() {
	if a.patient != nil {
		a.patient.Stop()
	}
}

// invite makes an outgoing leg. When it returns an error no leg came to be.
func (s *Stack) invite(inv invitation, sink func(routing.Signal)) (*Leg, error) {
	if s.opt.Media == nil {
		return nil, routing.Refuse(routing.Internal, "internal")
	}
	media, err := s.opt.Media.Make(inv.media)
	if err != nil {
		return nil, fmt.Errorf("sip: open sound: %w", err)
	}
	offer, err := media.Offer()
	if err != nil {
		media.Close()
		return nil, fmt.Errorf("sip: offer: %w", err)
	}
	l := s.newLeg(inv.leg, sink)
	l.media = media
	l.out = &outgoing{invitation: inv, offer: offer}
	if err := s.enter(l); err != nil {
		media.Close()
		l.own.Close()
		return nil, routing.Refuse(routing.Unavailable, "server_closing")
	}
	l.post(l.dial)
	return l, nil
}

func (l *Leg) dial() {
	limit := l.out.ringTimeout
	if limit <= 0 {
		limit = l.stack.timers.MaxRing
	}
	l.out.limit = l.after(limit, func() { l.giveUp(routing.NoAnswer) })
	for _, target := range l.out.targets {
		l.out.attempts = append(l.out.attempts, &attempt{
			target: target,
			early:  make(map[string]*dialog),
			byes:   make(map[string]bool),
			acks:   make(map[string]*sipmsg.Request),
		})
	}
	for _, a := range l.out.attempts {
		req, err := l.buildInvite(a.target)
		if err != nil {
			l.close(a, 0, outcome{routing.Failed, routing.FaultOurs}, err.Error())
			continue
		}
		l.stack.bind(dialogKey{req.CallID().Value(), req.From().Params.GetOr("tag", "")}, l)
		l.send(a, req)
	}
}

// buildInvite writes an INVITE after RFC 3261 section 8.1.1. Each device gets a
// Call-ID of its own: they are calls of their own until one answers.
func (l *Leg) buildInvite(target Target) (*sipmsg.Request, error) {
	o := l.out
	var uri, to sipmsg.Uri
	if err := sipmsg.ParseUri(target.URI, &uri); err != nil {
		return nil, fmt.Errorf("sip: target %q: %w", target.URI, err)
	}
	if err := sipmsg.ParseUri(o.to, &to); err != nil {
		return nil, fmt.Errorf("sip: to %q: %w", o.to, err)
	}
	req := sipmsg.NewRequest(sipmsg.INVITE, uri)
	transport := transportOf(target.Transport)
	req.SetTransport(transport)
	req.SetDestination(target.Addr)
	if target.Addr == "" {
		req.SetDestination(hostPort(uri))
	}
	from := sipmsg.FromHeader{DisplayName: o.fromName, Address: sipmsg.Uri{Scheme: "sip", User: o.fromUser, Host: o.fromHost}}
	from.Params.Add("tag", rand.Text())
	callID := sipmsg.CallIDHeader(rand.Text())
	req.AppendHeader(&from)
	req.AppendHeader(&sipmsg.ToHeader{Address: to})
	req.AppendHeader(&callID)
	req.AppendHeader(&sipmsg.CSeqHeader{SeqNo: 1, MethodName: sipmsg.INVITE})
	req.AppendHeader(l.stack.contact(o.fromUser, transport, peerIP(req.Destination())))
	req.AppendHeader(sipmsg.NewHeader("Allow", allowed))
	if o.identity != "" {
		req.AppendHeader(sipmsg.NewHeader("P-Asserted-Identity", o.identity))
	}
	if o.autoAnswer {
		req.AppendHeader(sipmsg.NewHeader("Call-Info", "<sip:"+o.fromHost+">;answer-after=0"))
		req.AppendHeader(sipmsg.NewHeader("Alert-Info", "<http://127.0.0.1>;info=alert-autoanswer;delay=0"))
	}
	withSDP(req, o.offer)
	return req, l.stack.finish(req)
}

func transportOf(name string) string {
	if name == "tcp" || name == "TCP" {
		return "TCP"
	}
	return "UDP"
}

func (l *Leg) send(a *attempt, req *sipmsg.Request) {
	a.invite = req
	a.tries++
	try := a.tries
	a.stop()
	a.patient = l.after(l.stack.timers.Silence, func() { l.silent(a) })
	tx, err := l.stack.ask(req, func(res *sipmsg.Response, err error) {
		if !l.post(func() { l.hear(a, try, res, err) }) && res != nil {
			l.stack.strayResponse(res)
		}
	})
	if err != nil {
		l.close(a, 0, l.unreachable(), err.Error())
		return
	}
	a.tx = tx
}

func (l *Leg) unreachable() outcome {
	if l.out.person {
		return outcome{routing.Unreachable, routing.FaultTheirs}
	}
	return outcome{routing.Unreachable, routing.FaultCarrier}
}

// silent gives up on a peer that has not answered at all.
func (l *Leg) silent(a *attempt) {
	if a.done || a.alive {
		return
	}
	l.bury(a)
	l.close(a, 0, l.unreachable(), "no answer from "+a.invite.Destination())
}

// bury ends an INVITE that has had no final answer and leaves a note that hangs
// up what may still come of it.
func (l *Leg) bury(a *attempt) {
	l.stack.graves.bury(a.invite)
	if a.tx != nil {
		a.tx.Terminate()
	}
}

// hear takes every answer to an INVITE. There is no bound on their number: a
// phone may repeat 180 for as long as it rings.
func (l *Leg) hear(a *attempt, try int, res *sipmsg.Response, err error) {
	switch {
	case res != nil && (try == a.tries || res.IsSuccess()):
		a.alive = true
		l.answer(a, res)
	case err != nil && try == a.tries && !a.done && len(a.acks) == 0:
		l.close(a, 0, l.unreachable(), err.Error())
	}
}

func (l *Leg) answer(a *attempt, res *sipmsg.Response) {
	switch {
	case res.IsSuccess():
		l.success(a, res)
	case a.done:
	case res.IsProvisional():
		l.progress(a, res)
	default:
		l.failure(a, res)
	}
}

// progress takes a provisional answer.
func (l *Leg) progress(a *attempt, res *sipmsg.Response) {
	if a.quit != 0 {
		l.cancel(a) // RFC 3261 section 9.1: not before a provisional answer
		return
	}
	a.stop()
	tag := res.To().Params.GetOr("tag", "")
	if res.StatusCode == sipmsg.StatusTrying || tag == "" || l.state == legAnswered || l.state == legEnded {
		return
	}
	path := flow{a.invite.Transport(), res.Source()}
	if d, ok := a.early[tag]; ok {
		d.refresh(res.Contact(), path)
	} else {
		a.early[tag] = l.dialogWith(a, res)
	}
	if res.StatusCode == 180 && !l.out.rang {
		l.out.rang = true
		l.move(legRinging)
		l.tell(routing.Ringing{})
	}
	// Several phones that ring at once would sound over each other.
	if len(res.Body()) > 0 && len(l.out.attempts) == 1 {
		l.earlyMedia(res.Body())
	}
}

func (l *Leg) earlyMedia(sdp []byte) {
	if string(sdp) == string(l.out.heard) {
		return
	}
	if err := l.media.Accept(sdp); err != nil {
		l.log.Debug("early media refused", slog.Any("err", err))
		return
	}
	l.out.heard = sdp
	if l.move(legEarly) {
		l.port = l.media.Port()
		l.tell(routing.EarlyMedia{Port: l.port})
		return
	}
	l.portMoved()
}

func (l *Leg) dialogWith(a *attempt, res *sipmsg.Response) *dialog {
	d := dialogOfResponse(a.invite, res, flow{a.invite.Transport(), res.Source()})
	d.pinned = l.out.person
	return d
}

// success takes a 2xx. Each is acknowledged, with the tag that it carries, as
// often as it comes (RFC 3261 section 13.2.2.4); the first one of all is our
// call, every other is hung up at once.
func (l *Leg) success(a *attempt, res *sipmsg.Response) {
	tag := res.To().Params.GetOr("tag", "")
	if ack, ok := a.acks[tag]; ok {
		_ = l.stack.write(ack)
		return
	}
	d := l.dialogWith(a, res)
	if early, ok := a.early[tag]; ok {
		d.localSeq = max(d.localSeq, early.localSeq)
		d.remoteSeq = early.remoteSeq
	}
	ack := d.ack(a.invite.CSeq().SeqNo)
	if err := l.stack.finish(ack); err != nil {
		l.close(a, 0, outcome{routing.Failed, routing.FaultOurs}, err.Error())
		return
	}
	a.acks[tag] = ack
	if err := l.stack.write(ack); err != nil {
		l.log.Debug("ACK did not go out", slog.Any("err", err))
	}
	switch {
	case a.byes[tag]:
		for _, other := range l.out.attempts {
			l.withdraw(other, routing.Elsewhere)
		}
		l.finish(routing.HungUp, routing.FaultNone, "BYE")
		l.close(a, 200, outcome{cause: routing.HungUp}, "BYE")
	case a.quit != 0 || l.state == legAnswered || l.state == legEnded:
		l.sayBye(d, orCause(a.quit, routing.Elsewhere))
		l.close(a, 200, outcome{cause: routing.Cancelled}, "hung up")
	default:
		l.won(a, d, res)
	}
}

// won makes the first device that answers the leg's peer.
func (l *Leg) won(a *attempt, d *dialog, res *sipmsg.Response) {
	a.done = true
	a.stop()
	l.out.stopRinging()
	l.dialog = d
	for _, other := range l.out.attempts {
		if other != a {
			l.withdraw(other, routing.Elsewhere)
		}
	}
	if string(res.Body()) != string(l.out.heard) || l.media.Port() == 0 {
		if err := l.media.Accept(res.Body()); err != nil {
			l.sayBye(d, routing.NotMedia)
			l.finish(routing.NotMedia, routing.FaultTheirs, err.Error())
			return
		}
	}
	l.move(legAnswered)
	l.port = l.media.Port()
	l.tell(routing.Answered{Port: l.port})
}

// failure takes a final refusal; sipgo has acknowledged it.
func (l *Leg) failure(a *attempt, res *sipmsg.Response) {
	if again, ok := authorized(a.invite, res, l.out.credentials); ok && a.quit == 0 && a.tries < 4 {
		if err := l.stack.readdress(again); err == nil {
			l.send(a, again)
			return
		}
	}
	text := fmt.Sprintf("%d %s", res.StatusCode, res.Reason)
	l.close(a, res.StatusCode, outcomeOf(res.StatusCode, l.out.rang, l.out.person), text)
}

// close ends an attempt, and the leg when it was the last that could succeed.
func (l *Leg) close(a *attempt, status int, o outcome, text string) {
	if a.done {
		return
	}
	a.done = true
	a.stop()
	if l.out.telling.cause == 0 || rank(status) > rank(l.out.status) {
		l.out.telling, l.out.status, l.out.text = o, status, text
	}
	switch {
	case l.state == legAnswered:
	case l.state == legEnded:
		l.depart()
	case l.out.done() && l.out.quit != 0:
		l.finish(l.out.quit, routing.FaultNone, l.out.text)
	case l.out.done():
		l.finish(l.out.telling.cause, l.out.telling.fault, l.out.text)
	}
}

// rank orders refusals of devices that rang together: somebody said no, the
// phone is busy, nobody came, anything else (after RFC 3261 section 16.7 step 6).
func rank(status int) int {
	switch {
	case status >= 600:
		return 4
	case status == 486:
		return 3
	case status >= 400 && status < 500:
		return 2
	case status > 0:
		return 1
	}
	return 0
}

// giveUp cancels whatever still rings.
func (l *Leg) giveUp(cause routing.Cause) {
	if l.state == legAnswered || l.state == legEnded || l.out.quit != 0 {
		return
	}
	l.out.quit = cause
	for _, a := range l.out.attempts {
		l.withdraw(a, cause)
	}
}

// withdraw cancels one attempt. If the peer does not end it within Linger we go,
// and the note in graves sees to the rest.
func (l *Leg) withdraw(a *attempt, cause routing.Cause) {
	if a.done || a.quit != 0 {
		return
	}
	a.quit = cause
	a.stop()
	a.patient = l.after(l.stack.timers.Linger, func() {
		if !a.done {
			l.bury(a)
			l.close(a, 0, outcome{cause: cause}, "")
		}
	})
	if a.alive {
		l.cancel(a)
	}
}

// cancel sends the CANCEL of an attempt, once.
func (l *Leg) cancel(a *attempt) {
	if a.asked {
		return
	}
	a.asked = true
	req := cancelOf(a.invite)
	if reason, ok := endings[a.quit]; ok {
		req.AppendHeader(sipmsg.NewHeader("Reason", reason))
	}
	req.AppendHeader(sipmsg.NewHeader("User-Agent", l.stack.opt.UserAgent))
	if err := l.stack.address(req); err != nil {
		l.log.Error("could not cancel", slog.Any("err", err))
		return
	}
	l.stack.leaveWith(req, Credentials{})
}

// cancelOf builds the CANCEL of an INVITE (RFC 3261 section 9.1).
func cancelOf(invite *sipmsg.Request) *sipmsg.Request {
	return hopRequest(sipmsg.CANCEL, invite, invite.To())
}

// hopRequest builds a request that belongs to an INVITE's own transaction: the
// same Via, route, ids and number.
func hopRequest(method sipmsg.RequestMethod, invite *sipmsg.Request, to *sipmsg.ToHeader) *sipmsg.Request {
	req := sipmsg.NewRequest(method, *invite.Recipient.Clone())
	hops := sipmsg.MaxForwardsHeader(70)
	req.AppendHeader(invite.Via().Clone())
	req.AppendHeader(&hops)
	sipmsg.CopyHeaders("Route", invite, req)
	req.AppendHeader(cloneFrom(invite.From()))
	req.AppendHeader(cloneTo(to))
	callID := *invite.CallID()
	req.AppendHeader(&callID)
	req.AppendHeader(&sipmsg.CSeqHeader{SeqNo: invite.CSeq().SeqNo, MethodName: method})
	req.SetTransport(invite.Transport())
	req.SetDestination(invite.Destination())
	return req
}
