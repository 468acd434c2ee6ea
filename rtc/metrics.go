package rtc

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"sufler/routing"
)

// Metrics are the figures of all legs that lead to pages.
type Metrics struct {
	legs    prometheus.Gauge
	offers  *prometheus.CounterVec
	ended   *prometheus.CounterVec
	rtp     *prometheus.CounterVec
	connect prometheus.Histogram
	lost    prometheus.Counter
}

// NewMetrics makes the figures and registers them; a nil registry keeps them to
// themselves.
func NewMetrics(registry prometheus.Registerer) *Metrics {
	m := &Metrics{
		legs: prometheus.NewGauge(prometheus.GaugeOpts{Name: "sufler_rtc_legs", Help: "Legs to pages that have not ended."}),
		offers: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "sufler_rtc_offers_total", Help: "Offers of pages, by what became of them.",
		}, []string{"result"}),
		ended: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "sufler_rtc_legs_ended_total", Help: "Legs to pages that have ended, by cause and whose fault it was.",
		}, []string{"cause", "fault"}),
		rtp: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "sufler_rtc_packets_total", Help: "RTP packets of pages whose sound has ended, by what became of them.",
		}, []string{"result"}),
		connect: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "sufler_rtc_connect_seconds", Help: "Time from a page's offer to its sound.",
			Buckets: []float64{0.05, 0.1, 0.2, 0.5, 1, 2, 5, 15},
		}),
		lost: prometheus.NewCounter(prometheus.CounterOpts{Name: "sufler_rtc_lost_total", Help: "Times that a page on the line fell silent without a word."}),
	}
	for _, result := range []string{"received", "overflow", "strange", "malformed", "sent", "send_error"} {
		m.rtp.WithLabelValues(result)
	}
	if registry != nil {
		registry.MustRegister(m.legs, m.offers, m.ended, m.rtp, m.connect, m.lost)
	}
	return m
}

// packets adds the figures of a wire that is over.
func (m *Metrics) packets(w *wire) {
	add := func(result string, n uint64) { m.rtp.WithLabelValues(result).Add(float64(n)) }
	add("received", w.received.Load())
	add("overflow", w.overflow.Load())
	add("strange", w.strange.Load())
	add("malformed", w.malformed.Load())
	add("sent", w.sent.Load())
	add("send_error", w.failed.Load())
}

// offered counts an offer: "answered", or the code of its refusal.
func (m *Metrics) offered(err error) {
	result := "answered"
	if err != nil {
		result = codeOf(err)
	}
	m.offers.WithLabelValues(result).Inc()
}

func (m *Metrics) over(cause routing.Cause, fault routing.Fault) {
	m.ended.WithLabelValues(cause.String(), fault.String()).Inc()
}

func (m *Metrics) connected(took time.Duration) { m.connect.Observe(took.Seconds()) }
