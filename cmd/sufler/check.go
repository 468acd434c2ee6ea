package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"

	"sufler/configs"
)

func checkCommand(_ context.Context, args []string, out, errOut io.Writer) int {
	flags := flag.NewFlagSet("sufler check", flag.ContinueOnError)
	flags.SetOutput(errOut)
	path := flags.String("config", "sufler.yaml", "the configuration `FILE`")
	reference := flags.Bool("reference", false, "print the commented reference of all keys and end")
	if code, ok := parse(flags, args); !ok {
		return code
	}
	if *reference {
		_, _ = out.Write(configs.Reference)
		return 0
	}
	config, ok := loadConfig(*path, errOut)
	if !ok {
		return 1
	}
	tellWarnings(config, errOut)
	fmt.Fprintf(out, "%s: %s\n", *path, verdict(config))
	return 0
}

func verdict(c configs.Config) string {
	if n := len(c.Warnings()); n > 0 {
		return fmt.Sprintf("can be used; %d warnings above", n)
	}
	return "no problem found"
}

func tellWarnings(c configs.Config, errOut io.Writer) {
	if len(c.Warnings()) > 0 {
		fmt.Fprintln(errOut, c.Warnings())
	}
}

// loadConfig reads a file and tells its problems to the administrator.
func loadConfig(path string, errOut io.Writer) (configs.Config, bool) {
	c, err := configs.Load(path)
	if err == nil {
		return c, true
	}
	fmt.Fprintln(errOut, err)
	if problems, ok := errors.AsType[configs.Problems](err); ok && problems.Mistakes() > 1 {
		fmt.Fprintf(errOut, "%d problems\n", problems.Mistakes())
	}
	return configs.Config{}, false
}
