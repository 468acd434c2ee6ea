// Package loop is the owner of a piece of state: one goroutine that does tasks
// one after another. Whoever wants to read or change the state sends a task.
package loop

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
)

// ErrClosed is returned for tasks that come after Close.
var ErrClosed = errors.New("loop: closed")

// Loop runs tasks in the order in which they were given. Its queue has no
// bound, so that an owner never waits for another owner; tasks must be short and
// must not block.
type Loop struct {
	mu     sync.Mutex
	tasks  []func()
	closed bool

	wake chan struct{}
	done chan struct{}
}

// New starts a loop. Its owner ends it with Close.
func New() *Loop {
	l := &Loop{wake: make(chan struct{}, 1), done: make(chan struct{})}
	go l.run()
	return l
}

// Send gives the loop a task and goes on. It returns false after Close.
func (l *Loop) Send(task func()) bool {
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		return false
	}
	l.tasks = append(l.tasks, task)
	l.mu.Unlock()
	select {
	case l.wake <- struct{}{}:
	default:
	}
	return true
}

// Do gives the loop a task and waits for its result. Who gives up before the task has
// begun takes it back, later the result is waited for: when Do returns, the task has
// run or never will. It must not be called from within a task of the same loop.
func (l *Loop) Do(ctx context.Context, task func() error) error {
	result := make(chan error, 1)
	var taken atomic.Bool
	if !l.Send(func() {
		if taken.CompareAndSwap(false, true) {
			result <- task()
		}
	}) {
		return ErrClosed
	}
	select {
	case err := <-result:
		return err
	case <-ctx.Done():
		if taken.CompareAndSwap(false, true) {
			return ctx.Err()
		}
		return <-result
	case <-l.done:
		select {
		case err := <-result:
			return err
		default:
			return ErrClosed
		}
	}
}

// Close lets the tasks given so far run and ends the loop. It may be called from
// within a task; Done tells when the loop has ended.
func (l *Loop) Close() {
	l.mu.Lock()
	l.closed = true
	l.mu.Unlock()
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// Done is closed when the loop has ended.
func (l *Loop) Done() <-chan struct{} { return l.done }

func (l *Loop) run() {
	defer close(l.done)
	for {
		l.mu.Lock()
		tasks := l.tasks
		l.tasks = nil
		closed := l.closed
		l.mu.Unlock()
		for _, task := range tasks {
			task()
		}
		if len(tasks) > 0 {
			continue
		}
		if closed {
			return
		}
		<-l.wake
	}
}
