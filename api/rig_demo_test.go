package api

import (
	"context"
	"sync"
	"time"

	"sufler/routing"
)

// demo is a scripted stage.
type demo struct {
	mu      sync.Mutex
	call    routing.CallID
	prompts map[int]func(Prompt)
	hears   map[int]func([]int16)
	modes   []routing.Mode
	n       int
}

func (d *demo) Stage() Stage {
	d.mu.Lock()
	defer d.mu.Unlock()
	return Stage{Call: d.call, Ears: []Ear{{Role: routing.Client, Name: "Jan", Phone: "701"}}, Language: "cs", Voice: "machine"}
}

func (d *demo) SetMode(_ context.Context, m routing.Mode) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.call == "" {
		return routing.Refuse(routing.Unavailable, "stage_dark")
	}
	d.modes = append(d.modes, m)
	return nil
}

func (d *demo) Prompt(context.Context) (Prompt, error) {
	p := Prompt{Text: "Offer him free delivery", Length: 1500 * time.Millisecond}
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, watch := range d.prompts {
		watch(p)
	}
	return p, nil
}

func (d *demo) WatchPrompts(watch func(Prompt)) func() { return listen(d, &d.prompts, watch) }

func (d *demo) Listen(role routing.Role, phone routing.Extension, hear func([]int16)) (func(), error) {
	if role != routing.Client && phone != "201" {
		return nil, routing.Refuse(routing.NotFound, "ear_unknown")
	}
	return listen(d, &d.hears, hear), nil
}

func (d *demo) Voice(role routing.Role) []int16 { return []int16{int16(role), -2, 300} }

func listen[T any](d *demo, to *map[int]func(T), f func(T)) func() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if *to == nil {
		*to = map[int]func(T){}
	}
	d.n++
	n := d.n
	(*to)[n] = f
	return func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		delete(*to, n)
	}
}
