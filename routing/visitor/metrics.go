package visitor

import "github.com/prometheus/client_golang/prometheus"

// Metrics are the figures of visitors.
type Metrics struct {
	present prometheus.Gauge
	created prometheus.Counter
	banned  prometheus.Gauge
}

// NewMetrics registers the figures.
func NewMetrics(registry prometheus.Registerer) *Metrics {
	m := &Metrics{
		present: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "sufler_visitors_present", Help: "Visitors who have a page open, or had one a moment ago.",
		}),
		created: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "sufler_visitors_total", Help: "Visitors who came for the first time.",
		}),
		banned: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "sufler_bans_open", Help: "Bans that keep a visitor out.",
		}),
	}
	registry.MustRegister(m.present, m.created, m.banned)
	return m
}
