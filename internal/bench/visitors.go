package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// visitorWeight measures what a visitor's page holds in memory that looks at a shop
// and says nothing.
func visitorWeight(ctx context.Context, w *world) ([]figure, error) {
	c := newCrowd(w, w.helloOf, func(int, []byte) {})
	defer c.close()
	n := w.options.visitors
	if err := c.fill(ctx, n/10); err != nil { // pools and tables have grown before it is measured
		return nil, err
	}
	before, err := w.server.memory(ctx)
	if err != nil {
		return nil, err
	}
	if err := c.fill(ctx, n); err != nil {
		return nil, err
	}
	after, err := w.server.memory(ctx)
	if lost := c.lost.Load(); lost > 0 {
		return nil, fmt.Errorf("%d visitors were lost", lost)
	}
	return []figure{{Scenario: "visitors, memory", What: "memory per idle visitor on a WebSocket", Value: (after - before) / float64(n-n/10), Unit: "kB", Visitors: n}}, err
}

// runningCalls are beside the chats: their sound must not feel them.
func (w *world) runningCalls() int { return min(10, w.options.calls) }

// visitors measures chats, first by themselves and then among all the visitors who only
// look, with calls running beside them.
func visitors(ctx context.Context, w *world) ([]figure, error) {
	c, err := beginChats(ctx, w)
	defer c.close()
	if err != nil {
		return nil, err
	}
	alone, err := c.write(ctx, w.options.length)
	if err != nil {
		return nil, err
	}
	if err := c.crowd.fill(ctx, w.options.visitors); err != nil {
		return nil, err
	}
	idle, err := w.during(ctx, 0)
	if err != nil {
		return nil, err
	}
	among, sound, err := c.writeBesideCalls(ctx)
	if err != nil {
		return nil, err
	}
	if lost := c.crowd.lost.Load(); lost > 0 {
		return nil, fmt.Errorf("%d visitors were lost", lost)
	}
	n, seconds := w.options.visitors, w.options.length.Seconds()
	messages := float64(len(among.took))
	row := func(what string, value float64, unit string) figure {
		return figure{Scenario: "visitors", What: what, Value: value, Unit: unit, Calls: w.runningCalls(), Visitors: n, Lost: sound.lost}
	}
	few := func(what string, value float64) figure {
		return figure{Scenario: "visitors", What: what, Value: value, Unit: "ms", Visitors: len(c.sessions)}
	}
	figures := []figure{
		few("a message to the other side, p50", percentile(alone.took, 50)),
		few("a message to the other side, p99", percentile(alone.took, 99)),
		row("a message to the other side, p50", percentile(among.took, 50), "ms"),
		row("a message to the other side, p99", percentile(among.took, 99), "ms"),
		row("an empty ticker's tick meanwhile, late by, p99", percentile(among.late, 99), "ms"),
		row("CPU per message", (ms(among.cpu)-ms(sound.alone))/messages, "ms"),
		row("frames of the calls that were not produced in time", sound.skipped, "frames"),
	}
	idleRow := row("CPU per second of visitors who only look", ms(idle.cpu)/seconds, "ms")
	idleRow.Calls, idleRow.Lost = 0, 0
	return append(figures, idleRow), nil
}

// besideChats is how calls went while messages were written.
type besideChats struct {
	alone   time.Duration // the server's CPU for as long without the messages
	skipped float64       // frames
	lost    float64       // packets, in per cent
}

// writeBesideCalls lets calls run, and then messages be written beside them.
func (c *chats) writeBesideCalls(ctx context.Context) (d delivery, b besideChats, err error) {
	w, n := c.world, c.world.runningCalls()
	if err := w.registerAll(ctx, firstPhone, n); err != nil {
		return d, b, err
	}
	calls, err := w.callAll(ctx, n)
	if err != nil {
		return d, b, err
	}
	quiet, err := w.during(ctx, 2*n)
	if err != nil {
		return d, b, err
	}
	before, err := w.server.figures(ctx, lateTicks)
	if err != nil {
		return d, b, err
	}
	var writing sync.WaitGroup
	var wrote error
	writing.Go(func() { d, wrote = c.write(ctx, w.options.length) })
	full, err := w.during(ctx, 2*n)
	writing.Wait()
	if err := errors.Join(err, wrote); err != nil {
		return d, b, err
	}
	after, err := w.server.figures(ctx, lateTicks)
	if err != nil {
		return d, b, err
	}
	return d, besideChats{alone: quiet.cpu, skipped: after - before, lost: full.lost}, w.hangUpAll(ctx, calls)
}

const lateTicks = "sufler_mixer_late_ticks_total"
