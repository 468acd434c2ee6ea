// Command sufler is a SIP and WebRTC call and callback server with a visitor
// desk. This package holds flags, wiring and signals; what the program does
// lives in the packages that it puts together.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"syscall"
	_ "time/tzdata" // opening hours need zones, and a bare container has none
)

// command is one word after "sufler". It returns the exit code: 0 good, 1 it
// went wrong, 2 it was called wrongly.
type command struct {
	name, summary string
	run           func(ctx context.Context, args []string, out, errOut io.Writer) int
}

var commands = []command{
	{"check", "validate a configuration file and tell every problem", checkCommand},
	{"run", "serve, with a configuration file", runCommand},
	{"operator", "add people and change their passwords, without a browser", operatorCommand},
	{"demo", "serve with built-in people and telephones, on this machine only", demoCommand},
	{"selftest", "call built-in phones in every mode and tell who heard whom", selftestCommand},
	{"phone", "a scripted telephone: register, call, answer, speak, record", phoneCommand},
	{"version", "print the version", versionCommand},
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := dispatch(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

func dispatch(ctx context.Context, args []string, out, errOut io.Writer) int {
	if len(args) == 0 {
		usage(errOut)
		return 2
	}
	i := slices.IndexFunc(commands, func(c command) bool { return c.name == args[0] })
	switch {
	case i >= 0:
		return commands[i].run(ctx, args[1:], out, errOut)
	case slices.Contains([]string{"help", "-h", "-help", "--help"}, args[0]):
		usage(out)
		return 0
	}
	fmt.Fprintf(errOut, "sufler: there is no command %q\n", args[0])
	usage(errOut)
	return 2
}

// parse reads the flags of a command. When it is not to go on, code is its exit
// code: 0 after -h, 2 when it was called wrongly.
func parse(flags *flag.FlagSet, args []string) (code int, ok bool) {
	err := flags.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0, false
	case err != nil:
		return 2, false
	case flags.NArg() > 0:
		fmt.Fprintf(flags.Output(), "%s: %q is not understood; see %[1]s -h\n", flags.Name(), flags.Arg(0))
		return 2, false
	}
	return 0, true
}

func usage(w io.Writer) {
	fmt.Fprint(w, "usage: sufler COMMAND [flags]\n\n")
	for _, c := range commands {
		fmt.Fprintf(w, "  %-10s %s\n", c.name, c.summary)
	}
	fmt.Fprint(w, "\nsufler COMMAND -h tells the flags of a command.\n")
}
