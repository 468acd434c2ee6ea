package main

import (
	"context"
	"math"
	"net/http"
	"slices"
	"time"

	"sufler/rtc/browser"
)

// browsers measures legs of telephones and of browsers on one server, so that the
// two can be compared: what the machine does meanwhile is the same for both.
func browsers(ctx context.Context, w *world) ([]figure, error) {
	if err := w.registerAll(ctx, firstPhone, w.options.calls); err != nil {
		return nil, err
	}
	if err := w.registerAll(ctx, firstDesk, w.options.calls); err != nil {
		return nil, err
	}
	if err := w.openDesks(ctx); err != nil {
		return nil, err
	}
	if err := w.each(func(c *couple) error { return c.takeSound(ctx) }); err != nil {
		return nil, err
	}
	phone, err := w.phoneLegs(ctx)
	if err != nil {
		return nil, err
	}
	both, err := w.browserLegs(ctx, "browser", "CPU per leg-packet, browser to browser")
	if err != nil {
		return nil, err
	}
	mixed, err := w.browserLegs(ctx, "phone", "CPU per leg-packet, browser to telephone")
	if err != nil {
		return nil, err
	}
	ratio := figure{
		Scenario: "browsers", What: "a browser's leg-packet to a telephone's", Value: both.Value / phone.Value, Unit: "times",
		Calls: w.options.calls, Lost: both.Lost,
	}
	setUp, err := w.browserSetUp(ctx)
	return []figure{phone, both, mixed, ratio, setUp}, err
}

// phoneLegs measures calls of two telephones.
func (w *world) phoneLegs(ctx context.Context) (figure, error) {
	calls, err := w.callAll(ctx, w.options.calls)
	if err != nil {
		return figure{}, err
	}
	f, err := w.perPacket(ctx, "CPU per leg-packet, telephone to telephone")
	if err != nil {
		return f, err
	}
	return f, w.hangUpAll(ctx, calls)
}

// browserLegs measures talks of visitors in browsers whose operators answer at a
// device: "browser" or "phone".
func (w *world) browserLegs(ctx context.Context, device, what string) (f figure, err error) {
	err = w.each(func(c *couple) error {
		if err := c.desk.Do(ctx, http.MethodPut, "/api/v1/me/answer_on", map[string]string{"answer_on": device}, nil); err != nil {
			return err
		}
		if err := c.arrive(ctx); err != nil {
			return err
		}
		if err := c.speak(ctx); err != nil {
			return err
		}
		return c.meet(ctx, device == "phone")
	})
	if err != nil {
		return f, err
	}
	if f, err = w.perPacket(ctx, what); err != nil {
		return f, err
	}
	return f, w.each(func(c *couple) error { return c.part(ctx) })
}

func (w *world) perPacket(ctx context.Context, what string) (figure, error) {
	n := w.options.calls
	s, err := w.during(ctx, 2*n)
	return figure{Scenario: "browsers", What: what, Value: 1000 * ms(s.cpu) / s.packets, Unit: "us", Calls: n, Lost: s.lost}, err
}

