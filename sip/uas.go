package sip

import (
	"errors"
	"log/slog"
	"time"

	sipmsg "github.com/emiago/sipgo/sip"

	"sufler/internal/clock"
	"sufler/mixer"
	"sufler/routing"
)

// incoming is the called half of a leg.
type incoming struct {
	invite *sipmsg.Request
	tx     *sipmsg.ServerTx
	final  bool // a final answer went out
	limit  clock.Timer
}

// unacked is a 2xx to an INVITE that has not been acknowledged. sipgo leaves its
// repetition to us (RFC 6026), which is where it belongs: it is end to end and
// holds over TCP as well (RFC 3261 section 13.3.1.4).
type unacked struct {
	tx     *sipmsg.ServerTx
	res    *sipmsg.Response
	seq    uint32
	first  bool // of the INVITE that made the leg
	late   bool // our SDP was the offer; the ACK brings the answer
	wait   time.Duration
	waited time.Duration
	timer  clock.Timer
}

// invited takes an INVITE from outside any dialog.
func (s *Stack) invited(req *sipmsg.Request, tx *sipmsg.ServerTx) {
	if _, ok := s.find(callerKey(req)); ok {
		// The same call by another path (RFC 3261 section 8.2.2.2).
		s.reply(tx, req, s.response(req, 482, ""))
		return
	}
	in, refusal := s.caller(req)
	if refusal != nil {
		s.reply(tx, req, refusal)
		return
	}
	l := s.newLeg("", nil)
	l.in = &incoming{invite: req, tx: tx}
	if err := s.enter(l); err != nil {
		l.own.Close()
		s.reply(tx, req, s.response(req, 503, ""))
		return
	}
	s.bind(dialogKey{req.CallID().Value(), req.To().Params.GetOr("tag", "")}, l)
	s.bind(callerKey(req), l)
	in.Leg = l
	l.post(func() { l.offered(in) })
	live := tx.OnTerminate(func(string, error) { l.post(l.lost) })
	if !tx.OnCancel(func(cancel *sipmsg.Request) { l.post(func() { l.cancelled(cancel) }) }) || !live {
		l.post(func() { l.cancelled(nil) })
	}
}

// caller says who calls: a phone that proves its password, a trunk by the address
// it sends from, or anybody where the stack is open.
func (s *Stack) caller(req *sipmsg.Request) (routing.Inbound, *sipmsg.Response) {
	in := routing.Inbound{
		FromName:   displayName(unquote(req.From().DisplayName)),
		FromNumber: displayName(req.From().Address.User),
		To:         displayName(unescape(req.Recipient.User)),
	}
	if t, ok := s.trunkOf(req); ok {
		in.Trunk = t.opt.Name
		return in, nil
	}
	if s.opt.Open {
		return in, nil
	}
	phone, refusal := s.authority.identify(req)
	if refusal != nil {
		return in, refusal
	}
	in.Phone, in.FromNumber = phone, string(phone)
	return in, nil
}

// offered asks the receiver what to do with the call.
func (l *Leg) offered(in routing.Inbound) {
	if l.state != legDialling {
		return
	}
	l.log.Info("call came in", slog.String("phone", string(in.Phone)), slog.String("trunk", string(in.Trunk)), slog.String("to", in.To))
	l.respond(l.stack.response(l.in.invite, 100, ""))
	l.in.limit = l.after(l.stack.timers.MaxRing, func() { l.reject(routing.NoAnswer) })
	l.dialog = dialogOfRequest(l.in.invite, l.contactTowards(l.in.invite), flow{l.in.invite.Transport(), l.in.invite.Source()})
	l.dialog.pinned = in.Trunk == ""
	if err := l.checkOffer(); err != nil {
		l.refuse(mediaStatus(err), routing.NotMedia, routing.FaultTheirs, err.Error())
		return
	}
	sink, err := l.stack.opt.Receiver.Receive(in)
	if err != nil {
		status := statusOfKind(routing.KindOf(err))
		l.refuse(status, routing.NotAllowed, routing.FaultNone, err.Error())
		return
	}
	l.sink = sink
}

