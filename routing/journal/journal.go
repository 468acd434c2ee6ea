// Package journal takes facts from everywhere and keeps them: it gives each its
// id and time where it happens, stores them in groups and in order, and tells
// live readers.
//
// Who adds a fact never waits for the database. What the database does not take,
// because it fails, hangs or is slower than the calls, goes into a spool file and
// is handed over later, in order; storing is idempotent by id, so handing over
// twice does no harm. The package knows no fact: only its kind, audience and JSON.
package journal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"sufler/internal/clock"
	"sufler/routing"
)

// Options are what a Journal needs. Zero values of the limits mean the usual ones.
type Options struct {
	Store   routing.JournalStore
	Spool   string // the spool file; its folder exists
	Clock   clock.Clock
	Log     *slog.Logger
	Metrics *Metrics // nil: counted for nobody

	Delay    time.Duration // how long the first entry of a group waits for others: 5 ms
	Group    int           // entries stored at once at most: 500
	Queue    int           // entries in memory before the spool takes them: 10,000
	Patience time.Duration // how long the database may take before the spool takes them: 1 s
	Retry    time.Duration // pause before a database that failed is asked again: 1 s
}

// Usual limits.
const (
	usualDelay    = 5 * time.Millisecond
	usualGroup    = 500
	usualQueue    = 10_000
	usualPatience = time.Second
	usualRetry    = time.Second
	// hardLimit times Queue is what memory holds when the spool fails as well;
	// beyond that entries are lost, counted and logged.
	hardLimit = 10
)

func (o *Options) fill() {
	if o.Delay == 0 {
		o.Delay = usualDelay
	}
	if o.Group == 0 {
		o.Group = usualGroup
	}
	if o.Queue == 0 {
		o.Queue = usualQueue
	}
	if o.Patience == 0 {
		o.Patience = usualPatience
	}
	if o.Retry == 0 {
		o.Retry = usualRetry
	}
	if o.Metrics == nil {
		o.Metrics = NewMetrics(prometheus.NewRegistry())
	}
}

var (
	// errClosed answers what comes after Close.
	errClosed = errors.New("journal: closed")
	// errFull answers what memory does not hold any more.
	errFull = errors.New("journal: neither the database nor the spool takes entries")
)

// Journal implements routing.Journal. All methods may be called from any goroutine.
type Journal struct {
	o      Options
	wake   chan struct{}   // something for the keeper to look at
	hurry  chan struct{}   // closed: end now, what is left goes into the spool
	done   chan struct{}   // closed: the keeper has ended
	hasten func()          // closes hurry, once
	ctx    context.Context // of the database's work
	cancel context.CancelFunc

	mu       sync.Mutex
	queue    []item
	urgent   bool // somebody waits in Commit
	closed   bool
	watchers map[int]func([]routing.Entry)
	watched  int
}

var _ routing.Journal = (*Journal)(nil)

// item is an entry on its way; stored is called when it is on disk, nil for Add.
type item struct {
	entry  routing.Entry
	since  time.Time // when it came into the queue
	stored func(error)
}

// Open opens the spool, begins to hand over what an earlier run left there, and
// takes facts. Its owner ends it with Close.
func Open(o Options) (*Journal, error) {
	spool, err := openSpool(o.Spool)
	if err != nil {
		return nil, err
	}
	return start(o, spool), nil
}

func start(o Options, spool *spool) *Journal {
	o.fill()
	j := &Journal{
		o: o, wake: make(chan struct{}, 1), hurry: make(chan struct{}), done: make(chan struct{}),
		watchers: make(map[int]func([]routing.Entry)),
	}
	j.hasten = sync.OnceFunc(func() { close(j.hurry) })
	j.ctx, j.cancel = context.WithCancel(context.Background())
	k := &keeper{Journal: j, spool: spool, results: make(chan result, 1)}
	go k.run()
	return j
}

