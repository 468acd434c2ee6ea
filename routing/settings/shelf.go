package settings

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"sufler/routing"
)

// Shelf is all settings of one kind. Its methods may be called from any goroutine;
// what they return is shared and must not be changed.
type Shelf[T document[T]] struct {
	in    *Directory
	kind  string
	fresh func(id string) T                    // what is not said holds as here
	used  func(d *Directory, id string) string // who could not do without it; empty: nobody
	items map[string]T                         // guarded by in.mu
}

// All returns everything in its order.
func (s *Shelf[T]) All() []T {
	s.in.mu.RLock()
	defer s.in.mu.RUnlock()
	all := make([]T, 0, len(s.items))
	for _, item := range s.items {
		all = append(all, item)
	}
	slices.SortFunc(all, func(a, b T) int {
		orderA, titleA := a.place()
		orderB, titleB := b.place()
		return cmp.Or(cmp.Compare(orderA, orderB), cmp.Compare(titleA, titleB), cmp.Compare(a.key(), b.key()))
	})
	return all
}

// Get returns one; false when there is none.
func (s *Shelf[T]) Get(id string) (T, bool) {
	s.in.mu.RLock()
	defer s.in.mu.RUnlock()
	item, ok := s.items[id]
	return item, ok
}

// New returns one that nobody has changed yet and that is not kept.
func (s *Shelf[T]) New(id string) T { return s.fresh(id) }

// Put adds a setting or replaces it, and returns it as it is kept. It refuses with
// "setting_invalid", whose flaws say everything that is wrong.
func (s *Shelf[T]) Put(ctx context.Context, v T) (T, error) {
	s.in.writing.Lock()
	defer s.in.writing.Unlock()
	return s.put(ctx, v)
}

// Change puts what do makes of a setting, or of a new one; in between nobody changes
// it. do must leave alone what the setting shares. It refuses as Put does.
func (s *Shelf[T]) Change(ctx context.Context, id string, do func(*T)) (T, error) {
	s.in.writing.Lock()
	defer s.in.writing.Unlock()
	v, ok := s.Get(id)
	if !ok {
		v = s.fresh(id)
	}
	do(&v)
	return s.put(ctx, v)
}

// put is called with writing held.
func (s *Shelf[T]) put(ctx context.Context, v T) (T, error) {
	v = v.tidy()
	var f flaws
	v.check(s.in, &f)
	if err := f.Refusal(); err != nil {
		return v, err
	}
	data, err := json.Marshal(v)
	if err != nil {
		return v, fmt.Errorf("settings: %s %s: %w", s.kind, v.key(), err)
	}
	row := routing.Setting{Kind: s.kind, ID: v.key(), Data: data, Changed: s.in.clock.Now()}
	if s.in.isKept(row) {
		return v, nil
	}
	if err := s.in.store.PutSetting(ctx, row); err != nil {
		return v, fmt.Errorf("settings: %s %s: %w", s.kind, v.key(), err)
	}
	s.in.change(func() { s.in.keepLocked(row) })
	v, _ = s.Get(row.ID)
	return v, nil
}

// Delete takes a setting away. It refuses with "setting_unknown", and with
// "setting_used" (by) when another could not do without it.
func (s *Shelf[T]) Delete(ctx context.Context, id string) error {
	s.in.writing.Lock()
	defer s.in.writing.Unlock()
	if _, ok := s.Get(id); !ok {
		return routing.Refuse(routing.NotFound, "setting_unknown")
	}
	if s.used != nil {
		if by := s.used(s.in, id); by != "" {
			return routing.Refuse(routing.Conflict, "setting_used", "by", by)
		}
	}
	if err := s.in.store.DeleteSetting(ctx, s.kind, id); err != nil {
		return fmt.Errorf("settings: %s %s: %w", s.kind, id, err)
	}
	s.in.change(func() { s.in.forgetLocked(s.kind, id) })
	return nil
}

// read implements reader.
func (s *Shelf[T]) read(row routing.Setting) error {
	v := s.fresh(row.ID)
	if err := json.Unmarshal(row.Data, &v); err != nil {
		return err
	}
	v = v.tidy()
	if v.key() != row.ID {
		return fmt.Errorf("it says that it is %q", v.key())
	}
	s.items[row.ID] = v
	return nil
}

// forget implements reader.
func (s *Shelf[T]) forget(id string) { delete(s.items, id) }
