package live

import "github.com/prometheus/client_golang/prometheus"

// Metrics are the figures of all pages.
type Metrics struct {
	open     prometheus.Gauge
	ended    *prometheus.CounterVec
	messages prometheus.Counter
	events   prometheus.Counter
	left     prometheus.Counter
}

// NewMetrics registers the figures.
func NewMetrics(registry prometheus.Registerer) *Metrics {
	m := &Metrics{
		open:     prometheus.NewGauge(prometheus.GaugeOpts{Name: "sufler_pages_open", Help: "Connections of pages that are open."}),
		ended:    prometheus.NewCounterVec(prometheus.CounterOpts{Name: "sufler_pages_ended_total", Help: "Connections of pages that have ended, by reason."}, []string{"reason"}),
		messages: prometheus.NewCounter(prometheus.CounterOpts{Name: "sufler_page_messages_total", Help: "Messages that pages sent."}),
		events:   prometheus.NewCounter(prometheus.CounterOpts{Name: "sufler_page_events_total", Help: "Events put into the outboxes of pages."}),
		left:     prometheus.NewCounter(prometheus.CounterOpts{Name: "sufler_page_events_left_out_total", Help: "Levels not sent because the page was behind."}),
	}
	for _, reason := range []string{endLeft, endSlow, endRefused, endClosing} {
		m.ended.WithLabelValues(reason)
	}
	registry.MustRegister(m.open, m.ended, m.messages, m.events, m.left)
	return m
}
