package watch

import (
	"slices"
	"testing"
)

func TestWhoIsRemovedIsToldNothingMore(t *testing.T) {
	var l List[int]
	l.Tell(1) // nobody
	var first, second []int
	key := l.Add(func(n int) { first = append(first, n) })
	l.Add(func(n int) { second = append(second, n) })
	l.Tell(2)
	l.Remove(key)
	l.Remove(99)
	l.Tell(3)
	if !slices.Equal(first, []int{2}) || !slices.Equal(second, []int{2, 3}) {
		t.Errorf("got %v and %v", first, second)
	}
}
