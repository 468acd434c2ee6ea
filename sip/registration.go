package sip

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	sipmsg "github.com/emiago/sipgo/sip"

	"sufler/internal/clock"
	"sufler/internal/loop"
)

// Registration keeps an address of ours registered at somebody's registrar
// (RFC 3261 section 10.2): as a telephone, or at a provider.
type Registration struct {
	stack *Stack
	spec  RegisterSpec
	own   *loop.Loop
	gone  chan struct{} // closed when the removal was answered or given up
	once  sync.Once

	// The fields below belong to own's goroutine.
	request *sipmsg.Request
	tries   int
	expires time.Duration
	closing bool
	next    clock.Timer
	state   RegistrationState
	told    bool
}

// Register begins to keep an address registered. Its owner ends it with Close.
func (s *Stack) Register(spec RegisterSpec) (*Registration, error) {
	target, err := readTarget(spec.Registrar)
	if err != nil {
		return nil, err
	}
	if spec.User, err = userName(spec.User); err != nil {
		return nil, err
	}
	spec.Registrar = target
	r := &Registration{
		stack: s, spec: spec, own: loop.New(), gone: make(chan struct{}),
		expires: cmp.Or(spec.Expires, 5*time.Minute),
	}
	if r.request, err = r.build(); err != nil {
		r.own.Close()
		return nil, err
	}
	r.own.Send(func() { r.send(r.expires) })
	return r, nil
}

// Close takes the address out of the registrar again and waits for the answer
// until ctx is done.
func (r *Registration) Close(ctx context.Context) error {
	r.own.Send(r.remove)
	defer func() {
		r.own.Send(func() {
			if r.next != nil {
				r.next.Stop()
			}
		})
		r.own.Close()
		<-r.own.Done()
	}()
	select {
	case <-r.gone:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("sip: unregister %s: %w", r.spec.User, ctx.Err())
	}
}

func (r *Registration) build() (*sipmsg.Request, error) {
	s := r.stack
	var uri sipmsg.Uri
	if err := sipmsg.ParseUri(r.spec.Registrar.URI, &uri); err != nil {
		return nil, fmt.Errorf("sip: registrar %q: %w", r.spec.Registrar.URI, err)
	}
	uri.User = ""
	transport := transportOf(r.spec.Registrar.Transport)
	req := sipmsg.NewRequest(sipmsg.REGISTER, uri)
	req.SetTransport(transport)
	req.SetDestination(r.spec.Registrar.Addr)
	record := sipmsg.Uri{Scheme: "sip", User: r.spec.User, Host: uri.Host, Port: uri.Port}
	from := sipmsg.FromHeader{Address: record}
	from.Params.Add("tag", rand.Text())
	callID := sipmsg.CallIDHeader(rand.Text())
	req.AppendHeader(&from)
	req.AppendHeader(&sipmsg.ToHeader{Address: record})
	req.AppendHeader(&callID)
	req.AppendHeader(&sipmsg.CSeqHeader{SeqNo: 1, MethodName: sipmsg.REGISTER})
	contact := s.contact(r.spec.User, transport, peerIP(r.spec.Registrar.Addr))
	if r.spec.Q > 0 {
		contact.Params.Add("q", strconv.FormatFloat(min(r.spec.Q, 1), 'f', 3, 64))
	}
	req.AppendHeader(contact)
	return req, s.finish(req)
}

// send asks for a lifetime; 0 removes the address.
func (r *Registration) send(expires time.Duration) {
	req := r.request.Clone()
	req.RemoveHeader("Expires")
	req.RemoveHeader("Authorization")
	req.RemoveHeader("Proxy-Authorization")
	req.AppendHeader(sipmsg.NewHeader("Expires", strconv.Itoa(int(expires/time.Second))))
	r.tries = 0
	r.transmit(req)
}

func (r *Registration) transmit(req *sipmsg.Request) {
	r.tries++
	r.request.CSeq().SeqNo = req.CSeq().SeqNo + 1
	if err := r.stack.readdress(req); err != nil {
		r.ended(0, err.Error())
		return
	}
	tx, err := r.stack.ask(req, func(res *sipmsg.Response, err error) {
		r.own.Send(func() { r.hear(req, res, err) })
	})
	if err != nil {
		r.ended(0, err.Error())
		return
	}
	r.stack.endAfterLinger(tx)
}

func (r *Registration) hear(req *sipmsg.Request, res *sipmsg.Response, err error) {
	switch {
	case err != nil:
		r.ended(0, "no answer from "+r.spec.Registrar.Addr)
		return
	case res.IsProvisional():
		return
	}
	if again, ok := authorized(req, res, r.spec.Credentials); ok && r.tries < 4 {
		r.transmit(again)
		return
	}
	if res.StatusCode == sipmsg.StatusIntervalToBrief && r.tries < 4 {
		if d, err := seconds(res.GetHeader("Min-Expires"), r.expires); err == nil && d > r.expires {
			r.expires = d
			r.send(r.expires)
			return
		}
	}
	r.ended(res.StatusCode, fmt.Sprintf("%d %s", res.StatusCode, res.Reason))
	if res.IsSuccess() && !r.closing {
		r.again(r.granted(res) / 2)
	}
}

// granted is the lifetime that the registrar gave to our contact.
func (r *Registration) granted(res *sipmsg.Response) time.Duration {
	mine := r.request.Contact().Address
	for _, h := range res.GetHeaders("Contact") {
		c, ok := h.(*sipmsg.ContactHeader)
		if !ok || c.Address.User != mine.User || !strings.EqualFold(c.Address.Host, mine.Host) {
			continue
		}
		if n, err := strconv.Atoi(c.Params.GetOr("expires", "")); err == nil && n > 0 {
			return time.Duration(n) * time.Second
		}
	}
	if d, err := seconds(res.GetHeader("Expires"), r.expires); err == nil && d > 0 {
		return d
	}
	return r.expires
}

// ended takes the outcome of one try and, unless it went well, tries again.
func (r *Registration) ended(status int, text string) {
	if r.closing {
		r.once.Do(func() { close(r.gone) })
	}
	state := RegistrationState{Registered: status >= 200 && status < 300 && !r.closing, Text: text, Status: status}
	if state != r.state || !r.told {
		r.state, r.told = state, true
		if r.spec.Changed != nil {
			r.spec.Changed(state)
		}
	}
	if !state.Registered && !r.closing {
		r.again(registerPause)
	}
}

// registerPause is the wait after a registration that failed.
const registerPause = 10 * time.Second

func (r *Registration) again(d time.Duration) {
	if r.next != nil {
		r.next.Stop()
	}
	r.next = r.stack.clock.AfterFunc(max(d, time.Second), func() {
		r.own.Send(func() {
			if !r.closing {
				r.send(r.expires)
			}
		})
	})
}

func (r *Registration) remove() {
	if r.closing {
		return
	}
	r.closing = true
	if !r.state.Registered {
		r.once.Do(func() { close(r.gone) })
		return
	}
	r.send(0)
}
