package main

import (
	"crypto/sha256"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"sufler/internal/peers"
	"sufler/sip"
	"sufler/sip/phone"
)

// lanDemo is a demo that others may use, as its table tells it.
type lanDemo struct {
	process     *peers.Process
	web, sip    string
	fingerprint string
	passwords   map[string]string // by login and extension
}

// startLAN opens a demo at an address of loopback that is not the usual one.
func startLAN(t *testing.T, args ...string) *lanDemo {
	t.Helper()
	d := &lanDemo{process: launch(t, t.TempDir(), nil, append([]string{"demo", "-lan=127.0.0.2"}, args...)...), passwords: make(map[string]string)}
	until(t, "the demo tells where it is", func() bool {
		select {
		case <-d.process.Done():
			t.Fatalf("the demo has ended:\n%s", d.process.Log())
		default:
		}
		return strings.Contains(d.process.Log(), "Ctrl-C ends it")
	})
	table := d.process.Log()
	server := regexp.MustCompile(`server (\S+), port (\d+),`).FindStringSubmatch(table)
	web := regexp.MustCompile(`(https://127\.0\.0\.2:\d+)/desk/`).FindStringSubmatch(table)
	if server == nil || web == nil {
		t.Fatalf("got\n%s\nwant the server's address and port, and the desk", table)
	}
	d.web, d.sip = web[1], server[1]+":"+server[2]
	d.fingerprint = regexp.MustCompile(`(?m)^\s+((?:[0-9A-F]{2}:){31}[0-9A-F]{2})$`).FindString(table)
	for _, m := range regexp.MustCompile(`(?m)^\s+(\w+)\s+(\w{4}-\w{4}-\w{4})\s`).FindAllStringSubmatch(table, -1) {
		d.passwords[m[1]] = m[2]
	}
	if len(d.passwords) != 6 || !strings.Contains(table, "▄") {
		t.Fatalf("got\n%s\nwant six passwords and a picture", table)
	}
	return d
}

// browser trusts the certificate whose fingerprint the table shows, as a person does.
func (d *lanDemo) browser() *http.Client {
	check := func(state tls.ConnectionState) error {
		leaf := state.PeerCertificates[0]
		sum := sha256.Sum256(leaf.Raw)
		if shown := strings.ReplaceAll(strings.TrimSpace(d.fingerprint), ":", ""); shown != fmt.Sprintf("%X", sum[:]) || leaf.VerifyHostname("127.0.0.2") != nil {
			return errors.New("another certificate")
		}
		return nil
	}
	return &http.Client{Timeout: patience, Transport: &http.Transport{
		DisableKeepAlives: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true, VerifyConnection: check}, //nolint:gosec // it is checked by its fingerprint
	}}
}

// registers tells whether a telephone may register with a password.
func registers(t *testing.T, server, extension, password string) bool {
	t.Helper()
	p, err := phone.New(phone.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close(t.Context())
	states := make(chan sip.RegistrationState, 16)
	err = p.Register(phone.Account{Server: server, User: extension, Password: password, Changed: func(s sip.RegistrationState) { states <- s }})
	if err != nil {
		t.Fatal(err)
	}
	select {
	case s := <-states:
		return s.Registered
	case <-time.After(patience):
		t.Fatal("a telephone got no answer")
	}
	return false
}

// No row: PRODUCT's D-8.
func TestOutsideTheDemoOnTheNetworkHasPasswordsOfItsOwn(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	d := startLAN(t, "-data", data)
	browser := d.browser()
	for password, want := range map[string]int{"demo-anna": http.StatusUnauthorized, d.passwords["101"]: http.StatusUnauthorized, d.passwords["anna"]: http.StatusOK} {
		if got := post(t, browser, d.web, password, nil).StatusCode; got != want {
			t.Errorf("desk with %q: got %d, want %d", password, got, want)
		}
	}
	if registers(t, d.sip, "101", "demo-anna") {
		t.Error("a telephone registered with the password that everybody knows")
	}
	until(t, "the log says which passwords hold", func() bool {
		return strings.Contains(d.process.Log(), "with -lan the passwords demo-NAME do not hold; the new ones were printed at the start")
	})
	if !registers(t, d.sip, "101", d.passwords["101"]) {
		t.Errorf("a telephone did not register with the printed password:\n%s", d.process.Log())
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, d.web+"/api/v1/demo/stage", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Host = "rebound.example"
	refused, err := browser.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = refused.Body.Close()
	if refused.StatusCode != http.StatusMisdirectedRequest {
		t.Errorf("a name of a stranger: got %d, want 421", refused.StatusCode)
	}
	d.process.Stop()

	again := startLAN(t, "-data", data)
	for who, password := range d.passwords {
		if again.passwords[who] == password {
			t.Errorf("%s has the password of the start before", who)
		}
	}
	if again.fingerprint != d.fingerprint {
		t.Error("the same folder has another certificate, which browsers would warn of anew")
	}
	if got := post(t, again.browser(), again.web, again.passwords["anna"], nil).StatusCode; got != http.StatusOK {
		t.Errorf("desk on known data: got %d", got)
	}
	if got := post(t, again.browser(), again.web, d.passwords["anna"], nil).StatusCode; got != http.StatusUnauthorized {
		t.Errorf("desk with the password of the start before: got %d", got)
	}
}

func TestOutsideTheDemoIsNotOpenedToOthersByAccident(t *testing.T) {
	t.Parallel()
	for _, flag := range []string{"-http", "-sip"} {
		p := launch(t, t.TempDir(), nil, "demo", flag, "0.0.0.0:0")
		if code := exit(t, p, patience); code != 1 || !strings.Contains(p.Log(), "everybody knows the demo's passwords; -lan makes new ones") {
			t.Errorf("%s: got %d\n%s", flag, code, p.Log())
		}
	}
}
