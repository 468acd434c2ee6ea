package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"

	"sufler/cmd/sufler/selftest"
)

// isWatched tells whether a person looks on. NO_COLOR=1 says that they want none.
func isWatched(out io.Writer) bool {
	file, ok := out.(*os.File)
	return ok && isTerminal(file) && os.Getenv("NO_COLOR") == ""
}

func selftestCommand(ctx context.Context, args []string, out, errOut io.Writer) int {
	flags := flag.NewFlagSet("sufler selftest", flag.ContinueOnError)
	flags.SetOutput(errOut)
	verbose := flags.Bool("v", false, "log what happens")
	if code, ok := parse(flags, args); !ok {
		return code
	}
	log := slog.New(slog.DiscardHandler)
	if *verbose {
		log = slog.New(slog.NewTextHandler(errOut, nil))
	}
	leaks, deaf, err := selftest.Run(ctx, selftest.Options{Log: log, Colour: isWatched(out)}, out)
	if err != nil {
		fmt.Fprintln(errOut, "sufler selftest:", err)
		return 1
	}
	if leaks > 0 || deaf > 0 {
		return 1
	}
	return 0
}
