package api

import (
	"slices"
	"testing"

	"sufler/routing"
)

// B 4: exactly one page of a person makes their sound.
func TestOnePageHoldsTheSound(t *testing.T) {
	one, two, other := &viewer{operator: "anna"}, &viewer{operator: "anna"}, &viewer{operator: "boris"}
	names := map[*viewer]string{nil: "nobody", one: "one", two: "two", other: "other"}
	take := func(page *viewer, force, want bool) func(*testing.T, *sounds) {
		return func(t *testing.T, s *sounds) {
			t.Helper()
			if got := s.take(page, force); got != want {
				t.Errorf("%s takes (force %v): got %v, want %v", names[page], force, got, want)
			}
		}
	}
	leave := func(page *viewer) func(*testing.T, *sounds) {
		return func(_ *testing.T, s *sounds) { s.leave(page) }
	}
	for _, c := range []struct {
		name  string
		steps []func(*testing.T, *sounds)
		told  []string
	}{
		{"the first has it", []func(*testing.T, *sounds){take(one, false, true), take(two, false, false)}, []string{"anna one"}},
		{"asking twice is once", []func(*testing.T, *sounds){take(one, false, true), take(one, false, true), take(one, true, true)}, []string{"anna one"}},
		{"force moves it", []func(*testing.T, *sounds){take(one, false, true), take(two, true, true), take(one, false, false)}, []string{"anna one", "anna two"}},
		{"leaving frees it", []func(*testing.T, *sounds){take(one, false, true), leave(one), leave(one), take(two, false, true)}, []string{"anna one", "anna nobody", "anna two"}},
		{"who has it not cannot leave it", []func(*testing.T, *sounds){take(one, false, true), leave(two), take(two, false, false)}, []string{"anna one"}},
		{"people do not meet", []func(*testing.T, *sounds){take(one, false, true), take(other, false, true), leave(other)}, []string{"anna one", "boris other", "boris nobody"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var told []string
			s := newSounds(func(of routing.OperatorID, holder *viewer) { told = append(told, string(of)+" "+names[holder]) })
			for _, step := range c.steps {
				step(t, s)
			}
			if !slices.Equal(told, c.told) {
				t.Errorf("got %v, want %v", told, c.told)
			}
		})
	}
}
