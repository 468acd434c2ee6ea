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

func TestWhoGivesUpTakesTheTaskBack(t *testing.T) {
	l := New()
	defer l.Close()
	hold, begun := make(chan struct{}), make(chan struct{})
	l.Send(func() { close(begun); <-hold })
	<-begun
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	ran := false
	if err := l.Do(ctx, func() error { ran = true; return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want that it was given up", err)
	}
	close(hold)
	if err := l.Do(t.Context(), func() error { return nil }); err != nil || ran {
		t.Errorf("the task ran after it was given up: %v, %v", ran, err)
	}
}

func TestATaskThatHasBegunIsWaitedFor(t *testing.T) {
	l := New()
	defer l.Close()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	hold := make(chan struct{})
	n := 0
	var all sync.WaitGroup
	all.Go(func() {
		if err := l.Do(ctx, func() error { cancel(); <-hold; n++; return nil }); err != nil || n != 1 {
			t.Errorf("got %v and %d, want what the task has done", err, n)
		}
	})
	<-ctx.Done()
	close(hold)
	all.Wait()
}
