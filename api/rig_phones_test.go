package api

import (
	"sync"

	"sufler/mixer"
	"sufler/routing"
	"sufler/routing/dialler"
)

// phones are scripted telephones: each rings until the test says what it does.
type phones struct {
	mu   sync.Mutex
	legs []*leg
	port mixer.PortID
}

type leg struct {
	id   routing.LegID
	to   string
	sink func(routing.Signal)

	mu   sync.Mutex
	over bool
}

func (p *phones) Dial(req routing.DialRequest, sink func(routing.Signal)) (routing.Leg, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := &leg{id: req.Leg, to: string(req.To.Phone) + req.To.Number, sink: sink}
	p.legs = append(p.legs, l)
	return l, nil
}

func (l *leg) ID() routing.LegID { return l.id }

func (l *leg) Do(c routing.Command) {
	if h, ok := c.(routing.Hangup); ok {
		l.end(h.Cause)
	}
}

func (l *leg) end(cause routing.Cause) {
	l.mu.Lock()
	over := l.over
	l.over = true
	l.mu.Unlock()
	if !over {
		l.sink(routing.Signal{Leg: l.id, Event: routing.Ended{Cause: cause}})
	}
}

// rings waits until a telephone rings.
func (w *world) rings(to string) *leg {
	w.t.Helper()
	var found *leg
	w.waitFor(to+" rings", func() bool {
		w.phones.mu.Lock()
		defer w.phones.mu.Unlock()
		for _, l := range w.phones.legs {
			l.mu.Lock()
			if l.to == to && !l.over {
				found = l
			}
			l.mu.Unlock()
		}
		return found != nil
	})
	return found
}

// answers lets a telephone ring and be picked up.
func (w *world) answers(to string) *leg {
	w.t.Helper()
	l := w.rings(to)
	w.phones.mu.Lock()
	w.phones.port++
	port := w.phones.port
	w.phones.mu.Unlock()
	l.sink(routing.Signal{Leg: l.id, Event: routing.Ringing{}})
	l.sink(routing.Signal{Leg: l.id, Event: routing.Answered{Port: port}})
	return l
}

// dialler rings people where they are; only their phones are rung here.
func (w *world) dialler() routing.Dialler {
	return dialler.New(dialler.Options{Devices: w.presence.Devices, Phones: w.phones})
}
