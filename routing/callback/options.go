package callback

import (
	"cmp"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"

	"sufler/internal/clock"
	"sufler/routing"
	"sufler/routing/call"
	"sufler/routing/dialplan"
	"sufler/routing/queue"
)

// Options are what a Service works with.
type Options struct {
	// Node is this machine's name. With a boot id, new in each process, it is the
	// holder of what the service writes.
	Node    string
	Store   routing.CallbackStore
	Line    *queue.Line
	Calls   *call.Exchange
	Journal routing.Journal
	Clock   clock.Clock // nil: the machine's
	Log     *slog.Logger
	Metrics *Metrics // nil: counted and shown nowhere

	Numbers dialplan.Numbers // what may be called
	// Barred tells whether a number is that of somebody who is kept out; nil: none is.
	Barred func(number string) bool
	Caller string            // E.164; the number that the visitor's phone shows
	Trunk  routing.TrunkName // empty: the first that takes the number
	Record bool              // capture the sound of the talk

	PerOriginHour int           // requests of one origin in an hour; 0 means 3
	PerNumberDay  int           // requests for one number in a day; 0 means 2
	Ring          time.Duration // how long the visitor's phone rings; 0 means 30 s
	Attempts      int           // how often the visitor is called at most when operators are lost; 0 means 3
	// IntentLimit is how long an operator waits for the database before they are
	// let go; 0 means 10 s.
	IntentLimit time.Duration

	// Languages are those that a request may name; the first is for those that
	// name none or another. None means English.
	Languages []string
	// Say fills the sentence of a key of web/shared/texts: "ring.callback" with
	// name and queue, "ring.visitor". Nil: English.
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
	o.PerOriginHour = cmp.Or(o.PerOriginHour, 3)
	o.PerNumberDay = cmp.Or(o.PerNumberDay, 2)
	o.Attempts = cmp.Or(o.Attempts, 3)
	o.Ring = cmp.Or(o.Ring, 30*time.Second)
	o.IntentLimit = cmp.Or(o.IntentLimit, 10*time.Second)
	return o
}

// holder is new in every process, so that a restarted machine is never taken for
// the one that crashed.
func holder(node string) string { return node + "/" + uuid.NewString() }