// checkOffer says before anybody's phone rings whether the call could be heard
// (RFC 3261 section 13.3.1.3: 488).
func (l *Leg) checkOffer() error {
	offer := l.in.invite.Body()
	if len(offer) == 0 {
		return nil
	}
	peer := peerIP(l.in.invite.Source())
	return l.stack.opt.Media.Check(MediaSpec{Local: l.stack.localIP(peer), Peer: peer}, offer)
}

func (l *Leg) contactTowards(req *sipmsg.Request) *sipmsg.ContactHeader {
	return l.stack.contact(req.Recipient.User, req.Transport(), peerIP(req.Source()))
}

// respond sends an answer to the INVITE that made the leg; false when a CANCEL
// was quicker.
func (l *Leg) respond(res *sipmsg.Response) bool {
	err := l.in.tx.Respond(res)
	if errors.Is(err, sipmsg.ErrTransactionCanceled) {
		// sipgo has answered 487 and would now repeat what we have just handed
		// it instead; hand it the 487 back.
		_ = l.in.tx.Respond(l.stack.response(l.in.invite, 487, ""))
		return false
	}
	if err != nil {
		l.log.Debug("answer did not go out", slog.Any("err", err))
	}
	return true
}

func (l *Leg) ring() {
	if l.in == nil || l.state != legDialling {
		return
	}
	if l.respond(l.stack.response(l.in.invite, 180, "", l.dialog.contact.Clone())) {
		l.move(legRinging)
	}
}

// reject refuses an incoming leg that was not answered.
func (l *Leg) reject(cause routing.Cause) {
	l.refuse(statusOfCause(cause), orCause(cause, routing.Declined), routing.FaultNone, "")
}

func (l *Leg) refuse(status int, cause routing.Cause, fault routing.Fault, text string) {
	if l.in == nil || l.in.final || l.state == legEnded {
		return
	}
	l.in.final = true
	if l.respond(l.stack.response(l.in.invite, status, "")) {
		l.stack.metrics.answered("INVITE", status)
	}
	l.in.tx.TerminateGracefully()
	l.in.stop()
	l.finish(cause, fault, text)
}

func (in *incoming) stop() {
	if in.limit != nil {
		in.limit.Stop()
	}
}

// accept answers an incoming leg.
func (l *Leg) accept(class mixer.Class) {
	if l.in == nil || l.in.final || l.state == legEnded || l.state == legAnswered {
		return
	}
	req := l.in.invite
	peer := peerIP(req.Source())
	media, err := l.stack.opt.Media.Make(MediaSpec{Class: class, Local: l.stack.localIP(peer), Peer: peer})
	if err != nil {
		l.log.Error("no sound for a call", slog.Any("err", err))
		l.refuse(503, routing.Failed, routing.FaultOurs, err.Error())
		return
	}
	l.media = media
	sdp, late, err := describe(media, req.Body())
	if err != nil {
		l.refuse(mediaStatus(err), routing.NotMedia, routing.FaultTheirs, err.Error())
		return
	}
	res := l.stack.response(req, 200, "", l.dialog.contact.Clone(), sipmsg.NewHeader("Allow", allowed))
	withSDP(res, sdp)
	l.in.final = true
	l.in.stop()
	if !l.respond(res) {
		return // the CANCEL's own task ends the leg
	}
	l.stack.metrics.answered("INVITE", 200)
	l.dialog.early = false
	l.move(legAnswered)
	l.awaitACK(&unacked{tx: l.in.tx, res: res, seq: req.CSeq().SeqNo, first: true, late: late})
	if !late {
		l.port = media.Port()
		l.tell(routing.Answered{Port: l.port})
	}
}

