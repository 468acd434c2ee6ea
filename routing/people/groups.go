package people

import (
	"context"
	"fmt"
	"slices"

	"sufler/routing"
)

// Groups returns the names of all groups, in order.
func (d *Directory) Groups() []routing.GroupName {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return slices.Clone(d.groups)
}

// AddGroup does nothing when the group exists.
func (d *Directory) AddGroup(ctx context.Context, name routing.GroupName) error {
	d.writing.Lock()
	defer d.writing.Unlock()
	if slices.Contains(d.groups, name) { // writing is held: nobody changes them
		return nil
	}
	if err := d.store.AddGroup(ctx, name); err != nil {
		return fmt.Errorf("people: group %s: %w", name, err)
	}
	groups := append(slices.Clone(d.groups), name)
	slices.Sort(groups)
	d.change(func() { d.groups = groups })
	return nil
}

// DeleteGroup takes a group away. It refuses with "setting_unknown", and with
// "setting_used" (by) while somebody is in it.
func (d *Directory) DeleteGroup(ctx context.Context, name routing.GroupName) error {
	d.writing.Lock()
	defer d.writing.Unlock()
	if !slices.Contains(d.groups, name) {
		return routing.Refuse(routing.NotFound, "setting_unknown")
	}
	if o, ok := d.find(func(o routing.Operator) bool { return slices.Contains(o.Groups, name) }); ok {
		return routing.Refuse(routing.Conflict, "setting_used", "by", o.Name)
	}
	if err := d.store.DeleteGroup(ctx, name); err != nil {
		return fmt.Errorf("people: group %s: %w", name, err)
	}
	groups := slices.DeleteFunc(slices.Clone(d.groups), func(g routing.GroupName) bool { return g == name })
	d.change(func() { d.groups = groups })
	return nil
}
