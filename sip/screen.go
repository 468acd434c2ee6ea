package sip

import (
	"log/slog"
	"net/netip"

	sipmsg "github.com/emiago/sipgo/sip"

	"sufler/routing"
)

// verdict is what becomes of a request before any state is made for it: it may
// pass, is answered, or (neither) dropped.
type verdict struct {
	pass bool
	res  *sipmsg.Response
}

// screen judges a request by itself. Over UDP that is before sipgo's transactions
// see it, over TCP within them.
func (s *Stack) screen(req *sipmsg.Request) verdict {
	if p := validate(req); p != nil {
		return s.refused(req, p)
	}
	key := dialogKey{req.CallID().Value(), req.To().Params.GetOr("tag", "")}
	_, known := s.find(key)
	known = known || s.was(key)
	switch {
	case req.IsAck():
		// The ACK of a refusal has the branch of its INVITE, which our tag was
		// made from, and belongs to sipgo. That of a 2xx has no transaction.
		return verdict{pass: s.initial(req)}
	case req.IsCancel():
		return s.screenCancel(req)
	case known:
		return verdict{pass: true}
	case !s.initial(req):
		return s.answer(req, 481)
	}
	if screen, ok := outside[req.Method]; ok {
		return screen(s, req)
	}
	if knownMethods[string(req.Method)] {
		return s.answer(req, 405, sipmsg.NewHeader("Allow", allowed))
	}
	return s.answer(req, 501, sipmsg.NewHeader("Allow", allowed))
}

func (s *Stack) refused(req *sipmsg.Request, p *problem) verdict {
	if req.IsAck() || req.Via() == nil {
		return verdict{} // nobody to answer, or no way back
	}
	return verdict{res: s.response(req, p.status, p.reason, p.headers...)}
}

func (s *Stack) answer(req *sipmsg.Request, status int, headers ...sipmsg.Header) verdict {
	return verdict{res: s.response(req, status, "", headers...)}
}

// outside says what happens to requests outside of dialogs.
var outside = map[sipmsg.RequestMethod]func(*Stack, *sipmsg.Request) verdict{
	sipmsg.INVITE:   (*Stack).screenInvite,
	sipmsg.REGISTER: (*Stack).screenRegister,
	sipmsg.OPTIONS:  (*Stack).screenOptions,
	sipmsg.BYE:      (*Stack).screenStray,
	sipmsg.UPDATE:   (*Stack).screenStray,
	sipmsg.INFO:     (*Stack).screenStray,
	sipmsg.PRACK:    (*Stack).screenStray,
}

func (s *Stack) screenStray(req *sipmsg.Request) verdict { return s.answer(req, 481) }

// screenOptions answers as it would an INVITE (RFC 3261 section 11.2), so that who
// watches us by OPTIONS goes elsewhere.
func (s *Stack) screenOptions(req *sipmsg.Request) verdict {
	if s.isFull() {
		return s.overloaded(req)
	}
	return s.answer(req, 200, sipmsg.NewHeader("Allow", allowed), sipmsg.NewHeader("Accept", "application/sdp"))
}

// screenCancel lets a CANCEL through when its INVITE is here.
func (s *Stack) screenCancel(req *sipmsg.Request) verdict {
	key := callerKey(req)
	if _, ok := s.find(key); ok || s.was(key) {
		return verdict{pass: true}
	}
	return s.answer(req, 481)
}

// callerKey names an incoming call by what its caller chose, so that a CANCEL,
// and the same INVITE by another path, are recognised.
func callerKey(req *sipmsg.Request) dialogKey {
	return dialogKey{req.CallID().Value(), "caller:" + req.From().Params.GetOr("tag", "")}
}

func (s *Stack) screenInvite(req *sipmsg.Request) verdict {
	_, fromTrunk := s.trunkOf(req)
	switch {
	case s.isFull():
		return s.overloaded(req)
	case s.opt.Receiver == nil:
		return s.answer(req, 480)
	case s.opt.Open || fromTrunk:
		return verdict{pass: true}
	case s.authority == nil:
		return s.answer(req, 403)
	case !carriesCredentials(req):
		return s.answer(req, 401, s.authority.challenges(req, false)...)
	}
	return verdict{pass: true}
}

func (s *Stack) screenRegister(req *sipmsg.Request) verdict {
	switch {
	case s.registrar == nil:
		return s.answer(req, 405, sipmsg.NewHeader("Allow", allowed))
	case !carriesCredentials(req):
		return s.answer(req, 401, s.authority.challenges(req, false)...)
	}
	return verdict{pass: true}
}

// isFull reports whether new calls are taken no more.
func (s *Stack) isFull() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closing || s.draining
}

// comeBack is after how many seconds a caller may try again when we take no calls:
// the time that a restart takes.
const comeBack = "30"

// overloaded sends the caller elsewhere (RFC 3261 section 21.5.4).
func (s *Stack) overloaded(req *sipmsg.Request) verdict {
	return s.answer(req, 503, sipmsg.NewHeader("Retry-After", comeBack))
}

// serve is where sipgo hands over a request and its transaction, in a goroutine
// of its own.
func (s *Stack) serve(req *sipmsg.Request, tx *sipmsg.ServerTx) {
	defer s.caught("serve", func() {
		s.reply(tx, req, s.response(req, 500, ""))
	})
	v := s.screen(req)
	switch {
	case v.res != nil:
		s.reply(tx, req, v.res)
	case !v.pass:
		tx.Terminate()
	default:
		s.dispatch(req, tx)
	}
}

func (s *Stack) dispatch(req *sipmsg.Request, tx *sipmsg.ServerTx) {
	if l, ok := s.find(dialogKey{req.CallID().Value(), req.To().Params.GetOr("tag", "")}); ok && !req.IsCancel() {
		l.receive(req, tx)
		return
	}
	switch {
	case req.IsInvite():
		s.invited(req, tx)
	case req.Method == sipmsg.REGISTER:
		s.registrar.serve(req, tx)
	case req.IsAck():
		tx.Terminate()
	default:
		s.reply(tx, req, s.response(req, 481, ""))
	}
}

// reply sends a final answer and lets sipgo keep the transaction only as long as
// it absorbs retransmissions.
func (s *Stack) reply(tx *sipmsg.ServerTx, req *sipmsg.Request, res *sipmsg.Response) {
	s.metrics.answered(string(req.Method), res.StatusCode)
	if err := tx.Respond(res); err != nil {
		s.log.Debug("answer did not go out", slog.Any("err", err))
	}
	tx.TerminateGracefully()
}

// trunkOf finds the trunk that a request comes by: the one at its source's address
// and port, else the first at its address. Telephones may live at a provider's
// address too, behind one NAT: a request from another port whose From is an
// account of ours is a telephone's and must prove its password.
func (s *Stack) trunkOf(req *sipmsg.Request) (*trunk, bool) {
	source, err := netip.ParseAddrPort(req.Source())
	if err != nil {
		return nil, false
	}
	var found *trunk
	for _, t := range s.trunks {
		if !t.at(source) {
			continue
		}
		if t.port == int(source.Port()) {
			return t, true
		}
		if found == nil {
			found = t
		}
	}
	if found == nil || s.isAccount(req.From().Address.User) {
		return nil, false
	}
	return found, true
}

func (s *Stack) isAccount(user string) bool {
	if s.opt.Accounts == nil {
		return false
	}
	_, known := s.opt.Accounts(routing.Extension(user))
	return known
}
