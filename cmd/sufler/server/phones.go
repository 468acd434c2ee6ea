package server

import (
	"context"
	"fmt"
	"sync/atomic"

	"sufler/routing"
	"sufler/routing/dialler"
	"sufler/routing/people"
	"sufler/sip"
	"sufler/sip/rtp"
)

func (s *Server) startPhones(context.Context) error {
	media, err := rtp.New(rtp.Options{
		Plane: s.plane, Low: s.Config.RTP.Ports.First, High: s.Config.RTP.Ports.Last,
		External: addressOf(s.Config.RTP.ExternalAddress), Clock: s.clock, Metrics: rtp.NewMetrics(s.registry),
	})
	if err != nil {
		return fmt.Errorf("%s: %w", s.Config.Where("rtp.ports"), err)
	}
	trunks, err := trunksOf(&s.Config)
	if err != nil {
		return err
	}
	s.Phones, err = sip.New(sip.Options{
		UDP: string(s.Config.SIP.Listen), TCP: string(s.Config.SIP.Listen), External: addressOf(s.Config.SIP.ExternalAddress),
		UserAgent: "Sufler", Realm: people.Realm, Clock: s.clock, Log: s.Log, Metrics: sip.NewMetrics(s.registry),
		Media: media, Receiver: s.receiver, Accounts: s.People.Phone, Trunks: trunks, PasswordHint: s.options.PasswordHint,
		Phones: func(p sip.PhoneState) { s.Presence.PhoneChanged(p.Extension, p.Registered) },
	})
	if err != nil {
		return s.unheard("sip.listen", s.Config.SIP.Listen, err)
	}
	s.dialler.set(dialler.New(dialler.Options{Devices: s.Presence.Devices, Phones: s.Phones, Browsers: s.Browsers}))
	s.atClose(func(ctx context.Context) { s.Phones.Close(ctx) })
	return nil
}

// lateDialler breaks the circle of calls and phones: calls dial by the phones'
// stack, which gives them the calls that come in.
type lateDialler struct {
	ready   chan struct{}
	dialler routing.Dialler
}

func newLateDialler() *lateDialler { return &lateDialler{ready: make(chan struct{})} }

func (l *lateDialler) set(d routing.Dialler) {
	l.dialler = d
	close(l.ready)
}

// Dial implements routing.Dialler.
func (l *lateDialler) Dial(req routing.DialRequest, sink func(routing.Signal)) (routing.Leg, error) {
	select {
	case <-l.ready:
		return l.dialler.Dial(req, sink)
	default:
		return nil, routing.Refuse(routing.Unavailable, "server_closing")
	}
}

// lateReceiver refuses calls until the dial plan is there.
type lateReceiver struct {
	receiver atomic.Pointer[routing.Receiver]
}

func newLateReceiver() *lateReceiver { return &lateReceiver{} }

func (l *lateReceiver) set(r routing.Receiver) { l.receiver.Store(&r) }

// Receive implements routing.Receiver.
func (l *lateReceiver) Receive(in routing.Inbound) (func(routing.Signal), error) {
	r := l.receiver.Load()
	if r == nil {
		return nil, routing.Refuse(routing.Unavailable, "server_closing")
	}
	return (*r).Receive(in)
}
