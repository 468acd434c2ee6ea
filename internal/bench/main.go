// Command bench measures what calls cost the server: CPU time of the server
// process per call-second, per packet of a leg and per call set up, memory per call,
// page and idle phone; and how long an answered visitor waits for sound. It starts
// bin/sufler itself, plays trunk, telephones and browsers' pages from its own process
// over real SIP, RTP and WebRTC, and counts its own time nowhere.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"time"
)

func main() {
	o := options{}
	flag.StringVar(&o.binary, "bin", "bin/sufler", "the server's `FILE`")
	flag.IntVar(&o.calls, "calls", 50, "calls at a time")
	flag.IntVar(&o.phones, "phones", 500, "idle phones")
	flag.IntVar(&o.setups, "setups", 300, "calls for the figure per set-up")
	flag.IntVar(&o.answers, "answers", 20, "talks whose first sound is timed")
	flag.IntVar(&o.visitors, "visitors", 10_000, "visitors' pages at a time")
	flag.DurationVar(&o.length, "length", 10*time.Second, "how long each figure is measured")
	flag.StringVar(&o.results, "results", "bench/results.json", "where the figures are written as JSON")
	flag.StringVar(&o.only, "only", "", "measure only the scenarios whose name begins with this")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, o)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

type options struct {
	binary, results       string
	only                  string
	calls, phones, setups int
	answers, visitors     int
	length                time.Duration
}

// patience is how long a scenario may take beside what it was asked to measure:
// then something that should have happened has not.
const patience = 5 * time.Minute

// run measures every scenario on a server of its own, so that none pays for
// the transactions that another left behind.
func run(ctx context.Context, o options) error {
	var figures []figure
	for _, s := range scenarios {
		if !strings.HasPrefix(s.name, o.only) {
			continue
		}
		fmt.Fprintf(os.Stderr, "%s …\n", s.name)
		f, err := measure(ctx, o, s)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		figures = append(figures, f...)
	}
	table(os.Stdout, figures)
	return save(o.results, figures)
}

func measure(ctx context.Context, o options, s scenario) ([]figure, error) {
	w, err := newWorld(ctx, o, s)
	if err != nil {
		return nil, err
	}
	defer w.close()
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	return s.measure(ctx, w)
}
