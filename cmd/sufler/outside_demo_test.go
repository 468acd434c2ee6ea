package main

import (
	"net/http"
	"path/filepath"
	"regexp"
	"syscall"
	"testing"
	"time"

	"sufler/internal/peers"
)

// startDemo starts the demo with a folder of its own for temporary files and
// returns where its pages and its telephones are.
func startDemo(t *testing.T) (p *peers.Process, temp, web, telephones string) {
	t.Helper()
	temp = t.TempDir()
	p = launch(t, t.TempDir(), []string{"TMPDIR=" + temp}, "demo")
	web, telephones = demoAt(t, p)
	return p, temp, web, telephones
}

// demoAt waits until a demo tells where its pages and its telephones are.
func demoAt(t *testing.T, p *peers.Process) (web, telephones string) {
	t.Helper()
	shown := regexp.MustCompile(`(?s)http://(127\.0\.0\.1:\d+)/\s.*SIP\s+(127\.0\.0\.1:\d+),.*Ctrl-C`)
	var m []string
	until(t, "the demo tells where it is", func() bool {
		select {
		case <-p.Done():
			t.Fatalf("the demo has ended:\n%s", p.Log())
		default:
		}
		m = shown.FindStringSubmatch(p.Log())
		return m != nil
	})
	return "http://" + m[1], m[2]
}

// No row: DESIGN's "what the outside sees".
func TestOutsideTheDemoStartsServesAndEndsWithoutATrace(t *testing.T) {
	second := launch(t, t.TempDir(), nil, "demo") // in the same instant
	first, temp, web, telephones := startDemo(t)
	web2, telephones2 := demoAt(t, second)
	if web == web2 || telephones == telephones2 {
		t.Errorf("two demos: got %s and %s, %s and %s, want ports of their own", web, web2, telephones, telephones2)
	}
	for _, base := range []string{web, web2} {
		for _, path := range []string{"/", "/healthz", "/readyz", "/metrics", "/api/openapi.json"} {
			if got := (page{base: base}).do(t, http.MethodGet, path, nil); got.status != http.StatusOK || len(got.body) == 0 {
				t.Errorf("%s%s: got %d, %d bytes", base, path, got.status, len(got.body))
			}
		}
	}
	answers(t, "udp", telephones)
	answers(t, "tcp", telephones2)
	send(t, first, syscall.SIGTERM)
	if code := exit(t, first, 16*time.Second); code != 0 { // farewell and a second
		t.Errorf("exit code: got %d\n%s", code, first.Log())
	}
	if left, err := filepath.Glob(filepath.Join(temp, "*")); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
