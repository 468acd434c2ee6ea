package settings

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"sufler/routing"
)

// setUp adds what is missing.
func (d *Directory) setUp(ctx context.Context, s Setup) error {
	for _, add := range []func() error{
		func() error { return addMissing(ctx, d.Hours, s.Hours) },
		func() error { return addMissing(ctx, d.Queues, s.Queues) },
		func() error { return addMissing(ctx, d.Templates, s.Templates) },
		func() error { return addMissing(ctx, d.Results, s.Results) },
		func() error { return addMissing(ctx, d.Parameters, s.Parameters) },
		func() error { return addMissing(ctx, d.Tags, s.Tags) },
		func() error { return addMissing(ctx, d.Widgets, s.Widgets) },
	} {
		if err := add(); err != nil {
			return err
		}
	}
	return d.Reload(ctx)
}

// addMissing is not Put: of several processes that start at once one adds, and
// what the file says is taken as it is.
func addMissing[T document[T]](ctx context.Context, s *Shelf[T], list []T) error {
	for _, v := range list {
		if _, ok := s.Get(v.key()); ok {
			continue
		}
		data, err := json.Marshal(v.tidy())
		if err != nil {
			return fmt.Errorf("settings: %s %s: %w", s.kind, v.key(), err)
		}
		if err := s.in.store.AddSetting(ctx, routing.Setting{Kind: s.kind, ID: v.key(), Data: data, Changed: s.in.clock.Now()}); err != nil {
			return fmt.Errorf("settings: %s %s: %w", s.kind, v.key(), err)
		}
	}
	return nil
}

// usersOfQueue names a queue that overflows into this one, or a widget that leads
// to it.
func usersOfQueue(d *Directory, id string) string {
	name := routing.QueueName(id)
	for _, q := range d.Queues.All() {
		if q.Name != name && q.Overflow.Queue == name {
			return string(q.Name)
		}
	}
	for _, w := range d.Widgets.All() {
		for _, channel := range []Channel{w.Channels.Chat, w.Channels.Voice, w.Channels.Callback, w.Channels.Invitation} {
			if channel.Queue == name {
				return w.Name
			}
		}
	}
	return ""
}

// UserOfGroup names a queue or a template that could not do without a group; empty:
// none.
func (d *Directory) UserOfGroup(name routing.GroupName) string {
	for _, q := range d.Queues.All() {
		if slices.Contains(q.Groups, name) {
			return string(q.Name)
		}
	}
	for _, t := range d.Templates.All() {
		if t.Group == name {
			return t.Title
		}
	}
	return ""
}

func usersOfHours(d *Directory, id string) string {
	for _, q := range d.Queues.All() {
		if string(q.Hours) == id {
			return string(q.Name)
		}
	}
	return ""
}

// usersOfWidget keeps the widget of the script tags that name none.
func usersOfWidget(d *Directory, id string) string {
	if w, _ := d.Widgets.Get(id); routing.WidgetID(id) == DefaultWidget {
		return w.Name
	}
	return ""
}