// Add takes a fact and returns at once.
func (j *Journal) Add(session routing.SessionID, call routing.CallID, by string, audience routing.Audience, fact routing.Fact) {
	e, err := j.entry("", session, call, by, audience, fact)
	if err == nil {
		err = j.put(item{entry: e})
	}
	if err != nil {
		j.o.Metrics.lost.Inc()
	}
	if err != nil && !errors.Is(err, errFull) { // when full the keeper has said why
		j.o.Log.Error("fact lost", slog.String("kind", fact.Kind()), slog.String("session", string(session)), slog.Any("err", err))
	}
}

// Commit takes a fact and returns when it is on disk: in the database or, while
// that does not work, in the spool. With an error the fact may be on disk or not.
func (j *Journal) Commit(ctx context.Context, session routing.SessionID, call routing.CallID, by string, audience routing.Audience, fact routing.Fact) error {
	stored := make(chan error, 1)
	if err := j.AddAs("", session, call, by, audience, fact, func(err error) { stored <- err }); err != nil {
		return err
	}
	select {
	case err := <-stored:
		return err
	case <-ctx.Done():
		return fmt.Errorf("journal: %s: %w", fact.Kind(), ctx.Err())
	}
}

// AddAs takes a fact under an id of its author's, so that one that is told twice is
// stored once, and returns at once. stored is called when it is on disk, as Commit
// would return; of what the database has taken watchers are told before. It must not
// block. With an error it is not called.
func (j *Journal) AddAs(
	id routing.FactID, session routing.SessionID, call routing.CallID, by string, audience routing.Audience, fact routing.Fact, stored func(error),
) error {
	e, err := j.entry(id, session, call, by, audience, fact)
	if err != nil {
		return err
	}
	return j.put(item{entry: e, stored: stored})
}

// Watch calls told with entries after they were stored, with their sequences, in
// order in each session, until stop is called. An entry that was stored before is
// told again, as it was stored. told must not block. What the
// spool of an earlier run held may have been stored before anybody could watch.
func (j *Journal) Watch(told func([]routing.Entry)) (stop func()) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.watched++
	n := j.watched
	j.watchers[n] = told
	return func() {
		j.mu.Lock()
		defer j.mu.Unlock()
		delete(j.watchers, n)
	}
}

// Close takes no more facts and returns when all are on disk. When ctx ends
// before the database has taken them, the spool does.
func (j *Journal) Close(ctx context.Context) {
	j.mu.Lock()
	j.closed = true
	j.mu.Unlock()
	j.kick()
	select {
	case <-j.done:
	case <-ctx.Done():
		j.hasten()
		j.cancel()
		<-j.done
	}
	j.cancel()
}

// entry gives a fact its id and time. The time is what SQL keeps of it, so that a
// live reader and the record agree.
func (j *Journal) entry(
	id routing.FactID, session routing.SessionID, call routing.CallID, by string, audience routing.Audience, fact routing.Fact,
) (routing.Entry, error) {
	data, err := json.Marshal(fact)
	if err != nil {
		return routing.Entry{}, fmt.Errorf("journal: %s: %w", fact.Kind(), err)
	}
	if id == "" {
		id = routing.NewID[routing.FactID]()
	}
	return routing.Entry{
		ID: id, Session: session, Call: call, At: j.o.Clock.Now().UTC().Truncate(time.Millisecond),
		Kind: fact.Kind(), By: by, Audience: audience, Data: data,
	}, nil
}

func (j *Journal) put(i item) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.closed {
		return errClosed
	}
	if len(j.queue) >= hardLimit*j.o.Queue {
		return errFull
	}
	i.since = j.o.Clock.Now()
	j.queue = append(j.queue, i)
	j.urgent = j.urgent || i.stored != nil
	// The keeper is woken for the first of a group, for a Commit and for a full
	// queue; between these its timer wakes it.
	if len(j.queue) == 1 || i.stored != nil || len(j.queue)%j.o.Queue == 0 {
		j.kick()
	}
	return nil
}

func (j *Journal) kick() {
	select {
	case j.wake <- struct{}{}:
	default:
	}
}

func (j *Journal) tell(entries []routing.Entry) {
	j.mu.Lock()
	watchers := slices.Collect(maps.Values(j.watchers))
	j.mu.Unlock()
	for _, told := range watchers {
		told(entries)
	}
}