// describe makes our SDP: an answer to theirs, or an offer when they sent none.
func describe(media Media, theirs []byte) (ours []byte, late bool, err error) {
	if len(theirs) == 0 {
		ours, err = media.Offer()
		return ours, true, err
	}
	ours, err = media.Answer(theirs)
	return ours, false, err
}

// mediaStatus is 488 when their SDP cannot be met, 500 when it is our trouble.
func mediaStatus(err error) int {
	if routing.KindOf(err) == routing.Invalid {
		return 488
	}
	return 500
}

// awaitACK begins to repeat a 2xx: after T1, then twice as long each time up to
// T2, until the ACK or 64*T1.
func (l *Leg) awaitACK(u *unacked) {
	l.unacked = u
	u.wait = l.stack.timers.T1
	u.timer = l.after(u.wait, func() { l.repeat(u) })
}

func (l *Leg) repeat(u *unacked) {
	if l.unacked != u {
		return
	}
	u.waited += u.wait
	if u.waited >= l.stack.timers.ackWait() {
		l.neverAcked()
		return
	}
	if err := u.tx.Respond(u.res); err != nil {
		l.log.Debug("2xx was not repeated", slog.Any("err", err))
	}
	u.wait = min(2*u.wait, l.stack.timers.T2)
	u.timer = l.after(u.wait, func() { l.repeat(u) })
}

// neverAcked ends a call whose peer has not said that it heard the answer
// (RFC 3261 section 13.3.1.4).
func (l *Leg) neverAcked() {
	l.settle()
	l.owesBye = 0
	if l.state == legEnded {
		l.sayBye(l.dialog, routing.Unreachable)
		l.depart()
		return
	}
	l.sayBye(l.dialog, routing.Unreachable)
	l.finish(routing.Unreachable, routing.FaultTheirs, "200 OK was never acknowledged")
}

// settle stops repeating a 2xx.
func (l *Leg) settle() {
	if l.unacked == nil {
		return
	}
	l.unacked.timer.Stop()
	if l.unacked.tx.Origin().Transport() != "UDP" {
		l.unacked.tx.Terminate() // nothing to absorb over a reliable transport
	}
	l.unacked = nil
}

// acked takes an ACK; a second one for the same 2xx finds nothing to do.
func (l *Leg) acked(req *sipmsg.Request) {
	u := l.unacked
	if u == nil || req.CSeq().SeqNo != u.seq {
		return
	}
	l.settle()
	if l.state == legEnded {
		l.payBye()
		return
	}
	if !u.late {
		return
	}
	if err := l.media.Accept(req.Body()); err != nil {
		l.sayBye(l.dialog, routing.NotMedia)
		l.finish(routing.NotMedia, routing.FaultTheirs, err.Error())
		return
	}
	if u.first {
		l.port = l.media.Port()
		l.tell(routing.Answered{Port: l.port})
		return
	}
	l.portMoved()
}

// cancelled takes a CANCEL that came before our final answer; sipgo has answered
// it and sent 487.
func (l *Leg) cancelled(cancel *sipmsg.Request) {
	if l.state == legEnded || l.state == legAnswered {
		return
	}
	text := "CANCEL"
	if cancel != nil {
		text += reasonOf(cancel)
	}
	l.in.final = true
	_ = l.in.tx.Err() // waits until sipgo has sent the 487
	l.in.tx.TerminateGracefully()
	l.in.stop()
	l.stack.metrics.answered("INVITE", 487)
	l.finish(routing.Cancelled, routing.FaultNone, text)
}

// lost is told that the INVITE's transaction is gone, because its connection is.
func (l *Leg) lost() {
	if l.state == legEnded || l.in.final {
		return
	}
	l.in.final = true
	l.in.stop()
	l.finish(routing.Unreachable, routing.FaultTheirs, "connection closed")
}

// reasonOf quotes a Reason header (RFC 3326) for the log.
func reasonOf(req *sipmsg.Request) string {
	if h := req.GetHeader("Reason"); h != nil {
		return ", " + shorten(h.Value(), 80)
	}
	return ""
}
