package journal

import "github.com/prometheus/client_golang/prometheus"

// Metrics are what a Journal counts.
type Metrics struct {
	stored, spooled, lost prometheus.Counter
	queued                prometheus.Gauge
	took                  prometheus.Histogram
}

// NewMetrics registers the metrics of one Journal.
func NewMetrics(registry prometheus.Registerer) *Metrics {
	counter := func(name, help string) prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts{Name: "sufler_journal_" + name, Help: help})
	}
	m := &Metrics{
		stored:  counter("entries_total", "Facts that the database took."),
		spooled: counter("spooled_total", "Facts that went into the spool file because the database failed or was slow."),
		lost:    counter("lost_total", "Facts that neither the database nor the spool took."),
		queued:  prometheus.NewGauge(prometheus.GaugeOpts{Name: "sufler_journal_queued", Help: "Facts in memory that are not on disk yet."}),
		took: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "sufler_journal_commit_seconds", Help: "Time in which the database took, or refused, a group of facts.",
			Buckets: prometheus.ExponentialBuckets(0.0005, 2, 14),
		}),
	}
	registry.MustRegister(m.stored, m.spooled, m.lost, m.queued, m.took)
	return m
}
