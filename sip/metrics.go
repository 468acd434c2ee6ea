package sip

import (
	"strconv"

	"github.com/prometheus/client_golang/prometheus"
)

// Metrics are the figures of a Stack. Gauges return to where they were when
// everything has ended.
type Metrics struct {
	legs          prometheus.Gauge
	transactions  prometheus.Gauge
	registrations prometheus.Gauge
	requests      *prometheus.CounterVec // method, code
	dropped       *prometheus.CounterVec // reason
	panics        prometheus.Counter
	ended         *prometheus.CounterVec // cause, fault
}

// NewMetrics makes the figures and registers them; a nil registry keeps them to
// themselves.
func NewMetrics(registry prometheus.Registerer) *Metrics {
	gauge := func(name, help string) prometheus.Gauge {
		return prometheus.NewGauge(prometheus.GaugeOpts{Name: name, Help: help})
	}
	counters := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	}
	m := &Metrics{
		legs:          gauge("sufler_sip_legs", "SIP legs that live now."),
		transactions:  gauge("sufler_sip_transactions", "SIP requests of ours and of others that wait for a final answer now."),
		registrations: gauge("sufler_sip_registrations", "Contacts registered now."),
		requests:      counters("sufler_sip_requests_total", "SIP requests received and answered.", "method", "code"),
		dropped:       counters("sufler_sip_dropped_total", "Datagrams dropped unanswered.", "reason"),
		panics:        prometheus.NewCounter(prometheus.CounterOpts{Name: "sufler_sip_panics_total", Help: "Handlers that panicked and were caught."}),
		ended:         counters("sufler_sip_legs_ended_total", "SIP legs that ended.", "cause", "fault"),
	}
	for _, reason := range []string{dropNotSIP, dropFlood, dropMalformed, dropStray} {
		m.dropped.WithLabelValues(reason)
	}
	if registry != nil {
		registry.MustRegister(m.legs, m.transactions, m.registrations, m.requests, m.dropped, m.panics, m.ended)
	}
	return m
}

// The reasons for dropping a datagram.
const (
	dropNotSIP    = "not_sip"
	dropFlood     = "flood"
	dropMalformed = "malformed"
	dropStray     = "stray" // a response or an ACK that belongs to nothing
)

// answered counts a request; unknown methods share one label, so that nobody
// outside can make labels.
func (m *Metrics) answered(method string, status int) {
	if !knownMethods[method] {
		method = "other"
	}
	m.requests.WithLabelValues(method, strconv.Itoa(status)).Inc()
}
