package api

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"net"
	"net/http"
	"net/netip"
	"strings"

	"sufler/routing"
	"sufler/routing/people"
)

// bearer is the token that a request carries in Authorization (RFC 6750 section 2.1).
func bearer(r *http.Request) string {
	scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

// cookieName is that of a login. The prefix binds the cookie to this host and to
// https (RFC 6265bis section 4.1.3.2).
func (s *Server) cookieName(r *http.Request) string {
	if s.https(r) {
		return "__Host-sufler"
	}
	return "sufler"
}

// https tells whether the browser that asks has come by https: to us, or to a proxy
// of ours that says so, or because that is the only public way.
func (s *Server) https(r *http.Request) bool {
	return r.TLS != nil || strings.HasPrefix(s.opt.PublicURL, "https://") ||
		s.isTrusted(remote(r)) && strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https")
}

// deskToken is the login's token of a request: the tab's own in the demo, else the
// browser's cookie.
func (s *Server) deskToken(r *http.Request) string {
	if s.opt.Demo != nil {
		if token := bearer(r); token != "" {
			return token
		}
	}
	if cookie, err := r.Cookie(s.cookieName(r)); err == nil {
		return cookie.Value
	}
	return ""
}

// operator is who makes a request, or the refusal "login_needed".
func (s *Server) operator(ctx context.Context) (routing.Operator, error) {
	if o, ok := admitted(ctx); ok {
		return o, nil
	}
	return s.operatorOf(ctx, s.deskToken(requestOf(ctx)))
}

func (s *Server) operatorOf(ctx context.Context, token string) (routing.Operator, error) {
	if token == "" {
		return routing.Operator{}, routing.Refuse(routing.Unauthorised, "login_needed")
	}
	o, _, err := s.opt.People.ByToken(ctx, token)
	return o, err
}

// operatorWho is who makes a request, if they may do the action to the object.
func (s *Server) operatorWho(ctx context.Context, action people.Action, object people.Object) (routing.Operator, error) {
	o, err := s.operator(ctx)
	if err != nil {
		return o, err
	}
	return o, people.Can(o, action, object)
}

// tokens are those of other people's servers, as hashes by name.
type tokens map[string][sha256.Size]byte

func hashTokens(plain map[string]string) tokens {
	hashed := make(tokens, len(plain))
	for name, token := range plain {
		if token != "" {
			hashed[name] = sha256.Sum256([]byte(token))
		}
	}
	return hashed
}

// name returns whose token it is. All are compared, in a time that tells nothing.
func (t tokens) name(token string) (string, bool) {
	sum := sha256.Sum256([]byte(token))
	found := ""
	for name, hash := range t {
		if subtle.ConstantTimeCompare(sum[:], hash[:]) == 1 {
			found = name
		}
	}
	return found, found != ""
}

// address is where a request comes from. X-Forwarded-For counts only from the
// right, as long as the one who wrote it is a proxy of ours.
func (s *Server) address(r *http.Request) string {
	host := remote(r)
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && s.isTrusted(host); i-- {
		hop := strings.TrimSpace(hops[i])
		if _, err := netip.ParseAddr(hop); err != nil {
			break
		}
		host = hop
	}
	return host
}

// remote is the other end of the connection.
func remote(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

func (s *Server) isTrusted(host string) bool {
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return false
	}
	for _, prefix := range s.opt.TrustedProxies {
		if prefix.Contains(addr.Unmap()) {
			return true
		}
	}
	return false
}
