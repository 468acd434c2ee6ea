package settings

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"

	"sufler/internal/clock"
	"sufler/routing"
)

// People is what settings ask about people; *people.Directory answers.
type People interface {
	Groups() []routing.GroupName
	Operator(routing.OperatorID) (routing.Operator, bool)
	Operators() []routing.Operator
}

// Options are what a Directory needs.
type Options struct {
	Store     routing.SettingsStore
	People    People
	Languages []string // that texts may be in
	Clock     clock.Clock
	Log       *slog.Logger
	Setup     Setup
}

// Setup is what exists from the first start. What is missing is added; what exists
// is left as it is, because people may have changed it since.
type Setup struct {
	Queues     []Queue
	Hours      []Hours
	Templates  []Template
	Results    []Result
	Parameters []Parameter
	Tags       []Tag
	Widgets    []Widget
}

// Directory is what people change by day, each kind on its shelf. It is read from
// memory; changes are stored first. All methods may be called from any goroutine.
type Directory struct {
	Queues     *Shelf[Queue]
	Groups     *Shelf[Group]
	Hours      *Shelf[Hours]
	Templates  *Shelf[Template]
	Results    *Shelf[Result]
	Parameters *Shelf[Parameter]
	Tags       *Shelf[Tag]
	Widgets    *Shelf[Widget]
	Policies   *Shelf[Policy]   // read it by Policy
	Personals  *Shelf[Personal] // read it by Personal

	store     routing.SettingsStore
	people    People
	languages []string
	clock     clock.Clock
	log       *slog.Logger

	writing sync.Mutex // one change at a time, held while storing

	mu       sync.RWMutex
	readers  map[string]reader
	rows     map[key]string // what is kept, as it is stored; told are those that cannot be read
	changed  []key          // since the watchers were told
	watchers map[int]func(kind, id string)
	watched  int
}

type key struct{ kind, id string }

// reader is a shelf of whatever kind. Its methods are called with mu held.
type reader interface {
	read(routing.Setting) error
	forget(id string)
}

// Open adds what Setup names and the store lacks, and reads everything.
func Open(ctx context.Context, o Options) (*Directory, error) {
	d := &Directory{
		store: o.Store, people: o.People, languages: o.Languages, clock: o.Clock, log: o.Log,
		readers: make(map[string]reader), rows: make(map[key]string), watchers: make(map[int]func(kind, id string)),
	}
	d.Queues = shelf(d, KindQueue, func(id string) Queue { return NewQueue(routing.QueueName(id)) }, usersOfQueue)
	d.Groups = shelf(d, KindGroup, func(id string) Group { return NewGroup(routing.GroupName(id)) }, nil)
	d.Hours = shelf(d, KindHours, func(id string) Hours { return NewHours(routing.HoursID(id)) }, usersOfHours)
	d.Templates = shelf(d, KindTemplate, func(id string) Template { return Template{ID: routing.TemplateID(id), Scope: ForAll} }, nil)
	d.Results = shelf(d, KindResult, func(id string) Result { return Result{ID: routing.ResultID(id), Active: true} }, nil)
	d.Parameters = shelf(d, KindParameter, func(id string) Parameter { return Parameter{Name: id, Title: id, Most: 200, Shown: true} }, nil)
	d.Tags = shelf(d, KindTag, func(id string) Tag { return Tag{Name: id} }, nil)
	d.Widgets = shelf(d, KindWidget, func(id string) Widget { return NewWidget(routing.WidgetID(id)) }, usersOfWidget)
	d.Policies = shelf(d, KindPolicy, func(string) Policy { return NewPolicy() }, nil)
	d.Personals = shelf(d, KindPersonal, func(id string) Personal { return NewPersonal(routing.OperatorID(id)) }, nil)
	if err := d.Reload(ctx); err != nil {
		return nil, err
	}
	return d, d.setUp(ctx, o.Setup)
}

func shelf[T document[T]](d *Directory, kind string, fresh func(string) T, used func(*Directory, string) string) *Shelf[T] {
	s := &Shelf[T]{in: d, kind: kind, fresh: fresh, used: used, items: make(map[string]T)}
	d.readers[kind] = s
	return s
}

// Reload reads everything again: another process may have changed the store.
func (d *Directory) Reload(ctx context.Context) error {
	d.writing.Lock()
	defer d.writing.Unlock()
	stored, err := d.store.Settings(ctx)
	if err != nil {
		return fmt.Errorf("settings: %w", err)
	}
	there := make(map[key]string, len(stored))
	for _, row := range stored {
		there[key{row.Kind, row.ID}] = string(row.Data)
	}
	if maps.Equal(there, d.rows) { // writing is held: nobody changes them
		return nil
	}
	d.change(func() {
		for at := range d.rows {
			if _, ok := there[at]; !ok {
				d.forgetLocked(at.kind, at.id)
			}
		}
		for _, row := range stored {
			if d.rows[key{row.Kind, row.ID}] != string(row.Data) {
				d.keepLocked(row)
			}
		}
	})
	return nil
}

// Watch calls changed after anything has changed, until stop is called. changed
// must not block.
func (d *Directory) Watch(changed func()) (stop func()) {
	return d.WatchEach(func(string, string) { changed() })
}

// WatchEach calls changed after each setting that has changed or is gone, until stop
// is called. changed must not block.
func (d *Directory) WatchEach(changed func(kind, id string)) (stop func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.watched++
	n := d.watched
	d.watchers[n] = changed
	return func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		delete(d.watchers, n)
	}
}

// isKept tells whether a row holds already; it is called with writing held.
func (d *Directory) isKept(row routing.Setting) bool {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.rows[key{row.Kind, row.ID}] == string(row.Data)
}

// keepLocked takes a row. One that cannot be read leaves what was there before: a
// newer version of the program may have written it.
func (d *Directory) keepLocked(row routing.Setting) {
	d.rows[key{row.Kind, row.ID}] = string(row.Data)
	d.changed = append(d.changed, key{row.Kind, row.ID})
	reader, ok := d.readers[row.Kind]
	if !ok {
		return
	}
	if err := reader.read(row); err != nil {
		d.log.Error("a setting in the database cannot be read", slog.String("kind", row.Kind), slog.String("id", row.ID), slog.Any("err", err))
	}
}

func (d *Directory) forgetLocked(kind, id string) {
	delete(d.rows, key{kind, id})
	d.changed = append(d.changed, key{kind, id})
	if reader, ok := d.readers[kind]; ok {
		reader.forget(id)
	}
}

// change changes what is in memory and tells the watchers.
func (d *Directory) change(do func()) {
	d.mu.Lock()
	do()
	what, watchers := d.changed, slices.Collect(maps.Values(d.watchers))
	d.changed = nil
	d.mu.Unlock()
	for _, one := range what {
		for _, changed := range watchers {
			changed(one.kind, one.id)
		}
	}
}
