package dialplan

import (
	"log/slog"
	"time"

	"sufler/routing"
	"sufler/routing/call"
)

// Answering is what a Receiver works with.
type Answering struct {
	Plan     *Plan
	Exchange *call.Exchange
	// Operator finds whose phone it is; false when it is nobody's.
	Operator func(routing.Extension) (routing.Operator, bool)
	Caller   string        // E.164; what the outside sees when one of our phones calls
	Record   bool          // capture the sound of the talk
	Ring     time.Duration // how long the called phone rings; 0: the exchange's limit
	Log      *slog.Logger
}

// Receiver opens a call for whoever calls us, so that such calls too can be
// supervised. It is a routing.Receiver.
//
// Whoever is outside is the client and one of ours is the agent, whoever calls
// whom: the prompter can only ever reach one of ours. Between two phones of ours
// the caller is the client.
type Receiver struct{ opts Answering }

var _ routing.Receiver = (*Receiver)(nil)

// NewReceiver makes a receiver.
func NewReceiver(o Answering) *Receiver {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Receiver{o}
}

// Receive opens a call for an incoming leg, or refuses it as Plan.Resolve does.
func (r *Receiver) Receive(in routing.Inbound) (func(routing.Signal), error) {
	target, err := r.opts.Plan.Resolve(From{Phone: in.Phone, Trunk: in.Trunk}, in.To)
	if err != nil {
		r.opts.Log.Info("call refused", slog.String("leg", string(in.Leg.ID())), slog.String("trunk", string(in.Trunk)), slog.Any("err", err))
		return nil, err
	}
	if target.Outside() {
		return r.callOut(in, target), nil
	}
	return r.callIn(in, target), nil
}

// callIn rings whose phone it is, wherever they answer; of a phone that is nobody's
// the phone itself. The caller hears it ring until it is answered.
func (r *Receiver) callIn(in routing.Inbound, t Target) (sink func(routing.Signal)) {
	name := in.FromName
	if in.Phone != "" {
		name = r.operator(in.Phone).Name
	}
	var c *call.Call
	c = r.opts.Exchange.Open(call.Spec{
		Session: routing.NewID[routing.SessionID](), Kind: t.Kind, ClientName: name, ClientNumber: in.FromNumber, Record: r.opts.Record,
		Progress: func(p call.Progress) {
			if lost, ok := p.(call.AgentLost); ok { // nobody else is asked
				c.End(lost.Cause)
			}
		},
	})
	sink = c.TakeClient(in)
	called, to := r.operator(t.To.Phone), t.To
	if called.ID != "" {
		to = routing.Destination{Person: called.ID}
	}
	c.CallAgent(called, routing.DialRequest{
		To: to, FromName: name, FromNumber: in.FromNumber, RingTimeout: r.opts.Ring,
	})
	return sink
}

// callOut calls somebody outside for a phone of ours, which is told what becomes
// of it: ringing, the answer, or why there is none.
func (r *Receiver) callOut(in routing.Inbound, t Target) (sink func(routing.Signal)) {
	var c *call.Call
	c = r.opts.Exchange.Open(call.Spec{
		Session: routing.NewID[routing.SessionID](), Kind: t.Kind, ClientNumber: t.To.Number, Record: r.opts.Record,
		Progress: func(p call.Progress) {
			switch p := p.(type) {
			case call.AgentOnLine:
				c.CallClient(routing.DialRequest{To: t.To, FromNumber: r.opts.Caller, RingTimeout: r.opts.Ring})
			case call.AgentLost:
				c.End(p.Cause)
			case call.ClientLost:
				c.End(p.Cause)
			}
		},
	})
	return c.TakeAgent(r.operator(in.Phone), in)
}

// operator is whose phone it is; of a phone that is nobody's only the extension
// is known.
func (r *Receiver) operator(phone routing.Extension) routing.Operator {
	if o, ok := r.opts.Operator(phone); ok {
		return o
	}
	return routing.Operator{Name: string(phone), PublicName: string(phone), Phone: phone}
}
