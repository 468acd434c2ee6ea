package main

import (
	"context"
	"fmt"
	"io"
	"runtime/debug"
)

// version is set by the build: -ldflags "-X main.version=v0.1.0".
var version = "devel"

func versionCommand(_ context.Context, _ []string, out, _ io.Writer) int {
	goVersion := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		goVersion = info.GoVersion
	}
	fmt.Fprintf(out, "sufler %s (%s)\n", version, goVersion)
	return 0
}
