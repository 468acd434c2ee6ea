package api

import (
	"context"
	"errors"
	"net/http"

	"sufler/routing"
	"sufler/routing/people"
	"sufler/routing/settings"
)

// shelf is all settings of one kind: what *settings.Shelf does.
type shelf[T any] interface {
	All() []T
	Get(id string) (T, bool)
	New(id string) T
	Put(ctx context.Context, v T) (T, error)
	Delete(ctx context.Context, id string) error
}

// shelfRoutes are the requests about one kind of setting, and who may make them.
type shelfRoutes[T any] struct {
	shelf     shelf[T]
	one, many string // "queue", "queues"
	what      string // in the summaries
	name      func(v *T, id string)
	read      people.Action
	write     people.Action
	belongs   func(v T, reader routing.Operator) people.Object // nil: to nobody
}

type (
	listedOut[T any] struct {
		Body struct {
			Items []T `json:"items"`
			New   T   `json:"new" doc:"What a new one is until somebody says otherwise."`
		}
	}
	settingIn struct {
		ID string `path:"id" maxLength:"80"`
	}
	putIn[T any] struct {
		ID   string `path:"id" maxLength:"80"`
		Body T
	}
	settingOut[T any] struct{ Body T }
	fileOut           struct {
		Body struct {
			Items []FileValue `json:"items"`
		}
	}
)

func (s *Server) settingsRoutes() {
	d := s.opt.Settings
	shelfRoutes[settings.Queue]{
		shelf: d.Queues, one: "queue", many: "queues", what: "waiting lines", read: people.SettingsRead, write: people.SettingsWrite,
		name: func(v *settings.Queue, id string) { v.Name = routing.QueueName(id) },
	}.on(s)
	shelfRoutes[settings.Group]{
		shelf: groupShelf{s}, one: "group", many: "groups", what: "groups of people and their rules", read: people.SettingsRead, write: people.SettingsWrite,
		name: func(v *settings.Group, id string) { v.Name = routing.GroupName(id) },
	}.on(s)
	shelfRoutes[settings.Hours]{
		shelf: d.Hours, one: "hours", many: "hours", what: "opening hours", read: people.SettingsRead, write: people.SettingsWrite,
		name: func(v *settings.Hours, id string) { v.ID = routing.HoursID(id) },
	}.on(s)
	shelfRoutes[settings.Widget]{
		shelf: d.Widgets, one: "widget-setting", many: "widgets", what: "widgets", read: people.SettingsRead, write: people.SettingsWrite,
		name: func(v *settings.Widget, id string) { v.ID = routing.WidgetID(id) },
	}.on(s)
	shelfRoutes[settings.Template]{
		shelf: d.Templates, one: "template", many: "templates", what: "prepared messages", read: people.TemplateRead, write: people.TemplateWrite,
		name: func(v *settings.Template, id string) { v.ID = routing.TemplateID(id) }, belongs: objectOfTemplate,
	}.on(s)
	s.wordRoutes()
}

// wordRoutes are about what everybody here chooses from.
func (s *Server) wordRoutes() {
	d := s.opt.Settings
	shelfRoutes[settings.Result]{
		shelf: d.Results, one: "result", many: "results", what: "answers to how it was", read: people.WordsRead, write: people.SettingsWrite,
		name: func(v *settings.Result, id string) { v.ID = routing.ResultID(id) },
	}.on(s)
	shelfRoutes[settings.Parameter]{
		shelf: d.Parameters, one: "parameter", many: "parameters", what: "parameters that pages may tell", read: people.WordsRead, write: people.SettingsWrite,
		name: func(v *settings.Parameter, id string) { v.Name = id },
	}.on(s)
	shelfRoutes[settings.Tag]{
		shelf: d.Tags, one: "tag", many: "tags", what: "tags that everybody knows", read: people.WordsRead, write: people.SettingsWrite,
		name: func(v *settings.Tag, id string) { v.Name = id },
	}.on(s)
	route(s, may(people.SettingsRead), "list-file", http.MethodGet, "/settings/file", "What the configuration file says, to be read only", http.StatusOK, s.listFile)
	route(s, may(people.WordsRead), "get-policy", http.MethodGet, "/settings/policy", "What holds for everybody", http.StatusOK, s.getPolicy)
	route(s, may(people.SettingsWrite), "put-policy", http.MethodPut, "/settings/policy", "Decide what holds for everybody", http.StatusOK, s.putPolicy)
}

func (k shelfRoutes[T]) on(s *Server) {
	path := "/settings/" + k.many
	route(s, may(k.read), "list-"+k.many, http.MethodGet, path, "The "+k.what, http.StatusOK, k.list(s))
	route(s, may(k.write), "put-"+k.one, http.MethodPut, path+"/{id}", "Add one of the "+k.what+", or replace it", http.StatusOK, k.put(s))
	route(s, may(k.write), "delete-"+k.one, http.MethodDelete, path+"/{id}", "Take away one of the "+k.what, http.StatusNoContent, k.delete(s))
}

