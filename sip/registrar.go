package sip

import (
	"cmp"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	sipmsg "github.com/emiago/sipgo/sip"

	"sufler/internal/clock"
	"sufler/internal/loop"
	"sufler/routing"
)

// registrar keeps where phones are (RFC 3261 section 10.3). It lives in memory:
// after a restart phones come back by themselves within their expiry.
type registrar struct {
	stack    *Stack
	min, max time.Duration
	news     *loop.Loop // tells Options.Phones, in order

	mu     sync.Mutex
	phones map[routing.Extension]*phone
}

type phone struct {
	state    PhoneState
	bindings []*binding
}

// binding is one device of a phone.
type binding struct {
	contact   sipmsg.Uri
	path      flow // where the REGISTER came from: the way back through a NAT
	symmetric bool // the device said rport, so answers to path reach it
	q         int  // thousandths
	expires   time.Time
	callID    string
	seq       uint32
	agent     string
	timer     clock.Timer
}

// maxDevices is how many devices one phone may register.
const maxDevices = 10

func newRegistrar(s *Stack) *registrar {
	return &registrar{
		stack: s, news: loop.New(), phones: make(map[routing.Extension]*phone),
		min: cmp.Or(s.opt.MinExpires, time.Minute), max: cmp.Or(s.opt.MaxExpires, time.Hour),
	}
}

func (r *registrar) close() {
	r.mu.Lock()
	for _, p := range r.phones {
		for _, b := range p.bindings {
			b.timer.Stop()
		}
		r.stack.metrics.registrations.Sub(float64(len(p.bindings)))
		p.bindings = nil
	}
	r.mu.Unlock()
	r.news.Close()
	<-r.news.Done()
}

// change is one Contact of a REGISTER as it was understood.
type change struct {
	uri     sipmsg.Uri
	q       int
	expires time.Duration // 0 removes
}

// serve takes a REGISTER that carries credentials.
func (r *registrar) serve(req *sipmsg.Request, tx *sipmsg.ServerTx) {
	s := r.stack
	ext, refusal := s.authority.identify(req)
	if refusal != nil {
		s.reply(tx, req, refusal)
		return
	}
	if unescape(req.To().Address.User) != string(ext) {
		s.log.Warn("a phone registered for another", slog.String("phone", string(ext)), slog.String("other", shorten(req.To().Address.User, 64)))
		s.reply(tx, req, s.response(req, 403, ""))
		return
	}
	changes, all, p := r.read(req)
	if p != nil {
		s.reply(tx, req, s.response(req, p.status, p.reason, p.headers...))
		return
	}
	contacts, p := r.apply(ext, req, changes, all)
	if p != nil {
		s.reply(tx, req, s.response(req, p.status, p.reason, p.headers...))
		return
	}
	s.reply(tx, req, s.response(req, 200, "", contacts...))
}

// read understands the Contacts of a REGISTER; all means "Contact: *".
func (r *registrar) read(req *sipmsg.Request) (changes []change, all bool, p *problem) {
	headers := req.GetHeaders("Contact")
	usual, err := seconds(req.GetHeader("Expires"), r.max)
	if err != nil {
		return nil, false, bad("Expires cannot be read")
	}
	for _, h := range headers {
		c := h.(*sipmsg.ContactHeader) // validate made sure
		if c.Address.Wildcard {
			if len(headers) > 1 || usual != 0 {
				return nil, false, bad("Contact * only alone and with Expires: 0") // RFC 3261 section 10.2.2
			}
			return nil, true, nil
		}
		one, p := r.readContact(c, usual)
		if p != nil {
			return nil, false, p
		}
		changes = append(changes, one)
	}
	if len(changes) > maxDevices {
		return nil, false, bad("Too many Contacts")
	}
	return changes, false, nil
}

