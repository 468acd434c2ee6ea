// Command bench measures what calls cost the server: CPU time of the server
// process per call-second and per call set up, memory per call and per idle
// phone. It starts bin/sufler itself, plays trunk and telephones from its own
// process over real SIP and RTP, and counts its own time nowhere.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"
)

func main() {
	o := options{}
	flag.StringVar(&o.binary, "bin", "bin/sufler", "the server's `FILE`")
	flag.IntVar(&o.calls, "calls", 50, "calls at a time")
	flag.IntVar(&o.phones, "phones", 500, "idle phones")
	flag.IntVar(&o.setups, "setups", 300, "calls for the figure per set-up")
	flag.DurationVar(&o.length, "length", 10*time.Second, "how long each figure is measured")
	flag.StringVar(&o.results, "results", "bench/results.json", "where the figures are written as JSON")
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
	calls, phones, setups int
	length                time.Duration
}

// run measures every scenario on a server of its own, so that none pays for
// the transactions that another left behind.
func run(ctx context.Context, o options) error {
	var figures []figure
	for _, s := range scenarios {
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
	return s.measure(ctx, w)
}
