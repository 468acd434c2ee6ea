package loop

import (
	"context"
	"errors"
	"sync"
	"testing"
)

func TestTasksOfOneSenderRunInOrder(t *testing.T) {
	l := New()
	var got []int
	for i := range 1000 {
		l.Send(func() { got = append(got, i) })
	}
	l.Close()
	<-l.Done()
	for i, v := range got {
		if v != i {
			t.Fatalf("got task %d at place %d", v, i)
		}
	}
	if len(got) != 1000 {
		t.Fatalf("got %d tasks, want 1000", len(got))
	}
}

func TestStateNeedsNoLockInsideTheLoop(t *testing.T) {
	l := New()
	count := 0
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 500 {
				if err := l.Do(t.Context(), func() error { count++; return nil }); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	l.Close()
	<-l.Done()
	if count != 4000 {
		t.Fatalf("got %d, want 4000", count)
	}
}

func TestAClosedLoopRefusesTasks(t *testing.T) {
	l := New()
	l.Send(l.Close)
	<-l.Done()
	if l.Send(func() {}) {
		t.Error("a closed loop took a task")
	}
	if err := l.Do(context.Background(), func() error { return nil }); !errors.Is(err, ErrClosed) {
		t.Errorf("got %v, want ErrClosed", err)
	}
}
