package call

import (
	"cmp"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"sufler/internal/clock"
	"sufler/mixer"
	"sufler/routing"
)

// Plane is what a call needs of the sound plane.
type Plane interface {
	// Apply puts a plan into the mailbox and returns at once. The answer comes to
	// Exchange.Handle as mixer.Applied or mixer.Refused.
	Apply(mixer.Plan)
}

// Sounds opens the sources with no ear that a call needs. None of it blocks.
type Sounds interface {
	// Ringback attaches a port of class Source that plays the ringback tone.
	Ringback() (mixer.PortID, error)
	// Music attaches a port of class Source that plays music to a held client.
	Music() (mixer.PortID, error)
	// Close detaches a port that Ringback or Music gave.
	Close(mixer.PortID)
}

// Options are what an Exchange works with.
type Options struct {
	Dialler routing.Dialler // Dial returns at once
	Plane   Plane
	Sounds  Sounds // nil: silence in place of ringback and music
	Journal routing.Journal
	Clock   clock.Clock // nil: the machine's
	Log     *slog.Logger
	Metrics *Metrics // nil: counted and shown nowhere

	// SupervisorsPerCall is how many may supervise one call at a time; 0 means 1.
	SupervisorsPerCall int
	// AutoAnswer asks supervisors' phones to pick up by themselves.
	AutoAnswer bool
	// RingTimeout is for legs whose request names none; 0 means 30 s.
	RingTimeout time.Duration
	// Remember is how long an ended call can still be found; 0 means 10 minutes.
	Remember time.Duration
	// CommitLimit is how long an audit row may take; then the grant is refused. 0 means 5 s.
	CommitLimit time.Duration
	// Grace is how long a person whose sound is lost may stay away; 0 means 20 s.
	Grace time.Duration
	// MusicAfter is how long after the loss of an agent the client hears music; 0
	// means 1 s. A leg notices its loss a second late, so that makes two of silence.
	MusicAfter time.Duration
	// EndLimit is how long legs may take to end after the call; then they are
	// given up with an error in the log. 0 means 40 s, more than the 32 s of a SIP
	// transaction (RFC 3261 section 17.1.1.2, timer B).
	EndLimit time.Duration
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
	o.SupervisorsPerCall = max(o.SupervisorsPerCall, 1)
	o.RingTimeout = cmp.Or(o.RingTimeout, 30*time.Second)
	o.Remember = cmp.Or(o.Remember, 10*time.Minute)
	o.CommitLimit = cmp.Or(o.CommitLimit, 5*time.Second)
	o.Grace = cmp.Or(o.Grace, 20*time.Second)
	o.MusicAfter = cmp.Or(o.MusicAfter, time.Second)
	o.EndLimit = cmp.Or(o.EndLimit, 40*time.Second)
	return o
}

// Spec opens a call.
type Spec struct {
	Call         routing.CallID // empty: a new one
	Session      routing.SessionID
	Kind         routing.CallKind
	Queue        routing.QueueName
	ClientName   string
	ClientNumber string
	// Record captures the parties' sound while they talk.
	Record bool
	// Progress tells the driver; may be nil.
	Progress func(Progress)
}
