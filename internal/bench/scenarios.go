package main

import (
	"context"
	"time"
)

// scenario is one thing that is measured.
type scenario struct {
	name    string
	record  bool
	measure func(context.Context, *world) ([]figure, error)
}

var scenarios = []scenario{
	{"idle phones", false, idlePhones},
	{"set-up", false, setUp},
	{"two-party", false, func(ctx context.Context, w *world) ([]figure, error) { return talk(ctx, w, "two-party", "") }},
	{"two-party, recorded", true, func(ctx context.Context, w *world) ([]figure, error) { return talk(ctx, w, "two-party, recorded", "") }},
	{"whispered", false, func(ctx context.Context, w *world) ([]figure, error) { return talk(ctx, w, "whispered", "whisper") }},
}

func idlePhones(ctx context.Context, w *world) ([]figure, error) {
	before, err := w.server.memory()
	if err != nil {
		return nil, err
	}
	start, err := w.server.cpu()
	if err != nil {
		return nil, err
	}
	n := w.options.phones
	if err := w.registerAll(ctx, firstPhone, n); err != nil {
		return nil, err
	}
	spent, err := w.server.cpu()
	if err != nil {
		return nil, err
	}
	after, err := w.server.memory()
	return []figure{
		{Scenario: "idle phones", What: "memory per phone, its registration's transactions included", Value: (after - before) / float64(n), Unit: "kB"},
		{Scenario: "idle phones", What: "CPU per registration with digest", Value: ms(spent-start) / float64(n), Unit: "ms"},
	}, err
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

// talk keeps calls up, with or without a supervisor in each, and measures.
func talk(ctx context.Context, w *world, name, mode string) ([]figure, error) {
	n := w.options.calls
	legs := 2
	if err := w.registerAll(ctx, firstPhone, n); err != nil {
		return nil, err
	}
	if mode != "" {
		legs++
		if err := w.registerAll(ctx, firstSupervisor, n); err != nil {
			return nil, err
		}
	}
	before, err := w.server.memory()
	if err != nil {
		return nil, err
	}
	calls, err := w.callAll(ctx, n)
	if err != nil {
		return nil, err
	}
	if mode != "" {
		if err := w.superviseAll(ctx, mode); err != nil {
			return nil, err
		}
	}
	cpu, lost, err := w.during(ctx, legs*n)
	if err != nil {
		return nil, err
	}
	after, err := w.server.memory()
	if err != nil {
		return nil, err
	}
	return []figure{
		{Scenario: name, What: "CPU per call-second", Value: ms(cpu) / (float64(n) * w.options.length.Seconds()), Unit: "ms", Calls: n, Lost: lost},
		{Scenario: name, What: "memory per call", Value: (after - before) / float64(n), Unit: "kB", Calls: n},
	}, w.hangUpAll(ctx, calls)
}

// during lets the time pass and tells the server's CPU time and the part of the
// packets that the far ends were due and did not get, in per cent.
func (w *world) during(ctx context.Context, legs int) (cpu time.Duration, lost float64, err error) {
	start, err := w.server.cpu()
	if err != nil {
		return 0, 0, err
	}
	heard, began := w.sound.heard(), time.Now()
	timer := time.NewTimer(w.options.length)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return 0, 0, ctx.Err()
	case <-timer.C:
	}
	end, err := w.server.cpu()
	due := time.Since(began).Seconds() * 50 * float64(legs)
	return end - start, max(0, 100*(1-float64(w.sound.heard()-heard)/due)), err
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
