package call

import (
	"github.com/prometheus/client_golang/prometheus"

	"sufler/mixer"
	"sufler/routing"
)

// resultTalked is the result of a call in which client and agent talked; all
// others have the cause for which nobody talked.
const resultTalked = "talked"

// Metrics are the figures of all calls of this process.
type Metrics struct {
	calls        *prometheus.CounterVec
	running      prometheus.Gauge
	supervisions prometheus.Gauge
	guard        *prometheus.CounterVec
	setup        prometheus.Histogram
}

// NewMetrics registers the figures. Known labels start at 0, so that a first
// increase is visible.
func NewMetrics(registry prometheus.Registerer) *Metrics {
	m := &Metrics{
		calls: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "sufler_calls_total", Help: "Calls that have ended, by kind and result: talked, or why nobody talked.",
		}, []string{"kind", "result"}),
		running: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "sufler_calls_running", Help: "Calls that have not ended.",
		}),
		supervisions: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "sufler_supervisions_running", Help: "Supervisors whose phone rings or who are on the line.",
		}),
		guard: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "sufler_guard_frames_total",
			Help: "Frames to outside ports: all, with a hidden voice under a grant, with one and no grant (stopped).",
		}, []string{"what"}),
		setup: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "sufler_call_setup_seconds", Help: "From the opening of a call to the talk.",
			Buckets: []float64{0.5, 1, 2, 5, 10, 15, 20, 30, 45, 60, 90, 120, 300},
		}),
	}
	for kind := routing.CallbackCall; kind <= routing.WebCall; kind++ {
		m.calls.WithLabelValues(kind.String(), resultTalked)
		for cause := routing.HungUp; cause <= routing.ShuttingDown; cause++ {
			m.calls.WithLabelValues(kind.String(), cause.String())
		}
	}
	m.countGuard(mixer.GuardCount{})
	registry.MustRegister(m.calls, m.running, m.supervisions, m.guard, m.setup)
	return m
}

func (m *Metrics) countGuard(more mixer.GuardCount) {
	m.guard.WithLabelValues("outside").Add(float64(more.Outside))
	m.guard.WithLabelValues("granted").Add(float64(more.Granted))
	m.guard.WithLabelValues("stopped").Add(float64(more.Stopped))
}
