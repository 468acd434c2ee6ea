package callback

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"sufler/routing"
)

// memory is routing.CallbackStore in memory, with the fences of a real one.
type memory struct {
	mu     sync.Mutex
	rows   map[routing.CallbackID]routing.Callback
	keys   map[string]routing.CallbackID
	killed map[string]bool // holders whose processes have died
	broken error           // what every write says
}

func newMemory() *memory {
	return &memory{rows: make(map[routing.CallbackID]routing.Callback), keys: make(map[string]routing.CallbackID), killed: make(map[string]bool)}
}

var errDead = errors.New("process is dead")

func (m *memory) AddCallback(_ context.Context, c routing.Callback, key string) (routing.Callback, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.broken != nil || m.killed[c.Holder] {
		return routing.Callback{}, false, errors.Join(m.broken, errDead)
	}
	if id, used := m.keys[c.Origin+"\n"+key]; used && key != "" {
		return m.rows[id], false, nil
	}
	m.keys[c.Origin+"\n"+key] = c.ID
	m.rows[c.ID] = c
	return c, true, nil
}

func (m *memory) CallbackByKey(_ context.Context, origin, key string) (routing.Callback, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	id, found := m.keys[origin+"\n"+key]
	return m.rows[id], found, nil
}

func (m *memory) Callback(_ context.Context, id routing.CallbackID) (routing.Callback, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if c, ok := m.rows[id]; ok {
		return c, nil
	}
	return routing.Callback{}, routing.Refuse(routing.NotFound, "callback_unknown")
}

func (m *memory) SaveCallback(_ context.Context, c routing.Callback) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.broken != nil {
		return m.broken
	}
	if m.killed[c.Holder] {
		return errDead
	}
	old := m.rows[c.ID]
	if old.Epoch != c.Epoch || old.Holder != c.Holder {
		return routing.Refuse(routing.Conflict, "callback_fenced")
	}
	c.Origin = old.Origin
	m.rows[c.ID] = c
	return nil
}

func (m *memory) ClaimCallbacks(_ context.Context, holder string) ([]routing.Callback, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var open []routing.Callback
	for id, c := range m.rows {
		if !isFinal(c.State) {
			c.Holder, c.Epoch = holder, c.Epoch+1
			m.rows[id] = c
			open = append(open, c)
		}
	}
	slices.SortFunc(open, func(a, b routing.Callback) int { return a.Created.Compare(b.Created) })
	return open, nil
}

func (m *memory) CountCallbacks(_ context.Context, origin, number string, since time.Time) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := 0
	for _, c := range m.rows {
		if (origin == "" || c.Origin == origin) && (number == "" || c.Number == number) && !c.Created.Before(since) {
			n++
		}
	}
	return n, nil
}

// byNumber is the newest callback of a number.
func (m *memory) byNumber(number string) routing.Callback {
	m.mu.Lock()
	defer m.mu.Unlock()
	var newest routing.Callback
	for _, c := range m.rows {
		if c.Number == number && !c.Created.Before(newest.Created) && (newest.ID == "" || c.ID > newest.ID) {
			newest = c
		}
	}
	return newest
}

func (m *memory) breakWith(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.broken = err
}

func (m *memory) kill(holder string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.killed[holder] = true
}
