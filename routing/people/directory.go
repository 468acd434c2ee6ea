package people

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"reflect"
	"slices"
	"sync"

	"github.com/alexedwards/argon2id"

	"sufler/internal/clock"
	"sufler/routing"
)

// Options are what a Directory needs.
type Options struct {
	Store routing.PeopleStore
	Clock clock.Clock
	Log   *slog.Logger
	Setup Setup
	// ActiveMost is how many people may be active, 0 as many as there are; nil: 0.
	ActiveMost func() int

	cost *argon2id.Params // nil: passwordCost; tests of other things take a cheap one
}

// Directory is who works here and with which phones. It is read from memory;
// changes are stored first. All methods may be called from any goroutine.
type Directory struct {
	store    routing.PeopleStore
	clock    clock.Clock
	log      *slog.Logger
	most     func() int
	hasher   *hasher
	attempts *attempts
	founding founding

	writing sync.Mutex // one change of people at a time, held while storing

	mu        sync.RWMutex
	operators map[routing.OperatorID]routing.Operator
	phones    map[routing.Extension]routing.Phone
	groups    []routing.GroupName // by name
	watchers  map[int]func()
	watched   int
}

// Open adds what Setup names and the store lacks, and reads the rest.
func Open(ctx context.Context, o Options) (*Directory, error) {
	hasher, err := newHasher(cmp.Or(o.cost, passwordCost))
	if err != nil {
		return nil, err
	}
	d := &Directory{
		store: o.Store, clock: o.Clock, log: o.Log, hasher: hasher, attempts: newAttempts(o.Clock), most: o.ActiveMost,
		watchers: make(map[int]func()),
	}
	if d.most == nil {
		d.most = func() int { return 0 }
	}
	if err := d.Reload(ctx); err != nil {
		return nil, err
	}
	if err := d.setUp(ctx, o.Setup); err != nil {
		return nil, err
	}
	if err := d.store.DeleteExpiredDeskSessions(ctx, d.clock.Now()); err != nil {
		return nil, fmt.Errorf("people: %w", err)
	}
	return d, nil
}

// Reload reads everything again: another process, such as the command line, may
// have changed the store.
func (d *Directory) Reload(ctx context.Context) error {
	d.writing.Lock()
	defer d.writing.Unlock()
	operators, err := d.store.Operators(ctx)
	if err != nil {
		return fmt.Errorf("people: %w", err)
	}
	phones, err := d.store.Phones(ctx)
	if err != nil {
		return fmt.Errorf("people: %w", err)
	}
	groups, err := d.store.Groups(ctx)
	if err != nil {
		return fmt.Errorf("people: %w", err)
	}
	byID := make(map[routing.OperatorID]routing.Operator, len(operators))
	for _, o := range operators {
		byID[o.ID] = o
	}
	byExtension := make(map[routing.Extension]routing.Phone, len(phones))
	for _, p := range phones {
		byExtension[p.Extension] = p
	}
	if reflect.DeepEqual(byID, d.operators) && reflect.DeepEqual(byExtension, d.phones) && slices.Equal(groups, d.groups) {
		return nil // writing is held: nobody changes them
	}
	d.change(func() { d.operators, d.phones, d.groups = byID, byExtension, groups })
	return nil
}

// Operators returns everybody, inactive ones too, by name.
func (d *Directory) Operators() []routing.Operator {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return slices.SortedFunc(maps.Values(d.operators), func(a, b routing.Operator) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
}

// Operator returns one person; false when there is none.
func (d *Directory) Operator(id routing.OperatorID) (routing.Operator, bool) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	o, ok := d.operators[id]
	return o, ok
}

// ByLogin returns the person with a login, in whatever case it is written.
func (d *Directory) ByLogin(login string) (routing.Operator, bool) {
	return d.find(func(o routing.Operator) bool { return folded(o.Login) == folded(login) })
}

// ByPhone returns the active person whose phone it is.
func (d *Directory) ByPhone(phone routing.Extension) (routing.Operator, bool) {
	return d.find(func(o routing.Operator) bool { return o.Active && phone != "" && o.Phone == phone })
}

func (d *Directory) find(is func(routing.Operator) bool) (routing.Operator, bool) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	for _, o := range d.operators {
		if is(o) {
			return o, true
		}
	}
	return routing.Operator{}, false
}

// Phone returns a phone's account; false when there is none. The registrar asks it.
func (d *Directory) Phone(extension routing.Extension) (routing.Phone, bool) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	p, ok := d.phones[extension]
	return p, ok
}

// Phones returns all phones' accounts by extension.
func (d *Directory) Phones() []routing.Phone {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return slices.SortedFunc(maps.Values(d.phones), func(a, b routing.Phone) int { return cmp.Compare(a.Extension, b.Extension) })
}

