package missed

import (
	"github.com/prometheus/client_golang/prometheus"

	"sufler/routing"
)

// Metrics are the figures of the missed.
type Metrics struct{ added *prometheus.CounterVec }

// NewMetrics registers the figures. Known labels start at 0.
func NewMetrics(registry prometheus.Registerer) *Metrics {
	m := &Metrics{added: prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "sufler_missed_total", Help: "People who came in vain, by reason.",
	}, []string{"reason"})}
	for r := routing.MissedAbandoned; r <= routing.MissedInterrupted; r++ {
		m.added.WithLabelValues(r.String())
	}
	registry.MustRegister(m.added)
	return m
}