// object is what a setting is to who asks about it; to change it nobody is its reader.
func (k shelfRoutes[T]) object(v T, reader routing.Operator) people.Object {
	if k.belongs == nil {
		return people.Object{}
	}
	return k.belongs(v, reader)
}

func (k shelfRoutes[T]) list(s *Server) func(context.Context, *struct{}) (*listedOut[T], error) {
	return func(ctx context.Context, _ *struct{}) (*listedOut[T], error) {
		o, err := s.operator(ctx)
		if err != nil {
			return nil, err
		}
		out := &listedOut[T]{}
		out.Body.Items, out.Body.New = []T{}, k.shelf.New("")
		for _, v := range k.shelf.All() {
			if people.Can(o, k.read, k.object(v, o)) == nil {
				out.Body.Items = append(out.Body.Items, v)
			}
		}
		return out, nil
	}
}

func (k shelfRoutes[T]) put(s *Server) func(context.Context, *putIn[T]) (*settingOut[T], error) {
	return func(ctx context.Context, in *putIn[T]) (*settingOut[T], error) {
		k.name(&in.Body, in.ID)
		if _, err := s.operatorWho(ctx, k.write, k.object(in.Body, routing.Operator{})); err != nil {
			return nil, err
		}
		if err := k.mayTouch(ctx, s, in.ID); err != nil && !isRefusal(err, "setting_unknown") {
			return nil, err
		}
		v, err := k.shelf.Put(ctx, in.Body)
		if err != nil {
			return nil, err
		}
		return &settingOut[T]{Body: v}, nil
	}
}

func (k shelfRoutes[T]) delete(s *Server) func(context.Context, *settingIn) (*struct{}, error) {
	return func(ctx context.Context, in *settingIn) (*struct{}, error) {
		if err := k.mayTouch(ctx, s, in.ID); err != nil {
			return nil, err
		}
		return nil, k.shelf.Delete(ctx, in.ID)
	}
}

// mayTouch tells whether who asks may change the setting that is there.
func (k shelfRoutes[T]) mayTouch(ctx context.Context, s *Server, id string) error {
	before, ok := k.shelf.Get(id)
	if !ok {
		return routing.Refuse(routing.NotFound, "setting_unknown")
	}
	_, err := s.operatorWho(ctx, k.write, k.object(before, routing.Operator{}))
	return err
}

// objectOfTemplate: what is for all is every reader's own, and only the owner's to
// change.
func objectOfTemplate(t settings.Template, reader routing.Operator) people.Object {
	switch t.Scope {
	case settings.ForGroup:
		return people.Object{Groups: []routing.GroupName{t.Group}}
	case settings.ForOperator:
		return people.Object{Operator: t.Operator}
	}
	return people.Object{Operator: reader.ID}
}

func (s *Server) listFile(context.Context, *struct{}) (*fileOut, error) {
	out := &fileOut{}
	out.Body.Items = append([]FileValue{}, s.opt.File...)
	return out, nil
}

func (s *Server) getPolicy(context.Context, *struct{}) (*settingOut[settings.Policy], error) {
	return &settingOut[settings.Policy]{Body: s.opt.Settings.Policy()}, nil
}

func (s *Server) putPolicy(ctx context.Context, in *settingOut[settings.Policy]) (*settingOut[settings.Policy], error) {
	p, err := s.opt.Settings.Policies.Put(ctx, in.Body)
	return &settingOut[settings.Policy]{Body: p}, err
}

// groupShelf is the groups that exist, each with its rules.
type groupShelf struct{ s *Server }

// All implements shelf.
func (g groupShelf) All() []settings.Group {
	var all []settings.Group
	for _, name := range g.s.opt.People.Groups() {
		all = append(all, g.s.opt.Settings.Rules(name))
	}
	return all
}

// Get implements shelf.
func (g groupShelf) Get(id string) (settings.Group, bool) {
	for _, one := range g.All() {
		if string(one.Name) == id {
			return one, true
		}
	}
	return settings.Group{}, false
}

// New implements shelf.
func (g groupShelf) New(id string) settings.Group { return g.s.opt.Settings.Groups.New(id) }

// Put implements shelf.
func (g groupShelf) Put(ctx context.Context, v settings.Group) (settings.Group, error) {
	v, err := g.s.opt.Settings.Groups.Put(ctx, v)
	if err != nil {
		return v, err
	}
	return v, g.s.opt.People.AddGroup(ctx, v.Name)
}

// Delete implements shelf.
func (g groupShelf) Delete(ctx context.Context, id string) error {
	if by := g.s.opt.Settings.UserOfGroup(routing.GroupName(id)); by != "" {
		return routing.Refuse(routing.Conflict, "setting_used", "by", by)
	}
	if err := g.s.opt.People.DeleteGroup(ctx, routing.GroupName(id)); err != nil {
		return err
	}
	err := g.s.opt.Settings.Groups.Delete(ctx, id)
	if errors.Is(err, routing.Refuse(routing.NotFound, "setting_unknown")) { // nobody had made rules
		return nil
	}
	return err
}
