package rtp

import (
	"github.com/prometheus/client_golang/prometheus"

	"sufler/mixer"
)

// Metrics are the figures of all legs with plain RTP.
type Metrics struct {
	pairs   prometheus.Gauge
	packets *prometheus.CounterVec
}

// NewMetrics makes the figures and registers them; a nil registry keeps them to
// themselves.
func NewMetrics(registry prometheus.Registerer) *Metrics {
	m := &Metrics{
		pairs: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "sufler_rtp_port_pairs", Help: "Pairs of RTP and RTCP ports bound now.",
		}),
		packets: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "sufler_rtp_packets_total", Help: "RTP packets of ended legs, by what became of them.",
		}, []string{"result"}),
	}
	for _, result := range []string{"received", "sent", "foreign", "malformed", "send_error"} {
		m.packets.WithLabelValues(result)
	}
	if registry != nil {
		registry.MustRegister(m.pairs, m.packets)
	}
	return m
}

// ended adds the figures of a wire that is over.
func (m *Metrics) ended(s *mixer.Stats) {
	add := func(result string, n uint64) { m.packets.WithLabelValues(result).Add(float64(n)) }
	add("received", s.Received)
	add("sent", s.Sent)
	add("foreign", s.Foreign)
	add("malformed", s.Malformed)
	add("send_error", s.SendErrors)
}
