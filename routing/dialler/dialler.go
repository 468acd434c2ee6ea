package dialler

import (
	"context"

	"sufler/internal/loop"
	"sufler/routing"
)

// Options are what a Dialler works with.
type Options struct {
	// Devices says where a person can be rung now; a refusal of its own is passed on.
	Devices  func(routing.OperatorID) (routing.Devices, error)
	Phones   routing.Dialler // for Destination.Phone and Destination.Number
	Browsers routing.Dialler // for Destination.Browser; nil: nobody has one
}

// Dialler is a routing.Dialler for every Destination.
type Dialler struct{ opts Options }

var _ routing.Dialler = (*Dialler)(nil)

// New makes a dialler.
func New(o Options) *Dialler { return &Dialler{o} }

// Dial makes an outgoing leg. For a person it refuses as routing.Devices.Check
// does; otherwise as the dialler behind it.
func (d *Dialler) Dial(req routing.DialRequest, sink func(routing.Signal)) (routing.Leg, error) {
	switch {
	case req.To.Person != "":
		return d.toPerson(req, sink)
	case req.To.Browser != "" && d.opts.Browsers == nil:
		return nil, routing.Refuse(routing.Conflict, "sound_off")
	case req.To.Browser != "":
		return d.opts.Browsers.Dial(req, sink)
	default:
		return d.opts.Phones.Dial(req, sink)
	}
}

// toPerson dials a lone device as it is; two of them become one leg.
func (d *Dialler) toPerson(req routing.DialRequest, sink func(routing.Signal)) (routing.Leg, error) {
	devices, err := d.opts.Devices(req.To.Person)
	if err != nil {
		return nil, err
	}
	devices.Browser = devices.Browser && d.opts.Browsers != nil
	if err := devices.Check(); err != nil {
		return nil, err
	}
	phone, browser := req, req
	phone.To = routing.Destination{Phone: devices.Extension}
	browser.To = routing.Destination{Browser: req.To.Person}
	switch {
	case !devices.Browser:
		return d.opts.Phones.Dial(phone, sink)
	case !devices.Phone:
		return d.opts.Browsers.Dial(browser, sink)
	}
	if l, err := d.both(req.Leg, phone, browser, sink); err == nil {
		return l, nil
	}
	return d.opts.Browsers.Dial(browser, sink) // the phone has gone meanwhile: it rings alone
}

// both rings two devices. It is an error when the phone cannot be rung; without
// the browser the phone rings alone.
func (d *Dialler) both(id routing.LegID, phone, browser routing.DialRequest, sink func(routing.Signal)) (*leg, error) {
	l := &leg{id: id, sink: sink, own: loop.New(), devices: make(map[routing.LegID]routing.Leg)}
	phone.Leg, browser.Leg = routing.NewID[routing.LegID](), routing.NewID[routing.LegID]()
	browser.Expected = false // who has a phone at hand may prefer it
	err := l.own.Do(context.Background(), func() error {
		if err := l.ring(d.opts.Phones, phone); err != nil {
			return err
		}
		_ = l.ring(d.opts.Browsers, browser)
		return nil
	})
	if err != nil {
		l.own.Close()
		return nil, err
	}
	return l, nil
}
