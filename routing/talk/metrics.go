package talk

import "github.com/prometheus/client_golang/prometheus"

// Metrics are the figures of talks by the browser.
type Metrics struct {
	ended   *prometheus.CounterVec
	open    prometheus.Gauge
	refused *prometheus.CounterVec
}

// NewMetrics registers the figures. Known labels start at 0.
func NewMetrics(registry prometheus.Registerer) *Metrics {
	m := &Metrics{
		ended: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "sufler_talks_total", Help: "Talks by the browser that have ended, by reason.",
		}, []string{"reason"}),
		open: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "sufler_talks_open", Help: "Talks by the browser that have not ended.",
		}),
		refused: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "sufler_talks_refused_total", Help: "Requests for a talk by the browser that were refused, by code.",
		}, []string{"code"}),
	}
	for _, reason := range reasons {
		m.ended.WithLabelValues(reason)
	}
	registry.MustRegister(m.ended, m.open, m.refused)
	return m
}
