package configs

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// writePair puts a certificate for calls.example.com that ends then, and its key,
// into a folder.
func writePair(t *testing.T, folder, name string, ends time.Time) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	leaf := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"calls.example.com"}, NotBefore: ends.Add(-24 * time.Hour), NotAfter: ends}
	cert, err := x509.CreateCertificate(rand.Reader, leaf, leaf, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for file, block := range map[string]*pem.Block{name + ".pem": {Type: "CERTIFICATE", Bytes: cert}, name + ".key": {Type: "PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(filepath.Join(folder, file), pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestACertificateIsChecked(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "sufler.yaml")
	writePair(t, dir, "good", time.Now().Add(time.Hour))
	writePair(t, dir, "other", time.Now().Add(time.Hour))
	writePair(t, dir, "old", time.Now().Add(-time.Hour))
	writePair(t, dir, "open", time.Now().Add(time.Hour))
	if err := os.Chmod(filepath.Join(dir, "open.key"), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		content, problem, warning string
	}{
		"good":      {"http: {tls: {cert_file: good.pem, key_file: good.key}}\npublic_url: https://calls.example.com\n", "", ""},
		"no pair":   {"http: {tls: {cert_file: good.pem, key_file: other.key}}\n", "http.tls.cert_file: and key_file are no pair", ""},
		"open key":  {"http: {tls: {cert_file: open.pem, key_file: open.key}}\n", "http.tls.key_file: " + dir + "/open.key can be read by everybody; run chmod 600", ""},
		"expired":   {"http: {tls: {cert_file: old.pem, key_file: old.key}}\n", "", "the certificate expired on "},
		"other":     {"http: {tls: {cert_file: good.pem, key_file: good.key}}\npublic_url: https://desk.example.com\n", "", "the certificate is not for desk.example.com"},
		"http page": {"http: {tls: {cert_file: good.pem, key_file: good.key}}\npublic_url: http://calls.example.com\n", "public_url: begins with http://", ""},
	} {
		t.Run(name, func(t *testing.T) {
			config, err := Parse(path, []byte(c.content+"webrtc: {external_address: 192.0.2.1}\n"))
			switch {
			case c.problem == "" && err != nil:
				t.Errorf("got %v, want no problem", err)
			case c.problem != "" && (err == nil || !strings.Contains(err.Error(), c.problem)):
				t.Errorf("got %v, want %q in it", err, c.problem)
			}
			got := config.Warnings()
			if c.warning == "" && len(got) > 0 || c.warning != "" && !strings.Contains(got.Error(), c.warning) {
				t.Errorf("got the warnings %q, want %q", got, c.warning)
			}
		})
	}
}

func TestWhatBrowsersWillRefuseIsWarnedOf(t *testing.T) {
	for name, c := range map[string]struct {
		file string
		want []string // beginnings of lines
	}{
		"loopback":            {"http: {listen: 127.0.0.1:80}\n", nil},
		"loopback by name":    {"public_url: http://localhost:8080\n", nil},
		"open without tls":    {"http: {listen: 0.0.0.0:80}\n", []string{"x.yaml:1:8: http.listen: warning: browsers will refuse the microphone; ", "x.yaml:1:1: webrtc.listen: warning: is on this machine only"}},
		"public http":         {"public_url: http://calls.example.com\nwebrtc: {listen: 0.0.0.0:30000}\n", []string{"x.yaml:1:1: public_url: warning: browsers will refuse the microphone; "}},
		"proxy not named":     {"public_url: https://calls.example.com\nwebrtc: {external_address: 192.0.2.1}\n", []string{"x.yaml:1:1: public_url: warning: is https, so a proxy stands in front"}},
		"proxy":               {"public_url: https://calls.example.com\nhttp: {trusted_proxies: [127.0.0.1]}\nwebrtc: {listen: 192.0.2.1:30000}\n", nil},
		"nothing on top of a": {"public_url: http//calls\nhttp: {listen: 0.0.0.0:80}\n", []string{`x.yaml:1:13: public_url: "http//calls" is no origin`}},
	} {
		t.Run(name, func(t *testing.T) {
			config, err := Parse("x.yaml", []byte(c.file))
			got := config.Warnings().Error()
			if err != nil {
				got = err.Error()
			}
			if got == "" && c.want == nil {
				return
			}
			lines := strings.Split(got, "\n")
			if len(lines) != len(c.want) {
				t.Fatalf("got\n%s\nwant %d lines", got, len(c.want))
			}
			for _, want := range c.want {
				if !strings.Contains("\n"+got, "\n"+want) {
					t.Errorf("got\n%s\nwant a line that begins %q", got, want)
				}
			}
		})
	}
}

// A value that could not be read is no reason for further complaints.
func TestMistakesBetweenKeysAreToldBesideUnreadableOnes(t *testing.T) {
	_, err := Parse("x.yaml", []byte(`phones: 101
numbers:
  - {number: "+420222111000", to: "101"}
supervision: {per_call: 9}
callbacks:
  queues: [{name: Orders, groups: [sales]}]
  alow: ["+420"]
`))
	want := `x.yaml:1:9: phones: must be a list; put each item on a line of its own after "- "
x.yaml:4:15: supervision.per_call: must be from 1 to 8; 1 is usual
x.yaml:6:3: callbacks.queues: needs a trunk to call visitors; add one under trunks
x.yaml:6:36: callbacks.queues[0].groups[0]: "sales" is no group; add it to people.groups
x.yaml:7:3: callbacks.alow: no such key; did you mean "allow"?`
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}
