package queue

import (
	"github.com/prometheus/client_golang/prometheus"

	"sufler/routing"
)

// Metrics are the figures of the waiting line.
type Metrics struct {
	waiting *prometheus.GaugeVec
	before  *prometheus.GaugeVec
	offers  *prometheus.CounterVec
}

// NewMetrics registers the figures.
func NewMetrics(registry prometheus.Registerer) *Metrics {
	m := &Metrics{
		waiting: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "sufler_queue_waiting", Help: "Places that no operator has accepted.",
		}, []string{"queue"}),
		before: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "sufler_queue_pre_queued", Help: "Places of them that no operator knows of yet.",
		}, []string{"queue"}),
		offers: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "sufler_queue_offers_total", Help: "Offers to operators that have ended, by how they ended.",
		}, []string{"queue", "result"}),
	}
	registry.MustRegister(m.waiting, m.before, m.offers)
	return m
}

// begin makes the known labels visible at 0.
func (m *Metrics) begin(queue routing.QueueName) {
	m.waiting.WithLabelValues(string(queue))
	m.before.WithLabelValues(string(queue))
	for _, end := range []OfferEnd{OfferTaken, OfferAccepted, OfferMissed, OfferSkipped, OfferGone} {
		m.offers.WithLabelValues(string(queue), string(end))
	}
}

func (m *Metrics) offerEnded(queue routing.QueueName, end OfferEnd) {
	m.offers.WithLabelValues(string(queue), string(end)).Inc()
}
