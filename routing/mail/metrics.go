package mail

import (
	"github.com/prometheus/client_golang/prometheus"

	"sufler/routing"
)

// Metrics are the figures of mails.
type Metrics struct {
	ended   *prometheus.CounterVec
	retries prometheus.Counter
	waiting prometheus.Gauge
}

// NewMetrics registers the figures. Known labels start at 0.
func NewMetrics(registry prometheus.Registerer) *Metrics {
	m := &Metrics{
		ended: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "sufler_mails_total", Help: "Mails that were sent or given up.",
		}, []string{"result"}),
		retries: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "sufler_mail_retries_total", Help: "Attempts to send a mail that failed and are repeated.",
		}),
		waiting: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "sufler_mails_waiting", Help: "Mails that wait to be sent, as the database was asked last.",
		}),
	}
	for _, result := range []routing.MailState{routing.MailSent, routing.MailFailed} {
		m.ended.WithLabelValues(result.String())
	}
	registry.MustRegister(m.ended, m.retries, m.waiting)
	return m
}
