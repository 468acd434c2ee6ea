// Package selftest brings three people together in every combination of telephone
// and browser through the real stack, lets each speak a tone of its own in every
// mode of supervision, and tells who heard whom. What it runs is the program
// itself on ports of its own.
package selftest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"sufler/mixer/tone"
	"sufler/routing"
)

const (
	// settle is how many seconds are heard after a change before they count: what
	// was on its way through jitter buffers belongs to the mode before.
	settle = 1
	// windows is how many seconds without a lost packet are heard at each ear in
	// each mode. A busy machine that never gives so many is heard for most seconds.
	windows, most = 3, 12
	limit         = 40 * time.Second
)

// Options are the flags of the command.
type Options struct {
	Log    *slog.Logger
	Colour bool // the table is for a terminal
}

// Run makes the calls and writes the table. It returns how often somebody heard
// what they must not (leaks) and did not hear what they must (deaf).
func Run(ctx context.Context, o Options, out io.Writer) (leaks, deaf int, err error) {
	trios := allTrios()
	h, err := newHouse(ctx, o.Log, trios)
	if err != nil {
		return 0, 0, err
	}
	defer h.close(context.WithoutCancel(ctx))
	for _, t := range trios {
		t.house = h
		defer t.close()
	}
	if err := together(ctx, trios, (*trio).connect); err != nil {
		return 0, 0, err
	}
	r := newReport(out, o.Colour)
	for _, s := range steps {
		err := together(ctx, trios, func(t *trio, ctx context.Context) error {
			heard, err := t.take(ctx, s)
			if err == nil {
				r.judge(t, s, heard)
			}
			return err
		})
		if err != nil {
			return r.leaks, r.deaf, fmt.Errorf("%s: %w", s.name, err)
		}
	}
	r.write(trios)
	return r.leaks, r.deaf, nil
}

// step is one mode, reached from the one before it without a new call.
type step struct {
	name string
	mode routing.Mode // 0: nobody supervises
	// hears says whose tone each ear must hear.
	hears [3][]role
}

// The last steps come back from barge, when the client has heard the supervisor.
var steps = []step{
	{"talk", 0, talking},
	{"listen", routing.Listen, listening},
	{"whisper", routing.Whisper, whispering},
	{"barge", routing.Barge, barging},
	{"whisper", routing.Whisper, whispering},
	{"listen", routing.Listen, listening},
	{"left", 0, talking},
}

var (
	talking    = [3][]role{client: {agent}, agent: {client}}
	listening  = [3][]role{client: {agent}, agent: {client}, supervisor: {client, agent}}
	whispering = [3][]role{client: {agent}, agent: {client, supervisor}, supervisor: {client, agent}}
	barging    = [3][]role{client: {agent, supervisor}, agent: {client, supervisor}, supervisor: {client, agent}}
)

// together does the same with every trio at once.
func together(ctx context.Context, trios []*trio, do func(*trio, context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	errs := make([]error, len(trios))
	var all sync.WaitGroup
	for i, t := range trios {
		all.Go(func() {
			if err := do(t, ctx); err != nil {
				errs[i] = fmt.Errorf("%s, %s, %s: %w", t.devices[client], t.devices[agent], t.devices[supervisor], err)
			}
		})
	}
	all.Wait()
	return errors.Join(errs...)
}

// take goes to a step's mode and listens at every ear.
func (t *trio) take(ctx context.Context, s step) (heard [3][]tone.Window, err error) {
	if err := t.supervise(ctx, s.mode); err != nil {
		return heard, err
	}
	var ears [3]*tone.Ear
	for who, v := range t.voices {
		if v != nil {
			ears[who] = v.Ear(tones[:]...)
		}
	}
	err = until(ctx, "every ear has heard enough", func() bool {
		for _, e := range ears {
			if e != nil && !enough(e.Windows()) {
				return false
			}
		}
		return true
	})
	if err != nil {
		return heard, err
	}
	for who, e := range ears {
		if e != nil {
			heard[who] = e.Windows()[settle:]
		}
	}
	return heard, nil
}

// enough says that an ear has heard what can be judged.
func enough(heard []tone.Window) bool {
	if len(heard) <= settle {
		return false
	}
	whole := 0
	for _, w := range heard[settle:] {
		if !w.Lost {
			whole++
		}
	}
	return whole >= windows || len(heard) >= settle+most
}

// until polls a condition; what says it in words for the error.
func until(ctx context.Context, what string, condition func() bool) error {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !condition() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("waited in vain until %s", what)
		}
	}
	return nil
}