func (r *registrar) readContact(c *sipmsg.ContactHeader, usual time.Duration) (change, *problem) {
	one := change{uri: *c.Address.Clone(), q: 1000, expires: usual}
	if c.Address.Scheme != "sip" {
		return one, bad("Contact is not a SIP address")
	}
	if text, ok := c.Params.Get("expires"); ok {
		n, err := strconv.ParseUint(text, 10, 32)
		if err != nil {
			return one, bad("Contact expires cannot be read")
		}
		one.expires = time.Duration(n) * time.Second
	}
	if text, ok := c.Params.Get("q"); ok {
		q, err := strconv.ParseFloat(text, 64)
		if err != nil || q < 0 || q > 1 {
			return one, bad("Contact q cannot be read")
		}
		one.q = int(q * 1000)
	}
	if one.expires > 0 && one.expires < r.min {
		return one, &problem{status: 423, headers: []sipmsg.Header{sipmsg.NewHeader("Min-Expires", wholeSeconds(r.min))}}
	}
	one.expires = min(one.expires, r.max)
	return one, nil
}

func seconds(h sipmsg.Header, otherwise time.Duration) (time.Duration, error) {
	if h == nil {
		return otherwise, nil
	}
	n, err := strconv.ParseUint(strings.TrimSpace(h.Value()), 10, 32)
	return time.Duration(n) * time.Second, err
}

func wholeSeconds(d time.Duration) string {
	return strconv.Itoa(int((d + time.Second - 1) / time.Second))
}

// apply changes a phone's bindings, all or none (RFC 3261 section 10.3 step 7),
// and returns the Contacts of the answer.
func (r *registrar) apply(ext routing.Extension, req *sipmsg.Request, changes []change, all bool) ([]sipmsg.Header, *problem) {
	r.mu.Lock()
	defer r.mu.Unlock()
	p := r.phoneLocked(ext)
	before := len(p.bindings)
	if r.outdatedLocked(p, req) {
		return nil, &problem{status: 500, reason: "An older request came late"}
	}
	if all {
		for _, b := range slices.Clone(p.bindings) {
			r.removeLocked(p, b)
		}
	}
	for _, one := range changes {
		r.bindLocked(ext, p, req, one)
	}
	r.noteLocked(p, before > 0)
	return r.contactsLocked(p), nil
}

func (r *registrar) phoneLocked(ext routing.Extension) *phone {
	p, ok := r.phones[ext]
	if !ok {
		p = &phone{state: PhoneState{Extension: ext, Since: r.stack.clock.Now()}}
		r.phones[ext] = p
	}
	return p
}

// outdatedLocked says that a request of the same device came in the wrong order.
func (r *registrar) outdatedLocked(p *phone, req *sipmsg.Request) bool {
	for _, b := range p.bindings {
		if b.callID == req.CallID().Value() && req.CSeq().SeqNo <= b.seq {
			return true
		}
	}
	return false
}

func (r *registrar) bindLocked(ext routing.Extension, p *phone, req *sipmsg.Request, one change) {
	i := slices.IndexFunc(p.bindings, func(b *binding) bool { return sameDevice(b.contact, one.uri) })
	if i >= 0 {
		r.removeLocked(p, p.bindings[i])
	}
	if one.expires == 0 {
		return
	}
	if len(p.bindings) >= maxDevices {
		r.removeLocked(p, p.bindings[0]) // the one that was heard of longest ago
	}
	b := &binding{
		contact: one.uri, q: one.q, path: flow{req.Transport(), req.Source()}, symmetric: req.Via().Params.Has("rport"),
		expires: r.stack.clock.Now().Add(one.expires), callID: req.CallID().Value(), seq: req.CSeq().SeqNo,
	}
	if h := req.GetHeader("User-Agent"); h != nil {
		b.agent = shorten(displayName(h.Value()), 80)
	}
	b.timer = r.stack.clock.AfterFunc(one.expires, func() { r.expire(ext, b) })
	p.bindings = append(p.bindings, b)
	r.stack.metrics.registrations.Inc()
}

