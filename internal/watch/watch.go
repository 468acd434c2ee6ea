// Package watch keeps who wants to be told of something.
package watch

// List is watchers of values of one type. The zero value has none. It has no
// lock: it belongs to the goroutine that tells.
type List[T any] struct {
	last int
	told map[int]func(T)
}

// Add lets watch be told from now on and returns the key to Remove it by.
func (l *List[T]) Add(watch func(T)) (key int) {
	if l.told == nil {
		l.told = make(map[int]func(T))
	}
	l.last++
	l.told[l.last] = watch
	return l.last
}

// Remove ends it; an unknown key does nothing.
func (l *List[T]) Remove(key int) { delete(l.told, key) }

// Tell gives a value to every watcher, in no certain order.
func (l *List[T]) Tell(value T) {
	for _, watch := range l.told {
		watch(value)
	}
}
