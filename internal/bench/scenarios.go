package main

import (
	"context"
	"time"
)

// scenario is one thing that is measured, on a server of its own.
type scenario struct {
	name    string
	record  bool // calls are recorded
	desks   bool // operators at desks have queues of their own
	chats   bool // there is one queue, of all operators at desks
	frugal  bool // the server collects garbage often: for memory, not for time
	measure func(context.Context, *world) ([]figure, error)
}

var scenarios = []scenario{
	{name: "idle phones", frugal: true, measure: idlePhones},
	{name: "registration", measure: registration},
	{name: "set-up", measure: setUp},
	{name: "two-party", measure: talk("two-party", "")},
	{name: "two-party, recorded", record: true, measure: talk("two-party, recorded", "")},
	{name: "whispered", measure: talk("whispered", "whisper")},
	{name: "two-party", frugal: true, measure: weight("two-party", "")},
	{name: "whispered", frugal: true, measure: weight("whispered", "whisper")},
	{name: "browsers", desks: true, measure: browsers},
	{name: "browsers, answer", desks: true, measure: answers},
	{name: "browsers, memory", desks: true, frugal: true, measure: browserWeight},
	{name: "widget", desks: true, measure: widget},
	{name: "visitors", desks: true, chats: true, measure: visitors},
	{name: "visitors, memory", desks: true, chats: true, frugal: true, measure: visitorWeight},
}

func idlePhones(ctx context.Context, w *world) ([]figure, error) {
	before, err := w.server.memory(ctx)
	if err != nil {
		return nil, err
	}
	n := w.options.phones
	if err := w.registerAll(ctx, firstPhone, n); err != nil {
		return nil, err
	}
	after, err := w.server.memory(ctx)
	return []figure{{Scenario: "idle phones", What: "memory per phone, its registration's transactions included", Value: (after - before) / float64(n), Unit: "kB"}}, err
}

func registration(ctx context.Context, w *world) ([]figure, error) {
	start, err := w.server.cpu()
	if err != nil {
		return nil, err
	}
	n := w.options.phones
	if err := w.registerAll(ctx, firstPhone, n); err != nil {
		return nil, err
	}
	spent, err := w.server.cpu()
	return []figure{{Scenario: "registration", What: "CPU per registration with digest", Value: ms(spent-start) / float64(n), Unit: "ms"}}, err
}

// setUp makes calls that end as soon as they are answered.
func setUp(ctx context.Context, w *world) ([]figure, error) {
	if err := w.registerAll(ctx, firstPhone, w.options.calls); err != nil {
		return nil, err
	}
	start, err := w.server.cpu()
	if err != nil {
		return nil, err
	}
	for i := range w.options.setups {
		d, err := w.trunk.call(ctx, number(i%w.options.calls))
		if err != nil {
			return nil, err
		}
		if err := w.trunk.hangUp(ctx, d); err != nil {
			return nil, err
		}
	}
	spent, err := w.server.cpu()
	return []figure{{Scenario: "set-up", What: "CPU per call set up and ended (two legs, mixed)", Value: ms(spent-start) / float64(w.options.setups), Unit: "ms", Calls: 1}}, err
}

// begin registers who is needed and returns how many legs there will be.
func (w *world) begin(ctx context.Context, mode string) (legs int, err error) {
	n := w.options.calls
	if err := w.registerAll(ctx, firstPhone, n); err != nil {
		return 0, err
	}
	if mode == "" {
		return 2 * n, nil
	}
	return 3 * n, w.registerAll(ctx, firstSupervisor, n)
}

// connect places all calls, with a supervisor in each when there is a mode.
func (w *world) connect(ctx context.Context, mode string) ([]*dialog, error) {
	calls, err := w.callAll(ctx, w.options.calls)
	if err != nil || mode == "" {
		return calls, err
	}
	return calls, w.superviseAll(ctx, mode)
}

// talk keeps calls up and measures what they cost.
func talk(name, mode string) func(context.Context, *world) ([]figure, error) {
	return func(ctx context.Context, w *world) ([]figure, error) {
		legs, err := w.begin(ctx, mode)
		if err != nil {
			return nil, err
		}
		calls, err := w.connect(ctx, mode)
		if err != nil {
			return nil, err
		}
		s, err := w.during(ctx, legs)
		if err != nil {
			return nil, err
		}
		n := w.options.calls
		cost := ms(s.cpu) / (float64(n) * w.options.length.Seconds())
		return []figure{{Scenario: name, What: "CPU per call-second", Value: cost, Unit: "ms", Calls: n, Lost: s.lost}}, w.hangUpAll(ctx, calls)
	}
}

// weight measures what running calls hold in memory.
func weight(name, mode string) func(context.Context, *world) ([]figure, error) {
	return func(ctx context.Context, w *world) ([]figure, error) {
		if _, err := w.begin(ctx, mode); err != nil {
			return nil, err
		}
		before, err := w.server.memory(ctx)
		if err != nil {
			return nil, err
		}
		calls, err := w.connect(ctx, mode)
		if err != nil {
			return nil, err
		}
		after, err := w.server.memory(ctx)
		if err != nil {
			return nil, err
		}
		n := w.options.calls
		return []figure{{Scenario: name, What: "memory per call", Value: (after - before) / float64(n), Unit: "kB", Calls: n}}, w.hangUpAll(ctx, calls)
	}
}

// spent is what a while of running calls has cost.
type spent struct {
	cpu     time.Duration // the server's
	packets float64       // of all legs, (sent+received)/2
	lost    float64       // packets that the far ends were due and did not get, in per cent
}

// during lets the time pass and tells what it cost.
func (w *world) during(ctx context.Context, legs int) (s spent, err error) {
	start, err := w.server.cpu()
	if err != nil {
		return s, err
	}
	sent, heard := w.packets()
	began := time.Now()
	timer := time.NewTimer(w.options.length)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return s, ctx.Err()
	case <-timer.C:
	}
	end, err := w.server.cpu()
	due := time.Since(began).Seconds() * 50 * float64(legs)
	sentNow, heardNow := w.packets()
	s.cpu, s.packets = end-start, float64(sentNow-sent+heardNow-heard)/2
	s.lost = max(0, 100*(1-float64(heardNow-heard)/due))
	return s, err
}

// packets are those that all far ends have sent and got so far.
func (w *world) packets() (sent, heard uint64) {
	sent, heard = w.sound.packets()
	for _, c := range w.couples {
		s, h := c.packets()
		sent, heard = sent+s, heard+h
	}
	return sent, heard
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
