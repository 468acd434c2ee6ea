package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"sufler/cmd/sufler/demo"
	"sufler/cmd/sufler/server"
	"sufler/routing/people"
)

// farewell is how long everything may take to end.
const farewell = 15 * time.Second

func runCommand(ctx context.Context, args []string, out, errOut io.Writer) int {
	flags := flag.NewFlagSet("sufler run", flag.ContinueOnError)
	flags.SetOutput(errOut)
	path := flags.String("config", "sufler.yaml", "the configuration `FILE`")
	drain := flags.Duration("drain", 10*time.Minute, "how long running calls may go on after SIGTERM or Ctrl-C; a second one ends them")
	if code, ok := parse(flags, args); !ok {
		return code
	}
	config, ok := loadConfig(*path, errOut)
	if !ok {
		return 1
	}
	tellWarnings(config, errOut)
	hurry, stop := secondSignal(ctx)
	defer stop()
	s, err := server.New(ctx, config, server.Options{Log: slog.New(slog.NewTextHandler(errOut, nil))})
	if err != nil {
		fmt.Fprintln(errOut, "sufler:", err)
		return 1
	}
	fmt.Fprintf(out, "desk  %s/desk/\nSIP   %s (UDP and TCP)\n", s.URL(), s.Phones.UDPAddr())
	inviteOwner(s, *path, out)
	<-ctx.Done()
	limit, cancel := context.WithTimeout(hurry, *drain)
	defer cancel()
	s.Drain(limit)
	return end(ctx, s.Close)
}

// secondSignal returns a context that the second signal to end is the end of; the
// first is the end of ctx.
func secondSignal(ctx context.Context) (second context.Context, stop func()) {
	second, cancel := context.WithCancel(context.WithoutCancel(ctx))
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	var watching sync.WaitGroup
	watching.Go(func() {
		for range 2 {
			select {
			case <-signals:
			case <-second.Done():
			}
		}
		cancel()
	})
	return second, func() {
		signal.Stop(signals)
		cancel()
		watching.Wait()
	}
}

// inviteOwner prints the link for the first owner while nobody exists.
func inviteOwner(s *server.Server, path string, out io.Writer) {
	if s.People.Founded() {
		return
	}
	fmt.Fprintf(out, `
Nobody can log in yet. Create the owner within %d minutes at

  %s/desk/#setup=%s

or without a browser: sufler operator add -config %s -rank owner LOGIN
`, people.FoundingLasts/time.Minute, s.URL(), s.People.OpenFounding(), path)
}

func demoCommand(ctx context.Context, args []string, out, errOut io.Writer) int {
	flags := flag.NewFlagSet("sufler demo", flag.ContinueOnError)
	flags.SetOutput(errOut)
	o := demo.Options{}
	flags.StringVar(&o.HTTP, "http", "", "`ADDRESS` of the pages (127.0.0.1:8080, or the next free port)")
	flags.StringVar(&o.SIP, "sip", "", "`ADDRESS` for telephones (127.0.0.1:5060, or the next free port)")
	flags.StringVar(&o.Data, "data", "", "`FOLDER` that keeps the data (a temporary one, thrown away at the end)")
	flags.StringVar(&o.Language, "voice", "en", "`LANGUAGE` of the voices on the stage: en, cs or ru")
	flags.Var(lanFlag{&o.LAN}, "lan", "let other machines in, with new passwords, at the private address of this one, or at -lan=`ADDRESS`")
	verbose := flags.Bool("v", false, "log what happens, not only trouble")
	if code, ok := parse(flags, args); !ok {
		return code
	}
	level := slog.LevelWarn
	if *verbose {
		level = slog.LevelInfo
	}
	o.Log = slog.New(slog.NewTextHandler(errOut, &slog.HandlerOptions{Level: level}))
	d, err := demo.Start(ctx, o)
	if err != nil {
		fmt.Fprintln(errOut, "sufler demo:", err)
		return 1
	}
	if err := d.Describe(out); err != nil {
		fmt.Fprintln(errOut, "sufler demo:", err)
		_ = end(ctx, d.Close)
		return 1
	}
	<-ctx.Done()
	return end(ctx, d.Close)
}

// lanFlag is a flag that stands alone or with an address.
type lanFlag struct{ address *netip.Addr }

func (f lanFlag) IsBoolFlag() bool { return true }

func (f lanFlag) String() string { return "" }

// Set implements flag.Value; alone the flag is "true".
func (f lanFlag) Set(text string) (err error) {
	switch text {
	case "false":
		*f.address = netip.Addr{}
		return nil
	case "true":
		*f.address = server.OwnAddress()
		if f.address.IsLoopback() {
			return errors.New("this machine has no private address; write it as -lan=ADDRESS")
		}
		return nil
	}
	if *f.address, err = netip.ParseAddr(text); err != nil || f.address.IsUnspecified() {
		return errors.New("write one address of this machine, for example -lan=192.168.1.20")
	}
	return nil
}

// end ends what runs, in a time of its own: ctx is over already.
func end(ctx context.Context, closeAll func(context.Context)) int {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), farewell)
	defer cancel()
	done := make(chan struct{})
	go func() {
		defer close(done)
		closeAll(ctx)
	}()
	select {
	case <-done:
		return 0
	case <-ctx.Done():
		fmt.Fprintln(os.Stderr, "sufler: not everything ended in time")
		return 1
	}
}
