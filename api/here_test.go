package api

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
)

// from makes a request that came from an address to one of this machine.
func from(remote, local, method, path string) *http.Request {
	to := net.TCPAddrFromAddrPort(netip.MustParseAddrPort(local))
	r := httptest.NewRequestWithContext(context.WithValue(context.Background(), http.LocalAddrContextKey, to), method, "http://"+local+path, strings.NewReader(`{"as":"anna"}`))
	r.Header.Set("Content-Type", "application/json")
	r.RemoteAddr = remote
	return r
}

// What a demo gives without a password stays on its machine, however it is opened.
func TestFromAnotherMachineADemoGivesNothingWithoutAPassword(t *testing.T) {
	w := newWorld(t, func(o *Options) { o.DemoHosts = []string{"192.168.1.20"} })
	const here = "192.168.1.20:8080"
	for _, c := range []struct {
		method, path  string
		near, farAway int
	}{
		{"GET", "/metrics", http.StatusOK, http.StatusForbidden},
		{"GET", "/api/v1/demo/ear/client?phone=201", http.StatusUpgradeRequired, http.StatusForbidden},
		{"POST", "/api/v1/demo/login", http.StatusOK, http.StatusForbidden},
		{"GET", "/api/v1/demo/stage", http.StatusOK, http.StatusOK},
	} {
		for remote, want := range map[string]int{"192.168.1.20:999": c.near, "127.0.0.1:999": c.near, "192.168.1.30:999": c.farAway} {
			got := httptest.NewRecorder()
			w.server.ServeHTTP(got, from(remote, here, c.method, c.path))
			if got.Code != want {
				t.Errorf("%s %s from %s: got %d %s, want %d", c.method, c.path, remote, got.Code, got.Body, want)
			}
		}
	}
}

func TestADemoIsKnownByItsOwnNamesOnly(t *testing.T) {
	w := newWorld(t, func(o *Options) { o.DemoHosts = []string{"192.168.1.20", "desk.local"} })
	for host, want := range map[string]int{
		"127.0.0.1:8080": http.StatusOK, "localhost": http.StatusOK, "LocalHost:80": http.StatusOK, "[::1]:8080": http.StatusOK, "192.168.1.20:8080": http.StatusOK,
		"desk.local:8080": http.StatusOK, "evil.example": http.StatusMisdirectedRequest, "localhost.evil.example:8080": http.StatusMisdirectedRequest,
		"192.168.1.21": http.StatusMisdirectedRequest, "127.0.0.1.evil.example": http.StatusMisdirectedRequest, "": http.StatusMisdirectedRequest,
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1/healthz", http.NoBody)
		r.Host = host
		got := httptest.NewRecorder()
		w.server.ServeHTTP(got, r)
		if got.Code != want {
			t.Errorf("%q: got %d, want %d", host, got.Code, want)
		}
	}
}
