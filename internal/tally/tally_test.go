package tally

import (
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func TestACountEndsInItsTime(t *testing.T) {
	c := New[string](time.Hour, 10)
	for want := range 3 {
		at := noon.Add(time.Duration(want) * 20 * time.Minute)
		if got := c.Of("a", at).N; got != want {
			t.Errorf("at %s: got %d, want %d", at, got, want)
		}
		c.Of("a", at).N++
	}
	if got := c.Of("b", noon).N; got != 0 {
		t.Errorf("another: got %d, want 0", got)
	}
	if got := c.Of("a", noon.Add(time.Hour)).N; got != 0 {
		t.Errorf("after its time: got %d, want 0", got)
	}
}

func TestAnOwnerMayMakeACountLast(t *testing.T) {
	c := New[string](time.Minute, 10)
	a := c.Of("a", noon)
	a.N, a.Ends = 5, noon.Add(time.Hour)
	if got := c.Of("a", noon.Add(59*time.Minute)).N; got != 5 {
		t.Errorf("got %d, want 5", got)
	}
	c.Forget("a")
	if got := c.Of("a", noon).N; got != 0 {
		t.Errorf("forgotten: got %d, want 0", got)
	}
}

func TestStrangersCannotFillTheMemory(t *testing.T) {
	const most = 100
	c := New[int](time.Hour, most)
	for i := range 10 * most {
		c.Of(i, noon)
		if n := len(c.counts); n > most {
			t.Fatalf("%d are remembered, want at most %d", n, most)
		}
	}
}

func TestWhatHasEndedMakesRoomFirst(t *testing.T) {
	const most = 100
	c := New[int](time.Hour, most)
	for i := range most {
		at := noon
		if i%3 > 0 {
			at = noon.Add(-time.Hour)
		}
		c.Of(i, at).N = i
	}
	c.Of(most, noon)
	for i := 0; i < most; i += 3 {
		if got := c.Of(i, noon).N; got != i {
			t.Fatalf("%d, which has not ended: got %d", i, got)
		}
	}
}
