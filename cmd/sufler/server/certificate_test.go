package server

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sufler/internal/certificate"
	"sufler/internal/clock"
)

// writePair puts a certificate for a host into two files.
func writePair(t *testing.T, certFile, keyFile, host string) {
	t.Helper()
	now := time.Now()
	cert, key, err := certificate.SelfSigned([]string{host}, now.Add(-time.Hour), now.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	replace(t, certFile, cert)
	replace(t, keyFile, key)
}

// replace puts a new file in the place of an old one, as tools that renew do.
func replace(t *testing.T, file string, content []byte) {
	t.Helper()
	if err := os.WriteFile(file+".new", content, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(file+".new", file); err != nil {
		t.Fatal(err)
	}
}

// hour is what the test says it is.
type hour struct {
	clock.System
	now time.Time
}

func (h *hour) Now() time.Time { return h.now }

func TestARenewedCertificateIsReadAndABrokenOneIsNot(t *testing.T) {
	certFile, keyFile := filepath.Join(t.TempDir(), "cert.pem"), filepath.Join(t.TempDir(), "key.pem")
	writePair(t, certFile, keyFile, "first.example")
	now := &hour{now: time.Now()}
	var log bytes.Buffer
	k, err := newKeyPair(certFile, keyFile, now, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	shows := func(host string) {
		t.Helper()
		pair, err := k.get(nil)
		if err != nil || pair.Leaf.VerifyHostname(host) != nil {
			t.Errorf("got %v %v, want %s", pair.Leaf.DNSNames, err, host)
		}
	}
	shows("first.example")
	writePair(t, certFile, keyFile, "second.example")
	shows("first.example") // not looked at yet
	now.now = now.now.Add(lookAgain)
	shows("second.example")

	replace(t, certFile, []byte("no certificate"))
	for range 3 {
		now.now = now.now.Add(lookAgain)
		shows("second.example")
	}
	if err := os.Remove(certFile); err != nil {
		t.Fatal(err)
	}
	now.now = now.now.Add(lookAgain)
	shows("second.example")
	if n := strings.Count(log.String(), "cannot be used"); n != 2 {
		t.Errorf("told %d times, want once for each change:\n%s", n, log.String())
	}
	writePair(t, certFile, keyFile, "third.example")
	now.now = now.now.Add(lookAgain)
	shows("third.example")
}

func TestACertificateThatIsNotThereIsToldWithFileAndLine(t *testing.T) {
	dir := t.TempDir()
	writePair(t, filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem"), "127.0.0.1")
	c := config(t, dir, `http: {listen: "127.0.0.1:0", admin: "127.0.0.1:0", tls: {cert_file: cert.pem, key_file: key.pem}}`)
	if err := os.Remove(filepath.Join(dir, "key.pem")); err != nil {
		t.Fatal(err)
	}
	s, err := start(t, c)
	if err == nil {
		closeAll(t, s)
	}
	if err == nil || !strings.Contains(err.Error(), "sufler.yaml:1:") {
		t.Errorf("got %v, want file and line", err)
	}
}
