package people

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"sufler/routing"
	"sufler/routing/callername"
	"sufler/routing/capacity"
)

// descriptionMost is the greatest length of a description, in characters.
const descriptionMost = 200

// Changes are what an administrator changes of a person; nil leaves it as it is.
type Changes struct {
	PublicName  *string
	Description *string
	Groups      []routing.GroupName
	ChatLimit   *int
	Preview     *bool
	Active      *bool
}

// Change changes a person. It refuses with "operator_unknown", with "setting_invalid",
// whose flaws say all that is wrong, with "owner_last" when nobody would be left who
// may change it back, and with "operators_full" (most) when no more may be active.
func (d *Directory) Change(ctx context.Context, id routing.OperatorID, c Changes) (routing.Operator, error) {
	d.writing.Lock()
	defer d.writing.Unlock()
	o, ok := d.Operator(id)
	if !ok {
		return o, routing.Refuse(routing.NotFound, "operator_unknown")
	}
	changed, err := d.changed(o, c)
	if err != nil {
		return o, err
	}
	if !o.Active && changed.Active {
		if most := d.most(); most > 0 && d.active() >= most {
			return o, routing.Refuse(routing.Conflict, "operators_full", "most", strconv.Itoa(most))
		}
	}
	if o.Active && !changed.Active {
		if d.isLastOwner(o) {
			return o, routing.Refuse(routing.Conflict, "owner_last")
		}
		if err := d.store.DeleteDeskSessionsOf(ctx, o.ID); err != nil {
			return o, fmt.Errorf("people: %w", err)
		}
	}
	return changed, d.save(ctx, changed)
}

// changed is called with writing held.
func (d *Directory) changed(o routing.Operator, c Changes) (routing.Operator, error) {
	var f routing.Flaws
	if c.PublicName != nil {
		name, err := callername.Tidy(*c.PublicName)
		if err != nil {
			f.Add("not_shown", "public_name")
		} else if name == "" {
			f.Add("missing", "public_name")
		}
		o.PublicName = name
	}
	if c.Description != nil {
		o.Description = strings.Join(strings.Fields(*c.Description), " ")
		if n := utf8.RuneCountInString(o.Description); n > descriptionMost {
			f.Add("too_long", "description", "most", strconv.Itoa(descriptionMost))
		} else if !utf8.ValidString(o.Description) || strings.ContainsFunc(o.Description, isHidden) {
			f.Add("not_shown", "description")
		}
	}
	if c.Groups != nil {
		o.Groups = slices.Clone(c.Groups)
		d.checkGroups(o.Groups, &f)
	}
	if c.ChatLimit != nil {
		o.ChatLimit = *c.ChatLimit
		if o.ChatLimit < capacity.LeastChats || o.ChatLimit > capacity.MostChats {
			f.Add("out_of_range", "chat_limit", "least", strconv.Itoa(capacity.LeastChats), "most", strconv.Itoa(capacity.MostChats))
		}
	}
	if c.Preview != nil {
		o.Preview = *c.Preview
	}
	if c.Active != nil {
		o.Active = *c.Active
	}
	return o, f.Refusal()
}

func (d *Directory) checkGroups(names []routing.GroupName, f *routing.Flaws) {
	known := d.Groups()
	for i, name := range names {
		switch {
		case !slices.Contains(known, name):
			f.Add("unknown", "groups", "value", string(name))
		case slices.Contains(names[:i], name):
			f.Add("twice", "groups", "value", string(name))
		}
	}
}

// active is how many people are active; robots take no place.
func (d *Directory) active() (n int) {
	for _, o := range d.Operators() {
		if o.Active && !o.Robot {
			n++
		}
	}
	return n
}

func (d *Directory) isLastOwner(o routing.Operator) bool {
	_, another := d.find(func(other routing.Operator) bool {
		return other.Active && other.Rank == routing.RankOwner && other.ID != o.ID
	})
	return o.Rank == routing.RankOwner && !another
}