// sameDevice compares contacts as far as RFC 3261 section 19.1.4 matters here.
func sameDevice(a, b sipmsg.Uri) bool {
	at, _ := a.UriParams.Get("transport")
	bt, _ := b.UriParams.Get("transport")
	return a.User == b.User && strings.EqualFold(a.Host, b.Host) && portOf(a.Port) == portOf(b.Port) &&
		strings.EqualFold(cmp.Or(at, "udp"), cmp.Or(bt, "udp"))
}

func (r *registrar) removeLocked(p *phone, b *binding) {
	i := slices.Index(p.bindings, b)
	if i < 0 {
		return
	}
	b.timer.Stop()
	p.bindings = slices.Delete(p.bindings, i, i+1)
	r.stack.metrics.registrations.Dec()
}

func (r *registrar) expire(ext routing.Extension, b *binding) {
	r.mu.Lock()
	defer r.mu.Unlock()
	p := r.phones[ext]
	before := len(p.bindings)
	r.removeLocked(p, b)
	r.noteLocked(p, before > 0)
}

// noteLocked brings a phone's state up to date and tells of it when the phone
// came or went.
func (r *registrar) noteLocked(p *phone, before bool) {
	if n := len(p.bindings); n > 0 {
		newest := p.bindings[n-1]
		p.state.UserAgent, p.state.Address = newest.agent, newest.path.addr
	}
	p.state.Contacts = len(p.bindings)
	p.state.Registered = p.state.Contacts > 0
	if p.state.Registered == before {
		return
	}
	p.state.Since = r.stack.clock.Now()
	state := p.state
	r.stack.log.Info("phone changed", slog.String("phone", string(state.Extension)), slog.Bool("registered", state.Registered), slog.String("address", state.Address))
	if tell := r.stack.opt.Phones; tell != nil {
		r.news.Send(func() { tell(state) })
	}
}

func (r *registrar) contactsLocked(p *phone) []sipmsg.Header {
	now := r.stack.clock.Now()
	headers := make([]sipmsg.Header, 0, len(p.bindings)+1)
	for _, b := range p.bindings {
		c := &sipmsg.ContactHeader{Address: *b.contact.Clone()}
		c.Params = sipmsg.HeaderParams{{K: "expires", V: wholeSeconds(b.expires.Sub(now))}}
		headers = append(headers, c)
	}
	return append(headers, sipmsg.NewHeader("Date", now.UTC().Format("Mon, 02 Jan 2006 15:04:05 GMT")))
}

// list returns the phones in the order of their numbers.
func (r *registrar) list() []PhoneState {
	r.mu.Lock()
	defer r.mu.Unlock()
	states := make([]PhoneState, 0, len(r.phones))
	for _, p := range r.phones {
		states = append(states, p.state)
	}
	slices.SortFunc(states, func(a, b PhoneState) int { return cmp.Compare(a.Extension, b.Extension) })
	return states
}

// devices returns where a phone rings: all devices of the highest q.
func (r *registrar) devices(ext routing.Extension) []Target {
	r.mu.Lock()
	defer r.mu.Unlock()
	p, ok := r.phones[ext]
	if !ok {
		return nil
	}
	best := -1
	for _, b := range p.bindings {
		best = max(best, b.q)
	}
	var targets []Target
	for _, b := range p.bindings {
		if b.q == best {
			targets = append(targets, b.target(r.stack))
		}
	}
	return targets
}

// target is how a device is reached: by the way that its REGISTER came, unless it
// named another port at the same address and did not ask for answers to that way.
func (b *binding) target(s *Stack) Target {
	t := Target{URI: b.contact.String(), Transport: b.path.transport, Addr: b.path.addr}
	written := hostPort(b.contact)
	switch {
	case t.Transport == "UDP" && !b.symmetric && peerIP(written) == peerIP(b.path.addr):
		t.Addr = written
	case t.Transport == "TCP" && !s.connected(b.path.addr):
		t.Addr = written
	}
	return t
}

// connected says whether a TCP connection from that address is still open.
func (s *Stack) connected(addr string) bool {
	conn, err := s.transport.GetConnection("tcp", addr)
	if err != nil {
		return false
	}
	_, _ = conn.TryClose() // gives back the reference that asking took
	return true
}
