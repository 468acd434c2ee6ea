package talk

import (
	"cmp"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"sufler/internal/clock"
	"sufler/routing"
	"sufler/routing/call"
	"sufler/routing/queue"
)

// Browsers makes the legs of visitors' pages. routing.Browsers is one.
type Browsers interface {
	Arrive(owner routing.BrowserOwner, take func(routing.Leg) (sink func(routing.Signal))) (routing.Leg, error)
}

// Options are what a Service works with.
type Options struct {
	Line     *queue.Line
	Calls    *call.Exchange
	Browsers Browsers
	Journal  routing.Journal
	Clock    clock.Clock // nil: the machine's
	Log      *slog.Logger
	Metrics  *Metrics // nil: counted and shown nowhere

	Record bool   // capture the sound of the talk
	Caller string // E.164; what an operator's ringing phone shows

	PerOriginHour int           // talks of one origin in an hour from the first; 0 means 20
	Remember      time.Duration // how long an ended talk can be read; 0 means 10 minutes

	// Languages are those that a request may name; the first is for those that
	// name none or another. None means English.
	Languages []string
	// Say fills the sentence of a key of web/shared/texts: "ring.talk" with name and
	// queue, "ring.visitor". Nil: English.
	Say func(language, key string, params map[string]string) string
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
	if len(o.Languages) == 0 {
		o.Languages = []string{"en"}
	}
	o.PerOriginHour = cmp.Or(o.PerOriginHour, 20)
	o.Remember = cmp.Or(o.Remember, 10*time.Minute)
	return o
}