// browserSetUp opens and ends legs of desks, without a queue or a page opened
// anew: each is a sound check that ends at once.
func (w *world) browserSetUp(ctx context.Context) (f figure, err error) {
	start, err := w.server.cpu()
	if err != nil {
		return f, err
	}
	rounds := max(1, w.options.setups/len(w.couples))
	err = w.each(func(c *couple) error {
		for range rounds {
			if err := c.check(ctx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return f, err
	}
	end, err := w.server.cpu()
	legs := float64(rounds * len(w.couples))
	return figure{Scenario: "browsers", What: "CPU per browser leg set up and ended (a sound check)", Value: ms(end-start) / legs, Unit: "ms", Calls: atOnce}, err
}

// check is a sound check that is ended as soon as its connection stands.
func (c *couple) check(ctx context.Context) error {
	var leg struct{ Leg string }
	if err := c.desk.Say(ctx, "sound.check", struct{}{}, &leg); err != nil {
		return err
	}
	e, err := browser.New(browser.Options{NoVoice: true})
	if err != nil {
		return err
	}
	defer func() { _ = e.Close() }()
	if err := c.desk.Carry(ctx, leg.Leg, e); err != nil {
		return err
	}
	if err := c.desk.Say(ctx, "sound.end", map[string]string{"leg": leg.Leg}, nil); err != nil {
		return err
	}
	return over(ctx, c.desk, leg.Leg)
}

// answers times talks from the operator's click to the first packet with the
// other's voice, one after another. Both are in browsers, and the visitor, who hears
// music until then, has their connection already.
func answers(ctx context.Context, w *world) ([]figure, error) {
	if err := w.openDesks(ctx); err != nil {
		return nil, err
	}
	if err := w.each(func(c *couple) error { return c.takeSound(ctx) }); err != nil {
		return nil, err
	}
	var connected, atOperator, atVisitor []float64
	for i := range w.options.answers {
		a, err := w.couples[i%len(w.couples)].answer(ctx)
		if err != nil {
			return nil, err
		}
		connected = append(connected, ms(a.connected))
		atOperator = append(atOperator, ms(a.atOperator))
		atVisitor = append(atVisitor, ms(a.atVisitor))
	}
	var figures []figure
	for _, row := range []struct {
		what   string
		values []float64
	}{
		{"answer click to the operator's connection", connected},
		{"answer click to the visitor's voice at the operator", atOperator},
		{"answer click to the operator's voice at the visitor", atVisitor},
	} {
		figures = append(figures,
			figure{Scenario: "browsers, answer", What: row.what + ", p50", Value: percentile(row.values, 50), Unit: "ms", Calls: 1},
			figure{Scenario: "browsers, answer", What: row.what + ", p95", Value: percentile(row.values, 95), Unit: "ms", Calls: 1})
	}
	return figures, nil
}

// answered is how long after the operator's click something came.
type answered struct {
	connected, atOperator, atVisitor time.Duration
}

func (c *couple) answer(ctx context.Context) (a answered, err error) {
	if err := c.arrive(ctx); err != nil {
		return a, err
	}
	if err := c.speak(ctx); err != nil {
		return a, err
	}
	click, err := c.accept(ctx)
	if err != nil {
		return a, err
	}
	if err := c.pickUp(ctx); err != nil {
		return a, err
	}
	a.connected = time.Since(click)
	heard, err := c.operator.wait(ctx)
	if err != nil {
		return a, err
	}
	a.atOperator = heard.Sub(click)
	if heard, err = c.visitor.wait(ctx); err != nil {
		return a, err
	}
	a.atVisitor = heard.Sub(click)
	return a, c.part(ctx)
}

// percentile is the smallest value that p per cent of them do not exceed.
func percentile(values []float64, p float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[max(0, int(math.Ceil(p/100*float64(len(sorted))))-1)]
}

// browserWeight measures what pages and their legs hold in memory: first one more
// page of each desk, then visitors who wait without sound, then calls of them.
func browserWeight(ctx context.Context, w *world) ([]figure, error) {
	// Logging in takes much memory for a moment. What is measured comes after it.
	if err := w.openDesks(ctx); err != nil {
		return nil, err
	}
	n := w.options.calls
	var figures []figure
	last, err := w.server.memory(ctx)
	if err != nil {
		return nil, err
	}
	for _, stage := range []struct {
		what string
		per  int
		do   func() error
	}{
		{"memory per idle desk page", n, func() error {
			return w.each(func(c *couple) error { return c.openTab(ctx) })
		}},
		{"memory per idle visitor page, its talk waits", n, func() error {
			return w.each(func(c *couple) error { return c.arrive(ctx) })
		}},
		{"memory per browser leg in a call, half of the call included", 2 * n, func() error {
			return w.each(func(c *couple) error { return c.begin(ctx) })
		}},
	} {
		if err := stage.do(); err != nil {
			return nil, err
		}
		now, err := w.server.memory(ctx)
		if err != nil {
			return nil, err
		}
		figures = append(figures, figure{Scenario: "browsers, memory", What: stage.what, Value: (now - last) / float64(stage.per), Unit: "kB", Calls: n})
		last = now
	}
	return figures, w.each(func(c *couple) error { return c.part(ctx) })
}

// begin makes a call of an open desk and a visitor who waits.
func (c *couple) begin(ctx context.Context) error {
	if err := c.speak(ctx); err != nil {
		return err
	}
	if err := c.takeSound(ctx); err != nil {
		return err
	}
	return c.meet(ctx, false)
}
