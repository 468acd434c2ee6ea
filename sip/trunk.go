package sip

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"sync"
	"time"

	sipmsg "github.com/emiago/sipgo/sip"

	"sufler/internal/clock"
)

// The states of a trunk, as TrunkState.State says them.
const (
	trunkUnknown = "unknown"
	trunkUp      = "up"
	trunkDown    = "down"
)

// trunk is a provider's line: where it is, who it lets in, and whether it
// answers.
type trunk struct {
	stack *Stack
	opt   TrunkOptions
	port  int

	mu      sync.Mutex
	state   TrunkState
	addrs   []netip.Addr // what Host stands for now
	next    clock.Timer
	stopped bool
}

const trunkPing = 30 * time.Second

func newTrunk(s *Stack, opt TrunkOptions) *trunk {
	t := &trunk{stack: s, opt: opt, port: cmp.Or(opt.Port, 5060)}
	t.state = TrunkState{Name: opt.Name, State: trunkUnknown, Text: "not asked yet", Since: s.clock.Now()}
	if ip, err := netip.ParseAddr(opt.Host); err == nil {
		t.addrs = []netip.Addr{ip.Unmap()}
	}
	return t
}

func (t *trunk) start() {
	if t.opt.Ping < 0 {
		return
	}
	t.stack.spawn(t.ping)
}

func (t *trunk) stop() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.stopped = true
	if t.next != nil {
		t.next.Stop()
	}
}

// at says whether a message comes from the provider. Its address is enough, as
// providers send from any port; on loopback, where phones live as well, the port
// must be the trunk's.
func (t *trunk) at(from netip.AddrPort) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if from.Addr().IsLoopback() && int(from.Port()) != t.port {
		return false
	}
	return slices.Contains(t.addrs, from.Addr().Unmap())
}

func (t *trunk) current() TrunkState {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.state
}

// resolve looks the provider's name up and keeps what it finds.
func (t *trunk) resolve(ctx context.Context) (netip.Addr, error) {
	if ip, err := netip.ParseAddr(t.opt.Host); err == nil {
		return ip.Unmap(), nil
	}
	found, err := net.DefaultResolver.LookupNetIP(ctx, "ip", t.opt.Host)
	if err != nil {
		return netip.Addr{}, err
	}
	for i := range found {
		found[i] = found[i].Unmap()
	}
	t.mu.Lock()
	t.addrs = found
	t.mu.Unlock()
	return found[0], nil
}

// addr is where requests to the trunk go.
func (t *trunk) addr() (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), connectLimit)
	defer cancel()
	ip, err := t.resolve(ctx)
	if err != nil {
		return "", fmt.Errorf("sip: trunk %s: %w", t.opt.Name, err)
	}
	return netip.AddrPortFrom(ip, uint16(t.port)).String(), nil
}

// ping asks the provider whether it is there. Any answer at all says that it is.
func (t *trunk) ping() {
	defer t.stack.caught("trunk", nil)
	addr, err := t.addr()
	if err != nil {
		t.heard(trunkDown, err.Error())
		return
	}
	req := t.optionsTo(addr)
	if err := t.stack.finish(req); err != nil {
		t.heard(trunkDown, err.Error())
		return
	}
	tx, err := t.stack.ask(req, func(res *sipmsg.Response, err error) { t.answered(addr, res, err) })
	if err != nil {
		t.heard(trunkDown, err.Error())
		return
	}
	t.stack.endAfterLinger(tx)
}

func (t *trunk) optionsTo(addr string) *sipmsg.Request {
	req := sipmsg.NewRequest(sipmsg.OPTIONS, sipmsg.Uri{Scheme: "sip", Host: t.opt.Host, Port: t.port})
	req.SetTransport(transportOf(t.opt.Transport))
	req.SetDestination(addr)
	host, _ := t.stack.here(req.Transport(), peerIP(addr))
	from := sipmsg.FromHeader{Address: sipmsg.Uri{Scheme: "sip", Host: host}}
	from.Params.Add("tag", rand.Text())
	callID := sipmsg.CallIDHeader(rand.Text())
	req.AppendHeader(&from)
	req.AppendHeader(&sipmsg.ToHeader{Address: *req.Recipient.Clone()})
	req.AppendHeader(&callID)
	req.AppendHeader(&sipmsg.CSeqHeader{SeqNo: 1, MethodName: sipmsg.OPTIONS})
	req.AppendHeader(sipmsg.NewHeader("Accept", "application/sdp"))
	return req
}

func (t *trunk) answered(addr string, res *sipmsg.Response, err error) {
	switch {
	case err != nil:
		t.heard(trunkDown, "no answer from "+addr)
	case res.StatusCode == sipmsg.StatusServiceUnavailable:
		t.heard(trunkDown, "answers "+strconv.Itoa(res.StatusCode)+" "+shorten(res.Reason, 60))
	case res.StatusCode >= 200:
		t.heard(trunkUp, "answers "+strconv.Itoa(res.StatusCode)+" "+shorten(res.Reason, 60))
	}
}

// heard notes how the trunk is and asks again after a while.
func (t *trunk) heard(state, text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.stopped {
		return
	}
	if t.state.State != state {
		t.stack.log.Info("trunk changed", slog.String("trunk", string(t.opt.Name)), slog.String("state", state), slog.String("text", text))
		t.state.Since = t.stack.clock.Now()
	}
	t.state.State, t.state.Text = state, text
	if t.next != nil {
		t.next.Stop()
	}
	t.next = t.stack.clock.AfterFunc(cmp.Or(t.opt.Ping, trunkPing), func() { t.stack.spawn(t.ping) })
}
