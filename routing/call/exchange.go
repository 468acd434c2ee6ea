package call

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"

	"sufler/internal/clock"
	"sufler/internal/loop"
	"sufler/mixer"
	"sufler/routing"
)

// Exchange holds the running calls of this process and, for a while, those that
// have ended.
type Exchange struct {
	opts Options

	mu       sync.Mutex
	closed   bool
	calls    map[routing.CallID]*Call
	forget   map[routing.CallID]clock.Timer // of calls that have ended
	watchers map[int]func(Snapshot)
	meters   map[int]func(Meter)
	lastID   int // of watchers and meters
}

// NewExchange makes an exchange with no calls. Close ends it.
func NewExchange(opts Options) *Exchange {
	return &Exchange{
		opts:     opts.withDefaults(),
		calls:    make(map[routing.CallID]*Call),
		forget:   make(map[routing.CallID]clock.Timer),
		watchers: make(map[int]func(Snapshot)),
		meters:   make(map[int]func(Meter)),
	}
}

// Open begins a call with nobody on the line. After Close the call ends at once.
func (x *Exchange) Open(spec Spec) *Call {
	if spec.Call == "" {
		spec.Call = routing.NewID[routing.CallID]()
	}
	c := newCall(x, spec)
	x.mu.Lock()
	x.calls[c.id] = c
	closed := x.closed
	x.mu.Unlock()
	c.send(c.begin)
	if closed {
		c.End(routing.ShuttingDown)
	}
	return c
}

// Find returns a call that runs or has ended not long ago, or refuses with call_unknown.
func (x *Exchange) Find(id routing.CallID) (*Call, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if c, ok := x.calls[id]; ok {
		return c, nil
	}
	return nil, routing.Refuse(routing.NotFound, "call_unknown")
}

// Running returns the calls that have not ended, oldest first.
func (x *Exchange) Running() []Snapshot {
	var running []Snapshot
	for _, c := range x.all() {
		if s := c.Snapshot(); s.State != StateEnded {
			running = append(running, s)
		}
	}
	slices.SortFunc(running, func(a, b Snapshot) int {
		return cmp.Or(a.StartedAt.Compare(b.StartedAt), cmp.Compare(a.Call, b.Call))
	})
	return running
}

// Watch gives every change of every call to watcher, whole and in order for each
// call, from the calls' own loops: it must not block. A change under way while
// stop is called may still arrive.
func (x *Exchange) Watch(watcher func(Snapshot)) (stop func()) {
	return subscribe(x, x.watchers, watcher)
}

// WatchMeters gives the levels and counts of every call to watcher, five times a
// second each; as Watch.
func (x *Exchange) WatchMeters(watcher func(Meter)) (stop func()) {
	return subscribe(x, x.meters, watcher)
}

func subscribe[T any](x *Exchange, to map[int]func(T), watcher func(T)) (stop func()) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.lastID++
	id := x.lastID
	to[id] = watcher
	return func() {
		x.mu.Lock()
		defer x.mu.Unlock()
		delete(to, id)
	}
}

// publish tells all watchers, outside the mutex.
func publish[T any](x *Exchange, to map[int]func(T), news T) {
	x.mu.Lock()
	watchers := slices.Collect(maps.Values(to))
	x.mu.Unlock()
	for _, watcher := range watchers {
		watcher(news)
	}
}

// Handle gives an event of the sound plane to its call. It does not block.
func (x *Exchange) Handle(event mixer.Event) {
	x.mu.Lock()
	c := x.calls[routing.CallID(callOf(event))]
	x.mu.Unlock()
	if c != nil {
		c.send(func() { c.heard(event) })
	}
}

// Close ends all calls and waits until their last leg and goroutine is gone.
func (x *Exchange) Close(ctx context.Context) error {
	x.mu.Lock()
	x.closed = true
	x.mu.Unlock()
	calls := x.all()
	for _, c := range calls {
		c.End(routing.ShuttingDown)
	}
	defer x.forgetAll()
	for i, c := range calls {
		select {
		case <-c.done():
			c.work.Wait()
		case <-ctx.Done():
			return fmt.Errorf("exchange: close: %d calls still have legs: %w", len(calls)-i, ctx.Err())
		}
	}
	return nil
}

func (x *Exchange) all() []*Call {
	x.mu.Lock()
	defer x.mu.Unlock()
	return slices.Collect(maps.Values(x.calls))
}

// remember keeps an ended call for a while, so that it can be said when it ended.
func (x *Exchange) remember(c *Call) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.calls[c.id] != c || x.forget[c.id] != nil {
		return
	}
	x.forget[c.id] = x.opts.Clock.AfterFunc(x.opts.Remember, func() {
		x.mu.Lock()
		defer x.mu.Unlock()
		delete(x.calls, c.id)
		delete(x.forget, c.id)
	})
}

func (x *Exchange) forgetAll() {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, timer := range x.forget {
		timer.Stop()
	}
}

// callOf is the call that an event belongs to.
func callOf(event mixer.Event) mixer.CallID {
	switch e := event.(type) {
	case mixer.Applied:
		return e.Call
	case mixer.Refused:
		return e.Call
	case mixer.Digit:
		return e.Call
	case mixer.MediaLost:
		return e.Call
	case mixer.MediaBack:
		return e.Call
	case mixer.Tripped:
		return e.Call
	case mixer.Broken:
		return e.Call
	case mixer.Metered:
		return e.Call
	}
	return ""
}

func newCall(x *Exchange, spec Spec) *Call {
	now := x.opts.Clock.Now()
	c := &Call{id: spec.Call, x: x, spec: spec, started: now, own: loop.New(), state: StateWaiting}
	c.log = x.opts.Log.With(slog.String("call", string(c.id)))
	c.lines = make(map[routing.LegID]*line)
	c.client = &party{
		id: routing.NewID[routing.PartyID](), role: routing.Client, name: spec.ClientName, number: spec.ClientNumber,
		state: Away, since: now,
	}
	c.parties = []*party{c.client}
	c.shown.Store(new(c.view()))
	return c
}
