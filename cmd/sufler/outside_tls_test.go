package main

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"sufler/internal/certificate"
)

// renew puts a new pair for 127.0.0.1 in the place of the one before and returns
// the certificate as browsers will see it.
func renew(t *testing.T, dir string) *x509.Certificate {
	t.Helper()
	now := time.Now()
	cert, key, err := certificate.SelfSigned([]string{"127.0.0.1"}, now.Add(-time.Hour), now.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	pair, err := tls.X509KeyPair(cert, key)
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{"cert.pem": cert, "key.pem": key} {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file+".new", content, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(file+".new", file); err != nil {
			t.Fatal(err)
		}
	}
	return pair.Leaf
}

// smallHouse is "sufler run" with one person and keys of its own.
func smallHouse(t *testing.T, dir, keys string) (h *house) {
	t.Helper()
	web := ports(t, 4)
	h = &house{dir: dir, config: filepath.Join(dir, "small.yaml"), http: loopback(web), admin: loopback(web + 1), sip: loopback(web + 2)}
	text := fmt.Sprintf(`sip: {listen: %q}
webrtc: {listen: %q}
people: {groups: [orders], operators: [{login: anna, rank: operator, groups: [orders], password: %s}]}
%s
`, h.sip, loopback(web+3), secret, strings.NewReplacer("HTTP", h.http, "ADMIN", h.admin).Replace(keys))
	if err := os.WriteFile(h.config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	h.process = launch(t, h.dir, nil, "run", "-config", h.config)
	until(t, "the program listens", func() bool {
		select {
		case <-h.process.Done():
			t.Fatalf("the program has ended:\n%s", h.process.Log())
		default:
		}
		return strings.Contains(h.process.Log(), "/desk/")
	})
	return h
}

// No row: PRODUCT's "HTTPS comes first".
func TestOutsideARenewedCertificateIsShownToTheNextBrowser(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := renew(t, dir)
	h := smallHouse(t, dir, `http: {listen: "HTTP", admin: "ADMIN", tls: {cert_file: cert.pem, key_file: key.pem}}`)
	if want := "https://" + h.http + "/desk/"; !strings.Contains(h.process.Log(), want) {
		t.Errorf("got %s\nwant %s in it", h.process.Log(), want)
	}
	shown := func() *x509.Certificate {
		conn, err := tls.Dial("tcp", h.http, &tls.Config{InsecureSkipVerify: true}) //nolint:gosec // the certificate is what is looked at
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close() }()
		return conn.ConnectionState().PeerCertificates[0]
	}
	if !shown().Equal(first) {
		t.Error("the first certificate is not shown")
	}
	second := renew(t, dir)
	until(t, "the renewed certificate is shown", func() bool { return shown().Equal(second) })

	if conn, err := tls.Dial("tcp", h.http, &tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS11}); err == nil { //nolint:gosec // an old browser
		_ = conn.Close()
		t.Error("TLS 1.1 is spoken")
	}
	trusted := x509.NewCertPool()
	trusted.AddCert(second)
	browser := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{RootCAs: trusted}}, Timeout: patience}
	login(t, browser, "https://"+h.http, nil)
}

// No row: PRODUCT's "trusted_proxies for nginx and Caddy".
func TestOutsideTheDeskIsUsedThroughAProxy(t *testing.T) {
	t.Parallel()
	for name, keepsHost := range map[string]bool{"Caddy keeps the host": true, "nginx does not unless told": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var upstream string
			proxy := httptest.NewUnstartedServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
				r.SetURL(&url.URL{Scheme: "http", Host: upstream})
				r.Out.Header["X-Forwarded-For"] = r.In.Header["X-Forwarded-For"]
				r.SetXForwarded()
				if keepsHost {
					r.Out.Host = r.In.Host
				}
			}})
			proxy.StartTLS()
			t.Cleanup(proxy.Close)
			h := smallHouse(t, t.TempDir(), fmt.Sprintf(`http: {listen: "HTTP", admin: "ADMIN", trusted_proxies: [127.0.0.1]}
public_url: %s`, proxy.URL))
			upstream = h.http
			login(t, proxy.Client(), proxy.URL, http.Header{"X-Forwarded-For": {"203.0.113.7"}})
			wrong := map[string]int{}
			for range 6 { // the sixth is one too many from one address, not for another
				for _, address := range []string{"203.0.113.8", "203.0.113.9"} {
					if address == "203.0.113.9" && wrong[address] > 0 {
						continue
					}
					r := post(t, proxy.Client(), proxy.URL, "a wrong password", http.Header{"X-Forwarded-For": {address}})
					wrong[address] = r.StatusCode
				}
			}
			if wrong["203.0.113.8"] != http.StatusTooManyRequests || wrong["203.0.113.9"] != http.StatusUnauthorized {
				t.Errorf("got %v, want each visitor counted by the address that the proxy tells", wrong)
			}
		})
	}
}

func post(t *testing.T, browser *http.Client, base, password string, header http.Header) *http.Response {
	t.Helper()
	body := fmt.Sprintf(`{"login":"anna","password":%q}`, password)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+"/api/v1/login", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	maps.Copy(request.Header, header)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Origin", base)
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	response, err := browser.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	return response
}

// login logs Anna in as a browser does over https, and opens the desk's WebSocket.
func login(t *testing.T, browser *http.Client, base string, header http.Header) {
	t.Helper()
	response := post(t, browser, base, secret, header)
	cookies := response.Cookies()
	if response.StatusCode != http.StatusOK || len(cookies) != 1 {
		t.Fatalf("login: got %d and %d cookies", response.StatusCode, len(cookies))
	}
	if c := cookies[0]; c.Name != "__Host-sufler" || !c.Secure || !c.HttpOnly || c.Path != "/" || c.Domain != "" {
		t.Errorf("cookie: got %v", c)
	}
	asks := http.Header{"Origin": {base}, "Cookie": {cookies[0].Name + "=" + cookies[0].Value}}
	conn, answer, err := websocket.Dial(t.Context(), strings.Replace(base, "https", "wss", 1)+"/api/v1/ws", &websocket.DialOptions{
		HTTPClient: browser, HTTPHeader: asks, Subprotocols: []string{"sufler.v1"},
	})
	if err != nil {
		t.Fatalf("WebSocket: %v", err)
	}
	if answer.StatusCode != http.StatusSwitchingProtocols {
		t.Errorf("WebSocket: got %d", answer.StatusCode)
	}
	_ = conn.Close(websocket.StatusNormalClosure, "")

	asks.Set("Origin", "https://elsewhere.example")
	if conn, _, err := websocket.Dial(t.Context(), strings.Replace(base, "https", "wss", 1)+"/api/v1/ws", &websocket.DialOptions{
		HTTPClient: browser, HTTPHeader: asks, Subprotocols: []string{"sufler.v1"},
	}); err == nil {
		_ = conn.CloseNow()
		t.Error("a foreign page got a WebSocket with the desk's cookie")
	}
}
