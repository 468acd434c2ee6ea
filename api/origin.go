package api

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"sufler/routing"
)

// originPolicy knows which pages may ask for what.
type originPolicy struct {
	own      string                   // PublicURL's origin; empty when none is set
	isOnSome func(origin string) bool // a widget may be on its pages
}

func newOriginPolicy(publicURL string, isOnSome func(origin string) bool) originPolicy {
	return originPolicy{own: originOf(publicURL), isOnSome: isOnSome}
}

// originOf is scheme://host[:port] of an address, in lower case.
func originOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return ""
	}
	host := u.Host
	if port := map[string]string{"http": ":80", "https": ":443"}[u.Scheme]; port != "" {
		host = strings.TrimSuffix(host, port)
	}
	return strings.ToLower(u.Scheme + "://" + host)
}

// isOurs tells whether a request comes from a page of ours, or from no page.
// Sec-Fetch-Site cannot be set by a page (Fetch Metadata section 2.4); where it
// is missing, Origin must name us (RFC 6454 section 7).
func (p originPolicy) isOurs(r *http.Request) bool {
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" && site != "none" {
		return false
	}
	origin := r.Header.Get("Origin")
	return origin == "" || p.names(origin, r)
}

// names tells whether an origin is ours. Without a public address the host that
// the browser has asked for is ours: loopback, the demo.
func (p originPolicy) names(origin string, r *http.Request) bool {
	o := originOf(origin)
	if o == "" {
		return false
	}
	return o == p.own || strings.HasSuffix(o, "://"+strings.ToLower(r.Host))
}

// isWidgets tells whether some widget may be on the page that asks; which one, the
// handler asks.
func (p originPolicy) isWidgets(r *http.Request) bool {
	return p.isOnSome(originOf(r.Header.Get("Origin")))
}

// guardOrigin refuses a change that a foreign page makes: with our cookie, or to get
// one. A Bearer token is nothing that a browser adds by itself.
func (s *Server) guardOrigin(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isSafe(r.Method) && !s.onlyBearer(r) && !s.mayChange(r) {
			s.writeProblem(w, r, foreign(r))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// isSafe: RFC 9110 section 9.2.1.
func isSafe(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}

func (s *Server) onlyBearer(r *http.Request) bool {
	_, err := r.Cookie(s.cookieName(r))
	return bearer(r) != "" && err != nil
}

func (s *Server) mayChange(r *http.Request) bool {
	return s.origins.isOurs(r) || isWidgetRoute(r) && s.origins.isWidgets(r)
}

func foreign(r *http.Request) error {
	origin := r.Header.Get("Origin")
	if origin == "" {
		origin = r.Header.Get("Sec-Fetch-Site")
	}
	return routing.Refuse(routing.Forbidden, "origin_foreign", "origin", origin)
}

// isWidgetRoute tells whether pages of others may use the route at all.
func isWidgetRoute(r *http.Request) bool {
	path := strings.TrimPrefix(r.URL.Path, "/api/v1/")
	resource, _, _ := strings.Cut(path, "/")
	return slices.Contains([]string{"widget", "widgets", "callbacks", "talks", "line"}, resource) ||
		path == "visitor" || path == "sessions" || path == "sessions/mine" || path == "sessions/mine/messages" // the others are the desk's
}

// isAboutWidget tells whether a page only asks what its widget may offer. It may read
// the refusal, whoever it is: the script says in its console which origin to allow.
func isAboutWidget(r *http.Request) bool {
	path := strings.TrimPrefix(r.URL.Path, "/api/v1/")
	return r.Method == http.MethodGet && originOf(r.Header.Get("Origin")) != "" && (path == "widget" || strings.HasPrefix(path, "widgets/"))
}

// shareWithWidget lets the pages of the widget read the answers of its routes
// (Fetch section 3.2). No cookie goes with such a request.
func (s *Server) shareWithWidget(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Vary", "Origin")
		may := isWidgetRoute(r) && (s.origins.isWidgets(r) || isAboutWidget(r))
		if may {
			h := w.Header()
			h.Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))
			h.Set("Cross-Origin-Resource-Policy", "cross-origin")
			if r.Method == http.MethodOptions {
				h.Set("Access-Control-Allow-Methods", "GET, POST, PATCH, DELETE")
				h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, Accept-Language, Idempotency-Key")
				h.Set("Access-Control-Max-Age", "600")
			}
		}
		if r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != "" {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		next.ServeHTTP(w, r)
	})
}
