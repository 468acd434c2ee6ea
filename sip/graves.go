package sip

import (
	"log/slog"
	"sync"
	"time"

	sipmsg "github.com/emiago/sipgo/sip"

	"sufler/routing"
)

// graves remembers INVITEs that we gave up without a final answer, for as long
// as one may still come. A phone that answers after that must not be left in a
// call with nobody: a late provisional answer is cancelled, a late 2xx
// acknowledged and hung up, a late refusal acknowledged. It has no timers;
// what is over is swept when the next one is buried.
type graves struct {
	stack *Stack

	mu    sync.Mutex
	lying map[string]*grave // by branch
	bye   map[string]time.Time
}

type grave struct {
	invite    *sipmsg.Request
	cancelled bool
	until     time.Time
}

func newGraves(s *Stack) *graves {
	return &graves{stack: s, lying: make(map[string]*grave), bye: make(map[string]time.Time)}
}

func (g *graves) bury(invite *sipmsg.Request) {
	branch, _ := invite.Via().Params.Get("branch")
	now := g.stack.clock.Now()
	g.mu.Lock()
	defer g.mu.Unlock()
	for b, old := range g.lying {
		if now.After(old.until) {
			delete(g.lying, b)
		}
	}
	for id, until := range g.bye {
		if now.After(until) {
			delete(g.bye, id)
		}
	}
	g.lying[branch] = &grave{invite: invite, until: now.Add(g.stack.timers.ackWait() + g.stack.timers.MaxRing)}
}

func (g *graves) find(res *sipmsg.Response) *grave {
	branch, _ := res.Via().Params.Get("branch")
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.lying[branch]
}

// firstBye is true once for each dialog.
func (g *graves) firstBye(id string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if _, ok := g.bye[id]; ok {
		return false
	}
	g.bye[id] = g.stack.clock.Now().Add(g.stack.timers.ackWait())
	return true
}

// firstCancel is true once for each grave.
func (g *graves) firstCancel(old *grave) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	first := !old.cancelled
	old.cancelled = true
	return first
}

// strayResponse takes answers that no transaction waits for any more.
func (s *Stack) strayResponse(res *sipmsg.Response) {
	defer s.caught("response", nil)
	if !s.ours(res) || res.CSeq().MethodName != sipmsg.INVITE {
		return
	}
	if l, ok := s.find(dialogKey{res.CallID().Value(), res.From().Params.GetOr("tag", "")}); ok && res.IsSuccess() {
		if l.post(func() { l.lateSuccess(res) }) {
			return
		}
	}
	old := s.graves.find(res)
	switch {
	case res.IsSuccess():
		s.dismiss(res)
	case old == nil:
	case res.IsProvisional():
		s.cancelLate(old)
	default:
		ack := hopRequest(sipmsg.ACK, old.invite, res.To())
		if s.address(ack) == nil {
			_ = s.write(ack)
		}
	}
}

func (s *Stack) cancelLate(old *grave) {
	if !s.graves.firstCancel(old) {
		return
	}
	req := cancelOf(old.invite)
	if s.address(req) == nil {
		s.leaveWith(req, Credentials{})
	}
}

// dismiss acknowledges and hangs up a call that nobody wants any more, from what
// its 2xx says alone.
func (s *Stack) dismiss(res *sipmsg.Response) {
	d := &dialog{
		callID:   res.CallID().Value(),
		local:    *cloneFrom(res.From()),
		remote:   *cloneTo(res.To()),
		localSeq: res.CSeq().SeqNo,
	}
	d.target = *cloneTo(res.To()).Address.Clone()
	d.refresh(res.Contact(), flow{transportOf(res.Transport()), res.Source()})
	for _, uri := range recordRoutes(res) {
		d.routes = append([]sipmsg.Uri{uri}, d.routes...)
	}
	ack := d.ack(res.CSeq().SeqNo)
	if s.finish(ack) == nil {
		_ = s.write(ack)
	}
	if !s.graves.firstBye(d.callID + " " + d.remoteTag()) {
		return
	}
	bye := d.next(sipmsg.BYE)
	bye.AppendHeader(sipmsg.NewHeader("Reason", endings[routing.Elsewhere]))
	if err := s.finish(bye); err != nil {
		s.log.Debug("could not say goodbye", slog.Any("err", err))
		return
	}
	s.leaveWith(bye, Credentials{})
}

// lateSuccess is a 2xx that outlived its transaction.
func (l *Leg) lateSuccess(res *sipmsg.Response) {
	if l.out == nil {
		return
	}
	for _, a := range l.out.attempts {
		if a.invite != nil && a.invite.CallID().Value() == res.CallID().Value() {
			l.success(a, res)
			return
		}
	}
}
