package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	// Most of these tests wait: for seconds of sound, for a telephone, for a limit.
	// Those that need the machine for themselves are not parallel.
	if err := flag.Set("test.parallel", "4"); err != nil {
		panic(err)
	}
	testscript.Main(tidy{m}, map[string]func(){
		"sufler": func() { os.Exit(dispatch(context.Background(), os.Args[1:], os.Stdout, os.Stderr)) },
	})
}

// tidy throws away what the tests have built.
type tidy struct{ *testing.M }

func (m tidy) Run() int {
	code := m.M.Run()
	if err := postgres.Close(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	if built != "" {
		_ = os.RemoveAll(built)
	}
	return code
}

// TestScripts runs what a person would type; each script in testdata/script is
// a story with commands and what they must say.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata/script"})
}
