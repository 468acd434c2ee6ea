package callback

import "github.com/prometheus/client_golang/prometheus"

// Metrics are the figures of call-backs.
type Metrics struct {
	ended   *prometheus.CounterVec
	open    prometheus.Gauge
	refused *prometheus.CounterVec
	retries prometheus.Counter
}

// NewMetrics registers the figures. Known labels start at 0.
func NewMetrics(registry prometheus.Registerer) *Metrics {
	m := &Metrics{
		ended: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "sufler_callbacks_total", Help: "Call-backs that have ended, by reason.",
		}, []string{"reason"}),
		open: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "sufler_callbacks_open", Help: "Call-backs that have not ended.",
		}),
		refused: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "sufler_callbacks_refused_total", Help: "Requests for a call-back that were refused, by code.",
		}, []string{"code"}),
		retries: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "sufler_callback_store_retries_total", Help: "Writes of a call-back that failed and were tried again.",
		}),
	}
	for _, reason := range reasons {
		m.ended.WithLabelValues(reason)
	}
	registry.MustRegister(m.ended, m.open, m.refused, m.retries)
	return m
}