// AddOperator stores a new person. A password of fewer than 12 characters is
// refused with code "password_short"; an empty one means that the person cannot
// log in with a password. A login that nobody could type is refused with
// "login_invalid".
func (d *Directory) AddOperator(ctx context.Context, p Person) (routing.Operator, error) {
	p, err := p.tidy()
	if err != nil {
		return routing.Operator{}, err
	}
	if p.Password != "" {
		if err := longEnough(p.Password); err != nil {
			return routing.Operator{}, err
		}
	}
	return d.add(ctx, p)
}

// UpdateOperator changes a person; the password hash stays as it is. Somebody
// made inactive is logged out.
func (d *Directory) UpdateOperator(ctx context.Context, o routing.Operator) error {
	d.writing.Lock()
	defer d.writing.Unlock()
	before, ok := d.Operator(o.ID)
	if !ok {
		return routing.Refuse(routing.NotFound, "operator_unknown")
	}
	o.PasswordHash = before.PasswordHash
	if !o.Active {
		if err := d.store.DeleteDeskSessionsOf(ctx, o.ID); err != nil {
			return fmt.Errorf("people: %w", err)
		}
	}
	return d.save(ctx, o)
}

// SetPassword changes a person's password and ends every login of theirs.
func (d *Directory) SetPassword(ctx context.Context, id routing.OperatorID, password string) error {
	if err := longEnough(password); err != nil {
		return err
	}
	return d.putPassword(ctx, id, password)
}

func (d *Directory) putPassword(ctx context.Context, id routing.OperatorID, password string) error {
	hash, err := d.hasher.hash(ctx, password)
	if err != nil {
		return err
	}
	d.writing.Lock()
	defer d.writing.Unlock()
	o, ok := d.Operator(id)
	if !ok {
		return routing.Refuse(routing.NotFound, "operator_unknown")
	}
	// Before the change, so that who is told of it finds them gone; and after it, for
	// a login by the old password in between.
	if err := d.store.DeleteDeskSessionsOf(ctx, id); err != nil {
		return fmt.Errorf("people: %w", err)
	}
	o.PasswordHash = hash
	if err := d.save(ctx, o); err != nil {
		return err
	}
	if err := d.store.DeleteDeskSessionsOf(ctx, id); err != nil {
		return fmt.Errorf("people: %w", err)
	}
	return nil
}

// SetAnswerOn changes where a person's calls ring. It refuses with
// "operator_unknown", and with "request_invalid" (at) what is no choice.
func (d *Directory) SetAnswerOn(ctx context.Context, id routing.OperatorID, on routing.AnswerOn) error {
	if on < routing.AnswerBrowser || on > routing.AnswerBoth {
		return routing.Refuse(routing.Invalid, "request_invalid", "at", "answer_on")
	}
	d.writing.Lock()
	defer d.writing.Unlock()
	o, ok := d.Operator(id)
	if !ok {
		return routing.Refuse(routing.NotFound, "operator_unknown")
	}
	o.AnswerOn = on
	return d.save(ctx, o)
}

// PutPhone adds a phone's account or gives it another name and secret.
func (d *Directory) PutPhone(ctx context.Context, extension routing.Extension, name, secret string) error {
	d.writing.Lock()
	defer d.writing.Unlock()
	return d.putPhone(ctx, NewPhone(extension, name, secret))
}

// Watch calls changed after people or phones have changed, until stop is called.
// changed must not block.
func (d *Directory) Watch(changed func()) (stop func()) {
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

func (d *Directory) add(ctx context.Context, p Person) (routing.Operator, error) {
	o := p.operator()
	if p.Password != "" {
		hash, err := d.hasher.hash(ctx, p.Password)
		if err != nil {
			return o, err
		}
		o.PasswordHash = hash
	}
	d.writing.Lock()
	defer d.writing.Unlock()
	if err := d.store.AddOperator(ctx, o); err != nil {
		return o, fmt.Errorf("people: %w", err)
	}
	d.change(func() { d.operators[o.ID] = o })
	return o, nil
}

// save is called with writing held.
func (d *Directory) save(ctx context.Context, o routing.Operator) error {
	if err := d.store.UpdateOperator(ctx, o); err != nil {
		return fmt.Errorf("people: %w", err)
	}
	d.change(func() { d.operators[o.ID] = o })
	return nil
}

// putPhone is called with writing held.
func (d *Directory) putPhone(ctx context.Context, p routing.Phone) error {
	if err := d.store.PutPhone(ctx, p); err != nil {
		return fmt.Errorf("people: phone %s: %w", p.Extension, err)
	}
	d.change(func() { d.phones[p.Extension] = p })
	return nil
}

// change changes what is in memory and tells the watchers.
func (d *Directory) change(do func()) {
	d.mu.Lock()
	do()
	watchers := slices.Collect(maps.Values(d.watchers))
	d.mu.Unlock()
	for _, changed := range watchers {
		changed()
	}
}
