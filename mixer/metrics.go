package mixer

import "github.com/prometheus/client_golang/prometheus"

// Metrics are the figures of the sound plane.
type Metrics struct {
	ticks, skipped, broken prometheus.Counter
	ports, calls           prometheus.Gauge
}

func newMetrics() *Metrics {
	return &Metrics{
		ticks:   prometheus.NewCounter(prometheus.CounterOpts{Name: "sufler_mixer_ticks_total", Help: "Frames of 20 ms that were mixed."}),
		skipped: prometheus.NewCounter(prometheus.CounterOpts{Name: "sufler_mixer_late_ticks_total", Help: "Frames that were skipped because the machine was late."}),
		broken:  prometheus.NewCounter(prometheus.CounterOpts{Name: "sufler_mixer_broken_calls_total", Help: "Calls whose sound was ended by a fault in the program."}),
		ports:   prometheus.NewGauge(prometheus.GaugeOpts{Name: "sufler_mixer_ports", Help: "Ports that are attached."}),
		calls:   prometheus.NewGauge(prometheus.GaugeOpts{Name: "sufler_mixer_calls", Help: "Calls that have a bus."}),
	}
}

// NewMetrics registers the figures.
func NewMetrics(registry prometheus.Registerer) *Metrics {
	m := newMetrics()
	registry.MustRegister(m.ticks, m.skipped, m.broken, m.ports, m.calls)
	return m
}
