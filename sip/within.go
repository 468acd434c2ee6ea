package sip

import (
	"log/slog"

	sipmsg "github.com/emiago/sipgo/sip"

	"sufler/routing"
)

// receive takes a request within one of the leg's dialogs.
func (l *Leg) receive(req *sipmsg.Request, tx *sipmsg.ServerTx) {
	if req.IsAck() {
		tx.Terminate() // arrive has handed it over already, in the order of the wire
		return
	}
	if !l.post(func() { l.within(req, tx) }) {
		l.stack.reply(tx, req, l.stack.response(req, 481, ""))
	}
}

// withinDialog are the requests that we serve within a dialog.
var withinDialog = map[sipmsg.RequestMethod]func(*Leg, *dialog, *sipmsg.Request, *sipmsg.ServerTx){
	sipmsg.BYE:     (*Leg).bye,
	sipmsg.INVITE:  (*Leg).reinvite,
	sipmsg.UPDATE:  (*Leg).update,
	sipmsg.INFO:    (*Leg).info,
	sipmsg.OPTIONS: (*Leg).options,
}

func (l *Leg) within(req *sipmsg.Request, tx *sipmsg.ServerTx) {
	d := l.dialogOf(req)
	serve, ok := withinDialog[req.Method]
	switch {
	case d != nil && l.owesBye != 0 && req.Method == sipmsg.BYE:
		// Both hang up: his BYE does for ours.
		l.reply(tx, req, 200)
		l.owesBye = 0
		l.settle()
		l.depart()
	case d == nil || l.state == legEnded:
		l.reply(tx, req, 481)
	case !d.order(req):
		l.reply(tx, req, 500, sipmsg.NewHeader("Retry-After", "1"))
	case ok:
		serve(l, d, req, tx)
	case knownMethods[string(req.Method)]:
		l.reply(tx, req, 405, sipmsg.NewHeader("Allow", allowed))
	default:
		l.reply(tx, req, 501)
	}
}

func (l *Leg) reply(tx *sipmsg.ServerTx, req *sipmsg.Request, status int, headers ...sipmsg.Header) {
	l.stack.reply(tx, req, l.stack.response(req, status, "", headers...))
}

// dialogOf finds the dialog of a request by the tag that is the peer's
// (RFC 3261 section 12.2.2).
func (l *Leg) dialogOf(req *sipmsg.Request) *dialog {
	tag := req.From().Params.GetOr("tag", "")
	if l.dialog != nil && l.dialog.remoteTag() == tag && l.dialog.callID == req.CallID().Value() {
		return l.dialog
	}
	if l.out == nil {
		return nil
	}
	for _, a := range l.out.attempts {
		if a.invite == nil || a.invite.CallID().Value() != req.CallID().Value() {
			continue
		}
		if d, ok := a.early[tag]; ok {
			return d
		}
	}
	return nil
}

// bye takes a BYE in whatever order it comes: after the answer, before its ACK,
// and before the answer itself.
func (l *Leg) bye(d *dialog, req *sipmsg.Request, tx *sipmsg.ServerTx) {
	l.reply(tx, req, 200)
	switch {
	case l.state == legAnswered && d == l.dialog:
		l.finish(routing.HungUp, routing.FaultNone, "BYE"+reasonOf(req))
	case l.in != nil && l.state != legAnswered:
		// The caller may end an early dialog with BYE (RFC 3261 section 15.1.2).
		l.refuse(487, routing.Cancelled, routing.FaultNone, "BYE"+reasonOf(req))
	case l.out != nil:
		// The called phone has answered and hung up; its 2xx is still on the way.
		for _, a := range l.out.attempts {
			if a.early[d.remoteTag()] == d {
				a.byes[d.remoteTag()] = true
			}
		}
	}
}

// reinvite answers a new offer within the call: hold, resume, another codec,
// another address.
func (l *Leg) reinvite(d *dialog, req *sipmsg.Request, tx *sipmsg.ServerTx) {
	switch {
	case l.out != nil && l.state != legAnswered:
		l.reply(tx, req, 491) // our own INVITE is pending (RFC 3261 section 14.2)
		return
	case l.state != legAnswered:
		l.reply(tx, req, 500, sipmsg.NewHeader("Retry-After", "1"))
		return
	case l.unacked != nil && l.unacked.late:
		l.reply(tx, req, 491)
		return
	}
	// Who sends a new INVITE has seen our 2xx, even if his ACK is still on the way.
	l.settle()
	sdp, late, err := describe(l.media, req.Body())
	if err != nil {
		l.log.Info("new offer refused", slog.Any("err", err))
		l.reply(tx, req, mediaStatus(err))
		return
	}
	d.refresh(req.Contact(), flow{req.Transport(), req.Source()})
	res := l.stack.response(req, 200, "", l.contactFor(d, req), sipmsg.NewHeader("Allow", allowed))
	withSDP(res, sdp)
	l.stack.metrics.answered("INVITE", 200)
	if err := tx.Respond(res); err != nil {
		l.log.Debug("answer did not go out", slog.Any("err", err))
	}
	l.awaitACK(&unacked{tx: tx, res: res, seq: req.CSeq().SeqNo, late: late})
	l.portMoved()
}

// contactFor keeps our contact of the dialog; the peer's path may have changed.
func (l *Leg) contactFor(d *dialog, req *sipmsg.Request) *sipmsg.ContactHeader {
	d.contact = l.stack.contact(d.contact.Address.User, req.Transport(), peerIP(req.Source()))
	return d.contact.Clone()
}

// update is RFC 3311: a new offer or a new target, without the ACK.
func (l *Leg) update(d *dialog, req *sipmsg.Request, tx *sipmsg.ServerTx) {
	if len(req.Body()) > 0 && (l.state != legAnswered || l.unacked != nil && l.unacked.late) {
		l.reply(tx, req, 500, sipmsg.NewHeader("Retry-After", "1"))
		return
	}
	var sdp []byte
	if len(req.Body()) > 0 {
		var err error
		if sdp, err = l.media.Answer(req.Body()); err != nil {
			l.reply(tx, req, mediaStatus(err))
			return
		}
	}
	d.refresh(req.Contact(), flow{req.Transport(), req.Source()})
	res := l.stack.response(req, 200, "", l.contactFor(d, req))
	if sdp != nil {
		withSDP(res, sdp)
	}
	l.stack.reply(tx, req, res)
	if sdp != nil {
		l.portMoved()
	}
}

// info acknowledges an empty INFO, which some peers send to see whether we live.
// Digits are taken from the sound (RFC 4733), so INFO with any is refused with
// what we would take.
func (l *Leg) info(_ *dialog, req *sipmsg.Request, tx *sipmsg.ServerTx) {
	if len(req.Body()) == 0 {
		l.reply(tx, req, 200)
		return
	}
	l.reply(tx, req, 415, sipmsg.NewHeader("Accept", ""))
}

func (l *Leg) options(_ *dialog, req *sipmsg.Request, tx *sipmsg.ServerTx) {
	l.reply(tx, req, 200, sipmsg.NewHeader("Allow", allowed), sipmsg.NewHeader("Accept", "application/sdp"))
}
