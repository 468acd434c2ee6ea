package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"sufler/internal/peers"
)

// comesWithin is how long the bench waits for what comes at once when all is well.
const comesWithin = 30 * time.Second

// server is the program under measurement.
type server struct {
	http, admin, sip, webrtc string // addresses
	dir                      string
	process                  *exec.Cmd
	log                      bytes.Buffer
}

// startServer writes the configuration and starts bin/sufler run with it.
func startServer(ctx context.Context, binary, config string, frugal bool, s *server) error {
	path := filepath.Join(s.dir, "sufler.yaml")
	if err := os.WriteFile(path, []byte(config), 0o600); err != nil {
		return err
	}
	s.process = exec.CommandContext(ctx, binary, "run", "-config", path)
	s.process.Stdout, s.process.Stderr = &s.log, &s.log
	if frugal {
		// Collect often: what is measured is what is held, not what is left behind.
		s.process.Env = append(os.Environ(), "GOGC=10")
	}
	s.process.Cancel = func() error { return s.process.Process.Signal(syscall.SIGTERM) }
	if err := s.process.Start(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, comesWithin)
	defer cancel()
	return peers.Until(ctx, "the server answers /readyz", func() bool {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.http+"/readyz", nil)
		if err != nil {
			return false
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			return false
		}
		_ = resp.Body.Close()
		return resp.StatusCode == http.StatusOK
	})
}

func (s *server) stop() error {
	if s.process == nil {
		return nil
	}
	_ = s.process.Process.Signal(syscall.SIGTERM)
	err := s.process.Wait()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok && !exit.Success() {
		return fmt.Errorf("the server ended with %w:\n%s", err, s.log.String())
	}
	return nil
}

// cpu is the time the server has spent so far, user and system (proc(5), stat).
func (s *server) cpu() (time.Duration, error) {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.process.Process.Pid))
	if err != nil {
		return 0, err
	}
	_, rest, found := strings.Cut(string(data), ") ")
	fields := strings.Fields(rest)
	if !found || len(fields) < 13 {
		return 0, errors.New("proc stat has another shape")
	}
	var ticks int64
	for _, f := range fields[11:13] {
		n, err := strconv.ParseInt(f, 10, 64)
		if err != nil {
			return 0, err
		}
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond, nil // USER_HZ is 100
}

// memory is the heap and the stacks in use in kB, the least of some moments: the
// one nearest to a collection, so that garbage is not counted.
func (s *server) memory(ctx context.Context) (least float64, err error) {
	tick := time.NewTicker(150 * time.Millisecond)
	defer tick.Stop()
	least = math.Inf(1)
	for range 20 {
		now, err := s.inUse(ctx)
		if err != nil {
			return 0, err
		}
		least = min(least, now/1024)
		select {
		case <-tick.C:
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
	return least, nil
}

// inUse is heap and stacks in bytes.
func (s *server) inUse(ctx context.Context) (float64, error) {
	return s.figures(ctx, "go_memstats_heap_inuse_bytes", "go_memstats_stack_inuse_bytes")
}

// figures is the sum of some of the server's own figures.
func (s *server) figures(ctx context.Context, names ...string) (sum float64, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.admin+"/metrics", nil)
	if err != nil {
		return 0, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	defer func() { _ = resp.Body.Close() }()
	lines := bufio.NewScanner(resp.Body)
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), " ")
		if !slices.Contains(names, name) {
			continue
		}
		n, err := strconv.ParseFloat(value, 64)
		if err != nil {
			return 0, err
		}
		sum += n
	}
	return sum, lines.Err()
}
