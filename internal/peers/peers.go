// Package peers starts and ends other people's programs for tests and
// measurements: the telephone baresip, the call generator SIPp, the browser
// Chromium, the database PostgreSQL. What Sufler does is believed only when they agree.
//
// It knows their options and their quirks, nothing of Sufler. Its functions
// return errors, so that a test and a benchmark can use it alike. A program runs
// in a process group of its own, which is killed at the end.
package peers

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"os/exec"
	"sync/atomic"
	"time"
)

// packages says which Debian package brings a program.
var packages = map[string]string{
	"baresip": "baresip-core", "sipp": "sip-tester", "chromium": "chromium",
	"initdb": "postgresql", "postgres": "postgresql",
	"kamailio": "kamailio", "sox": "sox", "rtpengine": "rtpengine-daemon", "janus": "janus",
}

// MissingError says which program is not installed and what brings it.
type MissingError struct{ Program, Package string }

func (e *MissingError) Error() string {
	if e.Package == "" {
		return fmt.Sprintf("peers: %s is not installed", e.Program)
	}
	return fmt.Sprintf("peers: %s is not installed: sudo apt-get install --no-install-recommends %s", e.Program, e.Package)
}

// Find returns the path of a program, or a *MissingError.
func Find(name string) (string, error) {
	if packages[name] == "postgresql" {
		return findPostgres(name)
	}
	path, err := exec.LookPath(name)
	if err != nil {
		return "", &MissingError{name, packages[name]}
	}
	return path, nil
}

// FindChromium returns the path of a browser of the Chromium family; StartChromium starts it.
func FindChromium() (string, error) {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", &MissingError{"chromium", packages["chromium"]}
}

// Until polls a condition and returns when it holds, or with an error that names
// it when ctx is done first.
func Until(ctx context.Context, what string, condition func() bool) error {
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	for !condition() {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return fmt.Errorf("peers: %s: %w", what, context.Cause(ctx))
		}
	}
	return nil
}

// The ports that are given out: below those that the system takes for connections
// (from 32768 on Linux) and below Sufler's for sound (from 20000). In the system's
// range a caller who waits for a program to listen can be given the very port
// that it calls, meet itself there and keep the program out.
const lowestPort, highestPort = 10000, 19999

// cursor is where the next search for free ports begins: what was given out is
// not used at once, so it must not be found again. Processes begin apart.
var cursor atomic.Int64

func init() { cursor.Store(rand.Int64N(highestPort - lowestPort)) }

// FreePort returns the first of count ports in a row, an even one, that are free
// on 127.0.0.1 for UDP and TCP. Another program may take them before they are
// used; inside a network namespace of one's own none does.
func FreePort(count int) (int, error) {
	room := highestPort - lowestPort + 1
	width := (count + 1) / 2 * 2
	for range 100 {
		at := int(cursor.Add(int64(width))) - width
		first := lowestPort + at%room/2*2
		if first+count <= highestPort && free(first, count) {
			return first, nil
		}
	}
	return 0, fmt.Errorf("peers: no %d free ports in a row", count)
}

func free(first, count int) bool {
	for port := first; port < first+count; port++ {
		u, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port})
		if err != nil {
			return false
		}
		_ = u.Close()
		t, err := net.ListenTCP("tcp4", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port})
		if err != nil {
			return false
		}
		_ = t.Close()
	}
	return true
}
