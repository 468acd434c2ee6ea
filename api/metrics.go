package api

import (
	"bufio"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/prometheus/client_golang/prometheus"
)

// metrics are the figures of requests.
type metrics struct {
	requests *prometheus.CounterVec
	seconds  prometheus.Histogram
	panics   prometheus.Counter
	failed   prometheus.Counter
}

func newMetrics(registry prometheus.Registerer) *metrics {
	m := &metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "sufler_http_requests_total", Help: "Requests, by route and status."}, []string{"method", "route", "status"}),
		seconds:  prometheus.NewHistogram(prometheus.HistogramOpts{Name: "sufler_http_request_seconds", Help: "How long requests took, without WebSockets and what waits on a line.", Buckets: prometheus.DefBuckets}),
		panics:   prometheus.NewCounter(prometheus.CounterOpts{Name: "sufler_http_panics_total", Help: "Requests whose handler panicked."}),
		failed:   prometheus.NewCounter(prometheus.CounterOpts{Name: "sufler_http_failures_total", Help: "Requests that failed for a reason we do not know."}),
	}
	registry.MustRegister(m.requests, m.seconds, m.panics, m.failed)
	return m
}

// measure counts requests by their route, never by their address.
func (s *Server) measure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen := &seenWriter{ResponseWriter: w}
		begun := s.opt.Clock.Now()
		defer func() {
			name := "none"
			if c := chi.RouteContext(r.Context()); c != nil && c.RoutePattern() != "" {
				name = c.RoutePattern()
			}
			s.metrics.requests.WithLabelValues(methodLabel(r.Method), name, strconv.Itoa(seen.status)).Inc()
			if !seen.hijacked && (name != linePath+"/{line}" || r.Method != http.MethodGet) {
				s.metrics.seconds.Observe(s.opt.Clock.Now().Sub(begun).Seconds())
			}
		}()
		next.ServeHTTP(seen, r)
	})
}

// methodLabel keeps invented methods out of the labels.
func methodLabel(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return method
	}
	return "other"
}

// seenWriter remembers the status of an answer. It passes on what WebSockets and
// deadlines need (http.ResponseController unwraps it).
type seenWriter struct {
	http.ResponseWriter
	status   int
	hijacked bool
}

func (w *seenWriter) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *seenWriter) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(p)
}

// Hijack is asked for by the WebSocket library.
func (w *seenWriter) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	w.hijacked = true
	w.status = http.StatusSwitchingProtocols
	return http.NewResponseController(w.ResponseWriter).Hijack()
}

// SetReadDeadline is asked for by huma while it reads a body.
func (w *seenWriter) SetReadDeadline(t time.Time) error {
	return http.NewResponseController(w.ResponseWriter).SetReadDeadline(t)
}

// Unwrap is for http.ResponseController.
func (w *seenWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
