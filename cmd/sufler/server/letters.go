package server

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"sufler/internal/clock"
	"sufler/routing"
	"sufler/routing/mail"
)

const (
	// letterLimit is how long the database may take for one letter.
	letterLimit = 10 * time.Second
	// letterPause is how long a database that failed is left alone.
	letterPause = 2 * time.Second
)

// letters puts letters into the outbox, one after another, for those who cannot wait
// for the database. While it is away they are kept in memory.
type letters struct {
	queue func(context.Context, mail.Letter) (routing.MailID, error)
	clock clock.Clock
	log   *slog.Logger
	wake  chan struct{} // a letter, or the end
	done  chan struct{}

	mu      sync.Mutex
	waiting []mail.Letter
	closed  bool
}

func newLetters(queue func(context.Context, mail.Letter) (routing.MailID, error), c clock.Clock, log *slog.Logger) *letters {
	l := &letters{queue: queue, clock: c, log: log, wake: make(chan struct{}, 1), done: make(chan struct{})}
	go l.run()
	return l
}

// add takes a letter and goes on.
func (l *letters) add(one mail.Letter) {
	l.mu.Lock()
	l.waiting = append(l.waiting, one)
	l.mu.Unlock()
	l.kick()
}

// close hands over what waits, once more when the database is away.
func (l *letters) close() {
	l.mu.Lock()
	l.closed = true
	l.mu.Unlock()
	l.kick()
	<-l.done
}

func (l *letters) kick() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

func (l *letters) run() {
	defer close(l.done)
	for {
		one, left, closed := l.next()
		if !left {
			if closed {
				return
			}
			<-l.wake
			continue
		}
		err := l.put(one)
		if routing.KindOf(err) == routing.Unavailable && !closed {
			l.log.Error("letters wait for the database", slog.Any("err", err))
			l.rest()
			continue
		}
		if err != nil {
			l.log.Error("a letter is not mailed", slog.String("session", string(one.Session)), slog.Any("err", err))
		}
		l.mu.Lock()
		l.waiting = l.waiting[1:]
		l.mu.Unlock()
	}
}

func (l *letters) next() (one mail.Letter, left, closed bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.waiting) == 0 {
		return one, false, l.closed
	}
	return l.waiting[0], true, l.closed
}

func (l *letters) put(one mail.Letter) error {
	ctx, cancel := context.WithTimeout(context.Background(), letterLimit)
	defer cancel()
	_, err := l.queue(ctx, one)
	return err
}

// rest leaves the database alone for a while, or until the end.
func (l *letters) rest() {
	over := make(chan struct{})
	timer := l.clock.AfterFunc(letterPause, func() { close(over) })
	defer timer.Stop()
	for {
		select {
		case <-over:
			return
		case <-l.wake:
			if _, _, closed := l.next(); closed {
				return
			}
		}
	}
}
