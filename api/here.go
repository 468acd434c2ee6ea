package api

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"sufler/routing"
)

// isHere tells whether a request comes from this machine: from loopback, or from
// the address that it was sent to.
func isHere(r *http.Request) bool {
	from, err := netip.ParseAddr(remote(r))
	if err != nil {
		return false
	}
	if from.Unmap().IsLoopback() {
		return true
	}
	local, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if !ok {
		return false
	}
	to, err := netip.ParseAddrPort(local.String())
	return err == nil && to.Addr().Unmap() == from.Unmap()
}

// hereOnly keeps what a demo gives without a password on this machine.
func (s *Server) hereOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isHere(r) {
			s.writeProblem(w, r, elsewhere())
			return
		}
		next.ServeHTTP(w, r)
	})
}

func elsewhere() error { return routing.Refuse(routing.Forbidden, "demo_here_only") }

// knownHost refuses a name that is not ours: a stranger's page may let its own name
// lead to this machine and would then be of our origin (DNS rebinding).
func (s *Server) knownHost(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := hostOf(r)
		if ip, err := netip.ParseAddr(host); host != "localhost" && (err != nil || !ip.Unmap().IsLoopback()) && !slices.Contains(s.opt.DemoHosts, host) {
			p := s.problem(languageOf(r.Context()), routing.Refuse(routing.Forbidden, "host_foreign", "host", r.Host))
			p.Status = http.StatusMisdirectedRequest // RFC 9110 section 15.5.20
			s.write(w, p)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// hostOf is the name that the browser has asked for, without a port.
func hostOf(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.Host)
	if err != nil {
		host = strings.Trim(r.Host, "[]")
	}
	return strings.ToLower(host)
}
