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
	if _, ok := loadConfig(*path, errOut); !ok {
		return 1
	}
	fmt.Fprintf(out, "%s: no problem found\n", *path)
	return 0
}

// loadConfig reads a file and tells its problems to the administrator.
func loadConfig(path string, errOut io.Writer) (configs.Config, bool) {
	c, err := configs.Load(path)
	if err == nil {
		return c, true
	}
	fmt.Fprintln(errOut, err)
	if problems, ok := errors.AsType[configs.Problems](err); ok && len(problems) > 1 {
		fmt.Fprintf(errOut, "%d problems\n", len(problems))
	}
	return configs.Config{}, false
}
