package dialplan

import (
	"errors"

	"sufler/routing"
)

// Options are what a plan is made of.
type Options struct {
	Numbers Numbers // what registered phones may call outside
	// IsPhone says whether an extension is one of ours, registered or not.
	IsPhone func(routing.Extension) bool
	// Ours are our own numbers in E.164 and the phones that ring for them.
	Ours map[string]routing.Extension
	// Trunk takes calls to the outside; empty: the first that takes the number.
	Trunk routing.TrunkName
}

// Plan says where a dialled string goes. It never changes; a call keeps the plan
// that it began with.
type Plan struct{ opts Options }

// NewPlan makes a plan. Keys of Ours that are no numbers are refused.
func NewPlan(o Options) (*Plan, error) {
	ours := make(map[string]routing.Extension, len(o.Ours))
	for number, phone := range o.Ours {
		e164, err := o.Numbers.E164(number)
		if err != nil {
			return nil, err
		}
		ours[e164] = phone
	}
	o.Ours = ours
	return &Plan{o}, nil
}

// From is who dials. One of the two is set.
type From struct {
	Phone routing.Extension // a registered phone of ours
	Trunk routing.TrunkName // somebody outside
}

// Target is where a call goes.
type Target struct {
	Kind routing.CallKind
	To   routing.Destination
}

// Outside reports whether the called person is no one of ours.
func (t Target) Outside() bool { return t.To.Number != "" }

// Resolve finds the target of what was dialled. It refuses with "number_unknown"
// (number), "number_not_allowed" (prefixes), "number_emergency" (number),
// "in_call" for one's own number, and "not_allowed" for those who are
// neither a phone of ours nor come by a trunk.
func (p *Plan) Resolve(from From, to string) (Target, error) {
	switch {
	case from.Trunk != "":
		return p.fromTrunk(to)
	case from.Phone != "":
		return p.fromPhone(from.Phone, to)
	}
	return Target{}, routing.Refuse(routing.Forbidden, "not_allowed")
}

// fromTrunk lets the outside reach the numbers that the configuration names and
// nothing else: never a trunk again.
func (p *Plan) fromTrunk(to string) (Target, error) {
	phone, ok := p.ours(to)
	if !ok {
		return Target{}, unknown(to)
	}
	return Target{routing.PhoneCall, routing.Destination{Phone: phone}}, nil
}

func (p *Plan) fromPhone(from routing.Extension, to string) (Target, error) {
	phone := routing.Extension(to)
	if own, ok := p.ours(to); ok {
		phone = own
	}
	switch {
	case phone == from:
		return Target{}, routing.Refuse(routing.Busy, "in_call")
	case p.opts.IsPhone(phone):
		return Target{routing.InternalCall, routing.Destination{Phone: phone}}, nil
	}
	number, err := p.opts.Numbers.Normalise(to)
	if errors.Is(err, routing.Refuse(0, "number_invalid")) {
		return Target{}, unknown(to)
	}
	if err != nil {
		return Target{}, err
	}
	return Target{routing.InternalCall, routing.Destination{Number: number, Trunk: p.opts.Trunk}}, nil
}

// ours finds a number of ours, in whatever form a trunk or a person writes it.
func (p *Plan) ours(to string) (routing.Extension, bool) {
	e164, err := p.opts.Numbers.E164(to)
	if err != nil {
		return "", false
	}
	phone, ok := p.opts.Ours[e164]
	return phone, ok
}

func unknown(number string) error {
	return routing.Refuse(routing.NotFound, "number_unknown", "number", number)
}
