package visitor

import (
	"cmp"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"sufler/internal/clock"
	"sufler/routing"
)

// Parameter is something that pages may tell of their visitors, as an administrator
// has defined it.
type Parameter struct {
	Name  string
	Title string
	Most  int // characters of a value that are kept
}

// Options are what a Service works with.
type Options struct {
	Store   routing.VisitorStore
	Clock   clock.Clock // nil: the machine's
	Log     *slog.Logger
	Metrics *Metrics // nil: counted and shown nowhere

	// Parameters returns those that are defined now; nil: none.
	Parameters func() []Parameter
	// RefuseUnknown tells whether one that is not defined is refused; nil: it is passed over.
	RefuseUnknown func() bool
	// Listed tells whether a widget lets visitors be listed who have asked for nothing;
	// nil: every widget does.
	Listed func(routing.WidgetID) bool

	Grace     time.Duration // from the last page until a visitor has left; 0 means 10 s
	PollGrace time.Duration // how long a page is here that only asks now and then; 0 means 30 s
	SeenEvery time.Duration // how often it is stored who was here; 0 means a minute
	Most      int           // visitors whose visit is remembered; 0 means 20,000
}

func (o Options) withDefaults() Options {
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Metrics == nil {
		o.Metrics = NewMetrics(prometheus.NewRegistry())
	}
	if o.Parameters == nil {
		o.Parameters = func() []Parameter { return nil }
	}
	if o.RefuseUnknown == nil {
		o.RefuseUnknown = func() bool { return false }
	}
	if o.Listed == nil {
		o.Listed = func(routing.WidgetID) bool { return true }
	}
	o.Grace = cmp.Or(o.Grace, 10*time.Second)
	o.PollGrace = cmp.Or(o.PollGrace, 30*time.Second)
	o.SeenEvery = cmp.Or(o.SeenEvery, time.Minute)
	o.Most = cmp.Or(o.Most, 20_000)
	return o
}
