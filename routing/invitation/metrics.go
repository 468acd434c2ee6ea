package invitation

import "github.com/prometheus/client_golang/prometheus"

// Metrics are the figures of invitations.
type Metrics struct {
	made    prometheus.Counter
	refused *prometheus.CounterVec
}

// NewMetrics registers the figures. Known labels start at 0.
func NewMetrics(registry prometheus.Registerer) *Metrics {
	m := &Metrics{
		made: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "sufler_invitations_total", Help: "Invitations that operators have made.",
		}),
		refused: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "sufler_invitations_refused_total", Help: "Codes and links that were refused, by code of the refusal.",
		}, []string{"code"}),
	}
	for _, code := range []string{"invitation_wrong", "invitation_old", "invitation_slow", "invitation_too_often", "invitation_blocked"} {
		m.refused.WithLabelValues(code)
	}
	registry.MustRegister(m.made, m.refused)
	return m
}
