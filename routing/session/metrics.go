package session

import (
	"github.com/prometheus/client_golang/prometheus"

	"sufler/routing"
)

// Metrics are the figures of sessions.
type Metrics struct {
	ended   *prometheus.CounterVec
	open    prometheus.Gauge
	refused *prometheus.CounterVec
	said    *prometheus.CounterVec
	retries prometheus.Counter
}

// NewMetrics registers the figures. Known labels start at 0.
func NewMetrics(registry prometheus.Registerer) *Metrics {
	m := &Metrics{
		ended: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "sufler_sessions_total", Help: "Sessions that have ended, by kind and outcome.",
		}, []string{"kind", "outcome"}),
		open: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "sufler_sessions_open", Help: "Sessions that are not closed.",
		}),
		refused: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "sufler_sessions_refused_total", Help: "Requests for a session that were refused, by code.",
		}, []string{"code"}),
		said: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "sufler_chat_messages_total", Help: "Chat messages that were stored, by author.",
		}, []string{"from"}),
		retries: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "sufler_session_write_retries_total", Help: "Rows of sessions that the database did not take at once.",
		}),
	}
	for c := routing.ChatChannel; c <= routing.InvitationChannel; c++ {
		for o := routing.SessionTalked; o <= routing.SessionFailed; o++ {
			m.ended.WithLabelValues(c.String(), o.String())
		}
	}
	for _, from := range []string{ByVisitor, ByOperator, BySystem} {
		m.said.WithLabelValues(from)
	}
	registry.MustRegister(m.ended, m.open, m.refused, m.said, m.retries)
	return m
}
